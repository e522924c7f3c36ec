import { type Contacted, contactUpstream, findNeighbour, openForks, reopenDeliveries } from '@huijiao/exchange'
import type { Upstream } from '../upstreams.ts'
import { unknownAbove } from './ask-upstream.ts'
import { callerOf } from './call-upstream.ts'
import type { EpochsParts } from './contract.ts'

/** What this process knows of how it stands with one upstream. */
export interface UpstreamState {
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

/** The upstreams of a node, as far as they speak of epochs. */
export interface UpstreamStates {
  readonly list: readonly Upstream[]
  get(name: string): UpstreamState | undefined
  /** The upstream that an address is of, with what is known of it. */
  at(url: string): { readonly upstream: Upstream; readonly state: UpstreamState } | undefined
  /** Calls one. Reads and writes no state of this process. */
  call(name: string, timeoutMs: number, how?: typeof contactUpstream): Promise<Contacted>
  callAll(timeoutMs: number, how?: typeof contactUpstream): Promise<(readonly [name: string, contacted: Contacted])[]>
  /** Takes note of how a call ended. @returns whether requests may go up */
  settle(name: string, contacted: Contacted): Promise<boolean>
  /** This node has begun, or learnt of, another epoch: each of them is called before anything goes up. */
  doubtAll(): void
  /** What an upstream lost when it was restored is made ready to go up again. @returns how many deliveries */
  heal(name: string): Promise<number>
  /** Tells those that know this node that it leaves. */
  sayGoodbye(): Promise<void>
}

const plainMs = 30_000
const goodbyeMs = 3000

export function upstreamStates(parts: EpochsParts): UpstreamStates {
  const { config, log } = parts
  // Folders and front tables hear and say nothing of epochs.
  const list = config.upstreams.filter((upstream) => /^https?:/.test(upstream.url))
  const states = new Map(
    list.map((upstream): [string, UpstreamState] => [
      upstream.name,
      { confirmed: false, seen: null, calling: null, plainUntil: 0, unknown: false, why: 'it was not called yet' },
    ]),
  )
  const named = (name: string) => list.find((one) => one.name === name)
  const noteSeen = async (name: string) => (await findNeighbour(parts.hub().db, 'above', name))?.note ?? null

  const call: UpstreamStates['call'] = async (name, timeoutMs, how = contactUpstream) => {
    const hub = parts.hub()
    const upstream = named(name)
    if (upstream === undefined) throw new Error(`there is no upstream ${name}`)
    return await how(hub, callerOf(hub, upstream, parts.upstreams, { timeoutMs, seen: await noteSeen(name) }))
  }
  return {
    list,
    get: (name) => states.get(name),
    at: (url) => {
      const upstream = list.find((one) => url.startsWith(`${one.url}/`))
      return upstream === undefined ? undefined : { upstream, state: states.get(upstream.name) as UpstreamState }
    },
    call,
    callAll: (timeoutMs, how) => Promise.all(list.map(async ({ name }) => [name, await call(name, timeoutMs, how)] as const)),
    settle: async (name, { standing, strange, status }) => {
      const state = states.get(name) as UpstreamState
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
      state.seen = await noteSeen(name)
      return state.confirmed
    },
    doubtAll: () => {
      for (const state of states.values()) state.confirmed = false
    },
    heal: async (name) => {
      const hub = parts.hub()
      const upstream = named(name)
      if (upstream === undefined) return 0
      let opened = 0
      for (const fork of await openForks(hub, name)) {
        log.warn({ upstream: name, fork }, 'the upstream has begun a new epoch; what it has lost goes up again')
        opened += await reopenDeliveries(hub, name, fork, unknownAbove(hub, upstream, config.jobs.sendTimeoutMs))
      }
      return opened
    },
    sayGoodbye: async () => {
      const hub = parts.hub()
      const known = list.filter((upstream) => states.get(upstream.name)?.confirmed === true)
      await Promise.allSettled(
        known.map((upstream) =>
          contactUpstream(hub, callerOf(hub, upstream, parts.upstreams, { timeoutMs: goodbyeMs, seen: null }), { leaving: true }),
        ),
      )
    },
  }
}
