import { createHash } from 'node:crypto'
import { answerReconcile, type ReconcileRequest } from '@huijiao/exchange'
import { contentDigest, digestMatches, parseContentDigest } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { callerOf, requireCaller, spendSignature } from '../plugins/participants.ts'
import { createAllowance } from './reconcile-allowance.ts'
import { reconcileSchema } from './reconcile.docs.ts'

/** A certificate lists every month and entity; anything else is a few KiB. */
const bodyBytesMax = 4 * 1024 * 1024

/** `POST /v1/reconcile`: a lower node compares what it delivered with what is stored here. */
export function reconcileRoutes(app: FastifyInstance, context: Context): void {
  const { hub } = context
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (request, bytes: Buffer, done) => {
    try {
      checkDigest(request, bytes)
      done(null, JSON.parse(bytes.toString()))
    } catch (error) {
      done(error instanceof Problem ? error : Object.assign(error as Error, { statusCode: 400 }))
    }
  })
  app.addHook('onRequest', requireCaller(context))
  const allowance = createAllowance()
  app.post<{ Body: ReconcileRequest }>('/v1/reconcile', { schema: reconcileSchema }, async (request, reply) => {
    await spendSignature(request, context)
    const caller = callerOf(request)
    // A comparison's first question reads the whole set; the others read a few rows.
    const begins = request.body.compare?.some((one) => one.range === '') === true
    const leave = allowance.enter(caller.participantId, begins)
    if (leave === null) {
      void reply.header('retry-after', '10')
      throw new Problem('too-many-requests', {
        zh: '对账请求过于频繁，或上一次还在进行',
        en: 'Too many questions, or one is being answered still',
      })
    }
    try {
      const answer = Buffer.from(JSON.stringify(await answerReconcile(hub, caller, request.body)))
      return await reply
        .header('cache-control', 'no-store')
        .header('content-digest', contentDigest(answer))
        .type('application/json')
        .send(answer)
    } finally {
      leave()
    }
  })
}

/** A signature covers `Content-Digest`; that the body has this digest is checked here. @throws Problem digest-mismatch */
function checkDigest(request: FastifyRequest, bytes: Buffer): void {
  const header = request.headers['content-digest']
  if (header === undefined) return
  const arrived = { sha256: createHash('sha256').update(bytes).digest(), sha512: createHash('sha512').update(bytes).digest() }
  if (!digestMatches(parseContentDigest(Array.isArray(header) ? header.join(', ') : header), arrived))
    throw new Problem('digest-mismatch', { zh: '请求体与 Content-Digest 不符', en: 'The body does not match Content-Digest' })
}
