import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { project, responsible } from './node.ts'

const ownProgram = resolve(import.meta.dirname, '../src/main.ts')

/** One process of a node. */
export interface FleetProcess {
  readonly child: ChildProcess
  /** Where it listens; empty when it only works. */
  readonly url: string
  log(): string
  /** Settles with the exit code; null after a signal. */
  readonly ended: Promise<number | null>
  /** Asks it to stop, and waits until it has. */
  stop(): Promise<number | null>
}

const running = new Set<ChildProcess>()
/** Ends whatever a failed test left behind. */
export const killFleet = (): void => running.forEach((child) => child.kill('SIGKILL'))

export interface ProcessOptions {
  readonly settings: Readonly<Record<string, string>>
  /** `services/node/src/main.ts` of the release that is started; this one's when absent. */
  readonly program?: string
}

/** Starts a process and does not wait for it: of `ready` it is known that it works. */
export function spawnProcess({ settings, program = ownProgram }: ProcessOptions): FleetProcess & { readonly ready: Promise<string> } {
  const ours = Object.entries(process.env).filter(([name]) => !name.startsWith('HUIJIAO_'))
  const child = spawn(process.execPath, [program], {
    env: { ...Object.fromEntries(ours), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let text = ''
  let url = ''
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child)
    return code as number | null
  })
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (text = (text + chunk).slice(-200_000)))
  const ready = (async () => {
    for (let tries = 0; tries < 1800; tries += 1) {
      const listening = /"address":"([^"]+)"[^\n]*"msg":"listening"/.exec(text)?.[1]
      if (listening !== undefined) return (url = listening)
      if (text.includes('"msg":"working"')) return ''
      if (child.exitCode !== null || child.signalCode !== null) break
      await delay(50)
    }
    throw new Error(`the process did not start (exit code ${child.exitCode}): ${text.slice(-2000)}`)
  })()
  ready.catch(() => undefined)
  return {
    child,
    get url() {
      return url
    },
    log: () => text,
    ended,
    stop: async () => {
      child.kill('SIGTERM')
      return await ended
    },
    ready,
  }
}

export async function startProcess(options: ProcessOptions): Promise<FleetProcess> {
  const process = spawnProcess(options)
  await process.ready
  return process
}

/**
 * What stands before the processes of a node: one address, each connection to a process that says it is ready. Asked five times a second, as load
 * balancers do, so it learns of a stop a moment late.
 */
export interface Balancer {
  readonly url: string
  add(process: FleetProcess): void
  close(): Promise<void>
}

export async function startBalancer(): Promise<Balancer> {
  const backends = new Map<FleetProcess, boolean>()
  const sockets = new Set<Socket>()
  let turn = 0
  const server: Server = createServer((socket) => {
    const saying = [...backends].flatMap(([process, is]) => (is ? [process] : []))
    // Where nobody says yes in time, as on a machine that is overloaded, all are tried: that is what load balancers do.
    const ready = saying.length > 0 ? saying : [...backends.keys()]
    const chosen = ready[(turn += 1) % Math.max(1, ready.length)]
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
    if (chosen === undefined) return void socket.destroy()
    const { hostname, port } = new URL(chosen.url)
    const inner = connect(Number(port), hostname)
    inner.on('error', () => socket.destroy()).on('close', () => socket.end())
    socket.on('close', () => inner.destroy())
    socket.pipe(inner).pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const look = async () => {
    for (const process of backends.keys()) {
      const answer = await fetch(`${process.url}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(() => null)
      await answer?.arrayBuffer().catch(() => undefined)
      if (process.child.exitCode !== null || process.child.signalCode !== null) backends.delete(process)
      else backends.set(process, answer?.ok === true)
    }
  }
  let over = false
  const looking = (async () => {
    while (!over) {
      await look()
      await delay(200)
    }
  })()
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (process) => void backends.set(process, true),
    close: async () => {
      over = true
      await looking
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

export interface Load {
  /** Ids of the records that were acknowledged as accepted. */
  readonly accepted: readonly string[]
  /** Answers that were none of the wanted, and connections that broke. */
  readonly refused: readonly string[]
  stop(): Promise<void>
}

/**
 * Senders that hand in small submissions one after another, each on a connection of its own. With `again` a submission that failed is sent again, the same
 * bytes, until it is answered, as a vendor does.
 */
export function startLoad(url: string, apiKey: string, options: { senders: number; again: boolean; pauseMs: number }): Load {
  const accepted: string[] = []
  const refused: string[] = []
  let over = false
  let serial = 0
  const sender = async () => {
    while (!over) {
      const records = [1, 2, 3].map(() => numbered((serial += 1)))
      const body = JSON.stringify({ id: randomUUID(), standard: '2018', producedAt: '2026-09-01T09:30:00+08:00', responsible, records })
      for (let done = false; !done;) {
        const wrong = await sendOnce(url, apiKey, body, accepted)
        if (wrong !== null) refused.push(wrong)
        done = wrong === null || !options.again
        if (!done) await delay(100)
      }
      await delay(options.pauseMs)
    }
  }
  const senders = Array.from({ length: options.senders }, sender)
  return {
    accepted,
    refused,
    stop: async () => {
      over = true
      await Promise.all(senders)
    },
  }
}

/** A project of its own for every number up to a million. */
function numbered(serial: number): Record<string, unknown> {
  const day = new Date(Date.UTC(2010, 0, 1) + Math.floor(serial / 90) * 86_400_000).toISOString().slice(2, 10).replaceAll('-', '')
  return { ...project(0, { PrjNum: `370102${day}01${String((serial % 90) + 1).padStart(2, '0')}` }), sourceId: `L-${serial}` }
}

/** Null when it was taken; else what was wrong. */
async function sendOnce(url: string, apiKey: string, body: string, accepted: string[]): Promise<string | null> {
  try {
    const response = await fetch(`${url}/v1/submissions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', connection: 'close' },
      body,
      signal: AbortSignal.timeout(60_000),
    })
    const answer = (await response.json()) as { records?: { outcome: string; recordId?: string }[] }
    if (response.status !== 200) return `${response.status} ${JSON.stringify(answer).slice(0, 500)}`
    const bad = answer.records?.find((record) => record.outcome !== 'accepted')
    if (bad !== undefined) return `outcome ${bad.outcome}: ${JSON.stringify(bad).slice(0, 300)}`
    for (const { recordId } of answer.records ?? []) if (recordId !== undefined) accepted.push(recordId)
    return null
  } catch (error) {
    return String((error as { cause?: unknown }).cause ?? error)
  }
}

/** Calls the admin API of a node. @throws Error for anything but a 2xx answer */
export async function asOperator(url: string, token: string, method: string, path: string, body?: unknown): Promise<any> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      connection: 'close',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`)
  return text === '' ? {} : JSON.parse(text)
}
