import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publicKeyFromRaw, verifyDocument } from '@huijiao/identity'
import { canonicalize } from '@huijiao/merkle'
import { exampleDirectory, type ProblemDocument } from '@huijiao/problem'
import { createTestDatabase, type TestDatabase } from '@huijiao/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AdapterDelivery } from '../src/transport/adapter.ts'
import { createFrontTables } from '../src/transport/front-tables.ts'
import { adminToken, enrol, project, startTestNode, submission, type TestNode } from './node.ts'

/** The database between a city's node and a platform that is no node. The platform's part is played by the statements below. */
let front: TestDatabase
let city: TestNode
let dir: string
let vendor: Awaited<ReturnType<typeof enrol>>
const program = join(import.meta.dirname, '../../../packages/client/src/main.ts')
const admin = { authorization: `Bearer ${adminToken}` }

beforeEach(async () => {
  front = await createTestDatabase({ empty: true })
  dir = await mkdtemp(join(tmpdir(), 'huijiao-front-'))
  const url = new URL(front.url)
  await writeFile(join(dir, 'password'), `${decodeURIComponent(url.password)}\n`)
  url.password = ''
  url.searchParams.set('schema', 'qzk')
  city = await startTestNode({
    worker: true,
    listen: true,
    env: {
      HUIJIAO_LINK_POLL_MS: '50',
      HUIJIAO_UPSTREAMS: JSON.stringify([
        { name: 'platform', url: url.href, passwordFile: join(dir, 'password'), tier: 'provincial', entities: ['TBProjectInfo'] },
      ]),
    },
  })
  vendor = await enrol(city.context, ['370100'], 'p-vendor')
})
afterEach(async () => {
  await city?.stop()
  await front?.drop()
  await rm(dir, { recursive: true, force: true })
})

const submit = async (records: unknown[]): Promise<string[]> => {
  const answer = await fetch(`${city.url}/v1/submissions`, {
    method: 'POST',
    headers: { ...vendor.headers, 'content-type': 'application/json' },
    body: JSON.stringify(submission(records)),
  })
  const told = (await answer.json()) as { records: { recordId: string }[] }
  expect(told).toHaveProperty('records')
  return told.records.map((one) => one.recordId)
}
const linkOf = async () =>
  (await city.app.inject({ url: '/admin/v1/links', headers: admin })).json<{ items: Record<string, any>[] }>().items[0] as Record<
    string,
    any
  >
const rows = async () => (await front.pool.query('select * from qzk."TBProjectInfo" order by hj_written_at, hj_position')).rows
const arrive = (count: number) =>
  vi.waitFor(async () => {
    const found = await rows()
    expect(found).toHaveLength(count)
    return found
  }, 10_000)
const deliveryOf = (id: string): AdapterDelivery => ({
  id,
  digest: 'sha-256:0',
  envelope: { delivery: 1, from: { node: '370100' }, producedAt: new Date(0).toISOString() } as AdapterDelivery['envelope'],
  records: [
    {
      ...{
        position: 0,
        entity: 'TBProjectInfo',
        recordId: 'r_1',
        operation: 'upsert',
        stream: '370100/p-vendor',
        epoch: 1,
        n: 1,
        release: '2018',
      },
      ...{ commitment: 'sha-256:0', reportingRegion: '370102', reason: null, fields: { PrjNum: '3701022001010199' } },
    },
  ],
})
const take = (state: string, reason: string | null = null) =>
  front.pool.query(
    `update qzk."TBProjectInfo" set hj_state = $1, hj_reason = $2, hj_judged_at = hj_written_at where hj_state = 'waiting'`,
    [state, reason],
  )

