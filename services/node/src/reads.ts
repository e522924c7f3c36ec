import type { Hub } from '@huijiao/exchange'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Context } from './context.ts'
import { cookieOf, setCookie } from './plugins/cookies.ts'

/** The hub of a node as one request reads it. */
export type Reads = (request: FastifyRequest) => Hub

/**
 * Where the lists of the console are read: at the copy of the database, where there is one. Whoever has just changed something carries the place of that
 * change in a cookie, and is answered by the primary until the copy has come so far. Programs with the operator token keep no cookies and are always
 * answered by the primary; so are participants, whose routes do not ask here.
 */
export function readsOf(context: Context): Reads {
  const { replica, hub } = context
  if (replica === null) return () => hub
  return (request) => (request.operator?.live == null ? hub : { ...hub, db: replica.reader(cookieOf(request, context, 'place') ?? null) })
}

/** As `readsOf`, for what everybody may read and nobody has just written. */
export function publicReads(context: Context): () => Context {
  const { replica, hub } = context
  if (replica === null) return () => context
  return () => ({ ...context, hub: { ...hub, db: replica.reader(null) } })
}

/** Gives an operator who changed something the place of the change. Needed no longer than a copy may be behind. */
export function tellPlace(app: FastifyInstance, context: Context): void {
  const { replica, config, log } = context
  if (replica === null) return
  const seconds = 5 + 2 * Math.ceil(config.replicaBehindMs / 1000)
  app.addHook('onSend', async (request, reply, payload) => {
    const wrote = request.operator?.live != null && request.method !== 'GET' && request.method !== 'HEAD'
    if (!wrote) return payload
    try {
      setCookie(request, reply, context, { name: 'place', value: await replica.place(), seconds })
    } catch (error) {
      log.warn({ err: error }, 'where the database stands could not be told to an operator')
    }
    return payload
  })
}
