import { useTranslation } from 'react-i18next'
import { useApi } from '../api/hooks.ts'
import { Facts, PageHeader, Panel } from '../parts/page-header.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Fetched } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'

/** What this node is and how it is. */
export default function OverviewPage() {
  const { t } = useTranslation()
  const node = useApi('/v1/node')
  return (
    <div className="page">
      <PageHeader title={t('overview.title')} />
      <Panel title={t('overview.node')}>
        <Fetched query={node}>
          {(facts) => (
            <Facts
              rows={[
                [t('overview.region'), <RegionName key="region" code={facts.region} />],
                [t('overview.tier'), t(`common.tiers.${facts.tier}`)],
                [t('overview.time'), <Time key="time" at={facts.time} />],
              ]}
            />
          )}
        </Fetched>
      </Panel>
    </div>
  )
}
