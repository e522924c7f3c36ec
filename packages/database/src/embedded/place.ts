import { createHash, randomBytes } from 'node:crypto'
import { chown, link, mkdir, readFile, rm, rmdir, stat, unlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { canEnter, type RunAs, userToRunAs } from './run-as.ts'
import { EmbeddedPostgresError, type Progress } from './words.ts'

/** Where root keeps what another user must reach. */
export const sharedDirectory = '/var/lib/huijiao'

const noteName = 'WHERE-IS-THE-DATA.txt'

/** Where one cluster lies, and who runs it. The three files stand beside the data directory, not in it: PostgreSQL owns what is in it. */
export interface Place {
  readonly dataDir: string
  readonly passwordFile: string
  readonly logFile: string
  readonly user: RunAs | null
  /** What to delete when the cluster is to be gone. */
  readonly everything: readonly string[]
}

/** Settles where the cluster of the requested directory is, and makes the directories above it. Asked again, the answer is the same. */
export async function settlePlace(requested: string, onProgress: Progress): Promise<Place> {
  const wanted = resolve(requested)
  await mkdir(dirname(wanted), { recursive: true })
  const noted = await readNote(wanted)
  if (noted !== null) return elsewhere(wanted, noted, await userToRunAs(noted, onProgress))
  const user = await userToRunAs(wanted, onProgress)
  const isCluster = await stat(join(wanted, 'PG_VERSION')).catch(() => null)
  if (user === null || isCluster !== null || (await canEnter(user, dirname(wanted)))) return beside(wanted, user)
  const moved = await settleElsewhere(wanted, user)
  onProgress({
    zh: `${user.name} 无法进入 ${dirname(wanted)}，数据库文件放在 ${dirname(moved)}`,
    en: `${user.name} cannot enter ${dirname(wanted)}; the database files are in ${dirname(moved)}`,
  })
  return elsewhere(wanted, moved, user)
}

/** The place as it is, without making anything; null when there is none. */
export async function existingPlace(requested: string): Promise<Place | null> {
  const wanted = resolve(requested)
  const noted = await readNote(wanted)
  if (noted !== null) return elsewhere(wanted, noted, null)
  return (await stat(wanted).catch(() => null)) === null ? null : beside(wanted, null)
}

function beside(dataDir: string, user: RunAs | null): Place {
  const passwordFile = `${dataDir}.password`
  const logFile = `${dataDir}.log`
  return { dataDir, passwordFile, logFile, user, everything: [dataDir, passwordFile, logFile, `${logFile}.old`, `${dataDir}.programs`] }
}

function elsewhere(wanted: string, dataDir: string, user: RunAs | null): Place {
  return { ...beside(dataDir, user), everything: [dirname(dataDir), wanted] }
}

async function readNote(wanted: string): Promise<string | null> {
  const text = await readFile(join(wanted, noteName), 'utf8').catch(() => null)
  const dataDir = text === null ? null : /^data: (\/.*)$/m.exec(text)?.[1]
  if (dataDir === undefined) {
    throw new EmbeddedPostgresError({
      zh: `${join(wanted, noteName)} 中没有 “data: <目录>” 一行，无法得知数据库在何处`,
      en: `${join(wanted, noteName)} has no line "data: <directory>", so it is not known where the database is`,
    })
  }
  return dataDir
}

/**
 * Takes a directory of our own below the shared one and leaves a note of it. The note decides: a directory of the same name that an
 * earlier, deleted checkout left behind is neither taken over nor deleted.
 */
async function settleElsewhere(wanted: string, user: RunAs): Promise<string> {
  await mkdir(sharedDirectory, { recursive: true, mode: 0o755 })
  const base = await freshDirectory(join(sharedDirectory, createHash('sha256').update(wanted).digest('hex').slice(0, 16)))
  await chown(base, user.uid, user.gid)
  await mkdir(wanted, { recursive: true })
  const dataDir = join(base, 'data')
  const draft = join(wanted, `.note-${randomBytes(6).toString('hex')}`)
  await writeFile(draft, noteText(wanted, dataDir, user), { flush: true })
  try {
    await link(draft, join(wanted, noteName)) // atomic, and fails when another process was first
    return dataDir
  } catch (error) {
    await rmdir(base)
    const first = await readNote(wanted)
    if (first === null) throw error
    return first
  } finally {
    await unlink(draft)
  }
}

async function freshDirectory(path: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? path : `${path}-${number}`
    try {
      await mkdir(candidate, { mode: 0o700 })
      return candidate
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

function noteText(wanted: string, dataDir: string, user: RunAs): string {
  return `data: ${dataDir}

数据库文件不在这里。程序以 root 启动，而 PostgreSQL 不能以 root 运行；它所用的系统用户 ${user.name} 进不了 ${dirname(wanted)}。
因此数据放在上面一行所写的目录。删除 ${basename(wanted)} 并不会删除数据；移动它也不影响数据。

The database files are not here. The program was started as root, and PostgreSQL does not run as root; the system user ${user.name},
as whom it runs, cannot enter ${dirname(wanted)}. So the data is in the directory named on the first line. Deleting ${basename(wanted)}
does not delete the data; moving it does not harm it.
`
}

/** Deletes the cluster with everything beside it. The server must be stopped. */
export async function removePlace(place: Place): Promise<void> {
  for (const path of place.everything) await rm(path, { recursive: true, force: true })
}
