import { Progress } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useApi } from '../api/hooks.ts'
import { DataTable, type PageOf } from '../parts/data-table.tsx'
import { numberText } from '../parts/format.ts'
import { Panel, StateTag } from '../parts/page-header.tsx'
import { Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { runMeaning, type RunRow } from './types.ts'

/** Runs in the shadow: over what comes in until a revision counts, and over what is stored. */
export function ShadowRuns() {
  const { t } = useTranslation()
  const page = useApi('/admin/v1/shadow-runs', {}, { everyMs: 5_000 })
  return (
    <Panel title={t('standards.runs')}>
      <div className="page">
        <p className="muted">{t('standards.runsText')}</p>
        <DataTable<RunRow>
          label={t('standards.runs')}
          page={page as unknown as PageOf<RunRow>}
          rowKey={(row) => String(row.run)}
          empty={
            <Empty title={t('standards.noRuns')}>
              <p>{t('standards.noRunsText')}</p>
            </Empty>
          }
          columns={[
            {
              key: 'run',
              title: t('standards.run'),
              head: true,
              render: (row) => (
                <Link to={`/standards/runs/${row.run}`}>
                  #{row.run} {row.release} r{row.revision}
                </Link>
              ),
            },
            { key: 'kind', title: t('standards.kind'), render: (row) => t(`standards.kinds.${row.kind}`) },
            {
              key: 'state',
              title: t('checks.state'),
              render: (row) => <StateTag meaning={runMeaning[row.state]}>{t(`standards.runStates.${row.state}`)}</StateTag>,
            },
            { key: 'judged', title: t('standards.judged'), align: 'right', render: (row) => numberText(row.judged) },
            { key: 'refuse', title: t('standards.wouldRefuse'), align: 'right', render: (row) => numberText(row.wouldRefuse) },
            { key: 'doubt', title: t('standards.wouldDoubt'), align: 'right', render: (row) => numberText(row.wouldDoubt) },
            { key: 'at', title: t('standards.startedAt'), render: (row) => <Time at={row.startedAt} seconds={false} /> },
          ]}
        />
      </div>
    </Panel>
  )
}

/** How far a run over stored records has come; nothing for one that watches what comes in. */
export function RunProgress({ row }: { row: RunRow }) {
  const { t } = useTranslation()
  const { done, total } = row.progress
  if (total === null || row.state !== 'running') return null
  return (
    <Progress
      percent={total === 0 ? 100 : Math.min(100, Math.round((100 * done) / total))}
      status="active"
      aria-label={t('standards.progress')}
    />
  )
}
