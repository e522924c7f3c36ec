import { addPublicKey, createParticipant } from '@huijiao/exchange'
import { startRedisServer } from '@huijiao/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { checkConfiguration } from '../src/check.ts'
import { startWorker, type Worker } from '../src/worker.ts'
import { enrol, project, startTestNode, submission, type TestNode } from './node.ts'

const redis = await startRedisServer()

describe.skipIf(redis === null)('a city and a province whose queues are on one Redis that keeps nothing on disk', () => {
  let city: TestNode
  let province: TestNode
  let vendor: Awaited<ReturnType<typeof enrol>>
  let serial = 0
  let later: Worker | undefined
  const sent: string[] = []

  beforeAll(async () => {
    const queue = { HUIJIAO_QUEUE_URL: redis!.url, HUIJIAO_SWEEP_MS: '500' }
    province = await startTestNode({ listen: true, worker: true, env: { HUIJIAO_REGION: '370000', HUIJIAO_TIER: 'provincial', ...queue } })
    const upstreams = JSON.stringify([{ name: '370000', url: province.url, tier: 'provincial' }])
    city = await startTestNode({ listen: true, worker: true, env: { HUIJIAO_UPSTREAMS: upstreams, ...queue } })
    const { name, region } = city.context.hub.node
    const { participant_id } = await createParticipant(province.context.hub, 'operator:test', {
      participantId: `p-${name}`,
      kind: 'node',
      name: `节点 ${name}`,
      regions: [region],
      nodeName: name,
    })
    const { keyId, publicKey } = city.context.hub.signingKey
    await addPublicKey(province.context.hub, 'operator:test', participant_id, {
      keyId,
      algorithm: 'ed25519',
      publicKey: publicKey.toString('base64'),
    })
    vendor = await enrol(city.context, ['370100'], 'p-vendor')
  })
  afterAll(async () => {
    await redis?.start().catch(() => undefined)
    await later?.stop()
    for (const node of [city, province]) await node?.stop()
    await redis?.stop()
  })

  const post = async (records: unknown[], headers: Record<string, string> = {}) => {
    const response = await fetch(`${city.url}/v1/submissions`, {
      method: 'POST',
      headers: { ...vendor.headers, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(submission(records)),
    })
    return { status: response.status, json: (await response.json()) as Record<string, any> }
  }
  /** Hands in records that must be at the province in the end. */
  const submit = async (count: number) => {
    const { status, json } = await post(Array.from({ length: count }, () => project((serial += 1))))
    expect([status, json['counts']?.accepted]).toEqual([200, count])
    for (const record of json['records']) sent.push(record.recordId as string)
  }
  const atProvince = async () => {
    const rows = await province.database.db.selectFrom('stream').select('record_id').execute()
    const held = new Set(rows.map((row) => `r_${row.record_id.replaceAll('-', '')}`))
    return sent.filter((id) => held.has(id)).length
  }
  const allArrive = () => vi.waitFor(async () => expect(await atProvince()).toBe(sent.length), { timeout: 30_000, interval: 200 })

  it('answers receipts while Redis is gone, and everything is above when it is back, empty', async () => {
    await submit(3)
    await redis!.kill()
    await submit(3)
    await submit(3)
    await redis!.start()
    await submit(3)
    await allArrive()
    expect(await atProvince()).toBe(12)
  }, 60_000)

  it('loses nothing when Redis is emptied again and again while records come', async () => {
    for (let round = 0; round < 12; round += 1) {
      await submit(2)
      expect(await redis!.command('FLUSHALL')).toContain('+OK')
    }
    await allArrive()
  }, 60_000)

  it('finishes what was accepted in the background, although Redis was started anew and the job for it was gone', async () => {
    // A process that only answers: nobody in it does the work by itself, so the job is all there is, and it is lost.
    await city.worker!.stop()
    const { status, json } = await post([project((serial += 1)), project((serial += 1))], { prefer: 'respond-async' })
    expect(status).toBe(202)
    await redis!.kill()
    await redis!.start()
    later = await startWorker(city.context)
    await vi.waitFor(
      async () => {
        const row = city.database.db.selectFrom('submission').select('state').where('id', '=', String(json['id']))
        expect((await row.executeTakeFirst())?.state).toBe('finished')
      },
      { timeout: 30_000, interval: 200 },
    )
    await submit(1)
    await allArrive()
  }, 90_000)

  it('is found sound by the doctor; one that may drop keys is not, nor one that is away', async () => {
    const look = async () =>
      (
        await checkConfiguration({ HUIJIAO_REGION: '370100', HUIJIAO_TIER: 'municipal', HUIJIAO_PORT: '0', HUIJIAO_QUEUE_URL: redis!.url })
      ).find(({ about }) => about === 'HUIJIAO_QUEUE_URL')
    expect(await look()).toMatchObject({ level: 'ok' })
    await redis!.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    expect(await look()).toMatchObject({
      level: 'error',
      zh: expect.stringContaining('noeviction'),
      en: expect.stringContaining('allkeys-lru'),
    })
    await redis!.kill()
    expect(await look()).toMatchObject({ level: 'error', zh: '连不上 Redis' })
    await redis!.start()
  }, 30_000)
})
