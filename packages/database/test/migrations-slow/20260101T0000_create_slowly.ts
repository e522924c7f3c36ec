import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table slowly as select pg_sleep(60)::text as slept`.execute(db)
}
