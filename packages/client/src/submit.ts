import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip, zstdCompress } from 'node:zlib'
import type { Destination } from './http/destination.ts'
import { NodeProblem } from './http/node-problem.ts'
import { defaultPatience, send, type Answer, type Patience, type RequestBody } from './http/send.ts'
import { parseReceipt, verifyReceipt, type Receipt, type SignatureFinding } from './receipt.ts'
import { followProgress, type StoringProgress, unknownProgress } from './storing-progress.ts'
import type { TrustedKey } from './trust.ts'

export type Compression = 'none' | 'gzip' | 'zstd'
export type MediaType = 'application/json' | 'application/x-ndjson'

export interface SubmitOptions {
  readonly to: Destination
  /** The submission's id, as it stands in the body's envelope. */
  readonly id: string
  readonly body: RequestBody
  /** What stands around a body that is a file of rows, as the node's upload takes it. */
  readonly query?: Readonly<Record<string, string>>
  /** `partial` (default) stores what is right; `atomic` stores all or nothing. */
  readonly mode?: 'partial' | 'atomic'
  /** Asks the node to answer 202 at once and to work on by itself. */
  readonly respondAsync?: boolean
  /** The node's public keys; when given, an answer whose signature does not hold is refused. */
  readonly trust?: readonly TrustedKey[]
  readonly patience?: Patience
  readonly signal?: AbortSignal
  /** While the node works on a submission it has answered with 202: at once, and whenever there is something new. */
  readonly onWaiting?: (now: StoringProgress) => void
}

export interface Submitted {
  readonly receipt: Receipt
  /** The receipt's bytes as the node sent them: the evidence to keep. */
  readonly bytes: Buffer
  readonly signature: SignatureFinding
}

/** The receipt came, but its signature does not belong to the node's key. */
export class ReceiptForged extends Error {
  constructor(id: string) {
    super(`the signature of the receipt for ${id} does not hold`)
    this.name = 'ReceiptForged'
  }
}

/**
 * A body in memory, compressed if asked. The digest that travels is over the bytes as sent; the node's own is over the decoded ones.
 * @param content the submission's exact bytes; keep them, because a retry has to send the same
 */
export async function submissionBody(contentType: MediaType, content: Uint8Array, compression: Compression = 'none'): Promise<RequestBody> {
  const sent =
    compression === 'gzip' ? await promisify(gzip)(content) : compression === 'zstd' ? await promisify(zstdCompress)(content) : content
  const bytes = sent as Uint8Array<ArrayBuffer>
  return {
    contentType,
    contentEncoding: compression === 'none' ? null : compression,
    sha256: createHash('sha256').update(bytes).digest(),
    content: bytes,
  }
}

/**
 * Hands a submission to a node and returns its receipt. Sends the same bytes again when the network or the node fails, which is safe: the
 * node knows the submission by its id and answers the same receipt. Follows a 202 until the receipt is there.
 * @throws NodeProblem when the node judged the request as a whole and stored nothing; UserError when it cannot be reached; ReceiptForged
 */
export async function submit(options: SubmitOptions): Promise<Submitted> {
  const { to, body, patience = defaultPatience, signal } = options
  const path = addressOf(options)
  const headers = { 'idempotency-key': options.id, ...(options.respondAsync === true ? { prefer: 'respond-async' } : {}) }
  const post = () => send(to, { method: 'POST', path, headers, body }, patience, signal)
  let answer = await post()
  while (answer.status === 202) {
    const awaited = await awaitReceipt(options, patience, answer)
    // The node lost the spooled body: what it stored stands, and the same bytes continue there.
    answer = awaited === 'incomplete' ? await post() : awaited
  }
  const receipt = parseReceipt(answer.body)
  const signature = verifyReceipt(receipt, options.trust ?? [])
  if (signature.state === 'invalid' || ((options.trust ?? []).length > 0 && signature.state !== 'verified'))
    throw new ReceiptForged(options.id)
  return { receipt, bytes: answer.body, signature }
}

function addressOf({ mode, query }: Pick<SubmitOptions, 'mode' | 'query'>, more: Readonly<Record<string, string>> = {}): string {
  const said = new URLSearchParams({ ...more, ...(mode === 'atomic' ? { mode } : {}), ...query }).toString()
  return `/v1/submissions${said === '' ? '' : `?${said}`}`
}

/** Where a submission stands: what is stored so far, and what became of it here and above. */
export interface SubmissionState {
  readonly id: string
  readonly state: 'storing' | 'paused' | 'finished' | 'incomplete'
  readonly storedRecords?: number
  readonly [member: string]: unknown
}

async function awaitReceipt(options: SubmitOptions, patience: Patience, accepted: Answer): Promise<Answer | 'incomplete'> {
  const { to, id, signal } = options
  options.onWaiting?.(unknownProgress)
  const path = locationPath(to, accepted.headers.get('location')) ?? `/v1/submissions/${id}`
  for await (const now of followProgress(to, path, patience, signal)) {
    if (now.state === 'incomplete') return 'incomplete'
    if (now.state === 'finished') break
    options.onWaiting?.(now)
  }
  return await send(to, { method: 'GET', path: `${path}/receipt` }, patience, signal)
}

/** The path of a `Location`, to be asked for at the node's own address: our key goes nowhere else. */
function locationPath(to: Destination, location: string | null): string | null {
  if (location === null || !URL.canParse(location, to.url)) return null
  const prefix = new URL(to.url).pathname.replace(/\/$/, '')
  const { pathname } = new URL(location, to.url)
  return pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : pathname
}

/**
 * Asks the node to judge a submission without storing it; burns no id. The answer has the shape of a receipt without a signature.
 * @throws NodeProblem, UserError as `submit`
 */
export async function dryRun(
  options: Pick<SubmitOptions, 'to' | 'body' | 'mode' | 'query' | 'patience' | 'signal'>,
): Promise<Omit<Receipt, 'signatures'>> {
  const path = addressOf(options, { dryRun: 'true' })
  const answer = await send(options.to, { method: 'POST', path, body: options.body }, options.patience ?? defaultPatience, options.signal)
  return JSON.parse(answer.body.toString('utf8')) as Omit<Receipt, 'signatures'>
}

/** Where a submission stands, by its id; null when this node does not know it. */
export async function getSubmission(to: Destination, id: string, patience?: Patience): Promise<SubmissionState | null> {
  try {
    const answer = await send(to, { method: 'GET', path: `/v1/submissions/${encodeURIComponent(id)}` }, patience)
    return JSON.parse(answer.body.toString('utf8')) as SubmissionState
  } catch (error) {
    if (error instanceof NodeProblem && error.status === 404) return null
    throw error
  }
}
