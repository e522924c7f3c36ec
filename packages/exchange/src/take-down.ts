import { Readable } from 'node:stream'
import { defaultBodyLimits, receiveBody, versionsMediaType } from './body.ts'
import type { Caller, Hub } from './hub.ts'
import type { LinkRow } from './next-delivery.ts'
import { receiveSubmission } from './receive-submission.ts'

/** What an upstream answers when it is asked for records. */
export interface DownAnswer {
  readonly body: Buffer | null
  readonly cursor: string
  readonly more: boolean
}

/** Asks the upstream for the records past a place. Throws when there is no answer. */
export type FetchDown = (link: LinkRow, after: string | null) => Promise<DownAnswer>

export interface TakenDown {
  readonly more: boolean
  /** Records by outcome; empty when nothing came. */
  readonly counts: Readonly<Record<string, number>>
}

/** Name under which an upstream's records stand among the participants here. It has no keys: nobody can send under it. */
export const aboveParticipant = (upstream: string): string => `above-${upstream}`

/**
 * Takes one page of the records that come down from an upstream: proven to its checkpoint, stored with their proofs as versions of the streams that they
 * have above, marked with the upstream, and never sent up again. A page that is taken twice changes nothing.
 * @param keys public keys of the upstream (PEM), one of which must have signed its checkpoint
 * @throws Problem when the page as a whole does not hold; the place is not moved then
 */
export async function takeDown(hub: Hub, linkNo: number, keys: readonly string[], fetchDown: FetchDown): Promise<TakenDown> {
  const link = await hub.db.selectFrom('link').selectAll().where('link_no', '=', linkNo).executeTakeFirstOrThrow()
  const { body, cursor, more } = await fetchDown(link, link.down_place)
  let counts: Record<string, number> = {}
  if (body !== null) {
    const caller = await callerAbove(hub, link.upstream_name, keys)
    const received = await receiveBody(Readable.from([body]), {
      contentType: versionsMediaType,
      contentEncoding: undefined,
      claimedDigest: null,
      limits: defaultBodyLimits,
      spoolDir: hub.spoolDir,
    })
    const answer = await receiveSubmission(hub, {
      caller,
      body: received,
      mode: 'partial',
      dryRun: false,
      respondAsync: false,
      idempotencyKey: null,
      traceParent: null,
      nonce: null,
    })
    if (answer.kind !== 'receipt') throw new Error(`the records of ${link.upstream_name} are still being stored`)
    if (!answer.known) counts = countsOf(hub, link, answer.receipt)
  }
  await hub.db
    .updateTable('link')
    .set({ down_place: cursor })
    .where('link_no', '=', linkNo)
    .where('down_place', 'is not distinct from', link.down_place)
    .execute()
  return { more, counts }
}

async function callerAbove(hub: Hub, upstream: string, nodeKeys: readonly string[]): Promise<Caller> {
  const at = hub.clock.now()
  const participantId = aboveParticipant(upstream)
  await hub.db
    .insertInto('participant')
    .values({
      participant_id: participantId,
      kind: 'system',
      name: `上级 ${upstream}（下行）`,
      regions: [hub.node.region],
      node_name: null,
      created_at: at,
      revoked_at: at, // ended at once: it can be given no key
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return {
    participantId,
    kind: 'node',
    name: upstream,
    regions: ['000000'],
    nodeName: upstream,
    keyId: upstream,
    nodeKeys,
    above: upstream,
  }
}

/** Records by outcome; what was refused is said in the log, because nobody else hears of it here. */
function countsOf(hub: Hub, link: LinkRow, bytes: Buffer): Record<string, number> {
  const receipt = JSON.parse(bytes.toString()) as {
    counts: Record<string, number>
    records: { problems?: { code: string }[] }[]
  }
  const refused = receipt.counts['refused'] ?? 0
  if (refused > 0) {
    const codes = [...new Set(receipt.records.flatMap((record) => record.problems?.map((problem) => problem.code) ?? []))]
    hub.log.warn({ link: link.name, refused, codes }, 'records from above were refused')
  }
  return Object.fromEntries(Object.entries(receipt.counts).filter(([, count]) => count > 0))
}
