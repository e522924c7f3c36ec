import { int8Array, type Tables } from '@huijiao/database'
import type { ReadTile } from '@huijiao/merkle'
import { sql, type Transaction } from 'kysely'
import { type CustodyRow, loadCustody } from './custody-store.ts'
import type { Hub } from './hub.ts'
import { entriesAtTip, logTip, type LogTip, type TipEntry } from './log-tip.ts'
import type { SourceEntry } from './own-step.ts'
import type { Candidate } from './qualify.ts'
import { type Range, wakingKinds } from './range.ts'
import { readHashTile } from './read-log.ts'
import { loadVersions, type VersionRow } from './version-rows.ts'

/**
 * What a link reads next, when that is what this process has just numbered. It knows where the link stands and which parts are behind that, so it asks for
 * them while it locks the link's row, and waits once for all of it. Whether it guessed right it sees from the row itself; else what was read is left alone.
 */
export interface NearRange {
  /** Where the link was expected to stand. */
  readonly from: number
  readonly tip: LogTip
  readonly entries: readonly TipEntry[]
  readonly facts: Promise<readonly PartFacts[]>
  readonly versions: Promise<Map<number, VersionRow[]>>
  readonly custody: Promise<Map<number, CustodyRow[]>>
}

interface PartFacts {
  readonly part_id: number
  readonly from_above: boolean
  readonly bytes: number
  readonly trace_parent: string | null
}

/** More than this is worth the statements of its own. */
const entriesMax = 16
const versionsMax = 64

/** Where links stand, as this process left them: by the node's facts. */
const cursors = new WeakMap<object, Map<number, number>>()

/** Notes where a link without groups stands, or will when what was just made is settled. */
export function noteCursor(hub: Pick<Hub, 'node'>, linkNo: number, cursor: number): void {
  const known = cursors.get(hub.node) ?? new Map<number, number>()
  cursors.set(hub.node, known.set(linkNo, cursor))
}

/** Asks for what is behind a link, when it is little and was numbered here. */
export function beginNear(hub: Hub, trx: Transaction<Tables>, linkNo: number): NearRange | null {
  const from = cursors.get(hub.node)?.get(linkNo)
  const tip = logTip(hub)
  if (from === undefined || tip === null || from >= tip.size) return null
  const entries = entriesAtTip(tip, from)?.filter((entry) => (wakingKinds as readonly string[]).includes(entry.kind))
  if (entries === undefined || entries.length === 0 || entries.length > entriesMax) return null
  if (entries.some((entry) => entry.kind !== 'part' || entry.partId === null)) return null
  const bodies = entries.map((entry) => JSON.parse(entry.body) as { versions: number; delivery?: unknown; returnedBy?: unknown })
  if (bodies.reduce((sum, body) => sum + body.versions, 0) > versionsMax) return null
  const partIds = entries.map((entry) => entry.partId as number)
  const facts = sql<PartFacts>`
    select p.part_id, s.came_from_above is not null as from_above, p.byte_to - p.byte_from as bytes, s.trace_parent
    from part p join submission s using (submission_no) where p.part_id = any(${int8Array(partIds)}::int8[])`
    .execute(trx)
    .then(({ rows }) => rows)
  const versions = loadVersions(
    trx,
    entries.map((entry) => [entry.index, entry.partId as number, null] as const),
  )
  const received = partIds.filter((_, at) => bodies[at]?.delivery !== undefined || bodies[at]?.returnedBy !== undefined)
  const custody = loadCustody(trx, received)
  for (const one of [facts, versions, custody]) one.catch(() => undefined) // heard by whoever goes on with it
  return { from, tip, entries, facts, versions, custody }
}

/**
 * The range of a delivery from what was asked for. Null when it is more than the delivery may hold.
 * @param place the link's place, which is the one that was expected
 */
export async function rangeOfNear(
  near: NearRange,
  place: { readonly recordsMax: number; readonly bytesMax: number },
): Promise<Range | null> {
  const [facts, versions] = await Promise.all([near.facts, near.versions])
  const of = new Map(facts.map((one) => [one.part_id, one]))
  const fresh = near.entries.filter((entry) => of.get(entry.partId as number)?.from_above === false)
  const parts = new Map(
    fresh.flatMap(({ partId }) =>
      versions.has(partId as number) ? [[partId as number, versions.get(partId as number) as VersionRow[]]] : [],
    ),
  )
  let [records, bytes] = [0, 0]
  for (const [partId, rows] of parts) {
    records += rows.length
    bytes += of.get(partId)?.bytes ?? 0
  }
  if (parts.size > 1 && (records > place.recordsMax || bytes > place.bytesMax)) return null
  const candidates = fresh.flatMap((entry): Candidate[] =>
    (parts.get(entry.partId as number) ?? []).map((row) => ({ row, logIndex: entry.index, meeting: { kind: 'new' } })),
  )
  const traces = [
    ...new Set(
      fresh.filter((entry) => parts.has(entry.partId as number)).map((entry) => of.get(entry.partId as number)?.trace_parent ?? null),
    ),
  ]
  return { to: near.tip.size, more: false, candidates, parts, traces }
}

/** What proves the entries of a delivery, as `buildBody` asks for it. */
export interface ProofsAtHand {
  readonly sources: ReadonlyMap<number, SourceEntry>
  readonly note: string
  readonly custody: Promise<ReadonlyMap<number, CustodyRow[]>>
  readonly readTile: ReadTile
}

export const proofsOfNear = ({ tip, entries, custody }: NearRange, trx: Transaction<Tables>): ProofsAtHand => ({
  sources: new Map(entries.map(({ index, leaf, body, salt }) => [index, { leaf, body, salt }])),
  note: tip.note,
  custody,
  readTile: (level, index, width) => {
    const hashes = tip.tiles.get(`${level}/${index}`)
    return hashes !== undefined && hashes.length >= width * 32 ? hashes : readHashTile(trx, level, index, width)
  },
})
