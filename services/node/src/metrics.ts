import { type Hub, countFindings, countHeld, listEpochs, listLinks, type ParkedAge, parkedAges, readLogHead } from '@huijiao/exchange'
import type { Replica } from '@huijiao/database'
import type { Pool } from 'pg'
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { Queues } from './queues.ts'

export interface Metrics {
  readonly registry: Registry
  readonly submissions: Counter<'answer'>
  readonly records: Counter<'outcome'>
  readonly parts: Counter
  readonly bodies: Gauge
  readonly requestSeconds: Histogram<'route' | 'method' | 'status'>
  readonly sequenced: Counter<'kind'>
  readonly deliveries: Counter<'link' | 'result'>
  readonly sweeps: Counter
  /** Figures that are read from the database when they are asked for. */
  readonly logSize: Gauge
  readonly epoch: Gauge
  readonly epochLost: Gauge
  readonly pendingEntries: Gauge
  readonly linkLag: Gauge<'link'>
  readonly linkLagSeconds: Gauge<'link'>
  readonly linkCursor: Gauge<'link'>
  readonly linkPaused: Gauge<'link'>
  readonly linkBroken: Gauge<'link'>
  readonly linkRecoveries: Gauge<'link'>
  readonly linkBatch: Gauge<'link'>
  readonly linkWaiting: Gauge<'link' | 'why'>
  readonly linkAsked: Counter<'link'>
  readonly parked: Gauge<'link'>
  readonly parkedSeconds: Gauge<'link'>
  readonly parkedOlder: Gauge<'link' | 'hours'>
  readonly feedItems: Counter<'kind'>
  readonly feedTaken: Counter<'link' | 'kind'>
  readonly feedWaiting: Gauge
  readonly held: Gauge
  readonly heldSeconds: Gauge
  readonly findings: Gauge<'severity'>
  readonly queueJobs: Gauge<'queue' | 'state'>
  /** Shows how a copy of the database stands, where there is one. */
  watchReplica(replica: Pick<Replica, 'standing' | 'reads'>): void
}

