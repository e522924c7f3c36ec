import { byteaArray, inFlight, int4Array, int8Array, type Send, textArray } from '@huijiao/database'
import { type AppendedTiles, formatCheckpoint, leafHash, logLeafText, newTiles, signNote } from '@huijiao/merkle'
import { type RawBuilder, sql } from 'kysely'
import { at } from './fault-point.ts'
import type { Hub } from './hub.ts'
import { keepTip, type TipEntry } from './log-tip.ts'

/** One entry that has just got its index. */
export interface SequencedEntry {
  readonly index: number
  readonly kind: string
}

/** Most entries numbered in one transaction. */
const batchMax = 1000

/** Name of the advisory lock that elects the one writer of a node's log; the node's name keeps two nodes of one database apart. */
export const sequencerLock = (node: string) => `huijiao/sequence/${node}`

/**
 * Gives every committed pending entry the next dense index, extends the tree and signs a checkpoint over it. Several processes may call
 * this at once: an advisory lock inside the transaction lets one work at a time, and a killed one leaves nothing behind.
 * @returns the entries numbered, in order; they may leave the process, for their transaction has committed
 */
export async function sequenceLog(hub: Hub): Promise<SequencedEntry[]> {
  const done: SequencedEntry[] = []
  atWork.set(hub.node, (atWork.get(hub.node) ?? 0) + 1)
  try {
    for (;;) {
      const batch = await inFlight(hub.db, (_, send) => sequenceBatch(send, hub))
      if (batch.grown !== null) {
        at('sequenced')
        noteSequenced(hub, batch.grown, batch.epochId)
        keepTip(hub, batch.grown, batch, batch.kept)
      }
      done.push(...batch.entries)
      if (batch.entries.length < batchMax) return done
    }
  } finally {
    atWork.set(hub.node, (atWork.get(hub.node) ?? 1) - 1)
  }
}

/** Runs of the sequencer in this process, by the node's facts. */
const atWork = new WeakMap<object, number>()
export const isSequencing = (hub: Pick<Hub, 'node'>): boolean => (atWork.get(hub.node) ?? 0) > 0

/** Remembers what this process has signed, once that is committed. */
export function noteSequenced(hub: Pick<Hub, 'node'>, { size, root }: AppendedTiles, epochId: string): void {
  sequenced.set(hub.node, { size, root, epochId })
}

/** How far this process has brought the log: what it signed last. */
export interface SequencedHead {
  readonly size: number
  readonly root: Buffer
  readonly epochId: string
}

/** By the node's facts, which all copies of a hub share. */
const sequenced = new WeakMap<object, SequencedHead>()
export const sequencedHead = (hub: Pick<Hub, 'node'>): SequencedHead | null => sequenced.get(hub.node) ?? null

/**
 * The log is not the one that this process has been writing: the database was put back under its feet (a failover that lost the last commits, say), or
 * another process has begun a new epoch. Nothing was signed.
 */
export class LogChanged extends Error {
  /** `shortfall`: entries that this process had signed are gone; `key`: another key signs now. */
  readonly kind: 'shortfall' | 'epoch' | 'key'
  constructor(kind: 'shortfall' | 'epoch' | 'key') {
    super(
      {
        shortfall: 'the log is shorter than what this process signed',
        epoch: 'another process has begun a new epoch',
        key: 'another process has brought another key into force',
      }[kind],
    )
    this.kind = kind
  }
}

/** A pending row, with what the tree looks like before it: the same in every row of the answer. */
interface PendingRow {
  readonly pending_id: number
  readonly kind: string
  readonly part_id: number | null
  readonly instant: Date
  readonly body_salt: Buffer
  readonly body: string
  readonly size: number
  readonly epoch_id: string
  readonly key_id: string | null
  /** Somebody else holds the node's name: nothing is signed until that is settled. */
  readonly refused: boolean
  /** The tiles at the right edge of the tree, hashes in base64. */
  readonly edge: readonly { readonly level: number; readonly tile: number; readonly hashes: string }[] | null
}

/** What one run has numbered; `grown` is null when there was nothing. */
export interface SequencedBatch {
  readonly entries: SequencedEntry[]
  readonly grown: AppendedTiles | null
  readonly note: string
  readonly epochId: string
  /** The tiles that were at the right edge before. */
  readonly edge: ReadonlyMap<string, Buffer>
  readonly kept: readonly Omit<TipEntry, 'numberedAt'>[]
}

