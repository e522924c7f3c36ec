import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SavedDatabase } from '@huijiao/database'

/** What stands in `manifest.json` of a backup. */
export interface Manifest {
  readonly format: 'huijiao-backup/1'
  readonly madeAt: string
  readonly node: { readonly name: string; readonly region: string; readonly tier: string }
  readonly log: {
    readonly epoch: { readonly number: number; readonly id: string }
    readonly size: number
    /** `sha-256:<hex>`; null for an empty log. */
    readonly root: string | null
    readonly checkpoint: string | null
  }
  readonly database: SavedDatabase
  /** Files besides the tables, by path inside the backup, with their SHA-256 in hex. */
  readonly files: Readonly<Record<string, string>>
  /** For who opens it. */
  readonly note: { readonly zh: string; readonly en: string }
}

export const manifestFile = 'manifest.json'
export const digestFile = 'manifest.sha256'
export const tablesDirectory = 'database'
export const secretsDirectory = 'secrets'
export const settingsFile = 'settings.env'

/** Names of the keys that sign, by number, and of the notes by which they follow each other. */
export const signingKeyFiles = /^signing-key(-\d{1,9})?\.(pem|note)$/

export const sha256Hex = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Something is wrong with a backup, or with what it was to be restored to; `message` is Chinese, then English. */
export class BackupError extends Error {
  readonly zh: string
  readonly en: string
  constructor(zh: string, en: string) {
    super(`${zh} / ${en}`)
    this.zh = zh
    this.en = en
  }
}

/** What a directory is to a backup: nothing of ours, one that is being written or was broken off, or a whole one, which a changed one may look like. */
export type BackupState = 'empty' | 'other' | 'broken-off' | 'written'

/** The secrets are written first and the digest last. */
export async function stateOf(directory: string): Promise<BackupState> {
  const names = await readdir(directory)
  if (names.length === 0) return 'empty'
  if (names.includes(digestFile)) return 'written'
  const ours = [secretsDirectory, tablesDirectory, settingsFile, manifestFile]
  return names.includes(secretsDirectory) && names.every((name) => ours.includes(name)) ? 'broken-off' : 'other'
}

/** @throws BackupError when there is none, or it is not what was written */
export async function readManifest(directory: string): Promise<Manifest> {
  let bytes: Buffer
  let digest: string
  try {
    bytes = await readFile(join(directory, manifestFile))
    digest = (await readFile(join(directory, digestFile), 'utf8')).slice(0, 64)
  } catch {
    if ((await stateOf(directory).catch(() => 'other')) === 'broken-off')
      throw new BackupError(
        `${directory} 中的备份中途停止（没有 ${digestFile}），不能用来恢复；请用另一份备份。它可能含有私钥：确认没有备份正在写入后，请删除该目录`,
        `the backup in ${directory} was broken off (it is without ${digestFile}) and cannot be restored; take another one. It may hold private keys: make sure that no backup is still being written there, then remove the directory`,
      )
    throw new BackupError(
      `${directory} 不是完整的备份：没有 ${manifestFile} 或 ${digestFile}`,
      `${directory} is no complete backup: ${manifestFile} or ${digestFile} is missing`,
    )
  }
  if (sha256Hex(bytes) !== digest) throw new BackupError(`${manifestFile} 已被改动`, `${manifestFile} was changed`)
  const manifest = JSON.parse(bytes.toString()) as Manifest
  if (manifest.format !== 'huijiao-backup/1')
    throw new BackupError(`不认识的备份格式 ${String(manifest.format)}`, `the format ${String(manifest.format)} is not known`)
  return manifest
}
