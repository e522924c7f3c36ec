import {
  type Caller,
  type Mode,
  discardBody,
  faultPoint,
  findSubmission,
  maySeeSubmission,
  receiveSubmission,
  sentFile,
  submissionStatus,
} from '@huijiao/exchange'
import { type FileNotes, xlsxMediaType } from '@huijiao/files'
import { parseContentDigest } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { countRecords, countsOf } from '../metrics.ts'
import { createBodyGate, placesOf } from '../plugins/body-gate.ts'
import { bodyOf, drainRest } from '../plugins/body.ts'
import { callerOf, requireCaller, spendSignature } from '../plugins/participants.ts'
import { inSpan } from '../traces/open.ts'
import { traceParentOfRequest } from '../traces/http.ts'
import { answerProblems, type ProblemQuery } from '../problem-list/answer.ts'
import type { FileParams } from '../upload/file-params.ts'
import { problemsOf, problemWorkbook } from '../upload/problem-workbook.ts'
import { receiveSent } from '../upload/receive.ts'
import { fileOfBody, fileOfRow } from '../upload/sent.ts'
import { awaitProgress, control, controls, type ProgressQuery, showProgress } from './import-control.ts'
import { receiptOf, sendOutcomes, sendReceipt } from './receipt.ts'
import { submissionDocs } from './submissions.docs.ts'

interface SubmitQuery extends FileParams {
  readonly dryRun?: boolean
  readonly asRead?: boolean
  readonly mode?: Mode
  readonly format?: 'json' | 'xlsx'
}

/** `POST /v1/submissions`, and what became of one. */
export function submissionRoutes(app: FastifyInstance, context: Context): void {
  const { hub, config, metrics } = context
  const gate = createBodyGate(config.http.bodiesAtOnce)
  // The body stays a stream: the engine digests, decompresses and bounds it itself.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { bodyLimit: Number.MAX_SAFE_INTEGER }, (_request, payload, done) => done(null, payload))
  app.addHook('onRequest', requireCaller(context, { operators: true }))
  app.addHook('onSend', async (request, _reply, payload) => {
    drainRest(request)
    return payload
  })

  app.post<{ Querystring: SubmitQuery }>('/v1/submissions', { schema: submissionDocs.submit }, async (request, reply) => {
    const leave = gate.enter(callerOf(request).participantId, placesOf(request.headers), (seconds) =>
      reply.header('retry-after', String(seconds)),
    )
    metrics.bodies.set(gate.inside)
    try {
      return await submit(request, reply, context)
    } finally {
      leave()
      metrics.bodies.set(gate.inside)
    }
  })

  type OneSubmission = { Params: { id: string } }
  const own = async (request: FastifyRequest<OneSubmission>) => {
    await spendSignature(request, context)
    request.submissionId = request.params.id
    const row = await findSubmission(hub.db, callerOf(request).participantId, request.params.id)
    const bounds = request.operator?.bounds ?? null
    // Other accounts submit for the same participant, and may do so for other regions.
    if (bounds !== null && !(await maySeeSubmission(hub.db, row.submission_no, bounds)))
      throw new Problem('not-found', { zh: '没有，或不在本账号的区域内', en: 'It is not here, or not in the regions of the account' })
    return row
  }
  app.get<OneSubmission>('/v1/submissions/:id', { schema: submissionDocs.status }, async (request) =>
    submissionStatus(hub, await own(request)),
  )

  app.get<OneSubmission>('/v1/submissions/:id/receipt', { schema: submissionDocs.receipt }, async (request, reply) => {
    return sendReceipt(reply, receiptOf(await own(request)))
  })

  app.get<OneSubmission & { Querystring: ProgressQuery }>(
    '/v1/submissions/:id/progress',
    { schema: submissionDocs.progress },
    async (request) => showProgress(context, await awaitProgress(context, await own(request), request.query, () => request.raw.destroyed)),
  )

  for (const act of controls)
    app.post<OneSubmission>(`/v1/submissions/:id/${act}`, { schema: submissionDocs.control(act) }, async (request) => {
      const row = await own(request)
      return showProgress(context, await control(context, row, act, request.operator?.actor ?? `participant:${row.participant_id}`))
    })

  app.get<OneSubmission & { Querystring: ProblemQuery }>(
    '/v1/submissions/:id/problems',
    { schema: submissionDocs.problems },
    async (request, reply) => {
      const row = await own(request)
      const file = async () => fileOfRow(context, row, await sentFile(hub, row.participant_id, row.id))
      return answerProblems(context, reply, row, request.query, `/v1/submissions/${row.id}/problems`, file)
    },
  )

  app.get<OneSubmission>('/v1/submissions/:id/outcomes', { schema: submissionDocs.outcomes }, async (request, reply) => {
    return sendOutcomes(reply, context, await own(request))
  })
}

