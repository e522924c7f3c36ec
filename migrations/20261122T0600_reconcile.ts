// Only adds tables; an older node can keep running beside it. What it stored meanwhile is read from the log afterwards.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- A set of versions that two nodes hold in common: 'up' what was delivered on a link and stored above, 'down' what was stored from a lower node.
create table reconcile_set (
  set_no integer generated always as identity primary key,
  side text not null check (side in ('up', 'down')),
  -- name of the link, or id of the participant
  peer text not null,
  unique (side, peer)
);

-- Versions of one entity whose entry in the sender's log is of one month. 'digest' is null while something in it has changed.
create table reconcile_group (
  group_no integer generated always as identity primary key,
  set_no integer not null references reconcile_set on delete cascade,
  period text not null,
  entity text not null,
  count bigint not null default 0,
  digest bytea,
  unique (set_no, period, entity)
);

-- One place of a stream: a hash of what names it, and what stands there (operation and commitment). No value of any record.
create table reconcile_item (
  group_no integer not null references reconcile_group on delete cascade,
  -- the first three hexadecimal digits of the id
  bucket smallint not null,
  id bytea not null,
  value bytea not null,
  -- the sender's log: epoch number and index of the entry that stored it there; both sides cut their sets by it
  epoch integer not null,
  log_index bigint not null,
  -- where it lies here
  part_id bigint not null,
  ordinal integer not null,
  -- it is above, but came there from somebody else
  elsewhere boolean not null default false,
  primary key (group_no, bucket, id)
);

-- Digests of items by the first digits of their ids. Null while something in it has changed.
create table reconcile_bucket (
  group_no integer not null references reconcile_group on delete cascade,
  bucket smallint not null,
  count integer not null default 0,
  digest bytea,
  -- the highest place in the sender's log among its items
  top_epoch integer not null,
  top_index bigint not null,
  primary key (group_no, bucket)
);
create index reconcile_bucket_changed on reconcile_bucket (group_no, bucket) where digest is null;

create table reconcile_run (
  run_id uuid primary key,
  link_no integer not null references link,
  state text not null check (state in ('waiting', 'comparing', 'repairing', 'equal', 'diverged', 'failed')),
  started_at timestamptz not null,
  started_by text not null,
  finished_at timestamptz,
  cut_epoch integer,
  cut_index bigint,
  records bigint,
  -- how often the sets were compared, and what that took in all
  passes integer not null default 0,
  rounds integer not null default 0,
  bytes_sent bigint not null default 0,
  bytes_received bigint not null default 0,
  lost_here integer not null default 0,
  -- counts and the first examples
  found jsonb not null,
  repairs integer not null default 0,
  error text,
  certificate_no bigint
);
create index reconcile_run_link on reconcile_run (link_no, started_at desc);
create unique index reconcile_run_open on reconcile_run (link_no) where state in ('waiting', 'comparing', 'repairing');

-- Two contents for one version: for a person, never mended by itself.
create table reconcile_case (
  case_no bigint generated always as identity primary key,
  set_no integer not null references reconcile_set,
  id bytea not null,
  run_id uuid not null,
  entity text not null,
  record_id uuid not null,
  stream text not null,
  epoch integer not null,
  n integer not null,
  log_index bigint not null,
  here bytea not null,
  there bytea not null,
  state text not null check (state in ('open', 'settled')),
  found_at timestamptz not null,
  settled_at timestamptz,
  settled_by text,
  reason text
);
create unique index reconcile_case_open on reconcile_case (set_no, id) where state = 'open';

create table reconcile_certificate (
  certificate_no bigint generated always as identity primary key,
  set_no integer not null references reconcile_set,
  run_id uuid not null,
  made_at timestamptz not null,
  digest bytea not null unique,
  document text not null
);
create index reconcile_certificate_set on reconcile_certificate (set_no, certificate_no desc);
`)
    .execute(db)
}
