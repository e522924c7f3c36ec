import type { Caller, RequestNonce } from '@huijiao/exchange'
import type { CallingOperator } from './plugins/operator.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The participant that the credentials prove; null on open routes. */
    caller: Caller | null
    /** What makes the signature good for one request; null when an API key was used. */
    nonce: RequestNonce | null
    /** Who calls the admin API; null on its open routes and everywhere else. */
    operator: CallingOperator | null
    /** True when the client waits for `100 Continue` before it sends the body. */
    continueAwaited: boolean
    /** Submission id once it is known, for the log line. */
    submissionId: string | undefined
  }
}
