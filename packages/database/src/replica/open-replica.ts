import { setTimeout as delay } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type pg from 'pg'
import { type Log, silentLog } from '../log.ts'
import { type Database, openDatabase } from '../open-database.ts'
import { sqlState } from '../retry.ts'
import type { Tables } from '../tables.ts'
import { createAge, parseLsn } from './lsn.ts'
import { createReader } from './reader.ts'

export interface ReplicaOptions {
  readonly primary: Database
  /** Address of a streaming copy of the primary: a secret. */
  readonly url: string
  /** A copy that may be older than this is not read. */
  readonly behindMaxMs: number
  /** The id of the log's epoch: the copy of another node, or of an earlier life of this one, is not read. */
  readonly epochId: () => string
  readonly poolMax?: number
  readonly applicationName?: string
  readonly log?: Log
}

/** `copy`: it is read; `behind`: too old; `other`: not a copy of this database, or not a copy any more; `away`: it does not answer. */
export type ReplicaStanding = 'copy' | 'behind' | 'other' | 'away'

export interface Replica {
  /**
   * Reads of one request, at the copy when it may be read, else at the primary.
   * @param wanted a place in the primary's log, from `place()`, that must be in what is read; null: whatever is within the bound
   */
  reader(wanted: string | null): Kysely<Tables>
  /** Where the primary's log ends: everything that was committed before this was asked is before it. */
  place(): Promise<string>
  standing(): ReplicaStanding
  /** Statements answered so far, by where. */
  readonly reads: Readonly<Record<'replica' | 'primary', number>>
  /** Asks both servers where they are; done by itself several times within the bound. */
  look(): Promise<void>
  close(): Promise<void>
}

const lookMostMs = 500
/** A copy that does not answer within this is left, and what waits for it asks the primary. */
const patienceMs = 2000

/** Watches a copy of the database and sends reads there while it is fresh enough. Nothing fails because the copy does. */
export function openReplica(options: ReplicaOptions): Replica {
  const { primary, behindMaxMs } = options
  const log = options.log ?? silentLog
  const reads = { replica: 0, primary: 0 }
  let copy = openCopy(options)
  let age = createAge()
  let found: Exclude<ReplicaStanding, 'behind'> = 'away'
  let told: ReplicaStanding = 'away'
  let replayed = 0n

  const standing = (): ReplicaStanding => {
    const fresh = age.freshUntil()
    return found === 'copy' && (fresh === null || performance.now() - fresh > behindMaxMs) ? 'behind' : found
  }
  const tell = () => {
    const now = standing()
    if (now === told) return
    told = now
    if (now === 'copy') log.info({}, 'the copy of the database is read')
    else log.warn({ standing: now }, 'the copy of the database is not read; the primary answers')
  }
  /** Connections that hang would hang their requests: they are cut, and those ask the primary. */
  const drop = () => {
    found = 'away'
    const old = copy
    copy = openCopy(options)
    age = createAge()
    old.cut()
  }
  const replayedNow = async (): Promise<void> => {
    const from = copy
    const answer = await within(from.database.pool.query<CopyRow>(copyQuery)).catch((error: unknown) =>
      sqlState(error)?.startsWith(notThere) ? ('other' as const) : null,
    )
    if (from !== copy) return
    if (answer === null) return drop()
    const row = answer === 'other' ? undefined : answer.rows[0]
    const at = row?.lsn == null ? null : parseLsn(row.lsn)
    found = row?.standby === true && row.epoch_id === options.epochId() && at !== null ? 'copy' : 'other'
    if (found !== 'copy' || at === null) return
    replayed = at
    age.replayed(at)
  }
  const look = async (): Promise<void> => {
    const at = performance.now()
    const ended = await within(primary.pool.query<{ lsn: string }>(placeQuery)).catch(() => null)
    const lsn = parseLsn(ended?.rows[0]?.lsn ?? '')
    if (lsn !== null) age.primaryAt(at, lsn)
    await replayedNow()
    tell()
  }
  const covers = async (wanted: bigint): Promise<boolean> => {
    if (replayed < wanted) await replayedNow()
    return replayed >= wanted
  }
  const choose = async (wanted: bigint | null): Promise<pg.Pool | null> => {
    if (standing() !== 'copy' || (wanted !== null && !(await covers(wanted))) || standing() !== 'copy') return null
    return copy.database.pool
  }

  let looking: Promise<void> = Promise.resolve()
  const timer = setInterval(
    () => {
      looking = looking.then(look).catch(() => undefined)
    },
    Math.min(lookMostMs, behindMaxMs / 4),
  ).unref()
  return {
    reader: (wanted) => {
      const place = wanted === null ? null : parseLsn(wanted)
      return createReader({
        primary: primary.pool,
        choose: () => choose(place),
        onRead: (where) => {
          reads[where] += 1
        },
      })
    },
    place: async () => (await primary.pool.query<{ lsn: string }>(placeQuery)).rows[0]?.lsn ?? '0/0',
    standing,
    reads,
    look,
    close: async () => {
      clearInterval(timer)
      await looking
      await copy.database.close()
    },
  }
}

interface CopyRow {
  readonly standby: boolean
  readonly lsn: string | null
  readonly epoch_id: string | null
}

/** Commits are durable before they are answered, so what was answered lies before the end of what is flushed. */
const placeQuery = 'select pg_current_wal_flush_lsn()::text as lsn'
const copyQuery = 'select pg_is_in_recovery() as standby, pg_last_wal_replay_lsn()::text as lsn, (select epoch_id from node) as epoch_id'

/** Class of errors that name something which is not there: a database without our tables. */
const notThere = '42'

interface Copy {
  readonly database: Database
  cut(): void
}

function openCopy({ url, poolMax, applicationName, log }: ReplicaOptions): Copy {
  const database = openDatabase({
    url,
    connectTimeoutMs: patienceMs,
    pipeline: false, // or a connection that hangs could not be cut
    ...(poolMax === undefined ? {} : { poolMax }),
    ...(applicationName === undefined ? {} : { applicationName }),
    ...(log === undefined ? {} : { log }),
  })
  const clients = new Set<pg.PoolClient>()
  database.pool.on('connect', (client) => clients.add(client))
  database.pool.on('remove', (client) => clients.delete(client))
  return {
    database,
    cut: () => {
      // `end` of a client that waits for an answer cuts the connection, and what waits hears of it.
      for (const client of clients) void (client as unknown as pg.Client).end().catch(() => undefined)
      void database.close().catch(() => undefined)
    },
  }
}

async function within<T>(work: Promise<T>): Promise<T> {
  const late = new AbortController()
  work.catch(() => undefined)
  try {
    return await Promise.race([work, delay(patienceMs, undefined, { signal: late.signal, ref: false }).then(tooLate)])
  } finally {
    late.abort()
  }
}

function tooLate(): never {
  throw new Error('no answer in time')
}
