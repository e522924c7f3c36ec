import { setTimeout as delay } from 'node:timers/promises'
import { keptAlive } from '@huijiao/database'
import {
  type Job,
  Queue,
  type QueueOptions,
  Worker,
  type WorkerOptions,
  createPostgresBackend,
  createRedisBackend,
  runMigrations,
} from 'bullmq'
import type { Cluster, Redis } from 'ioredis'
import pg from 'pg'
import type { Logger } from 'pino'
import { readRedisAddress } from './redis-address.ts'
import { connectRedis } from './redis-queue.ts'

/** Every kind of job with its data: ids only. PostgreSQL holds the truth, so losing a job, or running one twice, changes nothing. */
export interface JobData {
  forward: { link: number }
  feed: { link: number }
  reconcile: { link: number }
  submission: { submissionNo: number }
  sequence: Record<string, never>
  held: Record<string, never>
  'access-seal': Record<string, never>
  sweep: Record<string, never>
}
export type JobName = keyof JobData
export type JobHandlers = { readonly [Name in JobName]: (data: JobData[Name]) => Promise<void> }

/** Three queues, so that large submissions cannot keep links or upkeep waiting. */
const queueOf = {
  forward: 'links',
  feed: 'links',
  reconcile: 'links',
  submission: 'submissions',
  sequence: 'upkeep',
  held: 'upkeep',
  'access-seal': 'upkeep',
  sweep: 'upkeep',
} as const
export const queueNames = ['links', 'submissions', 'upkeep'] as const
export type QueueName = (typeof queueNames)[number]
const concurrency: Record<QueueName, number> = { links: 8, submissions: 2, upkeep: 2 }

/**
 * A job whose process died is found by its lock running out. A large submission waits for that, so its lock is short: a job that is taken over by
 * mistake changes nothing, because each part's transaction checks where the last one ended.
 */
const stalling: Record<QueueName, Pick<WorkerOptions, 'lockDuration' | 'stalledInterval'>> = {
  links: { stalledInterval: 15_000 },
  submissions: { lockDuration: 10_000, stalledInterval: 5000 },
  upkeep: { stalledInterval: 15_000 },
}

/** BullMQ's own schema in the database; the name its code expects of a pool that we give it. */
const schema = 'bullmq'
/** How long an answer may wait for the queue before it goes on without it: the sweep finds the work anyway. */
const addWaitMs = 3000
/**
 * How long BullMQ may take to close once no job runs any more. A Redis that goes away in just that moment, or that came back an instant ago, can leave it
 * waiting for an answer that nobody owes it; then the connections are simply ended, as a process that dies would end them.
 */
const closeMs = 3000

export interface Queues {
  readonly backend: 'postgres' | 'redis'
  readonly all: ReadonlyMap<QueueName, Queue>
  /** Adds a job unless the same one already waits. Rejects when the queue cannot be reached: say so in the log and go on. */
  add<Name extends JobName>(name: Name, data: JobData[Name], options?: { delayMs?: number }): Promise<void>
  /** Makes sure that the sweep is scheduled; does nothing when it is. */
  scheduleSweep(everyMs: number): Promise<void>
  /** Jobs by state, of each queue. */
  depth(): Promise<Record<QueueName, Record<string, number>>>
  startWorkers(handlers: JobHandlers): { stop(): Promise<void> }
  close(): Promise<void>
}

interface Backend {
  readonly kind: Queues['backend']
  readonly queue: QueueOptions
  readonly worker: () => Pick<WorkerOptions, 'connection' | 'prefix'>
  readonly factory: typeof createRedisBackend
  /** True when there is no server at the other end: an orderly close would wait for it for ever. Its connections are ended then. */
  readonly giveUpIfAway: () => boolean
  readonly close: () => Promise<void>
}

export interface QueueSettings {
  /** `postgres://…` or `redis://…`; several Redis servers, or `?cluster=true`, mean a Redis Cluster. */
  readonly url: string
  /** Node's name: nodes that share one queue server keep their jobs apart by it. */
  readonly node: string
  readonly retryMs: number
  readonly retryMaxMs: number
  readonly log: Logger
}

