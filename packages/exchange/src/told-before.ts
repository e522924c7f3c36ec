import type { Tables } from '@huijiao/database'
import { byteaArray } from '@huijiao/database'
import { type Kysely, sql } from 'kysely'
import { cutStep, ordinalsOf, originOf } from './custody.ts'
import type { Hub } from './hub.ts'
import { identityOfWire } from './prepare-versions.ts'
import { parseRecordId } from './record-id.ts'
import type { WireBody, WireEntry, WireRecord } from './versions-body.ts'

/** Of these commitments, in hex, those of versions that were told up a link as tombstones before this node was put back. */
export async function toldBefore(db: Kysely<Tables>, linkNo: number, commitments: readonly Buffer[]): Promise<Set<string>> {
  if (commitments.length === 0) return new Set()
  const { rows } = await sql<{ commitment: Buffer }>`
    select commitment from told_before where link_no = ${linkNo} and commitment = any(${byteaArray(commitments)}::bytea[])`.execute(db)
  return new Set(rows.map((row) => row.commitment.toString('hex')))
}

/**
 * Leaves out what this node itself had told the level above as a tombstone, because it did not qualify there any more: in its own log that was a version
 * like any other, which comes again from below, and a second one of the same number is not to stand beside it. That it was told is kept: the version may
 * come after a later one has come back, and is then no news that would be told by itself.
 *
 * In this node's own streams nothing comes from below. There the tombstone is all that is left of its version, and stays, or what it had ended would be in
 * force again. Where several levels above hand back, another one may have the version itself: there the first turn takes the versions, and the second one
 * those tombstones whose versions have come from nobody.
 * @returns the body of that turn, and how many tombstones it leaves to the second
 */
export async function keepTold(
  hub: Hub,
  upstream: string,
  { envelope, entries }: WireBody,
  turn: ReturnTurn,
): Promise<WireBody & { readonly left: number }> {
  const own = entries.map((entry) => ({ entry, tombstones: ownTombstones(entry) }))
  const all = own.flatMap(({ tombstones }) => tombstones.map(({ record }) => record))
  if (all.length === 0)
    return turn === 'versions' ? { envelope, entries, left: 0 } : { envelope: { ...envelope, count: 0 }, entries: [], left: 0 }
  const links = await hub.db.selectFrom('link').select(['link_no', 'name']).execute()
  const linkNo = links.find((one) => one.name === upstream)?.link_no
  if (linkNo !== undefined) await noteTold(hub, linkNo, all)
  const last = await lastLeft(hub, all)
  const stay = turn === 'versions' && links.length > 1 ? new Set<WireRecord>() : last
  const kept = own.flatMap(({ entry, tombstones }): WireEntry[] => {
    const ends = new Set(tombstones.filter(({ record }) => stay.has(record)).map((one) => one.at))
    const gone =
      turn === 'ends'
        ? new Set(entry.versions.keys().filter((at) => !ends.has(at)))
        : new Set(tombstones.filter(({ at }) => !ends.has(at)).map((one) => one.at))
    return gone.size === 0 ? [entry] : without(entry, gone)
  })
  const count = kept.reduce((sum, entry) => sum + entry.versions.length, 0)
  return { envelope: { ...envelope, count }, entries: kept, left: last.size - stay.size }
}

/** What is taken of what a level above hands back: the versions, or of tombstones what is the last of its version. */
export type ReturnTurn = 'versions' | 'ends'

function ownTombstones(entry: WireEntry): { at: number; record: WireRecord }[] {
  const { operations } = entry.custody
  if (operations === undefined) return []
  const ordinals = ordinalsOf(entry.custody)
  return entry.versions.flatMap(({ record }, at) => (operations[ordinals[at] as number] === undefined ? [] : [{ at, record }]))
}

async function noteTold(hub: Hub, linkNo: number, records: readonly WireRecord[]): Promise<void> {
  const commitments = records.map((record) => Buffer.from(record.commitment.slice('sha-256:'.length), 'hex'))
  await sql`
    insert into told_before (link_no, commitment, heard_at)
    select ${linkNo}::int4, t.commitment, ${hub.clock.now()}::timestamptz from unnest(${byteaArray(commitments)}::bytea[]) as t (commitment)
    on conflict do nothing`.execute(hub.db)
}

/** Those of this node's own streams that have come no further than to the version before. */
async function lastLeft(hub: Hub, records: readonly WireRecord[]): Promise<Set<WireRecord>> {
  const own = records.filter((record) => originOf(record.stream) === hub.node.name)
  if (own.length === 0) return new Set()
  const rows = await hub.db
    .selectFrom('stream')
    .innerJoin('source', 'source.source_no', 'stream.source_no')
    .select(['record_id', 'origin', 'participant', 'epoch', 'n'])
    .where(
      'record_id',
      'in',
      own.map((record) => parseRecordId(record.recordId) as string),
    )
    .execute()
  const reached = new Map(rows.map((row) => [`${row.record_id} ${row.origin}/${row.participant}`, row]))
  return new Set(
    own.filter(({ recordId, stream, epoch, n }) => {
      const row = reached.get(`${parseRecordId(recordId)} ${stream}`)
      return row === undefined || row.epoch < epoch || (row.epoch === epoch && row.n < n)
    }),
  )
}

/** A source entry without some of its versions; nothing when none is left. */
function without(entry: WireEntry, gone: ReadonlySet<number>): WireEntry[] {
  const keep = entry.versions.flatMap((_, at) => (gone.has(at) ? [] : [at]))
  if (keep.length === 0) return []
  const identities = entry.versions.map(({ record }) => identityOfWire(record))
  const { node: _, checkpoint: __, ...custody } = cutStep({ ...entry.custody, node: '', checkpoint: '' }, identities, keep)
  return [{ custody, versions: keep.map((at) => entry.versions[at] as WireEntry['versions'][number]) }]
}
