import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, constants, mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

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
  const program = await findProgram('redis-server')
  if (program === null) {
    const reason = 'redis-server is not installed: the tests of the Redis backend are SKIPPED (install it, or set HUIJIAO_TEST_REDIS_URL)'
    console.warn(reason)
    return { available: false, reason }
  }
  return start(program)
}

async function start(program: string): Promise<TestRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'huijiao-redis-'))
  const port = await freePort()
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory]
  const child = spawn(program, settings, { stdio: 'ignore' })
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  const stop = async () => {
    process.removeListener('exit', kill)
    if (child.exitCode === null && child.signalCode === null) {
      kill()
      await once(child, 'exit')
    }
    await rm(directory, { recursive: true, force: true })
  }
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) break
    if (await answersPing(port)) return { available: true, url: `redis://127.0.0.1:${port}`, stop }
    await delay(25)
  }
  await stop()
  throw new Error(`${program} did not start on port ${port}`)
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.setTimeout(500, () => socket.destroy())
    socket.once('data', (chunk) => {
      settle(chunk.toString().startsWith('+PONG'))
      socket.destroy()
    })
    socket.once('error', () => settle(false))
    socket.once('close', () => settle(false))
  })
}
