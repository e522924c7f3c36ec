// Only adds a column without a default; an older node can keep running beside it (it takes a count that goes on for the whole).
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- How many parts the count goes up to; null: all of a submission that is finished.
alter table problem_groups add column parts bigint;
`)
    .execute(db)
}
