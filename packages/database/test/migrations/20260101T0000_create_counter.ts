import { type Kysely, sql } from 'kysely'

// Slow on purpose, so that processes that start together overlap. It fails when it runs twice.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`select pg_sleep(0.3)`.execute(db)
  await sql`create table counter (id int primary key, n int not null)`.execute(db)
  await sql`insert into counter values (1, 1)`.execute(db)
}
