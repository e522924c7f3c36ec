import { setTimeout as delay } from 'node:timers/promises'
import { admin, platform, type Site, siteOf } from '../world.ts'
import type { FaultClass, FaultContext, Injected } from './fault-class.ts'

interface ParkedRow {
  readonly record_id: string
  readonly state: string
  readonly reason: string
}

const waitsMax = 480

const parkedUnder = (site: Site, release: string): Promise<ParkedRow[]> =>
  site.server.ask<ParkedRow>(
    site.database,
    `select p.record_id, p.state, p.reason from parked p join version v using (part_id, ordinal)
     where v.release = $1 and p.state in ('parked', 'retrying') and p.reason = 'release-unknown'`,
    [release],
  )

const heldUnder = async (site: Site, release: string): Promise<number> => {
  const [row] = await site.server.ask<{ count: number }>(
    site.database,
    'select count(distinct record_id)::int as count from version where release = $1',
    [release],
  )
  return row?.count ?? 0
}

/** Waits until all records under a release are set aside at a node, because the level above does not serve it. */
async function untilParked(context: FaultContext, site: Site, release: string, count: number): Promise<boolean> {
  for (let waits = 0; waits < waitsMax; waits += 1) {
    if ((await parkedUnder(site, release)).length === count) return true
    await delay(250)
    if (context.over() && waits > 160) break
  }
  return false
}

/** Under a release that the level above may not have had, every record may have been set aside. */
async function mayBeParked(context: FaultContext, site: Site, release: string): Promise<void> {
  const rows = await site.server.ask<ParkedRow>(
    site.database,
    `select p.record_id, p.state, p.reason from parked p join version v using (part_id, ordinal) where v.release = $1`,
    [release],
  )
  for (const { record_id, reason } of rows) if (reason === 'release-unknown') context.expectParked(record_id)
}

/** Waits until a node has them all and the one below has none set aside any more. */
async function untilThere(site: Site, lower: Site, release: string, count: number): Promise<void> {
  for (let waits = 0; waits < waitsMax; waits += 1) {
    if ((await heldUnder(site, release)) === count && (await parkedUnder(lower, release)).length === 0) return
    await delay(250)
  }
  throw new Error(
    `${site.place.name} serves ${release}, and has ${await heldUnder(site, release)} of ${count} records under it; set aside below: ${JSON.stringify((await parkedUnder(lower, release)).slice(0, 3))}`,
  )
}

/**
 * Two releases at once: a city has a new one, and its systems use it, before the province and the nation have. What the level above does not serve is set
 * aside there, all else goes on, and it goes up by itself when that level has the release, too.
 */
async function knownBelowFirst(context: FaultContext): Promise<Injected> {
  const { world, random } = context
  const city = siteOf(world, random.pick(['370100', '370200']))
  const [province, nation] = [siteOf(world, '370000'), siteOf(world, '000000')]
  const { id, document } = world.authority.another()
  // The platform has nobody above it to take a release from.
  await admin(siteOf(world, platform), 'POST', '/standards', document)
  await admin(city, 'POST', '/standards', document)
  const [first, second] = [random.int(1, 30), random.int(1, 10)]
  const count = first + second
  // Whatever becomes of the steps below: what is set aside goes up when the nation has the release, and only then.
  let everywhere = false
  try {
    await context.submit(city.place.name, first, { standard: id })
    const parked = await untilParked(context, city, id, first)
    if (!parked) context.note(`${city.place.name}: not all of ${first} records under ${id} were set aside in time`)
    await context.submit(city.place.name, second, { standard: id })
    // Sometimes the nation has it first, and the province takes it from there.
    if (random.chance(0.5)) {
      await admin(province, 'POST', '/standards', document)
      await untilThere(province, city, id, count)
      await untilParked(context, province, id, count)
    }
    await admin(nation, 'POST', '/standards', document)
    everywhere = true
    await untilThere(province, city, id, count)
    await untilThere(nation, province, id, count)
    return { hits: parked ? 1 : 0, where: `${city.place.name} ${id}`, through: city.link === null ? [] : [city.link] }
  } finally {
    if (!everywhere) await admin(nation, 'POST', '/standards', document)
    for (const site of [city, province]) await mayBeParked(context, site, id)
  }
}

interface StandardsShown {
  readonly items: readonly { readonly release: string; readonly revision: number; readonly state: string }[]
}

const counts = async (site: Site, revision: number): Promise<boolean> => {
  const { items } = await admin<StandardsShown>(site, 'GET', '/standards')
  return items.some((one) => one.release === '2018' && one.revision === revision && one.state === 'in-force')
}

/** The nation issues a new revision while records travel; each node takes it from above when it hears of it, and one is killed meanwhile. */
async function revisedInMidStream(context: FaultContext): Promise<Injected> {
  const { world, random } = context
  const sites = [...world.sites.values()]
  const { revision, document } = world.authority.next()
  for (const top of ['000000', platform]) await admin(siteOf(world, top), 'POST', '/standards', document)
  if (random.chance(0.5)) {
    await delay(random.int(0, 3000))
    const site = random.pick(sites)
    await site.node.end('SIGKILL')
    site.node.start()
    await site.node.untilReady()
  }
  for (const site of sites) {
    let there = false
    for (let waits = 0; waits < waitsMax && !there; waits += 1) {
      there = await counts(site, revision)
      if (!there) await delay(250)
    }
    if (!there) throw new Error(`${site.place.name} does not count revision ${revision} of 2018, which the nation has issued`)
  }
  return { hits: 1, where: `revision ${revision}`, through: sites.flatMap((site) => site.inward) }
}

const standard = (name: string, zh: string, en: string, inject: FaultClass['inject']): FaultClass => ({
  ...{ name, group: 'standard', zh, en, heavy: true, weight: 1, inject },
})

export const standardClasses: readonly FaultClass[] = [
  standard(
    'release-known-below-first',
    '市级先于省级、国家级使用新的标准版本',
    'a city uses a release of the standard before the levels above have it',
    knownBelowFirst,
  ),
  standard(
    'release-revised-in-mid-stream',
    '报送途中国家发布标准修订',
    'the nation issues a revision of the standard in mid-stream',
    revisedInMidStream,
  ),
]
