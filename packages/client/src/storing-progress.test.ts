import { describe, expect, it } from 'vitest'
import type { Destination } from './http/destination.ts'
import { defaultPatience } from './http/send.ts'
import { progressWords } from './push/storing.ts'
import { followProgress, progressOfAnswer, type StoringProgress, withProgress } from './storing-progress.ts'

const patience = { ...defaultPatience, totalMs: 0 }
const path = '/v1/submissions/1e8ff4cc-25ea-4de4-aa4f-2531371bd198'
const at = (done: number, state = 'storing') => ({
  state,
  outcome: state === 'finished' ? 'accepted' : null,
  progress: {
    records: { done, refused: 1 },
    bytes: { done: done * 10, total: 100 },
    share: done / 10,
    rate: { records: 4.4, bytes: 44 },
    secondsLeft: 2,
    paused: null,
  },
  mark: `${state}-${done}`,
})

/** A node that gives these answers in turn. */
function answering(answers: readonly (object | number)[]): { to: Destination; asked: string[] } {
  const asked: string[] = []
  const rest = [...answers]
  const node = (url: unknown) => {
    asked.push(String(url).replace('http://node', ''))
    const next = rest.shift()
    return Promise.resolve(
      typeof next === 'number'
        ? new Response('{}', { status: next, headers: { 'content-type': 'application/problem+json' } })
        : new Response(JSON.stringify(next)),
    )
  }
  return { to: { url: 'http://node', credentials: null, fetch: node as typeof fetch }, asked }
}
async function all(to: Destination): Promise<StoringProgress[]> {
  const seen: StoringProgress[] = []
  for await (const now of followProgress(to, path, patience)) seen.push(now)
  return seen
}

describe('following a submission', () => {
  it('waits at the node for what is new since the last answer, until it has ended', async () => {
    const { to, asked } = answering([at(1), at(4), at(10, 'finished')])
    const seen = await all(to)
    expect(asked).toEqual([`${path}/progress`, `${path}/progress?wait=20&since=storing-1`, `${path}/progress?wait=20&since=storing-4`])
    expect(seen.map((now) => [now.state, now.records?.done])).toEqual([
      ['storing', 1],
      ['storing', 4],
      ['finished', 10],
    ])
  })

  it('asks for the state at a node that has no such address', async () => {
    const { to, asked } = answering([404, { state: 'storing', storedRecords: 7 }, { state: 'finished', storedRecords: 9 }])
    const seen = await all(to)
    expect(asked).toEqual([`${path}/progress`, path, path])
    expect(seen.map((now) => [now.state, now.records?.done, now.share])).toEqual([
      ['storing', 7, null],
      ['finished', 9, null],
    ])
  })

  it('ends with a submission that lost its body', async () => {
    const { to } = answering([at(1), at(1, 'incomplete')])
    expect((await all(to)).at(-1)?.state).toBe('incomplete')
  })

  it('keeps the query of an address that says whose submission it is', () => {
    expect(withProgress('/admin/v1/submissions/x?participant=p-1')).toBe('/admin/v1/submissions/x/progress?participant=p-1')
  })
})

describe('the words for a progress', () => {
  it('add what was done before, and tell the rate, the refusals and a pause', () => {
    expect(progressWords(progressOfAnswer(at(3)), { records: 100, refused: 2 })).toEqual({
      zh: '103 条，退回 3，每秒 4 条',
      en: '103 records, 3 refused, 4 a second',
    })
    expect(progressWords({ ...progressOfAnswer(at(3, 'paused')), rate: null })).toEqual({
      zh: '3 条，退回 1，已暂停',
      en: '3 records, 1 refused, paused',
    })
  })
})