/** The statement that everybody begins with who gives numbers. What is read after it sees what the last holder of the lock has committed. */
export const lockSequence = (hub: Pick<Hub, 'node'>): RawBuilder<unknown> =>
  sql`select pg_advisory_xact_lock(hashtextextended(${sequencerLock(hub.node.name)}, 0))`

/** Signs the checkpoint over a log that has grown. */
export function signCheckpoint(hub: Pick<Hub, 'node' | 'signingKey'>, { size, root }: AppendedTiles): string {
  const text = formatCheckpoint({ origin: hub.node.origin, size, root, extensions: [] })
  return signNote(text, { name: hub.node.name, keyObject: hub.signingKey.privateKey })
}

/** A query over the tiles that are new or wider than before. */
export const tileRows = ({ tiles }: AppendedTiles): RawBuilder<unknown> => sql`
  select * from unnest(${int4Array(tiles.map((tile) => tile.level))}::int4[], ${int8Array(tiles.map((tile) => tile.index))}::int8[],
                       ${byteaArray(tiles.map((tile) => tile.hashes))}::bytea[])`

/** Two round trips in all, because a record waits for this at every tier, unless its own transaction numbers it (`number-alone.ts`). */
export async function sequenceBatch(send: Send, hub: Hub): Promise<SequencedBatch> {
  void send(lockSequence(hub))
  const pending = await send(sql<PendingRow>`
    with head as (select coalesce(max(size), 0) as size from log_checkpoint)
    select p.pending_id, p.kind, p.part_id, p.instant, p.body_salt, p.body, (select size from head) as size, (select epoch_id from node) as epoch_id,
           (select signing_key_id from node) as key_id, (select refusal is not null from node) as refused,
           (select json_agg(json_build_object('level', level, 'tile', tile, 'hashes', translate(encode(hashes, 'base64'), E'\\n', '')))
            from log_tile, head where level < 7 and tile = div(head.size, power(256::numeric, level + 1))) as edge
    from log_pending p order by p.pending_id limit ${sql.lit(batchMax)}`)
  const first = pending[0]
  const { epochId } = hub.node
  if (first === undefined || first.refused) return { entries: [], grown: null, note: '', epochId, edge: new Map(), kept: [] }
  const { size } = first
  const last = sequencedHead(hub)
  if (first.epoch_id !== hub.node.epochId) throw new LogChanged('epoch')
  if (first.key_id !== null && first.key_id !== hub.signingKey.keyId) throw new LogChanged('key')
  if (last !== null && last.epochId === hub.node.epochId && size < last.size) throw new LogChanged('shortfall')
  const edge = new Map((first.edge ?? []).map((tile) => [`${tile.level}/${tile.tile}`, Buffer.from(tile.hashes, 'base64')]))
  const leaves = pending.map((row) => logLeafText(row.kind, row.instant.toISOString(), row.body_salt, row.body))
  const hashes = leaves.map((leaf) => leafHash(leaf))
  const grown = await newTiles(size, hashes, (level, index) => {
    const tile = edge.get(`${level}/${index}`)
    if (tile === undefined) throw new RangeError(`tile ${level}/${index} is not there`)
    return tile
  })
  const note = signCheckpoint(hub, grown)
  at('sequencing')
  void send(sql`
    with numbered as (
      select p.*, t.index, t.leaf, t.leaf_hash
      from unnest(${int8Array(pending.map((row) => row.pending_id))}::int8[], ${int8Array(pending.map((_, offset) => size + offset))}::int8[],
                  ${textArray(leaves)}::text[], ${byteaArray(hashes)}::bytea[]) as t (pending_id, index, leaf, leaf_hash)
      join log_pending p using (pending_id)
    ), entered as (
      insert into log_entry (index, kind, instant, part_id, actor, subject, leaf, leaf_hash, body_salt, body)
      select index, kind, instant, part_id, actor, subject, leaf, leaf_hash, body_salt, body from numbered
    ), done as (
      delete from log_pending where pending_id in (select pending_id from numbered)
    ), tiled as (
      insert into log_tile (level, tile, hashes) ${tileRows(grown)}
      on conflict (level, tile) do update set hashes = excluded.hashes
    )
    insert into log_checkpoint (size, root, note, signed_at) values (${grown.size}, ${grown.root}, ${note}, ${hub.clock.now()})`)
  return {
    entries: pending.map((row, offset) => ({ index: size + offset, kind: row.kind })),
    grown,
    note,
    epochId,
    edge,
    kept: pending.map(({ kind, part_id, body, body_salt }, offset) => ({
      ...{ index: size + offset, kind, partId: part_id },
      ...{ leaf: leaves[offset] as string, body, salt: body_salt },
    })),
  }
}
