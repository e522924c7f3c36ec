// Only sets how tables are kept; an older node can keep running beside it.
import { type Kysely, sql } from 'kysely'

/** The reasons stand in docs/tables.md. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
alter table log_pending set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 50000);
alter table reader set (fillfactor = 25, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
alter table stream set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
alter table version set (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
alter table search_record set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
alter table identity_trait set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
alter table submission set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
alter table access_event set (autovacuum_vacuum_scale_factor = 0.05);
alter table delivery set (autovacuum_vacuum_scale_factor = 0.05);
alter table parked set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500);
alter table succession_link set (autovacuum_analyze_threshold = 1, autovacuum_analyze_scale_factor = 0.1);
`)
    .execute(db)
}
