import { setTimeout as delay } from 'node:timers/promises'
import { NodeProcess } from '../node-process.ts'
import { freePort } from '../../src/free-port.ts'
import { admin, enclave, type Site, siteOf } from '../world.ts'
import type { FaultClass, FaultContext, Injected } from './fault-class.ts'

interface ParkedRow {
  readonly record_id: string
  readonly reason: string
  readonly state: string
}

const parkedAt = (site: Site, reasons: readonly string[]) =>
  site.server.ask<ParkedRow>(
    site.database,
    `select record_id, reason, state from parked where state in ('parked', 'retrying') and reason = any($1)`,
    [reasons],
  )

/** Asks for what is parked again, as an operator would, until it has gone up. */
async function retryUntilGone(site: Site, reasons: readonly string[]): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const rows = await parkedAt(site, reasons)
    if (rows.length === 0) return
    if (rows.some((row) => row.state === 'parked'))
      for (const reason of new Set(rows.map((row) => row.reason))) await admin(site, 'POST', '/parked/retry', { filter: { reason } })
    await delay(500)
  }
  throw new Error(`${site.place.name}: parked records do not go up after what was wrong with them was mended`)
}

/** Takes the breaking away again, however often the node that writes at the same time gets in the way of it. */
async function mend(province: Site): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await province.server.ask(province.database, 'drop trigger if exists harness_poison on version')
      return
    } catch (error) {
      if (tries === 60) throw error
      await delay(500)
    }
  }
}

/** A record over which the level above breaks, whoever sends it: it alone may be set aside, and goes up when that level is mended. */
async function poison(context: FaultContext): Promise<Injected> {
  const { world, random } = context
  const city = siteOf(world, random.pick(['370100', '370200']))
  const province = siteOf(world, '370000')
  const reasons = ['upstream-fails', 'internal-error', 'http-500']
  const before = (await parkedAt(city, reasons)).length
  // The number is known before the record is sent, and the province breaks over it from then on.
  const [number] = await context.submit(city.place.name, 1, {
    beforeSending: async ([first]) => {
      await province.server.ask(
        province.database,
        `create or replace function harness_poison() returns trigger language plpgsql as $$ begin if position('${first}' in coalesce(new.open_text, '')) > 0 then raise exception 'the harness breaks here'; end if; return new; end $$`,
      )
      await province.server.ask(
        province.database,
        'create or replace trigger harness_poison before insert on version for each row execute function harness_poison()',
      )
    },
  })
  let parked: ParkedRow[] = []
  try {
    for (let waits = 0; waits < 240 && parked.length === 0; waits += 1) {
      await delay(250)
      parked = await parkedAt(city, reasons)
      if (context.over() && waits > 120) break
    }
  } finally {
    await mend(province)
  }
  if (parked.length > before + 1)
    throw new Error(`${parked.length} records are parked beside one poison record: ${JSON.stringify(parked.slice(0, 5))}`)
  for (const row of parked) context.expectParked(row.record_id)
  context.note(`${number}: ${parked.length === 0 ? 'went up when the province was mended' : `parked as ${parked[0]?.reason}`}`)
  await retryUntilGone(city, reasons)
  return { hits: 1, where: city.place.name, through: city.link === null ? [] : [city.link] }
}

/** Most of what a city sends is refused above, because nobody has told the province that the city looks after an enclave. */
async function mostlyRefused(context: FaultContext): Promise<Injected> {
  const { world } = context
  const city = siteOf(world, '370100')
  const province = siteOf(world, '370000')
  const grant = (regions: readonly string[]) =>
    province.server.ask(province.database, `update participant set regions = $1 where participant_id = 'p-370100'`, [regions])
  await grant(['370100'])
  for (let at = 0; at < 3; at += 1) await context.submit('370100', 25, { county: enclave })
  const known = new Set<string>()
  const reasons = new Set<string>()
  try {
    for (let waits = 0; waits < 120 && known.size < 75 && !(context.over() && waits > 60); waits += 1) {
      const rows = await city.server.ask<ParkedRow>(city.database, `select record_id, reason, state from parked where state = 'parked'`)
      for (const row of rows) {
        known.add(row.record_id)
        reasons.add(row.reason)
      }
      const [paused] = await city.server.ask<{ reason: string }>(
        city.database,
        'select pause_reason as reason from link where paused_at is not null',
      )
      if (paused !== undefined) {
        context.note(`the link is paused: ${paused.reason}`)
        await admin(city, 'POST', '/links/370000/resume', {})
      }
      await delay(250)
    }
  } finally {
    await grant(['370100', enclave])
  }
  for (const record of known) context.expectParked(record)
  for (let tries = 0; tries < 40; tries += 1) {
    const paused = await city.server.ask(city.database, 'select 1 from link where paused_at is not null')
    if (paused.length > 0) await admin(city, 'POST', '/links/370000/resume', {})
    const rows = await city.server.ask<ParkedRow>(
      city.database,
      `select record_id, reason, state from parked where state in ('parked', 'retrying')`,
    )
    for (const row of rows) context.expectParked(row.record_id)
    if (rows.length === 0) break
    await retryUntilGone(city, [...new Set(rows.map((row) => row.reason))])
  }
  return { hits: known.size > 0 ? 1 : 0, where: '370100', through: city.link === null ? [] : [city.link] }
}

