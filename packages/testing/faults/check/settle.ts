import { setTimeout as delay } from 'node:timers/promises'
import { admin, type Site, type World } from '../world.ts'

interface Work {
  readonly pending: number
  readonly open: number
  readonly size: number
  readonly due: number
  readonly deliveries: number
  readonly held: number
  readonly retrying: number
  /** A new epoch whose neighbours have still to hand back what they hold; an upstream's, after which deliveries have still to be opened again. */
  readonly healing: number
  readonly reopening: number
  readonly paused: string | null
  readonly stored: number
}

/** What a node still has to do, read from its database by the harness's own statement. */
export async function workOf(site: Site): Promise<Work> {
  const [row] = await site.server.ask<Work>(
    site.database,
    `select (select count(*)::int from log_pending) as pending,
            (select count(*)::int from submission where state <> 'finished') as open,
            (select coalesce(max(size), 0)::int from log_checkpoint) as size,
            (select count(*)::int from link l join log_entry e on e.index >= l.cursor and e.kind in ('part', 'decision', 'requalified')) as due,
            (select count(*)::int from delivery where state = 'open') as deliveries,
            (select count(*)::int from version where state = 'held') as held,
            (select count(*)::int from parked where state = 'retrying') as retrying,
            (select count(*)::int from log_epoch where healing = 'waiting') as healing,
            (select count(*)::int from neighbour n, jsonb_array_elements(n.earlier) e where n.side = 'above' and e ->> 'open' = 'true') as reopening,
            (select string_agg(pause_reason, ', ') from link where paused_at is not null) as paused,
            (select coalesce(max(part_id), 0)::int8::text from part) as stored`,
  )
  return row as Work
}

export const leftOf = (work: Work) =>
  work.pending + work.open + work.due + work.deliveries + work.held + work.retrying + work.healing + work.reopening

/**
 * Waits until every node has numbered, stored and sent all that is due, the lower ones first. Time decides nothing: as long as anything moves it waits.
 * @returns what stands still, when nothing has moved for the given time; null when all is done
 */
export async function untilSettled(world: World, stillMs: number, onLeft: (left: number) => void): Promise<string | null> {
  let before = ''
  let movedAt = Date.now()
  for (;;) {
    const works = new Map<string, Work>()
    let left = 0
    for (const site of world.sites.values()) {
      try {
        const work = await workOf(site)
        works.set(site.place.name, work)
        left += leftOf(work)
      } catch (error) {
        left += 1
        works.set(site.place.name, { error: String(error) } as unknown as Work)
      }
    }
    onLeft(left)
    if (left === 0) return null
    const now = JSON.stringify([...works])
    if (now !== before) movedAt = Date.now()
    before = now
    const paused = [...works].find(([, work]) => work.paused !== null && work.paused !== undefined)
    if (paused !== undefined) return `the link of ${paused[0]} is paused: ${paused[1].paused}`
    if (Date.now() - movedAt > stillMs) return `nothing has moved for ${stillMs / 1000} s: ${now}`
    await delay(500)
  }
}

interface Comparison {
  readonly run: string
  readonly state: string
}

/**
 * The engine's own comparison of every link, asked for as an operator would: it must find both sides equal.
 * @returns what is amiss
 */
export async function compareLinks(world: World): Promise<string[]> {
  const findings: string[] = []
  for (const [site, upstream] of [...world.sites.values()].flatMap((one) => one.ways.map((way) => [one, way.upstream] as const))) {
    const { name } = site.place
    const path = `/links/${upstream}/reconcile`
    const begun = await admin<{ run: string }>(site, 'POST', path, {})
    let run: Comparison = { state: 'waiting', run: begun.run }
    for (let tries = 0; tries < 1500 && ['waiting', 'comparing', 'repairing'].includes(run.state); tries += 1) {
      await delay(200)
      run = await admin<Comparison>(site, 'GET', `${path}/${begun.run}`)
    }
    if (run.state !== 'equal') findings.push(`${name} → ${upstream}: the engine's own comparison says ${JSON.stringify(run).slice(0, 600)}`)
  }
  return findings
}
