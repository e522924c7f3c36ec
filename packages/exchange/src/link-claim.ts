import type { Epoch } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { ended } from './contact-answer.ts'
import { sameEpoch } from './epoch.ts'
import { headOfNote } from './neighbour.ts'

/** What every request between nodes says: the sender's epoch, and the last checkpoint of the receiver that the sender has seen. */
export interface LinkClaim {
  readonly epoch: Epoch
  /** Signed note; null when it has seen none. */
  readonly seen: string | null
}

export const epochHeader = 'huijiao-epoch'
export const seenHeader = 'huijiao-seen'

/** The headers of a claim. */
export const claimHeaders = ({ epoch, seen }: LinkClaim): Record<string, string> => ({
  [epochHeader]: `${epoch.number}/${epoch.id}`,
  ...(seen === null ? {} : { [seenHeader]: Buffer.from(seen).toString('base64') }),
})

/**
 * Reads the headers of a claim; null when the request makes none, as an older node does not.
 * @throws Problem envelope-invalid
 */
export function readClaim(headers: Readonly<Record<string, string | string[] | undefined>>): LinkClaim | null {
  const [epochText, seenText] = [headers[epochHeader], headers[seenHeader]]
  if (epochText === undefined) return null
  const match = typeof epochText === 'string' ? /^([1-9]\d{0,8})\/([A-Za-z0-9-]{1,64})$/.exec(epochText) : null
  if (match === null || Array.isArray(seenText) || (seenText ?? '').length > 12_000)
    throw new Problem('envelope-invalid', {
      zh: `${epochHeader} 或 ${seenHeader} 头不合要求`,
      en: `The header ${epochHeader} or ${seenHeader} is malformed`,
    })
  return {
    epoch: { number: Number(match[1]), id: match[2] as string },
    seen: seenText === undefined ? null : Buffer.from(seenText, 'base64').toString(),
  }
}

/** What a receiver knows when a request comes, without asking the database. */
export interface ClaimFacts {
  /** The epoch in which the sender is known; null when it has never called. */
  readonly sender: Epoch | null
  readonly own: Epoch
  /** How long this log is at least. */
  readonly ownSize: number
}

/** `fine`; `behind`: the sender has seen more of this node's log than this process knows of, and the note has to be looked at. */
export type ClaimJudgement = 'fine' | 'behind'

/**
 * Judges a request's claim.
 * @throws Problem epoch-ended: the sender's epoch has a successor; epoch-unconfirmed: one of the two does not know the other's epoch yet
 */
export function judgeClaim(claim: LinkClaim, facts: ClaimFacts): ClaimJudgement {
  const { sender, own } = facts
  if (sender !== null && !sameEpoch(sender, claim.epoch)) {
    if (claim.epoch.number <= sender.number) throw ended(claim.epoch, sender)
    throw unconfirmed(
      `先以 POST /v1/epoch 通报纪元 ${claim.epoch.number}`,
      `Tell of epoch ${claim.epoch.number} by POST /v1/epoch first`,
      `${claim.epoch.number}/${claim.epoch.id}`,
    )
  }
  const judgement = judgeSeen(claim.seen, facts)
  if (judgement !== 'left') return judgement
  const head = headOfNote(claim.seen ?? '') as NonNullable<ReturnType<typeof headOfNote>>
  throw unconfirmed(
    `本节点已进入纪元 ${own.number}（${own.id}），来者所知为纪元 ${head.epoch.number}`,
    `This node has begun epoch ${own.number} (${own.id}); the caller knows epoch ${head.epoch.number}`,
    `${head.epoch.number}/${head.epoch.id}`,
  )
}

/** Judges the checkpoint of this node that a sender has seen. `left`: it is of an earlier epoch. */
export function judgeSeen(seen: string | null, { own, ownSize }: Pick<ClaimFacts, 'own' | 'ownSize'>): ClaimJudgement | 'left' {
  const head = seen === null ? null : headOfNote(seen)
  if (head === null) return 'fine'
  if (sameEpoch(head.epoch, own)) return head.size <= ownSize ? 'fine' : 'behind'
  return head.epoch.number >= own.number ? 'behind' : 'left'
}

const unconfirmed = (zh: string, en: string, value: string): Problem => new Problem('epoch-unconfirmed', { zh, en }, { value })
