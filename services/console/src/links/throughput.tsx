import { Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/hooks.ts'
import { Chart } from '../parts/chart.tsx'
import { bytesText, numberText } from '../parts/format.ts'
import { Fetched } from '../parts/states.tsx'

/** Records a link delivered, step by step. */
export function Throughput({ name }: { name: string }) {
  const { t } = useTranslation()
  const [hours, setHours] = useState(24)
  const flow = useApi('/admin/v1/links/{name}/flow', { path: { name }, query: { hours } }, { everyMs: 60_000, keep: true })
  return (
    <div className="page">
      <div className="row">
        <Segmented
          aria-label={t('overview.span')}
          value={hours}
          onChange={setHours}
          options={[
            { value: 1, label: t('overview.lastHour') },
            { value: 24, label: t('overview.lastDay') },
            { value: 168, label: t('overview.lastWeek') },
          ]}
        />
      </div>
      <Fetched query={flow}>{({ steps }) => <Drawn steps={steps} />}</Fetched>
    </div>
  )
}

interface Step {
  readonly at: string
  readonly deliveries: number
  readonly records: number
  readonly bytes: number
  readonly refused: number
}

function Drawn({ steps }: { steps: readonly Step[] }) {
  const { t } = useTranslation()
  const times = useMemo(() => steps.map(({ at }) => at), [steps])
  const series = useMemo(
    () => [
      { name: t('links.taken'), values: steps.map((step) => step.records - step.refused), meaning: 'good' as const, stack: 'records' },
      { name: t('common.outcomes.refused'), values: steps.map((step) => step.refused), meaning: 'bad' as const, stack: 'records' },
    ],
    [steps, t],
  )
  const total = (pick: (step: Step) => number) => steps.reduce((sum, step) => sum + pick(step), 0)
  return (
    <>
      <p className="muted">
        {t('links.flowSum', {
          records: numberText(total((step) => step.records)),
          deliveries: numberText(total((step) => step.deliveries)),
          bytes: bytesText(total((step) => step.bytes)),
        })}
      </p>
      <Chart title={t('links.throughput')} kind="bar" times={times} series={series} height={260} />
    </>
  )
}
