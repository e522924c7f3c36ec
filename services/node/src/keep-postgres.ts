import type { EmbeddedPostgres } from '@huijiao/database'
import type { Logger } from 'pino'

const lookEveryMs = 2000

/**
 * Looks after the embedded PostgreSQL: when its process is gone (killed, out of memory), it is started again on the same port, and the pools
 * reconnect by themselves.
 * @param start starts or adopts the server of the same directory
 */
export function keepPostgresRunning(
  first: EmbeddedPostgres,
  start: () => Promise<EmbeddedPostgres>,
  log: Logger,
): { stop(): Promise<void> } {
  let server = first
  let busy: Promise<void> = Promise.resolve()
  let looking = false
  const look = async () => {
    if (isAlive(server.pid)) return
    log.error({ pid: server.pid }, 'the embedded PostgreSQL is gone; it is started again')
    const port = server.port
    server = await start()
    if (server.port !== port)
      log.error({ port, newPort: server.port }, 'PostgreSQL came back on another port; the node must be started again')
    else log.info({ pid: server.pid }, 'the embedded PostgreSQL runs again')
  }
  const timer = setInterval(() => {
    if (looking) return
    looking = true
    busy = look()
      .catch((error: unknown) => log.error({ err: error }, 'the embedded PostgreSQL could not be started; trying again'))
      .finally(() => {
        looking = false
      })
  }, lookEveryMs)
  return {
    stop: async () => {
      clearInterval(timer)
      await busy
      await server.stop()
    },
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // another user's process, as PostgreSQL's is when root starts it
  }
}
