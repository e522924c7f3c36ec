// First migration: nothing older can be running.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- The node itself: one row, written at the first start. An epoch is (number, random id) of the log's life.
create table node (
  only_row boolean primary key default true check (only_row),
  name text not null,
  region text not null,
  tier text not null check (tier in ('national', 'provincial', 'municipal', 'county')),
  epoch integer not null,
  epoch_id text not null,
  created_at timestamptz not null
);

-- Public halves of the node's own signing keys, kept for good so that old receipts can be verified.
create table node_key (
  key_id text primary key,
  public_key bytea not null,
  created_at timestamptz not null,
  retired_at timestamptz
);

create table participant (
  participant_id text primary key,
  kind text not null check (kind in ('system', 'node')),
  name text not null,
  regions text[] not null,
  -- for kind 'node': the lower node's name as in its log's origin line
  node_name text,
  created_at timestamptz not null,
  revoked_at timestamptz
);

create table participant_key (
  key_id text primary key,
  participant_id text not null references participant,
  kind text not null check (kind in ('api-key', 'ed25519', 'ecdsa-p256-sha256')),
  secret_digest bytea unique,
  public_key text,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  check ((kind = 'api-key') = (secret_digest is not null) and (kind <> 'api-key') = (public_key is not null))
);
create index participant_key_participant on participant_key (participant_id);

create table used_nonce (
  key_id text not null,
  nonce text not null,
  expires_at timestamptz not null,
  primary key (key_id, nonce)
);
create index used_nonce_expiry on used_nonce (expires_at);

-- Who writes streams: a participant at its origin node.
create table source (
  source_no integer generated always as identity primary key,
  origin text not null,
  participant text not null,
  unique (origin, participant)
);

create table submission (
  submission_no bigint generated always as identity primary key,
  participant_id text not null references participant,
  id uuid not null,
  digest bytea not null,
  kind text not null check (kind in ('records', 'versions')),
  media text not null check (media in ('json', 'ndjson', 'versions')),
  mode text not null check (mode in ('partial', 'atomic')),
  standard text not null,
  envelope text not null,
  -- the key that authenticated it; what the first hop's evidence rests on
  key_id text not null,
  state text not null check (state in ('storing', 'finished', 'incomplete')),
  spool_path text,
  body_bytes bigint not null,
  stored_bytes bigint not null default 0,
  stored_records bigint not null default 0,
  received_at timestamptz not null,
  finished_at timestamptz,
  outcome text,
  counts jsonb,
  receipt bytea,
  trace_parent text,
  unique (participant_id, id)
);
create index submission_open on submission (received_at) where state <> 'finished';
create index submission_received on submission (received_at desc, submission_no desc);

-- What one transaction stored of a submission: one log entry.
create table part (
  part_id bigint primary key,
  submission_no bigint not null references submission,
  part_no integer not null,
  first_record bigint not null,
  record_count integer not null,
  byte_from bigint not null,
  byte_to bigint not null,
  -- Merkle root over the record leaves of the versions stored, in order
  root bytea not null,
  version_count integer not null,
  outcomes bytea not null,
  outcomes_digest bytea not null,
  counts jsonb not null,
  stored_at timestamptz not null,
  unique (submission_no, part_no)
);
alter table part alter column outcomes set storage external;
-- Ids are taken in blocks of 64; what a process does not use leaves a gap, which means nothing.
create sequence part_id_seq increment by 64 cache 1;

