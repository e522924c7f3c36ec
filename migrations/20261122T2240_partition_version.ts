// Adds nothing that must be given and takes nothing away: an older node reads and writes versions as before and can keep running beside it.
import { type Kysely, sql } from 'kysely'

/** Borders of partitions are multiples of this many part ids. */
const border = 2 ** 16

/**
 * The versions become a table partitioned by range of part id; what is there becomes its first partition, without a row being moved. It is read once, to
 * prove that it lies within its bounds, and callers that store or read versions wait for that; unless it was proven before, without anybody waiting, by a
 * valid constraint `version_bounds check (part_id >= 0 and part_id < N)` that leaves room for what was stored since (docs/scale.md).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
alter table version rename to version_0;
alter index version_pkey rename to version_0_pkey;

create table version (like version_0 including defaults including storage) partition by range (part_id);
alter table version add primary key (part_id, ordinal);

do $$
declare
  last bigint := greatest((select max(part_id) from version_0), (select last_value from part_id_seq));
  stop bigint := (last / ${border} + 1) * ${border};
  proven bigint := (
    select substring(pg_get_constraintdef(oid), '\\(part_id < ''?(\\d+)')::bigint from pg_constraint
    where conrelid = 'version_0'::regclass and conname = 'version_bounds' and convalidated
      and pg_get_constraintdef(oid) ~ '^CHECK \\(\\(\\(part_id >= 0\\) AND \\(part_id < [^()]*\\)\\)\\)$');
begin
  if proven % ${border} = 0 and proven >= stop then
    stop := proven;
  else
    execute format('alter table version_0 add constraint version_0_bounds check (part_id >= 0 and part_id < %s)', stop);
  end if;
  -- With the check it is not read a second time, and its index becomes that of the whole.
  execute format('alter table version attach partition version_0 for values from (0) to (%s)', stop);
end $$;
alter table version_0 drop constraint if exists version_0_bounds, drop constraint if exists version_bounds;
-- The next partition is made long before it is needed; this one catches what nobody foresaw. How a table is kept is set on partitions: the first one has it.
create table version_rest partition of version default with (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
-- Before anybody plans with it: the picture of the whole is not that of its partitions.
analyze only version;
`)
    .execute(db)
}
