import { createHash } from 'node:crypto'
import { byteaArray, retryDeadlocks, type Tables } from '@huijiao/database'
import { signDocument } from '@huijiao/identity'
import { canonicalize, sha256 } from '@huijiao/merkle'
import { catalogue, Problem, type ProblemCode } from '@huijiao/problem'
import { businessKey, numberIssuer } from '@huijiao/standard'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Caller, Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { counterBegins } from './number-floor.ts'
import { type NumberForm, numberForm, type NumberRequest } from './number-form.ts'
import { digestOfKey } from './prepare-record.ts'
import { formatUuid } from './record-id.ts'

export type { NumberRequest } from './number-form.ts'

/** Asks the node above for a number. `verified`: the answer is signed by that node. Throws when no answer came. */
export type AskAbove = (request: NumberRequest) => Promise<{ readonly status: number; readonly body: Buffer; readonly verified: boolean }>

/** Numbers are looked for among what is stored in steps of so many. */
const lookAhead = 50

/**
 * Gives a project or phase number, where policy says that this node gives them, or passes the question on to the node above. A number given never
 * changes: the same id gets the same answer, byte for byte. Numbers that stand in stored records are passed over.
 * @param above absent when there is no node above
 * @returns the signed answer, and whether it was given before
 * @throws Problem parameter-invalid, standard-unknown, not-allowed, number-issuer-other, number-letters-unknown, numbers-exhausted,
 *   number-request-conflict, not-ready
 */
export async function issueNumber(
  hub: Hub,
  caller: Caller,
  request: NumberRequest,
  above?: AskAbove,
): Promise<{ readonly answer: Buffer; readonly known: boolean }> {
  const asked: NumberRequest = { ...request, id: request.id.toLowerCase() }
  const digest = sha256(Buffer.from(canonicalize(asked)))
  const known = await findIssued(hub.db, caller, asked.id, digest)
  if (known !== null) return { answer: known, known: true }
  const form = numberForm(hub, caller, asked)
  const issuer = numberIssuer(hub.policy(), form.entity.code, hub.node.tier)
  if (issuer === 'sender' || (issuer === 'above' && above === undefined)) throw otherIssuer(form, issuer)
  const given =
    issuer === 'above' ? await askAbove(hub, caller, form, asked, digest, above as AskAbove) : await give(hub, caller, form, asked, digest)
  // Somebody else used the id meanwhile: it is his number that stands.
  const answer = given ?? (await findIssued(hub.db, caller, asked.id, digest))
  if (answer === null) throw new Problem('not-ready', { zh: '编号正由另一请求编发', en: 'The number is being given by another request' })
  if (given !== null) hub.onPending()
  return { answer, known: given === null }
}

