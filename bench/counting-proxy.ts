import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A TCP proxy that counts what goes through it. */
export interface CountingProxy {
  readonly url: string
  /** Bytes since the last call: from those who connect, and back to them. */
  taken(): { readonly sent: number; readonly answered: number }
  stop(): void
}

/** @param port of 127.0.0.1 to which everything goes on */
export async function countingProxy(port: number): Promise<CountingProxy> {
  let counts = { sent: 0, answered: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((inner) => {
    const outer = connect(port, '127.0.0.1')
    inner.on('data', (chunk) => (counts.sent += chunk.length)).pipe(outer)
    outer.on('data', (chunk) => (counts.answered += chunk.length)).pipe(inner)
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy()).on('close', () => sockets.delete(one))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    taken: () => {
      const before = counts
      counts = { sent: 0, answered: 0 }
      return before
    },
    stop: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
