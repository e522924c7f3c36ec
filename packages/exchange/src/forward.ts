import { contentDigest } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import type { DeliveryRow } from './delivery.ts'
import { buildBody, type DeliveryBody, emptyBody } from './delivery-body.ts'
import { at } from './fault-point.ts'
import type { Hub } from './hub.ts'
import { type LinkRow, nextDelivery, noteSettled } from './next-delivery.ts'
import { forwardAttachments } from './forward-attachments.ts'
import { problemCodeOf, readJudgement } from './judgement.ts'
import { noteOutage, noteWaiting } from './link-answer.ts'
import {
  AnswerPending,
  type DeliveryAnswer,
  type DeliveryRequest,
  type Forwarded,
  type SendAttachment,
  type SendDelivery,
} from './link-send.ts'
import { packBody } from './pack-body.ts'
import { parkWhole, settleDelivery } from './settle.ts'
import { replaceDelivery, splitDelivery } from './split-delivery.ts'
import { versionsMediaType } from './body.ts'

/** Answers that judge the body as a whole and not its records: it is halved until the record at fault stands alone. */
const bodyStatuses = new Set([400, 413, 415, 422])
/** What arrived is not what was sent: the line's fault, never a record's. */
const damagedCodes: ReadonlySet<string> = new Set(['digest-mismatch', 'body-incomplete', 'encoding-broken'])
/** What a link waits for until an operator puts it back. */
const waitsForRange: ReadonlySet<string> = new Set(['log-range-detached', 'version-range-detached'])
/** A body that so often in a row made the upstream fail is suspected. */
const serverFailuresMax = 3
/** So often more, each time between two empty deliveries that are taken, before the one record of it is set aside. */
const aloneFailuresMin = 3

/**
 * One step of a link: sends the open delivery, or makes the next one and sends it, and settles the answer. No transaction is open while the
 * request is under way. Safe to call twice, at once or again: the same delivery has the same id and bytes, and is settled once. Attachments whose
 * bytes go up are handed in first, as a business system would.
 * @param group of entities, on a link that is divided into groups
 */
export async function forwardLink(
  hub: Hub,
  linkNo: number,
  send: SendDelivery,
  sendAttachment?: SendAttachment,
  group?: string,
): Promise<Forwarded> {
  try {
    return await forwardNext(hub, linkNo, send, sendAttachment, group)
  } catch (error) {
    if (!(error instanceof Problem) || !waitsForRange.has(error.code)) throw error
    // Nothing was sent. Whoever looks at the link reads what it waits for.
    return await noteWaiting(hub, linkNo, `${error.detail.zh} / ${error.detail.en}`)
  }
}

async function forwardNext(
  hub: Hub,
  linkNo: number,
  send: SendDelivery,
  sendAttachment: SendAttachment | undefined,
  group: string | undefined,
): Promise<Forwarded> {
  const next = await nextDelivery(hub, linkNo, group)
  if (next.kind === 'moved') return 'more'
  if (next.kind !== 'open') return next.kind
  const { link } = next
  const body = next.body ?? (await rebuild(hub, link, next.delivery))
  if (body === null) {
    await replaceDelivery(hub, link, next.delivery)
    return 'more'
  }
  // An upstream that was given up hears a short question first, not everything that waited.
  if (link.broken_at !== null && link.url.startsWith('http')) {
    const found = await probe(hub, link, send)
    if (!found.alive) return await noteOutage(hub, link, next.delivery, found.status, found.detail, false)
  }
  if (body.attachments.length > 0) {
    const ended = await forwardAttachments(hub, link, next.delivery, body.attachments, sendAttachment)
    if (ended !== 'sent') return ended
  }
  const request = await requestOf(body, next.traces ?? (await tracesOf(hub, next.delivery)))
  const exchange = { send, again: () => send(link, request), tookMs: 0 }
  let answer: DeliveryAnswer
  at('delivery-stored')
  try {
    const began = performance.now()
    answer = await exchange.again()
    exchange.tookMs = performance.now() - began
  } catch (error) {
    if (error instanceof AnswerPending) return 'waiting'
    return await serverFailed(hub, link, next.delivery, exchange, null, error instanceof Error ? error.message : String(error))
  }
  return await settleAnswer(hub, link, next.delivery, answer, exchange)
}

