import { type DictionaryRequest, dictionaryUse, proposeDictionary, replaceDictionaryHere } from '@huijiao/exchange'
import { readPlainRows, xlsxMediaType } from '@huijiao/files'
import { Problem } from '@huijiao/problem'
import type { OfficialRow, Replacement } from '@huijiao/standard'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Context } from '../../context.ts'
import { actorOf } from '../../plugins/operator.ts'
import { readsOf } from '../../reads.ts'
import { checkDocs, type DictionaryQuery, dictionaryDocs } from './dictionaries.docs.ts'

/** Bytes of an official list of codes, as CSV or as a workbook. */
const listBytesMax = 20 * 1024 * 1024

/** Changes of codes in one answer; the counts are of all. */
const changesMax = 5000

type Asked = { Params: { release: string; code: string }; Querystring: DictionaryQuery; Body: unknown }

/** A dictionary replaced by an official file, and what that would change, asked before. */
export function dictionaryAdminRoutes(app: FastifyInstance, context: Context, changed: () => void): void {
  const { hub } = context
  const reads = readsOf(context)
  // A list of codes comes as JSON, or as the file itself.
  for (const type of ['text/csv', xlsxMediaType, 'application/octet-stream'])
    app.addContentTypeParser(type, { parseAs: 'buffer', bodyLimit: listBytesMax }, (_request, bytes, done) => done(null, bytes))
  const path = '/standards/:release/dictionaries/:code'

  app.post<Asked>(path, { schema: dictionaryDocs, bodyLimit: listBytesMax }, async (request) => {
    const loaded = await replaceDictionaryHere(hub, actorOf(request), await requestOf(request))
    changed()
    return loaded
  })

  app.post<Asked>(`${path}/check`, { schema: checkDocs, bodyLimit: listBytesMax }, async (request) => {
    const { changes, ...proposed } = await proposeDictionary(hub, await requestOf(request))
    const use = await dictionaryUse(reads(request), { release: proposed.release, code: proposed.code, changes })
    return { ...proposed, changes: changes.slice(0, changesMax), more: changes.length > changesMax, use }
  })
}

async function requestOf({ params, query, body, headers }: FastifyRequest<Asked>): Promise<DictionaryRequest> {
  const { rows, how } = Buffer.isBuffer(body)
    ? { rows: await readPlainRows({ bytes: body, path: null }, fileOf(headers['content-type'], query)), how: howOf(query) }
    : readBody(body)
  return { release: params.release, code: params.code, rows, how, from: query.from === undefined ? null : new Date(query.from) }
}

function fileOf(contentType: string | undefined, { filename, sheet }: DictionaryQuery) {
  const mediaType = contentType === 'application/octet-stream' ? undefined : contentType
  return {
    ...(mediaType === undefined ? {} : { mediaType }),
    ...(filename === undefined ? {} : { name: filename }),
    ...(sheet === undefined ? {} : { sheet }),
  }
}

function howOf({ title, reference, date, complete, missing, missingEn, lastDay }: DictionaryQuery): Replacement {
  if (title === undefined || complete === undefined)
    throw new Problem('parameter-invalid', {
      zh: '以文件替换字典时须写明 title（文件名称）与 complete（是否完整）',
      en: 'A file needs title (what it is) and complete (whether it is the whole table)',
    })
  return {
    source: { title, ...(reference === undefined ? {} : { reference }), ...(date === undefined ? {} : { date }) },
    complete,
    ...(missing === undefined ? {} : { missing: { zh: missing, en: missingEn ?? missing } }),
    ...(lastDay === undefined ? {} : { lastDay }),
  }
}

interface DictionaryBody extends Replacement {
  readonly rows: readonly OfficialRow[]
}

function readBody(body: unknown): { rows: readonly OfficialRow[]; how: Replacement } {
  const { rows, ...how } = (body ?? {}) as DictionaryBody
  return { rows, how }
}
