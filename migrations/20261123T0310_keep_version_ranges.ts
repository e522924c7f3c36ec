// Only adds a table; an older node can keep running beside it, as long as no range is detached: it would take a version whose texts are elsewhere for an empty one.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Ranges of parts whose old versions keep their texts and salts elsewhere, and where. In version, such a row has empty salts. One that was put back keeps its row.
create table version_range (
  range_no bigint generated always as identity primary key,
  from_part bigint not null,
  to_part bigint not null check (to_part > from_part),
  -- versions written to its files, those among them that stayed whole included
  versions bigint not null,
  -- of its file range.json
  digest bytea not null,
  -- in the words of who took it out; told to everybody who needs a text of it
  place text not null,
  -- the latest at which a part of it was stored
  last_instant timestamptz not null,
  detached_at timestamptz not null,
  detached_by text not null,
  attached_at timestamptz,
  attached_by text
);
create unique index version_range_standing on version_range (from_part) where attached_at is null;
`)
    .execute(db)
}