async function submit(request: FastifyRequest<{ Querystring: SubmitQuery }>, reply: FastifyReply, context: Context): Promise<FastifyReply> {
  const { hub, config, metrics } = context
  const caller = callerOf(request)
  const { headers } = request
  mayTake(context, caller)
  const { dryRun = false, asRead = false, mode = 'partial', format, ...said } = request.query
  if (asRead && !dryRun) throw new Problem('parameter-invalid', { zh: 'asRead 只用于 dryRun=true', en: 'asRead goes with dryRun=true' })
  if (format === 'xlsx' && !dryRun)
    throw new Problem('parameter-invalid', {
      zh: 'format=xlsx 只用于 dryRun=true；已报送的批次用 /v1/submissions/{id}/problems?format=xlsx',
      en: 'format=xlsx goes with dryRun=true; for a submission ask /v1/submissions/{id}/problems?format=xlsx',
    })
  const stream = bodyOf(request, reply, { idleMs: config.http.bodyIdleMs, rateMin: config.http.bodyRateMin })
  const keep = { days: config.fileKeepDays, from: hub.clock.now() }
  const body = await receiveSent(stream, said, keep, {
    contentType: headers['content-type'],
    contentEncoding: headers['content-encoding'],
    claimedDigest: claimedDigest(headerText(headers['content-digest'])),
    limits: context.bodyLimits,
    spoolDir: hub.spoolDir,
  })
  faultPoint('body-read')
  if (context.stopping()) {
    await discardBody(body)
    throw new Problem('not-ready', { zh: '节点正在停止', en: 'The node is stopping' })
  }
  // The engine removes the body when it is done with it.
  const fileOfDryRun = format === 'xlsx' ? await fileOfBody(context, body) : null
  const traceParent = traceParentOfRequest(request)
  const store = () =>
    receiveSubmission(hub, {
      caller,
      body,
      mode,
      dryRun,
      asRead,
      respondAsync: wantsAsync(headerText(headers['prefer'])) || body.decodedBytes > config.http.asyncBytes,
      idempotencyKey: headerText(headers['idempotency-key']) ?? null,
      traceParent,
      nonce: request.nonce,
    })
  const answer = await inSpan(
    context.traces,
    'store',
    () => ({ parent: traceParent, attributes: { 'huijiao.bytes': body.decodedBytes, 'huijiao.dry_run': dryRun } }),
    store,
  )
  if (answer.kind === 'dry-run') {
    metrics.submissions.inc({ answer: 'dry-run' })
    // It may hold personal data, which nothing in between may keep.
    if (asRead) void reply.header('cache-control', 'no-store')
    if (format !== 'xlsx') return reply.send(answer.document)
    const { file: notes } = answer.document as { file?: FileNotes }
    const file = fileOfDryRun === null || notes === undefined ? fileOfDryRun : { ...fileOfDryRun, notes }
    const workbook = await problemWorkbook(problemsOf(answer.outcomes), file)
    return reply.type(xlsxMediaType).header('content-disposition', 'attachment; filename="problems.xlsx"').send(workbook)
  }
  if (answer.kind === 'receipt') {
    metrics.submissions.inc({ answer: answer.known ? 'known' : 'receipt' })
    if (!answer.known) countRecords(metrics, countsOf(answer.receipt))
    return sendReceipt(reply, answer.receipt)
  }
  request.submissionId = answer.id
  metrics.submissions.inc({ answer: 'accepted' })
  context.background.submissionAccepted(answer.submissionNo)
  reply
    .code(202)
    .header('preference-applied', 'respond-async')
    .header('location', `/v1/submissions/${answer.id}`)
    .header('retry-after', '1')
  return reply.send({ id: answer.id, state: answer.state, location: `/v1/submissions/${answer.id}` })
}

/** @throws Problem not-ready when somebody else holds this node's name, or while it gets back what it has lost */
function mayTake({ epochs }: Context, caller: Caller): void {
  const refusal = epochs.refusal()
  if (refusal !== null) throw new Problem('not-ready', { zh: refusal.zh, en: refusal.en })
  if (epochs.healing() && caller.kind !== 'node')
    throw new Problem('not-ready', {
      zh: '本节点刚从备份恢复，正向上级取回此后的数据，请稍后重发；有回执而在此查不到的批次也请再次报送',
      en: 'This node was restored and is getting back what its upstreams hold; send again later, also what you have a receipt for that is not known here',
    })
}

/** Of two claims the SHA-256, because the engine computes it anyway. */
function claimedDigest(header: string | undefined): Buffer | null {
  if (header === undefined) return null
  const { sha256, sha512 } = parseContentDigest(header)
  return sha256 ?? sha512 ?? null
}

function headerText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header
}

function wantsAsync(prefer: string | undefined): boolean {
  return prefer?.split(',').some((preference) => preference.split(';')[0]?.trim().toLowerCase() === 'respond-async') === true
}