const dayMs = 24 * 3600_000

/** The level above is away while twenty-nine days pass on every node's clock, and comes back. */
async function monthAway(context: FaultContext): Promise<Injected> {
  const { world, random } = context
  const lower = siteOf(world, random.pick(['370100', '370200', '370000']))
  const { link } = lower
  if (link === null) return { hits: 0, where: '', through: [] }
  link.setWeather({ refuse: true })
  link.resetAll()
  for (let day = 1; day <= 29; day += 1) {
    for (const site of world.sites.values()) site.node.setClock(day * dayMs)
    await delay(300)
  }
  const hits = link.touched
  link.clear()
  await Promise.race([link.nextGood(), delay(60_000)])
  for (const site of world.sites.values()) site.node.setClock(0)
  return { hits: Math.min(1, hits), where: link.name, through: [link] }
}

/** A new node is killed again and again while it makes its tables, and must come up whole all the same. */
async function migrationKilled(context: FaultContext): Promise<Injected> {
  const { world, random } = context
  const like = siteOf(world, '370200')
  const database = `node_370300_${Date.now()}`
  await like.server.ask('postgres', `create database ${database}`)
  const env = {
    ...like.node.settings.env,
    HUIJIAO_NAME: '370300',
    HUIJIAO_REGION: '370300',
    HUIJIAO_DATABASE_URL: like.server.url(database),
    HUIJIAO_UPSTREAMS: '[]',
  }
  const { HUIJIAO_QUEUE_URL: _, ...own } = env as Record<string, string>
  const node = new NodeProcess({ name: `370300-${database.slice(-6)}`, dir: world.dir, port: await freePort(), env: own })
  let hits = 0
  try {
    for (let kills = 0; kills < 6; kills += 1) {
      node.start()
      const until = performance.now() + random.int(600, 5000)
      while (performance.now() < until && node.pid !== null) {
        const rows = await like.server.ask<{ count: number }>(
          database,
          `select count(*)::int as count from pg_stat_activity where datname = $1 and query ~* 'create|alter'`,
          [database],
        )
        if ((rows[0]?.count ?? 0) > 1 && random.chance(0.7)) break
        await delay(15)
      }
      if (node.signal('SIGKILL')) hits += 1
      await node.end('SIGKILL')
    }
    await node.untilReady(120_000, 3)
    const [tables] = await like.server.ask<{ count: number }>(
      database,
      `select count(*)::int as count from information_schema.tables where table_schema = 'public'`,
    )
    const [whole] = await like.server.ask<{ count: number }>(
      like.database,
      `select count(*)::int as count from information_schema.tables where table_schema = 'public'`,
    )
    if (tables?.count !== whole?.count) throw new Error(`after killed migrations there are ${tables?.count} tables, not ${whole?.count}`)
  } finally {
    await node.end('SIGKILL')
    await like.server.forget(database)
    await like.server.ask('postgres', `drop database if exists ${database} with (force)`)
  }
  return { hits: Math.min(1, hits), where: '370300', through: [] }
}

const heavy = (name: string, zh: string, en: string, inject: FaultClass['inject']): FaultClass => ({
  ...{ name, group: 'data', zh, en, heavy: true, weight: 1, inject },
})

export const dataClasses: readonly FaultClass[] = [
  heavy('poison-record', '一条使上级出错的记录', 'one poison record', poison),
  heavy('mostly-refused', '大半被上级退回的批次', 'batches more than half bad', mostlyRefused),
  heavy('month-away', '上级离线一个月（时钟推进）', 'the level above is away for a simulated month', monthAway),
  heavy('migration-killed', '建表中途 SIGKILL', 'a migration is killed half way', migrationKilled),
]
