import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedPostgres, migrate, openDatabase, openReplica, removeEmbeddedPostgres, startEmbeddedPostgres } from '@huijiao/database'
import { indexRecords, sequenceLog } from '@huijiao/exchange'
import { makeStreamingCopy, type StreamingCopy } from '@huijiao/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { checkConfiguration } from '../src/check.ts'
import { account, browserAt } from './browser.ts'
import { adminToken, enrol, project, startTestNode, submission, type TestNode } from './node.ts'

let dir: string
let primary: EmbeddedPostgres
let copy: StreamingCopy
let onCopy: ReturnType<typeof openDatabase>
let node: TestNode
let vendor: Awaited<ReturnType<typeof enrol>>

const replica = () => node.context.replica as NonNullable<TestNode['context']['replica']>
const isRead = (what = replica()) =>
  vi.waitFor(
    async () => {
      await what.look()
      expect(what.standing()).toBe('copy')
    },
    { timeout: 20_000, interval: 100 },
  )
const get = (url: string, headers: Record<string, string> = {}) => node.app.inject({ method: 'GET', url, headers })

/** Sends a project, and brings the search to date. @returns ids of the submission and of the record */
async function send(serial: number): Promise<{ id: string; recordId: string }> {
  const answer = await node.app.inject({
    method: 'POST',
    url: '/v1/submissions',
    headers: { ...vendor.headers, 'content-type': 'application/json' },
    payload: JSON.stringify(submission([project(serial)])),
  })
  await sequenceLog(node.context.hub)
  while (await indexRecords(node.context.hub)) continue
  const receipt = answer.json<{ submission: { id: string }; records: { recordId: string }[] }>()
  return { id: receipt.submission.id, recordId: receipt.records[0]?.recordId as string }
}

/** The copy stands still: what is committed from now on is not in it. */
async function paused(work: () => Promise<void>): Promise<void> {
  await onCopy.pool.query('select pg_wal_replay_pause()')
  await vi.waitFor(async () => {
    const { rows } = await onCopy.pool.query<{ state: string }>('select pg_get_wal_replay_pause_state() as state')
    expect(rows[0]?.state).toBe('paused')
  }, 10_000)
  try {
    await work()
  } finally {
    await onCopy.pool.query('select pg_wal_replay_resume()')
  }
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huijiao-replica-'))
  await chmod(dir, 0o711)
  primary = await startEmbeddedPostgres({ dataDir: join(dir, 'primary'), settings: { fsync: 'off', shared_buffers: '64MB' } })
  await primary.ensureDatabase('huijiao')
  await migrate(primary.url('huijiao'))
  copy = await makeStreamingCopy(primary, join(dir, 'copy'))
  onCopy = openDatabase({ url: copy.url('huijiao'), poolMax: 2, applicationName: 'huijiao test' })
  node = await startTestNode({
    env: {
      HUIJIAO_DATABASE_URL: primary.url('huijiao'),
      HUIJIAO_REPLICA_URL: copy.url('huijiao'),
      HUIJIAO_REPLICA_BEHIND_MS: '600000',
      HUIJIAO_PUBLIC_RATE: '1000',
    },
  })
  vendor = await enrol(node.context)
  await isRead()
})
afterAll(async () => {
  await node.stop()
  await onCopy.close()
  for (const name of ['copy', 'primary']) await removeEmbeddedPostgres(join(dir, name))
  await rm(dir, { recursive: true, force: true })
})

