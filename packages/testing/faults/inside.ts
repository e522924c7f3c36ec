/**
 * Loaded by `node --import` before a node's own program, in processes that the harness starts and in no others: the hook behind the named fault
 * points, and a clock that the harness can step. Ends the process when the harness is gone.
 */
import { appendFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

export interface Arm {
  readonly point: string
  readonly action: 'kill' | 'stop' | 'ENOSPC' | 'EROFS' | 'EIO'
  /** Passes of the point that go by before. */
  readonly skip: number
  /** How many passes it then happens to; a kill needs one. */
  readonly times: number
}

export type ToNode =
  | { readonly kind: 'clock'; readonly offsetMs: number }
  | { readonly kind: 'arm'; readonly arm: Arm | null; readonly order: number }
/** An order that is carried out: from here on the point behaves like that. */
export interface FromNode {
  readonly armed: number
}

const hitsFile = process.env.FAULTS_HITS ?? ''
let arm: { -readonly [Key in keyof Arm]: Arm[Key] } | null = null

function at(point: string): void {
  if (arm === null || arm.point !== point) return
  if (arm.skip > 0) {
    arm.skip -= 1
    return
  }
  const { action } = arm
  arm.times -= 1
  if (arm.times <= 0) arm = null
  appendFileSync(hitsFile, `${point} ${action}\n`)
  if (action === 'kill') process.kill(process.pid, 'SIGKILL')
  else if (action === 'stop') process.kill(process.pid, 'SIGSTOP')
  else throw Object.assign(new Error(`${action}: the harness says so, write`), { code: action, errno: -28, syscall: 'write' })
}

const RealDate = Date
let offsetMs = Number(process.env.FAULTS_CLOCK_MS ?? 0)

class SteppedDate extends RealDate {
  constructor(...args: unknown[]) {
    if (args.length === 0) super(RealDate.now() + offsetMs)
    else super(...(args as [number]))
  }
  static override now(): number {
    return RealDate.now() + offsetMs
  }
}

globalThis.Date = SteppedDate as DateConstructor
Object.assign(globalThis, { [Symbol.for('huijiao.fault-point')]: at })

// Threads of the node load this file, too: what they are told, they are told by the environment at their start.
if (isMainThread) {
  process.on('message', (message: ToNode) => {
    if (message.kind === 'clock') {
      offsetMs = message.offsetMs
      process.env.FAULTS_CLOCK_MS = String(offsetMs)
    } else {
      arm = message.arm === null ? null : { ...message.arm }
      process.send?.({ armed: message.order } satisfies FromNode)
    }
  })
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  process.channel?.unref()
}