-- One immutable state of one record. The three texts are the record of truth; 'sealed_text' is encrypted with this node's key.
create table version (
  part_id bigint not null,
  ordinal integer not null,
  key_digest bytea not null,
  source_no integer not null,
  record_id uuid not null,
  entity text not null,
  operation text not null,
  epoch integer not null,
  n integer not null,
  source_version bigint,
  release text not null,
  commitment bytea not null,
  open_text text,
  named_text text,
  sealed_text bytea,
  -- 3 x 16 bytes: open, named, sealed; zeros where the entity has no such text
  salts bytea not null,
  -- 3 x 32 bytes, only when a text is absent here but was committed to (erased, or never sent)
  text_hashes bytea,
  state text not null,
  reporting_region text not null,
  source_id text,
  entered_by text,
  reason text,
  flags text[],
  record_index bigint not null,
  -- the version of the same stream that was stored before this one
  prev_part bigint,
  prev_ordinal integer,
  primary key (part_id, ordinal)
);
alter table version alter column sealed_text set storage external;

-- The head row of a stream: (origin, participant) x key. Its row lock orders the stream's versions.
create table stream (
  key_digest bytea not null,
  source_no integer not null,
  record_id uuid not null,
  entity text not null,
  epoch integer not null,
  n integer not null,
  source_version bigint,
  -- HMAC of the head's texts, to answer 'unchanged'
  content_mac bytea,
  head_operation text not null,
  head_state text not null,
  head_part bigint not null,
  head_ordinal integer not null,
  -- latest stored, head or not: where the chain of versions begins
  last_part bigint not null,
  last_ordinal integer not null,
  -- latest accepted: what counts
  force_part bigint,
  force_ordinal integer,
  primary key (key_digest, source_no)
) with (fillfactor = 80);
create index stream_record on stream (record_id);

-- The log. 'pending' rows are committed with what they tell of; the sequencer alone gives indexes.
create table log_pending (
  pending_id bigint generated always as identity (cache 1) primary key,
  kind text not null,
  instant timestamptz not null,
  part_id bigint,
  actor text,
  subject text,
  body_salt bytea not null,
  body text not null
);
create table log_entry (
  index bigint primary key,
  kind text not null,
  instant timestamptz not null,
  part_id bigint,
  actor text,
  subject text,
  leaf text not null,
  leaf_hash bytea not null,
  body_salt bytea,
  body text
);
create index log_entry_part on log_entry (part_id) where part_id is not null;
create index log_entry_actor on log_entry (actor, index);
create index log_entry_subject on log_entry (subject, index) where subject is not null;
create index log_entry_instant on log_entry (instant);
create table log_tile (
  level integer not null,
  tile bigint not null,
  hashes bytea not null,
  primary key (level, tile)
);
alter table log_tile alter column hashes set storage external;
create table log_checkpoint (
  size bigint primary key,
  root bytea not null,
  note text not null,
  signed_at timestamptz not null
);

-- Sign-ins, reads, searches, exports: rows committed before the answer, sealed in batches by an 'access' entry.
create table access_event (
  event_id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  action text not null,
  subject text,
  detail jsonb,
  salt bytea not null,
  sealed_in bigint
);
create index access_event_open on access_event (event_id) where sealed_in is null;
create index access_event_at on access_event (at desc);

