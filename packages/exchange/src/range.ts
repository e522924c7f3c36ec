import type { Tables } from '@huijiao/database'
import { int4Array, int8Array } from '@huijiao/database'
import { type Kysely, sql } from 'kysely'
import type { AheadEntry } from './ahead.ts'
import { detachedFrom, type DetachedJson, rangeDetached } from './log-range.ts'
import { loadVersions, type VersionRow } from './version-rows.ts'
import type { LinkRow } from './next-delivery.ts'
import type { Candidate } from './qualify.ts'

/** Bounds of what one delivery looks at. A single part may hold more, and then goes alone. */
export const rangeBytesMax = 1024 ** 2
const entriesMax = 500

/** Entries that tell a link of versions to judge. Its own deliveries, sign-ins and the like do not: the log would feed itself. */
export const wakingKinds = ['part', 'decision', 'requalified'] as const

export interface Range {
  /** One past the last entry that is covered. */
  readonly to: number
  /** Entries behind it wait already. */
  readonly more: boolean
  readonly candidates: readonly Candidate[]
  /** Versions of the parts, as loaded. */
  readonly parts: Map<number, VersionRow[]>
  /** Traces of the submissions whose parts are among the entries, each once. */
  readonly traces: readonly (string | null)[]
}

interface EntryRow {
  readonly index: number
  readonly kind: string
  readonly part_id: number | null
  readonly subject: string | null
  readonly body: string | null
  readonly version_count: number | null
  readonly bytes: number | null
  readonly trace_parent: string | null
  readonly detached: DetachedJson | null
}

/** Where a link, or one of its groups, goes on. */
export interface RangePlace {
  readonly group: string
  readonly cursor: number
  readonly size: number
  readonly recordsMax: number
  readonly bytesMax: number
  /** Entries past the cursor may have been covered already. */
  readonly anyAhead: boolean
}

/**
 * Reads entries from a cursor on, up to the bounds of one delivery, with the versions they tell of.
 * @throws Problem log-range-detached when some of them are kept elsewhere, as for a link that begins when the log is old
 */
export async function readRange(db: Kysely<Tables>, link: LinkRow, place: RangePlace): Promise<Range> {
  const { size, cursor, recordsMax, bytesMax } = place
  const notAhead = place.anyAhead
    ? sql`and not exists (select 1 from link_ahead a where a.link_no = ${link.link_no} and a.group_name = ${place.group} and a.log_index = e.index)`
    : sql``
  const { rows } = await sql<EntryRow>`
    select e.index, e.kind, e.part_id, e.subject, case when e.kind = 'part' then null else e.body end as body,
           -- What came from above goes up no link.
           case when s.came_from_above is null then p.version_count else 0 end as version_count,
           p.byte_to - p.byte_from as bytes, s.trace_parent, ${detachedFrom(cursor)} as detached
    from log_entry e left join part p on p.part_id = e.part_id left join submission s on s.submission_no = p.submission_no
    where e.index >= ${cursor} and e.index < ${size} and e.kind in ('part', 'decision', 'requalified') ${notAhead}
    order by e.index limit ${sql.lit(entriesMax)}`.execute(db)
  // What decisions among them said could not be told.
  const detached = rows[0]?.detached ?? null
  if (detached !== null) throw rangeDetached(detached)
  const taken: EntryRow[] = []
  let [records, bytes] = [0, 0]
  for (const row of rows) {
    const named = row.kind === 'part' ? (row.version_count ?? 0) : namedVersions(row, link.name).length
    const more = row.kind === 'part' && named > 0 ? (row.bytes ?? 0) : named * 1200
    const full = records + named > recordsMax || bytes + more > bytesMax
    // What a decision releases may need, above, what was stored just before it: it goes in a delivery of its own, after that one.
    if (taken.length > 0 && (full || (row.kind !== 'part' && named > 0 && records > 0))) break
    taken.push(row)
    records += named
    bytes += more
  }
  const next = rows[taken.length]
  const to = next !== undefined ? next.index : rows.length < entriesMax ? size : (taken.at(-1) as EntryRow).index + 1
  const fresh = taken.filter((row) => row.kind === 'part' && (row.version_count ?? 0) > 0)
  const freshParts = new Set(fresh.map((row) => row.part_id))
  const again = await meetAgain(
    db,
    link,
    taken.flatMap((row) => namedVersions(row, link.name)).filter(([partId]) => !freshParts.has(partId)),
  )
  const parts = await loadVersions(db, [
    ...fresh.map((row) => [row.index, row.part_id as number, null] as const),
    ...[...Map.groupBy(again, (one) => one.partId)].map(
      ([partId, list]) => [list[0]?.logIndex as number, partId, list.map((one) => one.ordinal)] as const,
    ),
  ])
  const candidates: Candidate[] = fresh.flatMap((row) =>
    (parts.get(row.part_id as number) ?? []).map((version) => ({ row: version, logIndex: row.index, meeting: { kind: 'new' } as const })),
  )
  for (const one of again) {
    const row = parts.get(one.partId)?.[one.ordinal]
    if (row !== undefined) candidates.push({ row, logIndex: one.logIndex, meeting: { kind: 'again', before: one.before } })
  }
  candidates.sort((a, b) => a.logIndex - b.logIndex || a.row.ordinal - b.row.ordinal)
  return { to, more: next !== undefined, candidates, parts, traces: [...new Set(fresh.map((row) => row.trace_parent))] }
}

