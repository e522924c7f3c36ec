import type { Tables } from '@huijiao/database'
import { type Signature, publicKeyFromRaw, verifyDocument } from '@huijiao/identity'
import { addPendingEntry } from '@huijiao/exchange'
import { canonicalize, followKeys, type KeyStatement, parseVerifierKey, readKeyStatement, verifierKey } from '@huijiao/merkle'
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
  readonly keys?: readonly {
    readonly keyId?: unknown
    readonly publicKey?: unknown
    readonly retiredAt?: unknown
    readonly statement?: unknown
  }[]
}

/** A signature of a key that is not known makes this node ask for the upstream's keys, but not more often. */
const learnEveryMs = 5000

/**
 * Knows the keys of the nodes above: from the configuration, else those pinned at the first contact. They are never replaced silently: a further key
 * counts when it follows one of them, by a statement that both have signed.
 */
export function createUpstreams(parts: UpstreamParts): Upstreams {
  const known = new Map<string, ReadonlyMap<string, Buffer>>()
  const asked = new Map<string, number>()
  const configured = (upstream: Upstream, keyId: string): Buffer | null =>
    upstream.publicKey !== null && /^(.*)-\d+$/.exec(keyId)?.[1] === upstream.name ? upstream.publicKey : null
  /** Those pinned or learnt, by id; a configured one stands for every id that is not among them. */
  const keysOf = async (upstream: Upstream): Promise<ReadonlyMap<string, Buffer>> => {
    const cached = known.get(upstream.name)
    if (cached !== undefined) return cached
    const pinned = await readPinned(parts, upstream.name)
    const keys = pinned ?? (upstream.publicKey === null ? await pin(parts, upstream) : new Map<string, Buffer>())
    known.set(upstream.name, keys)
    return keys
  }
  /** Asks the upstream for keys that follow those that are known. @returns whether there were any */
  const learn = async (upstream: Upstream): Promise<boolean> => {
    const now = performance.now()
    if (!/^https?:/.test(upstream.url) || now - (asked.get(upstream.name) ?? Number.NEGATIVE_INFINITY) < learnEveryMs) return false
    asked.set(upstream.name, now)
    const keys = await keysOf(upstream)
    const trusted = [...keys.values(), ...(upstream.publicKey === null ? [] : [upstream.publicKey])]
    const found = await following(parts, upstream, trusted).catch((error: unknown) => {
      parts.log.warn({ upstream: upstream.name, err: error }, 'the upstream could not be asked for the keys that follow those known')
      return []
    })
    known.delete(upstream.name)
    return found.length > 0
  }
  const verdictOf = async (upstream: Upstream, parsed: NonNullable<ReturnType<typeof parseSigned>>) => {
    const keys = await keysOf(upstream)
    return verifyDocument(parsed.text, parsed.signatures, (keyId) => {
      const raw = keys.get(keyId) ?? configured(upstream, keyId)
      return raw === null ? null : { algorithm: 'ed25519', publicKey: publicKeyFromRaw(raw) }
    })
  }
  return {
    keysOf: async (name) => {
      const upstream = parts.upstreams.find((one) => one.name === name)
      if (upstream === undefined) return () => null
      const keys = await keysOf(upstream)
      return (keyId) => keys.get(keyId) ?? configured(upstream, keyId)
    },
    keysInForce: async (name) => {
      const upstream = parts.upstreams.find((one) => one.name === name)
      if (upstream === undefined) return []
      const learnt = [...(await keysOf(upstream)).values()]
      return upstream.publicKey === null ? learnt : [upstream.publicKey, ...learnt]
    },
    signedBy: async (name, document) => {
      const upstream = parts.upstreams.find((one) => one.name === name)
      const parsed = upstream === undefined ? null : parseSigned(document)
      if (upstream === undefined || parsed === null) return false
      let verdict = await verdictOf(upstream, parsed)
      if (verdict.verified.length === 0 && (await learn(upstream))) verdict = await verdictOf(upstream, parsed)
      return verdict.verified.length > 0 && verdict.broken.length === 0
    },
  }
}

/** Keys of an upstream that follow trusted ones; they are kept, and this node's log says so. */
async function following(parts: UpstreamParts, upstream: Upstream, trusted: readonly Buffer[]): Promise<KeyStatement[]> {
  const facts = await askFacts(parts, upstream)
  const notes = (facts.keys ?? []).flatMap((key) => (typeof key.statement === 'string' ? [key.statement] : []))
  const start = trusted.map((raw) => verifierKey(upstream.name, raw))
  const reached = new Set(followKeys(start, notes))
  const found = notes
    .flatMap((note) => readKeyStatement(note) ?? [])
    .filter((statement) => statement.node === upstream.name && reached.has(statement.key) && !start.includes(statement.key))
  const at = parts.now()
  await parts.db.transaction().execute(async (trx) => {
    for (const { key, keyId, afterKeyId } of found) {
      const row = await trx
        .insertInto('upstream_key')
        .values({ upstream: upstream.name, key_id: keyId, public_key: parseVerifierKey(key).publicKey, pinned_at: at })
        .onConflict((conflict) => conflict.doNothing())
        .returning('key_id')
        .executeTakeFirst()
      if (row === undefined) continue
      await addPendingEntry(trx, {
        ...{ kind: 'link', instant: at, actor: 'node', subject: upstream.name },
        body: { action: 'upstream-key', upstream: upstream.name, keyId, key, after: afterKeyId },
      })
    }
  })
  if (found.length > 0)
    parts.log.warn(
      { upstream: upstream.name, keyIds: found.map((one) => one.keyId) },
      'the upstream has another key, which follows the one known',
    )
  return found
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

async function askFacts(parts: UpstreamParts, upstream: Upstream): Promise<NodeFacts> {
  const response = await fetch(`${upstream.url}/v1/node`, { redirect: 'error', signal: AbortSignal.timeout(parts.timeoutMs) })
  if (!response.ok) throw new Error(`${upstream.name} answered ${response.status} when asked for its keys`)
  const facts = (await response.json()) as NodeFacts
  if (facts.name !== upstream.name || facts.tier !== upstream.tier) {
    throw new Error(`the node at ${upstream.url} is ${String(facts.name)} (${String(facts.tier)}), not ${upstream.name} (${upstream.tier})`)
  }
  return facts
}

async function pin(parts: UpstreamParts, upstream: Upstream): Promise<ReadonlyMap<string, Buffer>> {
  const facts = await askFacts(parts, upstream)
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
