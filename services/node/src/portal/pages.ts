import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { publicCustody, publicRecord, publicSearchScope, regionName } from '@huijiao/exchange'
import { textArray } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { builtPages } from '../console/pages.ts'
import type { Context } from '../context.ts'
import { answerWithPage } from '../plugins/problems.ts'
import { publicReads } from '../reads.ts'
import { knownKeys, linkedView, recordView, searchView } from '../routes/public/view.ts'
import { type Frame, messagePage, link } from './layout.ts'
import { libraries, type Library } from './parts.ts'
import { linkedPage, recordPage } from './record-page.ts'
import { homePage, searchPage } from './search-page.ts'
import { stylesheet, stylesheetPath } from './style.ts'
import { recordVerifyPage, verifyPage } from './verify-page.ts'
import { say } from './words.ts'

type Query = Readonly<Record<string, string | undefined>>
type PageRequest = FastifyRequest<{ Querystring: Query; Params: { recordId: string } }>

/** Everything from this node, nothing inline: what is shown can run nothing of its own and call nobody. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** How long the counts of the first page may be old. */
const countsMs = 60_000

/**
 * The public pages: plain HTML made here, complete without scripts; the only script checks proofs.
 * @param costs hook that asks what the caller's address may still ask
 */
export function portalPages(
  app: FastifyInstance,
  context: Context,
  costs: (price: number) => (request: FastifyRequest, reply: FastifyReply) => Promise<void>,
  prices: Readonly<Record<'search' | 'record' | 'custody', number>>,
): void {
  const { hub } = context
  const reads = publicReads(context)
  const hidden = { hide: true }

  app.get(stylesheetPath, { schema: hidden }, async (_request, reply) =>
    reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('x-content-type-options', 'nosniff')
      .type('text/css; charset=utf-8')
      .send(stylesheet),
  )

  const frameOf = (request: FastifyRequest): Frame => {
    const { lang, ...query } = request.query as Query
    return {
      lang: lang === 'en' ? 'en' : 'zh',
      path: request.url.split('?')[0] as string,
      query,
      place: regionName(hub, hub.node.region),
      tier: hub.node.tier,
      script: scriptPath(),
    }
  }
  const send = (reply: FastifyReply, text: string) =>
    reply
      .header('content-security-policy', policy)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'same-origin')
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(text)

  /** A page of its own for what a reader may run into; everything else is a problem as for programs. */
  const get = (path: string, price: number, make: (request: PageRequest, frame: Frame, reply: FastifyReply) => Promise<string | null>) =>
    app.get(path, { schema: hidden }, async (request, reply) => {
      const frame = frameOf(request)
      try {
        await costs(price)(request, reply)
        const text = await make(request as PageRequest, frame, reply)
        return text === null ? reply : await send(reply, text)
      } catch (error) {
        if (!(error instanceof Problem) || error.status >= 500) throw error
        if (error.code === 'log-range-detached' || error.code === 'version-range-detached') {
          const { title, en } = error.toDocument()
          return await send(reply.code(error.status), messagePage(frame, frame.lang === 'en' ? en.title : title, error.detail[frame.lang]))
        }
        const [title, text] = error.code === 'too-many-requests' ? (['wait', 'waitText'] as const) : (['notFound', 'notFoundText'] as const)
        return await send(reply.code(error.status), messagePage(frame, say(frame.lang, title), say(frame.lang, text)))
      }
    })

  answerWithPage(app, (request, reply) => {
    const frame = frameOf(request)
    return send(reply.code(404), messagePage(frame, say(frame.lang, 'noPage'), say(frame.lang, 'noPageText')))
  })

  const counts = createCounts(reads)
  get('/', prices.record, async (_request, frame) => homePage(frame, await counts()))

  get('/search', prices.search, async (request, frame) => {
    const { q = '', library, region, cursor } = request.query
    const text = q.trim().slice(0, 100)
    const known = libraries.find((one) => one === library)
    const query = { q: text, ...(known === undefined ? {} : { library: known }) }
    if (text.length < 2) return searchPage(frame, query, null)
    const results = await searchView(reads(), {
      ...query,
      ...(region === undefined ? {} : { region }),
      ...(cursor === undefined ? {} : { cursor }),
    })
    return searchPage(frame, query, results)
  })

  get('/records/:recordId', prices.record, async (request, frame) => recordPage(frame, await recordView(reads(), request.params.recordId)))

  get('/records/:recordId/linked', prices.record, async (request, frame) => {
    const { entity = '', direction, cursor } = request.query
    const way = direction === 'above' ? 'above' : 'below'
    const { items, next, of } = await linkedView(reads(), request.params.recordId, {
      entity,
      direction: way,
      ...(cursor === undefined ? {} : { cursor }),
    })
    return linkedPage(frame, of, { items, next, query: { entity, direction: way } })
  })

  get('/records/:recordId/verify', prices.custody, async (request, frame) => {
    const { recordId } = request.params
    const at = reads().hub
    const [{ record }, custody, keys] = [
      await publicRecord(at, recordId),
      await publicCustody(at, recordId),
      await knownKeys(at.db, hub.node.name),
    ]
    return recordVerifyPage(frame, record, custody, keys, (region) => regionName(hub, region))
  })

  get('/verify', prices.record, async (request, frame, reply) => {
    const id = /r_[0-9a-f]{32}/.exec(request.query['record'] ?? '')?.[0]
    if (id !== undefined) {
      await reply.redirect(link(frame, `/records/${id}/verify`), 303)
      return null
    }
    return verifyPage(frame, await knownKeys(reads().hub.db, hub.node.name), request.query['record'] !== undefined)
  })
}

/** How many records each library shows, counted at most once a minute; only the first visitor of all waits for a count. */
function createCounts(reads: () => Context): () => Promise<Record<Library, number>> {
  let last: Record<Library, number> | null = null
  let lastAt = Number.NEGATIVE_INFINITY
  let counting: Promise<Record<Library, number>> | null = null
  const count = async () => {
    try {
      last = await countLibraries()
      lastAt = performance.now()
      return last
    } finally {
      counting = null
    }
  }
  return async () => {
    if (performance.now() - lastAt > countsMs) {
      counting ??= count()
      if (last === null) return await counting
      // It is asked again by the next visitor when it fails.
      counting.catch(() => {})
    }
    return last as Record<Library, number>
  }
  async function countLibraries() {
    const { hub } = reads()
    const { entities = [], dated = [], day = '' } = publicSearchScope(hub).published ?? {}
    const { rows } = await sql<{ library: Library; count: number }>`
      select library, count(*)::int4 as count from search_record
      where entity = any(${textArray(entities)}::text[]) and state = 'in-force'
        and (entity <> all(${textArray(dated)}::text[]) or (shown_from <= ${day}::date and shown_to >= ${day}::date))
      group by library`.execute(hub.db)
    return { enterprise: 0, person: 0, project: 0, conduct: 0, ...Object.fromEntries(rows.map((row) => [row.library, row.count])) }
  }
}

let manifest: { readonly stamp: number; readonly script: string | null } | undefined

/** The built script that checks proofs; null where the pages are not built. Read again when another build has taken its place. */
function scriptPath(): string | null {
  const file = join(builtPages, '.vite', 'manifest.json')
  const stamp = existsSync(file) ? statSync(file).mtimeMs : 0
  if (manifest?.stamp !== stamp) {
    const entries = stamp === 0 ? {} : (JSON.parse(readFileSync(file, 'utf8')) as Record<string, { file?: string }>)
    const built = entries['portal.html']?.file
    manifest = { stamp, script: built === undefined ? null : `/console/${built}` }
  }
  return manifest.script
}
