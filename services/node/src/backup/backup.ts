import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { saveDatabase } from '@huijiao/database'
import { headOfNote } from '@huijiao/exchange'
import { pemBlocks, signingKeyFile } from '@huijiao/identity'
import { digestText } from '@huijiao/merkle'
import type { Words } from '@huijiao/problem'
import type { Config } from '../config.ts'
import { databaseIsAway } from '../plugins/problems.ts'
import { settings } from '../settings.ts'
import { BrokenOffError, StoppedError } from './broken-off.ts'
import { withDatabase } from './database-of.ts'
import { mustBeKeysOf, ownSecrets } from './own-secrets.ts'
import {
  BackupError,
  digestFile,
  type Manifest,
  manifestFile,
  secretsDirectory,
  settingsFile,
  sha256Hex,
  signingKeyFiles,
  stateOf,
  tablesDirectory,
} from './manifest.ts'

export interface BackupResult {
  readonly directory: string
  readonly manifest: Manifest
}

export type OnProgress = (what: string, done: number, of: number) => void

/** Settings that belong to this machine, or are secrets kept elsewhere: they are not saved. */
const notSaved = new Set(['HUIJIAO_DATA_DIR', 'HUIJIAO_DATABASE_URL', 'HUIJIAO_QUEUE_URL', 'HUIJIAO_ADMIN_TOKEN'])

/**
 * Saves a node: its database as of one instant, its keys, and the settings it runs with. The node may run meanwhile. The last file to be written is the
 * digest of the manifest: without it the backup is not whole. What fails takes away what it had written, so that the same call can be made again.
 * @param directory must not be there, or be empty
 * @param signal gives it up
 * @throws BackupError; BrokenOffError when the connection to the database breaks; StoppedError when the signal was given
 */
export async function backup(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  directory: string,
  onProgress: OnProgress = () => undefined,
  signal?: AbortSignal,
): Promise<BackupResult> {
  await ownSecrets(config)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await mustBeEmpty(directory)
  // Fails for all but one of those that came to the empty directory together: what is in it from here on is this call's.
  await mkdir(join(directory, secretsDirectory), { mode: 0o700 })
  try {
    return await fill(config, env, directory, onProgress, signal)
  } catch (error) {
    const emptied = await empty(directory)
    if (signal?.aborted === true) throw new StoppedError(leftOf(directory, emptied))
    throw databaseIsAway(error) ? new BrokenOffError(error, leftOf(directory, emptied)) : error
  }
}

/** @throws BackupError saying what is there, and what to do about it */
async function mustBeEmpty(directory: string): Promise<void> {
  const state = await stateOf(directory)
  if (state === 'written')
    throw new BackupError(
      `${directory} 不是空目录：其中已有一份备份，没有改动它。请另取一个目录名`,
      `${directory} is not empty: it holds a backup, which was left as it is. Take another directory`,
    )
  if (state === 'broken-off')
    throw new BackupError(
      `${directory} 不是空目录：其中有一份没有写完的备份（没有 ${digestFile}），不能用来恢复，但可能含有私钥。确认没有备份正在写入后，请删除该目录，再次执行同一命令`,
      `${directory} is not empty: it holds a backup that was not finished (it is without ${digestFile}), cannot be restored, and may hold private keys. Make sure that no backup is still being written there, remove the directory, and run the same command again`,
    )
  if (state === 'other')
    throw new BackupError(`${directory} 不是空目录；请另取一个目录名`, `${directory} is not empty; take another directory`)
}

function leftOf(directory: string, emptied: boolean): Words {
  return emptied
    ? {
        zh: `备份没有完成；已写入的部分已删除，${directory} 中没有备份，是空目录。请再次执行同一命令`,
        en: `the backup was not completed; what had been written was removed, and ${directory} holds no backup and is empty. Run the same command again`,
      }
    : {
        zh: `备份没有完成；已写入的部分未能全部删除，留在 ${directory}，其中没有 ${digestFile}，不能用来恢复，但可能含有私钥。请删除该目录，再次执行同一命令`,
        en: `the backup was not completed; not all that had been written could be removed. ${directory} is without ${digestFile} and cannot be restored, but may hold private keys. Remove it and run the same command again`,
      }
}

/** Takes away all that a backup writes, what makes it whole first. @returns false when something is still there */
async function empty(directory: string): Promise<boolean> {
  try {
    for (const name of [digestFile, manifestFile, settingsFile, tablesDirectory, secretsDirectory])
      await rm(join(directory, name), { recursive: true, force: true, maxRetries: 3 })
    return (await readdir(directory)).length === 0
  } catch {
    return false
  }
}

