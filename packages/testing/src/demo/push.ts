import { ndjsonOf, type SampleSubmission } from '../sample/submissions.ts'
import { submitters, type SubmitterKey } from '../sample/submitters.ts'
import { acknowledgedOf } from './acknowledged.ts'
import { request } from './http.ts'
import { type DemoSettings, nodeOf } from './settings.ts'
import type { DemoState } from './state.ts'
import { progressBar, say } from './words.ts'

/** One line of a receipt. */
export interface ReceiptRecord {
  readonly index: number
  readonly entity: string
  readonly sourceId: string
  readonly recordId?: string
  readonly outcome: string
  readonly problems?: readonly { readonly code: string; readonly severity?: string }[]
}

export interface Receipt {
  readonly submission: { readonly id: string; readonly digest: string }
  readonly counts: Readonly<Record<string, number>>
  readonly records: readonly ReceiptRecord[]
}

export interface Pushed {
  readonly submission: SampleSubmission
  readonly receipt: Receipt
  /** An earlier start was given another receipt for this submission: an acknowledged one was lost. */
  readonly receiptChanged: boolean
}

/**
 * Sends the whole sample: enterprises and persons first, then all other systems side by side, each in its own order. Ids and bytes are always
 * the same, so what was acknowledged before an interruption is answered with its first receipt.
 */
export async function pushSample(settings: DemoSettings, state: DemoState, submissions: readonly SampleSubmission[]): Promise<Pushed[]> {
  const total = submissions.reduce((sum, submission) => sum + submission.records.length, 0)
  const bar = progressBar('报送示例数据', 'pushing the sample city', total)
  const acknowledged = acknowledgedOf(settings)
  if (acknowledged.before > 0)
    say(
      `继续：已有 ${acknowledged.before} 个批次的回执，重发会得到同一份回执。`,
      `Going on: ${acknowledged.before} submissions were acknowledged before and will be answered with the same receipt.`,
    )
  const pushed: Pushed[] = []
  let done = 0
  const pushAll = async (submitter: SubmitterKey) => {
    const { tier } = submitters[submitter]
    const key = state.participants[submitter]
    if (key === undefined) throw new Error(`${submitter} is not enrolled`)
    for (const submission of submissions.filter((each) => each.submitter === submitter)) {
      const answer = await request('POST', `${nodeOf(settings, tier).url}/v1/submissions`, key.apiKey, {
        type: 'application/x-ndjson',
        text: ndjsonOf(submission),
      })
      const receiptChanged = !acknowledged.note(submission.envelope.id, answer.body)
      pushed.push({ submission, receipt: JSON.parse(answer.body.toString('utf8')) as Receipt, receiptChanged })
      done += submission.records.length
      bar.step(done)
    }
  }
  bar.step(0)
  await pushAll('registry')
  await Promise.all((Object.keys(submitters) as SubmitterKey[]).filter((key) => key !== 'registry').map(pushAll))
  bar.end()
  return pushed
}
