import { recordAccess } from '@huijiao/exchange'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { requireBounds } from '../../plugins/operator-bounds.ts'
import { actorOf, requireOperator } from '../../plugins/operator.ts'
import { accountRoutes } from './account.ts'
import { operatorRoutes } from './operators.ts'
import { sendUpRoutes } from './send-up.ts'
import { sessionRoutes } from './session.ts'
import { adminAttachmentRoutes } from '../attachments.ts'
import { correctionRoutes } from './corrections.ts'
import { draftRoutes } from './drafts.ts'
import { epochAdminRoutes } from './epochs.ts'
import { heldRoutes } from './held.ts'
import { identityRoutes } from './identity.ts'
import { nodeKeyAdminRoutes } from './keys.ts'
import { linkRoutes } from './links.ts'
import { liveRoutes } from './live.ts'
import { searchRoutes } from './log.ts'
import { nodeAdminRoutes } from './node.ts'
import { noticeRoutes } from './notices.ts'
import { parkedRoutes } from './parked.ts'
import { participantRoutes } from './participants.ts'
import { policyRoutes } from './policy.ts'
import { queueBoard } from './queues.ts'
import { reconcileAdminRoutes } from './reconcile.ts'
import { recordAdminRoutes } from './records.ts'
import { standardAdminRoutes } from './standards.ts'
import { submissionAdminRoutes } from './submissions.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Reading this is written down under this name before the answer leaves. */
    access?: string
  }
}

/** What operators do. Everything they change is a log entry; what they read about participants and records is an access event. */
export async function adminRoutes(app: FastifyInstance, context: Context, more?: (scope: FastifyInstance) => void): Promise<void> {
  await app.register(
    async (scope) => {
      scope.addHook('onRequest', requireOperator(context))
      scope.addHook('preHandler', requireBounds(context))
      scope.addHook('preHandler', async (request) => {
        const action = request.routeOptions.config.access
        if (action === undefined) return
        const subject = Object.values((request.params ?? {}) as Record<string, string>).join(' ')
        // Names of the filters only: what was searched for may be personal.
        const filters = Object.keys((request.query ?? {}) as object).filter((name) => name !== 'cursor' && name !== 'limit')
        await recordAccess(context.hub, {
          actor: actorOf(request),
          action,
          ...(subject === '' ? {} : { subject: subject.slice(0, 200) }),
          ...(filters.length === 0 ? {} : { detail: { filters } }),
        })
        context.background.accessRecorded()
      })
      scope.addHook('onRoute', (route) => {
        route.schema = { tags: ['admin'], security: [{ operatorToken: [] }, { operatorSession: [] }], ...route.schema }
      })
      sessionRoutes(scope, context)
      accountRoutes(scope, context)
      operatorRoutes(scope, context)
      nodeAdminRoutes(scope, context)
      epochAdminRoutes(scope, context)
      nodeKeyAdminRoutes(scope, context)
      linkRoutes(scope, context)
      liveRoutes(scope, context)
      parkedRoutes(scope, context)
      noticeRoutes(scope, context)
      submissionAdminRoutes(scope, context)
      draftRoutes(scope, context)
      adminAttachmentRoutes(scope, context)
      participantRoutes(scope, context)
      searchRoutes(scope, context)
      policyRoutes(scope, context)
      standardAdminRoutes(scope, context)
      correctionRoutes(scope, context)
      sendUpRoutes(scope, context)
      recordAdminRoutes(scope, context)
      identityRoutes(scope, context)
      heldRoutes(scope, context)
      more?.(scope)
      reconcileAdminRoutes(scope, context)
    },
    { prefix: '/v1' },
  )
  await app.register(async (scope) => queueBoard(scope, context), { prefix: '/queues' })
}
