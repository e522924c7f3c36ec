// Only adds tables; an older node can keep running, but must not be given records that name attachments.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Evidence by the SHA-256 of its bytes, stored once whoever hands it in. The row and all chunks are written by one transaction.
create table attachment (
  digest bytea primary key,
  bytes bigint not null,
  media_type text not null,
  stored_at timestamptz not null
);
-- 1 MiB of the bytes each, encrypted with this node's key and bound to digest and place.
create table attachment_chunk (
  digest bytea not null references attachment on delete cascade,
  seq integer not null,
  bytes bytea not null,
  primary key (digest, seq)
);
alter table attachment_chunk alter column bytes set storage external;
-- Who handed it in, and so may name it and read it back.
create table attachment_right (
  participant_id text not null references participant,
  digest bytea not null references attachment on delete cascade,
  granted_at timestamptz not null,
  primary key (participant_id, digest)
);
create index attachment_right_digest on attachment_right (digest);
-- What each participant keeps here, for its quota.
create table attachment_account (
  participant_id text primary key references participant,
  files bigint not null,
  bytes bigint not null
);
create index attachment_stored on attachment (stored_at);

-- The canonical list of the attachments that a version names, encrypted with this node's key; its salt is the fourth in version.salts.
create table version_attachments (
  part_id bigint not null,
  ordinal integer not null,
  text bytea not null,
  primary key (part_id, ordinal)
);
-- Which versions name a digest, whether its bytes are here or not. What is named is kept.
create table attachment_use (
  digest bytea not null,
  part_id bigint not null,
  ordinal integer not null,
  primary key (digest, part_id, ordinal)
);
create index attachment_use_version on attachment_use (part_id, ordinal);
-- Bytes that an upstream is known to have.
create table attachment_sent (
  link_no integer not null references link,
  digest bytea not null,
  sent_at timestamptz not null,
  primary key (link_no, digest)
);

-- Numbers given out: the last sequence of each scope, and every number with the request that it answered.
create table number_counter (
  scope text primary key,
  last integer not null
);
create table number_issued (
  participant_id text not null references participant,
  request_id uuid not null,
  -- SHA-256 of the request's canonical text: the same id with another request is refused
  request_digest bytea not null,
  entity text not null,
  number text not null,
  scope text not null,
  -- the node that gave it: this one, or one above
  issuer text not null,
  issued_at timestamptz not null,
  -- the answer, byte for byte
  answer bytea not null,
  primary key (participant_id, request_id)
);
create unique index number_issued_number on number_issued (issuer, number);
`)
    .execute(db)
}
