import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
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

/** Secrets that come from elsewhere, already read; null or absent means: from the directory. */
export type GivenSecrets = { readonly [Name in keyof Secrets]?: Secrets[Name] | null }

/**
 * Loads the secrets of a directory, and makes those that are not there: `signing-key.pem`, `digest-secret`, `sealing-key` (base64), readable
 * by the owner only. Each file appears whole or not at all, and processes that start together get the same secrets.
 * @param given is used as it is: its file is neither read nor made, and where all three are given the directory is not touched
 * @throws Error naming the file that is there but cannot be used; nothing is ever overwritten
 */
export async function loadOrCreateSecrets(directory: string, given: GivenSecrets = {}): Promise<Secrets> {
  const kept = async <T>(name: string, make: () => string, read: (text: string) => T): Promise<T> => {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const text = await loadOrCreate(join(directory, name), make)
    return usable(directory, name, () => read(text))
  }
  return {
    signingKeyPem: given.signingKeyPem ?? (await kept('signing-key.pem', () => createSigningKey().privateKeyPem, checkedSigningKey)),
    digestSecret: given.digestSecret ?? (await kept('digest-secret', newSecret, thirtyTwoBytes)),
    sealingKey: given.sealingKey ?? (await kept('sealing-key', newSecret, thirtyTwoBytes)),
  }
}

/** Where a node keeps the key of this number; its first has no number in its name. */
export const signingKeyFile = (number: number): string => (number === 1 ? 'signing-key.pem' : `signing-key-${number}.pem`)

/** The private keys in a text that holds one PEM block after another; the first has number 1. */
export const pemBlocks = (text: string): string[] =>
  (text.match(/-----BEGIN [A-Z0-9 ]+-----[\s\S]+?-----END [A-Z0-9 ]+-----/g) ?? []).map((block) => `${block}\n`)

/** The signing key of a number, made when it is not there. @throws Error naming the file that cannot be used */
export async function loadOrCreateSigningKey(directory: string, number: number): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const name = signingKeyFile(number)
  const text = await loadOrCreate(join(directory, name), () => createSigningKey().privateKeyPem)
  return usable(directory, name, () => checkedSigningKey(text))
}

/** The signing key of a number; null when it is not there. */
export async function loadSigningKey(directory: string, number: number): Promise<string | null> {
  const name = signingKeyFile(number)
  const text = await readFile(join(directory, name), 'utf8').catch(absent)
  return text === null ? null : usable(directory, name, () => checkedSigningKey(text))
}

function checkedSigningKey(pem: string): string {
  readSigningKey('signing-key.pem', pem)
  return pem
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
    // What is made with it may be on another disk, and outlive a name that is not written yet.
    await syncDirectory(dirname(path))
    await syncDirectory(dirname(dirname(path)))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await handle.close()
    await unlink(draft)
  }
  return readFile(path, 'utf8')
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory)
  await handle.sync().finally(() => handle.close())
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
