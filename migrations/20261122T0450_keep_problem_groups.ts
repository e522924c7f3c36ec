// Only adds a table; an older node can keep running beside it.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- The problems of a finished submission by kind, counted when first asked for: its outcome pages never change, so neither does this.
create table problem_groups (
  submission_no bigint primary key references submission on delete cascade,
  -- records with problems, and their problems
  records bigint not null,
  problems bigint not null,
  groups jsonb not null,
  made_at timestamptz not null
);
`)
    .execute(db)
}
