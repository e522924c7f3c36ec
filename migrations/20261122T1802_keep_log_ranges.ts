// Only adds a table; an older node can keep running beside it, as long as no range is detached: it does not know where one is.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Ranges of the log that were taken out of log_entry, and where each of them is. One that was put back keeps its row.
create table log_range (
  range_no bigint generated always as identity primary key,
  from_index bigint not null,
  to_index bigint not null check (to_index > from_index),
  -- the tree over the leaves of the range alone, and the digest of its file range.json
  root bytea not null,
  digest bytea not null,
  -- in the words of who took it out; told to everybody who needs an entry of it
  place text not null,
  -- of its last entry
  last_instant timestamptz not null,
  detached_at timestamptz not null,
  detached_by text not null,
  attached_at timestamptz,
  attached_by text
);
create unique index log_range_standing on log_range (from_index) where attached_at is null;
`)
    .execute(db)
}
