import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  beginEpoch,
  claimHeaders,
  decideStart,
  endRefusal,
  type EpochReason,
  epochOf,
  headOfNote,
  holdAgainst,
  isOwnCheckpoint,
  judgeClaim,
  judgeSeen,
  type KnownHead,
  ownLog,
  raiseCounters,
  readClaim,
  readLogHead,
  readRefusal,
  refreshEpoch,
  sameEpoch,
  sequencedHead,
} from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import { createAskAgain } from './ask-again.ts'
import { consider, startPatienceMs } from './consider.ts'
import type { Epochs, EpochsParts } from './contract.ts'
import { createFetchBack } from './fetch-back.ts'
import { type HighWater, openHighWater } from './high-water.ts'
import { createRefused, type Refused } from './refused.ts'
import { noteKept, type Refusal, refusalOf, wordsOf } from './standing.ts'
import { upstreamStates } from './upstream-states.ts'

export type { Epochs, EpochsParts } from './contract.ts'

/** A node that is refused asks again at least so often. */
const askMaxMs = 30_000
/** So soon the other processes of a node know that it is refused; none of them numbers the log meanwhile, for that is asked of the database. */
const shareMs = 2000
/** `huijiao restore` leaves this in the data directory. */
export const restoredMarker = 'restored.json'

