import {
  type Hub,
  type SequencedEntry,
  ensureLinks,
  endReconciles,
  findLinkage,
  inWindow,
  indexRecords,
  noteEntryEntities,
  numberWithStoring,
  requalify,
  resolveHeld,
  sealAccess,
  sweepHeld,
  watchIdentities,
  watchProblemGroups,
  watchSets,
} from '@huijiao/exchange'
import type { Context } from './context.ts'
import { createFeedWork } from './feed-work.ts'
import { type LinkRunner, createLinkRunner } from './jobs/forward.ts'
import { createSequencer, wakesLinks } from './jobs/sequence.ts'
import { createParkedAlarm } from './jobs/parked-age.ts'
import { keepStandards } from './jobs/standards.ts'
import { dueReconciles, runReconcile } from './jobs/reconcile.ts'
import { createStoreWork } from './jobs/store.ts'
import { leftoverMs, removeLeftovers } from './jobs/leftovers.ts'
import { sweep } from './jobs/sweep.ts'
import { createLane, type LaneWork } from './lane.ts'
import { wordsOf } from './epochs/standing.ts'
import { createLoop } from './loop.ts'
import type { JobHandlers } from './queues.ts'
import { createSendReconcile } from './send-reconcile.ts'
import { createSoon, type Soon } from './soon.ts'
import { createStandstill } from './standstill.ts'
import { traceDeliveries, traceSequenced } from './traces/log.ts'
import { answersAtOnce, createTransport } from './transport/index.ts'
import { incomparable } from './transport/scheme.ts'
import { type Wake, listenForWakes } from './wake.ts'

export interface Worker {
  /** Looks at everything once: what a start, or a queue that was emptied, may have left. */
  sweepNow(): Promise<void>
  /** Ends what is under way; nothing is lost by what is left. */
  stop(): Promise<void>
}

/** Accesses are sealed about once a second: one entry a read would flood the log. */
const sealEveryMs = 1000
/** What nobody waits for steps back this long, so that a record on its way up has the database to itself. */
const unhurriedMs = 50
/** Records are judged together when the first rush is over: nobody waits for a doubt. */
const linkageAfterMs = 500
/** Conflicts and duplicates are for people, who look later: many entries are read together. */
const identityAfterMs = 1000
/** The sets by which neighbours compare are asked for once a night: what changes them is read in few, large steps. */
const setsAfterMs = 5000
/** What people search in is brought to date when nobody has sent anything for a moment. */
const searchAfterMs = 1000
/** After so many sweeps in which something did not move, the sweep does not leave it to the queue. */
const patientSweeps = 3
/** The feed from above is read soon after something went up, when answers from further above are likely. */
const feedAfterMs = 2000

/**
 * The background work of a node. What was just committed is numbered and sent from here at once, without a queue in between; the queue
 * keeps retries and slow work, and the sweep finds whatever either of them lost. Every piece may run twice.
 */
