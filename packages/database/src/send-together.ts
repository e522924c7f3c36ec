import type { Socket } from 'node:net'
import type pg from 'pg'

/**
 * Lets the statements that a connection is given in one turn of the event loop leave in one write. Each write is a call of the system that wakes the
 * server up; of a small transaction's statements most are sent together (see in-flight.ts), and for them that is a large part of what they cost here.
 */
export function sendTogether(client: pg.ClientBase): void {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection
  const plain = client.query.bind(client) as (...args: unknown[]) => unknown
  let held = false
  const query = (...args: unknown[]): unknown => {
    if (!held) {
      held = true
      stream.cork()
      process.nextTick(() => {
        held = false
        stream.uncork()
      })
    }
    return plain(...args)
  }
  client.query = query as typeof client.query
}
