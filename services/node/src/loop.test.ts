import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createLoop } from './loop.ts'

describe('a loop', () => {
  it('turns many asks during a run into one more run, never two at a time', async () => {
    let runs = 0
    let together = 0
    let most = 0
    const loop = createLoop(
      async () => {
        runs += 1
        together += 1
        most = Math.max(most, together)
        await delay(5)
        together -= 1
        return false
      },
      () => {},
    )
    for (let i = 0; i < 10; i += 1) loop.wake()
    await loop.idle()
    expect([runs, most]).toEqual([2, 1])
  })

  it('runs again while a step says so', async () => {
    let left = 4
    const loop = createLoop(
      async () => (left -= 1) > 0,
      () => {},
    )
    loop.wake()
    await loop.idle()
    expect(left).toBe(0)
  })

  it('rests after an error and runs at the next ask', async () => {
    const errors: unknown[] = []
    let fail = true
    let done = 0
    const loop = createLoop(
      async () => {
        if (fail) throw new Error('no')
        done += 1
        return false
      },
      (error) => errors.push(error),
    )
    loop.wake()
    await loop.idle()
    fail = false
    loop.wake()
    await loop.idle()
    expect([errors.length, done]).toEqual([1, 1])
  })

  it('finishes what is under way when stopped, and starts nothing more', async () => {
    let done = 0
    const loop = createLoop(
      async () => {
        await delay(10)
        done += 1
        return true
      },
      () => {},
    )
    loop.wake()
    await delay(2)
    await loop.stop()
    loop.wake()
    await delay(20)
    expect(done).toBe(1)
  })
})
