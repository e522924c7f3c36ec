import { createHash } from 'node:crypto'
import { Problem } from '@huijiao/problem'
import {
  differencePage,
  diffReleases,
  mappingPage,
  mappingReport,
  type MappingReport,
  type Release,
  type ReleaseDifference,
  releasePage,
} from '@huijiao/standard'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { contentSecurityPolicy } from '../problem-pages/html.ts'
import { diffDocs, mappingDocs, pageDocs } from './standards-pages.docs.ts'
import { type RevisionQuery, servedRelease } from './standards-served.ts'

interface PairQuery {
  readonly from: string
  readonly to: string
  readonly fromRevision?: number
  readonly toRevision?: number
}

/** The standard for people: a release as one page, two releases compared, one in the words of another. Open to all. */
export function standardPageRoutes(app: FastifyInstance, context: Context): void {
  app.get<{ Params: { release: string }; Querystring: RevisionQuery }>(
    '/v1/standards/:release/document.html',
    { schema: pageDocs },
    async (request, reply) => sendReleasePage(request, reply, await servedRelease(context, request.params.release, request.query)),
  )

  app.get<{ Querystring: PairQuery }>('/v1/standards/diff', { schema: diffDocs }, async (request, reply) => {
    const { difference, page } = compared(...(await pairOf(context, request.query)))
    return wantsPage(request) ? sendPage(request, reply.header('vary', 'accept'), page()) : reply.header('vary', 'accept').send(difference)
  })

  app.get<{ Querystring: PairQuery }>('/v1/standards/mapping', { schema: mappingDocs }, async (request, reply) => {
    const { from, to } = request.query
    const { mapping, mappingPage: page } = compared(...(await pairOf(context, request.query)))
    if (mapping === null)
      throw new Problem('not-found', {
        zh: `没有 ${from} 与 ${to} 两版的对照`,
        en: `There is no mapping between releases ${from} and ${to}`,
      })
    return wantsPage(request) ? sendPage(request, reply.header('vary', 'accept'), page()) : reply.header('vary', 'accept').send(mapping)
  })
}

/** Whether a person is asking, with a browser. */
export function wantsPage({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/html') === true
}

const releasePages = new WeakMap<Release, string>()

/** Answers with the page of a release; made once for each revision that is asked for. */
export function sendReleasePage(request: FastifyRequest, reply: FastifyReply, release: Release): FastifyReply {
  let text = releasePages.get(release)
  if (text === undefined)
    releasePages.set(
      release,
      (text = releasePage(release, { problems: '/problems', schemas: `/v1/schemas/${encodeURIComponent(release.id)}` })),
    )
  return sendPage(request, reply, text)
}

function sendPage(request: FastifyRequest, reply: FastifyReply, text: string): FastifyReply {
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`
  reply.header('etag', etag).header('cache-control', 'public, no-cache').header('content-security-policy', contentSecurityPolicy)
  if (request.headers['if-none-match'] === etag) return reply.code(304).send()
  return reply.type('text/html; charset=utf-8').send(text)
}

interface Compared {
  readonly difference: ReleaseDifference
  readonly mapping: MappingReport | null
  page(): string
  mappingPage(): string
}

/** Revisions do not change, so what is found of two of them stands as long as both are on the shelf. */
const pairs = new WeakMap<Release, WeakMap<Release, Compared>>()

function compared(from: Release, to: Release): Compared {
  const known = pairs.get(from)?.get(to)
  if (known !== undefined) return known
  const difference = diffReleases(from, to)
  const mapping = mappingReport(from, to)
  let page: string | undefined
  let paired: string | undefined
  const made = {
    difference,
    mapping,
    page: () => (page ??= differencePage(difference)),
    mappingPage: () => (paired ??= mappingPage(mapping!)),
  }
  if (!pairs.has(from)) pairs.set(from, new WeakMap())
  pairs.get(from)!.set(to, made)
  return made
}

async function pairOf(context: Context, { from, to, fromRevision, toRevision }: PairQuery): Promise<[Release, Release]> {
  const one = await servedRelease(context, from, fromRevision === undefined ? {} : { revision: fromRevision })
  const other = await servedRelease(context, to, toRevision === undefined ? {} : { revision: toRevision })
  return [one, other]
}
