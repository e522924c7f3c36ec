import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { changedFiles, digestOf, isEmptyDatabase, LoadError, loadDatabase, openDatabase } from '@huijiao/database'
import { detachedVersionRanges, elsewhereOf, epochEntries, readEntryBundle, readLogHead, readTile } from '@huijiao/exchange'
import { readSigningKey } from '@huijiao/identity'
import { checkLog, type DetachedRange, digestText, EntriesDetached, verifierKey } from '@huijiao/merkle'
import { Problem, type Words } from '@huijiao/problem'
import type { Config } from '../config.ts'
import { restoredMarker } from '../epochs/epochs.ts'
import { databaseIsAway } from '../plugins/problems.ts'
import type { OnProgress } from './backup.ts'
import { tellingWhatIsLeft } from './broken-off.ts'
import { withDatabase } from './database-of.ts'
import { BackupError, type Manifest, readManifest, secretsDirectory, settingsFile, signingKeyFiles, tablesDirectory } from './manifest.ts'

export interface RestoreResult {
  readonly manifest: Manifest
  /** Entries of the log that were read and computed again. */
  readonly entries: number
  /** Ranges that are not in the database and were not in the backup: their entries were not read. */
  readonly detached: readonly DetachedRange[]
  /** Ranges of parts whose old versions have their contents elsewhere, now as then. */
  readonly versionsDetached: readonly DetachedRange[]
}

/**
 * Puts a backup back: every file is held against its digest before anything is written; then the keys, the database, and a mark by which the node begins
 * a new epoch when it starts. Last of all the whole log is read from the database and computed again.
 * @throws BackupError, LoadError; BrokenOffError when the connection to the database breaks; StoppedError when the signal was given; where the database was filled and the log does not check out, it says so and the node must not be started on it
 */
export async function restore(
  config: Config,
  directory: string,
  onProgress: OnProgress = () => undefined,
  signal?: AbortSignal,
): Promise<RestoreResult> {
  const manifest = await readManifest(directory)
  await mustBeWhole(manifest, directory)
  if (manifest.node.name !== config.node.name || manifest.node.region !== config.node.region || manifest.node.tier !== config.node.tier)
    throw new BackupError(
      `备份属于节点 ${manifest.node.name}（${manifest.node.region}，${manifest.node.tier}），与配置 ${config.node.name} 不符`,
      `the backup is of node ${manifest.node.name} (${manifest.node.region}, ${manifest.node.tier}), not of ${config.node.name}`,
    )
  let begun = false
  const work = async (url: string): Promise<RestoreResult> => {
    // Before anything is written: a restore that cannot go on leaves nothing behind.
    if (!(await isEmptyDatabase(url)))
      throw new LoadError('目标数据库不是空的；请给一个新建的空数据库', 'the database is not empty; give a new, empty one')
    begun = true
    await putSecrets(config, directory, manifest)
    await loadDatabase(url, join(directory, tablesDirectory), manifest.database, onProgress, signal)
    signal?.throwIfAborted()
    const checked = await mustCheckOut(url, manifest, directory, onProgress, signal)
    const mark = {
      restoredAt: new Date().toISOString(),
      madeAt: manifest.madeAt,
      log: { epoch: manifest.log.epoch, size: manifest.log.size },
    }
    await writeFile(join(config.dataDir, restoredMarker), `${JSON.stringify(mark)}\n`, { mode: 0o600, flush: true })
    await writeFile(join(config.dataDir, `restored-${settingsFile}`), await readFile(join(directory, settingsFile)), { mode: 0o600 })
    return { manifest, ...checked }
  }
  return await tellingWhatIsLeft(
    () => withDatabase(config, work),
    () => leftOf(config, begun),
    signal,
  )
}

function leftOf({ dataDir, secrets }: Config, begun: boolean): Words {
  if (!begun)
    return {
      zh: '恢复没有开始，什么都没有写入。请再次执行同一命令',
      en: 'the restore was not begun; nothing was written. Run the same command again',
    }
  const again =
    secrets.databaseUrl === null
      ? { zh: '请换一个新的空数据目录（HUIJIAO_DATA_DIR）', en: 'Take a new, empty data directory (HUIJIAO_DATA_DIR)' }
      : { zh: '请重新建立一个空数据库', en: 'Make the database anew, empty' }
  const keys = join(dataDir, 'secrets')
  return {
    zh: `恢复没有完成；数据库中可能还没有数据，也可能已有数据而未经核对：请勿以此数据库启动节点。备份本身没有改动；已写入 ${keys} 的密钥与备份中的相同，可以留着。${again.zh}，再次执行同一命令`,
    en: `the restore was not completed; the database may be without the data yet, or hold them unchecked: do not start the node on it. The backup is as it was; keys that were put into ${keys} are those of the backup and may stay. ${again.en}, and run the same command again`,
  }
}

