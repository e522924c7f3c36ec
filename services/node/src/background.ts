import type { Logger } from 'pino'
import type { Queues } from './queues.ts'
import type { Wake, WakeBus } from './wake.ts'

/** What routes tell the background work. Everything here returns at once and never fails: what gets lost is found by the sweep. */
export interface Background {
  /** A submission was answered with 202, or resumed, and waits to be stored. */
  submissionAccepted(submissionNo: number): void
  /** An access event was written and waits to be sealed. */
  accessRecorded(): void
  /** A link was resumed, or has parked records to send again. */
  linkChanged(linkNo: number): void
  /** Makes this process do the work; without it other processes are notified. */
  attach(handler: (wake: Wake) => void, sequencerFailingForMs: () => number | null): void
  detach(): void
  sequencerFailingForMs(): number | null
}

export function createBackground(parts: { readonly bus: WakeBus; readonly queues: Pick<Queues, 'add'>; readonly log: Logger }): Background {
  const { bus, queues, log } = parts
  let failing: () => number | null = () => null
  return {
    submissionAccepted: (submissionNo) => {
      queues.add('submission', { submissionNo }).catch((error: unknown) => {
        log.warn({ err: error, submissionNo }, 'the job could not be queued; the worker is told directly')
        bus.send({ kind: 'submission', submissionNo })
      })
    },
    accessRecorded: () => bus.send({ kind: 'access' }),
    linkChanged: (linkNo) => bus.send({ kind: 'link', linkNo }),
    attach: (handler, sequencerFailingForMs) => {
      failing = sequencerFailingForMs
      bus.attach(handler)
    },
    detach: () => {
      failing = () => null
      bus.detach()
    },
    sequencerFailingForMs: () => failing(),
  }
}
