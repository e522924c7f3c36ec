import { createHash, timingSafeEqual } from 'node:crypto'
import {
  actorOfOperator,
  csrfIsRight,
  type Duty,
  type LiveSession,
  mayEnter,
  mayUse,
  type Permission,
  permissionOf,
  type Role,
  useSession,
} from '@huijiao/access'
import { coversRegion } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import type { FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { cookieOf, isSecure } from './cookies.ts'

/** Who calls the admin API: a person with a session, or a program with the operator token. */
export interface CallingOperator {
  /** What the log and the entries call it: `operator:<id>`, never a name. */
  readonly actor: string
  readonly role: Role
  readonly regions: readonly string[]
  /** The same regions where they bound what is seen; null when they cover the node's own. */
  readonly bounds: readonly string[] | null
  /** Null for the token. */
  readonly live: LiveSession | null
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/**
 * A hook that lets pass who may use a route of the admin API, by the table of permissions. What is not in the table is nobody's.
 * @param options `basic`: also takes the token as the password of HTTP Basic, which is what a browser can send to a page; `route`: for all routes of the scope
 */
export function requireOperator(context: Context, options: { basic?: boolean; route?: string } = {}) {
  const { adminToken } = context.config.secrets
  const expected = adminToken === null ? null : digest(adminToken)
  return async (request: FastifyRequest): Promise<void> => {
    if (request.is404) return
    const route = options.route ?? (request.routeOptions.url ?? '').replace(/^\/admin\/v1/, '')
    const permission = permissionOf(request.method, route)
    if (permission?.reach === 'open') return requireOwnOrigin(request, context)
    const operator =
      request.headers.authorization === undefined
        ? await operatorOfSession(request, context, options.route === undefined)
        : operatorOfToken(request, context, expected, options.basic === true)
    if (permission === undefined || !mayUse(permission, operator.role, operator.bounds)) throw notForThem(permission, operator)
    refuseDuties(operator.live?.duties ?? [], permission)
    request.operator = operator
  }
}

/**
 * Who enters data with a session on a route of participants: as on the admin API, with the token of the session for whatever changes something.
 * @throws Problem credentials-missing without a session, csrf-refused, not-allowed for a role that enters nothing
 */
export async function enteringOperator(
  request: FastifyRequest,
  context: Context,
): Promise<CallingOperator & { readonly live: LiveSession }> {
  const operator = await operatorOfSession(request, context, true)
  const live = operator.live as LiveSession
  if (!mayEnter(operator.role))
    throw new Problem('not-allowed', { zh: `角色 ${operator.role} 不能报送`, en: `The role ${operator.role} submits nothing` }, { hint })
  refuseOpenDuties(live.duties)
  request.operator = operator
  return { ...operator, live }
}

/** The caller of a route of the admin API. */
export function operatorOf(request: FastifyRequest): CallingOperator {
  if (request.operator === null) throw new Error('this route has no requireOperator, or is open')
  return request.operator
}

export const actorOf = (request: FastifyRequest): string => operatorOf(request).actor

/** What a list that is cut by region is asked for. */
export function withinOf(request: FastifyRequest): { within?: readonly string[] } {
  const { bounds } = operatorOf(request)
  return bounds === null ? {} : { within: bounds }
}

/** Changes nothing for programs; a browser names the site whose page sends something. @throws Problem csrf-refused */
function requireOwnOrigin(request: FastifyRequest, context: Context): void {
  if (request.method === 'GET' || request.method === 'HEAD') return
  const { origin, 'sec-fetch-site': site } = request.headers
  const { publicUrl } = context.config.http
  const own = publicUrl === null ? `${isSecure(request, context) ? 'https' : 'http'}://${request.host}` : new URL(publicUrl).origin
  const foreign = (origin !== undefined && origin !== own) || (site !== undefined && site !== 'same-origin' && site !== 'none')
  if (foreign) throw new Problem('csrf-refused', { zh: '请求由其他网站发起', en: 'The request was made by another site' })
}

/** @param token whether a request that changes something must carry the token of the session; the page of the queues cannot, its site is enough */
async function operatorOfSession(request: FastifyRequest, context: Context, token: boolean): Promise<CallingOperator> {
  const secret = cookieOf(request, context, 'session')
  if (secret === null)
    throw new Problem(
      'credentials-missing',
      { zh: '请登录，或提供管理令牌', en: 'Sign in, or give the operator token' },
      {
        hint: {
          zh: '用 POST /admin/v1/session 登录；程序在 Authorization 头中提供管理令牌',
          en: 'Sign in at POST /admin/v1/session; a program sends the operator token as Authorization: Bearer',
        },
      },
    )
  const live = await useSession(context.access, secret)
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    requireOwnOrigin(request, context)
    const sent = request.headers['x-csrf-token']
    if (token && !csrfIsRight(live, typeof sent === 'string' ? sent : undefined))
      throw new Problem('csrf-refused', { zh: '缺少或不对的 X-CSRF-Token', en: 'X-CSRF-Token is missing or wrong' })
    if (!token && request.headers.origin === undefined && request.headers['sec-fetch-site'] === undefined)
      throw new Problem('csrf-refused', { zh: '不知道请求由哪个网站发起', en: 'Which site made the request is not known' })
  }
  return callingOperator(context, live)
}

export function callingOperator({ hub }: Context, live: LiveSession): CallingOperator {
  const { operator_id: id, role, regions } = live.operator
  const whole = coversRegion(regions, hub.node.region)
  return { actor: actorOfOperator(id), role, regions, bounds: whole ? null : regions, live }
}

function operatorOfToken(request: FastifyRequest, { hub }: Context, expected: Buffer | null, basic: boolean): CallingOperator {
  if (expected === null) {
    throw new Problem('not-allowed', {
      zh: '未配置 HUIJIAO_ADMIN_TOKEN，管理令牌不可用',
      en: 'HUIJIAO_ADMIN_TOKEN is not set: there is no operator token',
    })
  }
  const given = tokenOf(request.headers.authorization, basic)
  if (given === null) throw new Problem('credentials-missing', { zh: '需要管理令牌', en: 'The operator token is needed' })
  if (!timingSafeEqual(digest(given), expected))
    throw new Problem('credentials-invalid', { zh: '管理令牌不对', en: 'The operator token is wrong' })
  // A browser adds Basic credentials by itself, also when another site's page makes the request.
  const site = request.headers['sec-fetch-site']
  if (basic && request.method !== 'GET' && site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new Problem('not-allowed', { zh: '不接受其他网站发起的请求', en: 'Requests made by another site are not taken' })
  }
  return { actor: 'operator:token', role: 'administrator', regions: [hub.node.region], bounds: null, live: null }
}

function tokenOf(header: string | undefined, basic: boolean): string | null {
  const [scheme, value] = header?.split(' ') ?? []
  if (value === undefined) return null
  if (scheme?.toLowerCase() === 'bearer') return value
  if (!basic || scheme?.toLowerCase() !== 'basic') return null
  const text = Buffer.from(value, 'base64').toString()
  return text.includes(':') ? text.slice(text.indexOf(':') + 1) : null
}

const hint = { zh: '请管理员核对账号的角色和区域', en: 'Ask an administrator about the role and the regions of the account' }

function notForThem(permission: Permission | undefined, { role }: CallingOperator): Problem {
  if (permission === undefined)
    return new Problem('not-allowed', { zh: '此接口没有授予任何角色', en: 'This route is granted to no role' }, { hint })
  if (permission.roles.includes(role))
    return new Problem(
      'not-allowed',
      {
        zh: '此接口不能按区域划分，只对区域涵盖本节点全部辖区的账号开放',
        en: 'This route cannot be cut by region: it is for accounts whose regions cover the whole node',
      },
      { hint },
    )
  return new Problem('not-allowed', { zh: `角色 ${role} 没有此项权限`, en: `The role ${role} may not do this` }, { hint })
}

function refuseDuties(duties: readonly Duty[], permission: Permission): void {
  if (permission.reach !== 'own') refuseOpenDuties(duties)
}

function refuseOpenDuties(duties: readonly Duty[]): void {
  if (duties.includes('change-password'))
    throw new Problem('password-change-needed', {
      zh: '口令须由本人更改后才能继续',
      en: 'The password must be changed before anything else',
    })
  if (duties.includes('enrol-second-factor'))
    throw new Problem('second-factor-needed', {
      zh: '此角色须先启用动态口令',
      en: 'This role must enrol a second factor before anything else',
    })
}
