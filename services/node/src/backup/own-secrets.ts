import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { keyIdOf } from '@huijiao/exchange'
import { loadOrCreateSecrets, readSigningKey, sealer, type Secrets, signingKeyFile } from '@huijiao/identity'
import type { Words } from '@huijiao/problem'
import type { Config } from '../config.ts'
import { BackupError } from './manifest.ts'

const mend: Words = {
  zh: '请核对 HUIJIAO_DATA_DIR（相对路径从当前目录算起），或以 HUIJIAO_SIGNING_KEY、HUIJIAO_DIGEST_SECRET、HUIJIAO_SEALING_KEY 给出',
  en: 'check HUIJIAO_DATA_DIR (a relative one begins at the current directory), or give them by HUIJIAO_SIGNING_KEY, HUIJIAO_DIGEST_SECRET and HUIJIAO_SEALING_KEY',
}

/**
 * The secrets of a node that has run. None is made: beside a database that is in use, a new one is the wrong one.
 * @throws BackupError naming those that are not there
 */
export async function ownSecrets({ dataDir, secrets: given }: Config): Promise<Secrets> {
  const directory = join(dataDir, 'secrets')
  const wanted = [
    ...(given.signingKeyPem === null ? [signingKeyFile(1)] : []),
    ...(given.digestSecret === null ? ['digest-secret'] : []),
    ...(given.sealingKey === null ? ['sealing-key'] : []),
  ]
  const there = await Promise.all(wanted.map((name) => access(join(directory, name)).then(always, isThere)))
  const missing = wanted.filter((_, at) => !there[at])
  if (missing.length > 0)
    throw new BackupError(
      `${directory} 中没有节点的密钥 ${missing.join('、')}：${mend.zh}`,
      `the node’s keys ${missing.join(', ')} are not in ${directory}: ${mend.en}`,
    )
  return await loadOrCreateSecrets(directory, given)
}

const always = (): boolean => true

/** One that may not be read is there: reading it says so. */
function isThere(error: NodeJS.ErrnoException): boolean {
  return error.code !== 'ENOENT' && error.code !== 'ENOTDIR'
}

/** What the database knows of the keys that belong to it. */
export interface KnownKeys {
  readonly node: string
  readonly publicKeys: readonly { readonly key_id: string; readonly public_key: Buffer }[]
  /** Id of the key that signs; null: the first. */
  readonly inForce: string | null
  /** Any text that is sealed, and what it is bound to; null when there is none. */
  readonly sealed: { readonly text: Buffer; readonly commitment: Buffer } | null
}

/**
 * Holds keys against the database they are to be saved with: with the keys of another node nothing could be proven or read again.
 * @param signing private keys by the names of their files
 * @throws BackupError
 */
export function mustBeKeysOf(known: KnownKeys, signing: readonly (readonly [name: string, pem: string])[], sealingKey: Buffer): void {
  const wrong = (zh: string, en: string): BackupError => new BackupError(`${zh}：${mend.zh}`, `${en}: ${mend.en}`)
  const own = new Map(
    signing
      .filter(([name]) => name.endsWith('.pem'))
      .map(([name, pem]) => [keyIdOf(known.node, Number(/-(\d+)\.pem$/.exec(name)?.[1] ?? 1)), readSigningKey(name, pem).publicKey]),
  )
  for (const { key_id, public_key } of known.publicKeys)
    if (own.has(key_id) && own.get(key_id)?.equals(public_key) !== true)
      throw wrong(`签名私钥 ${key_id} 不是数据库所记的那一把`, `the signing key ${key_id} is not the one that the database knows`)
  const inForce = known.inForce ?? keyIdOf(known.node, 1)
  if (!own.has(inForce)) throw wrong(`缺少现用的签名私钥 ${inForce}`, `the signing key ${inForce}, which is in force, is not there`)
  if (known.sealed === null) return
  try {
    sealer(sealingKey).open(known.sealed.text, known.sealed.commitment)
  } catch {
    throw wrong('数据库中的密封字段不能用这把密封密钥打开', 'sealed fields in the database do not open with this sealing key')
  }
}
