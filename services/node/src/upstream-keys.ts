import type { Tables } from '@huijiao/database'
import { type Signature, publicKeyFromRaw, verifyDocument } from '@huijiao/identity'
import { canonicalize } from '@huijiao/merkle'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { Upstream } from './upstreams.ts'

export interface Upstreams {
  /** True when these bytes are a JSON document that the upstream's key has signed. Learns and pins the key at the first contact. */
  signedBy(name: string, document: Buffer): Promise<boolean>
  /** The upstream's keys by id, 32 bytes each; learnt and pinned like above. A configured key goes by the id that the upstream's own keys have. */
  keysOf(name: string): Promise<(keyId: string) => Buffer | null>
  /** All of them, 32 bytes each. */
  keysInForce(name: string): Promise<readonly Buffer[]>
}

export interface UpstreamParts {
  readonly db: Kysely<Tables>
  readonly upstreams: readonly Upstream[]
  readonly now: () => Date
  readonly timeoutMs: number
  readonly log: Logger
}

interface NodeFacts {
  readonly name?: unknown
  readonly tier?: unknown
  readonly keys?: readonly { readonly keyId?: unknown; readonly publicKey?: unknown; readonly retiredAt?: unknown }[]
}

/** Knows the keys of the nodes above: from the configuration, else those pinned at the first contact (never replaced silently). */
export function createUpstreams(parts: UpstreamParts): Upstreams {
  const known = new Map<string, ReadonlyMap<string, Buffer>>()
  const keysOf = async (upstream: Upstream): Promise<ReadonlyMap<string, Buffer> | Buffer> => {
    if (upstream.publicKey !== null) return upstream.publicKey
    const cached = known.get(upstream.name)
    if (cached !== undefined) return cached
    const keys = (await readPinned(parts, upstream.name)) ?? (await pin(parts, upstream))
    known.set(upstream.name, keys)
    return keys
  }
  return {
    keysOf: async (name) => {
      const upstream = parts.upstreams.find((one) => one.name === name)
      if (upstream === undefined) return () => null
      const keys = await keysOf(upstream)
      return (keyId) => (Buffer.isBuffer(keys) ? (/^(.*)-\d+$/.exec(keyId)?.[1] === name ? keys : null) : (keys.get(keyId) ?? null))
    },
    keysInForce: async (name) => {
      const upstream = parts.upstreams.find((one) => one.name === name)
      const keys = upstream === undefined ? [] : await keysOf(upstream)
      return Buffer.isBuffer(keys) ? [keys] : [...keys.values()]
    },
    signedBy: async (name, document) => {
      const upstream = parts.upstreams.find((one) => one.name === name)
      if (upstream === undefined) return false
      const parsed = parseSigned(document)
      if (parsed === null) return false
      const keys = await keysOf(upstream)
      const { verified, broken } = verifyDocument(parsed.text, parsed.signatures, (keyId) => {
        const raw = Buffer.isBuffer(keys) ? keys : keys.get(keyId)
        return raw === undefined ? null : { algorithm: 'ed25519', publicKey: publicKeyFromRaw(raw) }
      })
      return verified.length > 0 && broken.length === 0
    },
  }
}

function parseSigned(document: Buffer): { text: string; signatures: Signature[] } | null {
  try {
    const { signatures, ...rest } = JSON.parse(document.toString()) as { signatures?: Signature[] }
    return Array.isArray(signatures) ? { text: canonicalize(rest), signatures } : null
  } catch {
    return null
  }
}

async function readPinned({ db }: UpstreamParts, name: string): Promise<ReadonlyMap<string, Buffer> | null> {
  const rows = await db.selectFrom('upstream_key').select(['key_id', 'public_key']).where('upstream', '=', name).execute()
  return rows.length === 0 ? null : new Map(rows.map((row) => [row.key_id, row.public_key]))
}

async function pin(parts: UpstreamParts, upstream: Upstream): Promise<ReadonlyMap<string, Buffer>> {
  const response = await fetch(`${upstream.url}/v1/node`, { redirect: 'error', signal: AbortSignal.timeout(parts.timeoutMs) })
  if (!response.ok) throw new Error(`${upstream.name} answered ${response.status} when asked for its keys`)
  const facts = (await response.json()) as NodeFacts
  if (facts.name !== upstream.name || facts.tier !== upstream.tier) {
    throw new Error(`the node at ${upstream.url} is ${String(facts.name)} (${String(facts.tier)}), not ${upstream.name} (${upstream.tier})`)
  }
  const keys = (facts.keys ?? []).flatMap(({ keyId, publicKey, retiredAt }) => {
    const raw = typeof publicKey === 'string' ? Buffer.from(publicKey, 'base64') : Buffer.alloc(0)
    return typeof keyId === 'string' && raw.length === 32 && (retiredAt ?? null) === null
      ? [{ upstream: upstream.name, key_id: keyId, public_key: raw, pinned_at: parts.now() }]
      : []
  })
  if (keys.length === 0) throw new Error(`${upstream.name} names no key`)
  await parts.db
    .insertInto('upstream_key')
    .values(keys)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  parts.log.warn(
    { upstream: upstream.name, keyIds: keys.map((key) => key.key_id) },
    'the keys of the upstream were learnt and pinned; compare them with what its operator says',
  )
  return (await readPinned(parts, upstream.name)) ?? new Map()
}
