import { type CustodyQuery, custodyDocument, lookupRecord, readRecord, readLogHead, readVersions, recordAccess } from '@huijiao/exchange'
import { coversRegion } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { callerOf, requireCaller, spendSignature } from '../plugins/participants.ts'
import { recordAs } from './record-as.ts'

const security = [{ apiKey: [] }, { signature: [] }]
const params = { type: 'object', properties: { recordId: { type: 'string', examples: ['r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d'] } } } as const
const common = (summary: string) => ({ tags: ['records'], summary, security, response: { 200: { type: 'object' } } })
const docs = (summary: string) => ({ ...common(summary), params })

interface LookupBody {
  readonly entity: string
  readonly key?: Record<string, unknown>
  readonly sourceId?: string
}
type OneRecord = { Params: { recordId: string } }
export type Shown = Awaited<ReturnType<typeof readRecord>>

/** A record, its history, its chain of custody. Sealed fields are masked; every read is written down before the answer leaves. */
export function recordRoutes(app: FastifyInstance, context: Context): void {
  const { hub } = context
  app.addHook('onRequest', requireCaller(context))

  const recordDocs = {
    ...docs('A record with its streams, or what it says in another release · 记录'),
    description:
      'With `as` a derived view for export: what is in force in the words of another release, with what that loses (`lost`), assumes and lacks. Sealed fields stay masked, and nothing is judged or stored. · 带 as 时为导出用的派生视图',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: { as: { type: 'string', maxLength: 60, description: 'Release to say it in · 以哪一版表示', examples: ['2018'] } },
    },
  }

  const lookup = {
    ...common('Find a record by its business key · 按业务主键查找'),
    description:
      'The key travels in the body, never in an address. An entity keyed by `sourceId` is found among the caller’s own records. A number that became another (renamed, merged) is answered with the record that stands for it now, and `succession` tells how; after a split the old record answers and `successors` names the new ones. · 旧编号答以现行记录，并附变更链',
    body: {
      type: 'object',
      required: ['entity'],
      additionalProperties: false,
      properties: { entity: { type: 'string', maxLength: 100 }, key: { type: 'object' }, sourceId: { type: 'string', maxLength: 200 } },
      examples: [{ entity: 'TBProjectInfo', key: { PrjNum: '3701022609010101' } }],
    },
  }
  app.post<{ Body: LookupBody }>('/v1/records/lookup', { schema: lookup }, async (request) => {
    const { entity, key, sourceId } = request.body
    const own = `${hub.node.name}/${callerOf(request).participantId}`
    const { recordId, succession } = await lookupRecord(hub, {
      entity,
      ...(key === undefined ? {} : { key }),
      ...(sourceId === undefined ? {} : { sourceId, stream: own }),
    })
    const record = await readAllowed(request, context, recordId, 'lookup-record')
    return { ...record, ...(succession === null ? {} : { succession }) }
  })

  app.get<OneRecord & { Querystring: { as?: string } }>('/v1/records/:recordId', { schema: recordDocs }, async (request) => {
    const { as } = request.query
    if (as === undefined) return await readAllowed(request, context, request.params.recordId, 'read-record')
    return recordAs(context, await readAllowed(request, context, request.params.recordId, 'read-record-as'), as)
  })

  app.get<OneRecord>(
    '/v1/records/:recordId/versions',
    { schema: docs('Every version, with who submitted it · 记录的全部版本') },
    async (request) => {
      await readAllowed(request, context, request.params.recordId, 'read-versions')
      return await readVersions(hub, request.params.recordId, { unmask: false })
    },
  )

  const custody = {
    ...docs('The chain of custody of one version, to be verified offline · 流转轨迹'),
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        version: { type: 'integer', minimum: 1, description: 'The one in force, else the latest, when absent' },
        stream: { type: 'string', maxLength: 200, description: '<origin node>/<participant>, when several write the record' },
      },
    },
  }
  app.get<OneRecord & { Querystring: CustodyQuery }>('/v1/records/:recordId/custody', { schema: custody }, async (request) => {
    await readAllowed(request, context, request.params.recordId, 'read-custody')
    const head = await readLogHead(hub.db)
    if (head !== null) await context.epochs.mayShow(head)
    return await custodyDocument(hub, request.params.recordId, { ...request.query, unmask: false })
  })
}

/**
 * Reads a record that the caller may see: one it sent itself, or one that lies in its regions. Another one answers as if it were not there.
 * @throws Problem not-found
 */
async function readAllowed(request: FastifyRequest, context: Context, recordId: string, action: string): Promise<Shown> {
  await spendSignature(request, context)
  const caller = callerOf(request)
  const record = await readRecord(context.hub, recordId, { unmask: false })
  const own = record.streams.some(
    (stream) =>
      stream.stream === `${context.hub.node.name}/${caller.participantId}` ||
      (caller.nodeName !== null && stream.stream.startsWith(`${caller.nodeName}/`)),
  )
  const region = (record.inForce ?? record.head)?.reportingRegion
  if (!own && !(region !== undefined && coversRegion(caller.regions, region))) {
    throw new Problem('not-found', { zh: `没有记录 ${recordId.slice(0, 60)}`, en: `There is no record ${recordId.slice(0, 60)}` })
  }
  await recordAccess(context.hub, { actor: `participant:${caller.participantId}`, action, subject: record.recordId })
  context.background.accessRecorded()
  return record
}