/** Opens the queues on the backend that the address names, bringing BullMQ's own tables up to date first. */
export async function openQueues(settings: QueueSettings): Promise<Queues> {
  const say = seldom(settings.log)
  const backend = /^rediss?:/.test(settings.url) ? openRedis(settings) : await openPostgresBackend(settings)
  const all = new Map<QueueName, Queue>()
  for (const name of queueNames) {
    const queue = new Queue(queueId(settings.node, name), { ...backend.queue, defaultJobOptions }, backend.factory)
    queue.on('error', (error) => say({ err: error, queue: name }, 'the queue reported an error; work is found again by the sweep'))
    all.set(name, queue)
  }
  const add: Queues['add'] = async (name, data, options = {}) => {
    const id = [name, ...Object.values(data)].join('-') // a job id must not contain a colon
    const adding = all
      .get(queueOf[name])!
      .add(name, data, { deduplication: { id, keepLastIfActive: true }, ...(options.delayMs ? { delay: options.delayMs } : {}) })
    await within(adding, addWaitMs)
  }
  return {
    backend: backend.kind,
    all,
    add,
    scheduleSweep: async (everyMs) => {
      await within(
        all.get('upkeep')!.upsertJobScheduler('sweep', { every: everyMs }, { name: 'sweep', data: {}, opts: { attempts: 1 } }),
        addWaitMs,
      )
    },
    depth: async () => {
      const counts = await within(
        Promise.all(queueNames.map(async (name) => [name, await all.get(name)!.getJobCounts()] as const)),
        addWaitMs,
      )
      return Object.fromEntries(counts) as Record<QueueName, Record<string, number>>
    },
    startWorkers: (handlers) => startWorkers(settings, backend, handlers),
    close: async () => {
      const away = backend.giveUpIfAway()
      const closing = Promise.allSettled([...all.values()].map((queue) => queue.close()))
      if (!away) await atMost(closing, closeMs)
      await backend.close()
    },
  }
}

/** Finished jobs are kept for the operator's board, a few of them. Retries end some minutes later; then the sweep adds the job anew. */
const defaultJobOptions = { attempts: 40, backoff: { type: 'capped' }, removeOnComplete: { count: 100 }, removeOnFail: { count: 500 } }

const queueId = (node: string, name: QueueName) => `${node}-${name}`

function startWorkers(settings: QueueSettings, backend: Backend, handlers: JobHandlers): { stop(): Promise<void> } {
  const say = seldom(settings.log)
  const running = new Set<Promise<void>>()
  const run = async (job: Job) => {
    const handler = handlers[job.name as JobName] as ((data: unknown) => Promise<void>) | undefined
    // A job of a newer or older version of this program: its work, if any, is found by the sweep.
    if (handler === undefined) return settings.log.warn({ job: job.name }, 'a job of an unknown kind was dropped')
    const work = handler(job.data)
    running.add(work)
    await work.finally(() => running.delete(work))
  }
  const workers = queueNames.map((name) => {
    const options: WorkerOptions = {
      ...backend.worker(),
      concurrency: concurrency[name],
      runRetryDelay: 500, // 15 s by default: how long a worker sleeps after it lost its connection
      ...stalling[name],
      settings: { backoffStrategy: (attempt: number) => backoffMs(attempt, settings.retryMs, settings.retryMaxMs) },
    }
    const worker = new Worker(queueId(settings.node, name), run, options, backend.factory)
    worker.on('error', (error) => say({ err: error, queue: name }, 'a queue worker reported an error; it goes on by itself'))
    return worker
  })
  return {
    stop: async () => {
      const away = backend.giveUpIfAway()
      const closing = Promise.allSettled(workers.map((worker) => worker.close(away)))
      if (away) return
      const idle = async () => {
        while (running.size > 0) await Promise.allSettled(running)
      }
      await Promise.race([closing, idle()])
      await atMost(closing, closeMs)
    },
  }
}

/** Doubles from `firstMs` to `maxMs`, spread by ±20 % so that links that broke together do not return together. */
export function backoffMs(attempt: number, firstMs: number, maxMs: number): number {
  return Math.round(Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30)) * (0.8 + Math.random() * 0.4))
}

