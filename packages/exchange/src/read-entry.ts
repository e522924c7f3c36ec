import type { LogCheckpointTable, Tables } from '@huijiao/database'
import type { Kysely, Selectable } from 'kysely'
import { detachedLeaf, mustBeAttached } from './log-range.ts'
import type { ShownEntry } from './read-log.ts'

/**
 * One numbered entry with the salt of its body: all that a reader needs to compute its leaf and look for it in the tree.
 * @throws Problem log-range-detached when it is kept elsewhere
 */
export async function readEntry(db: Kysely<Tables>, index: number): Promise<(ShownEntry & { readonly bodySalt: string | null }) | null> {
  const row = await db
    .selectFrom('log_entry')
    .select(['index', 'kind', 'instant', 'actor', 'subject', 'part_id', 'leaf', 'body', 'body_salt'])
    .where('index', '=', index)
    .executeTakeFirst()
  if (row === undefined || row.leaf === detachedLeaf) await mustBeAttached(db, index)
  if (row === undefined) return null
  const { part_id, body_salt, ...shown } = row
  return { ...shown, partId: part_id, bodySalt: body_salt?.toString('hex') ?? null }
}

/** Signed checkpoints below a size, the largest first. */
export function listCheckpoints(
  db: Kysely<Tables>,
  { before, limit }: { readonly before?: number; readonly limit: number },
): Promise<Selectable<LogCheckpointTable>[]> {
  let query = db.selectFrom('log_checkpoint').selectAll()
  if (before !== undefined) query = query.where('size', '<', before)
  return query.orderBy('size', 'desc').limit(limit).execute()
}
