import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '@huijiao/database'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runningPid, stopProcess } from '../src/demo/process-mark.ts'
import { randomOf } from '../src/sample/random.ts'

const program = resolve(import.meta.dirname, '../src/demo/main.ts')
/** Another seed is another series of murders: HUIJIAO_KILL_SEED=7 npm test -- packages/testing/test/kill.system.test.ts */
const random = randomOf(`kill test ${process.env.HUIJIAO_KILL_SEED ?? '1'}`)
const rounds = Number(process.env.HUIJIAO_KILL_ROUNDS ?? 5)

interface Demo {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  output(): string
}

let dir = ''
let port = 0

/** A base port with room for the three nodes above it. */
async function freeBase(): Promise<number> {
  const free = (candidate: number) =>
    new Promise<boolean>((settle) => {
      const server = createServer().once('error', () => settle(false))
      server.listen(candidate, '127.0.0.1', () => server.close(() => settle(true)))
    })
  for (let base = 20_000 + random.int(0, 200) * 100; ; base += 500) {
    if ((await free(base + 101)) && (await free(base + 201)) && (await free(base + 301))) return base
  }
}

function startDemo(): Demo {
  const child = spawn(process.execPath, [program, '--once'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HUIJIAO_DEMO_DIR: dir, HUIJIAO_DEMO_PORT: String(port) },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return { child, ended: new Promise((settle) => child.once('close', (code) => settle(code))), output: () => output }
}

type Victim = 'municipal' | 'provincial' | 'national' | 'postgres' | 'demo'
const victims: readonly Victim[] = ['municipal', 'postgres', 'provincial', 'demo', 'national']

async function pidOf(victim: Victim, demo: Demo): Promise<number> {
  if (victim === 'demo') return demo.child.pid as number
  if (victim === 'postgres') return (await startEmbeddedPostgres({ dataDir: join(dir, 'postgres') })).pid
  return Number(readFileSync(join(dir, `${victim}.pid`), 'utf8').split(' ')[0])
}

/** Waits until the push has begun, and then for a part of a second to some seconds more. */
async function somewhereInThePush(demo: Demo): Promise<void> {
  let over = false
  void demo.ended.then(() => (over = true))
  while (!over && !demo.output().includes('pushing the sample city')) await delay(20)
  await delay(random.int(50, 1_500))
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'huijiao-kill-'))
  port = await freeBase()
})

afterAll(async () => {
  // After a failure the nodes of a killed demo may still run.
  for (const tier of ['municipal', 'provincial', 'national']) {
    const pid = runningPid(join(dir, `${tier}.pid`))
    if (pid !== null) await stopProcess(pid, 5_000)
  }
  await removeEmbeddedPostgres(join(dir, 'postgres'))
  rmSync(dir, { recursive: true, force: true })
})

describe('kill -9 of anything during the push', () => {
  it('loses nothing that was acknowledged, doubles nothing, and leaves three logs that check out', { timeout: 900_000 }, async () => {
    const offset = random.int(0, victims.length - 1)
    let inTheMiddle = 0
    for (let round = 0; round < rounds; round += 1) {
      const victim = victims[(round + offset) % victims.length] as Victim
      // Now and then two at once: a machine that fails takes more than one process with it.
      const second = random.chance(0.3) ? victims[(round + offset + random.int(1, 3)) % victims.length] : undefined
      const demo = startDemo()
      await somewhereInThePush(demo)
      const pids = await Promise.all([victim, ...(second ? [second] : [])].map((each) => pidOf(each, demo)))
      for (const pid of pids) process.kill(pid, 'SIGKILL')
      if (!demo.output().includes('arriving at the nation')) inTheMiddle += 1
      const code = await demo.ended
      // The demo ends by itself when something under it dies; it must not call that a success.
      const told = victim === 'demo' || second === 'demo' || demo.output().includes('ended unexpectedly')
      expect([victim, second, code === 0, told], demo.output()).toEqual([victim, second, false, true])
    }
    expect(inTheMiddle).toBeGreaterThan(0)
    const last = startDemo()
    const code = await last.ended
    expect(code, last.output()).toBe(0)
    expect(last.output()).toContain('The nation holds exactly')
    expect(last.output()).toContain('all three logs check out')
    expect(last.output()).toContain('were acknowledged before')
  })
})
