import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, link, mkdir, open, readdir, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Binaries } from './binaries.ts'
import type { Place } from './place.ts'
import { childEnvironment, identityOf, type RunAs } from './run-as.ts'
import { EmbeddedPostgresError, type Progress } from './words.ts'

/** The superuser of the cluster. */
export const superuser = 'huijiao'

/** The superuser's password, made on first use. Two processes that ask together get the same one. */
export async function loadOrCreatePassword(place: Place): Promise<string> {
  const draft = `${place.passwordFile}.new-${randomBytes(6).toString('hex')}`
  // The cluster is on disk as soon as it is made. A password that a power cut leaves empty would lock its own node out for ever.
  await writeFile(draft, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx', flush: true })
  try {
    // initdb reads it as the user that it runs as. Root can read it all the same.
    if (place.user !== null) await chown(draft, place.user.uid, place.user.gid)
    await link(draft, place.passwordFile)
    await syncDirectory(dirname(place.passwordFile))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await unlink(draft)
  }
  return (await readFile(place.passwordFile, 'utf8')).trim()
}

/**
 * Makes the cluster when there is none. It grows under a temporary name and is renamed when whole: whoever is killed in between leaves
 * nothing half made, and of two processes that do this together one simply uses the other's.
 */
export async function ensureCluster(place: Place, binaries: Binaries, onProgress: Progress): Promise<void> {
  const { dataDir, user } = place
  await removeAbandonedDrafts(dataDir)
  if (await isCluster(dataDir)) return
  if ((await readdir(dataDir).catch(() => [])).length > 0) {
    throw new EmbeddedPostgresError({
      zh: `${dataDir} 不是空目录，也不是 PostgreSQL 的数据目录`,
      en: `${dataDir} is neither empty nor a data directory of PostgreSQL`,
    })
  }
  onProgress({ zh: '初始化内置 PostgreSQL 数据库（只需一次）', en: 'Making the embedded PostgreSQL database (only once)' })
  const draft = `${dataDir}.new-${process.pid}-${randomBytes(4).toString('hex')}`
  await mkdir(draft, { mode: 0o700 })
  try {
    if (user !== null) await chown(draft, user.uid, user.gid)
    await initdb(draft, place.passwordFile, binaries, user)
    await rename(draft, dataDir)
    await syncDirectory(dirname(dataDir))
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (await isCluster(dataDir)) return
    if (['EBUSY', 'EXDEV'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      throw new EmbeddedPostgresError(
        {
          zh: `${dataDir} 是挂载点；请把数据目录设为其下的一个子目录`,
          en: `${dataDir} is a mount point; name a directory below it as the data directory`,
        },
        { cause: error },
      )
    }
    throw error
  }
}

async function isCluster(dataDir: string): Promise<boolean> {
  return (await stat(join(dataDir, 'PG_VERSION')).catch(() => null)) !== null
}

async function initdb(directory: string, passwordFile: string, binaries: Binaries, user: RunAs | null): Promise<void> {
  const args = [
    ...['--pgdata', directory, '--username', superuser, '--pwfile', passwordFile, '--auth', 'scram-sha-256', '--no-instructions'],
    // Text compares by code point on every machine and in every release of the system's libraries, so an index never turns invalid.
    ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
  ]
  const child = spawn(binaries.initdb, args, { ...identityOf(user), cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], env: childEnvironment() })
  const said: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  const code = await new Promise<number | null>((settle, fail) => {
    child.once('error', fail)
    child.once('close', settle)
  })
  if (code === 0) return
  const words = Buffer.concat(said).toString().trim().split('\n').slice(-8).join('\n')
  throw new EmbeddedPostgresError({ zh: `PostgreSQL 初始化失败：${words}`, en: `initdb failed: ${words}` })
}

/** Drafts of processes that were killed while they made one; those of living processes are left alone. */
async function removeAbandonedDrafts(dataDir: string): Promise<void> {
  const prefix = `${basename(dataDir)}.new-`
  for (const name of await readdir(dirname(dataDir)).catch(() => [])) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length).split('-')[0]) : Number.NaN
    if (!Number.isInteger(pid) || pid === process.pid) continue
    try {
      process.kill(pid, 0)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') await rm(join(dirname(dataDir), name), { recursive: true, force: true })
    }
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
