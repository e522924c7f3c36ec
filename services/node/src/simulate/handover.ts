import { Readable } from 'node:stream'
import {
  answerReconcile,
  defaultBodyLimits,
  type DeliveryAnswer,
  type Hub,
  receiveBody,
  receiveSubmission,
  type ReconcileRequest,
  type SendDelivery,
  type SendReconcile,
  sequenceLog,
  type SubmissionAnswer,
} from '@huijiao/exchange'
import { publicKeyFromRaw, verifyDocument } from '@huijiao/identity'
import { canonicalize } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import type { SimLink, SimNode } from './nodes.ts'

/** What may befall a request on its way, by chance: never more than a network can do. */
export interface Mishaps {
  readonly counts: { cut: number; lostAnswers: number; doubled: number }
  readonly random: () => number
  readonly now: () => number
}

/** A body as the HTTP route hands it to the engine. */
export async function receive(
  hub: Hub,
  caller: SimLink['caller'],
  body: Buffer,
  claimed: Buffer | null = null,
  wire?: { type: string; encoding?: string | undefined },
): Promise<SubmissionAnswer> {
  const received = await receiveBody(Readable.from([body]), {
    contentType: wire?.type ?? 'application/x-ndjson',
    contentEncoding: wire?.encoding,
    claimedDigest: claimed,
    limits: defaultBodyLimits,
    spoolDir: hub.spoolDir,
  })
  const plain = { mode: 'partial' as const, dryRun: false, respondAsync: false, idempotencyKey: null, traceParent: null, nonce: null }
  return await receiveSubmission(hub, { caller, body: received, ...plain })
}

/** Hands deliveries to the node above within this process: the same bytes, digests, proofs and receipts as over HTTP. */
export function sendUp(node: SimNode, link: SimLink, mishaps: Mishaps | null): SendDelivery {
  const once = async (request: Parameters<SendDelivery>[1]): Promise<DeliveryAnswer> => {
    const claimed = Buffer.from(/^sha-256=:(.*):$/.exec(request.contentDigest)?.[1] ?? '', 'base64')
    try {
      const wire = { type: request.contentType, encoding: request.contentEncoding }
      const answer = await receive(link.upper.hub, link.caller, request.body, claimed, wire)
      link.upper.stirred = true
      if (answer.kind !== 'receipt') return { status: 202, body: Buffer.alloc(0), receiptVerified: false }
      return { status: 200, body: answer.receipt, receiptVerified: isSignedBy(link.upper.hub, answer.receipt) }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return { status: error.status, body: Buffer.from(JSON.stringify(error.toDocument())), receiptVerified: false }
    }
  }
  return async (_to, request) => {
    if (mishaps === null) return await once(request)
    if (mishaps.now() < node.cutUntil) {
      mishaps.counts.cut += 1
      return { status: 503, body: Buffer.alloc(0), receiptVerified: false }
    }
    const chance = mishaps.random()
    if (chance < 0.01) {
      mishaps.counts.doubled += 1
      const [, second] = await Promise.all([once(request), once(request)])
      return second
    }
    const answer = await once(request)
    if (chance < 0.98) return answer
    mishaps.counts.lostAnswers += 1
    return { status: 502, body: Buffer.alloc(0), receiptVerified: false }
  }
}

function isSignedBy(hub: Hub, document: Buffer): boolean {
  const { signatures, ...signed } = JSON.parse(document.toString())
  const { signingKey } = hub
  const key = { algorithm: 'ed25519' as const, publicKey: publicKeyFromRaw(signingKey.publicKey) }
  const { verified, broken } = verifyDocument(canonicalize(signed), signatures, (keyId) => (keyId === signingKey.keyId ? key : null))
  return verified.length === 1 && broken.length === 0
}

/** Asks the node above when sets are compared. */
export const askAbove = (link: SimLink): SendReconcile => ({
  post: async (_link, body) => {
    await sequenceLog(link.upper.hub)
    try {
      const request = JSON.parse(body.toString()) as ReconcileRequest
      return { status: 200, body: Buffer.from(JSON.stringify(await answerReconcile(link.upper.hub, link.caller, request))) }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return { status: error.status, body: Buffer.from(JSON.stringify(error.toDocument())) }
    }
  },
  signedByUpstream: async (_link, document) => isSignedBy(link.upper.hub, document),
})
