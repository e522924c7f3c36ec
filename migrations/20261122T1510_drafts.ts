// Only adds a kind of participant, a column without a default and a table; an older node can keep running beside it.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- The node's own participant, for which operators with an account submit.
alter table participant drop constraint participant_kind_check,
  add constraint participant_kind_check check (kind in ('system', 'node', 'operators'));
-- What an account may report for, where that is less than its participant; the records are judged by it to the end.
alter table submission add column granted_regions text[];
-- Records begun in a form and not sent yet: one account's, sealed whole.
create table draft (
  draft_id uuid primary key,
  operator_id text not null references operator,
  release text not null,
  entity text not null,
  content bytea not null,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index draft_operator on draft (operator_id, updated_at desc);
create index draft_age on draft (updated_at);
`)
    .execute(db)
}
