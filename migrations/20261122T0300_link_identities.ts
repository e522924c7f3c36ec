// An older node can keep running beside it: only new tables.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- One number became another: renamed, merged or split. Never deleted; undone by a later entry.
create table succession (
  succession_id uuid primary key,
  number bigint generated always as identity unique,
  entity text not null,
  kind text not null check (kind in ('renamed', 'merged', 'split')),
  -- date from which it counts, YYYY-MM-DD, where it is known
  effective_on text,
  reason text not null,
  -- the rule of the policy that found it in the data; null when a person said it
  rule text,
  actor text not null,
  made_at timestamptz not null,
  undone_at timestamptz,
  undone_by text,
  undo_reason text
);
create table succession_link (
  succession_id uuid not null references succession,
  -- keyed digests of the business keys
  from_digest bytea not null,
  to_digest bytea not null,
  -- the keys as canonical text, only where they hold nothing personal
  from_key text,
  to_key text,
  standing boolean not null default true,
  primary key (succession_id, from_digest, to_digest)
);
create index succession_link_from on succession_link (from_digest) where standing;
create index succession_link_to on succession_link (to_digest) where standing;

-- Corrections made by hand at this node: versions of the node's own stream.
create table correction (
  part_id bigint not null,
  ordinal integer not null,
  number bigint generated always as identity unique,
  key_digest bytea not null,
  record_id uuid not null,
  entity text not null,
  -- commitment of the version that it corrects
  corrects bytea not null,
  fields text[] not null,
  reason text not null,
  actor text not null,
  made_at timestamptz not null,
  ended_at timestamptz,
  ended_by text,
  end_reason text,
  primary key (part_id, ordinal)
);
create index correction_key on correction (key_digest);
create index correction_standing on correction (number) where ended_at is null;

-- Fields in which two sources differ. A projection, filled by a reader of the log; no value stands in it, only keyed digests.
create table conflict (
  conflict_id bigint generated always as identity primary key,
  key_digest bytea not null,
  record_id uuid not null,
  entity text not null,
  field text not null,
  -- 'correction': a source says something new where a correction stands
  kind text not null check (kind in ('sources', 'correction')),
  -- [[source number, part id, ordinal, keyed digest of the value in hex], ...]
  sides jsonb not null,
  source_nos integer[] not null,
  -- keyed digest over what the sides say
  values_mac bytea not null,
  -- 'settled': the sources agree again, or one of them ended
  state text not null check (state in ('open', 'decided', 'settled')),
  found_at timestamptz not null,
  settled_at timestamptz,
  actor text,
  reason text,
  chosen_source integer
);
create unique index conflict_open on conflict (key_digest, field) where state = 'open';
create index conflict_key on conflict (key_digest, field, conflict_id);
create index conflict_state on conflict (state, conflict_id);

-- What likens one record to another, as keyed digests. A projection.
create table identity_trait (
  key_digest bytea not null,
  trait bytea not null,
  kind text not null,
  primary key (key_digest, trait)
);
create index identity_trait_trait on identity_trait (trait);

-- Two records that may be one.
create table duplicate (
  duplicate_id bigint generated always as identity primary key,
  entity text not null,
  left_digest bytea not null,
  right_digest bytea not null,
  left_record uuid not null,
  right_record uuid not null,
  score real not null,
  reasons text[] not null,
  -- 'gone': what likened them is no longer so
  state text not null check (state in ('open', 'same', 'different', 'gone')),
  found_at timestamptz not null,
  decided_at timestamptz,
  actor text,
  reason text,
  succession_id uuid references succession,
  unique (left_digest, right_digest)
);
create index duplicate_right on duplicate (right_digest);
create index duplicate_state on duplicate (state, duplicate_id);
`)
    .execute(db)
}
