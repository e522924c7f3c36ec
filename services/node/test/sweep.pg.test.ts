import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sweep } from '../src/jobs/sweep.ts'
import { enrol, project, startTestNode, submission, type TestNode } from './node.ts'

describe('the sweep', () => {
  let node: TestNode
  beforeAll(async () => {
    node = await startTestNode()
  })
  afterAll(() => node.stop())

  it('goes to its end while the queue is away, and leaves no rejection behind that would end the process', async () => {
    const { headers } = await enrol(node.context)
    const answer = await node.app.inject({
      method: 'POST',
      url: '/v1/submissions',
      headers: { ...headers, prefer: 'respond-async' },
      payload: submission([project(1)]),
    })
    expect(answer.statusCode).toBe(202)
    const unheard: unknown[] = []
    const hear = (reason: unknown) => void unheard.push(reason)
    process.on('unhandledRejection', hear)
    let asked = 0
    const add = () => {
      asked += 1
      return Promise.reject(new Error('the queue is away'))
    }
    await sweep(
      { ...node.context, queues: { ...node.context.queues, add } },
      {
        wakeSequencer: () => {},
        wakeSeal: () => {},
        wakeLink: () => {},
        links: [],
        feedLate: () => false,
        feedNow: () => {},
        storeLate: () => false,
        storeNow: () => {},
        removeLeftovers: async () => {},
      },
    )
    await new Promise((settle) => setImmediate(settle))
    process.removeListener('unhandledRejection', hear)
    expect([asked, unheard]).toEqual([2, []])
  })

  it('speaks to a level above itself when the job for it has been waiting too long, as one does that a wrong clock has put off', async () => {
    const spoken: number[] = []
    const queued: unknown[] = []
    const add = async (name: string, data: unknown) => void queued.push([name, data])
    await sweep(
      { ...node.context, queues: { ...node.context.queues, add } },
      {
        ...{ wakeSequencer: () => {}, wakeSeal: () => {}, wakeLink: () => {}, links: [7, 8] },
        feedLate: (link) => link === 8,
        feedNow: (link) => void spoken.push(link),
        ...{ storeLate: () => false, storeNow: () => {}, removeLeftovers: async () => {} },
      },
    )
    expect(spoken).toEqual([8])
    expect(queued).toContainEqual(['feed', { link: 7 }])
    expect(queued).toContainEqual(['feed', { link: 8 }])
  })
})
