import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/hooks.ts'
import { Chart } from '../parts/chart.tsx'
import { numberText } from '../parts/format.ts'
import { Fetched } from '../parts/states.tsx'

/** Records taken and refused, records that went up, submissions: over the last hours. */
export function FlowCharts({ hours, height = 220 }: { hours: number; height?: number }) {
  const flow = useApi('/admin/v1/flow', { query: { hours } }, { everyMs: 60_000, keep: true })
  return <Fetched query={flow}>{({ steps }) => <Drawn steps={steps} height={height} />}</Fetched>
}

interface Step {
  readonly at: string
  readonly submissions: number
  readonly records: number
  readonly refused: number
  readonly delivered: number
}

function Drawn({ steps, height }: { steps: readonly Step[]; height: number }) {
  const { t } = useTranslation()
  const shown = useMemo(() => {
    const times = steps.map(({ at }) => at)
    const records = [
      { name: t('overview.taken'), values: steps.map((step) => step.records - step.refused), meaning: 'good' as const, stack: 'in' },
      { name: t('common.outcomes.refused'), values: steps.map((step) => step.refused), meaning: 'bad' as const, stack: 'in' },
    ]
    const delivered = [
      { name: t('overview.delivered'), values: steps.map((step) => step.delivered) },
      { name: t('overview.submissions'), values: steps.map((step) => step.submissions) },
    ]
    return { times, records, delivered }
  }, [steps, t])
  const sum = (pick: (step: Step) => number) => numberText(steps.reduce((total, step) => total + pick(step), 0))
  return (
    <div className="grid-2">
      <div>
        <h3>
          {t('overview.chartReceived')} <span className="muted">{t('overview.sumRecords', { text: sum((step) => step.records) })}</span>
        </h3>
        <Chart title={t('overview.chartReceived')} kind="bar" times={shown.times} series={shown.records} height={height} />
      </div>
      <div>
        <h3>
          {t('overview.chartUp')} <span className="muted">{t('overview.sumRecords', { text: sum((step) => step.delivered) })}</span>
        </h3>
        <Chart title={t('overview.chartUp')} times={shown.times} series={shown.delivered} height={height} />
      </div>
    </div>
  )
}
