import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  askUpstream,
  beginEpoch,
  claimHeaders,
  type Contacted,
  contactUpstream,
  decideStart,
  endHealing,
  endRefusal,
  type EpochReason,
  epochOf,
  findNeighbour,
  headOfNote,
  healingEpoch,
  holdAgainst,
  isOwnCheckpoint,
  judgeClaim,
  judgeSeen,
  type KnownHead,
  ownLog,
  readClaim,
  readLogHead,
  readRefusal,
  refreshEpoch,
  sequencedHead,
  openForks,
  raiseCounters,
  reopenDeliveries,
  type Returned,
  takeReturns,
} from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import type { Upstream } from '../upstreams.ts'
import { returnsOf, unknownAbove } from './ask-upstream.ts'
import { callerOf } from './call-upstream.ts'
import type { Epochs, EpochsParts } from './contract.ts'
import { type HighWater, openHighWater } from './high-water.ts'
import { createRefused } from './refused.ts'
import { localStanding, noteKept, type Refusal, refusalOf, wordsOf } from './standing.ts'

export type { Epochs, EpochsParts } from './contract.ts'

interface UpstreamState {
  confirmed: boolean
  /** The upstream's last checkpoint that was seen. */
  seen: string | null
  calling: Promise<boolean> | null
  /** Until when requests go up without saying anything of epochs: the upstream is of an older release, or refuses the key and says so better itself. */
  plainUntil: number
  /** It refused the key at the last call. */
  unknown: boolean
  why: string
}

const startPatienceMs = 5000
/** A node that is refused asks again at least so often. */
const askMaxMs = 30_000
/** So soon the other processes of a node know that it is refused; none of them numbers the log meanwhile, for that is asked of the database. */
const shareMs = 2000
const plainMs = 30_000
/** `huijiao restore` leaves this in the data directory. */
export const restoredMarker = 'restored.json'

