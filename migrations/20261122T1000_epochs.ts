// Only adds tables and columns that may be null; an older node can keep running beside it. It knows nothing of epochs, and its requests say nothing of them.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Since when the data directory holds how far the log has come. Null: never yet, so that its absence says nothing.
alter table node add column high_water_since timestamptz;

-- Epochs that this node began after its first, each with the fork that its first entry names.
create table log_epoch (
  number integer primary key,
  id text not null unique,
  began_at timestamptz not null,
  -- 'restore', 'shortfall', 'unconfirmed', 're-created', 'asked'
  reason text not null,
  -- the entry that begins it, and the length of the log that it continues
  entry_index bigint not null,
  previous_number integer not null,
  previous_id text not null,
  fork_root bytea not null,
  -- the furthest that anybody had seen of what came before, and who; null when nobody said more than this log does
  known_number integer,
  known_id text,
  known_size bigint,
  known_by text,
  -- 'waiting': neighbours have yet to hand back what they hold; 'done'; 'left': an operator went on without
  healing text not null check (healing in ('waiting', 'done', 'left')),
  healed_at timestamptz,
  -- counts of what came back and what nobody holds
  report jsonb not null default '{}'
);

-- What this node last saw of a neighbour's log. 'above': an upstream, by its name; 'below': a lower node, by its participant.
create table neighbour (
  side text not null check (side in ('above', 'below')),
  name text not null,
  epoch integer not null,
  epoch_id text not null,
  note text,
  size bigint not null default 0,
  root bytea,
  -- below: the random number by which it called last
  contact text,
  heard_at timestamptz not null,
  -- it said that it stops
  leaving boolean not null default false,
  -- epochs of it that were seen before: [{"number", "id", "size"}]
  earlier jsonb not null default '[]',
  primary key (side, name)
);

-- Random numbers by which this node called its upstreams, the latest few: who has not the last one is somebody else.
create table own_contact (
  upstream text not null,
  number bigint generated always as identity,
  contact text not null,
  made_at timestamptz not null,
  primary key (upstream, number)
);

-- Receipts of an upstream that was restored to before it gave them. The delivery is open again and gets another.
create table receipt_before (
  delivery_id uuid not null,
  epoch integer not null,
  epoch_id text not null,
  receipt bytea not null,
  finished_at timestamptz,
  primary key (delivery_id, epoch_id)
);
`)
    .execute(db)
}
