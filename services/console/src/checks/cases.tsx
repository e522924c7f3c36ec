import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useApi, useSend } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { Actor } from '../parts/actor.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { DataTable, type PageOf } from '../parts/data-table.tsx'
import { Digest } from '../parts/digest.tsx'
import { EntityName } from '../parts/entity-name.tsx'
import { ChoiceFilter, Filters } from '../parts/filters.tsx'
import { useListState } from '../parts/list-state.ts'
import { Facts, Panel, StateTag } from '../parts/page-header.tsx'
import { useParticipantText } from '../parts/participant-name.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Empty, Fetched } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import type { VersionShown } from '../records/types.ts'
import { said, Value } from '../records/values.tsx'
import type { CaseRow } from './types.ts'

/** Versions of which this node and its upstream hold different contents: which is right is for people, and closing a case changes nothing. */
export function Cases() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { may } = useSession()
  const list = useListState(['state', 'link'])
  const page = useApi('/admin/v1/reconcile/cases', { query: list.query as never }, { keep: true, everyMs: 30_000 })
  const links = useApi('/admin/v1/links')
  const settle = useSend('post', '/admin/v1/reconcile/cases/{number}/settle', ['/admin/v1/reconcile/cases'])
  const [asked, setAsked] = useState<CaseRow | null>(null)
  const maySettle = may('POST', '/reconcile/cases/:number/settle')
  const close = () => {
    settle.reset()
    setAsked(null)
  }
  return (
    <Panel>
      <div className="page">
        <p className="muted">{t('checks.cases.text')}</p>
        <Filters filtered={list.filtered} onClear={list.clear}>
          <ChoiceFilter
            label={t('checks.state')}
            value={list.filters.state ?? 'open'}
            withoutAll
            onChange={(state) => list.set({ state: state === 'open' ? undefined : state })}
            options={(['open', 'settled'] as const).map((value) => ({ value, label: t(`checks.cases.states.${value}`) }))}
          />
          <ChoiceFilter
            label={t('links.title')}
            value={list.filters.link}
            onChange={(link) => list.set({ link })}
            options={(links.data?.items ?? []).map(({ name }) => ({ value: name, label: name }))}
          />
        </Filters>
        <DataTable<CaseRow>
          label={t('checks.tabs.cases')}
          page={page as unknown as PageOf<CaseRow>}
          list={list}
          rowKey={(row) => String(row.case)}
          empty={
            <Empty title={t('checks.cases.none')}>
              <p>{t('checks.cases.noneText')}</p>
            </Empty>
          }
          expand={(row) => <BothSides row={row} />}
          columns={[
            { key: 'number', title: t('checks.cases.number'), head: true, render: (row) => <strong>#{row.case}</strong> },
            {
              key: 'record',
              title: t('checks.record'),
              render: (row) => (
                <Link to={`/records/${row.recordId}?part=versions`}>
                  <EntityName code={row.entity} />
                </Link>
              ),
            },
            {
              key: 'version',
              title: t('checks.conflicts.version'),
              render: (row) => <VersionName row={row} />,
            },
            {
              key: 'link',
              title: t('links.title'),
              render: (row) => (
                <Link to={`/links/${row.link}`}>
                  <RegionName code={row.link} />
                </Link>
              ),
            },
            { key: 'at', title: t('checks.foundAt'), render: (row) => <Time at={row.foundAt} ago /> },
            {
              key: 'do',
              title: t('checks.do'),
              render: (row) =>
                row.state === 'open' && maySettle ? (
                  <Button size="small" onClick={() => setAsked(row)}>
                    {t('checks.cases.settle')}
                  </Button>
                ) : (
                  <StateTag meaning={row.state === 'open' ? 'warn' : 'quiet'}>{t(`checks.cases.states.${row.state}`)}</StateTag>
                ),
            },
          ]}
        />
      </div>
      <Confirm
        open={asked !== null}
        reason
        title={t('checks.cases.settleTitle', { number: asked?.case ?? '' })}
        okText={t('checks.cases.settle')}
        busy={settle.isPending}
        error={settle.error}
        onOk={(reason) =>
          settle.mutate(
            { path: { number: asked?.case ?? 0 }, body: { reason } },
            {
              onSuccess: () => {
                close()
                void message.success(t('checks.cases.done'))
              },
            },
          )
        }
        onCancel={close}
      >
        <p>{t('checks.cases.settleText')}</p>
      </Confirm>
    </Panel>
  )
}

function VersionName({ row }: { row: CaseRow }) {
  const { t } = useTranslation()
  const sender = useParticipantText()
  return <span title={row.stream}>{t('records.versionOf', { n: row.n, stream: sender(row.stream) })}</span>
}

/** What is here, field by field, and what the upstream says it has; how to find out which of the two is right. */
function BothSides({ row }: { row: CaseRow }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const query = useApi('/admin/v1/records/{recordId}/versions', { path: { recordId: row.recordId } })
  return (
    <div className="page">
      <ul className="sides">
        <li>
          <h2>{t('checks.cases.here')}</h2>
          <Facts
            rows={[
              [t('checks.conflicts.commitment'), <Digest key="digest" value={row.here} full />],
              [
                t('records.logIndex'),
                may('GET', '/log/:index') ? (
                  <Link key="entry" to={`/log/${row.entry}`}>
                    {t('records.entryNo', { n: row.entry })}
                  </Link>
                ) : (
                  t('records.entryNo', { n: row.entry })
                ),
              ],
            ]}
          />
          <Link to={`/records/${row.recordId}?part=custody`}>{t('checks.cases.verify')}</Link>
        </li>
        <li>
          <h2>{t('checks.cases.there')}</h2>
          <Facts rows={[[t('checks.conflicts.commitment'), <Digest key="digest" value={row.there} full />]]} />
          <p className="muted">{t('checks.cases.thereText')}</p>
        </li>
      </ul>
      {row.settled !== null && (
        <Facts
          rows={[
            [t('checks.settledAt'), <Time key="at" at={row.settled.at} />],
            [t('checks.settledBy'), <Actor key="by" actor={row.settled.by} />],
            [t('common.reason'), row.settled.reason],
          ]}
        />
      )}
      <div>
        <h2>{t('checks.cases.how')}</h2>
        <ol className="consequences">
          {(['verify', 'ask', 'mend', 'settle'] as const).map((step) => (
            <li key={step}>{t(`checks.cases.steps.${step}`)}</li>
          ))}
        </ol>
      </div>
      <h2>{t('checks.cases.content')}</h2>
      <Fetched query={query}>
        {(data) => {
          const { versions } = data as unknown as { versions: readonly VersionShown[] }
          const version = versions.find((one) => one.stream === row.stream && one.epoch === row.epoch && one.version === row.n)
          if (version === undefined) return <p className="muted">{t('checks.cases.gone')}</p>
          return (
            <Facts
              rows={version.fields.map((field) => [
                <span key="name">
                  {said(field)} <code className="muted">{field.code}</code>
                </span>,
                <Value key="value" field={field} />,
              ])}
            />
          )
        }}
      </Fetched>
    </div>
  )
}
