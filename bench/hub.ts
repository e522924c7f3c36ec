import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type EmbeddedPostgres, removeEmbeddedPostgres, startEmbeddedPostgres } from '@huijiao/database'
import { request } from 'undici'

const program = resolve(import.meta.dirname, '../services/node/src/main.ts')

export interface BenchNode {
  readonly name: string
  readonly url: string
  readonly databaseUrl: string
  readonly adminToken: string
  readonly process: ChildProcess
}

export interface BenchHub {
  readonly postgres: EmbeddedPostgres
  /** From the edge upward. */
  readonly nodes: readonly BenchNode[]
  /** Key of the business system at the edge. */
  readonly apiKey: string
  stop(): Promise<void>
}

const places = [
  { name: '370100', region: '370100', tier: 'municipal' },
  { name: '370000', region: '370000', tier: 'provincial' },
  { name: '000000', region: '000000', tier: 'national' },
] as const

/** Starts PostgreSQL and real node processes over it, `tiers` of them in a chain, enrolled with each other. */
export async function startHub(tiers: 1 | 3): Promise<BenchHub> {
  const dir = await mkdtemp(join(tmpdir(), 'huijiao-bench-'))
  const dataDir = join(dir, 'postgres')
  const postgres = await startEmbeddedPostgres({ dataDir })
  const chosen = places.slice(0, tiers)
  const ports = await Promise.all(chosen.map(freePort))
  const nodes: BenchNode[] = []
  for (const [at, place] of chosen.entries()) {
    const database = `node_${place.name}`
    await postgres.ensureDatabase(database)
    const adminToken = randomBytes(24).toString('base64url')
    const above = chosen[at + 1]
    const upstreams = above === undefined ? [] : [{ name: above.name, url: `http://127.0.0.1:${ports[at + 1]}`, tier: above.tier }]
    const log = await open(join(dir, `${place.name}.log`), 'a')
    const child = spawn(process.execPath, [program], {
      stdio: ['ignore', log.fd, log.fd],
      env: {
        ...process.env,
        HUIJIAO_NAME: place.name,
        HUIJIAO_REGION: place.region,
        HUIJIAO_TIER: place.tier,
        HUIJIAO_PORT: String(ports[at]),
        HUIJIAO_DATA_DIR: join(dir, place.name),
        HUIJIAO_DATABASE_URL: postgres.url(database),
        HUIJIAO_ADMIN_TOKEN: adminToken,
        HUIJIAO_UPSTREAMS: JSON.stringify(upstreams),
        HUIJIAO_LOG_LEVEL: 'warn',
      },
    })
    await log.close()
    nodes.push({ name: place.name, url: `http://127.0.0.1:${ports[at]}`, databaseUrl: postgres.url(database), adminToken, process: child })
  }
  const stop = async () => {
    for (const node of nodes) node.process.kill('SIGTERM')
    await Promise.all(
      nodes.map((node) => (node.process.exitCode === null ? new Promise((done) => node.process.once('exit', done)) : undefined)),
    )
    await removeEmbeddedPostgres(dataDir)
    await rm(dir, { recursive: true, force: true })
  }
  try {
    for (const node of nodes) await untilReady(node, dir)
    for (const [at, node] of nodes.entries()) {
      const lower = nodes[at - 1]
      if (lower !== undefined) await enrolNode(node, lower, chosen[at - 1]?.region as string)
    }
    const edge = nodes[0] as BenchNode
    await admin(edge, '/participants', { participantId: 'p-bench', kind: 'system', name: '测量用业务系统（合成）', regions: ['370100'] })
    const key = (await admin(edge, '/participants/p-bench/keys', { kind: 'api-key' })) as { secret: string }
    return { postgres, nodes, apiKey: key.secret, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function enrolNode(upper: BenchNode, lower: BenchNode, region: string): Promise<void> {
  const facts = (await (await fetch(`${lower.url}/v1/node`)).json()) as { keys: { keyId: string; publicKey: string }[] }
  await admin(upper, '/participants', {
    participantId: `p-node-${lower.name}`,
    kind: 'node',
    name: `节点 ${lower.name}`,
    regions: [region],
    nodeName: lower.name,
  })
  for (const key of facts.keys)
    await admin(upper, `/participants/p-node-${lower.name}/keys`, { kind: 'ed25519', keyId: key.keyId, publicKey: key.publicKey })
}

async function admin(node: BenchNode, path: string, body: object): Promise<unknown> {
  const answer = await fetch(`${node.url}/admin/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${node.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return await answer.json()
}

async function untilReady(node: BenchNode, dir: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (node.process.exitCode !== null) throw new Error(`node ${node.name} ended; see ${dir}/${node.name}.log`)
    const answer = await fetch(`${node.url}/livez`).catch(() => null)
    if (answer?.ok) return
    await delay(100)
  }
  throw new Error(`node ${node.name} did not become ready; see ${dir}/${node.name}.log`)
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => done(port))
    })
  })
}

/** Pushes one NDJSON body and checks that every record got the outcome. */
export async function push(hub: BenchHub, body: Buffer, outcome: 'accepted' | 'unchanged', count: number): Promise<void> {
  const answer = await request(`${(hub.nodes[0] as BenchNode).url}/v1/submissions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.apiKey}`, 'content-type': 'application/x-ndjson' },
    body,
    headersTimeout: 0,
  })
  const text = await answer.body.text()
  if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}: ${text.slice(0, 500)}`)
  const { counts } = JSON.parse(text) as { counts: Record<string, number> }
  if (counts[outcome] !== count) throw new Error(`expected ${count} ${outcome}, got ${JSON.stringify(counts)}: ${text.slice(0, 800)}`)
}

export const newId = () => randomUUID()
