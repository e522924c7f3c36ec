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
  /** Of the records that come down: which entities the place is about. */
  readonly about?: string
}

type Epoch = Pick<NodeFacts, 'epoch' | 'epochId'>

export const formatPlace = (node: Epoch, index: number, about?: string): string =>
  Buffer.from(JSON.stringify([node.epoch, node.epochId, index, ...(about === undefined ? [] : [about])])).toString('base64url')

/** @throws Problem parameter-invalid for a text that no node gave */
export function parsePlace(text: string): FeedPlace {
  try {
    const [epoch, epochId, index, about, ...rest] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[]
    if (
      Number.isSafeInteger(epoch) &&
      typeof epochId === 'string' &&
      Number.isSafeInteger(index) &&
      (index as number) >= 0 &&
      (about === undefined || typeof about === 'string') &&
      rest.length === 0
    )
      return { epoch: epoch as number, epochId, index: index as number, ...(about === undefined ? {} : { about }) }
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
export async function indexOf(db: Kysely<Tables>, node: Epoch, place: FeedPlace): Promise<{ index: number; restarted: boolean }> {
  if (place.epoch === node.epoch && place.epochId === node.epochId) return { index: place.index, restarted: false }
  return { index: Math.min(place.index, await commonWith(db, place)), restarted: true }
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