/** @throws Problem number-request-conflict */
async function findIssued(db: Kysely<Tables>, caller: Caller, id: string, digest: Buffer): Promise<Buffer | null> {
  const row = await db
    .selectFrom('number_issued')
    .select(['request_digest', 'number', 'answer'])
    .where('participant_id', '=', caller.participantId)
    .where('request_id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return null
  if (!row.request_digest.equals(digest))
    throw new Problem('number-request-conflict', {
      zh: `请求 ${id} 已得到编号 ${row.number}，但所问不同`,
      en: `Request ${id} was answered with ${row.number}, and asked for something else`,
    })
  return row.answer
}

function otherIssuer(form: NumberForm, issuer: 'sender' | 'above'): Problem {
  const { code } = form.entity
  return new Problem(
    'number-issuer-other',
    issuer === 'sender'
      ? { zh: `按本节点政策，${code} 的编号由报送单位自行编发`, en: `By this node’s policy the sender gives the numbers of ${code}` }
      : {
          zh: `按本节点政策，${code} 的编号由上级节点编发，而本节点没有上级`,
          en: `By policy the node above gives the numbers of ${code}, and there is none above`,
        },
  )
}

/** Takes the next number of the counter under its row lock. @returns null when the id was used meanwhile */
function give(hub: Hub, caller: Caller, form: NumberForm, request: NumberRequest, digest: Buffer): Promise<Buffer | null> {
  return retryDeadlocks(() =>
    hub.db.transaction().execute(async (trx) => {
      const begins = await counterBegins(trx, form.day)
      await trx
        .insertInto('number_counter')
        .values({ scope: form.scope, last: begins })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      const counter = await trx
        .selectFrom('number_counter')
        .select('last')
        .where('scope', '=', form.scope)
        .forUpdate()
        .executeTakeFirstOrThrow()
      const used = await trx
        .selectFrom('number_issued')
        .select('number')
        .where('participant_id', '=', caller.participantId)
        .where('request_id', '=', request.id)
        .executeTakeFirst()
      if (used !== undefined) return null
      const sequence = await nextFree(trx, hub, form, counter.last)
      await trx.updateTable('number_counter').set({ last: sequence }).where('scope', '=', form.scope).execute()
      const passedOver = sequence - counter.last - 1
      const answer = sign(hub, {
        number: form.numberOf(sequence),
        field: form.field,
        entity: form.entity.code,
        standard: form.release.id,
        sequence,
        request: request.id,
        issuer: { node: hub.node.name, region: hub.node.region, tier: hub.node.tier },
        issuedAt: hub.clock.now().toISOString(),
      })
      const bytes = await keep(trx, hub, caller, form, request, digest, answer, passedOver)
      // Before it can be seen by anybody: a database that is put back may not give it again.
      await hub.keepNumber?.(form.scope, sequence)
      return bytes
    }),
  ).catch(meanwhile)
}

/**
 * The first sequence after `last` under which nothing is stored here, withdrawn records included.
 * @throws Problem numbers-exhausted
 */
async function nextFree(trx: Transaction<Tables>, hub: Hub, form: NumberForm, last: number): Promise<number> {
  const digestOf = (sequence: number) => digestOfKey(hub, businessKey(form.entity, { [form.field]: form.numberOf(sequence) }, '').text)
  for (let from = last + 1; from <= form.sequenceMax; from += lookAhead) {
    const count = Math.min(lookAhead, form.sequenceMax - from + 1)
    const candidates = Array.from({ length: count }, (_, at) => ({ sequence: from + at, digest: digestOf(from + at) }))
    const { rows } = await sql<{ key_digest: Buffer }>`
      select key_digest from stream where key_digest = any(${byteaArray(candidates.map((one) => one.digest))}::bytea[])`.execute(trx)
    const stored = new Set(rows.map((row) => row.key_digest.toString('hex')))
    const free = candidates.find((one) => !stored.has(one.digest.toString('hex')))
    if (free !== undefined) return free.sequence
  }
  const example = form.numberOf(form.sequenceMax)
  throw new Problem('numbers-exhausted', {
    zh: `编号已用到 ${example}，同一范围至多 ${form.sequenceMax} 个`,
    en: `The numbers are used up to ${example}; there are ${form.sequenceMax} in one range`,
  })
}

interface Answer {
  readonly number: string
  readonly issuer: { readonly node: string; readonly [member: string]: unknown }
  readonly [member: string]: unknown
}

function sign(hub: Hub, answer: Answer): Answer {
  return { ...answer, signatures: [signDocument(canonicalize(answer), hub.signingKey)] }
}

async function keep(
  trx: Transaction<Tables>,
  hub: Hub,
  caller: Caller,
  form: NumberForm,
  request: NumberRequest,
  digest: Buffer,
  answer: Answer,
  passedOver: number,
): Promise<Buffer | null> {
  const at = hub.clock.now()
  const bytes = Buffer.from(JSON.stringify(answer))
  const inserted = await trx
    .insertInto('number_issued')
    .values({
      participant_id: caller.participantId,
      request_id: request.id,
      request_digest: digest,
      entity: form.entity.code,
      number: answer.number,
      scope: form.scope,
      issuer: answer.issuer.node,
      issued_at: at,
      answer: bytes,
    })
    .onConflict((conflict) => conflict.columns(['participant_id', 'request_id']).doNothing())
    .returning('number')
    .executeTakeFirst()
  // Undone as a whole: the counter must not move for a number that nobody got.
  if (inserted === undefined) throw new UsedMeanwhile()
  await addPendingEntry(trx, {
    kind: 'number',
    instant: at,
    actor: `participant:${caller.participantId}`,
    subject: answer.number,
    body: { number: answer.number, entity: form.entity.code, issuer: answer.issuer.node, request: request.id, passedOver },
  })
  return bytes
}

class UsedMeanwhile extends Error {}

/** The id under which this node asks for a participant's number: made from both, so that a retry asks for the same one. */
function idAbove(caller: Caller, id: string): string {
  const bytes = createHash('sha256').update(`${caller.participantId}\0${id}`).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  return formatUuid(bytes)
}

async function askAbove(
  hub: Hub,
  caller: Caller,
  form: NumberForm,
  request: NumberRequest,
  digest: Buffer,
  ask: AskAbove,
): Promise<Buffer | null> {
  const away = (why: string, cause?: unknown) =>
    new Problem(
      'not-ready',
      { zh: `编号由上级节点编发，而上级未给出答复（${why}）`, en: `The node above gives these numbers, and gave no answer (${why})` },
      { cause, hint: { zh: '稍后以同一 id 重试', en: 'Try again later under the same id' } },
    )
  let answered: Awaited<ReturnType<AskAbove>>
  try {
    answered = await ask({ ...request, id: idAbove(caller, request.id) })
  } catch (error) {
    throw away(error instanceof Error ? error.message : 'no answer', error)
  }
  if (answered.status !== 200 || !answered.verified) throw passedDown(answered) ?? away(`HTTP ${answered.status}`)
  const theirs = JSON.parse(answered.body.toString()) as Answer
  if (typeof theirs.number !== 'string' || typeof theirs.issuer?.node !== 'string') throw away('no number')
  const { number, field, entity, standard, sequence, issuer, issuedAt } = theirs
  const answer = sign(hub, {
    number,
    field,
    entity,
    standard,
    sequence,
    request: request.id,
    issuer,
    issuedAt,
    via: hub.node.name,
    above: theirs,
  })
  return await hub.db
    .transaction()
    .execute((trx) => keep(trx, hub, caller, form, request, digest, answer, 0))
    .catch(meanwhile)
}

function meanwhile(error: unknown): null {
  if (error instanceof UsedMeanwhile) return null
  throw error
}

/** What the node above said is wrong with the question, in its own words. */
function passedDown({ status, body }: { readonly status: number; readonly body: Buffer }): Problem | null {
  if (status < 400 || status >= 500 || status === 401 || status === 429) return null
  try {
    const { code, detail, en } = JSON.parse(body.toString()) as { code: string; detail: string; en: { detail: string } }
    return Object.hasOwn(catalogue, code)
      ? new Problem(code as ProblemCode, { zh: `上级：${detail}`, en: `The node above: ${en.detail}` })
      : null
  } catch {
    return null
  }
}
