import { useTranslation } from 'react-i18next'
import { type Answer, useApi } from '../api/hooks.ts'
import { DataTable } from '../parts/data-table.tsx'
import { ChoiceFilter, Filters } from '../parts/filters.tsx'
import { bytesText, numberText } from '../parts/format.ts'
import { useListState } from '../parts/list-state.ts'
import { StateTag } from '../parts/page-header.tsx'
import { Time } from '../parts/time.tsx'
import { deliveryMeaning } from './words.ts'

type Row = Answer<'/admin/v1/links/{name}/deliveries'>['items'][number]

/** Batches that went up, or are about to. */
export function Deliveries({ name }: { name: string }) {
  const { t } = useTranslation()
  const list = useListState(['state'])
  const page = useApi('/admin/v1/links/{name}/deliveries', { path: { name }, query: list.query as never }, { keep: true, everyMs: 10_000 })
  return (
    <div className="page">
      <Filters filtered={list.filtered} onClear={list.clear}>
        <ChoiceFilter
          label={t('links.state')}
          value={list.filters.state}
          onChange={(state) => list.set({ state })}
          options={['open', 'finished', 'split'].map((value) => ({ value, label: t(`links.deliveryStates.${value}`) }))}
        />
      </Filters>
      <DataTable<Row>
        label={t('links.deliveries')}
        page={page}
        list={list}
        rowKey={(row) => row.delivery_id}
        columns={[
          { key: 'number', title: t('links.number'), head: true, render: (row) => `#${row.number}` },
          {
            key: 'state',
            title: t('links.state'),
            render: (row) => <StateTag meaning={deliveryMeaning[row.state] ?? 'info'}>{t(`links.deliveryStates.${row.state}`)}</StateTag>,
          },
          { key: 'kind', title: t('links.kind'), render: (row) => t(`links.deliveryKinds.${row.kind}`) },
          { key: 'range', title: t('links.range'), render: (row) => <span className="number">{`${row.from_index}–${row.to_index}`}</span> },
          { key: 'records', title: t('links.records'), align: 'right', render: (row) => numberText(row.record_count) },
          { key: 'bytes', title: t('links.bytes'), align: 'right', render: (row) => bytesText(row.body_bytes) },
          { key: 'attempts', title: t('links.attempts'), align: 'right', render: (row) => numberText(row.attempts) },
          { key: 'finished', title: t('links.finishedAt'), render: (row) => <Time at={row.finished_at ?? row.created_at} /> },
          { key: 'counts', title: t('links.outcomes'), render: (row) => <Counts counts={row.counts} error={row.last_error} /> },
        ]}
      />
    </div>
  )
}

function Counts({ counts, error }: { counts: Readonly<Record<string, number>> | null | undefined; error: string | null }) {
  const { t } = useTranslation()
  if (counts === null || counts === undefined) return <span className="break">{error ?? '—'}</span>
  const shown = Object.entries(counts).filter(([, count]) => count > 0)
  return <>{shown.map(([outcome, count]) => `${t(`common.outcomes.${outcome}`)} ${numberText(count)}`).join(' · ') || '—'}</>
}
