import { Problem } from '@huijiao/problem'
import type { FastifyInstance } from 'fastify'
import { type BuiltPages, openPages } from '../console/pages.ts'

/**
 * `/console/…`: the console. Whatever is no file of the build is a page of the application, which finds its own way by the address.
 * @param pages another folder of built pages, in tests
 */
export function consoleRoutes(app: FastifyInstance, pages: BuiltPages = openPages()): void {
  const hidden = { schema: { hide: true } }
  // One route with and without the slash at its end; the pages' relative addresses need it.
  app.get('/console', hidden, (request, reply) =>
    /^\/console\/(\?|$)/.test(request.url) ? pages.sendPage(request, reply, 'index.html') : reply.redirect('/console/', 302),
  )
  app.get<{ Params: { '*': string } }>('/console/*', hidden, (request, reply) => {
    const path = request.params['*']
    if (path.startsWith('assets/') || /\.[a-z0-9]{2,5}$/.test(path)) {
      const sent = pages.sendAsset(request, reply, path)
      if (sent === null) throw new Problem('not-found', { zh: '没有这个文件', en: 'There is no such file' })
      return sent
    }
    return pages.sendPage(request, reply, 'index.html')
  })
}
