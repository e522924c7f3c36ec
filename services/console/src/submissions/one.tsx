import { useQuery } from '@tanstack/react-query'
import { Button, Progress } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import { send } from '../api/client.ts'
import { useApi, useSend } from '../api/hooks.ts'
import type { ApiError } from '../api/problem.ts'
import { useSession } from '../api/session.tsx'
import { type Column, DataTable, type PageOf } from '../parts/data-table.tsx'
import { ChoiceFilter, Filters, TextFilter } from '../parts/filters.tsx'
import { EntityName } from '../parts/entity-name.tsx'
import { bytesText, spanText } from '../parts/format.ts'
import { useListState } from '../parts/list-state.ts'
import { Facts, PageHeader, Panel } from '../parts/page-header.tsx'
import { NamesOf, ParticipantName } from '../parts/participant-name.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Empty, Failed, Fetched, Loading } from '../parts/states.tsx'
import { TabBar } from '../parts/tabs.tsx'
import { Time } from '../parts/time.tsx'
import { Downloads } from './downloads.tsx'
import type { ProblemGroup, RecordOutcome, SubmissionStatus } from './model.ts'
import { CountsFigures, OutcomeTag, SubmissionTag } from './parts.tsx'
import { PathPanel } from './path.tsx'
import { ProblemGroups } from './problem-groups.tsx'
import { ReceiptPanel, useReceipt } from './receipt.tsx'
import './submissions.css'

/** One submission: how it stands here and above, what is wrong with it, its receipt. */
export default function OneSubmission() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const [params] = useSearchParams()
  const participant = params.get('participant')
  const whose = participant === null ? {} : { participant }
  const query = useApi('/admin/v1/submissions/{id}', { path: { id }, query: whose as object }, { everyMs: 5_000, keep: true })
  if (query.data === undefined)
    return (
      <div className="page">
        <PageHeader title={t('submissions.one')} />
        <Fetched query={query}>{() => null}</Fetched>
      </div>
    )
  return (
    <Fetched query={query}>
      {(data) => (
        <NamesOf answer={data}>
          <Shown status={data as unknown as SubmissionStatus} participant={participant} />
        </NamesOf>
      )}
    </Fetched>
  )
}

function Shown({ status, participant }: { status: SubmissionStatus; participant: string | null }) {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const { id } = status.submission
  const refused = status.counts?.refused ?? 0
  const tab = params.get('tab') ?? (refused > 0 ? 'problems' : 'path')
  const choose = (next: string) => {
    const more = new URLSearchParams(params)
    more.set('tab', next)
    for (const name of ['code', 'field', 'severity', 'cursor']) more.delete(name)
    setParams(more, { replace: true })
  }
  return (
    <div className="page">
      <PageHeader
        title={
          <>
            {t('submissions.one')} <span className="mono break">{id}</span>
          </>
        }
        text={
          <Link className="no-print" to="/submissions">
            {t('submissions.backToList')}
          </Link>
        }
        actions={<Downloads status={status} />}
      />
      <Panel>
        <div className="row">
          <SubmissionTag row={status} />
          {status.legacy && <span className="tag">{t('submissions.legacy')}</span>}
        </div>
        <CountsFigures counts={status.counts} />
        {status.state !== 'finished' && <Storing status={status} />}
        <Facts
          rows={[
            [t('submissions.participant'), <ParticipantName key="p" id={status.submission.participant} />],
            [t('submissions.standard'), status.standard],
            [t('submissions.receivedAt'), <Time key="r" at={status.receivedAt} />],
            [t('submissions.finishedAt'), status.finishedAt === null ? null : <Time key="f" at={status.finishedAt} />],
            [t('submissions.size'), bytesText(status.bodyBytes)],
          ]}
        />
      </Panel>
      <TabBar
        label={t('submissions.one')}
        active={tab}
        onChange={choose}
        tabs={[
          { key: 'problems', label: t('submissions.problems'), content: () => <Problems id={id} participant={participant} /> },
          { key: 'path', label: t('submissions.path'), content: () => <PathPanel status={status} /> },
          {
            key: 'records',
            label: t('submissions.recordsTab'),
            content: () => <Records id={id} participant={participant} finished={status.state === 'finished'} />,
          },
          {
            key: 'receipt',
            label: t('submissions.receipt'),
            content: () =>
              status.state === 'finished' ? (
                <ReceiptPanel id={id} participant={participant} />
              ) : (
                <Panel>
                  <Empty title={t('submissions.noReceiptYet')} />
                </Panel>
              ),
          },
        ]}
      />
    </div>
  )
}

const acts = ['pause', 'resume', 'cancel'] as const

