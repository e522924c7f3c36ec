import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useLive } from '../api/live.ts'
import { PageHeader, Panel } from '../parts/page-header.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Loading } from '../parts/states.tsx'
import { Attention } from './attention.tsx'
import { FlowCharts } from './charts.tsx'
import { Figures } from './figures.tsx'
import { NodeTree } from './tree.tsx'

/** The node in its place, as it is now: what needs attention first, then how it flows. */
export default function OverviewPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { facts, connected } = useLive()
  const [hours, setHours] = useState(24)
  if (facts === null) return <Loading />
  return (
    <div className="page">
      <PageHeader
        title={t('overview.title')}
        text={
          <>
            <RegionName code={facts.node.region} /> · {t(`common.tiers.${facts.node.tier}`)} · {t('overview.node')} {facts.node.name}
          </>
        }
        actions={<Button onClick={() => void navigate('/wall')}>{t('overview.wall')}</Button>}
      />
      {!connected && <output className="notice warn">{t('common.unreachable')}</output>}
      <Figures facts={facts} />
      <div className="grid-overview">
        <Panel title={t('overview.attention')}>
          <Attention facts={facts} />
        </Panel>
        <Panel title={t('overview.tree')}>
          <NodeTree facts={facts} connected={connected} />
        </Panel>
      </div>
      <Panel
        title={t('overview.flow')}
        extra={
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
        }
      >
        <FlowCharts hours={hours} />
      </Panel>
    </div>
  )
}
