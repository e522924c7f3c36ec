import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { LiveFacts } from '../api/live.ts'
import { numberText, spanText } from '../parts/format.ts'
import { type Meaning, StateTag } from '../parts/page-header.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Time } from '../parts/time.tsx'

const shownBelow = 8
const linkMeaning: Record<string, Meaning> = { idle: 'good', forwarding: 'good', waiting: 'info', failing: 'bad', paused: 'warn' }
const regionName = /^\d{6}$/

/** The line between two nodes; what moves on it moves while records flow. */
function Flow({ perMinute, broken }: { perMinute: number; broken?: boolean }) {
  const { t } = useTranslation()
  return (
    <div className={`tree-line ${broken === true ? 'broken' : perMinute > 0 ? 'flowing' : ''}`}>
      <span className="number">
        <span aria-hidden="true">↑ </span>
        {numberText(perMinute)} {t('overview.perMinute')}
      </span>
    </div>
  )
}

function Box({ title, kind, self, children }: { title: ReactNode; kind: string; self?: boolean; children: ReactNode }) {
  return (
    <div className={`tree-box ${self === true ? 'self' : ''}`}>
      <p className="tree-kind">{kind}</p>
      <p className="tree-title">{title}</p>
      {children}
    </div>
  )
}

/** Above, this node, below: who reports to whom, and how much flows. */
export function NodeTree({ facts, connected, links = true }: { facts: LiveFacts; connected: boolean; links?: boolean }) {
  const { t } = useTranslation()
  const { above, below, systems, node, ready } = facts
  const titleOf = (name: string): ReactNode => (regionName.test(name) ? <RegionName code={name} codeToo={false} /> : name)
  const silent = below.length - shownBelow
  return (
    <div className="tree">
      {above.length > 0 ? (
        <div className="tree-row">
          {above.map((link) => (
            <div key={link.name} className="tree-arm">
              <Box
                kind={t(`common.tiers.${link.upstream.tier}`)}
                title={links ? <Link to={`/links/${link.name}`}>{titleOf(link.upstream.name)}</Link> : titleOf(link.upstream.name)}
              >
                <StateTag meaning={linkMeaning[link.state] ?? 'info'}>{t(`links.states.${link.state}`)}</StateTag>
                <p className="muted">
                  {link.lagSeconds === 0 ? t('overview.upToDate') : t('overview.behind', { span: spanText(link.lagSeconds) })}
                  {link.parked > 0 && ` · ${t('overview.parkedShort', { count: link.parked })}`}
                </p>
              </Box>
              <Flow perMinute={link.recordsPerMinute} broken={link.state === 'failing' || link.state === 'paused'} />
            </div>
          ))}
        </div>
      ) : (
        <p className="muted tree-top">{t('overview.topmost')}</p>
      )}
      <div className="tree-row">
        <Box self kind={t(`common.tiers.${node.tier}`)} title={<RegionName code={node.region} codeToo={false} />}>
          <StateTag meaning={!connected ? 'warn' : ready ? 'good' : 'bad'}>
            {!connected ? t('overview.notHeard') : ready ? t('overview.healthy') : t('overview.unhealthy')}
          </StateTag>
          <p className="muted number">
            {t('overview.node')} {node.name}
          </p>
        </Box>
      </div>
      <div className="tree-row below">
        {below.slice(0, shownBelow).map((one) => (
          <div key={one.name} className="tree-arm">
            <Flow perMinute={one.recordsPerMinute} broken={one.lastAt === null} />
            <Box kind={t('overview.lowerNode')} title={titleOf(one.name)}>
              <p className="muted">{one.lastAt === null ? t('overview.silentShort') : <Time at={one.lastAt} ago />}</p>
            </Box>
          </div>
        ))}
        {silent > 0 && <p className="muted">{t('overview.moreNodes', { count: silent })}</p>}
        {systems.count > 0 && (
          <div className="tree-arm">
            <Flow perMinute={systems.recordsPerMinute} />
            <Box kind={t('overview.systems')} title={t('overview.systemsCount', { count: systems.count })}>
              <p className="muted">{systems.lastAt === null ? t('overview.silentShort') : <Time at={systems.lastAt} ago />}</p>
            </Box>
          </div>
        )}
        {below.length === 0 && systems.count === 0 && <p className="muted">{t('overview.nobodyBelow')}</p>}
      </div>
    </div>
  )
}
