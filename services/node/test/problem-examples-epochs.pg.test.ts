import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  addApiKey,
  addPendingEntry,
  createParticipant,
  detachLog,
  detachVersions,
  keepVersionPartitions,
  sequenceLog,
} from '@huijiao/exchange'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ExampleNode, openExamples } from './example-harness.ts'
import { project } from './node.ts'

let at: ExampleNode
let lower: { authorization: string }
beforeAll(async () => {
  at = await openExamples('epochs', 7000, { env: { HUIJIAO_REGION: '370000', HUIJIAO_TIER: 'provincial' } })
  const { hub } = at.node.context
  await createParticipant(hub, 'operator:test', {
    participantId: 'p-370100',
    kind: 'node',
    name: '节点 370100（合成）',
    regions: ['370100'],
    nodeName: '370100',
  })
  lower = { authorization: `Bearer ${(await addApiKey(hub, 'operator:test', 'p-370100')).secret}` }
})
afterAll(() => at.close())

describe('a problem between nodes has the example on its page', () => {
  const current = { number: 2, id: '5d0c1f2e3a4b5c6d' }
  const contact = (serial: number, more: object = {}) => ({
    url: '/v1/epoch',
    headers: lower,
    body: JSON.stringify({
      contact: 1,
      call: String(serial).padStart(32, '0'),
      previous: [],
      epoch: current,
      checkpoint: null,
      epochs: [],
      ...more,
    }),
  })
  const callOf = (serial: number) => String(serial).padStart(32, '0')

  it('when a node is not the one that is known', async () => {
    expect((await at.send(contact(1))).status).toBe(200)
    await at.whole('epoch-claimed', contact(2), contact(3, { previous: [callOf(1)] }))
    const old = { number: 1, id: '8c1f5e0a9b3d2c47' }
    await at.whole(
      'epoch-ended',
      contact(4, { epoch: old, previous: [callOf(3)] }),
      '停掉旧的一处；确应由它接替时，以 huijiao node --new-epoch 启动\nStop the old one; if it is to take over, start it with huijiao node --new-epoch',
    )
    await at.whole(
      'epoch-unconfirmed',
      contact(5, { epoch: { number: 3, id: '0a1b2c3d4e5f6071' }, previous: [callOf(3)] }),
      '在 epochs 中带上新纪元的首条及其证明，其正文写明由纪元 2 而来\nSend in epochs the entry that begins the new epoch, with its proof; its body names epoch 2',
    )
  })

  it('when entries of the log are kept elsewhere', async () => {
    const { hub } = at.node.context
    const dir = await mkdtemp(join(tmpdir(), 'huijiao-example-'))
    await hub.db.transaction().execute(async (trx) => {
      for (let entry = 0; entry < 300; entry++)
        await addPendingEntry(trx, {
          kind: 'link',
          instant: hub.clock.now(),
          actor: 'operator:test',
          subject: `n-${entry}`,
          body: { entry },
        })
    })
    await sequenceLog(hub)
    // No worker runs here: its readers have read it all.
    for (const name of ['entry-entities', 'identity', 'linkage', 'policy', 'problem-groups', 'reconcile', 'search'])
      await sql`insert into reader values (${name}, 300) on conflict (name) do update set cursor = 300`.execute(hub.db)
    const place = '370000 档案室 7 号柜 · archive, cabinet 7'
    const { directory } = await detachLog(hub, { to: 256, into: dir, place, actor: 'operator:test' })
    const asked = { method: 'GET', url: '/v1/log/tile/entries/000', anonymous: true } as const
    await at.whole(
      'log-range-detached',
      asked,
      '凭 /v1/log/tile/0/000 核对该处的 tile/entries/000；或请管理员运行 huijiao log attach\nHold tile/entries/000 from there against /v1/log/tile/0/000, or have the operator run huijiao log attach',
    )
    expect(directory).toContain('370000-log-0-256')
    await rm(dir, { recursive: true })
  })

  it('when the content of an old version is kept elsewhere', async () => {
    const { hub } = at.node.context
    const dir = await mkdtemp(join(tmpdir(), 'huijiao-example-'))
    let recordId = ''
    for (const PrjName of ['示例花园一期（合成）', '示例花园二期（合成）']) {
      const answer = await at.send({ body: JSON.stringify(at.submissionOf([project(1, { PrjName })])) })
      recordId = (answer.json() as { records: [{ recordId: string }] }).records[0].recordId
    }
    await sequenceLog(hub)
    await sql`update reader set cursor = 10000`.execute(hub.db)
    await sql`select setval('part_id_seq', 65536)`.execute(hub.db)
    await keepVersionPartitions(hub)
    const place = '370000 档案室 7 号柜 · archive, cabinet 7'
    const moved = await detachVersions(hub, { to: 65_536, into: dir, place, actor: 'operator:test' })
    expect(moved).toMatchObject({ from: 0, to: 65_536, moved: 1 })
    const url = `/v1/records/${recordId}/custody`
    await at.whole('version-range-detached', { method: 'GET', url: `${url}?version=1` }, { method: 'GET', url })
    await rm(dir, { recursive: true })
  })
})
