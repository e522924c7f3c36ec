// Only says how much the planner is to know of columns; an older node can keep running beside it.
import { type Kysely, sql } from 'kysely'

/** The reasons stand in docs/tables.md. A column that nobody looks for by is not counted (0); a tenth of the usual sample tells what is to be known of the others. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
do $$
declare
  one record;
begin
  for one in
    select c.oid::regclass as place, a.attname as field,
           case when a.attname = any('{part_id,ordinal,key_digest,source_no,record_id,entity,operation,state,reporting_region}') then 30 else 0 end as target
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.oid = 'version'::regclass or c.oid in (select inhrelid from pg_inherits where inhparent = 'version'::regclass)
    union all
    select c.oid::regclass, a.attname,
           case when a.attname = any('{epoch,n,source_version,content_mac,head_ordinal,last_ordinal,force_ordinal}') then 0 else 30 end
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped where c.oid = 'stream'::regclass
  loop
    execute format('alter table %s alter column %I set statistics %s', one.place, one.field, one.target);
  end loop;
  for one in select inhrelid::regclass as place from pg_inherits where inhparent = 'version'::regclass loop
    execute format('alter table %s set (autovacuum_analyze_scale_factor = 0.1)', one.place);
  end loop;
end $$;
alter table stream set (autovacuum_analyze_scale_factor = 0.1);
alter table search_record set (autovacuum_analyze_scale_factor = 0.1);
`)
    .execute(db)
}
