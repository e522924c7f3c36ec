import { setImmediate } from 'node:timers/promises'
import { inFlight, retryDeadlocks } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import { partRecordsMax } from './batches.ts'
import { discardBody } from './body.ts'
import { noteIntact } from './body-intact.ts'
import { answerKnown, answerOther, claim, claimWhole, nonceSpent, notFirst, spendNonce, submissionValues } from './claim.ts'
import { continueSubmission } from './continue-submission.ts'
import { at as faultPoint } from './fault-point.ts'
import { claimWithFile } from './sent-file.ts'
import type { Hub } from './hub.ts'
import { type Opened, openSubmission, type Prepared } from './open-submission.ts'
import { signReceipt } from './receipt.ts'
import { dryRun, receiveAtomic } from './receive-atomic.ts'
import { factsOf, finishedValues, inline, partInput, receiptPart } from './store-batches.ts'
import { entryOf, mergePart, noCounts } from './store-part.ts'
import { enterSmall, isAlone, notAlone, numberAlone } from './number-alone.ts'
import { lockSequence } from './sequence-log.ts'
import { mayShare, NotTogether, storeTogether } from './store-together.ts'
import { streamTaken } from './stream.ts'
import { spoolBytes } from './spool.ts'
import type { SubmissionAnswer, SubmissionRequest } from './submission-request.ts'

/** A delivery of more records is stored in steps. */
const atOnceMax = 200

/** A larger body is answered with 202. */
const answerAtOnceMax = 512 * 1024 ** 2

/**
 * Receives one submission whose body has arrived whole. What is answered is committed; the same id with the same bytes gets the same
 * receipt, byte for byte. The body's file is removed when it is not needed any more.
 * @throws Problem when nothing is stored and no receipt exists; not-ready when the body's file is gone
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
      const value = request.idempotencyKey.slice(0, 80)
      throw new Problem(
        'idempotency-key-mismatch',
        { zh: `Idempotency-Key 是 ${value}，id 是 ${opened.id}`, en: `Idempotency-Key is ${value}, the id is ${opened.id}` },
        { value, allowed: opened.id },
      )
    }
    if (request.dryRun) return { kind: 'dry-run', ...(await dryRun(hub, request, opened)) }
    const empty = opened.versions?.records.length === 0
    if (body.bytes !== null && body.file === undefined && !request.respondAsync && request.mode === 'partial' && !empty) {
      const answer = await receiveSmall(hub, request, opened)
      if (answer !== 'large') return answer
    }
    const known = await answerKnown(hub, request, opened)
    if (known === 'resume') kept = true
    else if (known !== null) return known
    if (known === null) await spendNonce(hub.db, request.nonce)
    if (empty) return { kind: 'receipt', receipt: probeReceipt(hub, request, opened), known: false }
    if (request.mode === 'atomic' && known === null) return await receiveAtomic(hub, request, opened)
    kept = true
    return await receiveLarge(hub, request, opened, known === 'resume')
  } catch (error) {
    if (body.path === null || (error as { path?: string }).path !== body.path) throw error
    if ((error as { code?: string }).code !== 'ENOENT') throw error
    throw new Problem('not-ready', {
      zh: '本次内容写入暂存目录后，其文件被本节点之外的人或程序移走；未保存任何内容，请原样重发',
      en: 'The file of this body was taken out of the spool directory from outside this node; nothing is stored, send the same bytes again',
    })
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
    judgedBy: opened.judgedBy,
    mode: request.mode,
  }
  return signReceipt(hub, { ...facts, receivedAt: at, finishedAt: at, counts: noCounts(), recordCount: 0, records: [], parts: [] })
}

/**
 * A body in memory that makes one part: everything, receipt included, in one transaction. The id is claimed by its last statement: whoever
 * was first with this id has it, and the other one's work is undone.
 * @returns `large` when the body makes several parts, or when the id waits for its lost body
 */
