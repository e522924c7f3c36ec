import { sqlState } from '@huijiao/database'
import { leafHash, logLeafText, newTiles } from '@huijiao/merkle'
import { type RawBuilder, sql } from 'kysely'
import { at } from './fault-point.ts'
import type { Hub } from './hub.ts'
import type { pendingValues } from './log.ts'
import { keepTip, logTip } from './log-tip.ts'
import { isSequencing, noteSequenced, type SequencedEntry, signCheckpoint, tileRows } from './sequence-log.ts'

/** Who hears, in this process, of entries that the transaction which stored a part has numbered itself. */
export interface NumberedHere {
  /** False while nothing may be signed. */
  readonly may: () => boolean
  /** As after a run of the sequencer: the transaction has committed. */
  readonly numbered: (entries: readonly SequencedEntry[]) => void
}

interface Place {
  listener: NumberedHere | null
  /** Small submissions that are being received. */
  inside: number
  /** By a clock that only goes on: until then it is left to the sequencer. */
  restUntil: number
}

/** By the node's facts, which all copies of a hub share. */
const places = new WeakMap<object, Place>()

function placeOf(hub: Pick<Hub, 'node'>): Place {
  const place = places.get(hub.node) ?? { listener: null, inside: 0, restUntil: 0 }
  places.set(hub.node, place)
  return place
}

/** Lets a submission that is alone be numbered by its own transaction: of a node that hands records on, and does so from this process. Null ends it. */
export function numberWithStoring(hub: Pick<Hub, 'node'>, listener: NumberedHere | null): void {
  placeOf(hub).listener = listener
}

/** Notes that a small submission is being received. @returns what notes that it has ended */
export function enterSmall(hub: Pick<Hub, 'node'>): () => void {
  const place = placeOf(hub)
  place.inside += 1
  return () => {
    place.inside -= 1
  }
}

/** Where something else was numbered at the same time it would be again: the sequencer takes all of it together. */
const restMs = 200

/**
 * Whether nothing else is under way here, so that nobody waits for the sequencer's lock meanwhile: many at once are numbered together, which is dearer for one
 * and cheaper for all.
 */
export function isAlone(hub: Pick<Hub, 'node'>): boolean {
  const { listener, inside, restUntil } = placeOf(hub)
  return listener?.may() === true && inside === 1 && !isSequencing(hub) && logTip(hub) !== null && performance.now() >= restUntil
}

export interface NumberedAlone {
  /** To be sent behind the lock; the commit follows. Fails with `notAlone` when the log is not where this process left it. */
  readonly statement: RawBuilder<unknown>
  /** When it is committed. */
  done(): void
}

/**
 * Gives the next index to one entry that was never pending: signs the checkpoint over the log with it, from what this process knows of the log's end.
 * The statement holds that against the database under the lock: the same log, by its root; the same epoch and key; nothing that should have been numbered
 * before. Only entries that tell of no version may still wait.
 * @returns null when the end of the log is not known here: then the entry waits like any other
 */
export async function numberAlone(hub: Hub, entry: ReturnType<typeof pendingValues>): Promise<NumberedAlone | null> {
  const tip = logTip(hub)
  const { epochId } = hub.node
  if (tip === null) return null
  const leaf = logLeafText(entry.kind, entry.instant.toISOString(), entry.body_salt, entry.body)
  const hash = leafHash(leaf)
  let known = true
  const grown = await newTiles(tip.size, [hash], (level, tile, width) => {
    const hashes = tip.tiles.get(`${level}/${tile}`)
    known &&= hashes !== undefined
    return hashes ?? Buffer.alloc(width * hash.length)
  })
  if (!known) return null
  const note = signCheckpoint(hub, grown)
  const index = tip.size
  at('sequencing')
  const statement = sql`
    with alone as materialized (
      select sqrt(case when (select max(size) from log_checkpoint) = ${tip.size}::int8
          and exists (select 1 from log_checkpoint where size = ${tip.size}::int8 and root = ${tip.root}::bytea)
          and exists (select 1 from node where epoch_id = ${epochId}::text and coalesce(signing_key_id, ${hub.signingKey.keyId}::text) = ${hub.signingKey.keyId}::text
                      and refusal is null)
          and not exists (select 1 from log_pending where kind not in ('delivery', 'outcome', 'access'))
        then 0 else -1 end) as zero
    ), entered as (
      insert into log_entry (index, kind, instant, part_id, actor, subject, leaf, leaf_hash, body_salt, body)
      select ${index}::int8, ${entry.kind}::text, ${entry.instant}::timestamptz, ${entry.part_id}::int8, ${entry.actor}::text, ${entry.subject}::text,
             ${leaf}::text, ${hash}::bytea, ${entry.body_salt}::bytea, ${entry.body}::text from alone where zero = 0
    ), tiled as (
      insert into log_tile (level, tile, hashes) ${tileRows(grown)}
      on conflict (level, tile) do update set hashes = excluded.hashes
    )
    insert into log_checkpoint (size, root, note, signed_at)
    select ${grown.size}::int8, ${grown.root}::bytea, ${note}::text, ${hub.clock.now()}::timestamptz from alone where zero = 0`
  return {
    statement,
    done: () => {
      at('sequenced')
      noteSequenced(hub, grown, epochId)
      const { kind, part_id: partId, body, body_salt: salt } = entry
      keepTip(hub, grown, { note, epochId, edge: tip.tiles }, [{ index, kind, partId, leaf, body, salt }])
      placeOf(hub).listener?.numbered([{ index, kind }])
    },
  }
}

/** What the root of a negative number answers: the only one in a transaction that numbers its entry. */
export function notAlone(hub: Pick<Hub, 'node'>, error: unknown): boolean {
  if (sqlState(error) !== '2201F') return false
  placeOf(hub).restUntil = performance.now() + restMs
  return true
}
