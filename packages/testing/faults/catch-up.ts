import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { contentDigest, readReceipt, send } from './client.ts'
import { checkLog } from './check/log.ts'
import { untilSettled } from './check/settle.ts'
import { project, projectNumber } from './records.ts'
import { buildWorld, enrolSystem, type Site, siteOf, type World } from './world.ts'

export interface CatchUp {
  readonly records: number
  readonly days: number
  /** Records a second that the city takes while the level above is away. */
  readonly ingest: number
  /** Records a second from the moment it is back until the province, and then the nation, holds all of them. */
  readonly toProvince: number
  readonly toNation: number
  readonly findings: readonly string[]
}

const days = 30
const dayMs = 24 * 3600_000

/**
 * A month without the level above, scaled: the city takes its records day by day on a clock that goes on by a day each time, then the line comes back.
 * Both rates are measured in the same run on the same machine.
 */
export async function measureCatchUp(records: number, say: (text: string) => void, show: (text: string) => void): Promise<CatchUp> {
  const world = await buildWorld('month', 'postgres', say)
  let keep = false
  try {
    const city = siteOf(world, '370100')
    const { link } = city
    if (link === null) throw new Error('a city without a link')
    const system = await enrolSystem(world, city, 'p-month', ['370100'])
    // Twenty thousand records pay for what a cold node compiles.
    await push(city, system.secret, 0, 20_000)
    const still = await untilSettled(world, 300_000, (left) => show(`预热 warming up, ${left} left`))
    if (still !== null) throw new Error(still)
    link.setWeather({ refuse: true })
    link.resetAll()
    let spentMs = 0
    const perDay = Math.ceil(records / days)
    for (let day = 0; day < days; day += 1) {
      for (const site of world.sites.values()) site.node.setClock((day + 1) * dayMs)
      spentMs += await push(city, system.secret, 20_000 + day * perDay, perDay)
      show(`第 ${day + 1} 天 day ${day + 1} of ${days}: ${(day + 1) * perDay} 条 records`)
    }
    const total = perDay * days
    const back = performance.now()
    link.clear()
    const provinceMs = (await untilStored(siteOf(world, '370000'), 20_000 + total, show)) - back
    const nationMs = (await untilStored(siteOf(world, '000000'), 20_000 + total, show)) - back
    const findings = await judge(world, 20_000 + total, show)
    keep = findings.length > 0
    const rate = (ms: number) => Math.round(total / (ms / 1000))
    return { records: total, days, ingest: rate(spentMs), toProvince: rate(provinceMs), toNation: rate(nationMs), findings }
  } finally {
    await world.stop(keep)
  }
}

/** One large body of new projects. @returns milliseconds until its receipt */
async function push(city: Site, secret: string, from: number, count: number): Promise<number> {
  const envelope = JSON.stringify({
    id: randomUUID(),
    standard: '2018',
    responsible: { unit: '示例市住房和城乡建设局（合成）', name: '王示例' },
  })
  const range = { county: '370103', dayFrom: 0 }
  const lines = Array.from({ length: count }, (_, at) => {
    const number = projectNumber(range, from + at)
    return JSON.stringify(project(number, `XM-${from + at}`, `${10_000 + ((from + at) % 80_000)}.5`, 'C'))
  })
  const body = Buffer.from([envelope, ...lines, ''].join('\n'))
  const headers = { 'content-type': 'application/x-ndjson', 'content-digest': contentDigest(body), authorization: `Bearer ${secret}` }
  const agent = new Agent({ keepAlive: false })
  const began = performance.now()
  const answer = await send(agent, 'POST', `${city.node.url}/v1/submissions`, headers, body, 1_800_000)
  const receipt = answer.status === 200 ? readReceipt(answer.body, city.publicKeys) : null
  if (receipt?.counts.accepted !== count) throw new Error(`${answer.status} ${answer.body.toString().slice(0, 500)}`)
  return performance.now() - began
}

async function untilStored(site: Site, count: number, show: (text: string) => void): Promise<number> {
  let before = -1
  let movedAt = performance.now()
  for (;;) {
    const [row] = await site.server.ask<{ stored: number }>(
      site.database,
      'select coalesce(sum(version_count), 0)::int as stored from part',
    )
    const stored = row?.stored ?? 0
    show(`${site.place.name}: ${stored} / ${count}`)
    if (stored >= count) return performance.now()
    if (stored !== before) movedAt = performance.now()
    before = stored
    if (performance.now() - movedAt > 300_000) throw new Error(`${site.place.name} holds ${stored} of ${count}, and nothing moves`)
    await delay(200)
  }
}

/** All of it is there once at every level, and the logs hold. */
async function judge(world: World, count: number, show: (text: string) => void): Promise<string[]> {
  const findings: string[] = []
  const stuck = await untilSettled(world, 300_000, (left) => show(`收尾 settling, ${left} left`))
  if (stuck !== null) findings.push(stuck)
  for (const name of ['370100', '370000', '000000']) {
    const site = siteOf(world, name)
    const [row] = await site.server.ask<{ versions: number; records: number; parked: number }>(
      site.database,
      'select (select count(*)::int from version) as versions, (select count(distinct record_id)::int from version) as records, (select count(*)::int from parked) as parked',
    )
    if (row?.versions !== count || row.records !== count || row.parked !== 0)
      findings.push(`${name}: ${JSON.stringify(row)}, must be ${count}`)
    findings.push(...(await checkLog(site, [])))
  }
  return findings
}
