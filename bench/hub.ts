import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, createPrivateKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { type CountingProxy, countingProxy } from './counting-proxy.ts'
import { type EmbeddedPostgres, removeEmbeddedPostgres, startEmbeddedPostgres } from '@huijiao/database'
import { createSigningKey, signRequest } from '@huijiao/identity'
import { freePort } from '@huijiao/testing'
import { request } from 'undici'
import { until, withClient } from './measure.ts'

const program = resolve(import.meta.dirname, '../services/node/src/main.ts')

export interface BenchNode {
  readonly name: string
  readonly url: string
  readonly databaseUrl: string
  readonly adminToken: string
  /** The process that runs now. */
  process: ChildProcess
  /** Starts it again after it has ended, and waits until it is ready. */
  start(): Promise<void>
  stop(): Promise<void>
}

export interface BenchHub {
  readonly postgres: EmbeddedPostgres
  /** From the edge upward. */
  readonly nodes: readonly BenchNode[]
  /** Key of the business system at the edge. */
  readonly apiKey: string
  /** The same system's key that signs. */
  readonly signingKey: { readonly keyId: string; readonly privateKey: KeyObject }
  /** What goes from the lowest node upward, where it is counted. */
  readonly wire: CountingProxy | null
  stop(): Promise<void>
}

const places = [
  { name: '370100', region: '370100', tier: 'municipal' },
  { name: '370000', region: '370000', tier: 'provincial' },
  { name: '000000', region: '000000', tier: 'national' },
] as const

export interface HubOptions {
  /** Where its data is kept after it stops, and taken up again when it is there already; absent: a directory that goes with it. */
  readonly keepIn?: string
  /** Whether what goes from the lowest node to the one above it is counted. */
  readonly countWire?: boolean
  /** Upstreams of a single node, which nobody answers for. */
  readonly upstreams?: readonly { readonly name: string; readonly url: string; readonly tier: string }[]
}

/** What a kept hub needs besides its databases. */
interface Kept {
  readonly adminTokens: Readonly<Record<string, string>>
  readonly apiKey: string
  readonly signingKeyPem: string
}
const keyId = 'p-bench-1'

