import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '@huijiao/testing'

const huijiaoProgram = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const nodeProgram = fileURLToPath(new URL('../../../services/node/src/main.ts', import.meta.url))

/** A real node in a process of its own, with its embedded PostgreSQL. */
export interface RealNode {
  readonly url: string
  readonly dir: string
  readonly env: Readonly<Record<string, string>>
  readonly tokenFile: string
  /** Starts it and waits until it is ready. `through` starts it as `huijiao node` does. */
  start(through?: 'huijiao'): Promise<void>
  kill(): Promise<void>
  /** Stops it in good order. @returns its exit code */
  stop(): Promise<number | null>
  remove(): void
}

const readyMs = 120_000

export async function realNode(): Promise<RealNode> {
  const dir = mkdtempSync(join(tmpdir(), 'huijiao-node-'))
  const tokenFile = join(dir, 'admin-token')
  writeFileSync(tokenFile, 'client-system-test-operator-token\n', { mode: 0o600 })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = {
    PATH: process.env['PATH'] ?? '',
    HUIJIAO_REGION: '370100',
    HUIJIAO_TIER: 'municipal',
    HUIJIAO_PORT: String(port),
    HUIJIAO_DATA_DIR: join(dir, 'data'),
    HUIJIAO_ADMIN_TOKEN_FILE: tokenFile,
    HUIJIAO_LOG_LEVEL: 'warn',
  }
  let child: ChildProcess | null = null
  let said = ''
  const ended = () =>
    new Promise<number | null>((resolve) =>
      child === null || child.exitCode !== null || child.signalCode !== null
        ? resolve(child?.exitCode ?? null)
        : child.once('exit', resolve),
    )
  return {
    url,
    dir,
    env,
    tokenFile,
    start: async (through) => {
      child = spawn(process.execPath, through === undefined ? [nodeProgram] : [huijiaoProgram, 'node'], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const listen = (text: string) => void (said = (said + text).slice(-4000))
      child.stdout?.setEncoding('utf8').on('data', listen)
      child.stderr?.setEncoding('utf8').on('data', listen)
      for (const deadline = performance.now() + readyMs; ; await sleep(200)) {
        if (child.exitCode !== null || performance.now() > deadline) throw new Error(`the node did not become ready: ${said}`)
        if (
          await fetch(`${url}/readyz`).then(
            (answer) => answer.ok,
            () => false,
          )
        )
          return
      }
    },
    kill: async () => {
      child?.kill('SIGKILL')
      await ended()
    },
    stop: async () => {
      child?.kill('SIGTERM')
      return await ended()
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}
