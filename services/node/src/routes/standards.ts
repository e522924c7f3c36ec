import { Problem } from '@huijiao/problem'
import { type Entity, releases, schemaOf } from '@huijiao/standard'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { optionalCaller } from '../plugins/participants.ts'

/** The standard as this node serves it: releases, entities, dictionaries, schemas, and how complete each is. */
export function standardRoutes(app: FastifyInstance, context: Context): void {
  const schema = {
    tags: ['standards'],
    summary: 'Releases, and what the caller may send · 数据标准与授权',
    response: { 200: { type: 'object', properties: { releases: { type: 'array', items: { type: 'object' } } } } },
  }
  app.get('/v1/standards', { schema, onRequest: optionalCaller(context) }, async (request) => ({
    releases: [...releases.values()].map((release) => ({
      id: release.id,
      entities: [...release.entities.values()].map((entity) => describeEntity(entity)),
      dictionaries: [...release.dictionaries.values()].map(({ code, nameZh, nameEn, closed, status, codes }) => ({
        code,
        name: nameZh,
        closed,
        status,
        codes: codes.size,
        en: { name: nameEn },
      })),
    })),
    // An open request sees the standard; a participant also sees its own grant.
    ...(request.caller === null
      ? {}
      : { caller: { participant: request.caller.participantId, kind: request.caller.kind, regions: request.caller.regions } }),
  }))

  const params = {
    type: 'object',
    properties: { release: { type: 'string', examples: ['2018'] }, file: { type: 'string', examples: ['TBProjectInfo.json'] } },
  }
  const document = {
    tags: ['standards'],
    summary: 'JSON Schema of an entity’s data · 数据表结构',
    params,
    response: { 200: { type: 'object' } },
  }
  app.get<{ Params: { release: string; file: string } }>('/v1/schemas/:release/:file', { schema: document }, async (request, reply) => {
    const { release, file } = request.params
    const entity = file.endsWith('.json') ? file.slice(0, -'.json'.length) : ''
    if (releases.get(release)?.entities.has(entity) !== true)
      throw new Problem('not-found', { zh: '没有此标准版本或数据表', en: 'There is no such release or entity' })
    return reply
      .type('application/schema+json; charset=utf-8')
      .header('cache-control', 'public, max-age=3600')
      .send(JSON.stringify(schemaOf(release, entity)))
  })

  const codes = {
    tags: ['standards'],
    summary: 'One dictionary with its codes · 字典',
    params: { type: 'object', properties: { release: { type: 'string' }, code: { type: 'string' } } },
    response: { 200: { type: 'object' } },
  }
  app.get<{ Params: { release: string; code: string } }>('/v1/dictionaries/:release/:code', { schema: codes }, async (request) => {
    const dictionary = releases.get(request.params.release)?.dictionaries.get(request.params.code)
    if (dictionary === undefined)
      throw new Problem('not-found', { zh: '没有此标准版本或字典', en: 'There is no such release or dictionary' })
    return { ...dictionary, codes: [...dictionary.codes.values()] }
  })
}

function describeEntity(entity: Entity): object {
  const inferred = entity.fields.filter((field) => field.provenance.length > 0)
  return {
    code: entity.code,
    name: entity.nameZh,
    group: entity.group,
    key: entity.key.length === 0 ? 'sourceId' : entity.key,
    schema: `/v1/schemas/${entity.release}/${entity.code}.json`,
    // How sure the table is: what is inferred is said, so that nobody takes it for the official text.
    completeness: {
      confidence: entity.confidence,
      marks: entity.provenance,
      fields: entity.fields.length,
      inferredFields: inferred.map((field) => field.code),
    },
    en: { name: entity.nameEn },
  }
}
