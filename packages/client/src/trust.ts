import { readFileSync } from 'node:fs'
import { parseVerifierKey, verifierKey } from '@huijiao/merkle'
import { usage } from './user-error.ts'

/** A node's public key that somebody here decided to trust. */
export interface TrustedKey {
  readonly name: string
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Buffer
  /** As it is written in a trust file: `<name>+<8 hex>+<base64>`. */
  readonly text: string
}

/**
 * Reads a verifier key as C2SP signed-note writes it.
 * @throws UserError (usage)
 */
export function readTrustedKey(text: string): TrustedKey {
  try {
    const key = parseVerifierKey(text)
    return { name: key.name, publicKey: key.publicKey, text: verifierKey(key.name, key.publicKey) }
  } catch (cause) {
    throw usage(`不是节点公钥：${text.slice(0, 80)}`, `not a node's verifier key: ${text.slice(0, 80)}`, {
      zh: `形如 370100+1a2b3c4d+AbC…=（${(cause as Error).message}）`,
      en: `it looks like 370100+1a2b3c4d+AbC…= (${(cause as Error).message})`,
    })
  }
}

/**
 * Reads a file of verifier keys, one a line; empty lines and lines that begin with `#` are passed over.
 * @throws UserError (usage)
 */
export function readTrustFile(path: string): TrustedKey[] {
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch (cause) {
    throw usage(`读不了文件 ${path}`, `cannot read ${path}: ${(cause as NodeJS.ErrnoException).code}`)
  }
  const lines = content.split(/\r?\n/).map((line) => line.trim())
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#')).map(readTrustedKey)
  if (keys.length === 0) throw usage(`${path} 中没有公钥`, `${path} holds no key`)
  return keys
}
