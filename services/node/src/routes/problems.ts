import { Problem, type ProblemCode, type ProblemKind, catalogue } from '@huijiao/problem'
import type { FastifyInstance } from 'fastify'

/** `/problems/{code}`: the page that a problem's `type` points at; JSON for programs. */
export function problemRoutes(app: FastifyInstance): void {
  const list = { type: 'object', properties: { problems: { type: 'array', items: { type: 'object' } } } }
  app.get(
    '/problems',
    { schema: { tags: ['problems'], summary: 'Every problem code · 全部问题代码', response: { 200: list } } },
    async (request, reply) => {
      const codes = Object.keys(catalogue) as ProblemCode[]
      if (!wantsPage(request.headers.accept)) return { problems: codes.map(asDocument) }
      const items = codes.map(
        (code) =>
          `<li><a href="/problems/${code}"><code>${code}</code></a> ${escape(catalogue[code].title.zh)} · ${escape(catalogue[code].title.en)}</li>`,
      )
      return reply
        .type('text/html; charset=utf-8')
        .send(page('问题代码 · Problem codes', `<h1>问题代码 · Problem codes</h1><ul>${items.join('\n')}</ul>`))
    },
  )

  const schema = {
    tags: ['problems'],
    summary: 'What a problem means and how to mend it · 问题说明',
    params: { type: 'object', properties: { code: { type: 'string', examples: ['region-not-granted'] } } },
    response: { 200: { type: 'object' } },
  }
  app.get<{ Params: { code: string } }>('/problems/:code', { schema }, async (request, reply) => {
    const code = request.params.code as ProblemCode
    if (!Object.hasOwn(catalogue, code)) throw new Problem('not-found', { zh: '没有这个问题代码', en: 'There is no such problem code' })
    reply.header('cache-control', 'public, max-age=3600').header('vary', 'accept')
    if (!wantsPage(request.headers.accept)) return asDocument(code)
    return reply.type('text/html; charset=utf-8').send(problemPage(code))
  })
}

function asDocument(code: ProblemCode): object {
  const kind: ProblemKind = catalogue[code]
  return {
    type: `/problems/${code}`,
    code,
    ...(kind.status === null ? {} : { status: kind.status }),
    scope: kind.status === null ? 'record' : 'request',
    title: kind.title.zh,
    hint: kind.hint.zh,
    retryable: kind.retryable,
    en: { title: kind.title.en, hint: kind.hint.en },
  }
}

function problemPage(code: ProblemCode): string {
  const kind: ProblemKind = catalogue[code]
  const scope =
    kind.status === null
      ? ['单条记录的问题，写在回执里', 'A problem of one record, told in the receipt']
      : [`整个请求的问题，HTTP ${kind.status}，没有写入任何内容`, `A problem of the whole request, HTTP ${kind.status}; nothing was stored`]
  const retry = kind.retryable
    ? ['同一请求稍后可原样重发', 'The same request may be sent again later']
    : ['原样重发不会成功，须先改正', 'Sending the same again does not help; mend it first']
  const part = (lang: string, title: string, rows: readonly (readonly [string, string])[]) =>
    `<section lang="${lang}"><h2>${escape(title)}</h2><dl>${rows.map(([term, text]) => `<dt>${term}</dt><dd>${escape(text)}</dd>`).join('')}</dl></section>`
  const zh = part('zh-CN', kind.title.zh, [
    ['怎么改', kind.hint.zh],
    ['范围', scope[0]!],
    ['重发', retry[0]!],
  ])
  const en = part('en', kind.title.en, [
    ['What to do', kind.hint.en],
    ['Scope', scope[1]!],
    ['Sending again', retry[1]!],
  ])
  return page(
    `${kind.title.zh} · ${code}`,
    `<h1><code>${code}</code></h1>${zh}${en}<p><a href="/problems">全部问题代码 · All problem codes</a></p>`,
  )
}

function page(title: string, body: string): string {
  const style =
    'body{font:16px/1.7 system-ui,"Noto Sans SC","Microsoft YaHei",sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;color:#1f2328}dt{font-weight:600;margin-top:.6rem}dd{margin:0}code{background:#f2f4f7;padding:.1em .3em;border-radius:4px}'
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><style>${style}</style></head><body>${body}</body></html>`
}

function wantsPage(accept: string | undefined): boolean {
  return accept !== undefined && accept.includes('text/html')
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char]!)
}
