// Only adds columns with defaults and tables; an older node can keep running beside it, and sends everything of a link in one order.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Which entities go up a link (null: all), by which list of rules (null: the upstream's tier's), and what holds it back or divides it.
alter table link add column entities jsonb, add column rules text, add column flow jsonb not null default '{}';
-- How the upstream bears it: size of the next delivery, until when it asked to be left alone, since when it is given up, how often it came back.
alter table link add column batch_records integer, add column wait_until timestamptz, add column broken_at timestamptz,
  add column recoveries integer not null default 0;
-- Groups of entities with a cursor of their own. The cursor of their link is the lowest of theirs.
create table link_group (
  link_no integer not null references link,
  name text not null,
  entities jsonb not null,
  cursor bigint not null,
  caught_up_at timestamptz,
  primary key (link_no, name)
);
alter table delivery add column group_name text not null default '';
-- Entries past a cursor that a delivery, or a decision that nothing of them goes up, has covered already.
create table link_ahead (
  link_no integer not null references link,
  group_name text not null,
  log_index bigint not null,
  primary key (link_no, group_name, log_index)
);
`)
    .execute(db)
}
