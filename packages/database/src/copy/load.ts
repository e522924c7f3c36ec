import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import { Kysely, PostgresDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { migrationsDirectory, migrationsIn } from '../migrate.ts'
import { countedAs } from './counted-as.ts'
import { endingWith, partitionsOf, quoted, type SavedDatabase, type SavedPartition, type SavedTable } from './save.ts'

/** Why a saved database cannot be loaded; `zh` and `en` are for people. */
export class LoadError extends Error {
  readonly zh: string
  readonly en: string
  constructor(zh: string, en: string) {
    super(`${zh} / ${en}`)
    this.zh = zh
    this.en = en
  }
}

/** Whether a database has any table of ours. */
export async function isEmptyDatabase(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, application_name: 'huijiao-backup' })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<{ count: string }>(
      `select count(*) as count from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p')`,
    )
    return Number(rows[0]?.count) === 0
  } finally {
    await client.end()
  }
}

/**
 * The files of a saved database that are not what was saved.
 * @returns names of files that are missing or changed
 */
export async function changedFiles(saved: SavedDatabase, directory: string): Promise<string[]> {
  const changed: string[] = []
  for (const { file, sha256 } of saved.tables) {
    const found = await digestOf(join(directory, file)).catch(() => null)
    if (found !== sha256) changed.push(file)
  }
  return changed
}

export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/**
 * Fills an empty database with a saved one: the steps that the saved one had had, then its rows, in one transaction.
 * @param signal gives it up, by an error of the connection
 * @throws LoadError when the database is not empty, or the saved one is of a newer program
 */
export async function loadDatabase(
  url: string,
  directory: string,
  saved: SavedDatabase,
  onTable: (name: string, done: number, of: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<void> {
  if (!(await isEmptyDatabase(url)))
    throw new LoadError('目标数据库不是空的；请给一个新建的空数据库', 'the database is not empty; give a new, empty one')
  await takeSteps(url, saved.steps)
  const client = new pg.Client({ connectionString: url, application_name: 'huijiao-backup' })
  client.on('error', () => undefined)
  await client.connect()
  const ended = endingWith(client, signal)
  try {
    await client.query('begin')
    // What a step itself put there comes with the rows.
    await client.query(`truncate ${saved.tables.map((table) => quoted(table.name)).join(', ')}`)
    for (const table of saved.tables) await makePartitions(client, table)
    for (const [at, table] of saved.tables.entries()) {
      onTable(table.name, at, saved.tables.length)
      const target = client.query(copyFrom(`copy ${quoted(table.name)} (${table.columns.map(quoted).join(', ')}) from stdin`))
      await pipeline(createReadStream(join(directory, table.file)), createZstdDecompress(), target)
    }
    for (const { name, value, called } of saved.sequences)
      await client.query('select setval($1::regclass, $2::int8, $3)', [quoted(name), value, called])
    await client.query('commit')
    await client.query('analyze')
  } finally {
    ended()
    await client.end()
  }
}

/** Gives an empty table the partitions that the saved one had, in place of those that the steps made. */
async function makePartitions(client: pg.ClientBase, { name, partitions }: SavedTable): Promise<void> {
  if (partitions === undefined) return
  for (const made of await partitionsOf(client, name)) await client.query(`drop table ${quoted(made.name)}`)
  for (const one of partitions) {
    const [from, to] = [BigInt(one.from), BigInt(one.to)] // nothing but numbers goes into the statement
    await client.query(`create table ${quoted(one.name)} partition of ${quoted(name)} for values from (${from}) to (${to}) ${keptAs(one)}`)
    await client.query(countedAs(name, one.name))
  }
}

/** @throws Error when a setting is anything but a name and a number or a word */
function keptAs({ name, settings = [] }: SavedPartition): string {
  if (settings.length === 0) return ''
  for (const setting of settings)
    if (!/^[a-z_.]+=[a-z0-9.-]+$/i.test(setting)) throw new Error(`the partition ${name} has a setting that cannot be loaded: ${setting}`)
  return `with (${settings.join(', ')})`
}

async function takeSteps(url: string, steps: readonly string[]): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1, application_name: 'huijiao-backup' })
  pool.on('error', () => undefined)
  // The pool listens to idle connections only; the statement under way is rejected, too.
  pool.on('connect', (client) => client.on('error', () => undefined))
  try {
    const own = await migrationsIn(migrationsDirectory).getMigrations()
    const missing = steps.filter((step) => own[step] === undefined)
    if (missing.length > 0)
      throw new LoadError(
        `备份来自更新的版本（${missing.join('、')}）；请用那个版本恢复`,
        `the backup is of a newer version (${missing.join(', ')}); restore with that one`,
      )
    const wanted = Object.fromEntries(Object.entries(own).filter(([name]) => steps.includes(name)))
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
    const { error } = await new Migrator({ db, provider: { getMigrations: () => Promise.resolve(wanted) } }).migrateToLatest()
    if (error !== undefined) throw error as Error
  } finally {
    await pool.end()
  }
}
