// Only new tables and columns that may be absent: an older node can keep running beside it.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- What a held record waits for, in words, and until when. A row without a deadline waits only behind an earlier version of its stream, or was
-- written by an older node; then the policy's time counts since "held_at".
alter table held add column parent_entity text;
alter table held add column field text;
alter table held add column rule text;
alter table held add column until_at timestamptz;
create index held_until on held (until_at);
create index held_since on held (held_at, part_id, ordinal);

-- Other digests than that of its business key under which a record is found by those that refer to it: a company by either of its codes.
create table key_alias (
  digest bytea not null,
  key_digest bytea not null,
  primary key (digest, key_digest)
);
create index key_alias_key on key_alias (key_digest);

-- What was found about a stored version after it had been answered: a parent that never came, a doubt, a warning. Filled by readers of the log.
create table finding (
  finding_no bigint generated always as identity primary key,
  part_id bigint not null,
  ordinal integer not null,
  key_digest bytea not null,
  source_no integer not null,
  record_id uuid not null,
  entity text not null,
  reporting_region text not null,
  rule text not null,
  code text not null,
  severity text not null check (severity in ('error', 'doubt', 'warning')),
  -- keyed digest of the parent that is missing; empty when the rule finds at most one thing about a version
  about bytea not null,
  -- the problem document; no personal value stands in it
  problem jsonb not null,
  -- 'settled': what was found is no longer so, or a later version has come; 'dismissed': a person looked and cleared it
  state text not null check (state in ('open', 'settled', 'dismissed')),
  found_at timestamptz not null,
  settled_at timestamptz,
  settled_by text,
  settle_reason text,
  unique (part_id, ordinal, rule, about)
);
create index finding_about on finding (about) where state = 'open' and about <> '';
create index finding_stream on finding (key_digest, source_no) where state = 'open';
create index finding_record on finding (record_id);
create index finding_state on finding (state, finding_no);

-- What several records together are judged by. A projection; no value of a person stands in it, only keyed digests.
-- 'term': works of a permit and when they run; 'end': works that were finished; 'manager': who leads works.
create table link_fact (
  part_id bigint not null,
  ordinal integer not null,
  kind text not null check (kind in ('term', 'end', 'manager')),
  -- digest of the permit's business key; empty when only the project is named
  permit bytea not null,
  key_digest bytea not null,
  source_no integer not null,
  project bytea not null,
  person bytea,
  from_on date,
  to_on date,
  primary key (part_id, ordinal, kind, permit)
);
create index link_fact_stream on link_fact (key_digest, source_no);
create index link_fact_project on link_fact (project, kind);
create index link_fact_permit on link_fact (permit, kind) where permit <> '';
create index link_fact_person on link_fact (person) where person is not null;

-- References between tables that may lead back to where they began; empty where the policy's references cannot.
create table link_edge (
  part_id bigint not null,
  ordinal integer not null,
  key_digest bytea not null,
  source_no integer not null,
  parent_digest bytea not null,
  primary key (part_id, ordinal, parent_digest)
);
create index link_edge_key on link_edge (key_digest, source_no);
create index link_edge_parent on link_edge (parent_digest);
`)
    .execute(db)
}
