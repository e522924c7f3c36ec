import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { findBrowser } from './find-browser.mjs'

/** The demonstration's own file: three nodes with the sample city, an account of each role at each. */
export interface Demo {
  readonly browser: string
  readonly nodes: readonly {
    readonly tier: 'municipal' | 'provincial' | 'national'
    readonly region: string
    readonly url: string
    readonly adminToken: string
    readonly operators: readonly { readonly role: string; readonly userName: string; readonly password: string }[]
  }[]
  readonly participant: { readonly id: string; readonly apiKey: string }
}

/** Where the demonstration is; it may still be starting, see {@link untilReady}. */
export interface DemoPlace {
  readonly browser: string
  readonly dir: string
  /** Somebody else's, which runs already. */
  readonly running: boolean
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Null where the machine has no Chromium: the tests are skipped, loudly. */
    demo: DemoPlace | null
  }
}

const root = fileURLToPath(new URL('../../..', import.meta.url))
const startMs = 480_000

/** A demonstration that runs already, for whoever works on the tests: HUIJIAO_TEST_DEMO_DIR names its directory. */
const running = process.env['HUIJIAO_TEST_DEMO_DIR']

/**
 * Builds the pages when they are stale and begins to start the demonstration, once for all browser tests; ends it and clears its directory afterwards. It is
 * not waited for here: it starts while the tests run that come before those of the browser.
 */
export default async function startDemo(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const browser = findBrowser()
  if (browser === undefined) {
    process.stderr.write(
      '\n⚠ 未找到 Chromium，浏览器测试全部跳过。\n⚠ No Chromium: every browser test is skipped. apt-get install chromium, or set HUIJIAO_TEST_CHROMIUM.\n\n',
    )
    project.provide('demo', null)
    return undefined
  }
  if (running !== undefined) {
    project.provide('demo', { browser, dir: running, running: true })
    return undefined
  }
  await run(['services/console/scripts/build.mjs', '--if-stale'])
  const dir = mkdtempSync(join(tmpdir(), 'huijiao-console-'))
  chmodSync(dir, 0o711) // where root runs this, PostgreSQL runs as another user and has to pass
  const port = 20_000 + Math.floor(Math.random() * 20) * 1000
  let output = ''
  let told = false
  const child = spawn(process.execPath, ['packages/testing/src/demo/main.ts'], {
    cwd: root,
    env: { ...process.env, HUIJIAO_DEMO_PORT: String(port), HUIJIAO_DEMO_DIR: dir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const tell = (name: 'ready' | 'failed', text: string) => {
    if (told) return
    told = true
    writeFileSync(join(dir, name), text)
  }
  const hear = (chunk: Buffer) => {
    output += chunk.toString()
    if (output.includes('Ctrl-C stops')) tell('ready', '')
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  child.once('exit', (code) => tell('failed', `the demo ended with ${code}:\n${output}`))
  const timer = setTimeout(() => tell('failed', `the demo was not ready in time:\n${output}`), startMs)
  project.provide('demo', { browser, dir, running: false })
  return async () => {
    clearTimeout(timer)
    told = true // its end is wanted
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((settle) => child.once('exit', settle))
      child.kill('SIGINT')
      await ended
    }
    rmSync(dir, { recursive: true, force: true })
  }
}

/** The demonstration once it is ready. @throws with what it said when it could not be started */
export async function untilReady({ browser, dir, running: already }: DemoPlace): Promise<Demo> {
  for (; !already && !existsSync(join(dir, 'ready')); await delay(100))
    if (existsSync(join(dir, 'failed'))) throw new Error(readFileSync(join(dir, 'failed'), 'utf8'))
  return { ...(JSON.parse(readFileSync(join(dir, 'demo.json'), 'utf8')) as Omit<Demo, 'browser'>), browser }
}

function run(args: string[]): Promise<void> {
  return new Promise((settle, fail) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })
    child.once('exit', (code) => (code === 0 ? settle() : fail(new Error(`${args.join(' ')} ended with ${code}`))))
  })
}
