import { type Caller, authenticateApiKey, consoleParticipant, findVerificationKey, spendNonce } from '@huijiao/exchange'
import { verifyRequest } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import type { FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { carriedProof } from '../transport/carried.ts'
import { cookieOf } from './cookies.ts'
import { enteringOperator } from './operator.ts'

/**
 * Proves who calls from the headers alone, before any body is read: a Bearer API key, or an RFC 9421 signature.
 * The nonce of a signature is not claimed here: a known submission is answered before that, so that an honest retry gets its receipt.
 * @param options `operators`: also takes the session of a person who may enter data, in the name of the node's own participant and for the account's regions;
 *   `epochs: false`: a lower node may say of epochs what nobody has confirmed yet
 */
export function requireCaller(context: Context, options: { operators?: boolean; epochs?: boolean } = {}) {
  return async (request: FastifyRequest): Promise<void> => {
    const { authorization } = request.headers
    mayAnswer(request, context)
    if (authorization === undefined && request.headers['signature-input'] === undefined) {
      if (options.operators === true && cookieOf(request, context, 'session') !== null) {
        request.caller = await callerOfSession(request, context)
        return
      }
      throw new Problem('credentials-missing', {
        zh: '请求没有 Authorization 头，也没有签名',
        en: 'The request has neither an Authorization header nor a signature',
      })
    }
    if (authorization === undefined) await authenticateSignature(request, context)
    else request.caller = await callerOfApiKey(authorization, context)
    if (options.epochs !== false && request.caller?.kind === 'node') await context.epochs.judge(request.caller, request.headers)
  }
}

/**
 * While somebody else holds the node's name nothing is taken and no answer is signed; what is stored may still be read.
 * @throws Problem not-ready
 */
function mayAnswer(request: FastifyRequest, { epochs }: Context): void {
  const refusal = request.method === 'GET' || request.method === 'HEAD' ? null : epochs.refusal()
  if (refusal !== null) throw new Problem('not-ready', { zh: refusal.zh, en: refusal.en })
}

/** As `requireCaller`, on routes that answer strangers too: no credentials is fine, wrong ones are not. */
export function optionalCaller(context: Context) {
  const require = requireCaller(context)
  return async (request: FastifyRequest): Promise<void> => {
    if (request.headers.authorization !== undefined || request.headers['signature-input'] !== undefined) await require(request)
  }
}

/** The caller of a route that has `requireCaller`. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error('this route has no requireCaller')
  return request.caller
}

/** For routes without the known-id check: a signature is good for one request. */
export async function spendSignature(request: FastifyRequest, { hub }: Pick<Context, 'hub'>): Promise<void> {
  await spendNonce(hub.db, request.nonce)
}

async function callerOfSession(request: FastifyRequest, context: Context): Promise<Caller> {
  const { actor, bounds } = await enteringOperator(request, context)
  const row = await consoleParticipant(context.hub)
  return {
    participantId: row.participant_id,
    kind: row.kind,
    name: row.name,
    regions: bounds ?? row.regions,
    nodeName: null,
    keyId: actor,
  }
}

async function callerOfApiKey(authorization: string, { hub, clock }: Context): Promise<Caller> {
  const [scheme, secret] = authorization.split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || secret === undefined || secret === '') {
    throw new Problem('credentials-missing', {
      zh: 'Authorization 头应为 Bearer 加 API 密钥',
      en: 'The Authorization header must be Bearer and an API key',
    })
  }
  const caller = await authenticateApiKey(hub.db, secret, clock.now())
  if (caller === null)
    throw new Problem('credentials-invalid', { zh: 'API 密钥不存在、已吊销或已过期', en: 'The API key is unknown, revoked or expired' })
  return caller
}

async function authenticateSignature(request: FastifyRequest, context: Context): Promise<void> {
  const { config, hub, clock } = context
  const carried = carriedProof(request, context)
  let caller: Caller | undefined
  const now = clock.now()
  const base = config.http.publicUrl ?? `${request.protocol}://${request.headers.host ?? ''}`
  const proof = await verifyRequest(
    { method: request.method, url: carried?.url ?? `${base}${request.raw.url}`, headers: request.headers },
    async (keyId) => {
      const found = await findVerificationKey(hub.db, keyId, now)
      caller = found?.caller
      return found
    },
    carried?.at ?? now,
  )
  if (caller === undefined)
    throw new Problem('credentials-invalid', { zh: '签名密钥不存在、已吊销或已过期', en: 'The signing key is unknown, revoked or expired' })
  if (carried !== null && carried.bytesMax !== null)
    throw new Problem('body-too-large', {
      zh: `文件夹送来的这一请求上限为 ${carried.bytesMax} 字节`,
      en: `This request takes at most ${carried.bytesMax} bytes by a folder`,
    })
  // What a folder carries may have been written before its sender began another epoch, and says so in no other way.
  request.caller = carried === null ? caller : { ...caller, nodeEpoch: null }
  // It may also come twice, and is known by what it holds.
  request.nonce = carried === null ? { keyId: proof.keyId, nonce: proof.nonce, expiresAt: proof.expires } : null
}
