import { canonicalize } from '@huijiao/merkle'
import type { Authority, SourceFacts, Tier } from '@huijiao/standard'

type Data = Readonly<Record<string, unknown>>

/** The participant name under which a node writes what it says itself. No business system can have it: theirs begin with `p-`. */
export const ownParticipant = 'node'

const levels: Readonly<Record<Tier, number>> = { county: 1, municipal: 2, provincial: 3, national: 4 }

/** How high a tier stands; 0 for one that is not known. */
export const levelOf = (tier: Tier | null): number => (tier === null ? 0 : levels[tier])

/** The tier that a node's name says: names begin with the code of the node's region. */
export function tierOfName(name: string): Tier | null {
  const region = /^\d{6}/.exec(name)?.[0]
  if (region === undefined) return null
  return region === '000000' ? 'national' : region.endsWith('0000') ? 'provincial' : region.endsWith('00') ? 'municipal' : 'county'
}

/** What one stream of a key has in force. */
export interface SourceView extends SourceFacts {
  /** Names the stream among the views of one key. */
  readonly sourceNo: number
  /** Where its version stands in the node's own log: index and ordinal. */
  readonly order: readonly [index: number, ordinal: number]
  readonly data: Data
  /** For a correction: the source's record that it corrects. Absent for what a source says itself. */
  readonly corrects?: Data
}

/** A field that a person decided for: which stream gives it. */
export type Pins = ReadonlyMap<string, number>

export interface Composed {
  readonly data: Record<string, unknown>
  /** For each field of `data`, the stream that it is from. */
  readonly from: ReadonlyMap<string, number>
  /** The stream that counts most for the record as a whole. */
  readonly leading: SourceView
}

const same = (a: unknown, b: unknown): boolean => a === b || (a !== undefined && b !== undefined && canonicalize(a) === canonicalize(b))

/** The fields in which a correction says something else than what it corrects: given another value, added, or left out. */
export function correctedFields(correction: Pick<SourceView, 'data' | 'corrects'>): string[] {
  const { data, corrects = {} } = correction
  return [...new Set([...Object.keys(data), ...Object.keys(corrects)])].filter((field) => !same(data[field], corrects[field]))
}

/** Descending: rank, then the node's own order. */
const byOrder = (a: SourceView, b: SourceView): number => b.order[0] - a.order[0] || b.order[1] - a.order[1] || b.sourceNo - a.sourceNo

/** The source that counts most for a record as a whole: authority first, then the node's own order (the latest accepted). */
export function leadingOf<View extends SourceView>(entity: string, views: readonly View[], authority: Authority): View | null {
  const rank = (view: View) => authority.rankOf(entity, null, view) ?? Number.NEGATIVE_INFINITY
  const sources = views.filter((view) => view.corrects === undefined)
  return sources.toSorted((a, b) => rank(b) - rank(a) || byOrder(a, b))[0] ?? null
}

/**
 * What is in force for a key, field by field. Each unit of fields (a group of the policy, or one field) comes from the source that counts most among
 * those that say anything of it: a person's decision first, then authority, then the node's own order. A correction gives the fields that it
 * corrects, unless the source that would give them is of a higher tier than the node that corrected. Nothing of this changes what a stream holds.
 *
 * Pure, and the order of `views` does not matter.
 * @returns null when no source has anything in force; a correction alone keeps nothing in force
 */
export function composeInForce(
  entity: string,
  views: readonly SourceView[],
  authority: Authority,
  pins: Pins = new Map(),
): Composed | null {
  const leading = leadingOf(entity, views, authority)
  if (leading === null) return null
  const sources = views.filter((view) => view.corrects === undefined)
  const units = Map.groupBy(new Set(sources.flatMap((view) => Object.keys(view.data))), (field) => authority.unitOf(entity, field))
  const data: Record<string, unknown> = {}
  const from = new Map<string, number>()
  for (const [unit, fields] of units) {
    const pinned = pins.get(unit)
    const giver = chooseFor(entity, fields, sources, authority, pinned)
    if (giver === null) continue
    for (const field of fields) {
      if (giver.data[field] === undefined) continue
      data[field] = giver.data[field]
      from.set(field, giver.sourceNo)
    }
  }
  const tierOf = new Map(sources.map((view) => [view.sourceNo, levelOf(view.tier)]))
  for (const correction of correctionsOf(views)) {
    for (const field of correctedFields(correction)) {
      if (pins.get(authority.unitOf(entity, field)) !== undefined && pins.get(authority.unitOf(entity, field)) !== correction.sourceNo)
        continue
      const giver = from.get(field)
      if (giver !== undefined && (tierOf.get(giver) ?? 0) > levelOf(correction.tier)) continue
      if (correction.data[field] === undefined) {
        delete data[field]
        from.delete(field)
      } else {
        data[field] = correction.data[field]
        from.set(field, correction.sourceNo)
      }
    }
  }
  return { data, from, leading }
}

/** The source that gives a unit of fields; null when none that says anything of them may. */
function chooseFor(
  entity: string,
  fields: readonly string[],
  sources: readonly SourceView[],
  authority: Authority,
  pinned: number | undefined,
): SourceView | null {
  const field = fields.toSorted()[0] as string
  const saying = sources.filter((view) => fields.some((one) => view.data[one] !== undefined))
  const chosen = saying.find((view) => view.sourceNo === pinned)
  if (chosen !== undefined) return chosen
  return (
    saying
      .map((view) => ({ view, rank: authority.rankOf(entity, field, view) }))
      .filter((one): one is { view: SourceView; rank: number } => one.rank !== null)
      .sort((a, b) => b.rank - a.rank || byOrder(a.view, b.view))[0]?.view ?? null
  )
}

/** Corrections in the order in which they are laid over the sources: the higher tier last, then the later one. */
export function correctionsOf(views: readonly SourceView[]): SourceView[] {
  return views.filter((view) => view.corrects !== undefined).sort((a, b) => levelOf(a.tier) - levelOf(b.tier) || byOrder(b, a))
}
