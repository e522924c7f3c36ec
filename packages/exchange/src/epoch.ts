import { randomBytes } from 'node:crypto'
import type { LogEpochTable, Tables } from '@huijiao/database'
import { inFlight, retryDeadlocks } from '@huijiao/database'
import { type Epoch, emptyRoot, epochBodyText, type EpochEntry, epochKind, logOrigin } from '@huijiao/merkle'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Hub, NodeFacts } from './hub.ts'
import { readLogHead } from './log.ts'
import { entryProof } from './read-log.ts'
import { tellRefusal } from './refusal.ts'
import { sequenceBatch, sequencerLock } from './sequence-log.ts'

export type LogEpochRow = Selectable<LogEpochTable>

/**
 * Why a new epoch begins. `restore`: the database was put back by an operator; `shortfall`: somebody has seen more of the log than there is;
 * `unconfirmed`: nobody can say how far the log had come; `re-created`: the log is empty, and neighbours know one of that name; `asked`: an operator
 * said that this is the node to go on with.
 */
export type EpochReason = 'restore' | 'shortfall' | 'unconfirmed' | 're-created' | 'asked'

/** How far somebody had seen the log of this node, and in which epoch. */
export interface KnownHead {
  readonly epoch: Epoch
  readonly size: number
  /** `high-water` or the name of a neighbour. */
  readonly by: string
}

export interface NewEpoch {
  readonly reason: EpochReason
  /** What others have seen; the new epoch's number is above all of theirs. */
  readonly known: readonly KnownHead[]
  /** Who said so; the node itself when nobody did. */
  readonly actor?: string
  /** The data directory was there and knows every number that was given before. */
  readonly numbersKept?: boolean
}

/** The furthest of several heads: by epoch, then by size. */
export const furthest = (known: readonly KnownHead[]): KnownHead | null =>
  known.toSorted((a, b) => b.epoch.number - a.epoch.number || b.size - a.size)[0] ?? null

export const epochOf = (node: Pick<NodeFacts, 'epoch' | 'epochId'>): Epoch => ({ number: node.epoch, id: node.epochId })
export const sameEpoch = (a: Epoch, b: Epoch): boolean => a.number === b.number && a.id === b.id

/**
 * Begins a new epoch in one transaction under the sequencer's lock: its first entry is numbered at once, before everything that waits, and the
 * checkpoint over it is the first that the epoch signs. All copies of the hub know it when this returns.
 * @returns false when another process has begun one meanwhile; the hub knows that one then
 */
