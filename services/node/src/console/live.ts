import { accountNamesMentioned } from '@huijiao/access'
import { countWaitingWork, flowOf, listLinks, readLogHead, type SenderFacts, sendersOf, type WaitingWork } from '@huijiao/exchange'
import type { Context } from '../context.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
/** What changes slowly is counted so often, and kept in between. */
const slowMs = 15_000
const keyNoticeMs = 14 * dayMs

interface Slow {
  readonly at: number
  readonly senders: readonly SenderFacts[]
  readonly work: WaitingWork & { /** 1 while a new key waits because an upstream does not take it by itself. */ readonly nodeKey: number }
}

/** What the overview shows of a node at this moment. */
export type LiveFacts = Awaited<ReturnType<typeof readFacts>>

async function readFacts(context: Context, slow: Slow) {
  const { hub, clock } = context
  const now = clock.now()
  const [head, pending, links, [minute], readiness] = await Promise.all([
    readLogHead(hub.db),
    hub.db
      .selectFrom('log_pending')
      .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min('instant').as('oldest')])
      .executeTakeFirstOrThrow(),
    listLinks(hub),
    flowOf(hub.db, { from: new Date(now.getTime() - minuteMs + 1), steps: 1, stepSeconds: 60 }),
    context.readiness(),
  ])
  const { name, region, tier, epoch } = hub.node
  const nodes = slow.senders.filter(({ kind }) => kind === 'node')
  const systems = slow.senders.filter(({ kind }) => kind !== 'node')
  const names = await accountNamesMentioned(
    hub.db,
    links.map(({ paused }) => paused),
  )
  const latest = systems.flatMap(({ lastAt }) => (lastAt === null ? [] : [lastAt.getTime()]))
  return {
    at: now.toISOString(),
    node: { name, region, tier, epoch },
    ready: readiness.every((one) => one.ready),
    health: readiness.map(({ name: check, ready, zh, en }) => ({ name: check, ready, zh, en })),
    log: {
      size: head?.size ?? 0,
      signedAt: head?.signedAt.toISOString() ?? null,
      pending: Number(pending.count),
      oldestPending: pending.oldest?.toISOString() ?? null,
    },
    minute: {
      submissions: minute?.submissions ?? 0,
      records: minute?.records ?? 0,
      accepted: minute?.accepted ?? 0,
      refused: minute?.refused ?? 0,
      delivered: minute?.delivered ?? 0,
    },
    above: links.map((link) => ({
      name: link.name,
      upstream: link.upstream,
      state: link.state as string,
      cursor: link.cursor,
      lagEntries: link.lag.entries,
      lagSeconds: Math.round(link.lag.seconds),
      recordsPerMinute: Math.round(link.throughput.recordsPerSecond * 60),
      parked: link.parked,
      skipped: link.skipped,
      lastSuccessAt: link.lastSuccessAt?.toISOString() ?? null,
      error: link.lastError !== null && link.lastError.inARow > 0 ? link.lastError.text : null,
      paused: link.paused === null ? null : { ...link.paused, at: link.paused.at.toISOString() },
    })),
    below: nodes.map((one) => ({
      name: one.nodeName ?? one.participantId,
      title: one.name,
      regions: one.regions,
      lastAt: one.lastAt?.toISOString() ?? null,
      recordsPerMinute: Math.round(one.recent / 5),
    })),
    systems: {
      count: systems.length,
      lastAt: latest.length === 0 ? null : new Date(Math.max(...latest)).toISOString(),
      recordsPerMinute: Math.round(systems.reduce((sum, { recent }) => sum + recent, 0) / 5),
    },
    names,
    work: slow.work,
  }
}

export interface Live {
  /** The facts, at most a second old. Asked by many at once they are read once. */
  now(): Promise<LiveFacts>
}

/** Reads the facts when somebody asks, never by itself: a node that nobody watches does nothing for this. */
export function openLive(context: Context): Live {
  const { hub, clock } = context
  let slow: Slow | null = null
  let facts: { at: number; value: Promise<LiveFacts> } | null = null
  const readSlow = async (at: number): Promise<Slow> => {
    const now = clock.now().getTime()
    const [senders, work, keys] = await Promise.all([
      sendersOf(hub.db, { from: new Date(now - dayMs), recentFrom: new Date(now - 5 * minuteMs) }),
      countWaitingWork(hub.db, new Date(now + keyNoticeMs)),
      context.keys.show(),
    ])
    const stuck = keys.next !== null && keys.upstreams.some(({ state }) => state === 'refused' || state === 'by-hand')
    return { at, senders, work: { ...work, nodeKey: stuck ? 1 : 0 } }
  }
  const read = async (at: number) => {
    if (slow === null || at - slow.at >= slowMs) slow = await readSlow(at)
    return await readFacts(context, slow)
  }
  return {
    now() {
      const at = performance.now()
      if (facts === null || at - facts.at >= 950) {
        const value = read(at)
        facts = { at, value }
        value.catch(() => (facts = null))
      }
      return facts.value
    },
  }
}
