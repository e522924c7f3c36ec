import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type JobHandlers, type Queues, openQueues, queueNames } from '../src/queues.ts'

const log = pino({ level: 'silent' })

/** What the node asks of a queue, whatever keeps it. Call inside a `describe`. */
export function queuesBehave(url: () => string): void {
  let queues: Queues
  let runs: string[] = []
  let failures = 0
  let release = () => {}
  let gate: Promise<void> = Promise.resolve()
  let workers: { stop(): Promise<void> }

  const handlers: JobHandlers = {
    forward: async ({ link }) => {
      runs.push(`forward ${link}`)
      if (failures > 0) {
        failures -= 1
        throw new Error('outage')
      }
    },
    submission: async ({ submissionNo }) => {
      runs.push(`submission ${submissionNo}`)
      await gate
    },
    feed: async ({ link }) => void runs.push(`feed ${link}`),
    sequence: async () => void runs.push('sequence'),
    held: async () => void runs.push('held'),
    'access-seal': async () => void runs.push('access-seal'),
    reconcile: async () => undefined,
    sweep: async () => void runs.push('sweep'),
  }
  const seen = (run: string) => runs.filter((one) => one === run).length

  beforeAll(async () => {
    queues = await openQueues({ url: url(), node: `n${process.pid}`, retryMs: 20, retryMaxMs: 100, log })
    workers = queues.startWorkers(handlers)
  })
  afterAll(async () => {
    release()
    await workers.stop()
    await queues.close()
  })

  it('runs every kind of job with its ids', async () => {
    await queues.add('forward', { link: 7 })
    await queues.add('feed', { link: 8 })
    await queues.add('submission', { submissionNo: 9 })
    await queues.add('sequence', {})
    await queues.add('held', {})
    await queues.add('access-seal', {})
    await vi.waitFor(
      () => expect(runs.toSorted()).toEqual(['access-seal', 'feed 8', 'forward 7', 'held', 'sequence', 'submission 9']),
      5000,
    )
  })

  it('keeps one of many equal jobs that wait', async () => {
    await Promise.all(Array.from({ length: 20 }, () => queues.add('forward', { link: 1 }, { delayMs: 300 })))
    await delay(900)
    expect(seen('forward 1')).toBe(1)
  })

  it('runs a job once more when it was added while it ran', async () => {
    gate = new Promise((resolve) => (release = resolve))
    await queues.add('submission', { submissionNo: 2 })
    await vi.waitFor(() => expect(seen('submission 2')).toBe(1), 5000)
    await queues.add('submission', { submissionNo: 2 })
    await queues.add('submission', { submissionNo: 2 })
    release()
    await vi.waitFor(() => expect(seen('submission 2')).toBe(2), 5000)
    await delay(200)
    expect(seen('submission 2')).toBe(2)
  })

  it('tries a failing job again until it succeeds', async () => {
    failures = 3
    await queues.add('forward', { link: 3 })
    await vi.waitFor(() => expect(seen('forward 3')).toBe(4), 5000)
  })

  it('runs the sweep on its schedule, and can be given the schedule again and again', async () => {
    await queues.scheduleSweep(150)
    await queues.scheduleSweep(150)
    await vi.waitFor(() => expect(seen('sweep')).toBeGreaterThanOrEqual(3), 5000)
  })

  it('forgets everything when it is emptied, and goes on when jobs are added anew', async () => {
    for (const queue of queues.all.values()) await queue.obliterate({ force: true })
    runs = []
    await queues.add('forward', { link: 4 })
    await vi.waitFor(() => expect(seen('forward 4')).toBe(1), 5000)
    await queues.scheduleSweep(150)
    await vi.waitFor(() => expect(seen('sweep')).toBeGreaterThanOrEqual(1), 5000)
  })

  it('says how many jobs wait', async () => {
    await queues.add('forward', { link: 5 }, { delayMs: 60_000 })
    const depth = await queues.depth()
    expect(Object.keys(depth)).toEqual([...queueNames])
    expect(depth.links['delayed']).toBe(1)
  })
}
