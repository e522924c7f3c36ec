import { type Kysely, sql } from 'kysely'
import type { Tables } from './tables.ts'

/**
 * A transaction that begins by waiting for an advisory lock, both in one round trip. What `work` reads is read after the lock was got, so it
 * sees what the last holder has committed; the lock ends with the transaction, however that ends.
 * @param name of the lock, with the node's name in it: two nodes may share a database server
 */
export async function lockedTransaction<T>(db: Kysely<Tables>, name: string, work: (trx: Kysely<Tables>) => Promise<T>): Promise<T> {
  return await db.connection().execute(async (connection) => {
    const literal = `'${name.replaceAll("'", "''")}'`
    await sql.raw(`begin; select pg_advisory_xact_lock(hashtextextended(${literal}, 0))`).execute(connection)
    try {
      const result = await work(connection)
      await sql`commit`.execute(connection)
      return result
    } catch (error) {
      // A connection that is gone has rolled back already; the error that matters is the first one.
      await sql`rollback`.execute(connection).catch(() => undefined)
      throw error
    }
  })
}
