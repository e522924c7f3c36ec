import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Arm, FromNode, ToNode } from './inside.ts'

const program = resolve(import.meta.dirname, '../../../services/node/src/main.ts')
const inside = resolve(import.meta.dirname, 'inside.ts')

export interface NodeSettings {
  readonly name: string
  readonly dir: string
  /** Where its data directory lies when not there. */
  readonly dataIn?: string
  readonly port: number
  readonly env: Readonly<Record<string, string>>
}

/** A node as a process of its own that may be ended at any time and is started again. */
export class NodeProcess {
  readonly settings: NodeSettings
  readonly url: string
  readonly dataDir: string
  readonly logFile: string
  private child: ChildProcess | null = null
  private readonly hitsFile: string
  private ended: Promise<void> = Promise.resolve()
  private orders = 0
  private readonly ordered = new Map<number, () => void>()
  clockMs = 0
  starts = 0
  /** Highest resident set seen, bytes. */
  rssMax = 0
  /** Where the program and what it is loaded with lie: another checkout for another version. */
  program = program
  extraEnv: Record<string, string> = {}

  constructor(settings: NodeSettings) {
    this.settings = settings
    this.url = `http://127.0.0.1:${settings.port}`
    this.dataDir = join(settings.dataIn ?? settings.dir, settings.name)
    this.logFile = join(settings.dir, `${settings.name}.log`)
    this.hitsFile = join(settings.dir, `${settings.name}.hits`)
    mkdirSync(this.dataDir, { recursive: true, mode: 0o700 })
  }

  get pid(): number | null {
    const { child } = this
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null ? child.pid : null
  }

  start(): void {
    if (this.pid !== null) return
    const log = openSync(this.logFile, 'a', 0o600)
    try {
      const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HUIJIAO_')))
      const child = spawn(process.execPath, ['--import', inside, this.program], {
        stdio: ['ignore', log, log, 'ipc'],
        env: {
          ...env,
          ...this.settings.env,
          ...this.extraEnv,
          HUIJIAO_PORT: String(this.settings.port),
          HUIJIAO_DATA_DIR: this.dataDir,
          FAULTS_HITS: this.hitsFile,
          FAULTS_CLOCK_MS: String(this.clockMs),
        },
      })
      child.on('error', () => {})
      child.on('message', ({ armed }: FromNode) => this.ordered.get(armed)?.())
      this.child = child
      this.starts += 1
      this.ended = new Promise((settle) => child.once('exit', () => settle()))
    } finally {
      closeSync(log)
    }
  }

  /** @returns whether there was a process to signal */
  signal(signal: NodeJS.Signals): boolean {
    const { pid } = this
    if (pid === null) return false
    try {
      return process.kill(pid, signal)
    } catch {
      return false
    }
  }

  async end(signal: NodeJS.Signals, graceMs = 60_000): Promise<void> {
    if (!this.signal(signal)) return
    const late = setTimeout(() => this.signal('SIGKILL'), graceMs)
    await this.ended
    clearTimeout(late)
  }

  untilEnded(): Promise<void> {
    return this.ended
  }

  private tell(message: ToNode): void {
    if (this.pid !== null && this.child?.connected === true) this.child.send(message, () => {})
  }

  setClock(offsetMs: number): void {
    this.clockMs = offsetMs
    this.tell({ kind: 'clock', offsetMs })
  }

  /** Settles when the process has carried it out, or has ended: until then a point that was armed before may still be hit. One that is stopped does neither. */
  arm(arm: Arm | null): Promise<void> {
    const { child } = this
    const order = (this.orders += 1)
    if (child === null || this.pid === null || !child.connected) return this.ended
    const done = new Promise<void>((settle) => this.ordered.set(order, settle))
    this.tell({ kind: 'arm', arm, order })
    return Promise.race([done, this.ended]).finally(() => this.ordered.delete(order))
  }

  /** How often a point was reached while it was armed, ever. Other faults may have armed other points of the same node. */
  hits(point: string): number {
    if (!existsSync(this.hitsFile)) return 0
    return readFileSync(this.hitsFile, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(`${point} `)).length
  }

  async ready(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(3000) })
      await answer.arrayBuffer()
      return answer.ok
    } catch {
      return false
    }
  }

  /** Waits until it is ready, and starts it again when it ends meanwhile (a database that is away may do that). */
  async untilReady(limitMs = 900_000, deathsMax = 20): Promise<void> {
    let deaths = 0
    for (const until = Date.now() + limitMs; Date.now() < until && deaths <= deathsMax; await delay(100)) {
      if (this.pid === null) {
        deaths += 1
        this.start()
      }
      if (await this.ready()) return
    }
    throw new Error(`${this.settings.name} does not become ready (it was started ${deaths} times more); its log: ${this.logFile}`)
  }

  /** Resident set now, bytes. */
  sampleMemory(): number {
    const { pid } = this
    if (pid === null) return 0
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8')
      const bytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
      this.rssMax = Math.max(this.rssMax, bytes)
      return bytes
    } catch {
      return 0
    }
  }
}
