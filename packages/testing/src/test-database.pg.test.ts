import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './test-database.ts'

const tablesOf = async (database: Awaited<ReturnType<typeof createTestDatabase>>) => {
  const { rows } = await sql<{
    name: string
  }>`select table_name as name from information_schema.tables where table_schema = 'public'`.execute(database.db)
  return rows.map(({ name }) => name)
}

describe('a test database', () => {
  it('has the migrated tables, or none when it is to be empty', async () => {
    const [migrated, empty] = await Promise.all([createTestDatabase(), createTestDatabase({ empty: true })])
    expect(await tablesOf(migrated)).toContain('kysely_migration')
    expect(await tablesOf(empty)).toEqual([])
    await Promise.all([migrated.drop(), empty.drop()])
  })

  it('shares nothing with another, and is gone after it was dropped', async () => {
    const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()])
    await one.pool.query('create table mine (id int)')
    expect(await tablesOf(other)).not.toContain('mine')
    await one.drop()
    const { rows } = await other.pool.query('select datname from pg_database where datname = $1', [new URL(one.url).pathname.slice(1)])
    expect(rows).toEqual([])
    await other.drop()
  })
})
