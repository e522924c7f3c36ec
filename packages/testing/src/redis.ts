import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, constants, mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './free-port.ts'

export type TestRedis =
  | { readonly available: true; readonly url: string; stop(): Promise<void> }
  | { readonly available: false; readonly reason: string }

/**
 * A Redis of its own for one test file: the address in `HUIJIAO_TEST_REDIS_URL`, else a `redis-server` from the path on a free port,
 * without persistence. Where there is neither, says so loudly; skip with the reason:
 * `const redis = await withRedis(); describe.skipIf(!redis.available)(…)`.
 */
export async function withRedis(): Promise<TestRedis> {
  const given = process.env.HUIJIAO_TEST_REDIS_URL
  if (given !== undefined) return { available: true, url: given, stop: async () => {} }
  if ((await findProgram('redis-server')) === null) {
    const reason = 'redis-server is not installed: the tests of the Redis backend are SKIPPED (install it, or set HUIJIAO_TEST_REDIS_URL)'
    console.warn(reason)
    return { available: false, reason }
  }
  const { url, stop } = (await startRedisServer()) as RedisServer
  return { available: true, url, stop }
}

/** A Redis of its own that a test may take away: nothing of it is ever on disk. */
export interface RedisServer {
  readonly url: string
  readonly port: number
  /** Ends it at once. What it held is gone. */
  kill(): Promise<void>
  /** Starts it again on its port, empty. */
  start(): Promise<void>
  /** Sends one command of plain words; answers the first bytes that come back. */
  command(...words: string[]): Promise<string>
  stop(): Promise<void>
}

/** A `redis-server` from the path on a free port, without persistence; null where there is none, which is said loudly. */
export async function startRedisServer(settings: readonly string[] = []): Promise<RedisServer | null> {
  const program = await findProgram('redis-server')
  if (program === null) {
    console.warn('redis-server is not installed: tests that take it away are SKIPPED')
    return null
  }
  const directory = await mkdtemp(join(tmpdir(), 'huijiao-redis-'))
  const port = await freePort()
  const plain = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory]
  let child: ChildProcess | undefined
  const atExit = () => void child?.kill('SIGKILL')
  process.once('exit', atExit)
  const kill = async () => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const start = async () => {
    const begun = spawn(program, [...plain, ...settings], { stdio: 'ignore' })
    child = begun
    for (let tries = 0; tries < 400 && begun.exitCode === null; tries += 1) {
      if ((await ask(port, ['PING'])).startsWith('+PONG')) return
      await delay(25)
    }
    throw new Error(`${program} did not start on port ${port}`)
  }
  const stop = async () => {
    process.removeListener('exit', atExit)
    await kill()
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  return { url: `redis://127.0.0.1:${port}`, port, kill, start, stop, command: (...words) => ask(port, words) }
}

export interface RedisCluster {
  /** All three nodes. */
  readonly url: string
  readonly servers: readonly RedisServer[]
  stop(): Promise<void>
}

/** A Redis Cluster of three primaries without replicas, all its slots served; null where there is no `redis-server`. */
export async function startRedisCluster(): Promise<RedisCluster | null> {
  const servers: RedisServer[] = []
  const stop = async () => void (await Promise.all(servers.map((server) => server.stop())))
  const buses: number[] = []
  try {
    for (let at = 0; at < 3; at += 1) {
      const bus = await freePort()
      const server = await startRedisServer(['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', '--cluster-port', String(bus)])
      if (server === null) return null
      servers.push(server)
      buses.push(bus)
    }
    const ranges = ['0 5460', '5461 10922', '10923 16383']
    for (const [at, server] of servers.entries()) {
      await server.command('CLUSTER', 'ADDSLOTSRANGE', ...(ranges[at] as string).split(' '))
      await server.command('CLUSTER', 'SET-CONFIG-EPOCH', String(at + 1))
    }
    const [first, ...others] = servers as [RedisServer, RedisServer, RedisServer]
    for (const [at, other] of others.entries())
      await first.command('CLUSTER', 'MEET', '127.0.0.1', String(other.port), String(buses[at + 1]))
    const isReady = async (server: RedisServer) => {
      const info = await server.command('CLUSTER', 'INFO')
      return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')
    }
    for (let tries = 0; !(await Promise.all(servers.map(isReady))).every(Boolean); tries += 1) {
      if (tries === 200) throw new Error(`the cluster did not come up: ${await first.command('CLUSTER', 'INFO')}`)
      await delay(100)
    }
    return { url: `redis://${servers.map((server) => `127.0.0.1:${server.port}`).join(',')}`, servers, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function findProgram(name: string): Promise<string | null> {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(directory, name)
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path
  }
  return null
}

/** One command over a connection of its own; an empty text when nobody answers. */
function ask(port: number, words: readonly string[]): Promise<string> {
  return new Promise((settle) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${words.join(' ')}\r\n`))
    socket.setTimeout(1000, () => socket.destroy())
    socket.once('data', (chunk) => {
      settle(chunk.toString())
      socket.destroy()
    })
    socket.once('error', () => settle(''))
    socket.once('close', () => settle(''))
  })
}
