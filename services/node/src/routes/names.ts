import { regionIndex } from '@huijiao/standard'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'

const name = { type: 'string' } as const

/** Names of what stands as a code in records and lists, for whoever shows them to a person. Open to all, the same for all. */
export function nameRoutes(app: FastifyInstance, { hub }: Context): void {
  let regions: string | undefined
  app.get(
    '/v1/regions',
    {
      schema: {
        tags: ['standards'],
        summary: 'Names of administrative divisions by code, former codes too · 行政区划名称',
        response: {
          200: {
            type: 'object',
            required: ['regions'],
            properties: { regions: { type: 'object', additionalProperties: name } },
            examples: [{ regions: { '370000': '山东省', '370100': '济南市', '370102': '历下区' } }],
          },
        },
      },
    },
    async (_request, reply) => {
      regions ??= JSON.stringify({
        regions: Object.fromEntries([...regionIndex.codes()].map((code) => [code, regionIndex.nameOf(code) ?? code])),
      })
      return reply.header('cache-control', 'public, max-age=3600').type('application/json; charset=utf-8').send(regions)
    },
  )

  app.get(
    '/v1/entities',
    {
      schema: {
        tags: ['standards'],
        summary: 'Names of the entities of all releases that this node serves, by code · 数据表名称',
        response: {
          200: {
            type: 'object',
            required: ['entities'],
            properties: {
              entities: {
                type: 'object',
                additionalProperties: { type: 'object', required: ['zh', 'en'], properties: { zh: name, en: name } },
              },
            },
            examples: [{ entities: { TBProjectInfo: { zh: '工程项目基本信息表', en: 'Project' } } }],
          },
        },
      },
    },
    async (_request, reply) => {
      const found = [...hub.standards().releases.values()].flatMap((release) => [...release.entities.values()])
      const entities = Object.fromEntries(found.map(({ code, nameZh, nameEn }) => [code, { zh: nameZh, en: nameEn }]))
      return reply.header('cache-control', 'public, max-age=300').send({ entities })
    },
  )
}
