import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'

const checkout = resolve(import.meta.dirname, '../../..')
const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: checkout, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()

/** A release of this program from its own history, as it was: sources and migrations; packages of others are today's. */
export interface OlderRelease {
  readonly commit: string
  /** `services/node/src/main.ts` of it. */
  readonly program: string
  /** Migrations that this program has and that one has not. */
  readonly lacks: readonly string[]
}

/**
 * The last state of this program before its newest migration: with a database at an older level, and a program that knows of none of what came with it.
 * @param directory is filled with it
 * @returns null where there is no history (a copy without one, or a shallow clone)
 */
export function olderRelease(directory: string): OlderRelease | null {
  try {
    const steps = readdirSync(join(checkout, 'migrations'))
      .filter((name) => name.endsWith('.ts'))
      .toSorted()
    const known = new Set(
      git('ls-tree', '--name-only', 'HEAD', 'migrations/')
        .split('\n')
        .map((path) => path.slice('migrations/'.length)),
    )
    const newest = steps.findLast((name) => known.has(name))
    const commit = git('log', '-1', '--diff-filter=A', '--format=%H', '--', `migrations/${newest}`)
    const before = git('rev-parse', '--verify', `${commit}^`)
    if (!existsSync(join(directory, 'package.json'))) unpack(before, directory)
    const there = new Set(readdirSync(join(directory, 'migrations')))
    const lacks = steps.filter((name) => !there.has(name)).map((name) => name.slice(0, -'.ts'.length))
    return { commit: before, program: join(directory, 'services/node/src/main.ts'), lacks }
  } catch {
    return null
  }
}

function unpack(commit: string, directory: string): void {
  mkdirSync(directory, { recursive: true })
  const tar = execFileSync('git', ['archive', commit, 'packages', 'services', 'migrations', 'schemas', 'package.json'], {
    cwd: checkout,
    maxBuffer: 1024 ** 3,
  })
  const { status, stderr } = spawnSync('tar', ['-x', '-C', directory], { input: tar })
  if (status !== 0) throw new Error(String(stderr))
  // Packages of others are shared; our own rooms are those of that release.
  const modules = join(checkout, 'node_modules')
  const own = join(directory, 'node_modules/@huijiao')
  mkdirSync(own, { recursive: true })
  for (const name of readdirSync(modules)) if (name !== '@huijiao') symlinkSync(join(modules, name), join(directory, 'node_modules', name))
  for (const name of readdirSync(join(modules, '@huijiao'))) {
    const room = realpathSync(join(modules, '@huijiao', name)).slice(realpathSync(checkout).length + 1)
    if (existsSync(join(directory, room))) symlinkSync(join(directory, room), join(own, name))
  }
  for (const place of ['packages', 'services'])
    for (const name of readdirSync(join(directory, place))) {
      const nested = join(checkout, place, name, 'node_modules')
      if (existsSync(nested)) symlinkSync(nested, join(directory, place, name, 'node_modules'))
    }
}
