// Only adds two columns without a default and fills them for links that are paused; an older node can keep running beside it, and pauses without saying who.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Who paused a link, as the log has it. It counts where paused_by_at is paused_at: a program that does not know these columns ends a pause, and begins the
-- next one, and leaves them as they were.
alter table link add column paused_by text, add column paused_by_at timestamptz;
-- Of links that are paused now, the entry tells who did it, if it is still here.
update link l set paused_by = e.actor, paused_by_at = l.paused_at
from (
  select subject, instant, actor, body from log_entry where kind = 'link' and instant in (select paused_at from link)
  union all
  select subject, instant, actor, body from log_pending where kind = 'link' and instant in (select paused_at from link)
) e
where e.subject = l.name and e.instant = l.paused_at and e.body::jsonb ->> 'action' = 'pause';
`)
    .execute(db)
}
