// Only adds a column; an older node can keep running beside it.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Why this node may sign nothing now: {"why","by","since"}, as an upstream said while it ran. All processes of the node read it; null: it may.
alter table node add column refusal jsonb;
`)
    .execute(db)
}
