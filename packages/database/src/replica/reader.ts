import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type pg from 'pg'
import { sqlState } from '../retry.ts'
import type { Tables } from '../tables.ts'

export interface ReaderParts {
  readonly primary: pg.Pool
  /** The copy's connections, if it may be read now; asked once, before the first statement. */
  choose(): Promise<pg.Pool | null>
  /** Where a statement was answered. */
  onRead(where: 'replica' | 'primary'): void
}

/**
 * A query builder for the reads of one request. All of them go to the copy, or, from the first that the copy does not answer, to the primary: a
 * request never goes back in time. Whatever goes wrong at the copy is asked again at the primary, so only reads may be asked here.
 */
export function createReader(parts: ReaderParts): Kysely<Tables> {
  let chosen: Promise<pg.Pool | null> | undefined
  const place = async (): Promise<pg.Pool> => (await (chosen ??= parts.choose())) ?? parts.primary
  const leave = () => {
    chosen = Promise.resolve(null)
  }
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => readerDriver(parts, place, leave),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
}

/** A connection of one of the two servers, with the driver that it goes back to. */
interface Taken {
  readonly pool: pg.Pool
  readonly driver: Driver
  readonly connection: DatabaseConnection
}

type Run = (reading: Reading, query: CompiledQuery) => Promise<QueryResult<unknown>>

class Reading implements DatabaseConnection {
  taken: Taken | null = null
  /** Statements of the transaction that is open; null outside of one. */
  said: CompiledQuery[] | null = null
  readonly #run: Run
  #before: Promise<unknown> = Promise.resolve()
  constructor(run: Run) {
    this.#run = run
  }
  /** One after the other: a statement may have to move them all to the primary. */
  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const answer = this.#before.then(() => this.#run(this, query))
    this.#before = answer.catch(() => undefined)
    return answer as Promise<QueryResult<R>>
  }
  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('a reader answers whole results')
  }
}

/** A read-only transaction was asked to write: a mistake in the program, which the primary must not carry out. */
const writesRefused = '25006'

function readerDriver({ primary, onRead }: ReaderParts, place: () => Promise<pg.Pool>, leave: () => void): Driver {
  const release = async (reading: Reading): Promise<void> => {
    const { taken } = reading
    reading.taken = null
    if (taken !== null) await taken.driver.releaseConnection(taken.connection)
  }
  const take = async (reading: Reading, pool: pg.Pool): Promise<Taken> => {
    const driver: Driver = new PostgresDriver({ pool })
    await driver.init()
    reading.taken = { pool, driver, connection: await driver.acquireConnection() }
    return reading.taken
  }
  const run = async (reading: Reading, query: CompiledQuery): Promise<QueryResult<unknown>> => {
    let pool = reading.taken?.pool ?? (await place())
    try {
      const { connection } = reading.taken ?? (await take(reading, pool))
      const answer = await connection.executeQuery(query)
      reading.said?.push(query)
      onRead(pool === primary ? 'primary' : 'replica')
      return answer
    } catch (error) {
      if (pool === primary || sqlState(error) === writesRefused) throw error
      leave()
      pool = primary
    }
    if (reading.said !== null) await reading.taken?.connection.executeQuery(CompiledQuery.raw('rollback')).catch(() => undefined)
    await release(reading)
    const { connection } = await take(reading, pool)
    // They were reads and settings: said again, they answer the same or something newer.
    for (const before of reading.said ?? []) await connection.executeQuery(before)
    const answer = await connection.executeQuery(query)
    reading.said?.push(query)
    onRead('primary')
    return answer
  }
  const ending = (sql: string) => async (connection: DatabaseConnection) => {
    const reading = connection as Reading
    reading.said = null
    if (reading.taken !== null) await reading.taken.connection.executeQuery(CompiledQuery.raw(sql))
  }
  return {
    init: async () => undefined,
    acquireConnection: async () => new Reading(run),
    beginTransaction: async (connection) => {
      const reading = connection as Reading
      reading.said = []
      await reading.executeQuery(CompiledQuery.raw('begin read only'))
    },
    commitTransaction: ending('commit'),
    rollbackTransaction: ending('rollback'),
    releaseConnection: (connection) => release(connection as Reading),
    destroy: async () => undefined, // the connections are not its own
  }
}
