// Only adds tables and an index; an older node can keep running beside them. What it stored meanwhile is read from the log afterwards.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- The regions that the records of a log entry were reported for, filled by the reader that fills entry_entity.
create table entry_region (
  region text not null,
  log_index bigint not null,
  primary key (region, log_index)
);
-- What is passed over on a link, by why: the rare reason among very many.
create index skip_why on skip (link_no, kind, reason, log_index, ordinal);
-- What the reader has read so far is read again, for the regions too.
delete from reader where name = 'entry-entities';
`)
    .execute(db)
}