/** The stored delivery's bytes once more; null when what it was made from has changed since (a text or a log body was erased). */
async function rebuild(hub: Hub, link: LinkRow, delivery: DeliveryRow): Promise<DeliveryBody | null> {
  const facts = {
    number: delivery.number,
    items: delivery.items,
    checkpointSize: delivery.checkpoint_size,
    createdAt: delivery.created_at,
    sealed: link.sealed,
  }
  const body = await buildBody(hub, hub.db, facts)
  if (body.digest.equals(delivery.digest)) return body
  hub.log.error(
    { link: link.name, delivery: delivery.delivery_id },
    'a stored delivery can no longer be made from what is stored; a new one takes its place',
  )
  return null
}

/** @param traces of the submissions that the delivery carries on; one of several begins a trace of its own, named after its id */
async function requestOf(made: DeliveryBody, traces: readonly (string | null)[]): Promise<DeliveryRequest> {
  const body = await packBody(made)
  const hex = made.id.replaceAll('-', '')
  const carries = traces.filter((trace) => trace !== null && /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(trace)) as string[]
  return {
    id: made.id,
    records: made.count,
    body,
    contentType: versionsMediaType,
    contentEncoding: 'zstd',
    contentDigest: contentDigest(body),
    traceparent: (traces.length === 1 ? carries[0] : undefined) ?? `00-${hex}-${hex.slice(16)}-01`,
    carries,
  }
}

/** The traces of the submissions that a stored delivery carries on, or the first of them. */
async function tracesOf(hub: Hub, delivery: DeliveryRow): Promise<(string | null)[]> {
  const rows = await hub.db
    .selectFrom('part')
    .innerJoin('submission', 'submission.submission_no', 'part.submission_no')
    .select('submission.trace_parent')
    .distinct()
    .where(
      'part.part_id',
      'in',
      delivery.items.slice(0, 100).map((item) => item[1]),
    )
    .limit(32)
    .execute()
  return rows.map((row) => row.trace_parent)
}

/** How to reach the upstream, and how to send it the same bytes once more. */
interface Exchange {
  readonly send: SendDelivery
  readonly again: () => Promise<DeliveryAnswer>
  /** How long the answer took. */
  readonly tookMs: number
}

/** What an answer means: a verified receipt is a judgement, whatever it refuses; anything else is none. */
async function settleAnswer(
  hub: Hub,
  link: LinkRow,
  delivery: DeliveryRow,
  answer: DeliveryAnswer,
  exchange: Exchange,
): Promise<Forwarded> {
  const judgement = answer.status === 200 && answer.receiptVerified ? readJudgement(answer.body, delivery) : null
  if (judgement !== null) {
    if (judgement.complete) {
      noteSettled(hub, link.link_no)
      at('receipt-read')
      const settled = await settleDelivery(hub, link, delivery, judgement, answer.body, exchange.tookMs)
      at('settled')
      return settled
    }
    await splitDelivery(hub, link, delivery, 'the receipt does not name every refusal')
    return 'more'
  }
  if (bodyStatuses.has(answer.status)) {
    const code = problemCodeOf(answer.body) ?? `http-${answer.status}`
    if (damagedCodes.has(code)) return await noteOutage(hub, link, delivery, answer.status, `${answer.status} ${code}`, false)
    if (delivery.record_count === 1) return await bodyRefused(hub, link, delivery, exchange, answer, code)
    await splitDelivery(hub, link, delivery, `${answer.status} ${code}`, answer.status === 413)
    return 'more'
  }
  if (saysBusy(answer))
    return await noteOutage(
      hub,
      link,
      delivery,
      answer.status,
      `${answer.status} ${problemCodeOf(answer.body) ?? ''}`.trim(),
      false,
      answer.retryAfterMs,
    )
  if (answer.status >= 500)
    return await serverFailed(hub, link, delivery, exchange, answer.status, `${answer.status} ${problemCodeOf(answer.body) ?? ''}`.trim())
  const why =
    answer.status === 200
      ? 'the answer is no receipt of this delivery signed by the upstream'
      : `${answer.status} ${problemCodeOf(answer.body) ?? ''}`.trim()
  return await noteOutage(hub, link, delivery, answer.status, why, false)
}

