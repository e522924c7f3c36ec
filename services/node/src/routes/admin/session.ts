import {
  makeCaptcha,
  mayUse,
  peekSession,
  MustWait,
  newDevice,
  type OpenedSession,
  permissions,
  signIn,
  signInWithCode,
  signOut,
  useSession,
} from '@huijiao/access'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../../context.ts'
import { cookieOf, setCookie } from '../../plugins/cookies.ts'
import { type CallingOperator, callingOperator, operatorOf } from '../../plugins/operator.ts'
import { captchaDocs, signInDocs, stateDocs, whoSchema } from './session.docs.ts'

interface SignInBody {
  readonly userName?: string
  readonly password?: string
  readonly captcha?: { readonly id: string; readonly answer: string }
  readonly challenge?: string
  readonly code?: string
}

const deviceSeconds = 90 * 24 * 3600

/** Signing in and out, and who one is. */
export function sessionRoutes(app: FastifyInstance, context: Context): void {
  const { access, background } = context

  app.get<{ Querystring: { form?: 'image' | 'work' } }>('/captcha', { schema: captchaDocs }, async (request, reply) => {
    const { expiresAt, ...captcha } = await makeCaptcha(access, request.query.form ?? 'image', request.ip)
    return reply.header('cache-control', 'no-store').send({ ...captcha, expiresAt: expiresAt.toISOString() })
  })

  app.post<{ Body: SignInBody }>('/session', { schema: signInDocs, bodyLimit: 16 * 1024 }, async (request, reply) => {
    const { userName, password, captcha, challenge, code } = request.body
    const agent = request.headers['user-agent'] ?? null
    const origin = { source: request.ip, agent, device: cookieOf(request, context, 'device') }
    reply.header('cache-control', 'no-store')
    try {
      const signedIn =
        challenge === undefined
          ? await signIn(access, origin, {
              userName: userName as string,
              password: password as string,
              ...(captcha === undefined ? {} : { captcha }),
            })
          : await signInWithCode(access, origin, { challenge, code: code as string })
      if (signedIn.step === 'second-factor')
        return { signedIn: false, next: 'second-factor', challenge: signedIn.challenge, expiresAt: signedIn.expiresAt.toISOString() }
      // The session that the browser had before is over, whoever's it was: nothing of it goes on.
      const before = cookieOf(request, context, 'session')
      if (before !== null) await signOut(access, before)
      setCookie(request, reply, context, { name: 'session', value: signedIn.opened.secret })
      const device = newDevice(access, signedIn.operator.operator_id)
      setCookie(request, reply, context, { name: 'device', value: device, seconds: deviceSeconds })
      return await whoAfter(context, signedIn.opened)
    } catch (error) {
      if (error instanceof MustWait) reply.header('retry-after', String(error.seconds))
      throw error
    } finally {
      background.accessRecorded()
    }
  })

  app.get(
    '/session',
    { schema: { summary: 'Who calls, and what they may do · 当前用户与权限', response: { 200: whoSchema } } },
    (request, reply) => reply.header('cache-control', 'no-store').send(showWho(operatorOf(request))),
  )

  // What a page asks before it knows anything: no account is no fault there, so it is no 401.
  app.get('/session/state', { schema: stateDocs }, async (request, reply) => {
    const secret = cookieOf(request, context, 'session')
    const on = secret === null ? null : await peekSession(access, secret)
    return reply.header('cache-control', 'no-store').send({ signedIn: on !== null, idleAt: on?.idleAt.toISOString() ?? null })
  })

  app.delete('/session', { schema: { summary: 'Sign out · 退出', response: { 204: { type: 'null' } } } }, async (request, reply) => {
    const secret = cookieOf(request, context, 'session')
    if (operatorOf(request).live !== null && secret !== null) {
      await signOut(access, secret)
      background.accessRecorded()
      setCookie(request, reply, context, { name: 'session', value: '', seconds: 0 })
    }
    return reply.code(204).header('clear-site-data', '"cache"').send()
  })
}

/** What a session that was just opened is, as GET tells it. */
export async function whoAfter(context: Context, opened: OpenedSession): Promise<object> {
  return showWho(callingOperator(context, await useSession(context.access, opened.secret)))
}

/** Puts the cookie of a session that goes on under another number. */
export function renewCookie(request: FastifyRequest, reply: FastifyReply, context: Context, opened: OpenedSession): void {
  setCookie(request, reply, context, { name: 'session', value: opened.secret })
}

function showWho({ role, regions, bounds, live }: CallingOperator): object {
  const rights = permissions.filter((one) => mayUse(one, role, bounds)).map(({ method, route }) => ({ method, route }))
  return {
    signedIn: true,
    next: null,
    operator:
      live === null
        ? null
        : {
            operatorId: live.operator.operator_id,
            userName: live.operator.user_name,
            displayName: live.operator.display_name,
            secondFactor: live.operator.totp_secret !== null,
          },
    role,
    regions,
    wholeNode: bounds === null,
    rights,
    duties: live?.duties ?? [],
    session: live?.session.session_id ?? null,
    csrf: live?.csrf ?? null,
    idleAt: live?.idleAt.toISOString() ?? null,
    expiresAt: live?.expiresAt.toISOString() ?? null,
  }
}
