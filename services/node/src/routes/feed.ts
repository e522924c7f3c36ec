import {
  type Caller,
  feedKinds,
  type FeedKind,
  noteNoticesTold,
  offeredStandards,
  readDown,
  readFeed,
  recordAccess,
  usualKinds,
  versionsMediaType,
} from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Context } from '../context.ts'
import type { Waiting } from '../feed-waiters.ts'
import { callerOf, requireCaller, spendSignature } from '../plugins/participants.ts'
import { downSchema, feedSchema } from './feed.docs.ts'

interface FeedQuery {
  readonly after?: string
  readonly limit?: number
  readonly wait?: number
  readonly kinds?: string
}
interface DownQuery {
  readonly after?: string
  readonly wait?: number
  readonly entities?: string
  readonly corrections?: boolean
}

/** The way back down: `GET /v1/feed` for everybody, `GET /v1/feed/records` for lower nodes. */
export function feedRoutes(app: FastifyInstance, context: Context): void {
  const { hub, feedWaiters, metrics } = context
  app.addHook('onRequest', requireCaller(context))

  app.get<{ Querystring: FeedQuery }>('/v1/feed', { schema: feedSchema }, async (request, reply) => {
    await spendSignature(request, context)
    reply.header('cache-control', 'no-store')
    const caller = callerOf(request)
    const kinds = kindsOf(request.query.kinds) ?? usualKinds(caller)
    const { after, limit, wait = 0 } = request.query
    const read = (place: string | undefined) =>
      readFeed(hub, caller, { ...(place === undefined ? {} : { after: place }), ...(limit === undefined ? {} : { limit }), kinds })
    const page = await untilTold(reply, wait, waitingOf(caller, kinds), read, after, (one) => one.items.length > 0)
    for (const item of page.items) metrics.feedItems.inc({ kind: item.kind })
    await noteNoticesTold(
      hub,
      caller,
      page.items.filter((item) => item.kind === 'notice'),
    )
    await noteRead(caller, page.items.filter((item) => 'data' in item).length)
    return caller.kind === 'node' ? { ...page, standards: offeredStandards(hub) } : page
  })

  app.get<{ Querystring: DownQuery }>('/v1/feed/records', { schema: downSchema }, async (request, reply) => {
    await spendSignature(request, context)
    reply.header('cache-control', 'no-store')
    const caller = callerOf(request)
    if (caller.kind !== 'node')
      throw new Problem('not-allowed', {
        zh: '成批下行只供下级节点；业务系统用 GET /v1/feed?kinds=records',
        en: 'Records with their proofs are for lower nodes; a business system uses GET /v1/feed?kinds=records',
      })
    const { after, entities, corrections = true, wait = 0 } = request.query
    const want = { corrections, ...(entities === undefined ? {} : { entities: entities.split(',').filter((one) => one !== '') }) }
    const read = (place: string | undefined) => readDown(hub, caller, { ...want, ...(place === undefined ? {} : { after: place }) })
    const waiting = { participantId: caller.participantId, outcomes: false, notices: false, standards: false, down: true }
    const page = await untilTold(reply, wait, waiting, read, after, (one) => one.body !== null)
    metrics.feedItems.inc({ kind: 'down' }, page.count)
    await noteRead(caller, page.count)
    reply.header('huijiao-feed-cursor', page.cursor).header('huijiao-feed-more', String(page.more))
    if (page.body === null) return await reply.code(204).send()
    return await reply.type(versionsMediaType).send(page.body)
  })

  /** Reads on over pages that tell nothing, and then waits, until there is something or the time is over. No statement is open while it waits. */
  async function untilTold<Page extends { cursor: string; more: boolean; next?: number }>(
    reply: FastifyReply,
    seconds: number,
    waiting: Waiting,
    read: (after: string | undefined) => Promise<Page>,
    after: string | undefined,
    tells: (page: Page) => boolean,
  ): Promise<Page> {
    if (seconds === 0) return await read(after)
    const until = performance.now() + seconds * 1000
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    const listener = await feedWaiters.listen(waiting)
    try {
      let page = await read(after)
      while (!tells(page) && !gone.signal.aborted && !context.stopping()) {
        const left = until - performance.now()
        if (left <= 0) break
        if (!page.more) await listener.next(left, gone.signal)
        page = await read(page.cursor)
      }
      return page
    } finally {
      listener.end()
    }
  }

  /** Records that a caller reads are written down, as on every other way. */
  async function noteRead(caller: Caller, records: number): Promise<void> {
    if (records === 0) return
    await recordAccess(hub, { actor: `participant:${caller.participantId}`, action: 'read-feed', detail: { records } })
    context.background.accessRecorded()
  }
}

function kindsOf(text: string | undefined): ReadonlySet<FeedKind> | undefined {
  if (text === undefined) return undefined
  const given = text.split(',').filter((one) => one !== '')
  const stray = given.find((one) => !(feedKinds as readonly string[]).includes(one))
  if (stray !== undefined || given.length === 0)
    throw new Problem(
      'parameter-invalid',
      { zh: `kinds 应为 ${feedKinds.join('、')} 中的若干`, en: `kinds are some of ${feedKinds.join(', ')}` },
      { pointer: '/kinds', value: (stray ?? '').slice(0, 60), allowed: feedKinds.join(', ') },
    )
  return new Set(given as FeedKind[])
}

const waitingOf = (caller: Caller, kinds: ReadonlySet<FeedKind>): Waiting => ({
  participantId: caller.participantId,
  outcomes: kinds.has('outcomes'),
  notices: kinds.has('notices'),
  standards: kinds.has('standards'),
  down: kinds.has('records') || kinds.has('corrections'),
})
