import { keptAlive } from '@huijiao/database'
import { pendingChannel } from '@huijiao/exchange'
import pg from 'pg'
import type { Logger } from 'pino'

/** What may be worth looking at; the database says the rest. */
export type Wake =
  | { readonly kind: 'pending' }
  | { readonly kind: 'access' }
  | { readonly kind: 'submission'; readonly submissionNo: number }
  | { readonly kind: 'link'; readonly linkNo: number }

export interface WakeBus {
  /** Never throws and never waits: whatever is lost here is found by the sweep. */
  send(wake: Wake): void
  /** From now on this process does the work itself. */
  attach(handler: (wake: Wake) => void): void
  detach(): void
}

/** Wakes the worker of this process, or, in a process without one, those of other processes through NOTIFY. */
export function createWakeBus(pool: pg.Pool, log: Logger): WakeBus {
  let handler: ((wake: Wake) => void) | null = null
  return {
    send: (wake) => {
      if (handler !== null) return handler(wake)
      pool
        .query('select pg_notify($1, $2)', [pendingChannel, JSON.stringify(wake)])
        .catch((error: unknown) => log.warn({ err: error }, 'other processes could not be notified; their sweep finds the work'))
    },
    attach: (next) => {
      handler = next
    },
    detach: () => {
      handler = null
    },
  }
}

/** Hears what other processes of the node send, over a connection of its own that is opened again whenever it breaks. */
export function listenForWakes(url: string, log: Logger, handler: (wake: Wake) => void): { stop(): Promise<void> } {
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  const again = (error: unknown) => {
    if (stopped || timer !== undefined) return
    log.warn({ err: error }, 'the connection that listens for other processes broke; it is opened again')
    void client?.end().catch(() => undefined)
    timer = setTimeout(() => {
      timer = undefined
      void connect()
    }, 1000).unref()
  }
  const connect = async () => {
    client = new pg.Client({ connectionString: url, application_name: 'huijiao listen', connectionTimeoutMillis: 10_000, ...keptAlive })
    client.on('error', again)
    client.on('end', () => again(undefined))
    client.on('notification', (message) => {
      const wake = parseWake(message.payload)
      if (wake !== null) handler(wake)
    })
    try {
      await client.connect()
      await client.query(`listen ${pendingChannel}`)
      handler({ kind: 'pending' }) // whatever was sent while nobody listened
    } catch (error) {
      again(error)
    }
  }
  void connect()
  return {
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await client?.end().catch(() => undefined)
    },
  }
}

function parseWake(payload: string | undefined): Wake | null {
  try {
    return payload ? (JSON.parse(payload) as Wake) : { kind: 'pending' }
  } catch {
    return null
  }
}
