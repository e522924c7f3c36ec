import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { EntityName } from '../parts/entity-name.tsx'
import { numberText } from '../parts/format.ts'
import { Panel } from '../parts/page-header.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import type { RecordOutcome } from './model.ts'
import { OutcomeTag } from './parts.tsx'
import { useReceipt } from './receipt.tsx'

/** Rows that are drawn at once; a thousand together would keep a page busy for seconds. */
const rowsAtOnce = 200

/** What became of each record: all of a small submission, the first thousand refusals of a large one. */
export function Records({ id, participant, finished }: { id: string; participant: string | null; finished: boolean }) {
  const { t } = useTranslation()
  const [drawn, setDrawn] = useState(rowsAtOnce)
  const query = useReceipt(id, participant, finished)
  if (!finished)
    return (
      <Panel>
        <Empty title={t('submissions.noReceiptYet')} />
      </Panel>
    )
  if (query.data === undefined) return query.error === null ? <Loading /> : <Failed error={query.error} />
  const rows = query.data.receipt.records ?? []
  const columns: readonly Column<RecordOutcome>[] = [
    { key: 'at', title: t('submissions.at'), align: 'right', render: (row) => <span className="number">{row.index + 1}</span> },
    {
      key: 'entity',
      title: t('submissions.entity'),
      head: true,
      render: (row) => (row.entity == null ? '—' : <EntityName code={row.entity} />),
    },
    { key: 'source', title: t('submissions.sourceId'), render: (row) => <span className="break">{row.sourceId ?? '—'}</span> },
    { key: 'outcome', title: t('submissions.outcome'), render: (row) => <OutcomeTag outcome={row.outcome} /> },
    { key: 'version', title: t('submissions.version'), align: 'right', render: (row) => row.version ?? '—' },
    {
      key: 'record',
      title: t('submissions.record'),
      render: (row) => (row.recordId === undefined ? '—' : <Link to={`/records/${row.recordId}`}>{t('submissions.openRecord')}</Link>),
    },
  ]
  return (
    <Panel title={t('submissions.recordsTab')} extra={<span className="muted">{t('submissions.recordsNote')}</span>}>
      <DataTable<RecordOutcome>
        label={t('submissions.recordsTab')}
        page={{ data: { items: rows.slice(0, drawn), next: null }, error: null, isPending: false, refetch: () => undefined }}
        columns={columns}
        rowKey={(row) => String(row.index)}
      />
      {rows.length > drawn && (
        <p className="row no-print">
          <span className="muted">{t('submissions.recordsDrawn', { drawn: numberText(drawn), all: numberText(rows.length) })}</span>
          <Button onClick={() => setDrawn(drawn + rowsAtOnce)}>{t('submissions.recordsMore')}</Button>
        </p>
      )}
    </Panel>
  )
}
