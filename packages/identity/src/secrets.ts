import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createSigningKey, readSigningKey } from './keys.ts'

/** The three secrets of a node. */
export interface Secrets {
  /** Ed25519, PKCS#8 PEM: signs requests, receipts and checkpoints. */
  readonly signingKeyPem: string
  /** 32 bytes: keyed digests of business keys and texts. If it is lost, no key is found again. */
  readonly digestSecret: Buffer
  /** 32 bytes: encrypts sealed texts. If it is lost, they are. */
  readonly sealingKey: Buffer
}

/**
 * Loads the secrets of a directory, and makes those that are not there: `signing-key.pem`, `digest-secret`, `sealing-key` (base64), readable
 * by the owner only. Each file appears whole or not at all, and processes that start together get the same secrets.
 * @throws Error naming the file that is there but cannot be used; nothing is ever overwritten
 */
export async function loadOrCreateSecrets(directory: string): Promise<Secrets> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const signingKeyPem = await loadOrCreate(join(directory, 'signing-key.pem'), () => createSigningKey().privateKeyPem)
  const digestSecret = await loadOrCreate(join(directory, 'digest-secret'), newSecret)
  const sealingKey = await loadOrCreate(join(directory, 'sealing-key'), newSecret)
  usable(directory, 'signing-key.pem', () => readSigningKey('signing-key.pem', signingKeyPem))
  return {
    signingKeyPem,
    digestSecret: usable(directory, 'digest-secret', () => thirtyTwoBytes(digestSecret)),
    sealingKey: usable(directory, 'sealing-key', () => thirtyTwoBytes(sealingKey)),
  }
}

const newSecret = (): string => `${randomBytes(32).toString('base64')}\n`

/** Reads a secret of 32 bytes in base64, as it stands in its file or in the environment. */
export function thirtyTwoBytes(text: string): Buffer {
  const bytes = Buffer.from(text.trim(), 'base64')
  if (bytes.length !== 32) throw new RangeError(`it holds ${bytes.length} bytes in base64, not 32`)
  return bytes
}

function usable<T>(directory: string, name: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new Error(`${join(directory, name)} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

async function loadOrCreate(path: string, make: () => string): Promise<string> {
  const existing = await readFile(path, 'utf8').catch(absent)
  if (existing !== null) return existing
  const draft = `${path}.new-${randomBytes(6).toString('hex')}`
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(make())
    await handle.sync()
    await link(draft, path) // fails when another process was first; then its secret is ours too
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await handle.close()
    await unlink(draft)
  }
  return readFile(path, 'utf8')
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
