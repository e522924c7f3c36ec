import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readLogHead } from '@huijiao/exchange'
import { type TestDatabase, createTestDatabase } from '@huijiao/testing'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { type Context, createContext } from '../src/context.ts'
import { leftoverMs, removeLeftovers } from '../src/jobs/leftovers.ts'
import { createStandstill } from '../src/standstill.ts'
import { type Worker, startWorker } from '../src/worker.ts'
import { adminToken, enrol, project, startTestNode, submission } from './node.ts'

const log = pino({ level: 'silent' })

describe('several processes of one node', () => {
  let database: TestDatabase
  let dataDir: string
  let api: Context
  let app: Awaited<ReturnType<typeof buildApp>>
  let vendor: Awaited<ReturnType<typeof enrol>>
  const open = (more: Record<string, string> = {}) =>
    createContext(
      readConfig({
        HUIJIAO_REGION: '370100',
        HUIJIAO_TIER: 'municipal',
        HUIJIAO_DATABASE_URL: database.url,
        HUIJIAO_DATA_DIR: dataDir,
        HUIJIAO_ADMIN_TOKEN: adminToken,
        HUIJIAO_SWEEP_MS: '60000',
        ...more,
      }),
      { log },
    )
  const send = (records: unknown[], headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: '/v1/submissions',
      headers: { ...vendor.headers, 'content-type': 'application/json', ...headers },
      payload: JSON.stringify(submission(records)),
    })
  const logSize = async () => (await readLogHead(database.db))?.size ?? 0
  const withWorker = async (work: (worker: Worker) => Promise<void>, more: Record<string, string> = {}) => {
    const context = await open(more)
    const worker = await startWorker(context)
    try {
      await work(worker)
    } finally {
      await worker.stop()
      await context.close()
    }
  }

  beforeAll(async () => {
    database = await createTestDatabase()
    dataDir = await mkdtemp(join(tmpdir(), 'huijiao-processes-'))
    api = await open()
    app = await buildApp(api)
    vendor = await enrol(api)
  })
  afterAll(async () => {
    await app.close()
    await api.close()
    await database.drop()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('answer receipts while no worker runs, and number everything when one starts', async () => {
    expect((await send([project(1)])).statusCode).toBe(200)
    expect(await logSize()).toBe(0)
    await withWorker(async () => vi.waitFor(async () => expect(await logSize()).toBeGreaterThanOrEqual(3), 5000))
  })

  it('wake the worker of another process right after a commit, long before its sweep', async () => {
    await withWorker(async () => {
      await vi.waitFor(async () => expect((await database.pool.query('select 1 from log_pending')).rowCount).toBe(0), 5000)
      const before = await logSize()
      await send([project(2)])
      await vi.waitFor(async () => expect(await logSize()).toBeGreaterThan(before), 2000)
    })
  })

  it('finish what was accepted in the background by a process that is gone', async () => {
    const answer = await send([project(3)], { prefer: 'respond-async' })
    expect(answer.statusCode).toBe(202)
    for (const queue of api.queues.all.values()) await queue.obliterate({ force: true })
    await withWorker(async () =>
      vi.waitFor(
        async () =>
          expect(
            (
              await database.db
                .selectFrom('submission')
                .select('state')
                .where('id', '=', answer.json<{ id: string }>().id)
                .executeTakeFirst()
            )?.state,
          ).toBe('finished'),
        8000,
      ),
    )
    expect(await readdir(api.hub.spoolDir)).toEqual([])
  })

  it('finish what the queue counts as taken by a process that is gone, also when a clock that was ahead keeps the queue from freeing it', async () => {
    const answer = await send([project(6)], { prefer: 'respond-async' })
    expect(answer.statusCode).toBe(202)
    // The answer does not wait for its job. What the worker before left waiting is the job of another submission.
    await vi.waitFor(async () => {
      const taken = await database.pool.query(
        `update bullmq.job set state = 'active', lock_token = 'gone', locked_until_ms = 1, attempts_started = 1
         where queue = '370100-submissions' and state = 'waiting'
           and (data ->> 'submissionNo')::bigint = (select submission_no from submission where id = $1)`,
        [answer.json<{ id: string }>().id],
      )
      expect(taken.rowCount).toBe(1)
    }, 5000)
    await database.pool.query(
      `insert into bullmq.meta (queue, field, value) values ('370100-submissions', 'stalled-check', $1)
       on conflict (queue, field) do update set value = excluded.value`,
      [String(Date.now() + 86_400_000)],
    )
    const state = async () =>
      (await database.db.selectFrom('submission').select('state').where('id', '=', answer.json<{ id: string }>().id).executeTakeFirst())
        ?.state
    await withWorker(async () => vi.waitFor(async () => expect(await state()).toBe('finished'), 20_000), { HUIJIAO_SWEEP_MS: '1000' })
    await api.queues.all.get('submissions')!.obliterate({ force: true })
    await database.pool.query(`delete from bullmq.meta where field = 'stalled-check'`)
  })

  it('remove a body that a crash left over, and keep one that grows, is named, or only looks old', async () => {
    const path = () => join(api.hub.spoolDir, `${randomUUID()}.body`)
    const [left, growing, looksOld, named] = [path(), path(), path(), path()]
    for (const one of [left, growing, named]) await writeFile(one, 'x')
    const { id } = (await send([project(9)], { prefer: 'respond-async' })).json<{ id: string }>()
    await database.db.updateTable('submission').set({ spool_path: named }).where('id', '=', id).where('state', '=', 'storing').execute()
    let ms = 0
    const standstill = createStandstill(leftoverMs, () => ms)
    const look = () => removeLeftovers(api.hub, api.log, standstill)
    const there = async () => (await readdir(api.hub.spoolDir)).map((name) => join(api.hub.spoolDir, name))
    await look()
    ms += leftoverMs + 1
    await writeFile(growing, 'xy')
    await writeFile(looksOld, 'x')
    const yesterday = new Date(Date.now() - 24 * 3600 * 1000)
    await utimes(looksOld, yesterday, yesterday)
    await look()
    expect(await there()).not.toContain(left)
    expect(await there()).toEqual(expect.arrayContaining([growing, looksOld, named]))
    ms += leftoverMs + 1
    await look()
    expect(await there()).toEqual(expect.not.arrayContaining([growing, looksOld]))
    expect(await there()).toContain(named)
    await database.db.deleteFrom('submission').where('id', '=', id).execute()
    await rm(named)
  })

  it('forget nonces that are past their time', async () => {
    await database.db
      .insertInto('used_nonce')
      .values([
        { key_id: 'k', nonce: 'old', expires_at: new Date(Date.now() - 1000) },
        { key_id: 'k', nonce: 'new', expires_at: new Date(Date.now() + 60_000) },
      ])
      .execute()
    await withWorker(async () => {
      expect((await database.db.selectFrom('used_nonce').select('nonce').execute()).map((row) => row.nonce)).toEqual(['new'])
    })
  })

  it('answer 503 with Retry-After while the database is away, and go on when it is back', async () => {
    const { pool } = api.database
    const original = pool.connect.bind(pool)
    const away = vi
      .spyOn(pool, 'connect')
      .mockImplementation((() => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))) as never)
    const answer = await send([project(4)])
    away.mockRestore()
    expect(pool.connect).toBeTypeOf(typeof original)
    expect([answer.statusCode, answer.json<{ code: string }>().code, answer.headers['retry-after']]).toEqual([503, 'not-ready', '1'])
    expect((await send([project(4)])).statusCode).toBe(200)
  })

  it('never fail a request because the queue is away', async () => {
    const add = vi.spyOn(api.queues.all.get('submissions')!, 'add').mockRejectedValue(new Error('queue away'))
    const answer = await send([project(5)], { prefer: 'respond-async' })
    add.mockRestore()
    expect(answer.statusCode).toBe(202)
  })

  it('refuse to run over the database of another node', async () => {
    await expect(open({ HUIJIAO_REGION: '370200' })).rejects.toThrow(/belongs to node 370100/)
  })

  it('answer new requests with 503 once a stop was asked for', async () => {
    const context = await open()
    const stopping = await buildApp(context)
    context.beginStop()
    const answer = await stopping.inject({ method: 'GET', url: '/v1/standards' })
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([503, 'not-ready'])
    expect((await stopping.inject({ method: 'GET', url: '/readyz' })).statusCode).toBe(503)
    expect((await stopping.inject({ method: 'GET', url: '/livez' })).statusCode).toBe(200)
    await stopping.close()
    await context.close()
  })
})

describe('a node whose queue server is away', () => {
  it('starts, takes submissions, numbers the log, stores in the background, and stops', async () => {
    const node = await startTestNode({ worker: true, env: { HUIJIAO_QUEUE_URL: 'redis://127.0.0.1:1' } })
    try {
      const vendor = await enrol(node.context)
      const send = (serial: number, headers: Record<string, string>) =>
        node.app.inject({
          method: 'POST',
          url: '/v1/submissions',
          headers: { ...vendor.headers, 'content-type': 'application/json', ...headers },
          payload: JSON.stringify(submission([project(serial)])),
        })
      expect((await node.app.inject('/readyz')).statusCode).toBe(200)
      expect((await send(1, {})).statusCode).toBe(200)
      const answer = await send(2, { prefer: 'respond-async' })
      expect(answer.statusCode).toBe(202)
      const stored = () =>
        node.database.db.selectFrom('submission').select('state').where('id', '=', answer.json<{ id: string }>().id).executeTakeFirst()
      await vi.waitFor(async () => expect((await stored())?.state).toBe('finished'), 10_000)
      await vi.waitFor(async () => expect((await node.database.pool.query('select 1 from log_pending')).rowCount).toBe(0), 5000)
    } finally {
      await node.stop()
    }
  })
})
