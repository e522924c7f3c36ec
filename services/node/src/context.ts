import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Access, openAccess } from '@huijiao/access'
import {
  type BodyLimits,
  type Clock,
  type Hub,
  defaultBodyLimits,
  openHub,
  policyHolder,
  readFeedEvents,
  eventsStart,
  restoreKey,
} from '@huijiao/exchange'
import {
  type Database,
  type EmbeddedPostgres,
  migrate,
  openDatabase,
  openReplica,
  type Replica,
  startEmbeddedPostgres,
} from '@huijiao/database'
import { loadOrCreateSecrets, sealer } from '@huijiao/identity'
import type { Logger } from 'pino'
import { type Background, createBackground } from './background.ts'
import type { Config } from './config.ts'
import { keepPostgresRunning } from './keep-postgres.ts'
import { createFeedWaiters, type FeedWaiters } from './feed-waiters.ts'
import { createEpochs, type Epochs } from './epochs/epochs.ts'
import { openNumberMarks } from './epochs/number-marks.ts'
import { openKeyring } from './keys/keyring.ts'
import { createNodeKeys, type NodeKeys } from './keys/node-keys.ts'
import { createLog } from './log.ts'
import { type Metrics, createMetrics } from './metrics.ts'
import { type ReadinessCheck, checkReadiness } from './readiness.ts'
import { type Queues, openQueues } from './queues.ts'
import { openTraces, type Traces } from './traces/open.ts'
import { type Upstreams, createUpstreams } from './upstream-keys.ts'
import { untilReachable } from './until-reachable.ts'
import { createWakeBus } from './wake.ts'

/** Everything a running node is made of; made once, handed to the routes and the jobs. */
export interface Context {
  readonly config: Config
  readonly log: Logger
  readonly clock: Clock
  readonly database: Database
  readonly databaseUrl: string
  /** A copy of the database that requests may be read at; null when there is none. */
  readonly replica: Replica | null
  readonly hub: Hub
  /** Accounts of operators, sign-in, sessions. */
  readonly access: Access
  readonly queues: Queues
  readonly metrics: Metrics
  readonly upstreams: Upstreams
  /** Which epoch of its log the node is in, and whether it may go on in it. */
  readonly epochs: Epochs
  /** The keys that this node signs with. */
  readonly keys: NodeKeys
  readonly background: Background
  /** Null unless traces are switched on. */
  readonly traces: Traces | null
  /** Callers that wait for the feed. */
  readonly feedWaiters: FeedWaiters
  readonly bodyLimits: BodyLimits
  /** Reads again which releases of the standard count, and when; another process may have changed that. */
  refreshStandards(): void
  /** Reads the policy in force again; another process may have loaded a new one. */
  refreshPolicy(): void
  readiness(): Promise<ReadinessCheck[]>
  /** True once a stop was asked for: what is under way ends, nothing new begins. */
  stopping(): boolean
  beginStop(): void
  /** True while the process is about to stop: it still serves, and says that it is not ready. */
  draining(): boolean
  beginDrain(): void
  /** Closes everything in reverse order of opening. */
  close(): Promise<void>
}

export interface ContextOptions {
  readonly log?: Logger
  readonly clock?: Clock
  /** An operator said that this is the node to go on with, whatever neighbours know. */
  readonly newEpoch?: boolean
}

const systemClock: Clock = { now: () => new Date() }

/**
 * Opens everything: database (the embedded one when no address is configured), migrations under a lock, secrets, the hub, the queues.
 * @throws when something cannot be opened; what was opened before it is closed again
 */
