import { keyedDigest } from '@huijiao/identity'
import type { Hub } from './hub.ts'
import { prefixesOf } from './bounds.ts'

/** What a record's tokens say: `is`, it is this; `has`, it names this; the others are facts that lists are filtered by. */
export type TokenKind = 'is' | 'has' | 'entity' | 'library' | 'region' | 'state'

/** Tokens of facts are few and asked for with every record. */
const common = new WeakMap<Uint8Array, Map<string, bigint>>()

/** A token: 64 bits of a keyed digest, so that no number and no document of a person can be read or guessed from the table. */
export function tokenOf(hub: Pick<Hub, 'digestSecret'>, kind: TokenKind, text: string): bigint {
  if (kind === 'is' || kind === 'has') return digest(hub, kind, text)
  let known = common.get(hub.digestSecret)
  if (known === undefined) common.set(hub.digestSecret, (known = new Map()))
  const name = `${kind}:${text}`
  let token = known.get(name)
  if (token === undefined) known.set(name, (token = digest(hub, kind, text)))
  return token
}

const digest = (hub: Pick<Hub, 'digestSecret'>, kind: TokenKind, text: string): bigint =>
  keyedDigest(hub.digestSecret, `search-${kind}`, text).readBigInt64BE(0)

/** Beginnings of a region code under which it is found: province, city, county. */
export const regionTokens = (hub: Pick<Hub, 'digestSecret'>, region: string): bigint[] =>
  /^\d{6}$/.test(region)
    ? [region.slice(0, 2), region.slice(0, 4), region].map((prefix) => tokenOf(hub, 'region', prefix))
    : [tokenOf(hub, 'region', region)]

/** Tokens of regions that somebody may see or asks for, any of which must be there; null when they cover everything. */
export function regionsAsked(hub: Pick<Hub, 'digestSecret'>, regions: readonly string[]): bigint[] | null {
  const prefixes = prefixesOf(regions)
  return prefixes.includes('') ? null : prefixes.map((prefix) => tokenOf(hub, 'region', prefix))
}
