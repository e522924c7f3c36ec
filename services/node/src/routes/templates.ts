import { dictionaryWorkbook, templateWorkbook, xlsxMediaType } from '@huijiao/files'
import { Problem } from '@huijiao/problem'
import type { Dictionary, Release } from '@huijiao/standard'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'

/**
 * `GET /v1/standards/{release}/templates/{code}.xlsx`: the workbook that a clerk fills, or a dictionary as it counts now, to change and hand in. Made when it is asked for; always the same
 * bytes.
 */
export function templateRoutes(app: FastifyInstance, context: Context): void {
  const schema = {
    tags: ['standards'],
    summary: 'Template workbook of an entity, or a dictionary as a workbook · 数据表填报模板，或字典的现行内容',
    description:
      'Of an entity: header in Chinese with the codes beneath, mandatory columns marked, drop-downs from the dictionaries, a note from the standard on every header, examples and instructions. Of a dictionary: its codes as they count now, in the columns that replacing it by a file takes.',
    params: {
      type: 'object',
      properties: { release: { type: 'string', examples: ['2018'] }, file: { type: 'string', examples: ['TBProjectInfo.xlsx'] } },
    },
    response: {
      200: { description: 'A workbook', content: { [xlsxMediaType]: { schema: { type: 'string', format: 'binary' } } } },
      404: {
        description: 'No such release, entity or dictionary · 没有此标准版本、数据表或字典',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
  // A release that changes is another object: what was made for the old one goes with it.
  const made = new WeakMap<Release, Map<string, Promise<Buffer>>>()
  type Params = { Params: { release: string; file: string } }
  app.get<Params>('/v1/standards/:release/templates/:file', { schema }, async (request, reply) => {
    const { file } = request.params
    const release = context.hub.standards().releases.get(request.params.release)
    const code = file.endsWith('.xlsx') ? file.slice(0, -'.xlsx'.length) : ''
    const entity = release?.entities.get(code)
    const dictionary = release?.dictionaries.get(code)
    if (release === undefined || (entity === undefined && dictionary === undefined))
      throw new Problem('not-found', {
        zh: '没有此标准版本，或其中没有此数据表或字典',
        en: 'There is no such release, or no such entity or dictionary in it',
      })
    const known = made.get(release) ?? new Map<string, Promise<Buffer>>()
    made.set(release, known)
    const workbook =
      known.get(code) ?? (entity === undefined ? dictionaryWorkbook(dictionary as Dictionary) : templateWorkbook(release, entity))
    known.set(code, workbook)
    workbook.catch(() => known.delete(code))
    return (
      reply
        .type(xlsxMediaType)
        .header('content-disposition', `attachment; filename="${code}-${release.id}.xlsx"`)
        // A dictionary is fetched to be changed: as it counts at this moment.
        .header('cache-control', entity === undefined ? 'no-cache' : 'public, max-age=3600')
        .send(await workbook)
    )
  })
}
