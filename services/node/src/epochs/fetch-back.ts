import { endHealing, healingEpoch, takeReturns } from '@huijiao/exchange'
import { returnsOf } from './ask-upstream.ts'
import type { EpochsParts } from './contract.ts'
import type { UpstreamStates } from './upstream-states.ts'

/** A node that was put back waits until its upstreams have handed back what they hold of it. */
export interface FetchBack {
  waiting(): boolean
  /** A new epoch has just begun here. */
  begin(): void
  /** Learns from the database whether another process began, ended, or was told to leave it. */
  readWaiting(): Promise<void>
  /** Fetches now, unless nothing is waited for or it is being fetched. What cannot be had now is asked for at the next call. */
  once(): Promise<void>
  /** An operator goes on without it. @returns false when nothing was waited for */
  leave(actor: string): Promise<boolean>
}

export function createFetchBack(parts: EpochsParts, upstreams: UpstreamStates, contactOnce: (name: string) => Promise<boolean>): FetchBack {
  let waiting = false
  let fetching: Promise<void> | null = null
  const fetchBack = async (): Promise<void> => {
    const hub = parts.hub()
    const epoch = await healingEpoch(hub)
    waiting = epoch !== null
    if (epoch === null) return
    for (const { name } of upstreams.list) if (upstreams.get(name)?.confirmed !== true && !(await contactOnce(name))) return
    const returned = await takeReturns(
      hub,
      epoch,
      upstreams.list.map((upstream) => returnsOf(hub, upstream, parts.config.jobs.sendTimeoutMs)),
    )
    const report = await endHealing(hub, epoch, 'done', returned)
    parts.log.warn({ epoch: epoch.number, ...report }, 'what the neighbours above hold has come back')
    waiting = false
  }
  return {
    waiting: () => waiting,
    begin: () => {
      waiting = true
    },
    readWaiting: async () => {
      waiting = (await healingEpoch(parts.hub())) !== null
    },
    once: () => {
      if (!waiting) return Promise.resolve()
      fetching ??= fetchBack().finally(() => {
        fetching = null
      })
      return fetching
    },
    leave: async (actor) => {
      const hub = parts.hub()
      const epoch = await healingEpoch(hub)
      if (epoch !== null) await endHealing(hub, epoch, 'left', [], actor)
      waiting = false
      return epoch !== null
    },
  }
}
