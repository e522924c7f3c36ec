import {
  type Compilable,
  CompiledQuery,
  type Dialect,
  DummyDriver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  Transaction,
} from 'kysely'
import { sqlState } from './retry.ts'
import type { Tables } from './tables.ts'

/**
 * Sends a statement at once, behind those sent before it, without waiting for their answers; the server works them off in this order. One that
 * nobody waits for is waited for together with the commit, and its failure is the transaction's.
 */
export type Send = <Row>(statement: RawBuilder<Row> | Compilable<Row>) => Promise<Row[]>

const dialect: Dialect = {
  createAdapter: () => new PostgresAdapter(),
  createDriver: () => new DummyDriver(),
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
}

/**
 * Plans are made for any values and kept. A statement over a list (`= any($1)`) is otherwise planned anew each time, because a list of one looks cheaper than
 * one of unknown length; for a single record planning takes about as long as the work itself. What runs here finds its rows by keys and places.
 */
const begin = CompiledQuery.raw('begin; set local plan_cache_mode = force_generic_plan')

/**
 * A transaction whose statements need not wait for each other: `begin` travels with the first ones and `commit` with the last, because on the way
 * of a single record nearly all time goes by between statements. Statements of `trx` that are started together are in flight together, in no
 * promised order; where the order matters (a lock and what is read under it) they go through `send`.
 * @throws what `work` throws, after the rollback; what a statement sent throws, when everything is undone
 */
export async function inFlight<T>(db: Kysely<Tables>, work: (trx: Transaction<Tables>, send: Send) => Promise<T>): Promise<T> {
  const executor = db.getExecutor()
  return await executor.provideConnection(async (connection) => {
    const trx = new Transaction<Tables>({
      config: { dialect },
      dialect,
      driver: new DummyDriver(), // never asked: the executor has its connection
      executor: executor.withConnectionProvider({ provideConnection: (consumer) => consumer(connection) }),
    })
    const sent: Promise<unknown>[] = []
    const dispatch = (query: CompiledQuery) => {
      const answer = connection.executeQuery(query)
      answer.catch(() => undefined) // heard below, or by whoever waits for it
      sent.push(answer)
      return answer
    }
    const send: Send = (statement) => {
      const rows = dispatch('isRawBuilder' in statement ? statement.compile(trx) : statement.compile()).then(
        (answer) => answer.rows as never,
      )
      rows.catch(() => undefined)
      return rows
    }
    void dispatch(begin)
    let result: T
    try {
      result = await work(trx, send)
    } catch (error) {
      await dispatch(CompiledQuery.raw('rollback')).catch(() => undefined) // a connection that broke has rolled back
      throw sqlState(error) === inFailedTransaction ? ((await firstFailure(sent)) ?? error) : error
    }
    void dispatch(CompiledQuery.raw('commit'))
    // After a failed statement the server answers `commit` by undoing everything.
    const failure = await firstFailure(sent)
    if (failure !== undefined) throw failure
    return result
  })
}

const inFailedTransaction = '25P02'

/** What went wrong first: behind a statement that failed, every other one of its transaction fails because of it, in whatever order that is heard. */
export async function firstFailure(sent: readonly Promise<unknown>[]): Promise<unknown> {
  const reasons = (await Promise.allSettled(sent)).flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  return reasons.find((reason) => sqlState(reason) !== inFailedTransaction) ?? reasons[0]
}