export async function startWorker(context: Context): Promise<Worker> {
  const { hub, log, queues, config, metrics, background } = context
  const links = await ensureLinks(
    hub,
    config.upstreams.map((upstream) => ({
      name: upstream.name,
      url: upstream.url,
      upstreamTier: upstream.tier,
      upstreamName: upstream.name,
      sealed: upstream.sealed,
      flow: upstream.flow,
      ...(upstream.entities === null ? {} : { entities: upstream.entities }),
      ...(upstream.rules === null ? {} : { rules: upstream.rules }),
    })),
  )
  // Entries that nothing waits for (a delivery settled, accesses sealed, the feed taken) are numbered together a moment later.
  const sequenceSoon = createSoon(unhurriedMs, () => sequencer.wake())
  const unhurried: Hub = { ...hub, onPending: sequenceSoon.ask }
  const { traces } = context
  const transport = createTransport({
    hub,
    upstreams: context.upstreams,
    timeoutMs: config.jobs.sendTimeoutMs,
    log,
    configured: config.upstreams,
    dataDir: config.dataDir,
  })
  const send = traceDeliveries(traces, async (link, request) => {
    // Over HTTP the claim says so, too; folders and tables are asked nothing.
    const refusal = context.epochs.refusal()
    if (refusal !== null) throw new Error(wordsOf(refusal))
    return await transport.send(link, request)
  })
  /** Links whose upstream may be asked something now. */
  const talking = () => links.filter((link) => answersAtOnce(link) && inWindow(link.flow, hub.clock.now())).map((link) => link.link_no)
  const lane = createLane()
  const feed = createFeedWork(context, unhurried, links, lane, transport.tellSuccessions)
  const parkedAlarm = createParkedAlarm(context)
  const runners = new Map<number, LinkRunner>()
  const feedSoons: Soon[] = []
  for (const link of links) {
    // Many deliveries make one job: adding one costs the database as much as storing a record.
    const feedSoon = createSoon(feedAfterMs / 2, () => {
      queues
        .add('feed', { link: link.link_no }, { delayMs: feedAfterMs / 2 })
        .catch((error: unknown) => log.warn({ err: error, link: link.name }, 'reading the feed could not be queued; the sweep does it'))
    })
    feedSoons.push(feedSoon)
    const parts = {
      hub: unhurried,
      queues,
      send,
      sendAttachment: transport.sendAttachment,
      log,
      metrics,
      retryMs: config.jobs.linkRetryMs,
      retryMaxMs: config.jobs.linkRetryMaxMs,
      pollMs: config.jobs.linkPollMs,
      onDelivered: feedSoon.ask,
    }
    runners.set(link.link_no, createLinkRunner({ linkNo: link.link_no, name: link.name, flow: link.flow }, parts))
  }

  const held = createLoop(
    () => resolveHeld(hub),
    (error) => log.error({ err: error }, 'resolving held records failed; the sweep tries again'),
  )
  const policy = createLoop(
    () => requalify(hub),
    (error) => log.error({ err: error }, 'judging skips anew failed; the sweep tries again'),
  )
  const seal = createLoop(
    async () => (await sealAccess(unhurried)) >= 1000,
    (error) => log.error({ err: error }, 'sealing accesses failed; the sweep tries again'),
  )
  const sealSoon = createSoon(sealEveryMs, seal.wake)
  const heldSoon = createSoon(unhurriedMs, held.wake)
  // What nobody waits for takes turns in one lane, so that together they leave the processors and the database to those who send.
  const failed = (what: string) => (error: unknown) => log.error({ err: error }, `${what} failed; the sweep tries again`)
  const readers: LaneWork[] = [
    lane.add({ afterMs: linkageAfterMs, step: (pace) => findLinkage(hub, pace), onError: failed('judging records together') }),
    lane.add({
      afterMs: identityAfterMs,
      step: (pace) => watchIdentities(unhurried, pace),
      onError: failed('looking for conflicts and duplicates'),
    }),
    lane.add({ afterMs: searchAfterMs, step: (pace) => indexRecords(hub, pace), onError: failed('bringing the search to date') }),
    lane.add({ afterMs: searchAfterMs, step: () => noteEntryEntities(hub), onError: failed('noting the tables of entries') }),
    lane.add({ afterMs: searchAfterMs, step: () => watchProblemGroups(hub), onError: failed('counting problems by kind') }),
  ]
  const sets = lane.add({ afterMs: setsAfterMs, step: () => watchSets(hub), onError: failed('keeping the sets for comparing') })

  const standards = keepStandards(unhurried, log)

  const onEntries = (entries: readonly SequencedEntry[]) => {
    feed.grown()
    traceSequenced(traces, hub.db, log, entries)
    for (const entry of entries) metrics.sequenced.inc({ kind: entry.kind })
    metrics.parts.inc(entries.filter((entry) => entry.kind === 'part').length)
    if (entries.some((entry) => entry.kind === 'standard')) standards.wake()
    if (entries.some((entry) => entry.kind === 'part')) standards.recordsStored()
    // What waited for the old number may go on.
    if (entries.some((entry) => entry.kind === 'succession')) {
      feed.numbersChanged()
      queues
        .add('held', {})
        .catch((error: unknown) => log.warn({ err: error }, 'held records could not be queued; the sweep looks at them'))
    }
    if (entries.some((entry) => entry.kind === 'policy')) {
      context.refreshPolicy()
      policy.wake()
    }
    if (entries.some((entry) => entry.kind === 'part' || entry.kind === 'delivery')) {
      lane.moved()
      sets.ask()
    }
    if (!wakesLinks(entries)) return
    for (const runner of runners.values()) runner.wake()
    heldSoon.ask()
    for (const reader of readers) reader.ask()
  }
  const sequencer = createSequencer(hub, context, log, onEntries)
  // A record that comes alone is numbered by the transaction that stores it, and goes up from here. Where nothing goes up, whoever sent it is answered sooner.
  if (links.length > 0)
    numberWithStoring(hub, {
      may: () => context.epochs.refusal() === null,
      numbered: (entries) => {
        context.epochs.sequenced()
        onEntries(entries)
      },
    })

  const storing = createStoreWork(context)
  // A queue may lose a job, or keep as taken one whose process is gone: BullMQ frees such a job by the clock of whoever looked last, and a clock that was a day
  // ahead makes that a day. What stands still for several sweeps is done here; another process that is at it is not disturbed.
  const standstill = createStandstill(patientSweeps * config.jobs.sweepMs)
  const spoolStandstill = createStandstill(leftoverMs)

  const startedAt = performance.now()
  const spokenAt = new Map<number, number>()
  const speak = async (linkNo: number): Promise<void> => {
    spokenAt.set(linkNo, performance.now())
    const link = links.find((one) => one.link_no === linkNo)
    // The upstream hears of this node twice a minute, whether there is something to take or not; and what it lost goes up again.
    if (link !== undefined) {
      if ((await context.epochs.contact(link.name)) > 0) runners.get(linkNo)?.wakeNow()
      await context.keys.tell(link.name, context.epochs.unknownAt(link.name))
      if (inWindow(link.flow, hub.clock.now()) && (await transport.heal(link)) > 0) runners.get(linkNo)?.wakeNow()
    }
    if (talking().includes(linkNo)) await feed.takeAll(linkNo)
  }

  // What waited while somebody else held the node's name goes on at once.
  context.epochs.whenOver(() => {
    sequencer.wake()
    for (const link of links) {
      speak(link.link_no)
        .catch((error: unknown) => log.warn({ err: error, link: link.name }, 'the level above was not reached; the next sweep tries again'))
        .finally(() => runners.get(link.link_no)?.wakeNow())
    }
    runSweep().catch((error: unknown) => log.error({ err: error }, 'the sweep failed; the next one follows'))
  })

  let heldSwept = 0
  const sweepHeldRecords = async (): Promise<void> => {
    const decided = await sweepHeld(hub)
    heldSwept += 1
    if (decided > 0) log.info({ decided }, 'held records were decided')
  }

  let lastSweep = 0
  const runSweep = async (): Promise<void> => {
    lastSweep = performance.now()
    metrics.sweeps.inc()
    policy.wake()
    held.wake()
    for (const reader of readers) reader.wake()
    sets.wake()
    standards.wake()
    feed.wake()
    await parkedAlarm.look()
    await sweep(context, {
      wakeSequencer: sequencer.wake,
      wakeSeal: seal.wake,
      wakeLink: (linkNo) => runners.get(linkNo)?.wake(),
      links: [...runners.keys()],
      feedLate: (linkNo) => performance.now() - (spokenAt.get(linkNo) ?? startedAt) > patientSweeps * config.jobs.sweepMs,
      feedNow: (linkNo) =>
        void speak(linkNo).catch((error: unknown) =>
          log.warn({ err: error, link: linkNo }, 'the level above was not reached; the next sweep tries again'),
        ),
      storeLate: (submissionNo, storedRecords) => standstill.still(`submission-${submissionNo}`, String(storedRecords)),
      storeNow: (submissionNo) => {
        log.warn({ submissionNo }, 'the queue does not go on with a submission; this process does')
        storing.now(submissionNo)
      },
      removeLeftovers: () => removeLeftovers(hub, log, spoolStandstill),
    })
    if (standstill.still('held', String(heldSwept))) await sweepHeldRecords()
    const indirect = links.filter((link) => !answersAtOnce(link)).map((link) => link.link_no)
    if ((await endReconciles(hub, indirect, wordsOf(incomparable))) > 0)
      log.warn({ links: indirect }, 'a comparison was ended: the link does not go over HTTP any more')
    for (const link of await dueReconciles(hub, talking(), config.jobs.reconcileAt)) {
      const failed = (error: unknown) =>
        log.warn({ err: error, link }, 'a comparison was not queued, or did not end; the next sweep tries again')
      if (standstill.still(`reconcile-${link}`, String(compared.get(link)))) void compare(link).catch(failed)
      else queues.add('reconcile', { link }).catch(failed)
    }
  }

  const reconcile = {
    hub,
    send: createSendReconcile({ hub, upstreams: context.upstreams, timeoutMs: config.jobs.sendTimeoutMs }),
    log,
    wakeLink: (linkNo: number) => runners.get(linkNo)?.wakeNow(),
    stopping: context.stopping,
  }
  /** How often each link was compared by this process; a link that is being compared counts up when that has ended. */
  const compared = new Map<number, number>()
  const comparing = new Set<number>()
  const compare = async (link: number): Promise<void> => {
    if (comparing.has(link) || !talking().includes(link)) return
    comparing.add(link)
    try {
      await runReconcile(reconcile, link)
    } finally {
      comparing.delete(link)
      compared.set(link, (compared.get(link) ?? 0) + 1)
    }
  }
  const handlers: JobHandlers = {
    reconcile: ({ link }) => compare(link),
    forward: async ({ link }) => {
      if ((await runners.get(link)?.runQueued()) === 'outage') throw new Error('the upstream gave no judgement; the queue tries again')
    },
    feed: ({ link }) => speak(link),
    submission: ({ submissionNo }) => storing.inTurn(submissionNo),
    sequence: async () => sequencer.wake(),
    held: sweepHeldRecords,
    'access-seal': async () => seal.wake(),
    sweep: runSweep,
  }
  const handle = (wake: Wake) => {
    if (wake.kind === 'pending') sequencer.wake()
    else if (wake.kind === 'access') sealSoon.ask()
    else if (wake.kind === 'link') runners.get(wake.linkNo)?.wakeNow()
    else storing.now(wake.submissionNo)
  }

  background.attach(handle, sequencer.failingForMs)
  const listener = listenForWakes(context.databaseUrl, log, handle)
  const workers = queues.startWorkers(handlers)
  // The schedule lives in the queue, one sweep for the whole node; this timer puts it back when the queue was emptied, and sweeps itself
  // when nobody else seems to, so that a queue that is away does not take the safety net with it.
  const schedule = () =>
    queues
      .scheduleSweep(config.jobs.sweepMs)
      .catch((error: unknown) => log.warn({ err: error }, 'the sweep could not be scheduled; this process sweeps by itself'))
  const watchdog = setInterval(() => {
    void schedule()
    if (performance.now() - lastSweep > 2 * config.jobs.sweepMs)
      runSweep().catch((error: unknown) => log.error({ err: error }, 'the sweep failed'))
  }, config.jobs.sweepMs)
  await schedule()
  await runSweep().catch((error: unknown) => log.error({ err: error }, 'the first sweep failed; the next one follows'))

  return {
    sweepNow: runSweep,
    stop: async () => {
      clearInterval(watchdog)
      numberWithStoring(hub, null)
      for (const timer of [sealSoon, heldSoon, sequenceSoon, ...feedSoons]) timer.cancel()
      background.detach()
      await Promise.all([listener.stop(), feed.stop(), workers.stop()])
      await Promise.all([...runners.values()].map((runner) => runner.stop()))
      await transport.close()
      await Promise.all([storing.stop(), held.stop(), lane.stop(), policy.stop(), seal.stop(), standards.stop()])
      sequencer.wake() // what settled meanwhile
      await sequencer.stop()
    },
  }
}
