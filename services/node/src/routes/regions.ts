import { regionIndex } from '@huijiao/standard'
import type { FastifyInstance } from 'fastify'

/** `GET /v1/regions`: the divisions of China that this program knows, for whoever shows a code to a person. Open to all, the same for all. */
export function regionRoutes(app: FastifyInstance): void {
  let written: string | undefined
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
            properties: { regions: { type: 'object', additionalProperties: { type: 'string' } } },
            examples: [{ regions: { '370000': '山东省', '370100': '济南市', '370102': '历下区' } }],
          },
        },
      },
    },
    async (_request, reply) => {
      written ??= JSON.stringify({ regions: Object.fromEntries(allRegions()) })
      return reply.header('cache-control', 'public, max-age=3600').type('application/json; charset=utf-8').send(written)
    },
  )
}

function allRegions(): [string, string][] {
  return [...regionIndex.codes()].map((code) => [code, regionIndex.nameOf(code) ?? code])
}
