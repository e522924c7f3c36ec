import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { useApi } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { type Column, DataTable, type PageOf } from '../parts/data-table.tsx'
import { ChoiceFilter, Filters, InstantFilter } from '../parts/filters.tsx'
import { bytesText, numberText } from '../parts/format.ts'
import { useListState } from '../parts/list-state.ts'
import { PageHeader, Panel } from '../parts/page-header.tsx'
import { ParticipantFilter } from '../parts/participant-filter.tsx'
import { ParticipantName } from '../parts/participant-name.tsx'
import { Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import type { SubmissionRow } from './model.ts'
import { CountsText, SubmissionTag } from './parts.tsx'
import './submissions.css'

export const addressOfSubmission = ({ id, participant }: Pick<SubmissionRow, 'id' | 'participant'>): string =>
  `/submissions/${id}?participant=${encodeURIComponent(participant)}`

/** What was handed in, the newest first. */
export default function SubmissionList() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { may } = useSession()
  const list = useListState(['participant', 'outcome', 'state', 'from', 'to'] as const)
  const page = useApi('/admin/v1/submissions', { query: list.query as object }, { keep: true, everyMs: 15_000 })
  const columns: readonly Column<SubmissionRow>[] = [
    {
      key: 'id',
      title: t('submissions.id'),
      head: true,
      render: (row) => (
        <Link to={addressOfSubmission(row)} className="mono">
          {row.id.slice(0, 8)}
          <span className="visually-hidden">{row.id.slice(8)}</span>
        </Link>
      ),
    },
    { key: 'state', title: t('submissions.state'), render: (row) => <SubmissionTag row={row} /> },
    { key: 'received', title: t('submissions.receivedAt'), render: (row) => <Time at={row.receivedAt} /> },
    { key: 'participant', title: t('submissions.participant'), render: (row) => <ParticipantName id={row.participant} /> },
    { key: 'counts', title: t('submissions.counts'), render: (row) => <CountsText counts={row.counts} /> },
    {
      key: 'records',
      title: t('submissions.records'),
      align: 'right',
      render: (row) => <span className="number">{numberText(row.storedRecords)}</span>,
    },
    {
      key: 'size',
      title: t('submissions.size'),
      align: 'right',
      render: (row) => <span className="number">{bytesText(row.bodyBytes)}</span>,
    },
    {
      key: 'standard',
      title: t('submissions.standard'),
      render: (row) => (row.kind === 'versions' ? t('submissions.fromNode') : row.standard),
    },
  ]
  const choices = (area: string, values: readonly string[]) => values.map((value) => ({ value, label: t(`submissions.${area}.${value}`) }))
  const canEnter = may('GET', '/drafts')
  return (
    <div className="page">
      <PageHeader
        title={t('submissions.title')}
        text={t('submissions.text')}
        actions={
          canEnter ? (
            <>
              <Button onClick={() => void navigate('/entry')}>{t('submissions.enter')}</Button>
              <Button type="primary" onClick={() => void navigate('/upload')}>
                {t('submissions.upload')}
              </Button>
            </>
          ) : undefined
        }
      />
      <Panel>
        <Filters onClear={list.clear} filtered={list.filtered}>
          <ParticipantFilter
            label={t('submissions.participant')}
            value={list.filters.participant}
            names={page.data?.names}
            onChange={(participant) => list.set({ participant })}
          />
          <ChoiceFilter
            label={t('submissions.outcome')}
            value={list.filters.outcome}
            options={choices('ended', ['accepted', 'partial', 'refused', 'cancelled'])}
            onChange={(outcome) => list.set({ outcome })}
          />
          <ChoiceFilter
            label={t('submissions.state')}
            value={list.filters.state}
            options={choices('states', ['storing', 'paused', 'finished', 'incomplete'])}
            onChange={(state) => list.set({ state })}
          />
          <InstantFilter label={t('common.from')} value={list.filters.from} onChange={(from) => list.set({ from })} />
          <InstantFilter label={t('common.to')} value={list.filters.to} onChange={(to) => list.set({ to })} />
        </Filters>
      </Panel>
      <Panel>
        <DataTable<SubmissionRow>
          label={t('submissions.title')}
          page={page as unknown as PageOf<SubmissionRow>}
          list={list}
          columns={columns}
          rowKey={(row) => `${row.participant}/${row.id}`}
          empty={
            <Empty title={t('submissions.emptyTitle')}>
              <p>{t('submissions.emptyText')}</p>
              {canEnter && <Link to="/upload">{t('submissions.upload')}</Link>}
            </Empty>
          }
        />
      </Panel>
    </div>
  )
}