describe('a node with a streaming copy of its database', () => {
  it('reads public pages there, and what the sender asks at the primary', async () => {
    const before = { ...replica().reads }
    await paused(async () => {
      const { id, recordId } = await send(1)
      // The sender finds what it has written, though the copy does not have it.
      expect((await get(`/v1/submissions/${id}`, vendor.headers)).statusCode).toBe(200)
      expect((await get(`/v1/submissions/${id}/receipt`, vendor.headers)).statusCode).toBe(200)
      expect((await get(`/v1/records/${recordId}`, vendor.headers)).statusCode).toBe(200)
      expect(replica().reads).toEqual(before)
      expect((await get(`/public/v1/records/${recordId}`)).statusCode).toBe(404)
      expect((await get(`/records/${recordId}`)).statusCode).toBe(404)
    })
    await vi.waitFor(
      async () => expect((await get('/public/v1/search?q=示例花园')).json<{ items: unknown[] }>().items).toHaveLength(1),
      10_000,
    )
    const after = replica().reads
    expect([after.replica > before.replica, after.primary]).toEqual([true, before.primary])
    const metrics = await get('/metrics', { authorization: `Bearer ${adminToken}` })
    expect(metrics.payload).toMatch(/^huijiao_replica_read 1$/m)
  })

  it('shows an operator who changed something the database with that change, and others what the copy has', async () => {
    const [writer, reader] = [browserAt(node), browserAt(node, '198.51.100.8')]
    await writer.signIn((await account(node, 'administrator')).user_name)
    await reader.signIn((await account(node, 'administrator')).user_name)
    await paused(async () => {
      const { id } = await send(2)
      const listed = async (browser: typeof writer) =>
        (await browser.call('GET', '/submissions')).json['items'].some((item: { id: string }) => item.id === id) as boolean
      expect([await listed(writer), await listed(reader)]).toEqual([false, false])
      const made = await writer.call('POST', '/participants', { kind: 'system', name: '示例（合成）', regions: ['370100'] })
      expect(made.status, JSON.stringify(made.json)).toBe(201)
      expect([await listed(writer), await listed(reader)]).toEqual([true, false])
      // A program with the operator token keeps no cookies.
      const asked = await get('/admin/v1/submissions', { authorization: `Bearer ${adminToken}` })
      expect(asked.json<{ items: { id: string }[] }>().items.map((item) => item.id)).toContain(id)
    })
    await vi.waitFor(async () => {
      const before = replica().reads.replica
      expect((await writer.call('GET', '/submissions')).json['items']).toHaveLength(2)
      expect(replica().reads.replica).toBeGreaterThan(before)
    }, 10_000)
  })

  it('does not read a copy that is further behind than it may be', async () => {
    const strict = openReplica({
      primary: node.context.database,
      url: copy.url('huijiao'),
      behindMaxMs: 300,
      epochId: () => node.context.hub.node.epochId,
    })
    try {
      await isRead(strict)
      await paused(async () => {
        await send(3)
        await vi.waitFor(() => expect(strict.standing()).toBe('behind'), 5000)
        const { rows } = await strict
          .reader(null)
          .selectFrom('submission')
          .select('id')
          .execute()
          .then((found) => ({ rows: found }))
        expect(rows).toHaveLength(3)
        expect(strict.reads).toEqual({ replica: 0, primary: 1 })
      })
      await isRead(strict)
    } finally {
      await strict.close()
    }
  })

  it('does not read a database that is no copy of its own, and says so when the configuration is checked', async () => {
    const wrong = openReplica({
      primary: node.context.database,
      url: primary.url('huijiao'),
      behindMaxMs: 5000,
      epochId: () => node.context.hub.node.epochId,
    })
    const earlier = openReplica({
      primary: node.context.database,
      url: copy.url('huijiao'),
      behindMaxMs: 5000,
      epochId: () => 'another life',
    })
    const empty = openReplica({ primary: node.context.database, url: copy.url('postgres'), behindMaxMs: 5000, epochId: () => '' })
    for (const one of [wrong, earlier, empty]) {
      await one.look()
      expect(one.standing()).toBe('other')
      expect((await one.reader(null).selectFrom('node').select('name').execute())[0]?.name).toBe('370100')
      expect(one.reads).toEqual({ replica: 0, primary: 1 })
      await one.close()
    }
    const levelOf = async (replicaUrl: string) => {
      const env = { HUIJIAO_REGION: '370100', HUIJIAO_TIER: 'municipal', HUIJIAO_PORT: '0', HUIJIAO_DATA_DIR: node.dataDir }
      const findings = await checkConfiguration({ ...env, HUIJIAO_DATABASE_URL: primary.url('huijiao'), HUIJIAO_REPLICA_URL: replicaUrl })
      return findings.find((finding) => finding.about === 'HUIJIAO_REPLICA_URL')?.level
    }
    expect(await levelOf(copy.url('huijiao'))).toBe('ok')
    expect(await levelOf(primary.url('huijiao'))).toBe('error')
    expect(await levelOf('postgres://nobody:x@127.0.0.1:9/x')).toBe('warning')
  })

  it('has the primary answer what the copy cannot, and lets nothing be written by way of it', async () => {
    const reader = replica().reader(null)
    const before = replica().reads.primary
    // Only the primary has a current place to write at; the copy refuses the question.
    const { sql } = await import('kysely')
    const rows = await reader.transaction().execute(async (trx) => {
      const first = await trx.selectFrom('node').select('name').execute()
      const { rows: second } = await sql<{ lsn: string }>`select pg_current_wal_lsn()::text as lsn`.execute(trx)
      return [first[0]?.name, second[0]?.lsn]
    })
    expect(rows).toEqual(['370100', expect.stringMatching(/\//)])
    expect(replica().reads.primary).toBe(before + 1)
    const write = (trx: typeof reader) => trx.deleteFrom('node').execute()
    await expect(write(replica().reader(null))).rejects.toMatchObject({ code: '25006' })
    await expect(reader.transaction().execute((trx) => write(trx))).rejects.toMatchObject({ code: '25006' })
  })

  it('answers every request while the copy hangs, stops and comes back', async () => {
    const { recordId } = await send(4)
    const ask = async () => {
      const answers = await Promise.all(Array.from({ length: 12 }, () => get(`/public/v1/records/${recordId}`)))
      return [...new Set(answers.map((answer) => answer.statusCode))]
    }
    await vi.waitFor(async () => expect(await ask()).toEqual([200]), 10_000)
    const { rows } = await onCopy.pool.query<{ pid: number }>(
      'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    const stopped = [copy.pid(), ...rows.map((row) => row.pid)]
    for (const pid of stopped) process.kill(pid, 'SIGSTOP')
    expect(await ask()).toEqual([200])
    for (const pid of stopped) process.kill(pid, 'SIGCONT')
    await isRead()

    await onCopy.close()
    await copy.stop()
    expect(await ask()).toEqual([200])
    await replica().look()
    expect([replica().standing(), await ask()]).toEqual(['away', [200]])
    await copy.start()
    onCopy = openDatabase({ url: copy.url('huijiao'), poolMax: 2, applicationName: 'huijiao test' })
    await isRead()
    const before = replica().reads.replica
    expect(await ask()).toEqual([200])
    expect(replica().reads.replica).toBeGreaterThan(before)
  })
})
