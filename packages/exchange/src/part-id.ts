import type { Tables } from '@huijiao/database'
import { type Kysely, sql } from 'kysely'

/** As in the sequence's definition. */
export const blockSize = 64

interface Block {
  next: number
  end: number
}

const blocks = new WeakMap<object, Block>()

/**
 * The next part id. Ids are unique across processes and say nothing about order; a block at a time is fetched, so that a part does not pay a
 * round trip for its id.
 * @param db the node's own handle, which its blocks belong to
 * @param trx what asks for a block when one is needed: a sequence gives no id twice whatever becomes of the transaction, and a second connection
 *   would be waited for without end when every one of the pool has a transaction that asks
 */
export async function nextPartId(db: Kysely<Tables>, trx: Kysely<Tables>): Promise<number> {
  for (;;) {
    const block = blocks.get(db)
    if (block !== undefined && block.next < block.end) {
      block.next += 1
      return block.next - 1
    }
    const { rows } = await sql<{ id: number }>`select nextval('part_id_seq') as id`.execute(trx)
    const { id } = rows[0] as { id: number }
    blocks.set(db, { next: id, end: id + blockSize })
  }
}
