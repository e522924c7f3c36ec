/**
 * `npm run build -w services/console`: builds the pages into `dist/`, with a digest of what they were built from. With `--if-stale` it does nothing when
 * that digest still holds, which is what `npm start` and `npm test` ask for.
 */
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const room = fileURLToPath(new URL('..', import.meta.url))
const root = join(room, '..', '..')
const dist = join(room, 'dist')
const stamp = join(dist, 'built-from.txt')
const lock = join(room, 'node_modules', '.building')

/** What goes into the pages: this room, the rooms whose browser entries they import, and the versions of everything installed. */
const sources = [
  'services/console/*.{html,ts,json}',
  'services/console/scripts/*.mjs',
  'services/console/{src,public}/**',
  'packages/{problem,merkle,standard}/{package.json,src/**/*.ts}',
  'package-lock.json',
]

/** @returns {string} SHA-256 over names and contents */
export function digestOfSources() {
  const hash = createHash('sha256')
  const files = sources.flatMap((pattern) => globSync(pattern, { cwd: root, withFileTypes: true }))
  const names = files.filter((file) => file.isFile() && !/\.test\.tsx?$/.test(file.name)).map((file) => join(file.parentPath, file.name))
  for (const name of [...new Set(names)].sort())
    hash
      .update(`${name.slice(root.length)}\0`)
      .update(readFileSync(name))
      .update('\0')
  return hash.digest('hex')
}

export const isCurrent = () => existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === digestOfSources()

const say = (zh, en) => process.stderr.write(`${zh}\n${en}\n`)

/** One build at a time: two commands started at once wait for each other. */
async function underLock(work) {
  mkdirSync(join(room, 'node_modules'), { recursive: true })
  for (let waited = 0; ; waited += 1) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (!alive(lock)) rmSync(lock, { force: true })
      else if (waited === 0) say('另一个进程正在构建控制台，等待…', 'Another process is building the console, waiting…')
      await sleep(300)
    }
  }
  try {
    return await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

function alive(file) {
  try {
    return process.kill(Number(readFileSync(file, 'utf8')), 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Builds beside the old pages and then takes their place, so that a running node never serves half of a build. */
async function build() {
  // Whoever asks may be a test; the pages are those of a running node all the same.
  process.env.NODE_ENV = 'production'
  const { build } = await import('vite')
  const started = Date.now()
  const digest = digestOfSources()
  const next = join(room, 'dist.next')
  const tty = process.stderr.isTTY
  const ticker = setInterval(
    () => process.stderr.write(tty ? `\r  ${Math.round((Date.now() - started) / 1000)} s ` : '.'),
    tty ? 500 : 2000,
  )
  try {
    await build({ root: room, configFile: join(room, 'vite.config.ts'), logLevel: 'warn', build: { outDir: next } })
  } finally {
    clearInterval(ticker)
    process.stderr.write(tty ? '\r' : '\n')
  }
  writeFileSync(join(next, 'built-from.txt'), `${digest}\n`)
  rmSync(dist, { recursive: true, force: true })
  renameSync(next, dist)
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  say(`✓ 控制台已构建（${seconds} 秒）`, `✓ The console is built (${seconds} s)`)
}

const ifStale = process.argv.includes('--if-stale')
if (!ifStale || !isCurrent())
  await underLock(async () => {
    if (ifStale && isCurrent()) return
    say('构建控制台页面…', 'Building the pages of the console…')
    await build()
  })
