import { once } from 'node:events'
import { createServer } from 'node:net'

// Below every range from which an operating system takes ports by itself (Linux from 32768, others from 49152): between the
// moment a port is given and the moment a node listens on it, no outgoing connection and no proxy that listens on 0 can have it.
const first = 20_000
const count = 12_000
const given = new Set<number>()

/** A port of 127.0.0.1 on which nothing listens, given to nobody else in this process. @throws when there is none left */
export async function freePort(): Promise<number> {
  const start = Math.floor(Math.random() * count)
  for (let step = 0; step < count; step += 1) {
    const port = first + ((start + step) % count)
    if (given.has(port)) continue
    given.add(port)
    if (await canBeBound(port)) return port
  }
  throw new Error(`no port between ${first} and ${first + count - 1} is free`)
}

async function canBeBound(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}
