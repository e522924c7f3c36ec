// Only adds a column with a default; an older node can keep running beside it, and counts such versions as passed over.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Versions that could not be judged because their contents were taken out of the database; see version_range. Not among passed_over.
alter table shadow_run add column elsewhere bigint not null default 0;
`)
    .execute(db)
}
