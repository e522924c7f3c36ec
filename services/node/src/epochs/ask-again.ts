import { endRefusal, epochOf, type KnownHead, sameEpoch } from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import type { Considered } from './consider.ts'
import type { Refused } from './refused.ts'
import type { Refusal } from './standing.ts'
import type { UpstreamStates } from './upstream-states.ts'
import type { EpochsParts } from './contract.ts'

/** An operator who says that this is the node to go on with. */
export type By = { readonly actor: string } | null

export interface AskAgain {
  /** An upstream refuses this node: nothing is signed until each of those that refused has been asked again. */
  refuse(why: 'claimed' | 'ended', by: string, since?: string): Refusal
  /**
   * Asks the upstreams again, one question at a time.
   * @returns whether the node may go on
   * @throws Problem not-ready when an operator asks and an upstream that refuses cannot be asked now
   */
  ask(by: By): Promise<boolean>
}

export interface AskAgainParts {
  readonly hub: EpochsParts['hub']
  readonly upstreams: UpstreamStates
  readonly refused: () => Refused
  readonly consider: (options: { readonly restored: boolean; readonly asked: boolean }) => Promise<Considered>
  readonly begin: (
    reason: Extract<Considered['decision'], { kind: 'begin' }>['reason'],
    known: readonly KnownHead[],
    by: By,
  ) => Promise<void>
}

export function createAskAgain({ hub, upstreams, refused, consider, begin }: AskAgainParts): AskAgain {
  /** Those that have refused this node since it may not sign: what the others say does not answer the question. */
  const refusers = new Set<string>()
  const refuse: AskAgain['refuse'] = (why, by, since) => {
    refusers.add(by)
    return refused().begin(why, by, since)
  }
  const askOnce = async (by: By): Promise<boolean> => {
    const open = refused().now()
    if (open === null) return by === null
    const asked = epochOf(hub().node)
    const { decision, called, known } = await consider({ restored: false, asked: by !== null })
    // Another process of the node has begun an epoch meanwhile: what was answered is about the one before it.
    if (by === null && !sameEpoch(asked, epochOf(hub().node))) return false
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
    if (decision.kind === 'begin') await begin(decision.reason, known, by)
    else {
      for (const [name, contacted] of called) await upstreams.settle(name, contacted)
      await endRefusal(hub(), 'accepted-again')
    }
    refusers.clear()
    refused().over()
    return true
  }
  let asking: Promise<unknown> = Promise.resolve()
  return {
    refuse,
    ask: (by) => {
      const asked = asking.then(() => askOnce(by))
      asking = asked.catch(() => undefined)
      return asked
    },
  }
}
