import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Database, type EmbeddedPostgres, openDatabase, removeEmbeddedPostgres, startEmbeddedPostgres } from '@huijiao/database'
import { createParticipant, addPublicKey } from '@huijiao/exchange'
import { appendLeaf, emptyRange, openNote, parseCheckpoint, rangeRoot } from '@huijiao/merkle'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { type Context, createContext } from '../src/context.ts'
import { startWorker, type Worker } from '../src/worker.ts'
import { adminToken, project, responsible } from './node.ts'

const program = join(import.meta.dirname, '../src/main.ts')
const admin = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' }
const senders = 4
const keysOfSender = 12

let dir: string
let postgres: EmbeddedPostgres
let city: Database
let province: { context: Context; app: Awaited<ReturnType<typeof buildApp>>; worker: Worker; url: string }

/** A process of the city node; its words are its log. */
interface Member {
  readonly role: 'api' | 'worker'
  readonly child: ChildProcess
  readonly said: () => string
  readonly ended: Promise<number | null>
  url: string
  /** Requests that it is answering. */
  asked: number
}
const members = new Set<Member>()
const living = (role: Member['role']) => [...members].filter((member) => member.role === role && member.url !== '')

/** Starts one process of the city, and waits until it says that it works. */
async function joinUp(role: Member['role']): Promise<Member> {
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HUIJIAO_'))),
    HUIJIAO_REGION: '370100',
    HUIJIAO_TIER: 'municipal',
    HUIJIAO_PORT: '0',
    HUIJIAO_ROLES: role,
    HUIJIAO_DATABASE_URL: postgres.url('city'),
    HUIJIAO_DATABASE_POOL: '8',
    HUIJIAO_DATA_DIR: join(dir, 'city'),
    HUIJIAO_ADMIN_TOKEN: adminToken,
    HUIJIAO_SWEEP_MS: '1000',
    HUIJIAO_LINK_RETRY_MS: '50',
    HUIJIAO_LINK_RETRY_MAX_MS: '500',
    HUIJIAO_UPSTREAMS: JSON.stringify([{ name: '370000', url: province.url, tier: 'provincial' }]),
  }
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (words: string) => (text += words))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const member: Member = { role, child, said: () => text, ended, url: '', asked: 0 }
  members.add(member)
  void ended.then(() => members.delete(member))
  const ready = role === 'api' ? /"address":"([^"]+)".*"msg":"listening"/ : /()"msg":"working"/
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`it ended: ${text}`)
    if (!ready.test(text)) throw new Error(`it says: ${text}`)
    return true
  }, 120_000)
  member.url = ready.exec(text)?.[1] || 'none'
  return member
}

/** kill -9, in the middle of whatever it is doing. */
async function murder(member: Member | undefined): Promise<void> {
  if (member === undefined) throw new Error('nobody is there to be killed')
  if (member.role === 'api') await until(async () => member.asked > 0)
  member.url = ''
  member.child.kill('SIGKILL')
  await member.ended
}

async function until(what: () => Promise<boolean>, ms = 120_000): Promise<void> {
  let last: unknown
  for (const end = Date.now() + ms; Date.now() < end; await delay(50)) {
    const done = await what().catch((error: unknown) => {
      last = error
      return false
    })
    if (done) return
  }
  throw new Error('it did not happen in time', { cause: last })
}

const numberOf = async (statement: string, database: Database = city): Promise<number> =>
  Number((await database.pool.query<{ n: string }>(statement)).rows[0]?.n)
const logSize = () => numberOf('select count(*) as n from log_entry')

/** What one sender has heard: how many versions of each of its records were acknowledged. */
interface Heard {
  readonly versions: Map<string, number>
  submissions: number
}

