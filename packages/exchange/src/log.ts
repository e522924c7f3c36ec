import type { Tables } from '@huijiao/database'
import { canonicalize } from '@huijiao/merkle'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import { randomSlice } from './record-id.ts'

/**
 * What a log entry tells of. `part`: records stored; `delivery`: an upstream's answer settled; `outcome`: answers of nodes further up, learnt from the
 * feed; the others are acts of people and rules.
 */
export type EntryKind =
  | 'part'
  | 'delivery'
  | 'outcome'
  | 'decision'
  | 'policy'
  | 'requalified'
  | 'participant'
  | 'link'
  | 'access'
  | 'attachment'
  | 'number'
  | 'standard'
  | 'succession'
  | 'reconcile'
  | 'submission'
  | 'operator'
  | 'epoch'
  | 'key'
  | 'notice'
  | 'detached'
  | 'attached'

export interface NewEntry {
  readonly kind: EntryKind
  readonly instant: Date
  readonly partId?: number
  /** Who did it: `participant:p-7k2`, `operator:token`, `node`. Never a person's name. */
  readonly actor: string
  /** What it was done to, such as a participant's or link's id. */
  readonly subject?: string
  /** Kept beside the leaf, shown by right, erasable with its salt. */
  readonly body: object
}

/** Channel on which other processes of the node hear that entries wait to be numbered. */
export const pendingChannel = 'huijiao_pending'

/**
 * Adds one pending entry. Call it last of all in the transaction that stores what the entry tells of: its id then agrees with the order of
 * the row locks, so that the log's order is the order of every stream's versions.
 */
export async function addPendingEntry(trx: Transaction<Tables>, entry: NewEntry): Promise<void> {
  await trx.insertInto('log_pending').values(pendingValues(entry)).execute()
}

/** The row of a pending entry, with a fresh salt for its body. */
export function pendingValues(entry: NewEntry) {
  return {
    kind: entry.kind,
    instant: entry.instant,
    part_id: entry.partId ?? null,
    actor: entry.actor,
    subject: entry.subject ?? null,
    body_salt: randomSlice(16),
    body: canonicalize(entry.body),
  }
}

export interface LogHead {
  readonly size: number
  readonly root: Buffer
  /** The signed note. */
  readonly note: string
  readonly signedAt: Date
}

/** The latest checkpoint, or null before the first entry. */
export async function readLogHead(db: Kysely<Tables>): Promise<LogHead | null> {
  // Asked all the time: with a value in it the statement is prepared, and with none in its limit the plan is kept.
  const { rows } = await sql<
    Selectable<Tables['log_checkpoint']>
  >`select * from log_checkpoint where size >= ${0} order by size desc limit 1`.execute(db)
  const row = rows[0]
  return row === undefined ? null : { size: row.size, root: row.root, note: row.note, signedAt: row.signed_at }
}

/** The checkpoint of one size, or null when none was signed at that size. */
export async function readCheckpointAt(db: Kysely<Tables>, size: number): Promise<LogHead | null> {
  const row = await db.selectFrom('log_checkpoint').selectAll().where('size', '=', size).executeTakeFirst()
  return row === undefined ? null : { size: row.size, root: row.root, note: row.note, signedAt: row.signed_at }
}
