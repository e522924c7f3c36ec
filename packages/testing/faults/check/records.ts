import type { Acknowledged } from '../lane.ts'
import { atNation, atPlatform, atProvince, type ExpectedAbove, type Model, type ModelStream } from '../model.ts'
import { platform, type Site, siteOf, twoWays, type World } from '../world.ts'
import { compareAgain } from './sent-again.ts'

export interface StoredVersion {
  readonly stream: string
  readonly entity: string
  readonly record_id: string
  readonly operation: string
  readonly epoch: number
  readonly n: number
  readonly source_version: number | null
  readonly state: string
  readonly content: string | null
  readonly number: string | null
  readonly commitment: string
}

const idOf = (uuid: string) => `r_${uuid.replaceAll('-', '')}`

async function stored(site: Site): Promise<Map<string, StoredVersion[]>> {
  const rows = await site.server.ask<StoredVersion>(
    site.database,
    `select s.origin || '/' || s.participant as stream, v.entity, v.record_id, v.operation, v.epoch, v.n, v.source_version, v.state,
            encode(v.commitment, 'hex') as commitment,
            coalesce(t.data ->> 'AllInvest', t.data ->> 'ContractMoney') as content, coalesce(t.data ->> 'RecordNum', t.data ->> 'PrjNum') as number
     from version v join source s using (source_no) cross join lateral (select nullif(v.open_text, '')::json as data) as t order by v.epoch, v.n, v.part_id, v.ordinal`,
  )
  return Map.groupBy(rows, (row) => `${row.stream} ${idOf(row.record_id)}`)
}

interface Count {
  streams: number
  versions: number
}

/** Holds what every node has stored against the model: each acknowledged version once, in order, with its own content; nothing else; the same commitment everywhere. */
export async function checkRecords(world: World, model: Model): Promise<{ findings: string[]; checked: Count }> {
  const findings: string[] = []
  const checked = { streams: 0, versions: 0 }
  const tell = (text: string) => {
    if (findings.length < 200) findings.push(text)
  }
  const cities = new Map<string, Map<string, StoredVersion[]>>()
  for (const name of ['370100', '370200']) cities.set(name, await stored(siteOf(world, name)))
  const province = await stored(siteOf(world, '370000'))
  const nation = await stored(siteOf(world, '000000'))
  const other = await stored(siteOf(world, platform))
  const expectedAbove = { province: new Set<string>(), nation: new Set<string>(), platform: new Set<string>() }
  // An import's receipt does not list its records: their ids are read where they entered.
  const idsByNumber = new Map<string, string>()
  for (const versions of cities.values())
    for (const [, list] of versions)
      for (const row of list) if (row.number !== null) idsByNumber.set(`${row.stream} ${row.entity} ${row.number}`, idOf(row.record_id))
  const known = new Set<string>()
  for (const [name, stream] of model.streams) {
    if (stream.versions.length === 0) continue
    const recordId = stream.recordId ?? idsByNumber.get(name)
    if (recordId === undefined) {
      tell(`${name}: acknowledged, and no node has it`)
      continue
    }
    const place = `${stream.stream} ${recordId}`
    known.add(place)
    const city = cities.get(stream.stream.slice(0, 6))?.get(place) ?? []
    checked.streams += 1
    checked.versions += stream.versions.length
    const cityName = stream.stream.slice(0, 6)
    const differences: string[] = []
    const differs = (text: string) => void differences.push(text)
    compareCity(name, stream, city, differs)
    for (const [level, held, expected] of [
      ['province', province, atProvince(stream)],
      ['nation', nation, atNation(stream)],
      ['platform', other, atPlatform(stream)],
    ] as const) {
      if (expected.length > 0) expectedAbove[level].add(place)
      compareAbove(`${level} ${name}`, expected, held.get(place) ?? [], city, siteOf(world, nodeOf[level]).putBack, differs)
    }
    // What a city had lost came again in part from the province, in part from its senders: the same contents, and other numbers.
    const again = differences.length > 0 && siteOf(world, cityName).putBack
    const rows = { city, province: province.get(place) ?? [], nation: nation.get(place) ?? [], platform: other.get(place) ?? [] }
    for (const text of again ? compareAgain(stream, rows) : differences) tell(again ? `${name}: ${text}` : text)
  }
  for (const versions of cities.values())
    for (const place of versions.keys()) if (!known.has(place)) tell(`a city has ${place}, which nobody sent`)
  for (const place of province.keys()) if (!expectedAbove.province.has(place)) tell(`the province has ${place}, which does not qualify`)
  for (const place of nation.keys()) if (!expectedAbove.nation.has(place)) tell(`the nation has ${place}, which does not qualify`)
  for (const place of other.keys()) if (!expectedAbove.platform.has(place)) tell(`the platform has ${place}, which does not qualify`)
  return { findings, checked }
}

