// Adds tables and one column that may be absent: an older node can keep running beside it.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Releases of the standard that this node knows, one row a revision: those built into the program, loaded from a file, taken from a node above,
-- or made here by replacing a dictionary. A document never changes under its number.
create table standard (
  standard_no integer generated always as identity primary key,
  release text not null,
  revision integer not null,
  -- region code of the authority that issued this revision
  issuer text not null,
  -- SHA-256 of 'document'
  digest bytea not null unique,
  -- canonical text without the signatures
  document text not null,
  -- [{"alg", "keyId", "value"}, ...] as they came
  signatures jsonb not null,
  origin text not null check (origin in ('built-in', 'file', 'upstream', 'local')),
  -- the node above that gave it
  source text,
  -- as the document says; null: from when it was loaded
  effective_from timestamptz,
  loaded_at timestamptz not null,
  loaded_by text not null,
  unique (release, revision, issuer)
);

-- When which revision of a release counts. What is in force at an instant: the row with the latest instant not after it, the latest decided of several.
-- Rows whose instant has passed never change, so that the answer for a past instant stays the same for good.
create table standard_activation (
  activation_no integer generated always as identity primary key,
  standard_no integer not null references standard,
  release text not null,
  effective_from timestamptz not null,
  decided_at timestamptz not null,
  decided_by text not null,
  reason text,
  cancelled_at timestamptz,
  -- when the entry was written that says it took effect
  announced_at timestamptz
);
create index standard_activation_due on standard_activation (effective_from) where announced_at is null and cancelled_at is null;

-- Documents that a node above offered and this one refused: told once, and tried again only now and then.
create table standard_refusal (
  digest bytea primary key,
  source text not null,
  release text not null,
  revision integer not null,
  tried_at timestamptz not null,
  faults jsonb not null
);

-- What a release would refuse, found by reading the log after the fact.
create table shadow_run (
  run_no integer generated always as identity primary key,
  standard_no integer not null references standard,
  kind text not null check (kind in ('live', 'stored')),
  state text not null check (state in ('running', 'finished', 'cancelled')),
  -- entries from_index <= i < to_index; to_index null: until the release counts
  from_index bigint not null,
  to_index bigint,
  -- the next version to look at: entry, and ordinal in its part
  at_index bigint not null,
  at_ordinal integer not null default 0,
  records_total bigint,
  judged bigint not null default 0,
  would_refuse bigint not null default 0,
  would_doubt bigint not null default 0,
  -- of another release, a withdrawal, or without its texts
  passed_over bigint not null default 0,
  started_at timestamptz not null,
  started_by text not null,
  finished_at timestamptz
);
create index shadow_run_open on shadow_run (run_no) where state = 'running';
create table shadow_finding (
  run_no integer not null references shadow_run,
  severity text not null,
  code text not null,
  rule text not null,
  entity text not null,
  field text not null,
  participant text not null,
  count bigint not null,
  -- the first few: [{"recordId", "version", "pointer", "value"}, ...], personal values masked
  examples jsonb not null,
  primary key (run_no, severity, code, rule, entity, field, participant)
);

-- What a submission is judged by from its first record to its last: {"<release>": standard_no, ...}. Null for those of an older program.
alter table submission add column standards jsonb;
`)
    .execute(db)
}
