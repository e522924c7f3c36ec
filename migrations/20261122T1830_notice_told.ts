// Only adds a table; an older node can keep running beside it.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Who has fetched a notice, or that it was taken back, by the feed. A row a notice, participant and action, written when a page with it is answered.
create table notice_told (
  notice_id uuid not null references notice,
  participant_id text not null references participant,
  action text not null check (action in ('published', 'withdrawn')),
  told_at timestamptz not null,
  primary key (notice_id, participant_id, action)
);
`)
    .execute(db)
}