export async function createContext(config: Config, options: ContextOptions = {}): Promise<Context> {
  const log = options.log ?? createLog({ level: config.logLevel, node: config.node.name })
  const clock = options.clock ?? systemClock
  const closers: (() => Promise<void>)[] = []
  /** Names this process among those that work on one database. */
  const instance = randomBytes(4).toString('hex')
  const close = async () => {
    for (const closer of closers.splice(0).toReversed()) {
      await closer().catch((error: unknown) => log.warn({ err: error }, 'something did not close cleanly'))
    }
  }
  try {
    const embedded = config.secrets.databaseUrl === null ? await startOwnPostgres(config, log) : null
    if (embedded !== null) {
      const keeper = keepPostgresRunning(embedded, () => startOwnPostgres(config, log), log)
      closers.push(() => keeper.stop())
    }
    const databaseUrl = config.secrets.databaseUrl ?? embedded!.url(databaseName)
    const applied = await untilReachable(() => migrate(databaseUrl), log)
    if (applied.length > 0) log.info({ applied }, 'the database was brought up to date')
    const database = openDatabase({
      url: databaseUrl,
      poolMax: config.databasePool,
      applicationName: `huijiao ${config.node.name} ${instance}`,
      log,
    })
    closers.push(() => database.close())
    const metrics = createMetrics(database.pool)
    const upstreams = createUpstreams({
      db: database.db,
      upstreams: config.upstreams,
      now: () => clock.now(),
      timeoutMs: config.jobs.sendTimeoutMs,
      log,
    })
    const numbers = openNumberMarks(config.dataDir)
    closers.push(() => numbers.close())
    const epochs = createEpochs({
      hub: () => hub,
      numbers,
      config,
      upstreams,
      log,
      othersLive: () => othersLive(database, config.node.name, instance),
    })
    const bus = createWakeBus(database.pool, log)
    const secrets = await loadOrCreateSecrets(join(config.dataDir, 'secrets'), config.secrets)
    const policy = await policyHolder(database.db)
    const keyring = openKeyring(config.node.name, join(config.dataDir, 'secrets'), config.secrets.signingKeyPem)
    const signing = await keyring.toStartWith(database.db)
    const keys = createNodeKeys({ hub: () => hub, config, keyring, upstreams, log })
    const hub: Hub = await openHub(database.db, {
      ...config.node,
      signingKey: { ...signing.key },
      digestSecret: secrets.digestSecret,
      sealer: sealer(secrets.sealingKey),
      clock,
      spoolDir: join(config.dataDir, 'spool'),
      log,
      policy: policy.policy,
      served: config.standards.served,
      standardNoticeMs: config.standards.noticeMs,
      onPending: () => bus.send({ kind: 'pending' }),
      claim: epochs.claim,
      keepNumber: numbers.keep,
      doubt: epochs.doubt,
    })
    if (signing.later !== null) {
      log.warn({ key: signing.key.keyId }, 'the database knows less of this node’s keys than its data directory: it was put back')
      await restoreKey(hub, signing.key, signing.later)
    }
    await epochs.start({ asked: options.newEpoch === true })
    const { replicaUrl } = config.secrets
    const replica =
      replicaUrl === null || !config.roles.has('api')
        ? null
        : openReplica({
            primary: database,
            url: replicaUrl,
            behindMaxMs: config.replicaBehindMs,
            epochId: () => hub.node.epochId,
            poolMax: config.databasePool,
            applicationName: `huijiao ${config.node.name} ${instance}`,
            log,
          })
    if (replica !== null) {
      closers.push(() => replica.close())
      metrics.watchReplica(replica)
    }
    closers.push(() => epochs.close())
    const queues = await openQueues({
      url: config.secrets.queueUrl ?? databaseUrl,
      node: config.node.name,
      retryMs: config.jobs.linkRetryMs,
      retryMaxMs: config.jobs.linkRetryMaxMs,
      log,
    })
    closers.push(() => queues.close())
    const traces = await openTracesIfAsked(config, log)
    closers.push(async () => traces?.stop())
    const background = createBackground({ bus, queues, log })
    const feedWaiters = createFeedWaiters({
      start: () => eventsStart(hub),
      read: (from) => readFeedEvents(hub, from),
      log,
    })
    closers.push(async () => feedWaiters.stop())
    const refreshPolicy = () =>
      void policy
        .refresh()
        .catch((error: unknown) => log.error({ err: error }, 'the policy could not be read again; the one in memory stays'))
    const refreshStandards = () =>
      void hub.shelf
        .refresh()
        .catch((error: unknown) => log.error({ err: error }, 'the releases of the standard could not be read again; those in memory stay'))
    // A process without a worker does not read the log: it looks by itself whether another one loaded a policy or a release.
    const policyTimer = setInterval(() => {
      refreshPolicy()
      refreshStandards()
      void keys.refresh().catch((error: unknown) => log.error({ err: error }, 'which key signs could not be read again'))
    }, policyRefreshMs).unref()
    closers.push(async () => clearInterval(policyTimer))
    let stopping = false
    let draining = false
    const context: Context = {
      config,
      log,
      clock,
      database,
      databaseUrl,
      replica,
      hub,
      access: openAccess(hub, config.access),
      queues,
      metrics,
      upstreams,
      epochs,
      keys,
      background,
      traces,
      feedWaiters,
      bodyLimits: { ...defaultBodyLimits, wireBytesMax: config.http.bodyBytesMax, decodedBytesMax: config.http.decodedBytesMax },
      refreshStandards,
      refreshPolicy,
      readiness: () => checkReadiness(context),
      stopping: () => stopping,
      draining: () => draining,
      beginDrain: () => {
        draining = true
      },
      beginStop: () => {
        stopping = true
        feedWaiters.stop()
      },
      close,
    }
    return context
  } catch (error) {
    await close()
    throw error
  }
}

async function openTracesIfAsked(config: Config, log: Logger): Promise<Traces | null> {
  const { url, percent } = config.traces
  return url === null ? null : await openTraces({ url, percent, node: config.node, log })
}

const databaseName = 'huijiao'

/** Whether another process of the node has connections to this database now: then it has not just been put back. */
async function othersLive({ pool }: Database, node: string, instance: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    'select 1 from pg_stat_activity where datname = current_database() and starts_with(application_name, $1) and application_name <> $2 limit 1',
    [`huijiao ${node} `, `huijiao ${node} ${instance}`],
  )
  return rowCount === 1
}

/** Well below half of the notice that a change of the standard is given, so that what begins a submission hardly ever has to read. */
const policyRefreshMs = 10_000

async function startOwnPostgres(config: Config, log: Logger): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({
    dataDir: join(config.dataDir, 'postgres'),
    log,
    onProgress: (words) => log.info({ zh: words.zh }, words.en),
  })
  await server.ensureDatabase(databaseName)
  return server
}
