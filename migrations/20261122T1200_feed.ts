// Adds tables and columns that may be null; an older node can keep running beside it. What it takes from its feed meanwhile has no places, and reads as before.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Where this node stands in the feed of an upstream, and in the records that it takes from there: cursors as the upstream gave them, for nobody else to read.
alter table link add column feed_place text, add column down_place text;

-- {outcome: [[first ordinal, count], ...]} in the part of our log, for what was accepted, unchanged or stored. Null when the upstream did not say.
alter table outcome_above add column places jsonb;

-- Name of the upstream whose records these are; null for what entered here or came from below. What came from above goes up no link.
alter table submission add column came_from_above text;

-- Versions that lower nodes and business systems may be told of, found by a reader of the log.
create table down_version (
  log_index bigint not null,
  part_id bigint not null,
  ordinal integer not null,
  key_digest bytea not null,
  entity text not null,
  reporting_region text not null,
  -- the commitment that it corrects, when it is a correction of a node
  corrects bytea,
  primary key (log_index, part_id, ordinal)
);
create index down_version_key on down_version (key_digest);

-- What an authority tells those below it. 'origin' is the node where it was published; what came from above stays as it came.
create table notice (
  notice_id uuid primary key,
  origin text not null,
  -- the upstream that it came from; null for those of this node
  came_from text,
  number bigint generated always as identity,
  title text not null,
  text text not null,
  -- null: for all
  regions text[],
  published_at timestamptz not null,
  published_by text not null,
  until_at timestamptz,
  withdrawn_at timestamptz,
  withdrawn_by text
);
`)
    .execute(db)
}
