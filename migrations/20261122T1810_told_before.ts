// Only adds a table; an older node can keep running beside it.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Versions that this node had told a level above as tombstones before it was put back, as that level handed them back: when they come again from below
-- they are told so again, whatever came in between.
create table told_before (
  link_no integer not null,
  commitment bytea not null,
  heard_at timestamptz not null,
  primary key (link_no, commitment)
);
`)
    .execute(db)
}
