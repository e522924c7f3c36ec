import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`update counter set n = n + 1`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('never called')
}
