import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { GenericContainer, Wait, type StartedTestContainer } from 'testcontainers'

const postgresImage = 'postgres:18-bookworm'
const redisImage = 'redis:7-bookworm'
/** What the containers are there to prove: the engine against PostgreSQL, the jobs against both queue backends. */
const places = ['packages/exchange', 'services/node']

function startPostgres(password: string): Promise<StartedTestContainer> {
  return new GenericContainer(postgresImage)
    .withEnvironment({ POSTGRES_PASSWORD: password })
    .withCommand(['postgres', '-c', 'max_connections=300', '-c', 'fsync=off'])
    .withExposedPorts(5432)
    .withHealthCheck({ test: ['CMD', 'pg_isready', '-q', '-h', '127.0.0.1', '-U', 'postgres'], interval: 500, timeout: 2000, retries: 120 })
    .withWaitStrategy(Wait.forHealthCheck())
    .start()
}

function startRedis(): Promise<StartedTestContainer> {
  return new GenericContainer(redisImage)
    .withExposedPorts(6379)
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .start()
}

/** Runs vitest against the two servers; resolves with its exit code. */
async function runTests(postgresUrl: string, redisUrl: string, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, ['scripts/test.mjs', '--project', 'postgres', '--project', 'redis', ...args], {
    stdio: 'inherit',
    env: { ...process.env, HUIJIAO_TEST_POSTGRES_URL: postgresUrl, HUIJIAO_TEST_REDIS_URL: redisUrl },
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}

const given = process.argv.slice(2)
const password = randomBytes(16).toString('hex')
console.error(`启动容器 ${postgresImage}、${redisImage}…\nstarting containers ${postgresImage} and ${redisImage}…`)
const started = await Promise.allSettled([startPostgres(password), startRedis()])
const containers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
try {
  const [postgres, redis] = containers
  if (!postgres || !redis || containers.length < 2) {
    const reasons = started.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []))
    throw new Error(`无法启动容器 / cannot start the containers: ${reasons.join('; ')}`)
  }
  process.exitCode = await runTests(
    `postgres://postgres:${password}@${postgres.getHost()}:${postgres.getMappedPort(5432)}/postgres`,
    `redis://${redis.getHost()}:${redis.getMappedPort(6379)}`,
    given.length > 0 ? given : places,
  )
} finally {
  await Promise.all(containers.map((container) => container.stop()))
}