-- Links upward.
create table link (
  link_no integer generated always as identity primary key,
  name text not null unique,
  url text not null,
  upstream_tier text not null,
  upstream_name text not null,
  paused_at timestamptz,
  pause_reason text,
  -- every entry below is covered: delivered, parked, or not qualifying
  cursor bigint not null default 0,
  created_at timestamptz not null,
  last_attempt_at timestamptz,
  last_success_at timestamptz,
  last_error text,
  last_error_at timestamptz,
  failures integer not null default 0,
  mostly_refused integer not null default 0,
  feed_cursor bigint not null default 0,
  feed_read_at timestamptz,
  -- 'hash': sealed texts stay here and only their hashes go up
  sealed text not null default 'text' check (sealed in ('text', 'hash'))
);
-- Keys of nodes above, learnt at the first contact and never replaced silently.
create table upstream_key (
  upstream text not null,
  key_id text not null,
  public_key bytea not null,
  pinned_at timestamptz not null,
  primary key (upstream, key_id)
);
create table delivery (
  delivery_id uuid primary key,
  link_no integer not null references link,
  -- 1, 2, 3 ... on its link; it stands in the body, so that no two deliveries have the same bytes
  number integer not null,
  -- which half of which half: '' whole, '0' first half, '01' second half of the first; halves go up in this order
  path text not null default '',
  kind text not null check (kind in ('range', 'retry', 'half')),
  -- entries from_index <= i < to_index are covered when it is a 'range'
  from_index bigint not null,
  to_index bigint not null,
  -- [[log index, part id, [ordinals] or null for the whole part, {"tombstones": [ordinals], "flags": {ordinal: [flags]}} or absent], ...]
  items jsonb not null,
  digest bytea not null,
  record_count integer not null,
  body_bytes integer not null,
  checkpoint_size bigint not null,
  created_at timestamptz not null,
  state text not null check (state in ('open', 'finished', 'split')),
  attempts integer not null default 0,
  -- answers 5xx and broken connections in a row
  server_failures integer not null default 0,
  last_status integer,
  last_error text,
  finished_at timestamptz,
  counts jsonb,
  receipt bytea,
  parent uuid,
  unique (link_no, number)
);
create index delivery_open on delivery (link_no, path) where state = 'open';
create index delivery_finished on delivery (link_no, finished_at) where state = 'finished';
create index delivery_link on delivery (link_no, from_index);
create table skip (
  link_no integer not null,
  part_id bigint not null,
  ordinal integer not null,
  log_index bigint not null,
  reason text not null,
  kind text not null check (kind in ('not-due', 'incomplete')),
  policy text not null,
  skipped_at timestamptz not null,
  -- its place went up without its texts, because an earlier version of the stream had gone up
  tombstone boolean not null default false,
  primary key (link_no, part_id, ordinal)
);
create index skip_index on skip (link_no, log_index);
create table parked (
  link_no integer not null,
  part_id bigint not null,
  ordinal integer not null,
  log_index bigint not null,
  record_id uuid not null,
  entity text not null,
  reporting_region text not null,
  participant text not null,
  reason text not null,
  problems jsonb not null,
  delivery_id uuid not null,
  parked_at timestamptz not null,
  state text not null check (state in ('parked', 'retrying', 'delivered', 'superseded')),
  retries integer not null default 0,
  resolved_at timestamptz,
  -- parked only because this parent is
  parent_part bigint,
  parent_ordinal integer,
  primary key (link_no, part_id, ordinal)
);
create index parked_open on parked (link_no, parked_at) where state = 'parked';
create index parked_record on parked (record_id);

-- The proofs that came with a delivery from below: one row a source entry of the part stored here.
create table custody (
  part_id bigint not null,
  seq integer not null,
  -- [[ordinal here, ordinal in the source's part], ...]
  ordinals jsonb not null,
  document text not null,
  primary key (part_id, seq)
);

-- What nodes above the upstream answered for entries of ours, learnt from the upstream's feed.
create table outcome_above (
  log_index bigint not null,
  upstream text not null,
  delivery_id uuid not null,
  at timestamptz not null,
  counts jsonb not null,
  -- [[part id, ordinal, outcome, [problem codes]], ...] for what was not accepted
  exceptions jsonb not null,
  primary key (log_index, upstream, delivery_id)
);

-- Records that wait for a parent. Resolved by a reader of the sequenced log.
create table held (
  part_id bigint not null,
  ordinal integer not null,
  key_digest bytea not null,
  source_no integer not null,
  parent_digest bytea not null,
  entity text not null,
  held_at timestamptz not null,
  primary key (part_id, ordinal, parent_digest)
);
create index held_parent on held (parent_digest);
create index held_key on held (key_digest, source_no);
create table reader (
  name text primary key,
  cursor bigint not null
);

-- Policy in force, newest last; a change is an entry.
create table policy (
  policy_id text primary key,
  document text not null,
  loaded_at timestamptz not null,
  in_force_from bigint
);
`)
    .execute(db)
}