/** The page of the code shows what was really said: `HUIJIAO_WRITE_EXAMPLES=1` writes it down. */
function keepExample(problem: ProblemDocument): void {
  const file = join(exampleDirectory, 'front.json')
  const sent = "（前置库 front tables）update \"TBProjectInfo\" set hj_state = 'refused', hj_reason = '立项文号与平台不一致' …"
  const mended = '在来源系统改正后重新报送，新版本自动上报\nMend it where it comes from and send it: the new version goes up by itself'
  const example = JSON.parse(JSON.stringify({ 'far-refused': { sent, problem, mended } }))
  if (process.env['HUIJIAO_WRITE_EXAMPLES'] === '1') writeFileSync(file, `${JSON.stringify(example, null, 1)}\n`)
  else expect(example).toEqual(JSON.parse(readFileSync(file, 'utf8')))
}

describe('front tables in a PostgreSQL database', () => {
  it('get a row for each record, with its fields by their names, and the link waits until the far system has spoken', async () => {
    const [recordId] = await submit([project(1)])
    const [row] = await arrive(1)
    expect(row).toMatchObject({
      hj_record: recordId,
      hj_operation: 'upsert',
      hj_state: 'waiting',
      hj_n: 1,
      hj_stream: '370100/p-vendor',
      PrjNum: '3701022001010102',
      PrjName: '示例花园 1（合成）',
      AllInvest: '18600.5',
    })
    const link = await linkOf()
    expect(link).toMatchObject({ state: 'forwarding', lastError: null, delivered: { records: 0 } })
    // It may have passed what stands before the part and goes nowhere, not the part itself.
    const part = await city.database.db.selectFrom('log_entry').select('index').where('kind', '=', 'part').executeTakeFirstOrThrow()
    expect(link?.['cursor']).toBeLessThanOrEqual(part.index)
    await take('taken')
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle', parked: 0, delivered: { records: 1 } }), 10_000)
  })

  it('cannot be compared: the API and the command line say so, and what there is instead', async () => {
    const answer = await city.app.inject({ method: 'POST', url: '/admin/v1/links/platform/reconcile', headers: admin })
    expect(answer.json()).toMatchObject({
      code: 'parameter-invalid',
      status: 400,
      detail: expect.stringContaining('无法对账'),
      hint: expect.stringContaining('hj_commitment'),
      en: { detail: expect.stringContaining('nothing to compare with'), hint: expect.stringContaining('no node') },
    })
    await writeFile(join(dir, 'token'), adminToken)
    const huijiao = (...args: string[]) =>
      new Promise<{ code: unknown; out: string }>((done) =>
        execFile(process.execPath, [program, ...args, '--node', city.url, '--token-file', join(dir, 'token')], (error, out, err) =>
          done({ code: error?.code ?? 0, out: out + err }),
        ),
      )
    expect(await huijiao('reconcile')).toEqual({ code: 1, out: expect.stringContaining('platform：不经 HTTP，无法对账') })
    expect(JSON.parse((await huijiao('reconcile', '--json')).out)).toEqual({ runs: [], skipped: ['platform'] })
    const named = await huijiao('reconcile', 'platform')
    expect([named.code === 0, named.out]).toEqual([false, expect.stringContaining('hj_commitment')])
  })

  it('get a receipt signed by the adapter’s own key, which is not the node’s', async () => {
    await submit([project(2)])
    await arrive(1)
    await take('taken')
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle' }), 10_000)
    const { receipt } = await city.database.db.selectFrom('delivery').select('receipt').executeTakeFirstOrThrow()
    const { signatures, ...document } = JSON.parse(String(receipt))
    expect(document.node).toMatchObject({ name: 'platform' })
    const raw = Buffer.from(document.adapter.publicKey, 'base64')
    expect(raw.equals(city.context.hub.signingKey.publicKey)).toBe(false)
    const keyOf = () => ({ algorithm: 'ed25519' as const, publicKey: publicKeyFromRaw(raw) })
    expect(verifyDocument(canonicalize(document), signatures, keyOf)).toMatchObject({ verified: ['platform-adapter-1'], broken: [] })
    const kept = (await front.pool.query('select receipt from qzk.hj_delivery')).rows[0].receipt as Buffer
    expect(kept.equals(receipt as Buffer)).toBe(true)
  })

  it('park what the far system refuses, with its words, and take the mended record as a new row', async () => {
    const [recordId] = await submit([project(3)])
    await arrive(1)
    await take('refused', '立项文号与平台不一致')
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ parked: 1 }), 10_000)
    const parked = (await city.app.inject({ url: `/admin/v1/parked?record=${recordId}`, headers: admin })).json<{
      items: Record<string, any>[]
    }>()
    expect(parked.items[0]).toMatchObject({ link: 'platform', reason: 'far-refused', problems: [{ detail: '立项文号与平台不一致' }] })
    keepExample(parked.items[0]?.['problems'][0] as ProblemDocument)
    await submit([project(3, { PrjName: '更正后的花园（合成）' })])
    const [, second] = await arrive(2)
    expect(second).toMatchObject({ hj_record: recordId, hj_n: 2, PrjName: '更正后的花园（合成）' })
    await take('taken')
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle', parked: 0 }), 10_000)
  })

  it('write nothing twice when the node stops between writing and hearing, and go on where they were', async () => {
    const ids = await submit([project(4), project(5)])
    await arrive(2)
    await city.worker?.stop()
    await take('taken')
    const { startWorker } = await import('../src/worker.ts')
    const worker = await startWorker(city.context)
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle', delivered: { deliveries: 1, records: 2 } }), 10_000)
    expect((await rows()).map((row) => row.hj_record).toSorted()).toEqual([...ids].toSorted())
    await worker.stop()
  })

  it('are an outage when they cannot be reached, and nothing is parked', async () => {
    await submit([project(6)])
    await arrive(1)
    await take('taken')
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle' }), 10_000)
    await front.pool.query('alter schema qzk rename to away')
    await submit([project(7)])
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'failing', parked: 0 }), 10_000)
    await front.pool.query('drop schema if exists qzk cascade')
    await front.pool.query('alter schema away rename to qzk')
    await arrive(2)
    await take('taken')
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle', parked: 0, delivered: { records: 2 } }), 15_000)
  })

  it('are made once more when the transaction that made them was undone, and when the far system has cleared its database', async () => {
    // The table of records is the far system's, and takes nothing yet; the one of deliveries is made, and undone with what was refused.
    await front.pool.query('create schema qzk')
    await front.pool.query('create table qzk."TBProjectInfo" (hj_delivery uuid, hj_position integer, check (false))')
    await submit([project(8)])
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'failing', parked: 0 }), 10_000)
    await front.pool.query('drop table qzk."TBProjectInfo"')
    await arrive(1)
    await take('taken')
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle', delivered: { records: 1 } }), 15_000)
    await front.pool.query('drop schema qzk cascade')
    await submit([project(9)])
    await arrive(1)
    await take('taken')
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle', parked: 0, delivered: { records: 2 } }), 15_000)
  })

  describe('that were put back to an older state', () => {
    const [tables, saved] = [['hj_delivery', '"TBProjectInfo"'], 'saved']
    const save = async () => {
      await front.pool.query(`create schema ${saved}`)
      for (const table of tables) {
        await front.pool.query(`create table ${saved}.${table} (like qzk.${table} including all)`)
        await front.pool.query(`insert into ${saved}.${table} select * from qzk.${table}`)
      }
    }
    const putBack = async () => {
      await front.pool.query('drop schema qzk cascade')
      await front.pool.query(`alter schema ${saved} rename to qzk`)
    }
    const delivered = async (n: number) => {
      const [recordId] = await submit([project(n)])
      await vi.waitFor(async () => expect((await rows()).some((row) => row.hj_record === recordId)).toBe(true), 10_000)
      await take('taken')
      await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle' }), 10_000)
      return recordId as string
    }
    const finished = async () =>
      await city.database.db
        .selectFrom('delivery')
        .select(['delivery_id', 'receipt'])
        .where('state', '=', 'finished')
        .orderBy('number')
        .execute()

    it('get again what they had taken since, in the old order, before anything new, and give another receipt', async () => {
      await delivered(20)
      await save()
      const since = [await delivered(21), await delivered(22)]
      const before = await finished()
      await putBack()
      expect(await rows()).toHaveLength(1)
      const [fresh] = await submit([project(23)])
      // One after the other: each waits until the far system has spoken of the one before.
      for (const [at, recordId] of [...since, fresh].entries()) {
        expect((await arrive(2 + at)).at(-1)).toMatchObject({ hj_record: recordId, hj_state: 'waiting' })
        await take('taken')
      }
      await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle', parked: 0, delivered: { records: 4 } }), 10_000)
      const after = await finished()
      expect(after.slice(0, 3).map((one) => one.delivery_id)).toEqual(before.map((one) => one.delivery_id))
      expect(after[0]?.receipt).toEqual(before[0]?.receipt)
      expect(after[1]?.receipt).not.toEqual(before[1]?.receipt)
      const kept = await city.database.db.selectFrom('receipt_before').select(['delivery_id', 'receipt']).execute()
      expect(kept.toSorted((a, b) => a.delivery_id.localeCompare(b.delivery_id))).toEqual(
        before.slice(1).toSorted((a, b) => a.delivery_id.localeCompare(b.delivery_id)),
      )
      await vi.waitFor(async () => {
        const told = await city.database.db.selectFrom('log_entry').select('body').where('kind', '=', 'link').execute()
        expect(told.map(({ body }) => JSON.parse(String(body)))).toContainEqual({
          action: 'far-side-restored',
          upstream: 'platform',
          deliveries: 2,
        })
      }, 10_000)
    })

    it('are looked at when nothing new goes there', async () => {
      await delivered(24)
      await save()
      const since = await delivered(25)
      await putBack()
      await city.worker?.sweepNow()
      expect((await arrive(2))[1]).toMatchObject({ hj_record: since, hj_state: 'waiting' })
    })

    it('get again what they still have and do not remember to have taken', async () => {
      await submit([project(26)])
      await arrive(1)
      await take('taken')
      await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle' }), 10_000)
      await front.pool.query('update qzk.hj_delivery set receipt = null')
      await front.pool.query(`update qzk."TBProjectInfo" set hj_state = 'waiting'`)
      await city.worker?.sweepNow()
      await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'forwarding' }), 10_000)
      await take('refused', '恢复后不再接收')
      await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ parked: 1 }), 10_000)
      expect(await rows()).toHaveLength(1)
    })
  })

  it('are made in a schema that is there by an account that may make no schemas', async () => {
    const role = `front_${Math.random().toString(36).slice(2)}`
    await front.pool.query(`create role ${role} login password 'p'`)
    await front.pool.query(`create schema qzk authorization ${role}`)
    const url = new URL(front.url)
    url.username = role
    url.searchParams.set('schema', 'qzk')
    url.password = ''
    await writeFile(join(dir, 'password'), 'p')
    const adapter = createFrontTables({
      ...{ url: url.href, passwordFile: join(dir, 'password'), fieldsOf: () => ['PrjNum'], now: () => new Date(), log: city.context.log },
    })
    try {
      await adapter.put(deliveryOf(randomUUID()))
      expect(await rows()).toMatchObject([{ PrjNum: '3701022001010199', hj_state: 'waiting' }])
    } finally {
      await adapter.close()
      await front.pool.query(`drop owned by ${role} cascade`)
      await front.pool.query(`drop role ${role}`)
    }
  })

  it('get another receipt for one that the adapter’s key has not signed: its key was lost, or somebody wrote it', async () => {
    const [recordId] = await submit([project(10)])
    await arrive(1)
    await front.pool.query('update qzk.hj_delivery set receipt = $1', [Buffer.from('{"receipt":1,"signatures":[]}')])
    await take('taken')
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle', delivered: { records: 1 } }), 10_000)
    const { receipt } = await city.database.db.selectFrom('delivery').select('receipt').executeTakeFirstOrThrow()
    expect(JSON.parse(String(receipt))).toMatchObject({ records: [{ recordId, outcome: 'accepted' }] })
    expect((await front.pool.query('select receipt from qzk.hj_delivery')).rows[0].receipt).toEqual(receipt)
  })
})
