// Only adds a table; an older node can keep running beside it.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Decisions to send up records that the policy's rules keep at this node: one stands a key.
create table sent_up (
  number bigint generated always as identity primary key,
  key_digest bytea not null,
  record_id uuid not null,
  entity text not null,
  reporting_region text not null,
  document text,
  reason text not null,
  actor text not null,
  made_at timestamptz not null,
  ended_at timestamptz,
  ended_by text,
  end_reason text
);
create unique index sent_up_standing on sent_up (key_digest) where ended_at is null;
`)
    .execute(db)
}
