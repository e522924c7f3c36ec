import {
  activateStandard,
  cancelActivation,
  findStandard,
  listShadowRuns,
  loadStandard,
  shadowReport,
  showStandards,
  standardBytesMax,
  startStoredShadow,
} from '@huijiao/exchange'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { actorOf } from '../../plugins/operator.ts'
import { trustedStandardKeys } from '../../standard-keys.ts'
import { dictionaryAdminRoutes } from './dictionaries.ts'
import { withNames } from './names.ts'
import {
  activateDocs,
  cancelDocs,
  listDocs,
  loadDocs,
  reportDocs,
  runDocs,
  runsDocs,
  type ActivateBody,
  type CancelBody,
  type RunBody,
} from './standards.docs.ts'

type OfRelease = { Params: { release: string } }

/** Releases of the standard: loading, what counts and from when, dictionaries of official files, and runs in the shadow. */
export function standardAdminRoutes(app: FastifyInstance, context: Context): void {
  const { hub } = context
  const changed = () => context.refreshStandards()

  app.get('/standards', { schema: listDocs }, async () =>
    withNames(hub, {
      items: await showStandards(hub),
      refused: (await hub.db.selectFrom('standard_refusal').selectAll().orderBy('tried_at', 'desc').limit(50).execute()).map((row) => ({
        release: row.release,
        revision: row.revision,
        digest: `sha-256:${row.digest.toString('hex')}`,
        source: row.source,
        triedAt: row.tried_at.toISOString(),
        faults: row.faults,
      })),
    }),
  )

  app.post<{ Body: Record<string, unknown> }>('/standards', { schema: loadDocs, bodyLimit: standardBytesMax }, async (request) => {
    const { keys } = context.config.standards
    const keyOf = await trustedStandardKeys(keys, context.upstreams, await knownUpstreams(context))
    const loaded = await loadStandard(hub, { document: request.body, actor: actorOf(request), origin: 'file', source: null, keyOf })
    changed()
    return loaded
  })

  app.post<OfRelease & { Body: ActivateBody }>('/standards/:release/activate', { schema: activateDocs }, async (request) => {
    const { revision, issuer, from, reason } = request.body
    const name = { release: request.params.release, revision, ...(issuer === undefined ? {} : { issuer }) }
    const done = await activateStandard(hub, actorOf(request), name, { reason, ...(from === undefined ? {} : { from: new Date(from) }) })
    changed()
    return done
  })

  app.post<OfRelease & { Body: CancelBody }>('/standards/:release/cancel', { schema: cancelDocs }, async (request) => {
    const { revision, issuer, reason } = request.body
    const name = { release: request.params.release, revision, ...(issuer === undefined ? {} : { issuer }) }
    const cancelled = await cancelActivation(hub, actorOf(request), name, reason)
    changed()
    return { cancelled }
  })

  app.post<OfRelease & { Body: RunBody }>('/standards/:release/shadow', { schema: runDocs }, async (request, reply) => {
    const { revision, issuer, days } = request.body
    const standard = await findStandard(hub.db, {
      release: request.params.release,
      revision,
      ...(issuer === undefined ? {} : { issuer }),
    })
    const run = await startStoredShadow(hub, actorOf(request), { standardNo: standard.standardNo, days: days ?? 30 })
    return reply.code(202).header('location', `/admin/v1/shadow-runs/${run}`).send({ run })
  })

  app.get<{ Querystring: { release?: string; limit?: number } }>('/shadow-runs', { schema: runsDocs }, async (request) => {
    const { release, limit } = request.query
    return { items: await listShadowRuns(hub.db, { ...(release === undefined ? {} : { release }), limit: limit ?? 50 }), next: null }
  })

  app.get<{ Params: { run: number } }>(
    '/shadow-runs/:run',
    { schema: reportDocs, config: { access: 'read-shadow-run' } },
    async (request) => withNames(hub, await shadowReport(hub.db, request.params.run)),
  )

  app.register(async (scope) => dictionaryAdminRoutes(scope, context, changed))
}

/** Names of the nodes above whose keys are known or can be learnt now; one that cannot be reached does not keep a document from being loaded. */
async function knownUpstreams({ config, upstreams, log }: Context): Promise<string[]> {
  const names: string[] = []
  for (const { name } of config.upstreams) {
    try {
      await upstreams.keysOf(name)
      names.push(name)
    } catch (error) {
      log.warn({ err: error, upstream: name }, 'the keys of a node above are not known yet; what only it has signed is not taken')
    }
  }
  return names
}