async function receiveSmall(hub: Hub, request: SubmissionRequest, opened: Opened): Promise<SubmissionAnswer | 'large'> {
  const at = hub.clock.now()
  const batch: Prepared[] = []
  for await (const prepared of opened.records({ byte: 0, record: 0 })) {
    if (batch.length === partRecordsMax && opened.versions === null) return 'large'
    batch.push(prepared)
  }
  const facts = factsOf(request, opened)
  const bytes = request.body.decodedBytes
  const range = { partNo: 0, firstRecord: 0, byteFrom: 0, byteTo: bytes }
  faultPoint('validated')
  const store = (way: Way) =>
    retryDeadlocks(() =>
      inFlight(hub.db, async (trx, send) => {
        const input = partInput(facts, opened, batch, range, at)
        const part = await mergePart(
          trx,
          hub,
          input,
          undefined,
          way === 'steps' ? {} : way === 'careful' ? { careful: true } : { atOnce: send },
        )
        const parts = [receiptPart(part, 0, 0, batch.length)]
        const finished = finishedValues(hub, facts, at, parts, part.counts, batch.length, inline(part.outcomes), bytes)
        const entry = entryOf(input, part)
        const alone = way === 'alone' ? await numberAlone(hub, entry) : null
        faultPoint('before-commit')
        void send(claimWhole(submissionValues(request, opened, finished, at), request.nonce, input, part, alone === null ? entry : null))
        if (alone !== null) {
          void send(lockSequence(hub))
          void send(alone.statement)
        }
        return { receipt: finished.receipt, alone }
      }),
    )
  const leave = enterSmall(hub)
  try {
    // Of a delivery of many records the server writes the streams while the versions are sealed and encoded here: that needs steps.
    const small = batch.length <= atOnceMax
    const first: Way = small && isAlone(hub) ? 'alone' : small || opened.versions === null ? 'at-once' : 'steps'
    const one = { request, opened, batch, at }
    const together = first === 'at-once' && mayShare(one)
    const { receipt, alone } = await (
      together ? storeTogether(hub, one).then((stored) => ({ receipt: stored, alone: null })) : store(first)
    )
      .catch((error: unknown) => {
        if (!(error instanceof NotTogether) && !notAlone(hub, error)) throw error
        return store('at-once')
      })
      .catch((error: unknown) => {
        if (!streamTaken(error)) throw error
        return store('careful')
      })
    faultPoint('after-commit')
    if (alone === null) hub.onPending()
    else {
      alone.done()
      // The link asks the database first; the answer is written while that is at work.
      await setImmediate()
    }
    return { kind: 'receipt', receipt, known: false }
  } catch (error) {
    if (!notFirst(error)) throw error
    const known = await answerKnown(hub, request, opened)
    if (known === null) throw nonceSpent()
    return known === 'resume' ? 'large' : known
  } finally {
    leave()
  }
}

/**
 * How a small submission is stored. `alone`: its statements leave together, and the last of them gives its entry the next index; `at-once`: they leave together,
 * and the sequencer gives it; `steps`: each waits for what it needs to know; `careful`: so that a stream which somebody else begins meanwhile is no failure.
 */
type Way = 'alone' | 'at-once' | 'steps' | 'careful'

/** A body on disk, or one that is answered later: registered first, then stored part by part. */
async function receiveLarge(hub: Hub, request: SubmissionRequest, opened: Opened, resume: boolean): Promise<SubmissionAnswer> {
  const path = request.body.path ?? (await spoolBytes(hub.spoolDir, request.body.bytes as Buffer))
  await noteIntact(hub, path)
  const at = hub.clock.now()
  let submissionNo: number
  if (resume) {
    const row = await hub.db
      .updateTable('submission')
      .set({ state: 'storing', spool_path: path, storing_since: null })
      .where('participant_id', '=', request.caller.participantId)
      .where('id', '=', opened.id)
      .where('state', '=', 'incomplete')
      .returning('submission_no')
      .executeTakeFirst()
    if (row === undefined) return await lostRace(hub, request, opened, path)
    submissionNo = row.submission_no
  } else {
    const values = submissionValues(request, opened, { state: 'storing', spool_path: path }, at)
    const claimed = request.body.file === undefined ? await claim(hub.db, values) : await claimWithFile(hub, request, values)
    if (claimed === null) return await lostRace(hub, request, opened, path)
    submissionNo = claimed
  }
  if (request.respondAsync || request.body.decodedBytes > answerAtOnceMax)
    return { kind: 'accepted', id: opened.id, submissionNo, state: 'storing' }
  const state = await continueSubmission(hub, submissionNo)
  if (state !== 'finished') return { kind: 'accepted', id: opened.id, submissionNo, state: state === 'paused' ? 'paused' : 'storing' }
  const row = await hub.db.selectFrom('submission').select('receipt').where('submission_no', '=', submissionNo).executeTakeFirstOrThrow()
  return { kind: 'receipt', receipt: row.receipt as Buffer, known: false }
}

async function lostRace(hub: Hub, request: SubmissionRequest, opened: Opened, path: string): Promise<SubmissionAnswer> {
  await discardBody({ path })
  return await answerOther(hub, request, opened)
}
