import { listPolicies, loadPolicy, policyInForce } from '@huijiao/exchange'
import { publicationOf } from '@huijiao/standard'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { actorOf } from '../../plugins/operator.ts'

const loaded = { type: 'object', properties: { policyId: { type: 'string' }, changed: { type: 'boolean' } } }
const inForce = {
  type: 'object',
  properties: {
    inForce: { type: 'string' },
    document: { type: 'object' },
    publication: {
      type: 'object',
      description: 'What the public sees: of the document, else the ruling that stands where it says nothing · 对外公布的范围',
    },
    loaded: { type: 'array', items: { type: 'object' } },
  },
}

/** Policy is data: which records qualify for a link, what an update does, what may be withdrawn. A change is a log entry, and skips are judged again. */
export function policyRoutes(app: FastifyInstance, context: Context): void {
  const { hub } = context
  app.get(
    '/policy',
    { schema: { summary: 'The policy in force, and those loaded before · 现行策略', response: { 200: inForce } } },
    async () => {
      const { id, policy } = await policyInForce(hub, hub.db)
      const rows = await listPolicies(hub.db)
      return {
        inForce: id,
        document: policy.document,
        publication: publicationOf(policy),
        loaded: rows.map((row) => ({ policyId: row.policy_id, loadedAt: row.loaded_at.toISOString(), inForceFrom: row.in_force_from })),
      }
    },
  )

  app.put<{ Body: Record<string, unknown> }>(
    '/policy',
    {
      schema: {
        summary: 'Put a policy in force · 装载策略',
        body: { type: 'object', description: 'As `document` of GET; every mistake is named at once' },
        response: { 200: loaded },
      },
    },
    async (request) => {
      const result = await loadPolicy(hub, actorOf(request), request.body)
      context.refreshPolicy()
      return result
    },
  )
}
