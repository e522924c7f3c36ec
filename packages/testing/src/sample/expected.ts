import type { SampleCity } from './city.ts'
import type { Filing } from './filing.ts'
import { comparable, keyOf } from './keys.ts'
import { submitters } from './submitters.ts'

/** A record that the nation must hold in force. */
export interface ExpectedRecord {
  readonly entity: string
  /** By which it is found; absent when it is keyed by its sender's row number. */
  readonly key?: Readonly<Record<string, string>>
  readonly sourceId?: string
  /** Who sent it, when it is keyed by its sender's row number: `<node>/<participant>`. */
  readonly stream?: string
  /** How many versions of it the nation has, over all streams. */
  readonly versions: number
}

/** Something that must become of one record of one submission. */
export interface ExpectedFate {
  readonly submission: string
  readonly index: number
  readonly entity: string
  readonly story: string
  /** Problem code, or the reasons that may stand beside it. */
  readonly reason: readonly string[]
}

export interface Expectation {
  readonly dayZero: string
  readonly records: readonly ExpectedRecord[]
  /** Records that the nation has shown and shows no longer, with what it stores of them. */
  readonly ended: readonly ExpectedRecord[]
  readonly refused: readonly ExpectedFate[]
  readonly parked: readonly (ExpectedFate & { readonly link: string })[]
  readonly held: readonly ExpectedFate[]
  readonly doubtful: readonly ExpectedFate[]
  /** Accepted, and yet not for the nation. */
  readonly skipped: readonly ExpectedFate[]
}

const nodeOfTier = { municipal: '370100', provincial: '370000', national: '000000' } as const
const conduct = /^TB(Corp|RegPerson)(Bad|Good)CreditInfo$/
const nationalCode = { TBCorpBadCreditInfo: /^[A-I]1-\d-\d\d$/, TBRegPersonBadCreditInfo: /^([A-I]1|M)-\d-\d\d$/ } as const

/**
 * Why the province keeps an accepted version to itself; null when it goes on to the nation. The rules of the field in plain words, without
 * the policy file: unreviewed data stays, provincial conduct codes stay, conduct goes up once it is published and with its term.
 */
export function staysInProvince({ entity, data = {} }: Filing['record']): string | null {
  if (data.DataLevel === 'D') return 'data-level-d'
  const form = nationalCode[entity as keyof typeof nationalCode]
  if (form !== undefined && !form.test(String(data.CreditCode))) return 'conduct-code-provincial'
  if (form !== undefined && data.IsPublic === '0') return 'conduct-not-published'
  if (conduct.test(entity) && data.IsPublic === '1' && !(data.PublicBDate && data.PublicEDate)) return 'publication-incomplete'
  return null
}

interface StreamModel {
  /** Versions of it that reached the nation. */
  versions: number
  /** The nation shows it. */
  shown: boolean
}

/**
 * What must arrive at the nation, and what must not, by a model of its own: it knows what the author meant by each record and the few rules
 * above, and nothing of the engine.
 */
export function expectationOf(city: SampleCity): Expectation {
  const streams = new Map<string, Map<string, StreamModel>>()
  const described = new Map<string, Omit<ExpectedRecord, 'versions'>>()
  const lists = {
    refused: [] as ExpectedFate[],
    parked: [] as (ExpectedFate & { link: string })[],
    held: [] as ExpectedFate[],
    doubtful: [] as ExpectedFate[],
    skipped: [] as ExpectedFate[],
  }
  for (const submission of city.submissions) {
    for (const [index, filing] of submission.filings.entries()) {
      const fate = (...reason: string[]): ExpectedFate => ({
        submission: submission.envelope.id,
        index,
        entity: filing.record.entity,
        story: filing.story ?? '',
        reason,
      })
      const { outcome } = filing.fate
      if (outcome === 'refused') lists.refused.push(fate(filing.fate.code))
      if (outcome === 'held') lists.held.push(fate('parent-missing'))
      if (outcome === 'doubtful') lists.doubtful.push(fate('amount-doubtful'))
      if (outcome !== 'accepted' || filing.record.operation === 'withdraw') continue
      if (filing.parkedAt) {
        lists.parked.push({ ...fate(...filing.parkedAt.reasons), link: filing.parkedAt.link })
        continue
      }
      const stream = streamOf(filing, streams, described)
      const reason = submitters[filing.submitter].tier === 'national' ? null : staysInProvince(filing.record)
      if (reason !== null) lists.skipped.push(fate(reason))
      if (reason === null) {
        stream.versions += 1
        stream.shown = true
      } else if (stream.shown) {
        // What the nation has shown and may show no longer is ended there, by a version of its own.
        stream.versions += 1
        stream.shown = false
      }
    }
  }
  const above = [...streams].flatMap(([name, byWriter]) => {
    const all = [...byWriter.values()]
    const record = described.get(name)
    const versions = all.reduce((sum, stream) => sum + stream.versions, 0)
    return record === undefined || versions === 0 ? [] : [{ record: { ...record, versions }, shown: all.some((stream) => stream.shown) }]
  })
  const which = (shown: boolean) => above.filter((each) => each.shown === shown).map((each) => each.record)
  return { dayZero: city.dayZero, records: which(true), ended: which(false), ...lists }
}

function streamOf(
  filing: Filing,
  streams: Map<string, Map<string, StreamModel>>,
  described: Map<string, Omit<ExpectedRecord, 'versions'>>,
): StreamModel {
  const { entity, data = {}, sourceId } = filing.record
  const by = submitters[filing.submitter]
  const writer = `${nodeOfTier[by.tier]}/p-${by.name}`
  const key = keyOf(entity, data)
  const name =
    key === null
      ? `${entity} ${writer} ${sourceId}`
      : `${entity} ${JSON.stringify(key, (_, value: unknown) => (typeof value === 'string' ? comparable(value) : value))}`
  if (!described.has(name)) described.set(name, key === null ? { entity, sourceId, stream: writer } : { entity, key })
  const byWriter = streams.get(name) ?? new Map<string, StreamModel>()
  streams.set(name, byWriter)
  const stream = byWriter.get(writer) ?? { versions: 0, shown: false }
  byWriter.set(writer, stream)
  return stream
}
