import { Buffer } from '#buffer'
import { verify } from '#crypto'
import { canonicalize } from './canonical.ts'
import { digestText, parseDigestText } from './hash.ts'
import { parseVerifierKey, publicKeyObject } from './note.ts'
import { childrenDigest, countOf, parseRange, type RangeChild } from './reconcile.ts'

/**
 * What two nodes sign together when they hold the same versions: up to a place in the lower node's log, everything that was delivered on the link and
 * stored above is there, with the same content. Says nothing of what was not delivered.
 * @see docs/protocol.md, "Equality certificate"
 */
export interface EqualityCertificate {
  readonly certificate: 'equality'
  readonly version: 1
  /** The run that compared the sets. */
  readonly run: string
  readonly link: string
  readonly lower: CertificateNode & { readonly epoch: { readonly number: number; readonly id: string } }
  readonly upper: CertificateNode
  /** What the lower node's log held below this index, in this epoch or before it. */
  readonly cut: { readonly epoch: number; readonly index: number }
  readonly count: number
  /** Digest of the whole set: {@link certificateRoot} of `groups`. */
  readonly root: string
  /** By period (month of the entry in the lower node's log, Asia/Shanghai) and entity. */
  readonly groups: readonly CertificateGroup[]
  readonly madeAt: string
  readonly signatures: readonly { readonly alg: string; readonly keyId: string; readonly value: string }[]
}

export interface CertificateNode {
  readonly node: string
  readonly region: string
  readonly tier: string
}

export type CertificateGroup = readonly [period: string, entity: string, count: number, digest: string]

/** Digest of a set from the digests of its groups, which are ordered by period and entity. */
export function certificateRoot(groups: readonly CertificateGroup[]): Buffer {
  const periods = [...Map.groupBy(groups, ([period]) => period)].map(([period, list]): RangeChild => {
    const children = list.map(([, entity, count, digest]): RangeChild => [entity, count, parseDigestText(digest) ?? Buffer.alloc(0)])
    return [period, countOf(children), childrenDigest(children)]
  })
  return childrenDigest(periods)
}

export interface CertificateReport {
  /** `unproven`: it holds together, but no trusted key was given for one of the nodes. */
  readonly outcome: 'verified' | 'unproven' | 'failed'
  readonly problems: readonly { readonly zh: string; readonly en: string }[]
  /** Nodes whose signature was verified. */
  readonly signedBy: readonly string[]
}

const isNode = (value: unknown): value is CertificateNode =>
  typeof value === 'object' &&
  value !== null &&
  ['node', 'region', 'tier'].every((name) => typeof (value as Record<string, unknown>)[name] === 'string')

/** Whether a document has the form of a certificate. */
export function isCertificate(value: unknown): value is EqualityCertificate {
  if (typeof value !== 'object' || value === null) return false
  const { certificate, version, lower, upper, cut, groups, count, root, signatures } = value as Record<string, unknown>
  const place = cut as { epoch?: unknown; index?: unknown } | null
  return (
    certificate === 'equality' &&
    version === 1 &&
    isNode(lower) &&
    isNode(upper) &&
    typeof place === 'object' &&
    Number.isSafeInteger(place?.epoch) &&
    Number.isSafeInteger(place?.index) &&
    Number.isSafeInteger(count) &&
    typeof root === 'string' &&
    Array.isArray(groups) &&
    groups.every(isGroup) &&
    Array.isArray(signatures)
  )
}

const isGroup = (group: unknown): boolean =>
  Array.isArray(group) &&
  group.length === 4 &&
  parseRange(`${String(group[0])}/${String(group[1])}`) !== null &&
  Number.isSafeInteger(group[2]) &&
  parseDigestText(group[3]) !== null

/** What both nodes sign. */
export function certificateText(certificate: Omit<EqualityCertificate, 'signatures'> | EqualityCertificate): string {
  const { signatures: _, ...signed } = certificate as EqualityCertificate
  return canonicalize(signed)
}

/**
 * Checks a certificate without asking anybody: that count and root follow from the groups, and that both nodes signed it. Never throws.
 * @param trusted verifier keys `<name>+<id>+<key>` (C2SP signed-note) of both nodes
 */
export function verifyCertificate(value: unknown, trusted: readonly string[] = []): CertificateReport {
  const problems: { zh: string; en: string }[] = []
  const failed = (zh: string, en: string) => problems.push({ zh, en })
  if (!isCertificate(value))
    return { outcome: 'failed', problems: [{ zh: '不是一致性证明', en: 'it is no equality certificate' }], signedBy: [] }
  const names = value.groups.map(([period, entity]) => `${period}/${entity}`)
  if (names.some((name, at) => at > 0 && (names[at - 1] as string) >= name))
    failed('分组没有按月份和实体排序', 'its groups are not in order')
  if (value.groups.reduce((sum, [, , count]) => sum + count, 0) !== value.count)
    failed('各组条数之和不等于总条数', 'the counts of its groups do not add up')
  if (digestText(certificateRoot(value.groups)) !== value.root) failed('根摘要与各组摘要不符', 'its root does not follow from its groups')
  const text = Buffer.from(certificateText(value))
  const keys = trusted.map((key) => parseVerifierKey(key))
  const signedBy: string[] = []
  let known = 0
  for (const { node } of [value.lower, value.upper]) {
    const own = keys.filter((key) => key.name === node)
    if (own.length === 0) continue
    known += 1
    const signed = value.signatures.some(
      ({ alg, value: bytes }) =>
        alg === 'ed25519' &&
        typeof bytes === 'string' &&
        own.some((key) => verify(null, text, publicKeyObject(key.publicKey), Buffer.from(bytes, 'base64'))),
    )
    if (signed) signedBy.push(node)
    else failed(`没有节点 ${node} 的有效签名`, `there is no valid signature of node ${node}`)
  }
  const outcome = problems.length > 0 ? 'failed' : known === 2 && signedBy.length === 2 ? 'verified' : 'unproven'
  return { outcome, problems, signedBy }
}
