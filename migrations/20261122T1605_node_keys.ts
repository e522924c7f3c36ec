// Only adds tables and a column that may be null; an older node can keep running beside it. It knows one key: change keys when none of them runs any more.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Id of the key that signs now; null while that is the node's first.
alter table node add column signing_key_id text;

-- Words of nodes that one of their keys follows another, signed by both: this node's own, those of nodes below it, and those that came up through them.
create table key_statement (
  node text not null,
  key_id text not null,
  after_key_id text not null,
  note text not null,
  -- 'own', a participant's id, or an upstream's name
  heard_from text not null,
  heard_at timestamptz not null,
  primary key (node, key_id)
);

-- What upstreams have been told: that a key follows, and (of this node's own) that it signs from now on.
create table key_told (
  upstream text not null,
  node text not null,
  key_id text not null,
  told_at timestamptz not null,
  in_force_at timestamptz,
  primary key (upstream, node, key_id)
);
`)
    .execute(db)
}
