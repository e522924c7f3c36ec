import { existsSync, readFileSync } from 'node:fs'
import { leftOf, workOf } from './settle.ts'
import type { Site, World } from '../world.ts'

/** What can be seen from outside of nodes that have work and do none: said with the finding, because whoever reads it later has nothing else. */
export async function whatStands(world: World): Promise<string[]> {
  const told: string[] = []
  for (const site of world.sites.values()) {
    try {
      if (leftOf(await workOf(site)) > 0) told.push(...(await standsIn(site)))
    } catch (error) {
      told.push(`${site.place.name}: ${String(error)}`)
    }
  }
  return told
}

async function standsIn(site: Site): Promise<string[]> {
  const { name } = site.place
  const open = await site.server.ask<{ spool: string | null; is: string }>(
    site.database,
    `select spool_path as spool, concat_ws(' ', submission_no, id, state, media, stored_bytes || '/' || body_bytes, stored_records, storing_since) as is
     from submission where state <> 'finished' order by submission_no limit 5`,
  )
  const busy = await site.server.ask<{ is: string }>(
    site.database,
    `select concat_ws(' ', pid, state, wait_event_type, wait_event, 'for', round(extract(epoch from now() - state_change)), 's,', left(query, 160)) as is
     from pg_stat_activity where datname = current_database() and state is not null and pid <> pg_backend_pid() order by state, state_change limit 20`,
  )
  const log = readFileSync(site.node.logFile, 'utf8').trimEnd().split('\n')
  const not = log.filter((line) => !/"level":"?(20|30|info|debug)\b/.test(line))
  return [
    ...open.map(
      ({ spool, is }) => `${name} submission ${is} ${spool === null ? 'no body' : existsSync(spool) ? 'body there' : 'body gone'}`,
    ),
    ...busy.map(({ is }) => `${name} backend ${is}`),
    ...[...not.slice(-8), ...log.slice(-4)].map((line) => `${name} log ${line.slice(0, 700)}`),
  ]
}
