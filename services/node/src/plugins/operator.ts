import { createHash, timingSafeEqual } from 'node:crypto'
import { Problem } from '@huijiao/problem'
import type { FastifyRequest } from 'fastify'

/** What the log and the entries call whoever holds the operator token; accounts come with the console. */
export const operatorActor = 'operator:token'

const digest = (text: string) => createHash('sha256').update(text).digest()

/**
 * A hook that lets only the operator token pass. Compared as digests in constant time.
 * @param options `basic`: also accepts the token as the password of HTTP Basic, which is what a browser can send to a page
 */
export function requireOperator(adminToken: string | null, options: { basic?: boolean } = {}) {
  const expected = adminToken === null ? null : digest(adminToken)
  return async (request: FastifyRequest): Promise<void> => {
    if (expected === null) {
      throw new Problem('not-allowed', {
        zh: '未配置 HUIJIAO_ADMIN_TOKEN，管理接口关闭',
        en: 'HUIJIAO_ADMIN_TOKEN is not set: the admin API is closed',
      })
    }
    const given = tokenOf(request.headers.authorization, options.basic === true)
    if (given === null) throw new Problem('credentials-missing', { zh: '需要管理令牌', en: 'The operator token is needed' })
    if (!timingSafeEqual(digest(given), expected))
      throw new Problem('credentials-invalid', { zh: '管理令牌不对', en: 'The operator token is wrong' })
    // A browser adds Basic credentials by itself, also when another site's page makes the request.
    const site = request.headers['sec-fetch-site']
    if (options.basic && request.method !== 'GET' && site !== undefined && site !== 'same-origin' && site !== 'none') {
      throw new Problem('not-allowed', { zh: '不接受其他网站发起的请求', en: 'Requests made by another site are not taken' })
    }
  }
}

function tokenOf(header: string | undefined, basic: boolean): string | null {
  const [scheme, value] = header?.split(' ') ?? []
  if (value === undefined) return null
  if (scheme?.toLowerCase() === 'bearer') return value
  if (!basic || scheme?.toLowerCase() !== 'basic') return null
  const text = Buffer.from(value, 'base64').toString()
  return text.includes(':') ? text.slice(text.indexOf(':') + 1) : null
}
