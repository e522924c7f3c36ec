import { continueSubmission, type StoreState } from '@huijiao/exchange'
import type { Context } from '../context.ts'
import { createLoop } from '../loop.ts'
import { countRecords } from '../metrics.ts'
import { traceOfSubmission } from '../traces/log.ts'
import { inSpan } from '../traces/open.ts'

/** Stores what is left of registered submissions. */
export interface StoreWork {
  /** One turn of a submission, behind which it goes to the end of the queue when there is more of it. */
  inTurn(submissionNo: number): Promise<void>
  /** The same to its end, one after the other and without the queue. Returns at once. */
  now(submissionNo: number): void
  stop(): Promise<void>
}

export function createStoreWork({ hub, log, queues, config, metrics, traces, epochs }: Context): StoreWork {
  const store = async (submissionNo: number): Promise<StoreState> => {
    // Its receipt would be signed; the sweep finds it again.
    if (epochs.refusal() !== null) return 'busy'
    const trace = traces === null ? null : await traceOfSubmission(hub.db, submissionNo)
    const state = await inSpan(
      trace === null ? null : traces,
      'store',
      () => ({ parent: trace, kind: 'consumer', attributes: { 'huijiao.queue': queues.backend } }),
      () => continueSubmission(hub, submissionNo, { sliceMs: config.jobs.importSliceMs }),
      (result) => ({ 'huijiao.state': result }),
    )
    if (state === 'paused') log.info({ submissionNo }, 'the submission is paused')
    else if (state === 'busy') log.info({ submissionNo }, 'the submission is being stored elsewhere')
    else if (state === 'finished') {
      const row = await hub.db.selectFrom('submission').select('counts').where('submission_no', '=', submissionNo).executeTakeFirst()
      countRecords(metrics, row?.counts ?? null)
      log.info({ submissionNo, state }, 'the submission is stored')
    } else if (state === 'incomplete') log.info({ submissionNo, state }, 'the submission lost its body; it waits for the sender')
    return state
  }
  const inTurn = async (submissionNo: number): Promise<void> => {
    if ((await store(submissionNo)) !== 'more') return
    // Without a queue there are no others that wait, and it goes on at once.
    await queues.add('submission', { submissionNo }).catch(() => now(submissionNo))
  }
  const asked = new Set<number>()
  const loop = createLoop(
    async () => {
      const [submissionNo] = asked
      if (submissionNo === undefined) return false
      asked.delete(submissionNo)
      if ((await store(submissionNo)) === 'more') asked.add(submissionNo) // behind the others
      return true
    },
    (error) => {
      asked.clear()
      log.error({ err: error }, 'storing a submission failed; the sweep tries again')
    },
  )
  const now = (submissionNo: number): void => {
    asked.add(submissionNo)
    loop.wake()
  }
  return { inTurn, now, stop: loop.stop }
}