function Storing({ status }: { status: SubmissionStatus }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const { id, participant } = status.submission
  const sends = {
    pause: useSend('post', '/admin/v1/submissions/{id}/pause', ['/admin/v1/submissions']),
    resume: useSend('post', '/admin/v1/submissions/{id}/resume', ['/admin/v1/submissions']),
    cancel: useSend('post', '/admin/v1/submissions/{id}/cancel', ['/admin/v1/submissions']),
  }
  const error = acts.map((act) => sends[act].error).find((one) => one !== null)
  const shown = acts.filter((act) => (act === 'pause' ? status.state === 'storing' : act === 'resume' ? status.state === 'paused' : true))
  return (
    <div>
      <Progress
        percent={Math.round((status.progress?.share ?? 0) * 100)}
        status={status.state === 'storing' ? 'active' : 'normal'}
        aria-label={t('submissions.progress')}
      />
      {status.progress?.secondsLeft !== null && status.progress?.secondsLeft !== undefined && (
        <p className="muted">{t('submissions.secondsLeft', { text: spanText(status.progress.secondsLeft) })}</p>
      )}
      <div className="row no-print">
        {shown.map((act) =>
          may('POST', `/submissions/:id/${act}`) ? (
            <Button
              key={act}
              danger={act === 'cancel'}
              onClick={() => sends[act].mutate({ path: { id }, query: { participant } as never })}
            >
              {t(`submissions.acts.${act}`)}
            </Button>
          ) : null,
        )}
      </div>
      {error != null && <ProblemView problem={error.problem} />}
    </div>
  )
}

/** Problems by kind, and the records that have them. */
function Problems({ id, participant }: { id: string; participant: string | null }) {
  const { t } = useTranslation()
  const list = useListState(['code', 'field', 'severity'] as const)
  const whose = participant === null ? {} : { participant }
  const groups = useQuery<{ groups: ProblemGroup[]; problems: number }, ApiError>({
    queryKey: ['/admin/v1/submissions/groups', id, participant],
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({ group: 'true', ...(participant === null ? {} : { participant }) })
      return (await (await send('GET', `/admin/v1/submissions/${id}/problems?${query}`, { signal })).json()) as {
        groups: ProblemGroup[]
        problems: number
      }
    },
  })
  const page = useApi(
    '/admin/v1/submissions/{id}/problems',
    { path: { id }, query: { ...list.query, ...whose, limit: 20 } as object },
    { keep: true },
  )
  if (groups.data === undefined)
    return groups.error === null ? <Loading /> : <Failed error={groups.error} again={() => void groups.refetch()} />
  if (groups.data.groups.length === 0)
    return (
      <Panel>
        <Empty title={t('submissions.noProblems')}>
          <p>{t('submissions.noProblemsText')}</p>
        </Empty>
      </Panel>
    )
  const columns: readonly Column<RecordOutcome>[] = [
    {
      key: 'record',
      title: t('submissions.record'),
      head: true,
      width: '16%',
      render: (row) => (
        <>
          <div>{t('submissions.recordAt', { at: row.index + 1 })}</div>
          {row.entity !== undefined && row.entity !== null && (
            <div>
              <EntityName code={row.entity} />
            </div>
          )}
          <div className="muted break">{row.sourceId}</div>
        </>
      ),
    },
    { key: 'outcome', title: t('submissions.outcome'), width: '10%', render: (row) => <OutcomeTag outcome={row.outcome} /> },
    {
      key: 'problems',
      title: t('submissions.problems'),
      render: (row) => (
        <div className="stack">
          {(row.problems ?? []).map((problem, at) => (
            <ProblemView key={at} problem={problem as never} quiet />
          ))}
        </div>
      ),
    },
  ]
  return (
    <div className="page">
      <Panel title={t('submissions.groups')}>
        <ProblemGroups
          groups={groups.data.groups}
          onChoose={(group) => list.set({ code: group.code, field: group.pointer ?? undefined, severity: group.severity })}
        />
      </Panel>
      <Panel title={t('submissions.problemRecords')}>
        <div className="page">
          <Filters onClear={list.clear} filtered={list.filtered}>
            <ChoiceFilter
              label={t('submissions.kind')}
              value={list.filters.code}
              options={[...new Map(groups.data.groups.map((group) => [group.code, group.title])).entries()].map(([value, label]) => ({
                value,
                label,
              }))}
              onChange={(code) => list.set({ code })}
            />
            <ChoiceFilter
              label={t('submissions.severityLabel')}
              value={list.filters.severity}
              options={(['error', 'doubt', 'warning'] as const).map((value) => ({ value, label: t(`submissions.severity.${value}`) }))}
              onChange={(severity) => list.set({ severity })}
            />
            <TextFilter label={t('submissions.field')} value={list.filters.field} onChange={(field) => list.set({ field })} />
          </Filters>
          <DataTable<RecordOutcome>
            label={t('submissions.problemRecords')}
            page={page as unknown as PageOf<RecordOutcome>}
            list={list}
            columns={columns}
            rowKey={(row) => String(row.index)}
          />
        </div>
      </Panel>
    </div>
  )
}

/** What became of each record: all of a small submission, the first thousand refusals of a large one. */
function Records({ id, participant, finished }: { id: string; participant: string | null; finished: boolean }) {
  const { t } = useTranslation()
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
        page={{ data: { items: rows.slice(0, 300), next: null }, error: null, isPending: false, refetch: () => undefined }}
        columns={columns}
        rowKey={(row) => String(row.index)}
      />
    </Panel>
  )
}
