import { setTimeout as delay } from 'node:timers/promises'
import { type Hub, openReconciles, type Reconciled, type SendReconcile, startReconcile, stepReconcile } from '@huijiao/exchange'
import type { Logger } from 'pino'

const dayMs = 24 * 3_600_000
const shanghaiOffsetMs = 8 * 3_600_000

/** The last instant, now or before, at which a time of day came in Asia/Shanghai. @param at `HH:MM` */
export function lastDue(now: Date, at: string): Date {
  const [hours = 0, minutes = 0] = at.split(':').map(Number)
  const local = now.getTime() + shanghaiOffsetMs
  const due = Math.floor(local / dayMs) * dayMs + (hours * 60 + minutes) * 60_000
  return new Date((due <= local ? due : due - dayMs) - shanghaiOffsetMs)
}

/**
 * Begins the nightly comparison of each link that is due: its time has come since the link was made, and no comparison was begun since. Called by every
 * sweep, so that neither an emptied queue nor a node that was down at that time skips a night.
 * @returns links with a comparison to go on with
 */
export async function dueReconciles(hub: Hub, links: readonly number[], at: string | null): Promise<number[]> {
  if (at !== null && links.length > 0) {
    const due = lastDue(hub.clock.now(), at)
    const rows = await hub.db
      .selectFrom('link as l')
      .select(['l.name', 'l.link_no'])
      .where('l.link_no', 'in', links)
      .where('l.created_at', '<', due)
      .where('l.paused_at', 'is', null)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('reconcile_run as r').select('r.run_id').whereRef('r.link_no', '=', 'l.link_no').where('r.started_at', '>=', due),
          ),
        ),
      )
      .execute()
    for (const { name } of rows) await startReconcile(hub, 'node', name)
  }
  return (await openReconciles(hub)).filter((link) => links.includes(link))
}

export interface ReconcileParts {
  readonly hub: Hub
  readonly send: SendReconcile
  readonly log: Logger
  /** Makes the link send what is to be sent again. */
  readonly wakeLink: (linkNo: number) => void
  readonly stopping: () => boolean
}

const lookEveryMs = 200
/** A job that waits longer than this for records on their way ends; the sweep queues the rest of the comparison anew. */
const waitMaxMs = 120_000

/** Goes on with a link's comparison to its end. Throws after an outage, so that the queue tries again. */
export async function runReconcile(parts: ReconcileParts, linkNo: number): Promise<Reconciled> {
  const until = performance.now() + waitMaxMs
  for (;;) {
    const step = await stepReconcile(parts.hub, linkNo, parts.send)
    if (step === 'outage') throw new Error('the upstream gave no answer; the queue tries again')
    if (step !== 'waiting' || parts.stopping() || performance.now() > until) {
      if (step === 'done') parts.log.info({ link: linkNo }, 'a comparison with the upstream has ended')
      return step
    }
    parts.wakeLink(linkNo)
    await delay(lookEveryMs)
  }
}
