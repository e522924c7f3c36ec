import { App, Button, Tooltip } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { type Answer, useApi, useSend } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { EntityName } from '../parts/entity-name.tsx'
import { ChoiceFilter, Filters, TextFilter } from '../parts/filters.tsx'
import { numberText } from '../parts/format.ts'
import { type ListState, useListState } from '../parts/list-state.ts'
import { PageHeader, Panel, StateTag } from '../parts/page-header.tsx'
import { SenderFilter } from '../parts/participant-filter.tsx'
import { ParticipantName } from '../parts/participant-name.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import type { ProblemBody } from '../api/problem.ts'
import { parkedMeaning } from './words.ts'

type Row = Answer<'/admin/v1/parked'>['items'][number]
type Group = Answer<'/admin/v1/parked/groups'>['groups'][number]
const filters = ['link', 'state', 'entity', 'reason', 'region', 'participant', 'record', 'unjudged'] as const
const keyOf = (row: Row) => `${row.link} ${row.part} ${row.ordinal}`
const stale = ['/admin/v1/parked', '/admin/v1/links']

/** Records that an upstream refused: grouped by reason, each with the upstream's own words, to be sent again when the cause is mended. */
export default function ParkedPage() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const session = useSession()
  const list = useListState(filters)
  const page = useApi('/admin/v1/parked', { query: list.query as never }, { keep: true, everyMs: 15_000 })
  const groups = useApi('/admin/v1/parked/groups', {}, { keep: true, everyMs: 30_000 })
  const retry = useSend('post', '/admin/v1/parked/retry', stale)
  const [chosen, setChosen] = useState<readonly string[]>([])
  const mayRetry = session.may('POST', '/parked/retry')
  const again = (records: readonly Row[]) =>
    retry.mutate(
      { body: { records: records.map(({ link, part, ordinal }) => ({ link, part, ordinal })) } as never },
      {
        onSuccess: ({ retried }) => {
          setChosen([])
          void message.success(t('parked.retried', { count: retried }))
        },
      },
    )
  const open = (row: Row) => mayRetry && row.state === 'parked'
  return (
    <div className="page">
      <PageHeader title={t('parked.title')} text={t('parked.text')} />
      {groups.data !== undefined && groups.data.groups.length > 0 && <Groups groups={groups.data.groups} list={list} />}
      <Panel>
        <div className="page">
          <Filters filtered={list.filtered} onClear={list.clear}>
            <ChoiceFilter
              label={t('links.state')}
              value={list.filters.state}
              onChange={(state) => list.set({ state })}
              options={['parked', 'retrying', 'delivered', 'superseded'].map((value) => ({ value, label: t(`parked.states.${value}`) }))}
            />
            <ChoiceFilter
              label={t('parked.receipt')}
              value={list.filters.unjudged}
              onChange={(unjudged) => list.set({ unjudged })}
              options={[
                { value: 'true', label: t('parked.unjudged') },
                { value: 'false', label: t('parked.judged') },
              ]}
            />
            <TextFilter label={t('links.one')} value={list.filters.link} onChange={(link) => list.set({ link })} />
            <TextFilter
              label={t('links.region')}
              value={list.filters.region}
              pattern={/^\d{2,6}$/}
              onChange={(region) => list.set({ region })}
            />
            <SenderFilter value={list.filters.participant} names={page.data?.names} onChange={(participant) => list.set({ participant })} />
            <TextFilter
              label={t('links.record')}
              value={list.filters.record}
              pattern={/^r_[0-9a-f]{32}$/}
              onChange={(record) => list.set({ record })}
            />
          </Filters>
          {retry.error !== null && <ProblemView problem={retry.error.problem} />}
          {mayRetry && chosen.length > 0 && (
            <div className="row">
              <Button
                type="primary"
                loading={retry.isPending}
                onClick={() => again((page.data?.items ?? []).filter((row) => chosen.includes(keyOf(row))))}
              >
                {t('parked.retryChosen', { count: chosen.length })}
              </Button>
            </div>
          )}
          <DataTable<Row>
            label={t('parked.title')}
            page={page as never}
            list={list}
            rowKey={keyOf}
            {...(mayRetry ? { select: { keys: chosen, change: setChosen } } : {})}
            empty={
              <Empty title={t('parked.none')}>
                <p>{t('parked.noneText')}</p>
              </Empty>
            }
            expand={(row) => (
              <div className="page">
                {row.unjudged && <p>{t('parked.unjudgedText')}</p>}
                {row.problems.map((problem, at) => (
                  <ProblemView key={at} problem={problem as unknown as ProblemBody} quiet />
                ))}
              </div>
            )}
            columns={[
              { key: 'entity', title: t('links.entity'), head: true, render: (row) => <EntityName code={row.entity} /> },
              { key: 'reason', title: t('common.reason'), render: (row) => <Reason row={row} /> },
              { key: 'region', title: t('links.region'), render: (row) => <RegionName code={row.reportingRegion} /> },
              { key: 'sender', title: t('submissions.participant'), render: (row) => <ParticipantName id={row.stream} link={false} /> },
              {
                key: 'link',
                title: t('links.one'),
                render: (row) => (
                  <Link to={`/links/${row.link}`}>
                    <RegionName code={row.link} />
                  </Link>
                ),
              },
              {
                key: 'state',
                title: t('links.state'),
                render: (row) => (
                  <span className="row">
                    <StateTag meaning={parkedMeaning[row.state] ?? 'info'}>{t(`parked.states.${row.state}`)}</StateTag>
                    {row.unjudged && <Unjudged />}
                  </span>
                ),
              },
              { key: 'retries', title: t('parked.retries'), align: 'right', render: (row) => numberText(row.retries) },
              { key: 'at', title: t('parked.since'), render: (row) => <Time at={row.parkedAt} ago /> },
              {
                key: 'do',
                title: t('parked.do'),
                render: (row) => (
                  <span className="row">
                    {open(row) && (
                      <Button size="small" type="primary" loading={retry.isPending} onClick={() => again([row])}>
                        {t('parked.retry')}
                      </Button>
                    )}
                    <Link to={`/records/${row.recordId}`}>{t('parked.record')}</Link>
                  </span>
                ),
              },
            ]}
          />
        </div>
      </Panel>
    </div>
  )
}

