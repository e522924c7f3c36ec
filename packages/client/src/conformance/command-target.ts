import { type ChildProcess, spawn } from 'node:child_process'
import { type Answer, requestOf, type Vector } from '@huijiao/conformance'
import { exitCodes, UserError } from '../user-error.ts'
import { linesOf } from './lines.ts'
import type { Outcome, Target } from './target.ts'

export interface CommandOptions {
  /** The program is given up when nothing comes from it for so long. */
  readonly idleMs: number
  readonly signal: AbortSignal
  /** What the program says on its error stream. */
  readonly onStderr: (text: string) => void
}

/** Requests a program has not answered yet, at most: neither side has to keep the whole kit. */
const openMax = 64
const lineCharsMax = 4 * 1024 * 1024

/**
 * A program as a target: it reads one request a line on standard input, answers one line for each on standard output, and ends when its
 * input ends. Many arguments are a program with its arguments; a single one is a command line for the shell.
 */
export function commandTarget(command: readonly string[], options: CommandOptions): Target {
  return {
    kind: 'command',
    name: command.join(' '),
    ask: (vectors, tell) => new Conversation(vectors, tell, options).hold(command),
  }
}

class Conversation {
  private readonly open = new Map<string, Vector>()
  private readonly vectors: readonly Vector[]
  private readonly tell: (vector: Vector, outcome: Outcome) => void
  private readonly options: CommandOptions
  private next = 0
  private answered = 0
  private idle: NodeJS.Timeout | undefined
  private gaveUp = false

  constructor(vectors: readonly Vector[], tell: (vector: Vector, outcome: Outcome) => void, options: CommandOptions) {
    this.vectors = vectors
    this.tell = tell
    this.options = options
  }

  async hold([program, ...args]: readonly string[]): Promise<void> {
    const shell = args.length === 0
    // A group of its own: what the shell started goes with it.
    const child = spawn(program as string, args, { stdio: ['pipe', 'pipe', 'pipe'], shell, detached: process.platform !== 'win32' })
    const stop = () => kill(child)
    this.options.signal.addEventListener('abort', stop, { once: true })
    let spawnError: Error | undefined
    child.on('error', (error) => (spawnError = error))
    child.stdin.on('error', () => undefined) // It ended early; what it left open is told below.
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.options.onStderr(text))
    const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)))
    this.watch(child)
    this.feed(child)
    try {
      for await (const line of linesOf(child.stdout)) {
        if (line.trim() !== '') this.take(line)
        this.watch(child)
        this.feed(child)
      }
    } catch (error) {
      // We closed its output ourselves; what it left open is told below.
      if (!this.gaveUp && !this.options.signal.aborted) throw error
    }
    const code = await ended
    clearTimeout(this.idle)
    this.options.signal.removeEventListener('abort', stop)
    this.options.signal.throwIfAborted()
    if (spawnError !== undefined || (this.answered === 0 && code !== 0)) throw notStarted(program as string, spawnError, code)
    this.close(code)
  }

  /** Writes requests while there is room, and ends the input after the last. */
  private feed(child: ChildProcess): void {
    const input = child.stdin as NonNullable<ChildProcess['stdin']>
    while (this.next < this.vectors.length && this.open.size < openMax) {
      const vector = this.vectors[this.next++] as Vector
      this.open.set(vector.id, vector)
      if (input.writable) input.write(`${JSON.stringify(requestOf(vector))}\n`)
    }
    if (this.next === this.vectors.length && input.writable) input.end()
  }

  private take(line: string): void {
    const answer = line.length > lineCharsMax ? null : readAnswer(line)
    const vector = answer === null ? undefined : this.open.get(answer.id)
    if (answer === null || vector === undefined) {
      this.options.onStderr(`? ${line.slice(0, 200)}\n`)
      return
    }
    this.open.delete(answer.id)
    this.answered += 1
    this.tell(vector, 'skipped' in answer ? { skipped: { zh: answer.skipped, en: answer.skipped } } : { answer: answer.answer })
  }

  private watch(child: ChildProcess): void {
    clearTimeout(this.idle)
    this.idle = setTimeout(() => {
      this.gaveUp = true
      kill(child)
    }, this.options.idleMs)
  }

  /** What is left open when the program has ended. */
  private close(code: number | null): void {
    const why = this.gaveUp
      ? { zh: `超过 ${this.options.idleMs / 1000} 秒没有应答`, en: `no answer for ${this.options.idleMs / 1000} s` }
      : { zh: `程序结束时没有应答（退出码 ${code ?? '—'}）`, en: `the program ended without an answer (exit code ${code ?? '-'})` }
    for (const vector of [...this.open.values(), ...this.vectors.slice(this.next)]) this.tell(vector, { failed: why })
  }
}

function kill(child: ChildProcess): void {
  try {
    if (process.platform !== 'win32' && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    else child.kill('SIGKILL')
  } catch {
    // It has ended already.
  }
  child.stdout?.destroy()
  child.stderr?.destroy()
}

function readAnswer(line: string): Answer | null {
  try {
    const value = JSON.parse(line) as Record<string, unknown> | null
    if (typeof value !== 'object' || value === null || typeof value['id'] !== 'string') return null
    if (typeof value['skipped'] === 'string') return { id: value['id'], skipped: value['skipped'] }
    return 'answer' in value ? { id: value['id'], answer: value['answer'] } : null
  } catch {
    return null
  }
}

function notStarted(program: string, error: Error | undefined, code: number | null): UserError {
  const reason = error?.message ?? `exit code ${code ?? '-'}`
  return new UserError(
    exitCodes.unreachable,
    { zh: `程序没有应答任何一行：${program}（${reason}）`, en: `the program answered nothing: ${program} (${reason})` },
    {
      hint: {
        zh: '程序应从标准输入逐行读取、向标准输出逐行应答，见 docs/conformance.md',
        en: 'it reads lines on standard input and answers lines on standard output; see docs/conformance.md',
      },
    },
  )
}
