import { templateWorkbook, xlsxMediaType } from '@huijiao/files'
import { Problem } from '@huijiao/problem'
import type { Release } from '@huijiao/standard'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'

/** `GET /v1/standards/{release}/templates/{entity}.xlsx`: the workbook that a clerk fills. Made when it is asked for; always the same bytes. */
export function templateRoutes(app: FastifyInstance, context: Context): void {
  const schema = {
    tags: ['standards'],
    summary: 'Template workbook of an entity · 数据表填报模板',
    description:
      'Header in Chinese with the codes beneath, mandatory columns marked, drop-downs from the dictionaries, a note from the standard on every header, examples and instructions.',
    params: {
      type: 'object',
      properties: { release: { type: 'string', examples: ['2018'] }, file: { type: 'string', examples: ['TBProjectInfo.xlsx'] } },
    },
    response: {
      200: { description: 'A workbook', content: { [xlsxMediaType]: { schema: { type: 'string', format: 'binary' } } } },
      404: {
        description: 'No such release or entity · 没有此标准版本或数据表',
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
    if (release === undefined || entity === undefined)
      throw new Problem('not-found', { zh: '没有此标准版本或数据表的模板', en: 'There is no template of such a release or entity' })
    const known = made.get(release) ?? new Map<string, Promise<Buffer>>()
    made.set(release, known)
    const workbook = known.get(code) ?? templateWorkbook(release, entity)
    known.set(code, workbook)
    workbook.catch(() => known.delete(code))
    return reply
      .type(xlsxMediaType)
      .header('content-disposition', `attachment; filename="${code}-${release.id}.xlsx"`)
      .header('cache-control', 'public, max-age=3600')
      .send(await workbook)
  })
}
