import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLull, createSoon } from './soon.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Asks every `every` ms for `during` ms, and tells after how many ms the work was done each time. */
function asks(create: (work: () => void) => { ask(): void; cancel(): void }, every: number, during: number): number[] {
  const began = performance.now()
  const done: number[] = []
  const soon = create(() => done.push(Math.round(performance.now() - began)))
  for (let at = 0; at < during; at += every) {
    soon.ask()
    vi.advanceTimersByTime(every)
  }
  vi.advanceTimersByTime(60_000)
  return done
}

describe('createSoon', () => {
  it('makes one call of many asks, a while after the first', () => {
    expect(asks((work) => createSoon(50, work), 10, 50)).toEqual([50])
  })

  it('does nothing any more once it is cancelled', () => {
    const done: number[] = []
    const soon = createSoon(50, () => done.push(1))
    soon.ask()
    soon.cancel()
    vi.advanceTimersByTime(1000)
    expect(done).toEqual([])
    soon.ask()
    vi.advanceTimersByTime(50)
    expect(done).toEqual([1])
  })
})

describe('createLull', () => {
  it('waits until nobody has asked for a while', () => {
    expect(asks((work) => createLull(500, 10_000, work), 100, 2000)).toEqual([2400])
  })

  it('is late by no more than it may be when asking never ends', () => {
    const done = asks((work) => createLull(500, 2000, work), 100, 6100)
    expect(done[0]).toBe(2000)
    for (const [at, when] of done.slice(1).entries()) expect(when - (done[at] as number)).toBeLessThanOrEqual(2100)
    expect(done.length).toBeGreaterThanOrEqual(3)
  })
})
