import { addApiKey, createParticipant } from '@huijiao/exchange'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ExampleNode, openExamples } from './example-harness.ts'

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
})
