import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { runHuijiao } from '../src/cli/run.ts'
import type { Terminal } from '../src/cli/terminal.ts'

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url))

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Starts the `huijiao` program as a process of its own. Nothing of our own environment but the path reaches it. */
export function startHuijiao(
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string } = {},
): { child: ChildProcess; done: Promise<Ran> } {
  const env = { PATH: process.env['PATH'] ?? '', HOME: options.cwd ?? '/nonexistent', ...options.env }
  const child = spawn(process.execPath, [program, ...args], { env, cwd: options.cwd ?? process.cwd(), stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const done = new Promise<Ran>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
  return { child, done }
}

/** Runs the command in this process, with a terminal that is no terminal: quicker than a process, and the same code. */
export async function huijiao(args: readonly string[], options: { env?: Record<string, string>; cwd?: string } = {}): Promise<Ran> {
  let [out, err] = ['', '']
  const env = { HOME: options.cwd ?? '/nonexistent', ...options.env }
  const terminal: Terminal = {
    lang: 'both',
    json: false,
    interactive: false,
    columns: 80,
    env,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
  }
  const code = await runHuijiao(args, terminal, new AbortController().signal)
  return { code, out, err }
}