const nodeOf = { province: '370000', nation: '000000', platform } as const

/** Order is by (epoch, n): a node that began a new epoch counts from 1 again, and what was stored stays where it was. */
function compareCity(name: string, stream: ModelStream, rows: readonly StoredVersion[], tell: (text: string) => void): void {
  const must = stream.versions.map((one) => `${one.operation} ${one.content} ${one.fate} ${one.sourceVersion}`)
  const has = rows.map((one) => `${one.operation} ${one.content} ${one.state} ${one.source_version}`)
  if (must.join('\n') !== has.join('\n')) tell(`${name}: the city must hold [${must.join('; ')}], it holds [${has.join('; ')}]`)
  for (const [epoch, list] of Map.groupBy(rows, (row) => row.epoch))
    if (list.some((row, at) => row.n !== at + 1))
      tell(`${name}: versions of epoch ${epoch} are not numbered 1, 2, 3: ${list.map((row) => row.n).join(', ')}`)
}

/**
 * @param below the stream's versions where it entered, in order
 * @param putBack the node was put back: what the level above handed back may be there before what came again from below
 */
function compareAbove(
  name: string,
  expected: readonly ExpectedAbove[],
  rows: readonly StoredVersion[],
  below: readonly StoredVersion[],
  putBack: boolean,
  tell: (text: string) => void,
): void {
  const must = expected.map((one) => {
    const source = below[one.n - 1]
    return `${source?.epoch}.${source?.n} ${one.operation} ${one.content} ${one.operation === 'upsert' ? source?.commitment : ''}`
  })
  const has = rows.map((one) => `${one.epoch}.${one.n} ${one.operation} ${one.content} ${one.operation === 'upsert' ? one.commitment : ''}`)
  if (must.join('\n') !== has.join('\n')) tell(`${name}: must be [${must.join('; ')}], is [${has.join('; ')}]`)
  // What came back later than a version behind it is stored, and does not become the head; the last one always does.
  const fine = (row: StoredVersion, at: number) =>
    row.state === 'accepted' || (putBack && row.state === 'superseded' && at < rows.length - 1)
  for (const [at, row] of rows.entries()) if (!fine(row, at)) tell(`${name}: version ${row.n} is ${row.state}`)
}

/** Receipts as they were given, refusals counted, every skip with its reason, nothing parked that nobody expects. */
export async function checkBooks(
  world: World,
  model: Model,
  acknowledged: readonly Acknowledged[],
  expectedParked: ReadonlySet<string>,
): Promise<string[]> {
  const findings: string[] = []
  for (const name of ['370100', '370200']) {
    const site = siteOf(world, name)
    const rows = await site.server.ask<{ name: string; receipt: string | null; refused: number }>(
      site.database,
      `select participant_id || ' ' || id as name, encode(sha256(receipt), 'hex') as receipt, coalesce((counts ->> 'refused')::int, 0) as refused from submission`,
    )
    const byName = new Map(rows.map((row) => [row.name, row]))
    for (const one of acknowledged.filter((each) => each.city === name)) {
      const row = byName.get(`${one.participant} ${one.id}`)
      if (row === undefined) findings.push(`${name}: submission ${one.id} was acknowledged and is not there`)
      else if (row.receipt !== one.receipt) findings.push(`${name}: submission ${one.id} has another receipt now`)
      else if (row.refused !== one.refused)
        findings.push(`${name}: submission ${one.id} counts ${row.refused} refusals, not ${one.refused}`)
    }
  }
  for (const site of world.sites.values()) {
    const parked = await site.server.ask<{ record_id: string; reason: string; state: string }>(
      site.database,
      'select record_id, reason, state from parked',
    )
    for (const row of parked)
      if (!expectedParked.has(row.record_id))
        findings.push(`${site.place.name}: ${row.record_id} is parked (${row.reason}, ${row.state}) although nothing was wrong with it`)
    const [nameless] = await site.server.ask<{ count: number }>(site.database, `select count(*)::int as count from skip where reason = ''`)
    if ((nameless?.count ?? 0) > 0) findings.push(`${site.place.name}: skips without a reason`)
  }
  findings.push(...(await checkSkips(world, model)))
  return findings.slice(0, 200)
}