/** It was sent and never answered for: it may stand above. */
function Unjudged() {
  const { t } = useTranslation()
  return (
    <Tooltip title={t('parked.unjudgedText')} trigger={['hover', 'focus']}>
      <button type="button" className="link-button">
        <StateTag meaning="warn">{t('parked.unjudged')}</StateTag>
      </button>
    </Tooltip>
  )
}

function Reason({ row }: { row: Row }) {
  const { t, i18n } = useTranslation()
  // Nobody above said anything of it: it waits for the record that it refers to.
  if (row.reason === 'parent-parked') return <>{t('parked.parentParked')}</>
  const first = row.problems[0] as { title?: string; en?: { title?: string } } | undefined
  return <>{(i18n.language === 'en' ? first?.en?.title : undefined) ?? first?.title ?? row.reason}</>
}

function Groups({ groups, list }: { groups: readonly Group[]; list: ListState<(typeof filters)[number]> }) {
  const { t, i18n } = useTranslation()
  return (
    <ul className="group-cards" aria-label={t('parked.byReason')}>
      {groups.map((group) => {
        const on = list.filters.reason === group.reason && list.filters.entity === group.entity
        return (
          <li key={`${group.link} ${group.reason} ${group.entity}`}>
            <button
              type="button"
              aria-pressed={on}
              onClick={() =>
                on ? list.clear() : list.set({ reason: group.reason, entity: group.entity, link: group.link, state: undefined })
              }
            >
              <strong>{i18n.language === 'en' ? group.title.en : group.title.zh}</strong>
              <span>
                <EntityName code={group.entity} />
              </span>
              <span className="muted">
                {t('parked.groupText', { count: group.records })} <Time at={group.oldest} ago />
                {group.unjudged > 0 && t('parked.groupUnjudged', { count: group.unjudged })}
              </span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