/** Holds every file against its digest, without restoring anything. @throws BackupError naming those that are missing or changed */
export async function mustBeWhole(manifest: Manifest, directory: string): Promise<void> {
  const changed = await changedFiles(manifest.database, join(directory, tablesDirectory))
  for (const [name, sha256] of Object.entries(manifest.files)) {
    const found = await digestOf(join(directory, name)).catch(() => null)
    if (found !== sha256) changed.push(name)
  }
  if (changed.length > 0)
    throw new BackupError(
      `备份不完整或已被改动：${changed.join('、')}`,
      `files of the backup are missing or were changed: ${changed.join(', ')}`,
    )
}

/** The files of the backup that are secrets, by name. */
const secretNames = ({ files }: Manifest): string[] =>
  Object.keys(files).flatMap((name) => (name.startsWith(`${secretsDirectory}/`) ? [name.slice(secretsDirectory.length + 1)] : []))

/** The keys go where the node looks for them. Keys that are there already must be the same: nothing is ever overwritten. */
async function putSecrets({ dataDir }: Config, directory: string, manifest: Manifest): Promise<void> {
  const target = join(dataDir, 'secrets')
  await mkdir(target, { recursive: true, mode: 0o700 })
  for (const name of secretNames(manifest)) {
    const bytes = await readFile(join(directory, secretsDirectory, name))
    const there = await readFile(join(target, name)).catch(() => null)
    if (there === null) {
      await mkdir(dirname(join(target, name)), { recursive: true, mode: 0o700 })
      await writeFile(join(target, name), bytes, { mode: 0o600, flag: 'wx', flush: true })
      await chmod(join(target, name), 0o600)
    } else if (there.toString().trim() !== bytes.toString().trim())
      throw new BackupError(`${join(target, name)} 是另一把密钥；请先移走它`, `${join(target, name)} is another key; move it away first`)
  }
}

async function mustCheckOut(
  url: string,
  manifest: Manifest,
  directory: string,
  onProgress: OnProgress,
  signal: AbortSignal | undefined,
): Promise<Omit<RestoreResult, 'manifest'>> {
  const { checkpoint, size, root } = manifest.log
  if (checkpoint === null) return { entries: 0, detached: [], versionsDetached: [] }
  const pems = await Promise.all(
    secretNames(manifest)
      .filter((name) => signingKeyFiles.test(name) && name.endsWith('.pem'))
      .map((name) => readFile(join(directory, secretsDirectory, name), 'utf8')),
  )
  const verifierKeys = pems.map((pem) => verifierKey(manifest.node.name, readSigningKey('backup', pem).publicKey))
  const { db, close } = openDatabase({ url, poolMax: 4, applicationName: 'huijiao-backup' })
  try {
    const head = await readLogHead(db)
    const there = <T>(value: T | null): T => {
      if (value === null) throw new Error('it is not there')
      return value
    }
    let broke: unknown
    // What cannot be read is a finding of the check; that the database is away says nothing about the log.
    const read = <T>(reading: Promise<T>): Promise<T> =>
      reading.catch((error: unknown) => {
        if (databaseIsAway(error)) broke ??= error
        throw error
      })
    const report = await checkLog(
      {
        readCheckpoint: () => there(head).note,
        readTile: async (level, index, width) => there(await read(readTile(db, level, index, width))),
        readEntries: async (index, width) => there(await read(readEntryBundle(db, index, width)).catch(orDetached)),
        readEpochs: () => epochEntries(db),
      },
      { verifierKeys },
      ({ entries, size: of }) => {
        signal?.throwIfAborted()
        onProgress('log', entries, of)
      },
    )
    if (broke !== undefined) throw broke
    if (!report.ok || head?.size !== size || digestText(head.root) !== root) {
      const first = report.findings[0]
      throw new BackupError(
        `恢复后的日志核对不符：${first?.zh ?? '大小或根与清单不同'}；请勿以此数据库启动节点`,
        `the log that was restored does not check out: ${first?.en ?? 'its size or root is not that of the manifest'}; do not start the node on this database`,
      )
    }
    return { entries: report.entries, detached: report.detached, versionsDetached: (await detachedVersionRanges(db)).map(elsewhereOf) }
  } finally {
    await close()
  }
}

/** What is kept elsewhere is no fault of the log. */
function orDetached(error: unknown): never {
  throw error instanceof Problem && error.range !== undefined ? new EntriesDetached(error.range) : error
}
