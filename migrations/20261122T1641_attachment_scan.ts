// Only adds a table; an older node can keep running beside it.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Whether identity numbers stand in an attachment: what a reader of its text found, and what a person said of that.
create table attachment_scan (
  digest bytea primary key references attachment on delete cascade,
  state text not null check (state in ('none', 'found', 'unscanned')),
  found integer not null,
  unread integer not null,
  why text,
  scanned_at timestamptz not null,
  checked_at timestamptz,
  checked_by text,
  check_reason text
);
create index attachment_scan_open on attachment_scan (scanned_at desc) where state = 'found' and checked_at is null;
`)
    .execute(db)
}
