import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useLive } from '../api/live.ts'
import { useSession, useWho } from '../api/session.tsx'
import { Emblem } from '../layout/icons.tsx'
import { instantText } from '../parts/format.ts'
import { useMode } from '../theme/mode.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Loading } from '../parts/states.tsx'
import { Attention } from './attention.tsx'
import { FlowCharts } from './charts.tsx'
import { Figures } from './figures.tsx'
import { NodeTree } from './tree.tsx'

const stayMs = 5 * 60_000

/** The overview for a screen on a wall: dark, large, without navigation. A viewer's session is kept on to its longest time; nobody else's is. */
export default function WallPage() {
  const { t } = useTranslation()
  const { facts, connected } = useLive()
  const { refresh } = useSession()
  const { force } = useMode()
  const { role } = useWho()
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 1000)
    return () => clearInterval(timer)
  }, [])
  useEffect(() => {
    force('dark')
    return () => force(null)
  }, [force])
  useEffect(() => {
    if (role !== 'viewer') return
    const timer = setInterval(() => void refresh(), stayMs)
    return () => clearInterval(timer)
  }, [role, refresh])
  if (facts === null) return <Loading />
  return (
    <main className="wall" id="main">
      <header className="wall-head">
        <Emblem />
        <h1>
          <RegionName code={facts.node.region} codeToo={false} /> · {t('common.productLong')}
        </h1>
        <time className="number" dateTime={now.toISOString()}>
          {instantText(now)}
        </time>
        <button type="button" className="plain" onClick={() => void document.documentElement.requestFullscreen()}>
          {t('overview.fullScreen')}
        </button>
        <Link className="plain" to="/">
          {t('overview.leaveWall')}
        </Link>
      </header>
      {role !== 'viewer' && <p className="muted wall-note">{t('overview.wallIdle')}</p>}
      {!connected && <p className="notice warn">{t('common.unreachable')}</p>}
      <Figures facts={facts} />
      <div className="wall-body">
        <section className="panel">
          <h2>{t('overview.tree')}</h2>
          <NodeTree facts={facts} connected={connected} links={false} />
        </section>
        <section className="panel">
          <h2>{t('overview.attention')}</h2>
          <Attention facts={facts} />
        </section>
      </div>
      <section className="panel">
        <FlowCharts hours={24} height={200} />
      </section>
    </main>
  )
}
