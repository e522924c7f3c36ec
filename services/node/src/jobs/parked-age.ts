import { parkedAges } from '@huijiao/exchange'
import type { Context } from '../context.ts'
import { showParkedAges } from '../metrics.ts'

export interface ParkedAlarm {
  /** Brings the figures to date, and says in the log which threshold was passed since it looked last. */
  look(): Promise<void>
}

/** Watches for how long records have been parked. A threshold is said once when records pass it, and again when it had been free of them in between. */
export function createParkedAlarm(context: Pick<Context, 'hub' | 'log' | 'metrics' | 'config'>): ParkedAlarm {
  const { hub, log, metrics, config } = context
  const said = new Set<string>()
  return {
    look: async () => {
      const now = hub.clock.now()
      const ages = await parkedAges(hub.db, now, config.jobs.parkedAlarmHours)
      showParkedAges(metrics, ages, now)
      const standing = new Set<string>()
      for (const { link, oldest, older } of ages)
        for (const { hours, records } of older) {
          if (records === 0) continue
          const name = `${link}/${hours}`
          standing.add(name)
          if (!said.has(name))
            log.warn(
              { alarm: 'parked-age', link, hours, records, oldest: oldest.toISOString() },
              'records have been parked for long; see GET /admin/v1/parked/groups',
            )
        }
      said.clear()
      for (const name of standing) said.add(name)
    },
  }
}