async function fill(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  directory: string,
  onProgress: OnProgress,
  signal: AbortSignal | undefined,
): Promise<BackupResult> {
  const secrets = await ownSecrets(config)
  const files: Record<string, string> = {}
  const put = async (name: string, content: string): Promise<void> => {
    await writeDurably(join(directory, name), Buffer.from(content))
    files[name] = sha256Hex(Buffer.from(content))
  }
  const signing = await signingKeys(config, secrets.signingKeyPem)
  for (const [name, content] of signing) await put(`${secretsDirectory}/${name}`, content)
  for (const [name, content] of await adapterKeys(config)) {
    await mkdir(join(directory, secretsDirectory, dirname(name)), { recursive: true, mode: 0o700 })
    await put(`${secretsDirectory}/${name}`, content)
  }
  await put(`${secretsDirectory}/digest-secret`, `${secrets.digestSecret.toString('base64')}\n`)
  await put(`${secretsDirectory}/sealing-key`, `${secrets.sealingKey.toString('base64')}\n`)
  await put(settingsFile, settingsText(env))
  const { saved, seen } = await withDatabase(config, (url) =>
    saveDatabase(
      url,
      join(directory, tablesDirectory),
      async (client) => {
        const node = (
          await client.query<{
            name: string
            region: string
            tier: string
            epoch: number
            epoch_id: string
            signing_key_id: string | null
          }>('select * from node')
        ).rows[0]
        const head = (
          await client.query<{ size: string; root: Buffer; note: string }>(
            'select size, root, note from log_checkpoint order by size desc limit 1',
          )
        ).rows[0]
        const keys = (await client.query<{ key_id: string; public_key: Buffer }>('select key_id, public_key from node_key')).rows
        const sealed = (
          await client.query<{ text: Buffer; commitment: Buffer }>(
            'select sealed_text as text, commitment from version where sealed_text is not null limit 1',
          )
        ).rows[0]
        return { node, head, keys, sealed }
      },
      onProgress,
      signal,
    ),
  )
  const { node, head, keys, sealed } = seen
  if (node === undefined || node.name !== config.node.name)
    throw new BackupError(`数据库里没有节点 ${config.node.name}`, `the database does not hold the node ${config.node.name}`)
  mustBeKeysOf({ node: node.name, publicKeys: keys, inForce: node.signing_key_id, sealed: sealed ?? null }, signing, secrets.sealingKey)
  const manifest: Manifest = {
    format: 'huijiao-backup/1',
    madeAt: new Date().toISOString(),
    node: { name: node.name, region: node.region, tier: node.tier },
    log: {
      epoch: (head === undefined ? undefined : headOfNote(head.note)?.epoch) ?? { number: node.epoch, id: node.epoch_id },
      size: head === undefined ? 0 : Number(head.size),
      root: head === undefined ? null : digestText(head.root),
      checkpoint: head?.note ?? null,
    },
    database: saved,
    files,
    note: {
      zh: '本备份含节点的签名私钥、加密密钥和全部数据，未加密：谁持有它，谁就能以该节点之名行事并读取个人信息。请像对待私钥一样保管。',
      en: 'This backup holds the node’s signing key, its encryption key and all of its data, and is not encrypted: whoever has it can act as the node and read personal data. Keep it like a private key.',
    },
  }
  const text = `${JSON.stringify(manifest, null, 1)}\n`
  await writeDurably(join(directory, manifestFile), Buffer.from(text))
  await writeDurably(join(directory, digestFile), Buffer.from(`${sha256Hex(Buffer.from(text))}  ${manifestFile}\n`))
  return { directory, manifest }
}

/** The keys that sign and signed, and the notes by which they follow each other, by file name. */
async function signingKeys({ dataDir, secrets: given }: Config, first: string): Promise<[name: string, content: string][]> {
  if (given.signingKeyPem !== null) return pemBlocks(first).map((block, at) => [signingKeyFile(at + 1), block])
  const directory = join(dataDir, 'secrets')
  const later = (await readdir(directory)).filter((name) => signingKeyFiles.test(name) && name !== signingKeyFile(1))
  return [
    [signingKeyFile(1), first],
    ...(await Promise.all(later.map(async (name): Promise<[string, string]> => [name, await readFile(join(directory, name), 'utf8')]))),
  ]
}

/** The keys with which adapters sign receipts, each in a directory of its link's. */
async function adapterKeys({ dataDir }: Config): Promise<[name: string, content: string][]> {
  const directory = join(dataDir, 'secrets')
  const links = (await readdir(directory, { withFileTypes: true }).catch(() => [])).filter(
    (entry) => entry.isDirectory() && entry.name.startsWith('adapter-'),
  )
  const keys: [string, string][] = []
  for (const { name } of links)
    for (const file of (await readdir(join(directory, name))).filter((one) => signingKeyFiles.test(one)))
      keys.push([`${name}/${file}`, await readFile(join(directory, name, file), 'utf8')])
  return keys
}

function settingsText(env: Readonly<Record<string, string | undefined>>): string {
  const lines = settings
    .map(({ name }) => name as string)
    .filter((name) => !notSaved.has(name) && !/(_KEY|_SECRET|_TOKEN|_PASSWORD)$/.test(name))
    .flatMap((name) => (env[name] === undefined || env[name] === '' ? [] : [`${name}=${JSON.stringify(env[name])}`]))
  return `${['# 备份时的设置，供对照；数据库地址、数据目录和口令须另给 · settings at the time; addresses, directories and tokens are given anew', ...lines].join('\n')}\n`
}

async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  await writeFile(path, bytes, { mode: 0o600, flag: 'wx' })
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}
