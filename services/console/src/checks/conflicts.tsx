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
import { EntityFilter } from '../parts/entity-filter.tsx'
import { EntityName } from '../parts/entity-name.tsx'
import { ChoiceFilter, Filters, RecordFilter } from '../parts/filters.tsx'
import { useListState } from '../parts/list-state.ts'
import { Facts, Panel, StateTag } from '../parts/page-header.tsx'
import { SenderFilter } from '../parts/participant-filter.tsx'
import { NamesOf, ParticipantName, ParticipantText } from '../parts/participant-name.tsx'
import { Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import type { ConflictRow } from './types.ts'

type Side = ConflictRow['sides'][number]

/** Fields in which sources differ: a person says which source is right, and nothing is merged. */
export function Conflicts() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { may } = useSession()
  const list = useListState(['state', 'entity', 'participant', 'record'])
  const page = useApi('/admin/v1/conflicts', { query: list.query as never }, { keep: true, everyMs: 30_000 })
  const decide = useSend('post', '/admin/v1/conflicts/{id}/decide', ['/admin/v1/conflicts', '/admin/v1/records'])
  const [asked, setAsked] = useState<{ readonly row: ConflictRow; readonly side: Side } | null>(null)
  const mayDecide = may('POST', '/conflicts/:id/decide')
  return (
    <Panel>
      <div className="page">
        <p className="muted">{t('checks.conflicts.text')}</p>
        <Filters filtered={list.filtered} onClear={list.clear}>
          <ChoiceFilter
            label={t('checks.state')}
            value={list.filters.state ?? 'open'}
            withoutAll
            onChange={(state) => list.set({ state: state === 'open' ? undefined : state })}
            options={(['open', 'decided', 'settled'] as const).map((value) => ({ value, label: t(`checks.conflicts.states.${value}`) }))}
          />
          <EntityFilter label={t('checks.entity')} value={list.filters.entity} onChange={(entity) => list.set({ entity })} />
          <SenderFilter value={list.filters.participant} names={page.data?.names} onChange={(participant) => list.set({ participant })} />
          <RecordFilter label={t('checks.record')} value={list.filters.record} onChange={(record) => list.set({ record })} />
        </Filters>
        <DataTable<ConflictRow>
          label={t('checks.tabs.conflicts')}
          page={page as unknown as PageOf<ConflictRow>}
          list={list}
          rowKey={(row) => String(row.conflict)}
          empty={
            <Empty title={t('checks.conflicts.none')}>
              <p>{t('checks.conflicts.noneText')}</p>
            </Empty>
          }
          expand={(row) => (
            <Sides row={row} {...(mayDecide && row.state !== 'settled' ? { onChoose: (side: Side) => setAsked({ row, side }) } : {})} />
          )}
          columns={[
            {
              key: 'field',
              title: t('checks.conflicts.field'),
              head: true,
              render: (row) => (
                <span>
                  <strong>{row.fieldName}</strong> <code className="muted">{row.field}</code>
                </span>
              ),
            },
            {
              key: 'record',
              title: t('checks.record'),
              render: (row) => (
                <Link to={`/records/${row.recordId}`}>
                  <EntityName code={row.entity} />
                </Link>
              ),
            },
            {
              key: 'values',
              title: t('checks.conflicts.values'),
              render: (row) => (
                <ul className="bare-list">
                  {row.sides.map((side) => (
                    <li key={side.stream}>
                      <SideValue side={side} />{' '}
                      <span className="muted small break">
                        <ParticipantText id={side.stream} />
                      </span>
                    </li>
                  ))}
                </ul>
              ),
            },
            { key: 'kind', title: t('checks.conflicts.kind'), render: (row) => t(`checks.conflicts.kinds.${row.kind}`) },
            { key: 'at', title: t('checks.foundAt'), render: (row) => <Time at={row.foundAt} ago /> },
            {
              key: 'state',
              title: t('checks.state'),
              render: (row) => (
                <StateTag meaning={row.state === 'open' ? 'warn' : 'quiet'}>{t(`checks.conflicts.states.${row.state}`)}</StateTag>
              ),
            },
          ]}
        />
      </div>
      <Confirm
        open={asked !== null}
        reason
        title={t('checks.conflicts.decideTitle', { field: asked?.row.fieldName ?? '' })}
        okText={t('checks.conflicts.choose')}
        busy={decide.isPending}
        error={decide.error}
        onOk={(reason) =>
          decide.mutate(
            { path: { id: asked?.row.conflict ?? 0 }, body: { source: asked?.side.stream ?? '', reason } as never },
            {
              onSuccess: () => {
                setAsked(null)
                void message.success(t('checks.conflicts.decided'))
              },
            },
          )
        }
        onCancel={() => setAsked(null)}
      >
        {asked !== null && (
          <NamesOf answer={page.data ?? {}}>
            <p>
              <SideValue side={asked.side} />
            </p>
            <ParticipantName id={asked.side.stream} link={false} />
            <p className="muted">{t('checks.conflicts.decideText')}</p>
          </NamesOf>
        )}
      </Confirm>
    </Panel>
  )
}

function SideValue({ side }: { side: Side }) {
  const { t } = useTranslation()
  if (side.elsewhere != null) return <span className="muted">{t('records.elsewhere', { place: side.elsewhere.place })}</span>
  if (side.value === undefined) return <span className="muted">{t('checks.conflicts.absent')}</span>
  return <strong className="break">{typeof side.value === 'string' ? side.value : JSON.stringify(side.value)}</strong>
}

function Sides({ row, onChoose }: { row: ConflictRow; onChoose?: (side: Side) => void }) {
  const { t } = useTranslation()
  return (
    <div className="page">
      <ul className="sides">
        {row.sides.map((side) => (
          <li key={side.stream}>
            <p>
              <SideValue side={side} />
            </p>
            <Facts
              rows={[
                [t('checks.conflicts.source'), <ParticipantName key="source" id={side.stream} />],
                [t('checks.conflicts.version'), `${side.version}（${side.release}）`],
                [t('checks.conflicts.storedAt'), <Time key="at" at={side.storedAt} />],
                [t('checks.conflicts.commitment'), <Digest key="digest" value={side.commitment} />],
              ]}
            />
            {onChoose !== undefined && (
              <Button onClick={() => onChoose(side)}>
                {t('checks.conflicts.choose')}
                <span className="visually-hidden">
                  {' '}
                  <ParticipantText id={side.stream} />
                </span>
              </Button>
            )}
          </li>
        ))}
      </ul>
      {row.settled !== null && (
        <Facts
          rows={[
            [t('checks.settledAt'), <Time key="at" at={row.settled.at} />],
            row.settled.actor === null ? null : [t('checks.settledBy'), <Actor key="by" actor={row.settled.actor} />],
            row.settled.source === null ? null : [t('checks.conflicts.taken'), <ParticipantName key="source" id={row.settled.source} />],
            row.settled.reason === null ? null : [t('common.reason'), row.settled.reason],
          ]}
        />
      )}
    </div>
  )
}