export function createEpochs(parts: EpochsParts): Epochs {
  const { config, log } = parts
  let ownSize = 0
  let waiting = false
  const highWater: HighWater = openHighWater(join(config.dataDir, 'high-water'), () => noteKept(parts.hub()))
  // Folders and front tables hear and say nothing of epochs.
  const upstreams = config.upstreams.filter((upstream) => /^https?:/.test(upstream.url))
  const states = new Map(
    upstreams.map((upstream) => [
      upstream.name,
      { confirmed: false, seen: null, calling: null, plainUntil: 0, unknown: false, why: 'it was not called yet' } as UpstreamState,
    ]),
  )

  const markNow = async (): Promise<void> => {
    const hub = parts.hub()
    const head = await readLogHead(hub.db)
    if (head === null) return
    ownSize = Math.max(ownSize, head.size)
    await highWater.durable({ epoch: epochOf(hub.node), size: head.size, root: head.root })
  }

  const call = async (name: string, timeoutMs: number, how = contactUpstream): Promise<Contacted> => {
    const hub = parts.hub()
    const upstream = upstreams.find((one) => one.name === name)
    if (upstream === undefined) throw new Error(`there is no upstream ${name}`)
    const seen = (await findNeighbour(hub.db, 'above', name))?.note ?? null
    return await how(hub, callerOf(hub, upstream, parts.upstreams, { timeoutMs, seen }))
  }
  const callAll = (how = contactUpstream) =>
    Promise.all([...states.keys()].map(async (name) => [name, await call(name, startPatienceMs, how)] as const))
  /** Takes note of how a call ended. @returns whether requests may go up */
  const settle = async (name: string, contacted: Contacted): Promise<boolean> => {
    const state = states.get(name) as UpstreamState
    const { standing, strange, status } = contacted
    if (strange !== null) {
      state.confirmed = false
      state.why = `the upstream ${name} is not the one that was known: ${strange}`
      log.error({ upstream: name, alarm: 'upstream-strange' }, `${state.why}; nothing is sent until its operator has looked`)
      return false
    }
    state.confirmed = standing.kind === 'confirmed' || standing.kind === 'unseen'
    if (!state.confirmed) state.why = standing.kind === 'unreachable' ? 'it cannot be reached' : 'it does not confirm this node'
    state.unknown = status === 401
    if (status === 401 || status === 403 || status === 404) state.plainUntil = performance.now() + plainMs
    state.seen = (await findNeighbour(parts.hub().db, 'above', name))?.note ?? null
    return state.confirmed
  }
  /** What an upstream lost when it was restored is made ready to go up again. @returns how many deliveries */
  const heal = async (name: string): Promise<number> => {
    const hub = parts.hub()
    const upstream = upstreams.find((one) => one.name === name)
    const forks = upstream === undefined ? [] : await openForks(hub, name)
    let opened = 0
    for (const fork of forks) {
      log.warn({ upstream: name, fork }, 'the upstream has begun a new epoch; what it has lost goes up again')
      const ask = unknownAbove(hub, upstream as Upstream, config.jobs.sendTimeoutMs)
      opened += await reopenDeliveries(hub, name, fork, ask)
    }
    return opened
  }
  const raiseNumbers = async (marks: ReadonlyMap<string, number>): Promise<void> => {
    const counters = await raiseCounters(parts.hub(), marks)
    if (counters > 0) log.warn({ counters }, 'numbers had been given that the database does not know; they are not given again')
  }
  /** Begins an epoch and has the upstreams confirm it. */
  const begin = async (
    reason: EpochReason,
    known: readonly KnownHead[],
    { actor = 'node', ownDirectory = false }: { readonly actor?: string; readonly ownDirectory?: boolean } = {},
  ): Promise<void> => {
    // A directory that is ahead of the database was here all the time: it knows every number that was given.
    const marks = ownDirectory ? await parts.numbers.read() : null
    await beginEpoch(parts.hub(), { reason, known, actor, numbersKept: marks !== null })
    if (marks !== null) await raiseNumbers(marks)
    waiting = true
    await markNow()
    for (const name of states.keys()) await settle(name, await call(name, startPatienceMs))
    // Where nobody is above, nobody has anything to hand back, and nobody's call would end the waiting.
    if (upstreams.length === 0) await fetchOnce()
  }

  /** Everything that says whether this is the node to go on with, as at a start. */
  const consider = async ({ restored, asked }: { restored: boolean; asked: boolean }) => {
    const hub = parts.hub()
    const own = await ownLog(hub)
    ownSize = own.size
    const mark = await highWater.read()
    const local = await localStanding(hub, own, mark, parts.othersLive)
    const decide = (all: Awaited<ReturnType<typeof callAll>>) =>
      decideStart({ local, upstreams: all.map(([, one]) => one.standing), restored, asked })
    // Of several upstreams none is told before all were asked.
    let called = await callAll(states.size > 1 ? askUpstream : contactUpstream)
    if (states.size > 1 && decide(called).kind !== 'refuse') called = await callAll()
    const decision = decide(called)
    const seen = called.flatMap(([, one]) => (one.seen === null ? [] : [one.seen]))
    return { decision, called, local, known: [...(mark === null ? [] : [{ ...mark, by: 'high-water' }]), ...seen] }
  }
  /** Those that have refused this node since it may not sign: what the others say does not answer the question. */
  const refusers = new Set<string>()
  const refuse = (why: 'claimed' | 'ended', by: string): Refusal => {
    refusers.add(by)
    return refused.begin(why, by)
  }
  /** Asks again while it is refused. @param by an operator who says that this is the one to go on with @returns whether it may */
  const askOnce = async (by: { readonly actor: string } | null): Promise<boolean> => {
    const hub = parts.hub()
    const open = refused.now()
    if (open === null) return by === null
    const { decision, called, known } = await consider({ restored: false, asked: by !== null })
    refusers.add(open.by)
    if (called.some(([name, one]) => refusers.has(name) && one.standing.kind === 'unreachable')) {
      if (by === null) return false
      const words = [...refusers].join(', ')
      throw new Problem('not-ready', {
        zh: `上级 ${words} 现在无法联系，无从得知另一处到了哪个纪元；稍后再试`,
        en: `${words} cannot be asked now, and so the epoch of the other one is not known; try again later`,
      })
    }
    if (decision.kind === 'refuse') {
      refuse(decision.why, decision.by)
      return false
    }
    if (decision.kind === 'begin') await begin(decision.reason, known, by === null ? {} : by)
    else {
      for (const [name, contacted] of called) await settle(name, contacted)
      await endRefusal(hub, 'accepted-again')
    }
    refusers.clear()
    refused.over()
    return true
  }
  let asking: Promise<unknown> = Promise.resolve()
  const askAgain = (by: Parameters<typeof askOnce>[0]): Promise<boolean> => {
    const asked = asking.then(() => askOnce(by))
    asking = asked.catch(() => undefined)
    return asked
  }
  const listeners: (() => void)[] = []
  const refused = createRefused({
    hub: parts.hub,
    log,
    retryMs: config.jobs.linkRetryMs,
    retryMaxMs: Math.max(config.jobs.linkRetryMs, Math.min(config.jobs.linkRetryMaxMs, askMaxMs)),
    ask: () => askAgain(null),
    onOver: () => {
      // It may be another process that has begun the epoch in which the node goes on.
      void refreshEpoch(parts.hub())
        .then((changed) => {
          if (changed) for (const state of states.values()) state.confirmed = false
        })
        .catch((error: unknown) => log.warn({ err: error }, 'the epoch could not be read again; it is when the log is numbered'))
        .then(() => {
          for (const listener of listeners) listener()
        })
    },
  })

  const contact = async (name: string): Promise<boolean> => {
    if (refused.now() !== null) return false
    const contacted = await call(name, config.jobs.sendTimeoutMs)
    const { standing } = contacted
    if ('by' in standing) {
      // It was confirmed here by the data directory alone, or somebody else has taken the name while it ran.
      const decision = decideStart({ local: 'confirmed', upstreams: [standing], restored: false, asked: false })
      if (decision.kind === 'refuse') {
        refuse(decision.why, decision.by)
        return false
      }
      if (decision.kind === 'begin') await begin(decision.reason, contacted.seen === null ? [] : [contacted.seen])
      return states.get(name)?.confirmed === true
    }
    return await settle(name, contacted)
  }
  const contactOnce = (name: string): Promise<boolean> => {
    const state = states.get(name)
    if (state === undefined) return Promise.resolve(false)
    state.calling ??= contact(name).finally(() => {
      state.calling = null
    })
    return state.calling
  }

  const readWaiting = async (): Promise<void> => {
    waiting = (await healingEpoch(parts.hub())) !== null
  }
  let timer: NodeJS.Timeout | undefined
  let fetching: Promise<void> | null = null
  const fetchBack = async (): Promise<void> => {
    const hub = parts.hub()
    const epoch = await healingEpoch(hub)
    waiting = epoch !== null
    if (epoch === null) return
    const returned: Returned[] = []
    for (const upstream of upstreams) {
      if (states.get(upstream.name)?.confirmed !== true && !(await contactOnce(upstream.name))) return
      returned.push(await takeReturns(hub, epoch, returnsOf(hub, upstream, config.jobs.sendTimeoutMs)))
    }
    const report = await endHealing(hub, epoch, 'done', returned)
    log.warn({ epoch: epoch.number, ...report }, 'what the neighbours above hold has come back')
    waiting = false
  }

  const fetchOnce = (): Promise<void> => {
    if (!waiting) return Promise.resolve()
    fetching ??= fetchBack().finally(() => {
      fetching = null
    })
    return fetching
  }

  return {
    refusal: refused.now,
    whenOver: (listener) => void listeners.push(listener),
    takeOver: (actor) => askAgain({ actor }),
    healing: () => waiting,
    goOn: async (actor) => {
      const hub = parts.hub()
      const epoch = await healingEpoch(hub)
      if (epoch !== null) await endHealing(hub, epoch, 'left', [], actor)
      waiting = false
      return epoch !== null
    },
    start: async ({ asked }) => {
      await readWaiting()
      if (upstreams.length === 0) await fetchOnce()
      const restored = (await readdir(config.dataDir).catch((): string[] => [])).includes(restoredMarker)
      const { decision, called, known, local } = await consider({ restored, asked })
      if (decision.kind === 'refuse') {
        const refusal = refusalOf(parts.hub().node.name, decision.why, decision.by)
        log.error({ upstream: decision.by, alarm: `epoch-${decision.why}` }, refusal.en)
        throw new Error(wordsOf(refusal))
      }
      if (decision.kind === 'begin') {
        await begin(decision.reason, known, { ownDirectory: local === 'more' })
        await rm(join(config.dataDir, restoredMarker), { force: true })
      } else {
        for (const [name, contacted] of called) await settle(name, contacted)
        await markNow()
        // It was refused when it ran last, and ended before that was settled.
        const left = await readRefusal(parts.hub().db)
        if (left !== null && called.every(([, one]) => one.standing.kind !== 'unreachable')) await endRefusal(parts.hub(), 'accepted-again')
        else if (left !== null) {
          refusers.add(left.by)
          refused.begin(left.why, left.by, left.since)
        }
      }
      const marks = await parts.numbers.read()
      if (marks !== null && decision.kind !== 'begin') await raiseNumbers(marks)
      await parts.numbers.begin(!(await parts.othersLive()))
      // Another process may be refused or be taken again, fetch what is waited for, or an operator go on without it.
      timer = setInterval(() => {
        refused.share().catch(() => undefined)
        if (waiting) readWaiting().catch(() => undefined)
      }, shareMs).unref()
    },
    contact: async (name) => {
      const opened = (await contactOnce(name)) ? await heal(name) : 0
      // Whatever keeps it back, the link and the feed go on; it is tried again at the next call.
      await fetchOnce().catch((error: unknown) => log.error({ err: error, upstream: name }, 'fetching back what the upstreams hold failed'))
      return opened
    },
    claim: async (url) => {
      const upstream = upstreams.find((one) => url.startsWith(`${one.url}/`))
      if (upstream === undefined) return {}
      const refusal = refused.now()
      if (refusal !== null) throw new Error(wordsOf(refusal))
      const state = states.get(upstream.name) as UpstreamState
      if (!state.confirmed) {
        if (performance.now() < state.plainUntil) return {}
        const confirmed = await contactOnce(upstream.name)
        if (!confirmed && performance.now() < state.plainUntil) return {}
        const now = refused.now()
        if (!confirmed) throw new Error(`${upstream.name}: ${now === null ? state.why : wordsOf(now)}`)
        if ((await heal(upstream.name)) > 0) throw new Error(`${upstream.name} was restored: what it lost goes up first`)
      }
      return claimHeaders({ epoch: epochOf(parts.hub().node), seen: state.seen })
    },
    doubt: (url) => {
      const upstream = upstreams.find((one) => url.startsWith(`${one.url}/`))
      const state = upstream === undefined ? undefined : states.get(upstream.name)
      if (state !== undefined) state.confirmed = false
    },
    judge: async (caller, headers, contact = false) => {
      const claim = readClaim(headers)
      if (claim === null) return
      const hub = parts.hub()
      const judged = () =>
        contact
          ? judgeSeen(claim.seen, { own: epochOf(hub.node), ownSize })
          : judgeClaim(claim, { sender: caller.nodeEpoch ?? null, own: epochOf(hub.node), ownSize })
      if (claim.seen === null || judged() !== 'behind') return void judged()
      const head = await readLogHead(hub.db)
      ownSize = Math.max(ownSize, head?.size ?? 0)
      await refreshEpoch(hub)
      if (judged() !== 'behind') return
      // What a lower node shows is taken for true only when this node has signed it.
      const seen = headOfNote(claim.seen)
      if (seen === null || !(await isOwnCheckpoint(hub, claim.seen))) return
      const standing = await holdAgainst(await ownLog(hub), seen)
      if (standing === 'part') return
      if (refused.now() !== null) throw new Problem('not-ready', refused.now() as Refusal)
      log.error(
        { by: caller.nodeName, seen: { epoch: seen.epoch, size: seen.size } },
        'a lower node has seen more of this log than there is',
      )
      await begin('shortfall', [{ epoch: seen.epoch, size: seen.size, by: caller.nodeName ?? caller.participantId }])
      throw new Problem('not-ready', { zh: '本节点刚进入新纪元', en: 'This node has just begun a new epoch' })
    },
    unknownAt: (name) => states.get(name)?.unknown === true,
    sequenced: () => {
      const head = sequencedHead(parts.hub())
      if (head === null) return
      ownSize = Math.max(ownSize, head.size)
      highWater.note({ epoch: { number: parts.hub().node.epoch, id: head.epochId }, size: head.size, root: head.root })
    },
    changed: async (kind) => {
      const hub = parts.hub()
      if (await refreshEpoch(hub)) {
        for (const state of states.values()) state.confirmed = false
        return
      }
      if (kind === 'epoch') return
      const last = sequencedHead(hub)
      ownSize = 0
      await begin(
        'shortfall',
        last === null ? [] : [{ epoch: { number: hub.node.epoch, id: last.epochId }, size: last.size, by: 'high-water' }],
        { ownDirectory: true },
      )
    },
    mayShow: async ({ size, root, note }) => {
      const epoch = headOfNote(note)?.epoch
      if (epoch !== undefined) await highWater.durable({ epoch, size, root })
    },
    close: async () => {
      const hub = parts.hub()
      const goodbyes = upstreams
        .filter((upstream) => states.get(upstream.name)?.confirmed === true)
        .map((upstream) =>
          contactUpstream(hub, callerOf(hub, upstream, parts.upstreams, { timeoutMs: 1000, seen: null }), { leaving: true }).catch(
            () => undefined,
          ),
        )
      clearInterval(timer)
      refused.stop()
      await Promise.all(goodbyes)
      await highWater.close()
    },
  }
}
