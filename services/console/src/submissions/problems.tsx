import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { send } from '../api/client.ts'
import { useApi } from '../api/hooks.ts'
import type { ApiError } from '../api/problem.ts'
import { type Column, DataTable, type PageOf } from '../parts/data-table.tsx'
import { EntityName } from '../parts/entity-name.tsx'
import { ChoiceFilter, Filters, TextFilter } from '../parts/filters.tsx'
import { useListState } from '../parts/list-state.ts'
import { Panel } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import type { ProblemGroup, RecordOutcome } from './model.ts'
import { OutcomeTag } from './parts.tsx'
import { ProblemGroups } from './problem-groups.tsx'

/** Problems by kind, and the records that have them. */
export function Problems({ id, participant }: { id: string; participant: string | null }) {
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
