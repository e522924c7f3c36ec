// Only adds columns that may be null; an older node can keep running beside it.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- The highest place in the sender's log among a group's items, known with its digest: whether the digest is that of a cut, too, is told without a look at its buckets.
alter table reconcile_group add column top_epoch integer, add column top_index bigint;
update reconcile_group set digest = null;
`)
    .execute(db)
}
