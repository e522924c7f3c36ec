// Only adds tables; an older node can keep running beside it.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- An epoch before which numbers may have been given that nobody here knows of. While one is open no number is given.
create table number_question (
  epoch integer primary key,
  reason text not null,
  asked_at timestamptz not null,
  settled_at timestamptz,
  settled_by text,
  -- So many numbers of every counter are left out, as an operator said.
  skip integer
);
`)
    .execute(db)
}
