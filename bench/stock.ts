/** A node with years of records in it: filled over HTTP as a city's systems would, once for all that is measured on it. */
import { setTimeout as delay } from 'node:timers/promises'
import { admin, type BenchHub, type BenchNode, push, readied, startHub } from './hub.ts'
import { milliseconds, residentMib, withClient } from './measure.ts'
import type { Plan } from './scenario.ts'
import { bodyOf, companyLine, conductLine, namedProject, permitLine, personLine } from './stock-data.ts'

export interface Stock {
  readonly hub: BenchHub
  readonly total: number
  /** How the filling went; null when it was found filled. */
  readonly filling: Filling | null
}

export interface Filling {
  /** Records a second of each tenth of the projects. */
  readonly rates: readonly number[]
  /** Resident memory of the node after each submission, MiB. */
  readonly resident: readonly number[]
  /** Seconds from the last record until each reader of the log has read everything. */
  readonly caughtUp: ReadonlyMap<string, number>
}

/** Readers of the log that run behind those who send. */
const readers = ['linkage', 'identity', 'search', 'problem-groups', 'reconcile', 'held', 'entry-entities']

let open: Promise<Stock> | undefined

/** The stock of this run, started and filled when it is first asked for. */
export const stockOf = (plan: Plan): Promise<Stock> => (open ??= openStock(plan))

export async function endStock(): Promise<void> {
  const stock = await open?.catch(() => undefined)
  open = undefined
  await stock?.hub.stop()
}

async function openStock({ quick, say, stockIn }: Plan): Promise<Stock> {
  const total = quick ? 50_000 : 1_000_000
  process.env['HUIJIAO_PUBLIC_RATE'] = '10000'
  // A link whose upstream is away: everything waits on it, as after a long outage.
  const upstreams = [{ name: '370000', url: 'http://127.0.0.1:9', tier: 'provincial' }]
  const hub = await startHub(1, { upstreams, ...(stockIn === undefined ? {} : { keepIn: stockIn }) })
  try {
    const stored = await storedIn(hub)
    if (stored >= total) {
      say(`已有 ${stored} 条在库`, `${stored} records are in store`)
      await untilRead(hub, say)
      return { hub, total, filling: null }
    }
    return { hub, total, filling: await fill(hub, total, say) }
  } catch (error) {
    await hub.stop()
    throw error
  }
}

export const edgeOf = (hub: BenchHub): BenchNode => hub.nodes[0] as BenchNode

export const storedIn = (hub: BenchHub): Promise<number> =>
  withClient(edgeOf(hub).databaseUrl, async (client) => {
    const { rows } = await client.query<{ sum: string | null }>('select sum(version_count) as sum from part')
    return Number(rows[0]?.sum ?? 0)
  })

/** How the records are divided, in shares of all. */
const shares = { companies: 0.045, permits: 0.03, conduct: 0.01, persons: 0.02, told: 0.002, single: 0.01 }
const submissionMax = 50_000

async function fill(hub: BenchHub, total: number, say: Plan['say']): Promise<Filling> {
  const edge = edgeOf(hub)
  await admin(edge, '/links/370000/pause', { reason: '测量期间不上报' })
  const share = (of: keyof typeof shares) => Math.round(total * shares[of])
  const projects = total - Object.values(shares).reduce((sum, part) => sum + Math.round(total * part), 0)
  const resident: number[] = []
  const rates: number[] = []
  let stored = 0
  const store = async (count: number, line: (at: number) => string, each = submissionMax) => {
    for (let at = 0; at < count; at += each) {
      const size = Math.min(each, count - at)
      const body = bodyOf(at, size, line)
      const ms = await milliseconds(() => sendSound(hub, body))
      resident.push((await residentMib(edge.process.pid as number)) ?? 0)
      rates.push((size / ms) * 1000)
      stored += size
      if (stored % (4 * submissionMax) < each)
        say(`已入库 ${stored} 条，${Math.round(rates.at(-1) as number)} 条/秒`, 'records stored, a second')
    }
  }
  const today = new Date()
  await store(share('companies'), (at) => companyLine(at))
  await store(projects, namedProject)
  const ofProjects = rates.slice(Math.ceil(share('companies') / submissionMax))
  await store(share('permits'), permitLine)
  await store(share('conduct'), (at) => conductLine(at, share('companies'), today))
  await store(share('persons'), personLine)
  const other = await secondSystem(hub)
  for (let at = 0; at < share('told'); at += 500)
    await sendSound(
      other,
      bodyOf(at, Math.min(500, share('told') - at), (one) => companyLine(one, 1)),
    )
  // Many small submissions: the log, the submissions and the receipts grow as in daily work, not only the records.
  await singles(hub, projects, share('single'))
  await refusedOnes(hub, projects + share('single'), Math.round(total / 50))
  return { rates: ofProjects, resident, caughtUp: await untilRead(hub, say) }
}

/** Sends a body of which nothing may be refused. */
async function sendSound(hub: BenchHub, body: Buffer): Promise<void> {
  const counts = await readied(hub, body)()
  if ((counts['refused'] ?? 0) > 0) throw new Error(`refused: ${JSON.stringify(counts)}`)
}

/** Another business system of the same city. */
async function secondSystem(hub: BenchHub): Promise<BenchHub> {
  const edge = edgeOf(hub)
  await admin(edge, '/participants', { participantId: 'p-other', kind: 'system', name: '另一业务系统（合成）', regions: ['370100'] })
  const key = (await admin(edge, '/participants/p-other/keys', { kind: 'api-key' })) as { secret: string }
  return { ...hub, apiKey: key.secret }
}

const atOnce = 8

async function singles(hub: BenchHub, from: number, count: number): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let at = next++; at < count; at = next++) await push(hub, bodyOf(from + at, 1, namedProject), 'accepted', 1)
    }),
  )
}

/** One submission of which every tenth record is refused. */
async function refusedOnes(hub: BenchHub, from: number, count: number): Promise<void> {
  const spoilt = (at: number) =>
    at % 10 === 9 ? namedProject(at).replace('"CountyNum":"370102"', '"CountyNum":"370999"') : namedProject(at)
  await readied(hub, bodyOf(from, count, spoilt))()
}

/** Waits until every reader has read the log to its end, and lets the statistics be taken as autovacuum would have by the time people look. */
async function untilRead(hub: BenchHub, say: Plan['say']): Promise<Map<string, number>> {
  const began = performance.now()
  const done = new Map<string, number>()
  await withClient(edgeOf(hub).databaseUrl, async (client) => {
    for (let tick = 0; ; tick += 1) {
      const { rows } = await client.query<{ name: string; behind: string }>(
        `select name, greatest(0, (select max(size) from log_checkpoint) - cursor - (select count(*) from log_entry e where e.index >= reader.cursor and e.kind not in ('part', 'decision', 'delivery'))) as behind
         from reader where name = any($1)`,
        [readers],
      )
      for (const { name, behind } of rows) if (!done.has(name) && Number(behind) === 0) done.set(name, (performance.now() - began) / 1000)
      if (rows.length === readers.length && rows.every((row) => Number(row.behind) === 0)) break
      if (tick % 10 === 9)
        say(
          `待读日志条目：${rows.map((row) => `${row.name} ${row.behind}`).join('，')}`,
          'entries that the readers of the log have not read yet',
        )
      await delay(1000)
    }
    await client.query('vacuum analyze')
  })
  return done
}
