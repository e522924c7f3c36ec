import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Log } from './log.ts'
import { silentLog } from './log.ts'
import { bindInPlace } from './bind-in-place.ts'
import { prepareStatements } from './prepared-statements.ts'
import { sendTogether } from './send-together.ts'
import type { Tables } from './tables.ts'

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string
  /** Most connections at once; 10 when absent. */
  readonly poolMax?: number
  /** What `pg_stat_activity` shows; `huijiao` when absent. */
  readonly applicationName?: string
  /** How long to wait for a connection; 30 seconds when absent. */
  readonly connectTimeoutMs?: number
  /** A connection is replaced after so many uses; never when absent. */
  readonly usesMax?: number
  /** Statements may be sent behind one another without waiting (see in-flight.ts); a connection then ends only when all are answered. True when absent. */
  readonly pipeline?: boolean
  readonly log?: Log
}

export interface Database {
  readonly db: Kysely<Tables>
  /** The same connections, for statements that are plainer without the builder. */
  readonly pool: pg.Pool
  /** Waits for running statements and closes every connection. Safe to call twice. */
  close(): Promise<void>
}

/** Exact: a number when it is a safe integer, else a bigint (which `JSON.stringify` and mixed arithmetic refuse loudly). */
export function parseInt8(text: string): number | bigint {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : BigInt(text)
}

const asText = (text: string): string => text
const builtins = pg.types.builtins
const int8ArrayOid = 1016
const textArrayParser = pg.types.getTypeParser(1009 as never) as unknown as (text: string) => (string | null)[]

const ownParsers = new Map<number, (text: string) => unknown>([
  [builtins.INT8, parseInt8],
  [int8ArrayOid, (text) => textArrayParser(text).map((item) => (item === null ? null : parseInt8(item)))],
  // The driver would read these two as midnight, or a time, in the zone of the process: a day off as soon as the server is not in Shanghai.
  [builtins.DATE, asText],
  [builtins.TIMESTAMP, asText],
])

/**
 * Type parsers of our connections only: int8 as a number when safe, `date` and zoneless `timestamp` as text; `timestamptz` stays a
 * `Date` and `numeric` a string. `pg.types` itself is left alone, because other libraries in the process share it.
 */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: ((id: number, format?: 'text' | 'binary') => {
    const own = format === 'binary' ? undefined : ownParsers.get(id)
    return own ?? pg.types.getTypeParser(id as never, format as never)
  }) as pg.CustomTypesConfig['getTypeParser'],
}

/**
 * Of every connection to PostgreSQL: after ten seconds without a byte the other end is asked whether it is there, and given up after ten more without an answer.
 * The system's own delay is two hours, and for so long a statement would wait for a machine that lost its power, or for a firewall that forgot about it.
 */
export const keptAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const

/**
 * What the server keeps of a client that is gone, or that begins a transaction and says nothing more: its locks, for which all others wait. A process that was
 * stopped, or a machine that lost its power, gives them back after this; the statement that comes too late fails, and its work is done again.
 */
const session = `
  set idle_in_transaction_session_timeout = '2min';
  set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 4`

/** Opens a pool and a query builder over it. Connects on first use, not here. */
export function openDatabase(options: DatabaseOptions): Database {
  const log = options.log ?? silentLog
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolMax ?? 10,
    application_name: options.applicationName ?? 'huijiao',
    connectionTimeoutMillis: options.connectTimeoutMs ?? 30_000,
    ...keptAlive,
    ...(options.usesMax === undefined ? {} : { maxUses: options.usesMax }),
    types: typeParsers,
    // Statements that are sent without waiting for each other share a round trip (see in-flight.ts).
    ...{ pipeline: options.pipeline ?? true },
  })
  // Without a listener, a connection that breaks while idle (the server restarted) would end the process. The error itself is not logged:
  // the driver hangs the whole client on it, password included.
  pool.on('error', (error) => log.warn({ reason: error.message }, 'an idle database connection broke; the next statement opens another'))
  // The pool listens only while a connection is idle. One that breaks between two statements of a transaction would end the process as well;
  // the next statement on it rejects, and that is how its user hears.
  pool.on('connect', (client) => client.on('error', () => {}))
  pool.on('connect', bindInPlace)
  pool.on('connect', sendTogether)
  pool.on('connect', prepareStatements)
  // Travels ahead of the first statement; a connection that breaks just then tells whoever sends that one.
  pool.on('connect', (client) => void client.query(session).catch(() => {}))
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  let closed: Promise<void> | undefined
  return {
    db,
    pool,
    close: () => {
      closed ??= db.destroy().then(() => (pool.ended ? undefined : pool.end()))
      return closed
    },
  }
}
