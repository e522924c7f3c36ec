import pg from 'pg'
import { sqlState } from '../retry.ts'
import { superuser } from './cluster.ts'
import type { Place } from './place.ts'
import type { PidFile } from './postmaster.ts'
import { EmbeddedPostgresError } from './words.ts'

/** The address of a database of the cluster, with user and password. */
export function urlOf(port: number, password: string, database: string): string {
  return `postgres://${superuser}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`
}

/** Connects once: the server answers, takes our password, and serves this directory and no other. */
export async function verify(file: PidFile, password: string, place: Place): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(file.port, password, 'postgres'), connectionTimeoutMillis: 30_000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    if (rows[0]?.data_directory !== file.dataDir) throw new Error(`port ${file.port} serves ${rows[0]?.data_directory}`)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new EmbeddedPostgresError(
      {
        zh: `PostgreSQL（进程 ${file.pid}，端口 ${file.port}）在运行，但无法用 ${place.passwordFile} 中的口令连接：${why}`,
        en: `PostgreSQL (process ${file.pid}, port ${file.port}) runs, but cannot be connected to with the password in ${place.passwordFile}: ${why}`,
      },
      { cause },
    )
  } finally {
    await client.end().catch(() => {})
  }
}

/**
 * Whether {@link verify} failed because the server is ending: the connection broke, or the server says that it is shut down (57P01, 57P02)
 * or takes no connections now (57P03).
 */
export function isDying(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  if (!(cause instanceof Error)) return false
  const code = 'code' in cause ? String(cause.code) : ''
  return /^(ECONNRESET|ECONNREFUSED|EPIPE|57P0[123])$/.test(code) || cause.message.startsWith('Connection terminated')
}

const duplicateDatabase = '42P04'
const uniqueViolation = '23505'

/** Makes the database when there is none, however many processes ask. */
export async function ensureDatabase(serverUrl: string, name: string): Promise<void> {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) throw new RangeError(`"${name}" is not a plain database name`)
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${name}`)
  } catch (error) {
    // Another process was first: it is seen either by the name or, in the same instant, by the catalogue's index.
    if (![duplicateDatabase, uniqueViolation].includes(sqlState(error) ?? '')) throw error
  } finally {
    await client.end()
  }
}
