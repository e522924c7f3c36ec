/**
 * What `huijiao simulate` runs: a country of nodes on one machine. Every node is the engine of the real one (receiving, validation, streams, log, links, receipts,
 * custody, comparison) over a schema of its own in one database, with one pool and one queue (BullMQ) whose jobs name the node;
 * what is handed over within this process are the same bytes, proofs and receipts as over HTTP, and the clock is driven, so that a day takes minutes. Not in it: HTTP and the readers that nothing here waits for.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase, removeEmbeddedPostgres, startEmbeddedPostgres } from '@huijiao/database'
import { compareLinks, checkLogs, countTiers, drain } from './conclude.ts'
import type { Mishaps } from './handover.ts'
import { serverMemoryKib } from './memory.ts'
import { enrolSystem, openSimNode, type SimNode } from './nodes.ts'
import { chosen, country as wholeCountry } from './places.ts'
import { seeded } from './random.ts'
import { report, type SimulationReport } from './report.ts'
import { openSimQueue } from './queue.ts'
import { atOnce, type Country, inTurns, newTally, passUpOne, runMinute, simClock, type SimCity } from './run.ts'
import type { SimulationSettings } from './settings.ts'
import { bar, say } from './words.ts'
import { cityWork } from './workload.ts'

/** All provinces, with the cities that a simulation may have. */
export const wholeOf = wholeCountry()

/**
 * Of a server that is removed at the end: nothing of it has to survive a power cut. With tens of thousands of tables, looking for what to vacuum every two
 * seconds, as a node's server does, would be most of its work.
 */
const throwaway = { fsync: 'off', full_page_writes: 'off', autovacuum_naptime: '1min' }
/** A process of PostgreSQL remembers every table it has touched, and with a schema for each of hundreds of nodes that adds up: it is replaced now and then. */
const usesMax = 5000

/** Runs a simulation to its end, prints what it is doing and what came of it. */
export async function simulate(settings: SimulationSettings): Promise<SimulationReport> {
  const dir = await mkdtemp(join(tmpdir(), 'huijiao-simulate-'))
  const own = settings.databaseUrl === null ? await startEmbeddedPostgres({ dataDir: join(dir, 'postgres'), settings: throwaway }) : null
  if (own !== null) await own.ensureDatabase('simulation')
  const url = settings.databaseUrl ?? (own?.url('simulation') as string)
  const database = openDatabase({ url, poolMax: 8, usesMax, applicationName: 'huijiao-simulate' })
  const nodes = new Map<string, SimNode>()
  const way: Country['way'] = { mishaps: null }
  const queue = await openSimQueue(url, atOnce, (name) => passUpOne(nodes.get(name) as SimNode, way.mishaps))
  try {
    return await runDay(settings, { pool: database.pool, dir, nodes, queue, way }, () => (own === null ? null : serverMemoryKib(own.pid)))
  } finally {
    await queue.close()
    await database.close()
    if (own !== null) await removeEmbeddedPostgres(join(dir, 'postgres'))
    await rm(dir, { recursive: true, force: true })
  }
}

interface Ground extends Pick<Country, 'queue' | 'way'> {
  readonly pool: Parameters<typeof openSimNode>[0]
  readonly dir: string
  /** By name. */
  readonly nodes: Map<string, SimNode>
}

async function runDay(settings: SimulationSettings, ground: Ground, serverMemory: () => number | null): Promise<SimulationReport> {
  const { pool, dir, nodes, queue, way } = ground
  const provinces = chosen(wholeOf, settings.provinces, settings.cities)
  const cityCount = provinces.reduce((sum, province) => sum + province.cities.length, 0)
  const nodeCount = 1 + provinces.length + cityCount
  say(
    `模拟 ${provinces.length} 个省、${cityCount} 个市，共 ${nodeCount} 个节点，${settings.hours} 小时；数据均为合成`,
    `Simulating ${provinces.length} provinces and ${cityCount} cities, ${nodeCount} nodes, ${settings.hours} hours; all data is synthetic`,
  )
  const clock = simClock(new Date('2026-09-01T00:00:00+08:00'))
  const memoryBefore = process.memoryUsage().rss
  const opening = bar('建立节点', 'opening nodes', nodeCount)
  let opened = 0
  const open = async (code: string, tier: 'municipal' | 'provincial' | 'national', above: SimNode | null) => {
    const node = await openSimNode(pool, { code, tier }, { clock, spoolDir: join(dir, 'spool'), above })
    nodes.set(node.hub.node.name, node)
    opening.step((opened += 1))
    return node
  }
  const nation = await open('000000', 'national', null)
  const provinceNodes: SimNode[] = []
  const cities: SimCity[] = []
  for (const province of provinces) {
    const node = await open(province.code, 'provincial', nation)
    provinceNodes.push(node)
    await inTurns(province.cities, async (city) => {
      const cityNode = await open(city.code, 'municipal', node)
      cities.push({
        node: cityNode,
        system: await enrolSystem(cityNode.hub),
        work: cityWork(city, seeded(settings.seed * 1_000_003 + Number(city.code))),
      })
    })
  }
  opening.end()
  const country: Country = { cities, provinces: provinceNodes, nation, queue, way }
  const memoryOfNodes = process.memoryUsage().rss - memoryBefore

  const chance = seeded(settings.seed)
  const mishaps: Mishaps | null = settings.faults
    ? { counts: { cut: 0, lostAnswers: 0, doubled: 0 }, random: chance, now: () => clock.now().getTime() }
    : null
  const tally = newTally()
  const awaited = { since: new Map<string, number>(), lastPart: 0 }
  const receipts = new Map<string, string>()
  const minutes = settings.hours * 60
  const progress = bar('模拟', 'simulating', minutes)
  const started = performance.now()
  for (let minute = 0; minute < minutes; minute += 1) {
    const last = minute === minutes - 1
    await runMinute(country, { clock, recordsPerCity: settings.recordsPerCity, tally, awaited, mishaps, receipts, last })
    const at = clock.now().toLocaleString('sv', { timeZone: 'Asia/Shanghai' }).slice(5, 16)
    progress.step(minute + 1, `${at}  ${tally.stored} → ${tally.arrived}`)
  }
  const dayMs = performance.now() - started
  await drain(country)
  // What was still under way when the day ended has arrived now; look at it as after any minute.
  await runMinute(country, { clock, recordsPerCity: 0, tally, awaited, mishaps: null, receipts })
  progress.end()

  const comparing = bar('与上级对账', 'comparing with the level above', nodeCount - 1)
  let compared = 0
  const links = await compareLinks(country, () => comparing.step((compared += 1)))
  comparing.end()
  const checking = bar('核对日志', 'checking the logs', nodeCount)
  let checked = 0
  const logs = await checkLogs(country, () => checking.step((checked += 1)))
  checking.end()

  const facts = { settings, nodes: nodeCount, tally, missing: awaited.since.size, mishaps, links, logs, dayMs, memoryOfNodes }
  const result = report({ ...facts, serverMemoryKib: serverMemory(), tiers: await countTiers(country) })
  if (settings.json !== null) await writeFile(settings.json, `${JSON.stringify(result, null, 2)}\n`)
  return result
}