/** Sends small submissions until told to stop: each time to another process, and the same bytes again until one has answered with a receipt. */
async function sendOn(sender: number, key: string, stopped: () => boolean): Promise<Heard> {
  const heard: Heard = { versions: new Map(), submissions: 0 }
  for (let round = 1; !stopped(); round += 1) {
    const records = Array.from({ length: keysOfSender }, (_, at) =>
      project(sender * keysOfSender + at, { AllInvest: `${1000 + round}.${sender}${at % 10}5` }),
    )
    const body = JSON.stringify({ id: randomUUID(), standard: '2018', producedAt: '2026-09-01T09:30:00+08:00', responsible, records })
    let receipt: { counts?: Record<string, number> } = {}
    for (let tries = 0; ; tries += 1) {
      const apis = living('api')
      const api = apis[(sender + round + tries) % Math.max(1, apis.length)]
      if (api !== undefined) api.asked += 1
      const answer = await fetch(`${api?.url}/v1/submissions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(60_000),
      }).catch(() => null)
      const text = await answer?.text().catch(() => null)
      if (api !== undefined) api.asked -= 1
      if (answer?.status === 200 && text != null) {
        receipt = JSON.parse(text) as typeof receipt
        break
      }
      if (answer !== null && ![202, 502, 503].includes(answer.status)) throw new Error(`${answer.status} ${text}`)
      await delay(30)
    }
    expect(receipt.counts).toMatchObject({ accepted: keysOfSender, unchanged: 0, refused: 0 })
    heard.submissions += 1
    for (const record of records) heard.versions.set(record['sourceId'] as string, round)
  }
  return heard
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huijiao-scale-out-'))
  await chmod(dir, 0o711)
  postgres = await startEmbeddedPostgres({ dataDir: join(dir, 'postgres'), settings: { fsync: 'off', max_connections: '300' } })
  for (const name of ['city', 'province']) await postgres.ensureDatabase(name)
  city = openDatabase({ url: postgres.url('city'), poolMax: 3, applicationName: 'huijiao test' })
  const context = await createContext(
    readConfig({
      HUIJIAO_REGION: '370000',
      HUIJIAO_TIER: 'provincial',
      HUIJIAO_DATABASE_URL: postgres.url('province'),
      HUIJIAO_DATA_DIR: join(dir, 'province'),
      HUIJIAO_ADMIN_TOKEN: adminToken,
    }),
    { log: pino({ level: 'silent' }) },
  )
  const app = await buildApp(context)
  const worker = await startWorker(context)
  province = { context, app, worker, url: await app.listen({ host: '127.0.0.1', port: 0 }) }
})
afterAll(async () => {
  for (const member of members) member.child.kill('SIGKILL')
  await Promise.all([...members].map((member) => member.ended))
  await city.close()
  province.context.beginStop()
  province.app.server.closeAllConnections()
  await province.app.close()
  await province.worker.stop()
  await province.context.close()
  await removeEmbeddedPostgres(join(dir, 'postgres'))
  await rm(dir, { recursive: true, force: true })
})

describe('three API and three worker processes of one node', () => {
  it('are killed and added under load, and the log stays one: nothing lost, nothing doubled, never two that number it', async () => {
    const [first] = await Promise.all([joinUp('api'), joinUp('worker')])
    const facts = (await (await fetch(`${first.url}/v1/node`)).json()) as {
      keys: { keyId: string; publicKey: string; verifierKey: string }[]
    }
    const cityKey = facts.keys[0] as (typeof facts.keys)[number]
    const node = { participantId: 'p-370100', kind: 'node' as const, name: '节点 370100', regions: ['370100'], nodeName: '370100' }
    await createParticipant(province.context.hub, 'operator:test', node)
    await addPublicKey(province.context.hub, 'operator:test', 'p-370100', {
      keyId: cityKey.keyId,
      algorithm: 'ed25519',
      publicKey: cityKey.publicKey,
    })
    const keys = await Promise.all(
      Array.from({ length: senders }, async (_, sender) => {
        const post = async (path: string, body: object) =>
          (await (await fetch(`${first.url}/admin/v1${path}`, { method: 'POST', headers: admin, body: JSON.stringify(body) })).json()) as {
            secret: string
          }
        await post('/participants', { participantId: `p-${sender}`, kind: 'system', name: '示例系统（合成）', regions: ['370100'] })
        return (await post(`/participants/p-${sender}/keys`, { kind: 'api-key' })).secret
      }),
    )
    await Promise.all([joinUp('api'), joinUp('api'), joinUp('worker'), joinUp('worker')])

    let over = false
    const sending = Promise.all(keys.map((key, sender) => sendOn(sender, key, () => over)))
    sending.catch(() => (over = true))
    /** Whatever just happened, the log goes on. */
    const grows = async (by = 20) => {
      const before = await logSize()
      await until(async () => over || (await logSize()) >= before + by)
    }
    const original = { api: living('api'), worker: living('worker') }
    await grows()
    // Every worker there was dies, whichever of them is numbering just then, and new ones come.
    await murder(original.worker[0])
    await grows()
    await murder(original.api[0])
    await Promise.all([joinUp('worker'), joinUp('api'), grows()])
    await Promise.all([murder(original.worker[1]), murder(original.worker[2]), murder(original.api[1])])
    await grows()
    // One more, and one that is asked to stop: it finishes what it has.
    await joinUp('worker')
    const leaving = original.api[2] as Member
    leaving.url = ''
    leaving.child.kill('SIGTERM')
    expect(await leaving.ended).toBe(0)
    await grows()
    over = true
    const heard = await sending

    const versions = heard.reduce((sum, one) => sum + [...one.versions.values()].reduce((a, b) => a + b, 0), 0)
    await until(async () => (await numberOf('select count(*) as n from log_pending')) === 0)
    await until(async () => (await numberOf('select count(*) as n from version', province.context.database)) >= versions)

    // Every record has exactly the versions that its sender heard of, numbered 1, 2, 3 … without a gap.
    const { rows: streams } = await city.pool.query<{ source: string; n: number; last: number; ns: number }>(
      `select source_id as source, count(*)::int4 as n, max(n)::int4 as last, count(distinct n)::int4 as ns from version group by source_id`,
    )
    const expected = new Map(heard.flatMap((one) => [...one.versions]))
    expect(new Map(streams.map((row) => [row.source, row.n]))).toEqual(expected)
    for (const row of streams) expect([row.last, row.ns]).toEqual([row.n, row.n])
    const submissions = heard.reduce((sum, one) => sum + one.submissions, 0)
    expect(await numberOf("select count(*) as n from submission where state = 'finished'")).toBe(submissions)
    expect(await numberOf('select count(*) as n from submission')).toBe(submissions)

    // The province has each of them once.
    const commitments = 'select encode(commitment, $$hex$$) as c from version order by 1'
    const [here, above] = await Promise.all([city.pool.query(commitments), province.context.database.pool.query(commitments)])
    expect(above.rows).toEqual(here.rows)

    await proveOneSequencer(cityKey.verifierKey)
  }, 600_000)
})

/** Reads from the log itself that its numbers were given one transaction after the other. */
async function proveOneSequencer(key: string): Promise<void> {
  const { rows: entries } = await city.pool.query<{ index: number; xmin: string; leaf_hash: Buffer; part_id: number | null }>(
    'select index, xmin::text as xmin, leaf_hash, part_id from log_entry order by index',
  )
  const { rows: checkpoints } = await city.pool.query<{ size: number; xmin: string; root: Buffer; note: string }>(
    'select size, xmin::text as xmin, root, note from log_checkpoint order by size',
  )
  expect(entries.map((entry) => entry.index)).toEqual(entries.map((_, at) => at))
  expect(checkpoints.at(-1)?.size).toBe(entries.length)
  // Two that numbered at a time would have mixed their transactions: here each checkpoint's entries, and no others, came with it.
  let from = 0
  let range = emptyRange()
  for (const { size, xmin, root, note } of checkpoints) {
    const own = entries.slice(from, size)
    expect(new Set(own.map((entry) => entry.xmin))).toEqual(new Set([xmin]))
    range = own.reduce((grown, entry) => appendLeaf(grown, entry.leaf_hash), range)
    expect(rangeRoot(range)).toEqual(root)
    expect(parseCheckpoint(openNote(note, [key]).text)).toMatchObject({ size, root })
    from = size
  }
  expect(new Set(checkpoints.map((one) => one.xmin)).size).toBe(checkpoints.length)
  // Every part is in the log, and once.
  const parts = entries.flatMap((entry) => entry.part_id ?? [])
  expect(new Set(parts).size).toBe(parts.length)
  expect(parts.toSorted((a, b) => a - b)).toEqual(
    (await city.pool.query<{ part_id: number }>('select part_id from part order by part_id')).rows.map((row) => row.part_id),
  )
}
