// An older node can keep running beside it: it adds columns with defaults and lets one more value into a column.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
alter table submission drop constraint submission_state_check;
alter table submission add constraint submission_state_check check (state in ('storing', 'paused', 'finished', 'incomplete'));
-- since when it is being stored without a break that somebody asked for; its rate is counted from here
alter table submission add column storing_since timestamptz;
-- who paused it, as in the log: 'participant:…' or 'operator:…'; null unless it is paused
alter table submission add column paused_by text;
alter table submission add column paused_at timestamptz;
-- existing stock (存量数据), told as such by its sender
alter table submission add column legacy boolean not null default false;

-- until when it may send existing stock; null: it may not
alter table participant add column legacy_until timestamptz;
`)
    .execute(db)
}
