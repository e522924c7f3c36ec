import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { type Answer, useApi } from '../api/hooks.ts'
import { Actor } from '../parts/actor.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { ChoiceFilter, Filters, InstantFilter, TextFilter } from '../parts/filters.tsx'
import { useListState } from '../parts/list-state.ts'
import { ParticipantFilter } from '../parts/participant-filter.tsx'
import { Time } from '../parts/time.tsx'
import { DetachedRanges } from './detached.tsx'
import { kinds } from './kinds.ts'
import { Brief, Subject } from './told.tsx'

type Row = Answer<'/admin/v1/log'>['items'][number]

/** Entries by who, what and when; filters stand in the address. */
export function Entries() {
  const { t, i18n } = useTranslation()
  const list = useListState(['actor', 'kind', 'subject', 'record', 'submission', 'from', 'to'])
  const page = useApi('/admin/v1/log', { query: list.query as never }, { keep: true })
  const kindName = (kind: string) => (i18n.exists(`log.kinds.${kind}`) ? t(`log.kinds.${kind}`) : kind)
  return (
    <div className="page">
      <Filters filtered={list.filtered} onClear={list.clear}>
        <ChoiceFilter
          label={t('log.kind')}
          value={list.filters.kind}
          onChange={(kind) => list.set({ kind })}
          options={kinds.map((value) => ({ value, label: kindName(value) }))}
        />
        <ParticipantFilter
          label={t('log.actor')}
          value={list.filters.actor}
          names={page.data?.names}
          valueFor={(id) => `participant:${id}`}
          accounts
          others={[
            { value: 'node', label: t('log.actors.node') },
            { value: 'operator:token', label: t('log.actors.token') },
          ]}
          onChange={(actor) => list.set({ actor })}
        />
        <TextFilter label={t('log.subject')} value={list.filters.subject} onChange={(subject) => list.set({ subject })} />
        <TextFilter
          label={t('log.record')}
          value={list.filters.record}
          pattern={/^r_[0-9a-f]{32}$/}
          placeholder="r_…"
          onChange={(record) => list.set({ record })}
        />
        <TextFilter
          label={t('log.submission')}
          value={list.filters.submission}
          pattern={/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/}
          onChange={(submission) => list.set({ submission })}
        />
        <InstantFilter label={t('common.from')} value={list.filters.from} onChange={(from) => list.set({ from })} />
        <InstantFilter label={t('common.to')} value={list.filters.to} onChange={(to) => list.set({ to })} />
      </Filters>
      <DetachedRanges ranges={page.data?.detached ?? []} />
      <DetachedRanges ranges={page.data?.versionsDetached ?? []} of="versions" />
      <DataTable<Row>
        label={t('log.entries')}
        page={page as never}
        list={list}
        rowKey={(row) => String(row.index)}
        columns={[
          { key: 'index', title: t('log.index'), head: true, render: (row) => <Link to={`/log/${row.index}`}>{`#${row.index}`}</Link> },
          { key: 'kind', title: t('log.kind'), render: (row) => <span className="nowrap">{kindName(row.kind)}</span> },
          { key: 'at', title: t('log.instant'), render: (row) => <Time at={row.instant} /> },
          { key: 'actor', title: t('log.actor'), render: (row) => <Actor actor={row.actor} /> },
          { key: 'subject', title: t('log.subject'), render: (row) => <Subject subject={row.subject} />, width: '14%' },
          {
            key: 'what',
            title: t('log.what'),
            render: (row) => <Brief kind={row.kind} body={row.body} />,
          },
        ]}
      />
    </div>
  )
}
