// An older node can keep running beside it: it adds a table and lets more values into a column.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
alter table submission drop constraint submission_media_check;
alter table submission add constraint submission_media_check check (media in ('json', 'ndjson', 'versions', 'csv', 'xlsx', 'xml'));

-- Files of rows as their senders sent them, for a time: a sender gets its own workbook back with the problems on its cells.
create table sent_file (
  participant_id text not null,
  -- the sender's id of the submission
  id uuid not null,
  kind text not null check (kind in ('csv', 'xlsx', 'xml')),
  -- sealed: such a file holds what is encrypted at rest everywhere else
  content bytea not null,
  keep_until timestamptz not null,
  primary key (participant_id, id)
);
create index sent_file_keep_until on sent_file (keep_until);
`)
    .execute(db)
}
