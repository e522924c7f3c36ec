import type { Tables } from '@huijiao/database'
import { byteaArray, int4Array, int8Array, textArray } from '@huijiao/database'
import { formatCheckpoint, leafHash, logLeafText, newTiles, signNote } from '@huijiao/merkle'
import { sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import { readLogHead } from './log.ts'
import { readHashTile } from './read-log.ts'

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
  for (;;) {
    const batch = await hub.db.transaction().execute((trx) => sequenceBatch(trx, hub))
    done.push(...batch)
    if (batch.length < batchMax) return done
  }
}

async function sequenceBatch(trx: Transaction<Tables>, hub: Hub): Promise<SequencedEntry[]> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${sequencerLock(hub.node.name)}, 0))`.execute(trx)
  const pending = await trx.selectFrom('log_pending').selectAll().orderBy('pending_id').limit(batchMax).execute()
  if (pending.length === 0) return []
  const size = (await readLogHead(trx))?.size ?? 0
  const leaves = pending.map((row) => logLeafText(row.kind, row.instant.toISOString(), row.body_salt, row.body))
  const hashes = leaves.map((leaf) => leafHash(leaf))
  const indexes = pending.map((_, offset) => size + offset)
  await sql`
    insert into log_entry (index, kind, instant, part_id, actor, subject, leaf, leaf_hash, body_salt, body)
    select t.index, p.kind, p.instant, p.part_id, p.actor, p.subject, t.leaf, t.leaf_hash, p.body_salt, p.body
    from unnest(${int8Array(pending.map((row) => row.pending_id))}::int8[], ${int8Array(indexes)}::int8[], ${textArray(leaves)}::text[],
                ${byteaArray(hashes)}::bytea[]) as t (pending_id, index, leaf, leaf_hash)
    join log_pending p using (pending_id)`.execute(trx)
  await trx
    .deleteFrom('log_pending')
    .where('pending_id', '=', sql<number>`any(${int8Array(pending.map((row) => row.pending_id))}::int8[])`)
    .execute()
  const grown = await newTiles(size, hashes, (level, index, width) => readHashTile(trx, level, index, width))
  await sql`
    insert into log_tile (level, tile, hashes)
    select * from unnest(${int4Array(grown.tiles.map((tile) => tile.level))}::int4[], ${int8Array(grown.tiles.map((tile) => tile.index))}::int8[],
                         ${byteaArray(grown.tiles.map((tile) => tile.hashes))}::bytea[])
    on conflict (level, tile) do update set hashes = excluded.hashes`.execute(trx)
  const signedAt = hub.clock.now()
  const text = formatCheckpoint({ origin: hub.node.origin, size: grown.size, root: grown.root, extensions: [] })
  const note = signNote(text, { name: hub.node.name, keyObject: hub.signingKey.privateKey })
  await trx.insertInto('log_checkpoint').values({ size: grown.size, root: grown.root, note, signed_at: signedAt }).execute()
  return pending.map((row, offset) => ({ index: size + offset, kind: row.kind }))
}
