import type { FeedEvents } from '@huijiao/exchange'
import { pino } from 'pino'
import { describe, expect, it, vi } from 'vitest'
import { createFeedWaiters, type Waiting } from './feed-waiters.ts'

const nothing: FeedEvents = {
  participants: new Set(),
  notices: false,
  standards: false,
  down: false,
  next: { index: 10, down: 10 },
  more: false,
}
const waitingFor = (participantId: string, more: Partial<Waiting> = {}): Waiting => ({
  participantId,
  outcomes: true,
  notices: false,
  standards: false,
  down: false,
  ...more,
})

function open(events: () => FeedEvents) {
  const reads: number[] = []
  let sizes = 0
  const waiters = createFeedWaiters({
    start: async () => {
      sizes += 1
      return { index: 10, down: 10 }
    },
    read: async (from) => {
      reads.push(from.index)
      return events()
    },
    log: pino({ level: 'silent' }),
  })
  return { waiters, reads, sizes: () => sizes }
}

const never = new AbortController().signal

describe('those who wait for the feed', () => {
  it('are served with one reading of the log however many they are, and only those concerned are woken', async () => {
    let events = nothing
    const { waiters, reads, sizes } = open(() => events)
    const woken: string[] = []
    const listeners = await Promise.all(Array.from({ length: 2000 }, (_, at) => waiters.listen(waitingFor(`p-${at}`))))
    expect([waiters.count(), sizes()]).toEqual([2000, 1])
    for (const [at, listener] of listeners.entries()) void listener.next(60_000, never).then(() => woken.push(`p-${at}`))
    events = { ...nothing, participants: new Set(['p-7', 'p-1999', 'p-unknown']), next: { index: 11, down: 10 } }
    for (let at = 0; at < 50; at += 1) waiters.grown()
    await vi.waitFor(() => expect(woken.toSorted()).toEqual(['p-1999', 'p-7']), 2000)
    expect(reads).toEqual([10])
    events = { ...nothing, notices: true, next: { index: 12, down: 10 } }
    waiters.grown()
    await vi.waitFor(() => expect(reads).toEqual([10, 11]), 2000)
    expect(woken).toHaveLength(2)
    for (const listener of listeners) listener.end()
    expect(waiters.count()).toBe(0)
    waiters.stop()
  })

  it('hear what came while they were reading', async () => {
    const { waiters } = open(() => ({ ...nothing, participants: new Set(['p-1']), next: { index: 11, down: 10 } }))
    const listener = await waiters.listen(waitingFor('p-1'))
    waiters.grown()
    await new Promise((done) => setTimeout(done, 200)) // reading takes a while; nobody waits yet
    const began = performance.now()
    await listener.next(30_000, never)
    expect(performance.now() - began).toBeLessThan(20_000)
    listener.end()
    waiters.stop()
  })

  it('end when their caller goes, when their time is over, and when the node stops', async () => {
    const { waiters } = open(() => nothing)
    const gone = new AbortController()
    const one = await waiters.listen(waitingFor('p-1'))
    const leaving = one.next(60_000, gone.signal)
    gone.abort()
    await leaving
    await one.next(5, never)
    const staying = one.next(60_000, never)
    waiters.stop()
    await staying
    await one.next(60_000, never)
    one.end()
    expect(waiters.count()).toBe(0)
  })

  it('are told their time is over, and no more, when the log cannot be read', async () => {
    const waiters = createFeedWaiters({
      start: async () => ({ index: 0, down: 0 }),
      read: async () => {
        throw new Error('the database is away')
      },
      log: pino({ level: 'silent' }),
    })
    const listener = await waiters.listen(waitingFor('p-1'))
    waiters.grown()
    await listener.next(150, never)
    listener.end()
    expect(waiters.count()).toBe(0)
    waiters.stop()
  })
})
