// Adds nothing that must be given and takes nothing away: an older node reads and writes log_entry as before and can keep running beside it. Its backup cannot, since COPY does not read a partitioned table.
import { type Kysely, sql } from 'kysely'

/** Entries of one partition: a multiple of the tiles' width, so that a tile never lies in two. */
const partitionEntries = 2 ** 20

/**
 * The log becomes a table partitioned by range of index; what is there becomes its first partition, without a row being moved. It is read once, to prove
 * that it lies within its bounds; callers that number or read the log wait for that.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
alter table log_entry rename to log_entry_0;
alter index log_entry_pkey rename to log_entry_0_pkey;
alter index log_entry_part rename to log_entry_0_part;
alter index log_entry_actor rename to log_entry_0_actor;
alter index log_entry_subject rename to log_entry_0_subject;
alter index log_entry_instant rename to log_entry_0_instant;

create table log_entry (like log_entry_0 including defaults including storage) partition by range (index);
alter table log_entry add primary key (index);
create index log_entry_part on log_entry (part_id) where part_id is not null;
create index log_entry_actor on log_entry (actor, index);
create index log_entry_subject on log_entry (subject, index) where subject is not null;
create index log_entry_instant on log_entry (instant);

-- With the check it is not read a second time, and its indexes become those of the whole.
do $$
declare stop bigint := (select coalesce(max(index), 0) / ${partitionEntries} + 1 from log_entry_0) * ${partitionEntries};
begin
  execute format('alter table log_entry_0 add constraint log_entry_0_bounds check (index >= 0 and index < %s)', stop);
  execute format('alter table log_entry attach partition log_entry_0 for values from (0) to (%s)', stop);
end $$;
alter table log_entry_0 drop constraint log_entry_0_bounds;
-- The next partition is made long before it is needed; this one catches what nobody foresaw.
create table log_entry_rest partition of log_entry default;
`)
    .execute(db)
}
