// Only adds tables; an older node can keep running beside it.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- What the levels above said of numbers that changed, as they were told: one row a link and act.
create table succession_told (
  link_no integer not null,
  succession_id uuid not null references succession,
  act text not null check (act in ('linked', 'undone')),
  outcome text not null check (outcome in ('taken', 'known', 'refused')),
  problem jsonb,
  told_at timestamptz not null,
  primary key (link_no, succession_id, act)
);
-- Numbers that changed as a lower node told; only it may take them back.
create table succession_heard (
  succession_id uuid primary key references succession,
  participant_id text not null,
  origin text not null,
  heard_at timestamptz not null
);
`)
    .execute(db)
}
