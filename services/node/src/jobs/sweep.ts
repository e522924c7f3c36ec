import { forgetOver } from '@huijiao/access'
import {
  forgetNonces,
  forgetSentFiles,
  keepLogPartitions,
  keepVersionPartitions,
  sweepAttachments,
  linksWithWork,
  openSubmissions,
  readLogHead,
} from '@huijiao/exchange'
import type { Context } from '../context.ts'

export interface SweepParts {
  readonly wakeSequencer: () => void
  readonly wakeSeal: () => void
  readonly wakeLink: (linkNo: number) => void
  /** Numbers of the links that this node forwards. */
  readonly links: readonly number[]
  /** The level above has not been spoken to for much longer than it should be: the job may be due at a time to which only a wrong clock had come. */
  readonly feedLate: (linkNo: number) => boolean
  /** Speaks to it in this process, without the queue. */
  readonly feedNow: (linkNo: number) => void
  /** A submission that is not finished has stood still for much longer than the queue takes: its job is lost, or nobody takes it over. */
  readonly storeLate: (submissionNo: number, storedRecords: number) => boolean
  /** Goes on with it in this process, without the queue. */
  readonly storeNow: (submissionNo: number) => void
  readonly removeLeftovers: () => Promise<void>
}

/**
 * The safety net: finds all open work in the database and asks for it again, however it was lost. Cheap when there is none, safe at any time
 * and in several processes at once.
 */
export async function sweep(context: Context, parts: SweepParts): Promise<void> {
  const { hub, log, queues, clock, metrics, config } = context
  parts.wakeSequencer()
  parts.wakeSeal()
  const queued: Promise<unknown>[] = []
  const queue = (adding: Promise<unknown>) => {
    // It may fail while the database below still works, and a rejection that nobody hears ends the process.
    adding.catch(() => undefined)
    queued.push(adding)
  }
  for (const { submissionNo, storedRecords } of await openSubmissions(hub.db)) {
    if (parts.storeLate(submissionNo, storedRecords)) parts.storeNow(submissionNo)
    queue(queues.add('submission', { submissionNo }))
  }
  const size = (await readLogHead(hub.db))?.size ?? 0
  metrics.logSize.set(size)
  // Long before it is needed; somebody who holds one of them for long only puts it off.
  await keepLogPartitions(hub, size).catch((error: unknown) => log.warn({ err: error }, 'the next partition of the log could not be made'))
  await keepVersionPartitions(hub).catch((error: unknown) =>
    log.warn({ err: error }, 'the next partition of the versions could not be made'),
  )
  for (const link of await linksWithWork(hub.db)) parts.wakeLink(link)
  for (const link of parts.links) {
    if (parts.feedLate(link)) parts.feedNow(link)
    queue(queues.add('feed', { link }))
  }
  queue(queues.add('held', {}))
  const failed = (await Promise.allSettled(queued)).find((one) => one.status === 'rejected')
  if (failed) log.warn({ err: failed.reason }, 'the sweep could not queue everything it found; the next one tries again')
  await forgetNonces(hub.db, clock.now())
  await forgetOver(context.access)
  await forgetSentFiles(hub.db, clock.now())
  while ((await sweepAttachments(hub, new Date(clock.now().getTime() - config.attachments.unnamedMs))) > 0) continue
  await parts.removeLeftovers()
}