/**
 * One record, and the body is refused without a receipt. Whatever stands between the two nodes may have said so, once: the record is set aside when the same
 * bytes are refused again after an empty delivery was taken.
 */
async function bodyRefused(
  hub: Hub,
  link: LinkRow,
  delivery: DeliveryRow,
  exchange: Exchange,
  answer: DeliveryAnswer,
  code: string,
): Promise<Forwarded> {
  const alive = (await probe(hub, link, exchange.send)).alive
  const again = alive ? await exchange.again().catch(() => null) : null
  if (again !== null && bodyStatuses.has(again.status) && !damagedCodes.has(problemCodeOf(again.body) ?? ''))
    return await parkWhole(hub, link, delivery, code, answer.body)
  if (again?.receiptVerified === true) return await settleAnswer(hub, link, delivery, again, exchange)
  return await noteOutage(hub, link, delivery, answer.status, `${answer.status} ${code}`, false)
}

/**
 * 5xx, or no answer. When the same body fails again and again while the upstream takes an empty delivery, the body is what it fails over. Halving costs
 * little and accuses nobody; a single record waits for a person afterwards, so that it must fail three times with the upstream answering before and after each.
 */
async function serverFailed(
  hub: Hub,
  link: LinkRow,
  delivery: DeliveryRow,
  exchange: Exchange,
  status: number | null,
  why: string,
): Promise<Forwarded> {
  await noteOutage(hub, link, delivery, status, why, true)
  if (delivery.server_failures + 1 < serverFailuresMax || !(await probe(hub, link, exchange.send)).alive) return 'outage'
  // It may have come back between the failure and the probe: only bytes that fail while it answers before and after them are suspected.
  const alone = delivery.record_count === 1
  for (let failed = 0; failed < (alone ? aloneFailuresMin : 1); failed += 1) {
    const again = await exchange.again().catch((error: unknown) => (error instanceof AnswerPending ? 'pending' : null))
    if (again === 'pending') return 'waiting'
    if (again !== null && (again.status < 500 || saysBusy(again))) return await settleAnswer(hub, link, delivery, again, exchange)
    if (!(await probe(hub, link, exchange.send)).alive) return 'outage'
  }
  if (alone) return await parkWhole(hub, link, delivery, 'upstream-fails', Buffer.from(why))
  await splitDelivery(hub, link, delivery, `${why}; an empty delivery is taken`)
  return 'more'
}

/** It says itself that it is busy: the body is not what it fails over. */
const saysBusy = ({ status, retryAfterMs }: DeliveryAnswer): boolean => status === 429 || (status === 503 && retryAfterMs !== undefined)

export interface ProbeResult {
  /** The upstream judged an empty delivery. */
  readonly alive: boolean
  readonly status: number | null
  readonly detail: string
  readonly tookMs: number
}

/** Sends an empty delivery: what a connection test does, and how a failing body is told from a failing upstream. */
export async function probe(hub: Hub, link: LinkRow, send: SendDelivery): Promise<ProbeResult> {
  const made = emptyBody(hub)
  const started = performance.now()
  const took = () => Math.round(performance.now() - started)
  try {
    const answer = await send(link, await requestOf(made, []))
    const alive = answer.status === 200 && answer.receiptVerified
    return { alive, status: answer.status, detail: alive ? 'ok' : (problemCodeOf(answer.body) ?? `http-${answer.status}`), tookMs: took() }
  } catch (error) {
    return { alive: false, status: null, detail: error instanceof Error ? error.message : String(error), tookMs: took() }
  }
}
