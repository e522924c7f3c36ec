import { askUpstream, type Contacted, contactUpstream, decideStart, type KnownHead, type ownLog } from '@huijiao/exchange'
import type { EpochsParts } from './contract.ts'
import type { HighWater } from './high-water.ts'
import { localStanding } from './standing.ts'
import type { UpstreamStates } from './upstream-states.ts'

/** What the log, the data directory and the upstreams say together. */
export interface Considered {
  readonly decision: ReturnType<typeof decideStart>
  readonly called: readonly (readonly [name: string, contacted: Contacted])[]
  /** What the data directory says of the log. */
  readonly local: Awaited<ReturnType<typeof localStanding>>
  /** Heads that somebody knows of this node's log. */
  readonly known: readonly KnownHead[]
}

export const startPatienceMs = 5000

/**
 * Asks everything that says whether this is the node to go on with, as at a start.
 * @param options restored: `huijiao restore` was here; asked: an operator says that it is
 */
export async function consider(
  { hub, othersLive }: Pick<EpochsParts, 'hub' | 'othersLive'>,
  upstreams: UpstreamStates,
  highWater: HighWater,
  own: Awaited<ReturnType<typeof ownLog>>,
  { restored, asked }: { readonly restored: boolean; readonly asked: boolean },
): Promise<Considered> {
  const mark = await highWater.read()
  const local = await localStanding(hub(), own, mark, othersLive)
  const decide = (all: Considered['called']) => decideStart({ local, upstreams: all.map(([, one]) => one.standing), restored, asked })
  // Of several upstreams none is told before all were asked.
  const several = upstreams.list.length > 1
  let called = await upstreams.callAll(startPatienceMs, several ? askUpstream : contactUpstream)
  if (several && decide(called).kind !== 'refuse') called = await upstreams.callAll(startPatienceMs)
  const seen = called.flatMap(([, one]) => (one.seen === null ? [] : [one.seen]))
  return {
    decision: decide(called),
    called,
    local,
    known: [...(mark === null ? [] : [{ ...mark, by: 'high-water' }]), ...seen],
  }
}
