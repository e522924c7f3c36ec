import { Queue, Worker } from 'bullmq'
import { pino } from 'pino'
import { openPostgresBackend } from '../queues.ts'

/** The queue of all nodes for one kind of work: a job names the node. */
export interface SimQueue {
  /** Has the work done for each of these nodes, and waits until it is. Rejects with what one of them threw. */
  runAll(nodes: readonly string[]): Promise<void>
  close(): Promise<void>
}

interface Waiting {
  resolve(): void
  reject(error: unknown): void
}

/**
 * Opens the queue that numbers and forwards, as a node's own does with its links: BullMQ over PostgreSQL, jobs carry ids only.
 * @param run what a job is for; several run at once, never two for one node
 */
export async function openSimQueue(url: string, atOnce: number, run: (node: string) => Promise<void>): Promise<SimQueue> {
  const log = pino({ level: 'silent' })
  const backend = await openPostgresBackend({ url, node: 'simulation', retryMs: 100, retryMaxMs: 1000, log })
  const name = 'simulation-links'
  const queue = new Queue<{ node: string }>(
    name,
    { ...backend.queue, defaultJobOptions: { removeOnComplete: true, removeOnFail: true } },
    backend.factory,
  )
  const waiting = new Map<string, Waiting>()
  const worker = new Worker<{ node: string }>(
    name,
    async ({ data: { node } }) => {
      const asked = waiting.get(node)
      if (asked === undefined) return // a job that ran twice
      await run(node).then(asked.resolve, asked.reject)
      waiting.delete(node)
    },
    { ...backend.worker(), concurrency: atOnce, runRetryDelay: 500 },
    backend.factory,
  )
  // They go on by themselves.
  queue.on('error', () => undefined)
  worker.on('error', () => undefined)
  return {
    runAll: async (nodes) => {
      if (nodes.length === 0) return
      const done = nodes.map((node) => new Promise<void>((resolve, reject) => waiting.set(node, { resolve, reject })))
      const all = Promise.all(done)
      all.catch(() => undefined)
      await queue.addBulk(nodes.map((node) => ({ name: 'forward', data: { node } })))
      await all
    },
    close: async () => {
      await worker.close()
      await queue.close()
      await backend.close()
    },
  }
}
