import { cp, lstat, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copyOnce, hydrateSymlinks, type InstalledPackage, installedPackage } from './binaries.ts'
import { canRun } from './run-as.ts'

let home: string
let bare: InstalledPackage

/** The package as npm unpacks it where install scripts are blocked: without one symbolic link. */
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'huijiao-binaries-'))
  const installed = await installedPackage()
  bare = { ...installed, root: join(home, 'package') }
  await cp(join(installed.root, 'native'), join(bare.root, 'native'), {
    recursive: true,
    filter: async (path) => !(await lstat(path)).isSymbolicLink(),
  })
})
afterEach(() => rm(home, { recursive: true, force: true }))

const postgresOf = (root: string) => join(root, 'native/bin/postgres')

describe('the programs that npm installed', () => {
  it('do not run without their links, and run once the links are made, twice over too', async () => {
    expect(await canRun(null, postgresOf(bare.root))).toBe(false)
    await Promise.all([hydrateSymlinks(bare.root), hydrateSymlinks(bare.root)])
    expect(await canRun(null, postgresOf(bare.root))).toBe(true)
    await hydrateSymlinks(bare.root)
  })

  it('are copied whole and once, for all users to run, when several ask together', async () => {
    const into = join(home, 'shared')
    const said: string[] = []
    const copies = await Promise.all([1, 2, 3].map(() => copyOnce(bare, into, ({ en }) => said.push(en))))
    expect(new Set(copies.map(({ postgres }) => postgres)).size).toBe(1)
    expect(await readdir(into)).toEqual([`postgresql-${bare.version}`])
    const copy = copies[0]?.postgres ?? ''
    expect(await canRun(null, copy)).toBe(true)
    expect((await stat(copy)).mode & 0o777).toBe(0o755)
    expect((await stat(into)).mode & 0o005).toBe(0o005)
    said.length = 0
    await copyOnce(bare, into, ({ en }) => said.push(en))
    expect(said).toEqual([])
  })
})
