import { retryDeadlocks } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import { partRecordsMax } from './batches.ts'
import { discardBody, spoolBytes } from './body.ts'
import { answerKnown, answerOther, claim, submissionValues } from './claim.ts'
import { continueSubmission } from './continue-submission.ts'
import type { Hub } from './hub.ts'
import { type Opened, openSubmission, type Prepared } from './open-submission.ts'
import { signReceipt } from './receipt.ts'
import { dryRun, receiveAtomic } from './receive-atomic.ts'
import { factsOf, finish, inline, receiptPart, storePrepared } from './store-batches.ts'
import { noCounts } from './store-part.ts'
import type { SubmissionAnswer, SubmissionRequest } from './submission-request.ts'

/** A larger body is answered with 202. */
const answerAtOnceMax = 512 * 1024 ** 2

/**
 * Receives one submission whose body has arrived whole. What is answered is committed; the same id with the same bytes gets the same
 * receipt, byte for byte. The body's file is removed when it is not needed any more.
 * @throws Problem when nothing is stored and no receipt exists
 */
export async function receiveSubmission(hub: Hub, request: SubmissionRequest): Promise<SubmissionAnswer> {
  const { body } = request
  let kept = false
  try {
    if (request.caller.kind === 'node' ? body.media !== 'versions' : body.media === 'versions') {
      throw new Problem('not-allowed', {
        zh: '只有下级节点使用节点间格式，也只能使用它',
        en: 'The node-to-node format is for lower nodes, and they use no other',
      })
    }
    const opened = await openSubmission(hub, request.caller, body)
    if (request.idempotencyKey !== null && request.idempotencyKey.toLowerCase() !== opened.id) {
      throw new Problem('idempotency-key-mismatch', {
        zh: `Idempotency-Key 是 ${request.idempotencyKey.slice(0, 80)}，id 是 ${opened.id}`,
        en: `Idempotency-Key is ${request.idempotencyKey.slice(0, 80)}, the id is ${opened.id}`,
      })
    }
    if (request.dryRun) return { kind: 'dry-run', document: await dryRun(hub, request, opened) }
    const known = await answerKnown(hub, request, opened.id)
    if (known === 'resume') kept = true
    else if (known !== null) return known
    if (known === null) await request.checkReplay?.()
    if (opened.versions?.records.length === 0) return { kind: 'receipt', receipt: probeReceipt(hub, request, opened), known: false }
    if (request.mode === 'atomic' && known === null) return await receiveAtomic(hub, request, opened)
    if (body.bytes !== null && !request.respondAsync && known === null) {
      const answer = await receiveSmall(hub, request, opened)
      if (answer !== 'too-many') return answer
    }
    kept = true
    return await receiveLarge(hub, request, opened, known === 'resume')
  } finally {
    if (!kept) await discardBody(body)
  }
}

/** The answer to an empty delivery, by which a lower node learns that this one is there and judges. Nothing is stored of it. */
function probeReceipt(hub: Hub, request: SubmissionRequest, opened: Opened): Buffer {
  const at = hub.clock.now()
  const facts = {
    id: opened.id,
    digest: request.body.digest,
    participant: request.caller.participantId,
    standard: opened.standard,
    mode: request.mode,
  }
  return signReceipt(hub, { ...facts, receivedAt: at, finishedAt: at, counts: noCounts(), recordCount: 0, records: [], parts: [] })
}

/** A body in memory that makes one part: everything, receipt included, in one transaction. */
async function receiveSmall(hub: Hub, request: SubmissionRequest, opened: Opened): Promise<SubmissionAnswer | 'too-many'> {
  const at = hub.clock.now()
  const batch: Prepared[] = []
  for await (const prepared of opened.records({ byte: 0, record: 0 })) {
    if (batch.length === partRecordsMax && opened.versions === null) return 'too-many'
    batch.push(prepared)
  }
  const receipt = await retryDeadlocks(() =>
    hub.db.transaction().execute(async (trx) => {
      const submissionNo = await claim(trx, submissionValues(request, opened, { state: 'storing', spool_path: null }, at))
      if (submissionNo === null) return null
      const facts = factsOf(request, opened, submissionNo)
      const part = await storePrepared(
        trx,
        hub,
        facts,
        opened,
        batch,
        { partNo: 0, firstRecord: 0, byteFrom: 0, byteTo: request.body.decodedBytes },
        at,
      )
      return await finish(
        trx,
        hub,
        facts,
        at,
        [receiptPart(part, 0, 0, batch.length)],
        part.counts,
        batch.length,
        inline(part.outcomes),
        request.body.decodedBytes,
      )
    }),
  )
  if (receipt === null) return await answerOther(hub, request, opened.id)
  hub.onPending()
  return { kind: 'receipt', receipt, known: false }
}

/** A body on disk, or one that is answered later: registered first, then stored part by part. */
async function receiveLarge(hub: Hub, request: SubmissionRequest, opened: Opened, resume: boolean): Promise<SubmissionAnswer> {
  const path = request.body.path ?? (await spoolBytes(hub.spoolDir, request.body.bytes as Buffer))
  const at = hub.clock.now()
  let submissionNo: number
  if (resume) {
    const row = await hub.db
      .updateTable('submission')
      .set({ state: 'storing', spool_path: path })
      .where('participant_id', '=', request.caller.participantId)
      .where('id', '=', opened.id)
      .where('state', '=', 'incomplete')
      .returning('submission_no')
      .executeTakeFirst()
    if (row === undefined) return await lostRace(hub, request, opened, path)
    submissionNo = row.submission_no
  } else {
    const claimed = await claim(hub.db, submissionValues(request, opened, { state: 'storing', spool_path: path }, at))
    if (claimed === null) return await lostRace(hub, request, opened, path)
    submissionNo = claimed
  }
  if (request.respondAsync || request.body.decodedBytes > answerAtOnceMax) return { kind: 'accepted', id: opened.id, submissionNo }
  const state = await continueSubmission(hub, submissionNo)
  if (state !== 'finished') return { kind: 'accepted', id: opened.id, submissionNo }
  const row = await hub.db.selectFrom('submission').select('receipt').where('submission_no', '=', submissionNo).executeTakeFirstOrThrow()
  return { kind: 'receipt', receipt: row.receipt as Buffer, known: false }
}

async function lostRace(hub: Hub, request: SubmissionRequest, opened: Opened, path: string): Promise<SubmissionAnswer> {
  await discardBody({ path })
  return await answerOther(hub, request, opened.id)
}
