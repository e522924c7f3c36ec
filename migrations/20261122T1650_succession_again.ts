// Only adds a table; an older node can keep running beside it.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Numbers that changed as they are told to a level above that has not taken them: what it said last, and when they are told again. One row a link and act.
create table succession_again (
  link_no integer not null,
  succession_id uuid not null references succession,
  act text not null check (act in ('linked', 'undone')),
  -- It was told and no answer has come: it may stand there.
  open boolean not null,
  outcome text check (outcome in ('waiting', 'refused')),
  times integer not null,
  told_at timestamptz not null,
  again_at timestamptz not null,
  primary key (link_no, succession_id, act)
);
`)
    .execute(db)
}
