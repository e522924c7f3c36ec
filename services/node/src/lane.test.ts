import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createLane, type Lane } from './lane.ts'

const fails = (error: unknown) => {
  throw error
}
/** A piece of `steps` steps that says which one it does. */
const counted = (lane: Lane, name: string, steps: number, said: string[]) => {
  let left = steps
  return lane.add({
    afterMs: 1,
    step: async () => {
      said.push(`${name} begins`)
      await delay(2)
      said.push(`${name} ends`)
      left -= 1
      return left > 0
    },
    onError: fails,
  })
}
const settled = async (said: readonly string[], count: number) => {
  while (said.length < count) await delay(2)
}

describe('a lane', () => {
  it('does one step at a time, and each of its works in turn', async () => {
    const lane = createLane()
    const said: string[] = []
    const works = ['a', 'b'].map((name) => counted(lane, name, 2, said))
    for (const work of works) work.wake()
    await settled(said, 8)
    expect(said.filter((one) => one.endsWith('begins'))).toEqual(['a begins', 'b begins', 'a begins', 'b begins'])
    for (let at = 0; at < said.length; at += 2) expect(said[at + 1]).toBe(said[at]?.replace('begins', 'ends'))
    await lane.stop()
  })

  it('goes on with the others, and with the same when it is asked for again, after a step that failed', async () => {
    const lane = createLane()
    const said: string[] = []
    const errors: unknown[] = []
    let fail = true
    const failing = lane.add({
      afterMs: 1,
      step: async () => {
        said.push('failing')
        if (fail) throw new Error('no')
        return false
      },
      onError: (error) => errors.push(error),
    })
    failing.wake()
    counted(lane, 'b', 1, said).ask()
    await settled(said, 3)
    expect(errors).toHaveLength(1)
    fail = false
    failing.wake()
    await settled(said, 4)
    expect(errors).toHaveLength(1)
    await lane.stop()
  })

  it('rests between steps while records arrive, longer when the process is at work, and not after that', async () => {
    /** Steps that are done within a second of records arriving, where the process takes such a share of a processor. */
    const during = async (share: number): Promise<number> => {
      const lane = createLane(() => share * performance.now())
      const said: string[] = []
      lane.moved()
      const busy = setInterval(() => lane.moved(), 10)
      const step = async () => {
        said.push('step')
        await delay(20)
        return said.length < 30
      }
      lane.add({ afterMs: 1, step, onError: fails }).wake()
      await delay(1000)
      const count = said.length
      clearInterval(busy)
      await settled(said, 30)
      await lane.stop()
      return count
    }
    const [atEase, atWork] = await Promise.all([during(0.01), during(0.5)])
    // Without any rest all thirty would be done; a step and its rest take five, or twenty-five times as long as the step.
    expect(atWork).toBeGreaterThan(0)
    expect(atWork).toBeLessThan(atEase)
    expect(atEase).toBeLessThanOrEqual(11)
  })

  it('asks for short steps during a rush, and for the usual ones before and after it', async () => {
    const lane = createLane(() => 0)
    const paces: boolean[] = []
    const work = lane.add({
      afterMs: 1,
      step: async ({ short }) => {
        paces.push(short)
        return false
      },
      onError: fails,
    })
    const step = async () => {
      const before = paces.length
      work.wake()
      while (paces.length === before) await delay(2)
    }
    await step()
    lane.moved()
    await step()
    await delay(3100)
    await step()
    expect(paces).toEqual([false, true, false])
    await lane.stop()
  })

  it('begins nothing after it is stopped', async () => {
    const lane = createLane()
    const said: string[] = []
    const work = counted(lane, 'a', 5, said)
    work.wake()
    await lane.stop()
    const after = said.length
    work.wake()
    work.ask()
    await delay(30)
    expect(said.length).toBe(after)
    expect(after % 2).toBe(0)
  })
})
