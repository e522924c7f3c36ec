import type { Tables } from '@huijiao/database'
import type { Kysely } from 'kysely'

const caches = new WeakMap<object, Map<string, number>>()

/** The number of a writer of streams: a participant at its origin node. Made at its first use and kept for good. */
export async function sourceNoOf(db: Kysely<Tables>, origin: string, participant: string): Promise<number> {
  let cache = caches.get(db)
  if (cache === undefined) {
    cache = new Map()
    caches.set(db, cache)
  }
  const name = `${origin}/${participant}`
  const known = cache.get(name)
  if (known !== undefined) return known
  const find = () =>
    db.selectFrom('source').select('source_no').where('origin', '=', origin).where('participant', '=', participant).executeTakeFirst()
  let row = await find()
  if (row === undefined) {
    await db
      .insertInto('source')
      .values({ origin, participant })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    row = await find()
  }
  const sourceNo = (row as { source_no: number }).source_no
  cache.set(name, sourceNo)
  return sourceNo
}
