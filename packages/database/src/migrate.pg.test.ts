import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createTestDatabase, type TestDatabase } from '@huijiao/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrate, migrationsDirectory } from './migrate.ts'

const testFolder = join(import.meta.dirname, '../test')
const directory = join(testFolder, 'migrations')
const names = ['20260101T0000_create_counter', '20260102T0000_raise_counter']

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase({ empty: true, poolMax: 2 })
})
afterEach(() => database.drop())

const counter = async () => (await database.pool.query('select n from counter')).rows

async function migrateElsewhere(): Promise<string[]> {
  const script = join(testFolder, 'migrate-once.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script, database.url, directory])
  return JSON.parse(stdout) as string[]
}

describe('migrate', () => {
  it('applies every step once, in order of name, and tells which', async () => {
    expect(await migrate(database.url, { directory })).toEqual(names)
    expect(await counter()).toEqual([{ n: 2 }])
    expect(await migrate(database.url, { directory })).toEqual([])
    expect(await counter()).toEqual([{ n: 2 }])
  })

  it('works over a pool of one connection and gives it back', async () => {
    const narrow = await createTestDatabase({ empty: true, poolMax: 1 })
    try {
      expect(await migrate(narrow.pool, { directory })).toEqual(names)
      const { rows } = await narrow.pool.query(
        "select count(*)::int as n from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
      )
      expect(rows).toEqual([{ n: 0 }])
    } finally {
      await narrow.drop()
    }
  })

  it('applies every step once when three processes start together', async () => {
    const applied = await Promise.all([migrateElsewhere(), migrateElsewhere(), migrateElsewhere()])
    expect(applied.map((steps) => steps.length).sort()).toEqual([0, 0, 2])
    expect(await counter()).toEqual([{ n: 2 }])
  })

  it('applies every step once when many calls overlap', async () => {
    const applied = await Promise.all(Array.from({ length: 8 }, () => migrate(database.url, { directory })))
    expect(applied.flat()).toEqual(names)
    expect(await counter()).toEqual([{ n: 2 }])
  })

  it('is rejected, and applies nothing, when its connection breaks in the middle of a step; the process goes on', async () => {
    const ended = migrate(database.url, { directory: join(testFolder, 'migrations-slow') }).then(
      () => 'applied',
      (error: unknown) => (error as Error).message,
    )
    await expect
      .poll(
        async () =>
          (
            await database.pool.query(
              `select pg_terminate_backend(pid) as ended from pg_stat_activity
               where datname = current_database() and application_name = 'huijiao migrate' and query like 'create table slowly%' and state = 'active'`,
            )
          ).rows,
        { timeout: 20_000 },
      )
      .toEqual([{ ended: true }])
    expect(await ended).toMatch(/terminat/i)
    expect((await database.pool.query(`select to_regclass('slowly') as made`)).rows).toEqual([{ made: null }])
    expect(await migrate(database.url, { directory })).toEqual(names)
  })

  it('applies nothing at all when a step fails', async () => {
    await expect(migrate(database.url, { directory: join(testFolder, 'migrations-broken') })).rejects.toThrow('no_such_type')
    expect((await database.pool.query("select to_regclass('good') as good")).rows).toEqual([{ good: null }])
  })

  it('refuses a database that is ahead of this code', async () => {
    await migrate(database.url, { directory })
    await expect(migrate(database.url, { directory: join(testFolder, 'migrations-broken') })).rejects.toThrow(
      '20260101T0000_create_counter',
    )
  })

  it('refuses a file whose name would not sort by time', async () => {
    await expect(migrate(database.url, { directory: join(testFolder, 'migrations-misnamed') })).rejects.toThrow(
      'create_things.ts is not named',
    )
  })

  it('brings an empty database to where the code expects it', async () => {
    const files = (await readdir(migrationsDirectory)).filter((file) => file.endsWith('.ts'))
    expect(await migrate(database.url)).toEqual(files.sort().map((file) => file.slice(0, -3)))
  })
})

describe('our migrations', () => {
  it('import nothing but kysely, and leave instants to the clock of the node', async () => {
    for (const file of await readdir(migrationsDirectory)) {
      const text = await readFile(join(migrationsDirectory, file), 'utf8')
      const imports = [...text.matchAll(/\bfrom\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)/g)].map((found) => found[1] ?? found[2])
      expect(new Set(imports), file).toEqual(new Set(['kysely']))
      const code = text.replace(/\/\/.*$|--.*$|\/\*[\s\S]*?\*\//gm, '')
      expect(code, file).not.toMatch(
        /\b(now|clock_timestamp|statement_timestamp|transaction_timestamp)\s*\(|\bcurrent_(timestamp|date|time)\b|\blocaltime/i,
      )
    }
  })
})
