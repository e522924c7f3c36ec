import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'

/** `place`: of the last change that the operator made, in the log of the database (see reads.ts). */
export type CookieName = 'session' | 'device' | 'place'

/** Whether the caller's browser sees https: by the configured address, else by the connection, or what a trusted proxy says of it. */
export const isSecure = (request: FastifyRequest, { config }: Context): boolean =>
  config.http.publicUrl === null ? request.protocol === 'https' : config.http.publicUrl.startsWith('https:')

/**
 * Names carry the node's: cookies know hosts and no ports, and the nodes of the demonstration share a host. `__Host-` makes a browser refuse the cookie
 * unless it came over TLS from this very host for all paths, so that no neighbouring host can plant one.
 */
function nameOf(request: FastifyRequest, context: Context, name: CookieName): string {
  return `${isSecure(request, context) ? '__Host-' : ''}huijiao-${name}-${context.hub.node.name}`
}

/** The value of one of our cookies; null when it is absent, or there twice, which no browser of ours does. */
export function cookieOf(request: FastifyRequest, context: Context, name: CookieName): string | null {
  const wanted = `${nameOf(request, context, name)}=`
  const found = (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(wanted))
  return found.length === 1 ? (found[0] as string).slice(wanted.length) : null
}

/** Strict: the pages ask for data by themselves after they have loaded, so nothing needs the cookie on the way in from another site. */
export function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  context: Context,
  cookie: { readonly name: CookieName; readonly value: string; /** Absent: until the browser closes. */ readonly seconds?: number },
): void {
  const { name, value, seconds } = cookie
  const parts = [`${nameOf(request, context, name)}=${value}`, 'Path=/', 'HttpOnly', 'SameSite=Strict']
  if (isSecure(request, context)) parts.push('Secure')
  if (seconds !== undefined) parts.push(`Max-Age=${seconds}`)
  reply.header('set-cookie', parts.join('; '))
}
