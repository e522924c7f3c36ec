import {
  type Hub,
  findLink,
  findReconcileRun,
  listCertificates,
  listReconcileCases,
  listReconcileRuns,
  settleReconcileCase,
  startReconcile,
} from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { actorOf } from '../../plugins/operator.ts'
import { readsOf } from '../../reads.ts'
import { answersAtOnce, incomparable, insteadOfComparing } from '../../transport/scheme.ts'
import { namesSchema, withNames } from './names.ts'
import { limitOf, type PageQuery, pageOf, pageQuery, pageSchema, placeOf } from './page.ts'
import { caseSchema, certificateSchema, runSchema } from './reconcile.docs.ts'

type OneLink = { Params: { name: string } }
type Listed = { Querystring: PageQuery }

const paged = { type: 'object', additionalProperties: false, properties: pageQuery }

/** Comparing what a link delivered with what the upstream holds: begin one, see what was found, and the certificates of both sides. */
export function reconcileAdminRoutes(app: FastifyInstance, context: Context): void {
  const { hub, config, queues, log } = context
  const reads = readsOf(context)
  const configured = new Set(config.upstreams.map((upstream) => upstream.name))

  app.post<OneLink>(
    '/links/:name/reconcile',
    { schema: { summary: 'Compare what was delivered with what the upstream holds · 立即对账', response: { 202: runSchema } } },
    async (request, reply) => {
      const { name } = request.params
      const link = await findLink(hub.db, name)
      if (!configured.has(name))
        throw new Problem('parameter-invalid', {
          zh: '此通道已不在 HUIJIAO_UPSTREAMS 中',
          en: 'HUIJIAO_UPSTREAMS does not name this link any more',
        })
      if (!answersAtOnce(link)) throw new Problem('parameter-invalid', incomparable, { hint: insteadOfComparing(link) })
      const run = await startReconcile(hub, actorOf(request), name)
      // Lost or refused by the queue, it is found by the sweep.
      queues
        .add('reconcile', { link: link.link_no })
        .catch((error: unknown) => log.warn({ err: error, link: name }, 'the comparison could not be queued; the sweep begins it'))
      return reply.code(202).send(await findReconcileRun(hub.db, link.link_no, run.run_id))
    },
  )

  app.get<OneLink & Listed>(
    '/links/:name/reconcile',
    {
      schema: {
        summary: 'Comparisons with the upstream, newest first · 对账记录',
        querystring: paged,
        response: { 200: pageSchema(runSchema) },
      },
    },
    async (request) => {
      const { link_no } = await findLink(hub.db, request.params.name)
      const limit = limitOf(request.query)
      const place = placeOf<[string, string]>('reconcile-runs', request.query)
      const before = place === undefined ? {} : { before: { startedAt: new Date(place[0]), run: place[1] } }
      const rows = await listReconcileRuns(reads(request).db, { linkNo: link_no, limit: limit + 1, ...before })
      return pageOf(
        'reconcile-runs',
        rows,
        limit,
        (row) => [row.startedAt.toISOString(), row.run],
        (row) => row,
      )
    },
  )

  app.get<{ Params: { name: string; run: string } }>(
    '/links/:name/reconcile/:run',
    {
      schema: {
        summary: 'One comparison · 一次对账',
        params: { type: 'object', properties: { name: { type: 'string' }, run: { type: 'string', format: 'uuid' } } },
        response: { 200: runSchema },
      },
    },
    async (request) => findReconcileRun(hub.db, (await findLink(hub.db, request.params.name)).link_no, request.params.run),
  )

  const certificates = async (db: Hub['db'], side: 'up' | 'down', peer: string, query: PageQuery) => {
    const limit = limitOf(query)
    const before = placeOf<number>(`certificates-${side}`, query)
    const rows = await listCertificates(db, { side, peer, limit: limit + 1, ...(before === undefined ? {} : { before }) })
    return pageOf(
      `certificates-${side}`,
      rows,
      limit,
      (row) => row.number,
      (row) => row,
    )
  }
  app.get<OneLink & Listed>(
    '/links/:name/certificates',
    {
      schema: {
        summary: 'Equality certificates with the upstream, newest first; `document` is verified by `huijiao verify` · 与上级的一致性证明',
        querystring: paged,
        response: { 200: pageSchema(certificateSchema) },
      },
    },
    async (request) => certificates(reads(request).db, 'up', (await findLink(hub.db, request.params.name)).name, request.query),
  )
  app.get<{ Params: { participantId: string } } & Listed>(
    '/participants/:participantId/certificates',
    {
      schema: {
        summary: 'Equality certificates with a lower node, newest first · 与下级节点的一致性证明',
        querystring: paged,
        response: { 200: pageSchema(certificateSchema) },
      },
    },
    async (request) => certificates(reads(request).db, 'down', request.params.participantId, request.query),
  )

  app.get<{ Querystring: PageQuery & { state?: 'open' | 'settled'; link?: string } }>(
    '/reconcile/cases',
    {
      schema: {
        summary: 'Versions of which this node and its upstream hold different contents · 对账异议',
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: { ...pageQuery, state: { enum: ['open', 'settled'] }, link: { type: 'string', maxLength: 100 } },
        },
        response: { 200: pageSchema(caseSchema, { names: namesSchema }) },
      },
    },
    async (request) => {
      const { state, link } = request.query
      const limit = limitOf(request.query)
      const before = placeOf<number>('reconcile-cases', request.query)
      const at = reads(request)
      const rows = await listReconcileCases(at.db, {
        limit: limit + 1,
        ...(state === undefined ? {} : { state }),
        ...(link === undefined ? {} : { link }),
        ...(before === undefined ? {} : { before }),
      })
      const page = pageOf(
        'reconcile-cases',
        rows,
        limit,
        (row) => row.case,
        (row) => row,
      )
      return await withNames(at, page)
    },
  )

  app.post<{ Params: { number: number }; Body: { reason: string } }>(
    '/reconcile/cases/:number/settle',
    {
      schema: {
        summary: 'Close a case with what people decided; nothing is changed by it · 结案',
        params: { type: 'object', properties: { number: { type: 'integer', minimum: 1 } } },
        body: {
          type: 'object',
          additionalProperties: false,
          required: ['reason'],
          properties: { reason: { type: 'string', minLength: 1, maxLength: 500 } },
          examples: [{ reason: '已与省级核对，以本级为准' }],
        },
        response: { 204: { type: 'null' } },
      },
    },
    async (request, reply) => {
      await settleReconcileCase(hub, actorOf(request), request.params.number, request.body.reason)
      return reply.code(204).send()
    },
  )
}