export function createEpochs(parts: EpochsParts): Epochs {
  const { config, log } = parts
  let ownSize = 0
  const highWater: HighWater = openHighWater(join(config.dataDir, 'high-water'), () => noteKept(parts.hub()))
  const upstreams = upstreamStates(parts)

  const markNow = async (): Promise<void> => {
    const hub = parts.hub()
    const head = await readLogHead(hub.db)
    if (head === null) return
    ownSize = Math.max(ownSize, head.size)
    await highWater.durable({ epoch: epochOf(hub.node), size: head.size, root: head.root })
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
    back.begin()
    await markNow()
    for (const { name } of upstreams.list) await upstreams.settle(name, await upstreams.call(name, startPatienceMs))
    // Where nobody is above, nobody has anything to hand back, and nobody's call would end the waiting.
    if (upstreams.list.length === 0) await back.once()
  }

  const considerNow = async (options: { readonly restored: boolean; readonly asked: boolean }) => {
    const own = await ownLog(parts.hub())
    ownSize = own.size
    return await consider(parts, upstreams, highWater, own, options)
  }
  const again = createAskAgain({
    hub: parts.hub,
    upstreams,
    refused: () => refused,
    consider: considerNow,
    begin: (reason, known, by) => begin(reason, known, by ?? {}),
  })
  const listeners: (() => void)[] = []
  const refused: Refused = createRefused({
    hub: parts.hub,
    log,
    retryMs: config.jobs.linkRetryMs,
    retryMaxMs: Math.max(config.jobs.linkRetryMs, Math.min(config.jobs.linkRetryMaxMs, askMaxMs)),
    ask: () => again.ask(null),
    onOver: () => {
      // It may be another process that has begun the epoch in which the node goes on.
      void refreshEpoch(parts.hub())
        .then((changed) => {
          if (changed) upstreams.doubtAll()
        })
        .catch((error: unknown) => log.warn({ err: error }, 'the epoch could not be read again; it is when the log is numbered'))
        .then(() => {
          for (const listener of listeners) listener()
        })
    },
  })

  const contact = async (name: string): Promise<boolean> => {
    if (refused.now() !== null) return false
    const called = epochOf(parts.hub().node)
    const contacted = await upstreams.call(name, config.jobs.sendTimeoutMs)
    // What was answered to an epoch that this node has left meanwhile says nothing of the one it is in.
    if (!sameEpoch(called, epochOf(parts.hub().node))) return false
    const { standing } = contacted
    if ('by' in standing) {
      // It was confirmed here by the data directory alone, or somebody else has taken the name while it ran.
      const decision = decideStart({ local: 'confirmed', upstreams: [standing], restored: false, asked: false })
      if (decision.kind === 'refuse') {
        again.refuse(decision.why, decision.by)
        return false
      }
      if (decision.kind === 'begin') await begin(decision.reason, contacted.seen === null ? [] : [contacted.seen])
      return upstreams.get(name)?.confirmed === true
    }
    return await upstreams.settle(name, contacted)
  }
  const contactOnce = (name: string): Promise<boolean> => {
    const state = upstreams.get(name)
    if (state === undefined) return Promise.resolve(false)
    state.calling ??= contact(name).finally(() => {
      state.calling = null
    })
    return state.calling
  }
  const back = createFetchBack(parts, upstreams, contactOnce)
  let timer: NodeJS.Timeout | undefined

  return {
    refusal: refused.now,
    whenOver: (listener) => void listeners.push(listener),
    takeOver: (actor) => again.ask({ actor }),
    healing: back.waiting,
    goOn: back.leave,
    start: async ({ asked }) => {
      await back.readWaiting()
      if (upstreams.list.length === 0) await back.once()
      const restored = (await readdir(config.dataDir).catch((): string[] => [])).includes(restoredMarker)
      const { decision, called, known, local } = await considerNow({ restored, asked })
      if (decision.kind === 'refuse') {
        const refusal = refusalOf(parts.hub().node.name, decision.why, decision.by)
        log.error({ upstream: decision.by, alarm: `epoch-${decision.why}` }, refusal.en)
        throw new Error(wordsOf(refusal))
      }
      if (decision.kind === 'begin') {
        await begin(decision.reason, known, { ownDirectory: local === 'more' })
        await rm(join(config.dataDir, restoredMarker), { force: true })
      } else {
        for (const [name, contacted] of called) await upstreams.settle(name, contacted)
        await markNow()
        // It was refused when it ran last, and ended before that was settled.
        const left = await readRefusal(parts.hub().db)
        if (left !== null && called.every(([, one]) => one.standing.kind !== 'unreachable')) await endRefusal(parts.hub(), 'accepted-again')
        else if (left !== null) again.refuse(left.why, left.by, left.since)
      }
      const marks = await parts.numbers.read()
      if (marks !== null && decision.kind !== 'begin') await raiseNumbers(marks)
      await parts.numbers.begin(!(await parts.othersLive()))
      // Another process may be refused or be taken again, fetch what is waited for, or an operator go on without it.
      timer = setInterval(() => {
        refused.share().catch(() => undefined)
        if (back.waiting()) back.readWaiting().catch(() => undefined)
      }, shareMs).unref()
    },
    contact: async (name) => {
      const opened = (await contactOnce(name)) ? await upstreams.heal(name) : 0
      // Whatever keeps it back, the link and the feed go on; it is tried again at the next call.
      await back.once().catch((error: unknown) => log.error({ err: error, upstream: name }, 'fetching back what the upstreams hold failed'))
      return opened
    },
    claim: async (url) => {
      const found = upstreams.at(url)
      if (found === undefined) return {}
      const { upstream, state } = found
      const refusal = refused.now()
      if (refusal !== null) throw new Error(wordsOf(refusal))
      if (!state.confirmed) {
        if (performance.now() < state.plainUntil) return {}
        const confirmed = await contactOnce(upstream.name)
        if (!confirmed && performance.now() < state.plainUntil) return {}
        const now = refused.now()
        if (!confirmed) throw new Error(`${upstream.name}: ${now === null ? state.why : wordsOf(now)}`)
        if ((await upstreams.heal(upstream.name)) > 0) throw new Error(`${upstream.name} was restored: what it lost goes up first`)
      }
      return claimHeaders({ epoch: epochOf(parts.hub().node), seen: state.seen })
    },
    doubt: (url) => {
      const found = upstreams.at(url)
      if (found !== undefined) found.state.confirmed = false
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
    unknownAt: (name) => upstreams.get(name)?.unknown === true,
    sequenced: () => {
      const head = sequencedHead(parts.hub())
      if (head === null) return
      ownSize = Math.max(ownSize, head.size)
      highWater.note({ epoch: { number: parts.hub().node.epoch, id: head.epochId }, size: head.size, root: head.root })
    },
    changed: async (kind) => {
      const hub = parts.hub()
      if (await refreshEpoch(hub)) {
        upstreams.doubtAll()
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
      clearInterval(timer)
      refused.stop()
      await upstreams.sayGoodbye()
      await highWater.close()
    },
  }
}