/** Starts PostgreSQL and real node processes over it, `tiers` of them in a chain, enrolled with each other. */
export async function startHub(tiers: 1 | 3, { keepIn, countWire = false, upstreams: named = [] }: HubOptions = {}): Promise<BenchHub> {
  const dir = keepIn ?? (await mkdtemp(join(tmpdir(), 'huijiao-bench-')))
  await mkdir(dir, { recursive: true })
  const keptFile = join(dir, 'kept.json')
  const kept = keepIn === undefined ? null : ((JSON.parse(await readFile(keptFile, 'utf8').catch(() => 'null')) as Kept | null) ?? null)
  const adminTokens: Record<string, string> = {}
  const dataDir = join(dir, 'postgres')
  const postgres = await startEmbeddedPostgres({ dataDir })
  const chosen = places.slice(0, tiers)
  const ports = await Promise.all(chosen.map(freePort))
  const proxy = countWire ? await countingProxy(ports[1] as number) : null
  const nodes: BenchNode[] = []
  for (const [at, place] of chosen.entries()) {
    const database = `node_${place.name}`
    await postgres.ensureDatabase(database)
    const adminToken = kept?.adminTokens[place.name] ?? randomBytes(24).toString('base64url')
    adminTokens[place.name] = adminToken
    const above = chosen[at + 1]
    const upstreams =
      above === undefined
        ? named
        : [{ name: above.name, url: at === 0 && proxy !== null ? proxy.url : `http://127.0.0.1:${ports[at + 1]}`, tier: above.tier }]
    const logFile = join(dir, `${place.name}.log`)
    const launch = async () => {
      const log = await open(logFile, 'a')
      const child = spawn(process.execPath, ['--max-semi-space-size=16', ...(process.env['BENCH_NODE_ARGS']?.split(' ') ?? []), program], {
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
          MALLOC_ARENA_MAX: '2', // this, and the option above, as `huijiao node` and the image set them
        },
      })
      await log.close()
      return child
    }
    const node: BenchNode = {
      name: place.name,
      url: `http://127.0.0.1:${ports[at]}`,
      databaseUrl: postgres.url(database),
      adminToken,
      process: await launch(),
      start: async () => {
        node.process = await launch()
        await untilReady(node, logFile)
      },
      stop: async () => {
        if (node.process.exitCode !== null || node.process.signalCode !== null) return
        const ended = new Promise((done) => node.process.once('exit', done))
        node.process.kill('SIGTERM')
        await ended
      },
    }
    nodes.push(node)
  }
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()))
    proxy?.stop()
    if (keepIn !== undefined) return await postgres.stop()
    await removeEmbeddedPostgres(dataDir)
    await rm(dir, { recursive: true, force: true })
  }
  try {
    for (const node of nodes) await untilReady(node, join(dir, `${node.name}.log`))
    if (kept !== null)
      return {
        postgres,
        nodes,
        apiKey: kept.apiKey,
        signingKey: { keyId, privateKey: createPrivateKey(kept.signingKeyPem) },
        wire: proxy,
        stop,
      }
    for (const [at, node] of nodes.entries()) {
      const lower = nodes[at - 1]
      if (lower !== undefined) await enrolNode(node, lower, chosen[at - 1]?.region as string)
    }
    const edge = nodes[0] as BenchNode
    await admin(edge, '/participants', { participantId: 'p-bench', kind: 'system', name: '测量用业务系统（合成）', regions: ['370100'] })
    const key = (await admin(edge, '/participants/p-bench/keys', { kind: 'api-key' })) as { secret: string }
    const signing = createSigningKey()
    await admin(edge, '/participants/p-bench/keys', { kind: 'ed25519', keyId, publicKey: signing.publicKeyRaw.toString('base64') })
    const signingKey = { keyId, privateKey: createPrivateKey(signing.privateKeyPem) }
    const facts: Kept = { adminTokens, apiKey: key.secret, signingKeyPem: signing.privateKeyPem }
    if (keepIn !== undefined) await writeFile(keptFile, JSON.stringify(facts), { mode: 0o600 })
    return { postgres, nodes, apiKey: key.secret, signingKey, wire: proxy, stop }
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

export async function admin(node: BenchNode, path: string, body: object): Promise<unknown> {
  const answer = await fetch(`${node.url}/admin/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${node.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.status === 204 ? null : await answer.json()
}

async function untilReady(node: BenchNode, logFile: string): Promise<void> {
  for (let tries = 0; tries < 3000; tries += 1) {
    if (node.process.exitCode !== null) throw new Error(`node ${node.name} ended; see ${logFile}`)
    const answer = await fetch(`${node.url}/readyz`).catch(() => null)
    if (answer?.ok) return
    await delay(20)
  }
  throw new Error(`node ${node.name} did not become ready; see ${logFile}`)
}

export interface Sending {
  readonly contentType?: 'application/x-ndjson' | 'application/json'
  readonly gzip?: boolean
  readonly signed?: boolean
}

/** Makes one body ready to be sent, packed and signed; what it gives sends it and tells the counts of its receipt. */
export function readied(hub: BenchHub, body: Buffer, sending: Sending = {}): () => Promise<Record<string, number>> {
  const { contentType = 'application/x-ndjson', gzip = false, signed = false } = sending
  const url = `${(hub.nodes[0] as BenchNode).url}/v1/submissions`
  const bytes = gzip ? gzipSync(body, { level: 1 }) : body
  const plain = { 'content-type': contentType, ...(gzip ? { 'content-encoding': 'gzip' } : {}) }
  const proof = signed
    ? signRequest({
        ...{ method: 'POST', url, headers: plain, key: hub.signingKey, created: new Date() },
        contentDigest: `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`,
      })
    : { authorization: `Bearer ${hub.apiKey}` }
  return async () => {
    const answer = await request(url, { method: 'POST', headers: { ...plain, ...proof }, body: bytes, headersTimeout: 0 })
    const text = await answer.body.text()
    if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}: ${text.slice(0, 500)}`)
    return (JSON.parse(text) as { counts: Record<string, number> }).counts
  }
}

/** Sends what was made ready, and checks that as many records got the outcome. */
export async function sent(
  send: () => Promise<Record<string, number>>,
  outcome: 'accepted' | 'unchanged' | 'refused',
  count: number,
): Promise<void> {
  const counts = await send()
  if (counts[outcome] !== count) throw new Error(`expected ${count} ${outcome}, got ${JSON.stringify(counts)}`)
}

/** Pushes one body and checks that every record got the outcome. */
export async function push(
  hub: BenchHub,
  body: Buffer,
  outcome: 'accepted' | 'unchanged',
  count: number,
  sending: Sending = {},
): Promise<void> {
  await sent(readied(hub, body, sending), outcome, count)
}

/**
 * Waits until nothing is left of what was done before: every reader of the log (search, likeness, sets for comparing, ...) stands at its end, and the server cleans no
 * table up. What is measured next has the machine to itself, and so has its limit; what the readers cost is a figure of its own.
 */
export async function settled(hub: { readonly nodes: readonly Pick<BenchNode, 'name' | 'databaseUrl'>[] }): Promise<void> {
  for (const node of hub.nodes) {
    await withClient(node.databaseUrl, async (client) => {
      await until(
        `readers of ${node.name} at the end of its log`,
        async () => {
          const { rows } = await client.query<{ done: boolean }>(
            // Those of held records and of policies are asked for only when something waits for them.
            `select (select coalesce(bool_and(cursor >= (select max(size) from log_checkpoint)), true) from reader
                   where name not in ('held', 'policy') and name not like 'down/%')
              and not exists (select 1 from pg_stat_activity where backend_type = 'autovacuum worker') as done`,
          )
          return rows[0]?.done === true
        },
        3600,
      )
    })
  }
}

/** Reads an address of a node as the business system. */
export async function read(hub: BenchHub, path: string, body?: object): Promise<unknown> {
  const answer = await request(`${(hub.nodes[0] as BenchNode).url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${hub.apiKey}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.body.text()
  if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${text.slice(0, 300)}`)
  return JSON.parse(text)
}

export const newId = () => randomUUID()
