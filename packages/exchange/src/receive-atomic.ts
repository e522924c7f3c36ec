import { retryDeadlocks } from '@huijiao/database'
import { digestText } from '@huijiao/merkle'
import { groupProblems } from '@huijiao/problem'
import { boundedBatches } from './batches.ts'
import { answerOther, claim, submissionValues } from './claim.ts'
import type { Hub } from './hub.ts'
import { dryLinkage } from './linkage-status.ts'
import { keepFile } from './sent-file.ts'
import type { Opened, Prepared } from './open-submission.ts'
import type { PreparedRecord, RecordOutcome, RefusedRecord } from './prepared.ts'
import { inlineRecordsMax, wholeOutcome } from './receipt.ts'
import { factsOf, finish, inline, storeBatches } from './store-batches.ts'
import { noCounts, rolledBack } from './store-part.ts'
import type { SubmissionAnswer, SubmissionRequest } from './submission-request.ts'

class AtomicRefusal extends Error {
  readonly outcomes: readonly RecordOutcome[]
  constructor(outcomes: readonly RecordOutcome[]) {
    super('a record of an atomic submission was refused')
    this.outcomes = outcomes
  }
}

/** All records in one transaction, or none of them and the refusal in a transaction of its own. */
export async function receiveAtomic(hub: Hub, request: SubmissionRequest, opened: Opened): Promise<SubmissionAnswer> {
  const batches = await boundedBatches(request, opened, 'atomic')
  const at = hub.clock.now()
  const store = (records: readonly (readonly Prepared[])[], refuseWhole: boolean) =>
    retryDeadlocks(() =>
      hub.db.transaction().execute(async (trx) => {
        const submissionNo = await claim(trx, submissionValues(request, opened, { state: 'storing', spool_path: null }, at))
        if (submissionNo === null) return null
        const facts = { ...factsOf(request, opened), submissionNo }
        await keepFile(trx, hub, request, opened.id)
        const stored = await storeBatches(trx, hub, facts, opened, records, at)
        if (refuseWhole && stored.counts.refused > 0) throw new AtomicRefusal(stored.outcomes)
        return await finish(
          trx,
          hub,
          facts,
          at,
          stored.parts,
          stored.counts,
          stored.outcomes.length,
          inline(stored.outcomes),
          request.body.decodedBytes,
        )
      }),
    )
  let receipt: Buffer | null
  try {
    receipt = await store(batches, true)
  } catch (error) {
    if (!(error instanceof AtomicRefusal)) throw error
    const refused = rolledBack(error.outcomes)
    let next = 0
    receipt = await store(
      batches.map((batch) => batch.map((one) => ({ ...one, record: refused[next++] as PreparedRecord }))),
      false,
    )
  }
  if (receipt === null) return await answerOther(hub, request, opened)
  hub.onPending()
  return { kind: 'receipt', receipt, known: false }
}

class RollBack extends Error {}

/** What the outcomes of an atomic submission become when one of its records is refused. */
function refusedOutcomes(list: readonly RecordOutcome[]): RecordOutcome[] {
  return rolledBack(list).map((one) => {
    const { index, entity, sourceId, problems } = (one as { refused: RefusedRecord }).refused
    return { index, entity, sourceId, outcome: 'refused', problems }
  })
}

/** The refused records as they were read, the first of them; what could not be read as a record is not among them. */
async function refusedAsRead({ raw }: Opened, outcomes: readonly RecordOutcome[]): Promise<{ index: number; record: unknown }[]> {
  const refused = new Set(outcomes.filter((one) => one.outcome === 'refused').map((one) => one.index))
  const found: { index: number; record: unknown }[] = []
  if (raw === undefined || refused.size === 0) return found
  for await (const { index, content } of raw()) {
    if (refused.has(index) && 'value' in content) found.push({ index, record: content.value })
    if (found.length === inlineRecordsMax) break
  }
  return found
}

/** Judges everything as a real submission would be, in a transaction that is then undone. Burns no id, signs nothing. */
export async function dryRun(
  hub: Hub,
  request: SubmissionRequest,
  opened: Opened,
): Promise<{ document: object; outcomes: readonly RecordOutcome[] }> {
  const batches = await boundedBatches(request, opened, 'dry-run')
  let document: object = {}
  let outcomes: readonly RecordOutcome[] = []
  const facts = {
    submissionNo: 0,
    id: opened.id,
    digest: request.body.digest,
    participant: request.caller.participantId,
    standard: opened.standard,
    mode: request.mode,
    keyId: request.caller.keyId,
  }
  try {
    await retryDeadlocks(() =>
      hub.db.transaction().execute(async (trx) => {
        const at = hub.clock.now()
        // Any id will do for the row that is undone: the sender's own may be in use already.
        const values = { ...submissionValues(request, opened, { state: 'storing', spool_path: null }, at), id: crypto.randomUUID() }
        const submissionNo = (await claim(trx, values)) as number
        const stored = await storeBatches(trx, hub, { ...facts, submissionNo }, opened, batches, at)
        const failed = request.mode === 'atomic' && stored.counts.refused > 0
        const counts = failed ? { ...noCounts(), refused: stored.outcomes.length } : stored.counts
        outcomes = failed ? refusedOutcomes(stored.outcomes) : stored.outcomes
        document = {
          dryRun: true,
          submission: { id: opened.id, digest: digestText(request.body.digest), participant: facts.participant },
          standard: opened.standard,
          judgedBy: opened.judgedBy,
          mode: request.mode,
          ...(opened.file === undefined ? {} : { file: opened.file }),
          outcome: wholeOutcome(counts),
          counts,
          // Over all records, also where only the first of them are listed.
          groups: groupProblems(outcomes.flatMap((one) => one.problems ?? [])),
          // What is otherwise found a moment later, beside the records: references that are only noted, doubts over several records.
          linkage: failed ? { checked: true, findings: [] } : await dryLinkage(trx, hub, submissionNo),
          records: inline(outcomes).map(({ recordId: _none, ...others }) => others),
          ...(request.asRead === true ? { asRead: await refusedAsRead(opened, outcomes) } : {}),
        }
        throw new RollBack()
      }),
    )
  } catch (error) {
    if (!(error instanceof RollBack)) throw error
  }
  return { document, outcomes }
}
