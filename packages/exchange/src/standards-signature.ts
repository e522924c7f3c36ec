import { publicKeyFromRaw, type Signature, signDocument, verifyDocument, type VerifyingKey } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import type { Hub } from './hub.ts'
import type { LoadRequest } from './standards-load.ts'

/** Keys that this node has ever signed with. */
export async function ownKeys({ db }: Pick<Hub, 'db'>): Promise<ReadonlyMap<string, VerifyingKey>> {
  const rows = await db.selectFrom('node_key').select(['key_id', 'public_key']).execute()
  return new Map(rows.map((row) => [row.key_id, { algorithm: 'ed25519', publicKey: publicKeyFromRaw(row.public_key) }]))
}

/**
 * The signatures of a document that may be used, and whose they are. A document without any is signed here when this is the issuing authority's own node.
 * @throws Problem standard-unsigned
 */
export function verified(
  hub: Hub,
  { keyOf, origin }: Pick<LoadRequest, 'keyOf' | 'origin'>,
  members: Readonly<Record<string, unknown>>,
  given: unknown,
  text: string,
  own: ReadonlyMap<string, VerifyingKey>,
): { all: readonly Signature[]; by: readonly string[] } {
  const signatures = given === undefined ? [] : given
  if (!Array.isArray(signatures) || signatures.length > 20 || !signatures.every(isSignature)) {
    throw new Problem(
      'standard-unsigned',
      {
        zh: 'signatures 应为 [{alg, keyId, value}]',
        en: 'signatures must be a list of {alg, keyId, value}',
      },
      { pointer: '/signatures', value: signersOf(given) },
    )
  }
  if (signatures.length === 0) {
    if (origin !== 'upstream' && members['issuer'] === hub.node.region) {
      return { all: [signDocument(text, hub.signingKey)], by: [hub.signingKey.keyId] }
    }
    throw new Problem(
      'standard-unsigned',
      {
        zh: `文件没有签名；只有发布机关（issuer）自己的节点可以装载未签名的文件，本节点为 ${hub.node.region}`,
        en: `The document has no signature; only the issuer's own node may load it like that, and this one is ${hub.node.region}`,
      },
      { pointer: '/signatures', value: signersOf(given) },
    )
  }
  const list = signatures as Signature[]
  const verdict = verifyDocument(text, list, (keyId) => own.get(keyId) ?? keyOf(keyId))
  if (verdict.broken.length > 0 || verdict.verified.length === 0) {
    throw new Problem(
      'standard-unsigned',
      {
        zh:
          verdict.broken.length > 0
            ? `签名与内容不符：${verdict.broken.join('、')}`
            : `签名人不受本节点信任：${verdict.unknown.join('、')}`,
        en:
          verdict.broken.length > 0
            ? `The signature is not of this content: ${verdict.broken.join(', ')}`
            : `The signers are not trusted here: ${verdict.unknown.join(', ')}`,
      },
      { pointer: '/signatures', value: signersOf(given) },
    )
  }
  return { all: list, by: verdict.verified }
}

/** Key ids as given, for the one who reads the refusal. */
function signersOf(given: unknown): string {
  const ids = Array.isArray(given) ? given.slice(0, 20).map((one) => (one as { keyId?: unknown } | null)?.keyId) : []
  return ids.length === 0 ? '[]' : ids.map((id) => (typeof id === 'string' ? id.slice(0, 60) : '?')).join(', ')
}

function isSignature(value: unknown): value is Signature {
  const { alg, keyId, value: signature } = (value ?? {}) as Partial<Record<'alg' | 'keyId' | 'value', unknown>>
  return alg === 'ed25519' && typeof keyId === 'string' && keyId.length <= 200 && typeof signature === 'string' && signature.length <= 200
}
