// Only adds a column with a default and its index; an older node can keep running beside it, and parks without saying whether it was judged.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- The version was sent, and no receipt ever said what became of it: it may stand above. Set when it is set aside so, and until it is delivered.
alter table parked add column unjudged boolean not null default false;
update parked p set unjudged = true
from delivery d
where d.delivery_id = p.delivery_id and d.state = 'split' and p.parent_part is null and p.state <> 'delivered'
  -- Of a delivery of several, only what names a refused attachment was set aside; the whole may have gone up before.
  and (d.record_count = 1 or d.attempts > 0);
create index parked_unjudged on parked (link_no) where unjudged;
`)
    .execute(db)
}
