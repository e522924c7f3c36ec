// Only adds a table; an older node can keep running beside it. What it stored meanwhile is read from the log afterwards.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- One row a business key: where to find it, and by what. A projection filled by a reader of the log; emptied, it is filled again.
-- No sealed value stands in it: a person's document is a keyed digest among the tokens.
create table search_record (
  key_digest bytea primary key,
  -- order of lists: the record that a subject is known by before what hangs on it, and then the newest first
  place bigint not null,
  -- the record's own id: the lowest of its streams
  record_id uuid not null,
  entity text not null,
  library text not null,
  name text not null,
  -- the name as it is compared, and the first letters of its pinyin
  words text not null,
  initials text not null,
  -- the number by which it is known, in the form in which numbers are compared; empty when it has none that is open
  number text not null,
  region text not null,
  -- 'in-force', 'withdrawn', or the state of its latest version when nothing of it is in force
  state text not null,
  -- the version that is shown
  part_id bigint not null,
  ordinal integer not null,
  -- more than one source has a version in force
  several boolean not null,
  -- days between which it may be shown to the public; only of what is published for a term
  shown_from date,
  shown_to date,
  -- pairs of neighbouring characters of 'words' and 'initials': two UTF-16 units in one integer
  grams integer[] not null,
  -- keyed digests of what it is, what it names, and of entity, library, region and state
  tokens bigint[] not null
) with (fillfactor = 90);
create unique index search_record_place on search_record (place);
create index search_record_library on search_record (library, place);
create index search_record_entity on search_record (entity, place);
create index search_record_id on search_record (record_id);
create index search_record_number on search_record (number text_pattern_ops) where number <> '';
create index search_record_found on search_record using gin (grams, tokens) with (gin_pending_list_limit = 2048);
-- Places are given once a key; a gap means nothing.
create sequence search_place_seq;
`)
    .execute(db)
}
