import { type VerifyingKey, publicKeyFromRaw } from '@huijiao/identity'
import type { ConfigMistake } from './config.ts'
import type { Upstreams } from './upstream-keys.ts'

/** Key of an authority that issues releases of the standard. */
export interface AuthorityKey {
  readonly keyId: string
  /** Raw Ed25519 key, 32 bytes. */
  readonly publicKey: Buffer
}

const setting = 'HUIJIAO_STANDARD_KEYS'

/** Parses `[{"keyId","publicKey"}, …]`. Everything that is wrong is added to `mistakes`. */
export function readAuthorityKeys(text: string, mistakes: ConfigMistake[]): AuthorityKey[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    mistakes.push({ setting, zh: '不是合法的 JSON', en: 'is not JSON' })
    return []
  }
  if (!Array.isArray(value)) {
    mistakes.push({ setting, zh: '须为 JSON 数组', en: 'must be a JSON array' })
    return []
  }
  return value.flatMap((item, index) => {
    const { keyId, publicKey } = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>
    const raw = typeof publicKey === 'string' ? Buffer.from(publicKey, 'base64') : Buffer.alloc(0)
    if (typeof keyId === 'string' && keyId !== '' && raw.length === 32) return [{ keyId, publicKey: raw }]
    mistakes.push({
      setting,
      zh: `第 ${index + 1} 项应为 {"keyId","publicKey"}，publicKey 为 32 字节的 base64`,
      en: `item ${index + 1} must be {"keyId","publicKey"} with a publicKey of 32 bytes in base64`,
    })
    return []
  })
}

/**
 * Keys whose signature lets a release of the standard in: those of configured authorities, and of the nodes above as far as they are known. The node's
 * own are known to the engine.
 * @param from names of the nodes above whose keys count
 */
export async function trustedStandardKeys(
  keys: readonly AuthorityKey[],
  upstreams: Upstreams,
  from: readonly string[],
): Promise<(keyId: string) => VerifyingKey | null> {
  const known = new Map(keys.map((key) => [key.keyId, key.publicKey]))
  const above = await Promise.all(from.map((name) => upstreams.keysOf(name)))
  return (keyId) => {
    const raw = known.get(keyId) ?? above.map((keyOf) => keyOf(keyId)).find((key) => key !== null)
    return raw === undefined || raw === null ? null : { algorithm: 'ed25519', publicKey: publicKeyFromRaw(raw) }
  }
}
