// Only adds a table and indexes; an older node can keep running beside it. What it stored meanwhile is read from the log afterwards.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- The tables that the records of a log entry are of, filled by a reader of the log: a search of the log for a rare table must not look into every part.
create table entry_entity (
  entity text not null,
  log_index bigint not null,
  primary key (entity, log_index)
);
-- The log by what its entries tell of; one row an entry, not a record.
create index log_entry_kind on log_entry (kind, index);
-- The submissions of one participant, newest first.
create index submission_participant on submission (participant_id, submission_no);
-- Parked records: all links together by age, and those to be sent again, which every delivery asks for.
create index parked_since on parked (parked_at, part_id, ordinal) where state = 'parked';
create index parked_retrying on parked (link_no, log_index, ordinal) where state = 'retrying';
create index parked_child on parked (link_no) where state = 'parked' and parent_part is not null;
-- What the first public page counts; nearly every row is alike, so that it stays small.
create index search_record_counted on search_record (library, entity, shown_from, shown_to) where state = 'in-force';
`)
    .execute(db)
}
