import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { EmbeddedPostgresError, type Progress } from './words.ts'

const run = promisify(execFile)

/** The operating-system user as whom PostgreSQL runs when we are root. */
export interface RunAs {
  readonly uid: number
  readonly gid: number
  readonly name: string
}

/**
 * PostgreSQL refuses to run as root. Null when we are not root, so that it runs as we do; otherwise the owner of the existing data
 * directory, else the first of: the user `postgres`, a system user `huijiao` (made when absent), `nobody`.
 */
export async function userToRunAs(dataDir: string, onProgress: Progress): Promise<RunAs | null> {
  if (process.getuid?.() !== 0) return null
  const owner = await stat(dataDir).catch(() => null)
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, name: `uid ${owner.uid}` }
  const found = (await findUser('postgres')) ?? (await findUser('huijiao'))
  if (found !== null) return found
  onProgress({
    zh: '以 root 运行：为 PostgreSQL 建立系统用户 huijiao',
    en: 'Running as root: making the system user huijiao for PostgreSQL',
  })
  await makeUser()
  const user = (await findUser('huijiao')) ?? (await findUser('nobody'))
  if (user === null || user.uid === 0) {
    throw new EmbeddedPostgresError({
      zh: 'PostgreSQL 不能以 root 运行，且找不到也建不了其他系统用户；请以普通用户启动，或设置 HUIJIAO_DATABASE_URL',
      en: 'PostgreSQL does not run as root, and no other system user was found or could be made; start as an ordinary user, or set HUIJIAO_DATABASE_URL',
    })
  }
  return user
}

async function findUser(name: string): Promise<RunAs | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout), name }
  } catch {
    return null
  }
}

/** Tries the two tools that distributions have; which of them worked shows in that the user is there afterwards. */
async function makeUser(): Promise<void> {
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
      'huijiao',
    ])
  } catch {
    await run('adduser', ['-S', '-D', '-H', '-s', '/sbin/nologin', 'huijiao']).catch(() => {})
  }
}

/**
 * Whether that user may pass through a directory. Asked of the system itself by a process of that user, because mode bits of the
 * directories above, groups and access lists all count.
 */
export async function canEnter(user: RunAs, directory: string): Promise<boolean> {
  return (await exitCodeAs(user, '/bin/sh', ['-c', '[ -x "$1" ]', 'sh', directory])) === 0
}

/** Whether that user can run this program at all (its libraries included). */
export async function canRun(user: RunAs | null, program: string): Promise<boolean> {
  return (await exitCodeAs(user, program, ['--version'])) === 0
}

async function exitCodeAs(user: RunAs | null, program: string, args: readonly string[]): Promise<number | null> {
  try {
    const child = spawn(program, args, { ...identityOf(user), cwd: '/', stdio: 'ignore', env: childEnvironment() })
    const [code] = (await once(child, 'exit')) as [number | null]
    return code
  } catch {
    return null // the program cannot be run: not there, not executable, or setuid is forbidden
  }
}

/** The part of the options of `spawn` that makes the child run as that user. */
export function identityOf(user: RunAs | null): { uid?: number; gid?: number } {
  return user === null ? {} : { uid: user.uid, gid: user.gid }
}

/** Nothing of our own environment but the path: neither PG* variables nor secrets nor a locale reach the server. */
export function childEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
}