/** Opens BullMQ's schema in a database, and a pool for it. */
export async function openPostgresBackend(settings: QueueSettings): Promise<Backend> {
  const pool = new pg.Pool({
    connectionString: settings.url,
    options: `-c search_path=${schema}`,
    max: queueNames.length + 6, // each worker keeps one connection listening
    application_name: 'huijiao queue',
    connectionTimeoutMillis: 10_000,
    ...keptAlive,
  })
  pool.on('error', (error) => settings.log.warn({ err: error }, 'an idle queue connection broke; the next job opens another'))
  pool.on('connect', (connected) => connected.on('error', () => {})) // one that breaks while in use rejects its statement; the event must not end the process
  const client = await pool.connect()
  try {
    await runMigrations(client, schema)
  } finally {
    client.release()
  }
  const giveUp = connectPatiently(pool, seldom(settings.log))
  return {
    kind: 'postgres',
    queue: { connection: pool as never },
    worker: () => ({ connection: pool as never }),
    factory: createPostgresBackend as unknown as typeof createRedisBackend,
    giveUpIfAway: () => false, // a statement without a server fails by itself
    close: async () => {
      giveUp()
      // The pool waits for connections that BullMQ never gives back when it did not close in time.
      await atMost(pool.end(), closeMs)
    },
  }
}

const connectAgainMs = 500

/**
 * BullMQ asks for one connection when a queue or a worker is made, and remembers for ever what became of that: one that failed just then (a server that restarts, a
 * busy machine) would leave the queue dead until the process ends, or end it, because nobody hears the rejection. So a connection that is waited for
 * is waited for until it is there; statements go on failing by themselves.
 * @returns ends the waiting
 */
function connectPatiently(pool: pg.Pool, say: (fields: object, message: string) => void): () => void {
  const connect = pool.connect.bind(pool) as (callback?: unknown) => Promise<pg.PoolClient>
  let ended = false
  const patiently = async (): Promise<pg.PoolClient> => {
    for (;;) {
      try {
        return await connect()
      } catch (error) {
        if (ended) throw error
        say({ err: error }, 'the queue has no connection to PostgreSQL; it goes on trying')
        await delay(connectAgainMs, undefined, { ref: false })
      }
    }
  }
  // With a callback it is the pool's own `query` that asks.
  pool.connect = ((callback?: unknown) => (callback === undefined ? patiently() : connect(callback))) as typeof pool.connect
  return () => {
    ended = true
  }
}

function openRedis(settings: QueueSettings): Backend {
  const say = seldom(settings.log)
  const address = readRedisAddress(settings.url)
  if (address === null) throw new Error('the address of Redis is not of the form redis://host:port,host:port')
  const clients: (Redis | Cluster)[] = []
  const connect = (blocking: boolean) => {
    // A worker waits for Redis to come back; an answer to a caller must not.
    const options = blocking ? { maxRetriesPerRequest: null } : { maxRetriesPerRequest: 1, commandTimeout: addWaitMs }
    const client = connectRedis(address, options)
    return keep(client)
  }
  // A worker waits for jobs on a second connection, which BullMQ makes from the first.
  const keep = <Client extends Redis | Cluster>(client: Client): Client => {
    client.on('error', (error) => say({ err: error }, 'the connection to Redis reported an error'))
    clients.push(client)
    const duplicate = client.duplicate.bind(client) as (...given: unknown[]) => Client
    client.duplicate = ((...given: unknown[]) => keep(duplicate(...given))) as typeof client.duplicate
    return client
  }
  // The braces keep all keys of one node in one slot of a cluster.
  const prefix = `{huijiao-${settings.node}}`
  return {
    kind: 'redis',
    queue: { connection: connect(false) as never, prefix },
    worker: () => ({ connection: connect(true) as never, prefix }),
    factory: createRedisBackend,
    giveUpIfAway: () => {
      const away = clients.filter((client) => client.status !== 'ready')
      for (const client of away) client.disconnect()
      return away.length > 0
    },
    close: async () => {
      for (const client of clients) client.disconnect()
    },
  }
}

const sayEveryMs = 5000

/** Warns of one thing at most once in a while: with its server away, a worker reports the same error ten times a second. */
function seldom(log: Logger): (fields: object, message: string) => void {
  const said = new Map<string, number>()
  return (fields, message) => {
    const now = performance.now()
    if (now - (said.get(message) ?? -Infinity) < sayEveryMs) return
    said.set(message, now)
    log.warn(fields, message)
  }
}

/** Waits for the work, but no longer than this. */
async function atMost(work: Promise<unknown>, ms: number): Promise<void> {
  const enough = new AbortController()
  await Promise.race([work, delay(ms, undefined, { signal: enough.signal }).catch(() => undefined)])
  enough.abort()
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the queue did not answer within ${ms} ms`)), ms)
  })
  work.catch(() => undefined) // when it is late its own error has nobody to hear it
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