export async function beginEpoch(hub: Hub, { reason, known, actor = 'node', numbersKept = false }: NewEpoch): Promise<boolean> {
  const { db, node, clock } = hub
  const before = epochOf(node)
  const at = clock.now()
  const begun = await retryDeadlocks(() =>
    inFlight(db, async (trx, send) => {
      await send(sql`select pg_advisory_xact_lock(hashtextextended(${sequencerLock(node.name)}, 0))`)
      const row = await trx.selectFrom('node').select(['epoch', 'epoch_id', 'refusal']).executeTakeFirstOrThrow()
      if (!sameEpoch({ number: row.epoch, id: row.epoch_id }, before)) return null
      const head = await readLogHead(trx)
      const size = head?.size ?? 0
      const root = head?.root ?? emptyRoot
      const epoch: Epoch = { number: Math.max(row.epoch, ...known.map((one) => one.epoch.number)) + 1, id: randomBytes(8).toString('hex') }
      const earlier = await trx.selectFrom('log_epoch').select(['number', 'id', 'previous_number', 'previous_id']).execute()
      const own = [before, ...earlier.map((one) => ({ number: one.previous_number, id: one.previous_id }))]
      // An empty log continues what others know of that name: its own first epoch never had an entry, and nobody has heard of it.
      const top = size === 0 ? furthest(known) : null
      const previous = top === null ? before : top.epoch
      const strange = known.map((one) => one.epoch).filter((one) => !own.some((mine) => sameEpoch(mine, one)) && !sameEpoch(one, previous))
      const abandoned = strange.filter((one, index) => strange.findIndex((other) => sameEpoch(other, one)) === index)
      await trx.updateTable('node').set({ epoch: epoch.number, epoch_id: epoch.id, refusal: null }).execute()
      if (row.refusal !== null) await tellRefusal(trx, hub, row.refusal, reason === 'asked' ? 'asked' : 'other-stopped', actor)
      const best = furthest(known)
      const beyond =
        best !== null && (best.epoch.number > before.number || best.size > size || !sameEpoch(best.epoch, before)) ? best : null
      await trx
        .insertInto('log_epoch')
        .values({
          number: epoch.number,
          id: epoch.id,
          began_at: at,
          reason,
          entry_index: size,
          previous_number: previous.number,
          previous_id: previous.id,
          fork_root: root,
          known_number: beyond?.epoch.number ?? null,
          known_id: beyond?.epoch.id ?? null,
          known_size: beyond?.size ?? null,
          known_by: beyond?.by ?? null,
          healing: 'waiting',
          healed_at: null,
        })
        .execute()
      if (!numbersKept)
        await trx
          .insertInto('number_question')
          .values({ epoch: epoch.number, reason, asked_at: at, settled_at: null, settled_by: null, skip: null })
          .execute()
      const body = epochBodyText({ epoch, previous: { epoch: previous, size, root }, abandoned, reason })
      // Before everything that waits for its number, whatever that is.
      await sql`
        insert into log_pending (pending_id, kind, instant, part_id, actor, subject, body_salt, body) overriding system value
        select least(coalesce(min(pending_id), 0), 0) - 1, ${epochKind}::text, ${at}::timestamptz, null::int8, ${actor}::text, ${node.name}::text,
               ${randomBytes(16)}::bytea, ${body}::text from log_pending`.execute(trx)
      const next: NodeFacts = { ...node, epoch: epoch.number, epochId: epoch.id, origin: logOrigin(node.name, epoch) }
      await sequenceBatch(send, { ...hub, node: next })
      return next
    }),
  )
  if (begun === null) {
    await refreshEpoch(hub)
    return false
  }
  Object.assign(node, begun)
  hub.log.warn({ reason, epoch: begun.epoch, known }, 'a new epoch of the log has begun')
  hub.onPending()
  return true
}

/** Reads which epoch counts; another process may have begun one. All copies of the hub share what is changed here. */
export async function refreshEpoch(hub: Pick<Hub, 'db' | 'node'>): Promise<boolean> {
  const row = await hub.db.selectFrom('node').select(['epoch', 'epoch_id']).executeTakeFirstOrThrow()
  if (row.epoch_id === hub.node.epochId) return false
  const origin = logOrigin(hub.node.name, { number: row.epoch, id: row.epoch_id })
  Object.assign(hub.node, { epoch: row.epoch, epochId: row.epoch_id, origin } satisfies Partial<NodeFacts>)
  return true
}

/** Every epoch that this node began after its first, in order. */
export const listEpochs = (db: Kysely<Tables>): Promise<LogEpochRow[]> => db.selectFrom('log_epoch').selectAll().orderBy('number').execute()

/**
 * The entries that begin epochs, with their bodies, for everybody: without them a fork would be an accusation.
 * @param size with inclusion proofs to the log of this size; entries behind it are left out
 */
export async function epochEntries(db: Kysely<Tables>, size?: number): Promise<EpochEntry[]> {
  const rows = await db
    .selectFrom('log_epoch')
    .innerJoin('log_entry', 'log_entry.index', 'log_epoch.entry_index')
    .select(['index', 'leaf', 'body', 'body_salt'])
    .where('kind', '=', epochKind)
    .orderBy('index')
    .execute()
  const entries = rows
    .filter((row) => size === undefined || row.index < size)
    .map((row): EpochEntry => ({
      index: row.index,
      leaf: row.leaf,
      body: row.body as string,
      bodySalt: (row.body_salt as Buffer).toString('hex'),
    }))
  if (size === undefined) return entries
  return await Promise.all(
    entries.map(async (entry) => ({
      ...entry,
      inclusion: (await entryProof(db, entry.index, size)).map((hash) => hash.toString('base64')),
    })),
  )
}
