import { Readable } from 'node:stream'
import {
  type AttachmentFacts,
  checkAttachment,
  findAttachment,
  listScans,
  readAttachment,
  receiveAttachment,
  recordAccess,
  type ScanRow,
  showListedScan,
  showScan,
} from '@huijiao/exchange'
import { parseContentDigest } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { createBodyGate, placesOf } from '../plugins/body-gate.ts'
import { bodyOf, drainRest } from '../plugins/body.ts'
import { actorOf } from '../plugins/operator.ts'
import { callerOf, requireCaller, spendSignature } from '../plugins/participants.ts'
import { withNames } from './admin/names.ts'
import { limitOf, type PageQuery, pageOf, placeOf } from './admin/page.ts'
import { attachmentDocs } from './attachments.docs.ts'

type OneAttachment = { Params: { digest: string } }

/** Evidence by its digest: handed in by participants, read back by whoever handed it in. */
export function attachmentRoutes(app: FastifyInstance, context: Context): void {
  const { hub, config } = context
  const gate = createBodyGate(config.http.bodiesAtOnce)
  // The body stays a stream: the engine digests and bounds it itself.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { bodyLimit: Number.MAX_SAFE_INTEGER }, (_request, payload, done) => done(null, payload))
  app.addHook('onRequest', requireCaller(context, { operators: true }))
  app.addHook('onSend', async (request, _reply, payload) => {
    drainRest(request)
    return payload
  })

  app.put<OneAttachment>('/v1/attachments/:digest', { schema: attachmentDocs.put }, async (request, reply) => {
    const leave = gate.enter(callerOf(request).participantId, placesOf(request.headers), (seconds) =>
      reply.header('retry-after', String(seconds)),
    )
    try {
      await spendSignature(request, context)
      const digest = digestOf(request)
      checkHeaders(request, digest)
      const { created, attachment, scan } = await receiveAttachment(
        hub,
        {
          participantId: callerOf(request).participantId,
          digest,
          contentType: request.headers['content-type'],
          limits: config.attachments,
        },
        bodyOf(request, reply, { idleMs: config.http.bodyIdleMs, rateMin: config.http.bodyRateMin }),
      )
      return await reply.code(created ? 201 : 200).send({ ...shown(attachment), scan })
    } finally {
      leave()
    }
  })

  const read = async (request: FastifyRequest<OneAttachment>, reply: FastifyReply) => {
    await spendSignature(request, context)
    const { participantId } = callerOf(request)
    const found = await findAttachment(hub.db, digestOf(request), participantId)
    return await answer(request, reply, context, found, { actor: `participant:${participantId}` })
  }
  app.get<OneAttachment>('/v1/attachments/:digest', { schema: attachmentDocs.get, exposeHeadRoute: false }, read)
  app.head<OneAttachment>('/v1/attachments/:digest', { schema: { ...attachmentDocs.get, hide: true } }, read)
}

interface ScanQuery extends PageQuery {
  readonly scan?: ScanRow['state']
  readonly checked?: boolean
}

/** For operators: any attachment, with a purpose that stands in the access log; and what was found in them. */
export function adminAttachmentRoutes(app: FastifyInstance, context: Context): void {
  const { hub } = context
  app.get<{ Querystring: ScanQuery }>(
    '/attachments',
    { config: { access: 'list-attachments' }, schema: attachmentDocs.list },
    async (request) => {
      const { scan, checked } = request.query
      const limit = limitOf(request.query)
      const before = placeOf<readonly [at: string, digest: string]>('attachments', request.query)
      const rows = await listScans(hub.db, {
        limit: limit + 1,
        ...(before === undefined ? {} : { before: { at: new Date(before[0]), digest: Buffer.from(before[1], 'hex') } }),
        ...(scan === undefined ? {} : { state: scan }),
        ...(checked === undefined ? {} : { checked }),
      })
      return await withNames(
        hub,
        pageOf('attachments', rows, limit, (row) => [row.scanned_at.toISOString(), row.digest.toString('hex')], showListedScan),
      )
    },
  )

  app.post<OneAttachment & { Body: { reason: string } }>(
    '/attachments/:digest/check',
    { schema: attachmentDocs.check },
    async (request) => ({
      digest: `sha-256:${digestOf(request).toString('hex')}`,
      scan: showScan(await checkAttachment(hub, actorOf(request), digestOf(request).toString('hex'), request.body.reason)),
    }),
  )

  app.get<OneAttachment & { Querystring: { purpose: string } }>(
    '/attachments/:digest',
    { schema: attachmentDocs.read },
    async (request, reply) => {
      const found = await findAttachment(hub.db, digestOf(request), null)
      return await answer(request, reply, context, found, { actor: actorOf(request), detail: { purpose: request.query.purpose } })
    },
  )
}

/** Answers write `sha-256:…`, so the address takes that form too. */
const digestOf = (request: FastifyRequest<OneAttachment>): Buffer => Buffer.from(request.params.digest.replace(/^sha-256:/, ''), 'hex')

const shown = ({ digest, mediaType, bytes, storedAt }: AttachmentFacts) => ({ digest, mediaType, bytes, storedAt: storedAt.toISOString() })

/** @throws Problem encoding-unsupported, digest-mismatch: what can be told before a byte is read */
function checkHeaders(request: FastifyRequest, digest: Buffer): void {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new Problem(
      'encoding-unsupported',
      { zh: `收到的内容编码是 ${encoding.slice(0, 80)}`, en: `The content encoding is ${encoding.slice(0, 80)}` },
      { hint: { zh: '附件原样上传，不压缩', en: 'Send an attachment as it is, uncompressed' } },
    )
  }
  const header = request.headers['content-digest']
  const claimed = header === undefined ? undefined : parseContentDigest(Array.isArray(header) ? header.join(', ') : header).sha256
  if (claimed !== undefined && !claimed.equals(digest)) {
    throw new Problem('digest-mismatch', {
      zh: `地址中的摘要是 ${digest.toString('hex')}，Content-Digest 是 ${claimed.toString('hex')}`,
      en: `The address says ${digest.toString('hex')}, Content-Digest says ${claimed.toString('hex')}`,
    })
  }
}

/** Sends an attachment; a read is written down before the first byte leaves. A browser saves it and runs nothing in it. */
async function answer(
  request: FastifyRequest<OneAttachment>,
  reply: FastifyReply,
  context: Context,
  found: AttachmentFacts | null,
  by: { readonly actor: string; readonly detail?: object },
): Promise<FastifyReply> {
  const digest = digestOf(request).toString('hex')
  if (found === null)
    throw new Problem('not-found', { zh: `没有附件 ${digest}，或不是本单位上传的`, en: `Attachment ${digest} is not here, or not yours` })
  reply
    .type(found.mediaType)
    .header('content-length', found.bytes)
    .header('content-disposition', `attachment; filename="${digest}"`)
    .header('content-security-policy', "sandbox; default-src 'none'")
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'private, no-store')
    .header('etag', `"${digest}"`)
  if (request.method === 'HEAD') return reply.send()
  await recordAccess(context.hub, { ...by, action: 'read-attachment', subject: found.digest })
  context.background.accessRecorded()
  return reply.send(Readable.from(readAttachment(context.hub, Buffer.from(digest, 'hex'), found.bytes), { objectMode: false }))
}