const skipReasons: ReadonlySet<string> = new Set(['state-superseded', 'never-sent', 'data-level-d'])
/** What may be left out on the way to the platform besides. */
const platformReasons: ReadonlySet<string> = new Set([...skipReasons, 'not-selected'])

async function checkSkips(world: World, model: Model): Promise<string[]> {
  const findings: string[] = []
  // A city that was put back has taken some records twice: of skips only the reasons are known.
  const again = [...world.sites.values()].some((site) => site.putBack && site.place.tier === 'municipal')
  const must = new Map<string, number>()
  /** On the way to the platform each version is left out once or goes up. */
  let notForPlatform = 0
  const add = (node: string, reason: string) => must.set(`${node} ${reason}`, (must.get(`${node} ${reason}`) ?? 0) + 1)
  for (const stream of model.streams.values()) {
    for (const version of stream.versions) {
      const shown =
        stream.entity === 'TBProjectInfo' && version.fate === 'accepted' && version.operation === 'upsert' && version.level !== 'D'
      if (stream.stream.startsWith('370100/') && !shown) notForPlatform += 1
      if (version.fate === 'superseded') add(stream.stream.slice(0, 6), 'state-superseded')
      else if (version.operation === 'withdraw') add(stream.stream.slice(0, 6), 'never-sent')
      else if (version.level === 'D') add('370000', 'data-level-d')
    }
  }
  for (const site of world.sites.values()) {
    const rows = await site.server.ask<{ reason: string; count: number }>(
      site.database,
      `select reason, count(*)::int as count from skip join link using (link_no) where link.name <> $1 group by reason`,
      [platform],
    )
    const has = new Map(rows.map((row) => [row.reason, row.count]))
    for (const { reason } of rows) if (!skipReasons.has(reason)) findings.push(`${site.place.name}: skips ${reason}, which nobody expects`)
    if (again) continue
    // Of a node that was put back, what came late is left out of its links as superseded, whatever else there was to say of it.
    const groups = site.putBack
      ? [['state-superseded', 'data-level-d'], ['never-sent']]
      : [['state-superseded'], ['never-sent'], ['data-level-d']]
    for (const reasons of groups) {
      const sum = (counts: (reason: string) => number | undefined) => reasons.reduce((total, one) => total + (counts(one) ?? 0), 0)
      const [expected, found] = [sum((one) => must.get(`${site.place.name} ${one}`)), sum((one) => has.get(one))]
      const reason = reasons.join(' and ')
      if (found !== expected) findings.push(`${site.place.name}: ${found} skips ${reason}, must be ${expected}`)
    }
  }
  const city = siteOf(world, twoWays)
  const rows = await city.server.ask<{ reason: string; count: number }>(
    city.database,
    `select reason, count(*)::int as count from skip join link using (link_no) where link.name = $1 group by reason`,
    [platform],
  )
  for (const { reason } of rows)
    if (!platformReasons.has(reason)) findings.push(`${twoWays} → ${platform}: skips ${reason}, which nobody expects`)
  const found = rows.reduce((sum, row) => sum + row.count, 0)
  if (!again && found !== notForPlatform) findings.push(`${twoWays} → ${platform}: ${found} skips, must be ${notForPlatform}`)
  return findings
}
