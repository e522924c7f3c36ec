import { Problem } from '@huijiao/problem'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { outcomeOf, type ProblemPage, problemPage, problemPages } from '../problem-pages/content.ts'
import { contentSecurityPolicy, indexHtml, pageHtml } from '../problem-pages/html.ts'

/** `/problems/{code}`: the page that a problem's `type` points at, for people as HTML and for programs as JSON. */
export function problemRoutes(app: FastifyInstance): void {
  const list = { type: 'object', properties: { problems: { type: 'array', items: { type: 'object' } } } }
  let index: string | undefined
  app.get(
    '/problems',
    { schema: { tags: ['problems'], summary: 'Every problem code · 全部问题代码', response: { 200: list } } },
    async (request, reply) => {
      if (!wantsPage(request.headers.accept)) return shared(reply).send({ problems: problemPages().map(asListed) })
      return sendPage(reply, (index ??= indexHtml(problemPages())))
    },
  )

  const schema = {
    tags: ['problems'],
    summary: 'What a problem means, by which rule, and how to mend it · 问题说明',
    params: { type: 'object', properties: { code: { type: 'string', examples: ['region-not-granted'] } } },
    response: { 200: { type: 'object' } },
  }
  app.get<{ Params: { code: string } }>('/problems/:code', { schema }, async (request, reply) => {
    const page = problemPage(request.params.code)
    if (page === null) throw new Problem('not-found', { zh: '没有这个问题代码', en: 'There is no such problem code' })
    return wantsPage(request.headers.accept) ? sendPage(reply, pageHtml(page)) : shared(reply).send(asDocument(page))
  })
}

const shared = (reply: FastifyReply) => reply.header('cache-control', 'public, max-age=3600').header('vary', 'accept')

function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return shared(reply).header('content-security-policy', contentSecurityPolicy).type('text/html; charset=utf-8').send(html)
}

function asListed({ code, status, title, hint, retryable }: ProblemPage): object {
  return {
    type: `/problems/${code}`,
    code,
    ...(status === null ? {} : { status }),
    scope: status === null ? 'record' : 'request',
    title: title.zh,
    hint: hint.zh,
    retryable,
    en: { title: title.en, hint: hint.en },
  }
}

function asDocument(page: ProblemPage): object {
  const outcome = outcomeOf(page)
  return {
    ...asListed(page),
    what: page.what?.zh,
    why: page.why?.zh,
    outcome: outcome.zh,
    rules: page.rules.map(({ sentence, ...rule }) => ({ ...rule, ...(sentence === null ? {} : { zh: sentence.zh, en: sentence.en }) })),
    ...(page.example === null ? {} : { example: page.example }),
    en: { title: page.title.en, hint: page.hint.en, what: page.what?.en, why: page.why?.en, outcome: outcome.en },
  }
}

function wantsPage(accept: string | undefined): boolean {
  return accept !== undefined && accept.includes('text/html')
}
