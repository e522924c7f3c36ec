import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { requestUrl } from './folder-send.ts'

/** Says that a request came by a folder. What it says is a secret of this process, which no caller outside can know. */
export const carriedHeader = 'x-huijiao-carried'
/** Beside it, of a request whose body was too large to be read: how many bytes it may have. */
export const carriedBytesMaxHeader = 'x-huijiao-carried-bytes-max'

const secrets = new WeakMap<Context, string>()

export function carriedSecret(context: Context): string {
  let secret = secrets.get(context)
  if (secret === undefined) secrets.set(context, (secret = randomBytes(32).toString('hex')))
  return secret
}

/** A request that is carried by hand may be this old. */
const oldMaxMs = 60 * 24 * 3_600_000

export interface Carried {
  /** The address it was signed for. */
  readonly url: string
  /** The instant as of which its signature counts: its own, unless that is too long ago or still to come. */
  readonly at: Date
  /** Null: its body is here. */
  readonly bytesMax: number | null
}

/** What is known of a request from a folder; null for every other one. What folders carry is safe to come twice and late: it is known by its own digest. */
export function carriedProof(request: FastifyRequest, context: Context): Carried | null {
  const said = request.headers[carriedHeader]
  if (typeof said !== 'string') return null
  const [given, known] = [Buffer.from(said), Buffer.from(carriedSecret(context))]
  if (given.length !== known.length || !timingSafeEqual(given, known)) return null
  const created = /;\s*created=(\d{1,12})/.exec(String(request.headers['signature-input'] ?? ''))?.[1]
  const now = context.clock.now().getTime()
  const bytesMax = request.headers[carriedBytesMaxHeader]
  const at = created === undefined ? Number.NaN : Number(created) * 1000
  return {
    url: requestUrl(context.config.node.name, request.raw.url ?? ''),
    at: at <= now && now - at <= oldMaxMs ? new Date(at) : new Date(now),
    bytesMax: bytesMax === undefined ? null : Number(bytesMax),
  }
}
