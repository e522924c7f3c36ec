import type { ProblemDocument } from '@huijiao/problem'
import { byteaArray } from '@huijiao/database'
import { digestText, parseDigestText } from '@huijiao/merkle'
import { sql } from 'kysely'
import { uncheckedAmong } from './attachment-scan.ts'
import { type AttachmentFacts, findAttachment, readAttachment } from './attachment.ts'
import type { DeliveryRow } from './delivery.ts'
import type { AttachmentToSend } from './delivery-body.ts'
import { AnswerPending, type Forwarded, type SendAttachment } from './link-send.ts'
import type { Hub } from './hub.ts'
import { problemCodeOf, problemOf } from './judgement.ts'
import { noteOutage } from './link-answer.ts'
import { moveCursor } from './link-group.ts'
import { addPendingEntry } from './log.ts'
import type { LinkRow } from './next-delivery.ts'
import { type NewParked, parkRecords } from './parked.ts'
import { closeAsSplit, followsUnjudged, inLink, placesOfDelivery, rowsOf } from './settle.ts'
import { insertPart, itemsOfPlaces } from './split-delivery.ts'
import type { VersionRow } from './version-rows.ts'

/** What was sent so recently is still there: the level above removes what no record names only after days. */
const sentForMs = 6 * 3_600_000
/** Answers that judge these very bytes; anything else is an outage. */
const judging = new Set([400, 413, 415, 422])

/**
 * Hands the attachments of a delivery to the upstream before the delivery itself, each once. An upstream that gives no judgement is an outage and
 * parks nothing; one that refuses the bytes (type, size) parks the records that name them, with its own words, and the others go on.
 * @returns `sent` when the delivery may follow
 */
export async function forwardAttachments(
  hub: Hub,
  link: LinkRow,
  delivery: DeliveryRow,
  attachments: readonly AttachmentToSend[],
  send: SendAttachment | undefined,
): Promise<Forwarded | 'sent'> {
  const left = await notSent(hub, link, attachments)
  const unchecked = await uncheckedAmong(
    hub.db,
    left.map((one) => parseDigestText(one.digest) as Buffer),
  )
  for (const attachment of left) {
    // Identity numbers were found in it: it stays inside, and its records wait, until a person has looked.
    if (unchecked.has(attachment.digest.replace('sha-256:', '')))
      return await parkNaming(hub, link, delivery, attachment, 'attachment-unchecked', Buffer.alloc(0))
    const facts = await findAttachment(hub.db, parseDigestText(attachment.digest) as Buffer, null)
    // Named, so never swept; were it gone all the same, its digest goes up without it.
    if (facts === null) continue
    const answer = await handIn(hub, link, facts, send)
    if (answer === 'waiting') return 'waiting'
    if (answer === 'sent') {
      await noteSent(hub, link, facts)
      continue
    }
    const { status, why, body } = answer
    const code = problemCodeOf(body) ?? `http-${status}`
    if (status !== null && judging.has(status) && code !== 'body-incomplete')
      return await parkNaming(hub, link, delivery, attachment, code, body)
    return await noteOutage(hub, link, delivery, status, `${attachment.digest}: ${why}`, false)
  }
  return 'sent'
}

interface Refusal {
  readonly status: number | null
  readonly why: string
  readonly body: Buffer
}

async function handIn(
  hub: Hub,
  link: LinkRow,
  facts: AttachmentFacts,
  send: SendAttachment | undefined,
): Promise<'sent' | 'waiting' | Refusal> {
  if (send === undefined) return { status: null, why: 'this process sends no attachments', body: Buffer.alloc(0) }
  try {
    const answer = await send(link, facts, () => readAttachment(hub, parseDigestText(facts.digest) as Buffer, facts.bytes))
    if (answer === 'there' || answer.status === 200 || answer.status === 201) return 'sent'
    return { ...answer, why: `${answer.status} ${problemCodeOf(answer.body) ?? ''}`.trim() }
  } catch (error) {
    if (error instanceof AnswerPending) return 'waiting'
    return { status: null, why: error instanceof Error ? error.message : String(error), body: Buffer.alloc(0) }
  }
}

/** Those that the upstream is not known to have, by digest. */
async function notSent(hub: Hub, link: LinkRow, attachments: readonly AttachmentToSend[]): Promise<AttachmentToSend[]> {
  const digests = attachments.map((one) => parseDigestText(one.digest) as Buffer)
  const since = new Date(hub.clock.now().getTime() - sentForMs)
  const { rows } = await sql<{ digest: Buffer }>`
    select digest from attachment_sent
    where link_no = ${link.link_no} and digest = any(${byteaArray(digests)}::bytea[]) and sent_at > ${since}`.execute(hub.db)
  const there = new Set(rows.map((row) => digestText(row.digest)))
  return attachments.filter((one) => !there.has(one.digest))
}

async function noteSent(hub: Hub, link: LinkRow, facts: AttachmentFacts): Promise<void> {
  const sentAt = hub.clock.now()
  await hub.db
    .insertInto('attachment_sent')
    .values({ link_no: link.link_no, digest: parseDigestText(facts.digest) as Buffer, sent_at: sentAt })
    .onConflict((conflict) => conflict.columns(['link_no', 'digest']).doUpdateSet({ sent_at: sentAt }))
    .execute()
}

/** Parks the records of a delivery that name an attachment which the upstream refused; a new delivery takes up the others. */
async function parkNaming(
  hub: Hub,
  link: LinkRow,
  delivery: DeliveryRow,
  attachment: AttachmentToSend,
  reason: string,
  answer: Buffer,
): Promise<Forwarded> {
  const at = hub.clock.now()
  const naming = new Set(attachment.places.map((place) => `${place.partId}/${place.ordinal}`))
  const problem = problemOf(answer) as ProblemDocument | null
  await inLink(hub, link, async (trx) => {
    if (!(await closeAsSplit(trx, delivery, `${attachment.digest}: ${reason}`))) return
    const places = await placesOfDelivery(trx, delivery.items)
    const aside = places.filter((place) => naming.has(`${place.partId}/${place.ordinal}`))
    const rest = places.filter((place) => !naming.has(`${place.partId}/${place.ordinal}`))
    const rows = await rowsOf(trx, aside)
    const parked = aside.map((place): NewParked => ({
      row: rows.get(`${place.partId}/${place.ordinal}`) as VersionRow,
      logIndex: place.index,
      reason,
      problems: problem === null ? [] : [{ ...problem, value: attachment.digest }],
      deliveryId: delivery.delivery_id,
      parent: null,
      // The body may have gone up before, when the upstream still had the attachment, and its answer been lost.
      unjudged: delivery.attempts > 0 || followsUnjudged(delivery),
    }))
    await parkRecords(trx, link.link_no, parked, at)
    if (rest.length > 0) await insertPart(trx, hub, link, delivery, itemsOfPlaces(delivery.items, rest), delivery.path, delivery.kind)
    else await moveCursor(trx, link, delivery)
    await addPendingEntry(trx, {
      kind: 'delivery',
      instant: at,
      actor: 'node',
      subject: link.name,
      body: {
        delivery: delivery.delivery_id,
        digest: digestText(delivery.digest),
        number: delivery.number,
        upstream: link.upstream_name,
        attachment: attachment.digest,
        records: aside.length,
        parked: reason,
      },
    })
  })
  hub.onPending()
  return 'more'
}