/** One registry a node, so that several nodes in one process (tests) do not mix. No label ever holds a key or a person. */
export function createMetrics(pool: Pool): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'huijiao_' }) // process memory and CPU, event loop lag, garbage collection
  const registers = [registry]
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge<Label>({ name: `huijiao_${name}`, help, labelNames, registers })
  const counter = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter<Label>({ name: `huijiao_${name}`, help, labelNames, registers })
  new Gauge({
    name: 'huijiao_database_connections',
    help: 'Database connections of this process by state',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'total' }, pool.totalCount)
      this.set({ state: 'idle' }, pool.idleCount)
      this.set({ state: 'waited_for' }, pool.waitingCount)
    },
  })
  return {
    registry,
    submissions: counter('submissions_total', 'Submissions answered, by answer', ['answer']),
    records: counter('records_total', 'Records judged, by outcome', ['outcome']),
    parts: counter('parts_total', 'Parts stored and numbered'),
    bodies: gauge('bodies_inside', 'Bodies being received'),
    requestSeconds: new Histogram({
      name: 'huijiao_request_seconds',
      help: 'Time of requests',
      labelNames: ['route', 'method', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    sequenced: counter('log_entries_total', 'Entries numbered by this process, by kind', ['kind']),
    deliveries: counter('delivery_steps_total', 'Steps of a link, by result', ['link', 'result']),
    sweeps: counter('sweeps_total', 'Sweeps run by this process'),
    logSize: gauge('log_size', 'Entries in the log'),
    epoch: gauge('log_epoch', 'Number of the epoch that the log is in; it rises when the node was restored'),
    epochLost: gauge(
      'log_epoch_lost_entries',
      'Entries that were lost before the present epoch began and that no neighbour above gave back',
    ),
    pendingEntries: gauge('log_pending', 'Committed entries that wait for their number'),
    linkLag: gauge('link_lag_entries', 'Entries past the cursor of a link', ['link']),
    linkLagSeconds: gauge('link_lag_seconds', 'Age of the oldest entry that a link has not sent', ['link']),
    linkCursor: gauge('link_cursor', 'Cursor of a link', ['link']),
    linkPaused: gauge('link_paused', '1 when a link is paused', ['link']),
    linkBroken: gauge('link_broken', '1 when the upstream of a link is given up and only asked whether it is there', ['link']),
    linkRecoveries: gauge('link_recoveries', 'How often the upstream of a link came back after it had been given up', ['link']),
    linkBatch: gauge('link_batch_records', 'Most records that the next delivery of a link may hold, as learnt from what came back', [
      'link',
    ]),
    linkWaiting: gauge('link_waiting_seconds', 'Seconds until something may go on a link; only where it waits for its time', [
      'link',
      'why',
    ]),
    linkAsked: counter('link_asked_to_wait_total', 'Answers by which an upstream asked to be left alone for a while', ['link']),
    parkedSeconds: gauge('parked_oldest_seconds', 'Age of the record that has been parked longest on a link; absent when none is', [
      'link',
    ]),
    parkedOlder: gauge('parked_older_records', 'Parked records older than a threshold of the age alarm, in hours', ['link', 'hours']),
    feedItems: counter('feed_items_total', 'Items of the feed that callers were told, by kind; `down`: records with proofs', ['kind']),
    feedTaken: counter('feed_taken_total', 'What came down from an upstream, by kind', ['link', 'kind']),
    feedWaiting: gauge('feed_waiting', 'Callers that wait for the feed'),
    parked: gauge('parked_records', 'Records set aside on a link', ['link']),
    held: gauge('held_records', 'Records that wait for a parent'),
    heldSeconds: gauge('held_oldest_seconds', 'Age of the record that has waited longest for a parent; 0 when none waits'),
    findings: gauge('findings_open', 'Open findings about stored records', ['severity']),
    queueJobs: gauge('queue_jobs', 'Jobs by queue and state', ['queue', 'state']),
    watchReplica: (replica) => {
      new Gauge({
        name: 'huijiao_replica_read',
        help: '1 while the replica of the database is fresh enough to be read',
        registers,
        collect() {
          this.set(replica.standing() === 'copy' ? 1 : 0)
        },
      })
      new Gauge({
        name: 'huijiao_replica_statements',
        help: 'Statements of requests that a replica may answer, by where they were answered',
        labelNames: ['where'],
        registers,
        collect() {
          this.set({ where: 'replica' }, replica.reads.replica)
          this.set({ where: 'primary' }, replica.reads.primary)
        },
      })
    },
  }
}

/** Fills the gauges that tell of the database and the queues. What cannot be read now keeps its last value. */
export async function readGauges(
  metrics: Metrics,
  {
    hub,
    queues,
    feedWaiters,
    config,
  }: {
    readonly hub: Hub
    readonly queues: Pick<Queues, 'depth'>
    readonly feedWaiters: { count(): number }
    readonly config: { readonly jobs: { readonly parkedAlarmHours: readonly number[] } }
  },
): Promise<void> {
  metrics.feedWaiting.set(feedWaiters.count())
  await Promise.allSettled([
    readLogHead(hub.db).then((head) => metrics.logSize.set(head?.size ?? 0)),
    listEpochs(hub.db).then((epochs) => {
      metrics.epoch.set(hub.node.epoch)
      metrics.epochLost.set(Number(epochs.at(-1)?.report['notReturned'] ?? 0))
    }),
    hub.db
      .selectFrom('log_pending')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
      .then((row) => metrics.pendingEntries.set(Number(row.count))),
    countHeld(hub.db).then((held) => {
      metrics.held.set(held.count)
      metrics.heldSeconds.set(held.oldest === null ? 0 : Math.max(0, (hub.clock.now().getTime() - held.oldest.getTime()) / 1000))
    }),
    countFindings(hub.db).then((counts) => {
      for (const [severity, count] of Object.entries(counts)) metrics.findings.set({ severity }, count)
    }),
    listLinks(hub).then((links) => {
      metrics.linkWaiting.reset()
      for (const link of links) {
        const { waiting } = link.pace
        if (waiting !== null && waiting.until !== null)
          metrics.linkWaiting.set(
            { link: link.name, why: waiting.why },
            Math.max(0, (waiting.until.getTime() - hub.clock.now().getTime()) / 1000),
          )
        metrics.linkBroken.set({ link: link.name }, link.pace.brokenSince === null ? 0 : 1)
        metrics.linkRecoveries.set({ link: link.name }, link.pace.recoveries)
        metrics.linkBatch.set({ link: link.name }, link.pace.batchRecords)
        const labels = { link: link.name }
        metrics.linkLag.set(labels, link.lag.entries)
        metrics.linkLagSeconds.set(labels, link.lag.seconds)
        metrics.linkCursor.set(labels, link.cursor)
        metrics.linkPaused.set(labels, link.paused === null ? 0 : 1)
        metrics.parked.set(labels, link.parked)
      }
    }),
    parkedAges(hub.db, hub.clock.now(), config.jobs.parkedAlarmHours).then((ages) => showParkedAges(metrics, ages, hub.clock.now())),
    queues.depth().then((depth) => {
      for (const [queue, states] of Object.entries(depth))
        for (const [state, count] of Object.entries(states)) metrics.queueJobs.set({ queue, state }, count)
    }),
  ])
}

/** How long records have been parked. A link without any shows nothing. */
export function showParkedAges(metrics: Pick<Metrics, 'parkedSeconds' | 'parkedOlder'>, ages: readonly ParkedAge[], now: Date): void {
  metrics.parkedSeconds.reset()
  metrics.parkedOlder.reset()
  for (const { link, oldest, older } of ages) {
    metrics.parkedSeconds.set({ link }, Math.max(0, (now.getTime() - oldest.getTime()) / 1000))
    for (const { hours, records } of older) metrics.parkedOlder.set({ link, hours: String(hours) }, records)
  }
}

/** Adds what a submission's counts tell. */
export function countRecords(metrics: Pick<Metrics, 'records'>, counts: Readonly<Record<string, number>> | null): void {
  for (const [outcome, count] of Object.entries(counts ?? {})) metrics.records.inc({ outcome }, count)
}

/** The counts of a receipt without parsing its records: they stand in its first part, before anything a sender wrote. */
export function countsOf(receipt: Buffer): Record<string, number> | null {
  const match = /"counts":(\{[a-z_":,0-9]*\})/.exec(receipt.subarray(0, 2000).toString('latin1'))
  return match === null ? null : (JSON.parse(match[1] as string) as Record<string, number>)
}