/** The versions that a decision or a requalification names. One of another link is not ours. */
function namedVersions(row: EntryRow, linkName: string): [number, number][] {
  if (row.kind === 'part' || row.body === null || (row.kind === 'requalified' && row.subject !== linkName)) return []
  const { versions } = JSON.parse(row.body) as { versions?: [number, number][] }
  return versions ?? []
}

interface Again {
  readonly partId: number
  readonly ordinal: number
  readonly logIndex: number
  readonly before: 'skipped' | 'tombstone' | 'parked' | 'delivered'
}

/** What the link did before with versions that an entry names again. */
async function meetAgain(db: Kysely<Tables>, link: LinkRow, places: readonly [number, number][]): Promise<Again[]> {
  if (places.length === 0) return []
  const { rows } = await sql<Again>`
    select distinct t.part_id as "partId", t.ordinal, e.index as "logIndex",
           -- What may stand above is ended there like what does, when it is refused here.
           case when p.state in ('parked', 'retrying') then case when p.unjudged then 'delivered' else 'parked' end when s.tombstone then 'tombstone' when s.part_id is not null then 'skipped'
                when p.state = 'superseded' then 'skipped' else 'delivered' end as before
    from unnest(${int8Array(places.map(([partId]) => partId))}::int8[], ${int4Array(places.map(([, ordinal]) => ordinal))}::int4[]) as t (part_id, ordinal)
    join log_entry e on e.part_id = t.part_id and e.kind = 'part'
    join part own on own.part_id = t.part_id
    join submission sent on sent.submission_no = own.submission_no and sent.came_from_above is null
    left join skip s on s.link_no = ${link.link_no} and s.part_id = t.part_id and s.ordinal = t.ordinal
    left join parked p on p.link_no = ${link.link_no} and p.part_id = t.part_id and p.ordinal = t.ordinal and p.state <> 'delivered'`.execute(
    db,
  )
  return rows
}

/** Reads named part entries, with their versions: what goes before its turn in the log. */
export async function readEntries(db: Kysely<Tables>, entries: readonly AheadEntry[]): Promise<Omit<Range, 'to' | 'more'>> {
  const parts = await loadVersions(
    db,
    entries.map((row) => [row.index, row.part_id, null] as const),
  )
  const candidates = entries.flatMap((row) =>
    (parts.get(row.part_id) ?? []).map((version): Candidate => ({ row: version, logIndex: row.index, meeting: { kind: 'new' } })),
  )
  return { candidates, parts, traces: [...new Set(entries.map((row) => row.trace_parent))] }
}
