import { randomUUID } from 'node:crypto'
import type { City } from './places.ts'
import { poisson } from './random.ts'

/** What the city's offices do by the hour in Beijing: little at night, most before noon and in the afternoon. Adds up to 24. */
const shape = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1.6, 2.6, 2.8, 2.2, 0.9, 1.1, 2.5, 2.8, 2.4, 1.6, 0.8, 0.5, 0.4, 0.3, 0.1, 0.1]
const shapeSum = shape.reduce((sum, one) => sum + one, 0)
const beijingMs = 8 * 3600_000
const dayMs = 24 * 3600_000

/** Share of a day's work that falls into the minute after an instant. */
export function shareOfMinute(at: Date): number {
  const hour = Math.floor(((at.getTime() + beijingMs) % dayMs) / 3600_000)
  return (shape[hour] as number) / shapeSum / 60
}

/** What the work of a city is, and what has to come of it: plain data, beside the engine. */
export interface CityWork {
  readonly city: City
  readonly random: () => number
  /** Versions that the city has to have stored of each project, in order: the text that tells them apart. */
  readonly stored: Map<string, string[]>
  /** The newest bodies, which may be sent again. */
  readonly sent: { id: string; body: Buffer; records: number }[]
  next: number
  /** Records that are ready and wait until the system hands in again. */
  waiting: number
}

export interface Package {
  readonly id: string
  readonly body: Buffer
  readonly records: number
  /** How many of them have to be refused, and be unchanged; the rest is accepted. */
  readonly refused: number
  readonly unchanged: number
  /** Sent before, byte for byte: the receipt has to be the first one. */
  readonly again: boolean
  /** Projects of which it stores a version. */
  readonly stores: readonly { readonly sourceId: string; readonly version: number }[]
}

/** A project of the city; synthetic. */
function project(city: City, sequence: number, invest: string): Record<string, unknown> {
  const county = city.counties[sequence % city.counties.length] as string
  const own = Math.floor(sequence / city.counties.length)
  const day = new Date(Date.UTC(2020, 0, 1 + Math.floor(own / 99))).toISOString().slice(2, 10).replaceAll('-', '')
  return {
    PrjNum: `${county}${day}01${String((own % 99) + 1).padStart(2, '0')}`,
    PrjName: `示例花园 ${sequence}（合成）`,
    PrjTypeNum: '01',
    ProvinceNum: city.province,
    CityNum: city.code,
    CountyNum: county,
    Address: `示例路 ${sequence} 号（合成）`,
    PrjApprovalDepart: '示例市发展和改革委员会（合成）',
    PrjApprovalDate: '2019-08-01',
    BuildCorpName: '示例置业有限公司（合成）',
    BuildCorpCode: '91370199MA00DEM14Q',
    InvPropertyNum: '103',
    AllInvest: invest,
    PrjPropertyNum: '001',
    PrjFunctionNum: '100',
    IsMajor: '0',
    CheckDepartName: '示例市住房和城乡建设局（合成）',
    CheckPersonName: '李示例',
    DataSource: '1',
    DataLevel: 'C',
  }
}

export const cityWork = (city: City, random: () => number): CityWork => ({ city, random, stored: new Map(), sent: [], next: 0, waiting: 0 })

/** A system hands in about every so many minutes, and a package holds this many records at most. */
const minutesBetween = 12
const packageMax = 200
/** Bodies that a city keeps for sending them again: with hundreds of cities, all of a day would be gigabytes. */
const keptMax = 4

/**
 * The packages that a city's systems hand in during one minute: new projects, changes, repetitions and mistakes; now and then a package is sent again.
 * @param expected records that become ready in that minute
 * @param last hand in whatever waits
 */
export function packagesOfMinute(work: CityWork, expected: number, last = false): Package[] {
  work.waiting += poisson(work.random, expected)
  if (work.waiting === 0 || (!last && work.random() > 1 / minutesBetween)) return []
  const list: Package[] = []
  for (; work.waiting > 0; work.waiting -= Math.min(work.waiting, packageMax)) list.push(fresh(work, Math.min(work.waiting, packageMax)))
  if (work.random() < 0.05) list.push(again(work))
  return list
}

function again(work: CityWork): Package {
  const known = work.sent[Math.floor(work.random() * work.sent.length)] as CityWork['sent'][number]
  return { ...known, refused: 0, unchanged: 0, again: true, stores: [] }
}

function fresh(work: CityWork, size: number): Package {
  const { city, random, stored } = work
  const known = [...stored.keys()]
  const touched = new Set<string>()
  const stores: { sourceId: string; version: number }[] = []
  let refused = 0
  let unchanged = 0
  const records = Array.from({ length: size }, () => {
    const kind = random()
    const old = known.length === 0 ? undefined : known[Math.floor(random() * known.length)]
    const usesOld = kind < 0.35 && old !== undefined && !touched.has(old)
    const sourceId = usesOld ? old : `${city.code}-${work.next++}`
    touched.add(sourceId)
    const sequence = Number(sourceId.split('-')[1])
    const versions = stored.get(sourceId) ?? []
    if (usesOld && kind < 0.1) {
      unchanged += 1
      return record(sourceId, project(city, sequence, versions.at(-1) as string))
    }
    if (!usesOld && random() < 0.03) {
      refused += 1
      return record(sourceId, { ...project(city, sequence, '1'), CountyNum: '999999' })
    }
    const invest = `${1000 + versions.length}.${String(sequence % 90).padStart(2, '0')}5`
    versions.push(invest)
    stored.set(sourceId, versions)
    stores.push({ sourceId, version: versions.length })
    return record(sourceId, project(city, sequence, invest))
  })
  const id = randomUUID()
  const responsible = { unit: `${city.name}住房和城乡建设局（合成）`, name: '王示例' }
  const lines = [{ id, standard: '2018', responsible }, ...records]
  const body = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  work.sent.push({ id, body, records: size })
  if (work.sent.length > keptMax) work.sent.shift()
  return { id, body, records: size, refused, unchanged, again: false, stores }
}

const record = (sourceId: string, data: Record<string, unknown>) => ({ entity: 'TBProjectInfo', operation: 'upsert', sourceId, data })
