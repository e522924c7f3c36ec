import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress } from 'node:zlib'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'

/** One table of a saved database: a file of PostgreSQL's text format, compressed with zstd. */
export interface SavedTable {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: number
  /** Of a table partitioned by ranges, the partitions besides the default one. Absent in older backups. */
  readonly partitions?: readonly SavedPartition[]
  /** Inside the directory. */
  readonly file: string
  readonly bytes: number
  /** Of the file, hex. */
  readonly sha256: string
}

/** Values of the partition's key from `from` up to and without `to`, as text. */
export interface SavedPartition {
  readonly name: string
  readonly from: string
  readonly to: string
  /** How PostgreSQL is told to keep it, `name=value`; absent where it is told nothing. */
  readonly settings?: readonly string[]
}

export interface SavedDatabase {
  readonly serverVersion: string
  /** Steps of the migration that it has had, in order. */
  readonly steps: readonly string[]
  /** In an order in which they can be filled: what a table refers to comes before it. */
  readonly tables: readonly SavedTable[]
  /** Last value of each sequence, as text. */
  readonly sequences: readonly { readonly name: string; readonly value: string; readonly called: boolean }[]
}

const partitionedTables = `
  select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind = 'p' and not c.relispartition order by 1`

/** What kysely itself keeps is made again by the steps. */
const ownTables = ['kysely_migration', 'kysely_migration_lock']

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * Saves every table of the schema `public` as of one instant, while the database is in use: one transaction sees one state, and holds nobody up.
 * @param directory made; only its owner can read it
 * @param signal gives it up, by an error of the connection; what was written stays for the caller to remove
 * @param look called inside the same transaction, for what else should be known of that state
 */
export async function saveDatabase<Seen>(
  url: string,
  directory: string,
  look: (client: pg.ClientBase) => Promise<Seen>,
  onTable: (name: string, done: number, of: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<{ saved: SavedDatabase; seen: Seen }> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const client = new pg.Client({ connectionString: url, application_name: 'huijiao-backup' })
  client.on('error', () => undefined) // the statement under way is rejected, too
  await client.connect()
  const ended = endingWith(client, signal)
  try {
    const partitioned = (await client.query<{ name: string }>(partitionedTables)).rows.map((row) => quoted(row.name))
    await client.query('begin isolation level repeatable read read only')
    // Before the state is chosen: a partition that goes afterwards would be gone from it, and what takes its place not there yet.
    if (partitioned.length > 0) await client.query(`lock table ${partitioned.join(', ')} in access share mode`)
    const version = (await client.query<{ server_version: string }>('show server_version')).rows[0]?.server_version ?? ''
    const steps = (await client.query<{ name: string }>('select name from kysely_migration order by name')).rows.map((row) => row.name)
    const names = inOrder(await tablesOf(client), await referencesOf(client))
    const tables: SavedTable[] = []
    for (const [at, name] of names.entries()) {
      onTable(name, at, names.length)
      tables.push(await saveTable(client, directory, name))
    }
    // Sequences know no transactions: read last, they are not behind any row that was saved.
    const sequences = await sequencesOf(client)
    const seen = await look(client)
    await client.query('commit')
    return { saved: { serverVersion: version, steps, tables, sequences }, seen }
  } finally {
    ended()
    await client.end()
  }
}

/** Breaks a connection off when a signal is given, whatever it waits for. @returns what ends the listening */
export function endingWith(client: pg.Client, signal: AbortSignal | undefined): () => void {
  const end = () => void client.end().catch(() => undefined)
  if (signal?.aborted === true) end()
  signal?.addEventListener('abort', end, { once: true })
  return () => signal?.removeEventListener('abort', end)
}

async function tablesOf(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> all($1) order by 1`,
    [ownTables],
  )
  return rows.map((row) => row.name)
}

async function referencesOf(client: pg.ClientBase): Promise<{ from: string; to: string }[]> {
  const { rows } = await client.query<{ from: string; to: string }>(
    `select f.relname as "from", t.relname as "to" from pg_constraint c join pg_class f on f.oid = c.conrelid join pg_class t on t.oid = c.confrelid
     where c.contype = 'f' and c.conrelid <> c.confrelid`,
  )
  return rows
}

/** Tables so that each comes after those it refers to. @throws Error when they refer to each other in a circle */
function inOrder(names: readonly string[], references: readonly { from: string; to: string }[]): string[] {
  const done: string[] = []
  let left = [...names]
  while (left.length > 0) {
    const ready = left.filter((name) => references.every(({ from, to }) => from !== name || done.includes(to) || !left.includes(to)))
    if (ready.length === 0) throw new Error(`the tables ${left.join(', ')} refer to each other in a circle`)
    done.push(...ready)
    left = left.filter((name) => !ready.includes(name))
  }
  return done
}

async function saveTable(client: pg.Client, directory: string, name: string): Promise<SavedTable> {
  const { rows } = await client.query<{ column: string }>(
    `select a.attname as column from pg_attribute a
     where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum`,
    [quoted(name)],
  )
  const columns = rows.map((row) => row.column)
  const partitions = await partitionsOf(client, name)
  const file = `${name}.copy.zst`
  const [hash, counted] = [createHash('sha256'), { bytes: 0 }]
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      counted.bytes += chunk.length
      done(null, chunk)
    },
  })
  // COPY does not read a partitioned table by its name.
  const source = client.query(copyTo(`copy (select ${columns.map(quoted).join(', ')} from ${quoted(name)}) to stdout`))
  const path = join(directory, file)
  await pipeline(source, createZstdCompress(), measure, createWriteStream(path, { mode: 0o600, flags: 'wx' }))
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
  const found = partitions.length === 0 ? {} : { partitions }
  return { name, columns, rows: source.rowCount ?? 0, ...found, file, bytes: counted.bytes, sha256: hash.digest('hex') }
}

/** The partitions of a table besides the default one, in no order; none when it has none. */
export async function partitionsOf(client: pg.ClientBase, table: string): Promise<SavedPartition[]> {
  const { rows } = await client.query<{ name: string; bound: string; settings: string[] | null }>(
    `select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound, c.reloptions as settings from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = $1::regclass and c.relispartition`,
    [quoted(table)],
  )
  return rows.flatMap(({ name, bound, settings }) => {
    const match = /^FOR VALUES FROM \('(\d+)'\) TO \('(\d+)'\)$/.exec(bound)
    if (match === null && bound !== 'DEFAULT') throw new Error(`the partition ${name} has bounds that cannot be saved: ${bound}`)
    return match === null ? [] : [{ name, from: match[1] as string, to: match[2] as string, ...(settings === null ? {} : { settings }) }]
  })
}

async function sequencesOf(client: pg.ClientBase): Promise<{ name: string; value: string; called: boolean }[]> {
  const { rows } = await client.query<{ name: string }>(
    `select sequencename as name from pg_sequences where schemaname = 'public' order by 1`,
  )
  const list: { name: string; value: string; called: boolean }[] = []
  for (const { name } of rows) {
    const { rows: state } = await client.query<{ value: string; called: boolean }>(
      `select last_value::text as value, is_called as called from ${quoted(name)}`,
    )
    if (state[0] !== undefined) list.push({ name, ...state[0] })
  }
  return list
}
