import type { Tables } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import { type Kysely, sql } from 'kysely'
import type { NodeFacts } from './hub.ts'

/**
 * A place in a node's feed. Callers keep its text and give it back; they read nothing in it. It names the epoch, because after a restore the same
 * index may stand for another entry.
 */
export interface FeedPlace {
  readonly epoch: number
  readonly epochId: string
  /** Index of the first entry in the log that was not told yet. */
  readonly index: number
  /** The same for what comes down, which is found by a reader of the log and so a moment later; as `index` when absent. */
  readonly down?: number
  /** Of the records that come down: which entities the place is about. */
  readonly about?: string
}

type Epoch = Pick<NodeFacts, 'epoch' | 'epochId'>

export const formatPlace = (node: Epoch, index: number, more: { readonly down?: number; readonly about?: string } = {}): string =>
  Buffer.from(JSON.stringify([node.epoch, node.epochId, index, ...(Object.keys(more).length === 0 ? [] : [more])])).toString('base64url')

const isPlace = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** @throws Problem parameter-invalid for a text that no node gave */
export function parsePlace(text: string): FeedPlace {
  try {
    const [epoch, epochId, index, more = {}, ...rest] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[]
    const { down, about } = more as { down?: unknown; about?: unknown }
    if (
      Number.isSafeInteger(epoch) &&
      typeof epochId === 'string' &&
      isPlace(index) &&
      (down === undefined || isPlace(down)) &&
      (about === undefined || typeof about === 'string') &&
      rest.length === 0
    )
      return {
        epoch: epoch as number,
        epochId,
        index,
        ...(down === undefined ? {} : { down }),
        ...(about === undefined ? {} : { about }),
      }
  } catch {
    // Not base64, or not ours: the same answer.
  }
  throw new Problem(
    'parameter-invalid',
    { zh: 'after 不是本接口给出的游标', en: 'after is no cursor that this address gave' },
    { pointer: '/after' },
  )
}

/**
 * Where to go on for a place that may be of an earlier life of the log: no further than where that life and this one part. What is told twice does no
 * harm, what is passed over would never be told.
 * @returns `restarted` when the place was of another epoch
 */
export async function indexOf(
  db: Kysely<Tables>,
  node: Epoch,
  place: FeedPlace,
): Promise<{ index: number; down: number; restarted: boolean }> {
  const { index, down = index } = place
  if (place.epoch === node.epoch && place.epochId === node.epochId) return { index, down, restarted: false }
  const common = await commonWith(db, place)
  return { index: Math.min(index, common), down: Math.min(down, common), restarted: true }
}

/** How many entries this log has in common with that of an epoch; 0 when nothing says so. */
async function commonWith(db: Kysely<Tables>, { epoch, epochId }: FeedPlace): Promise<number> {
  const { rows } = await sql<{ body: string | null }>`
    select body from log_entry where kind = 'epoch' order by index desc limit 1000`.execute(db)
  let common = Number.MAX_SAFE_INTEGER
  for (const { body } of rows) {
    const { previous } = JSON.parse(body ?? '{}') as { previous?: { epoch?: { number?: number; id?: string }; size?: number } }
    if (typeof previous?.size !== 'number') return 0
    common = Math.min(common, previous.size)
    if (previous.epoch?.number === epoch && previous.epoch.id === epochId) return common
  }
  return 0
}
