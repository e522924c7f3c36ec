import type { StandardTable, Tables } from '@huijiao/database'
import type { Signature, VerifyingKey } from '@huijiao/identity'
import { canonicalize, digestText, sha256 } from '@huijiao/merkle'
import { type DocumentFault, Problem } from '@huijiao/problem'
import type { ReleaseDocument } from '@huijiao/standard'
import type { Kysely, Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { startLiveShadow } from './shadow.ts'
import { standardFaults } from './standards-check.ts'
import { ownKeys, verified } from './standards-signature.ts'
import { comesAfter, insertActivation, insertStandard, lockStandards, readActivations } from './standards-store.ts'

export interface LoadRequest {
  /** The parsed document, its `signatures` beside its members. */
  readonly document: unknown
  /** `operator:…` or `node`. */
  readonly actor: string
  readonly origin: Exclude<StandardTable['origin'], 'built-in'>
  /** Name of the node above that gave it. */
  readonly source: string | null
  /** Keys of the nodes above and of configured authorities, by key id. The node's own are known here. */
  readonly keyOf: (keyId: string) => VerifyingKey | null
}

export interface LoadedStandard {
  readonly release: string
  readonly revision: number
  readonly issuer: string
  readonly digest: string
  /** False when exactly this document was here already. */
  readonly changed: boolean
  /** From when it counts here; null when it is kept only, because a newer one counts. */
  readonly effectiveFrom: string | null
  /** Key ids of the signatures that hold. */
  readonly signedBy: readonly string[]
  /** Number of the run that tells what it would refuse until then; null when it counts at once. */
  readonly shadowRun: number | null
}

/** Documents are read whole; the built-in ones have less than half a megabyte. */
export const standardBytesMax = 32 * 1024 * 1024

/**
 * Loads a release of the standard: verifies who signed it, checks the whole document, keeps it, and sets the instant from which it counts. One
 * transaction with one entry, so that a kill leaves all of it or nothing. A document without a signature is taken only from the authority's own node,
 * where loading it is publishing it: the node signs. A refusal is an entry as well.
 * @throws Problem standard-invalid (with every fault), standard-unsigned, standard-conflict
 */
export async function loadStandard(hub: Hub, request: LoadRequest): Promise<LoadedStandard> {
  const { signatures, text, digest, members } = split(request.document)
  const known = await knownStandard(hub.db, digest)
  if (known !== null) return known
  let document: ReleaseDocument
  let signed: { all: readonly Signature[]; by: readonly string[] }
  try {
    signed = verified(hub, request, members, signatures, text, await ownKeys(hub))
    const faults = await standardFaults(hub, members)
    if (faults.length > 0) throw invalidStandard(faults, nameOf(members))
    document = members as unknown as ReleaseDocument
  } catch (error) {
    if (error instanceof Problem) await noteRefusal(hub, request, members, digest, error)
    throw error
  }
  return await keep(hub, { request, document, text, digest, signatures: signed.all, signedBy: signed.by })
}

type Members = Record<string, unknown>

function split(document: unknown): { signatures: unknown; text: string; digest: Buffer; members: Members } {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw invalidStandard([{ pointer: '', detail: '应为 JSON 对象', en: { detail: 'must be a JSON object' } }])
  }
  const { signatures, ...members } = document as Members
  try {
    const text = canonicalize(members)
    return { signatures, text, digest: sha256(Buffer.from(text)), members }
  } catch (error) {
    throw invalidStandard([
      { pointer: '', detail: '没有规范形式（RFC 8785）', en: { detail: `has no canonical form (RFC 8785): ${(error as Error).message}` } },
    ])
  }
}

/** How a document is named where something is wrong with it. */
const nameOf = ({ id, revision, issuer }: Members): string =>
  [id, revision, issuer].map((part) => (typeof part === 'string' || typeof part === 'number' ? String(part).slice(0, 60) : '?')).join(' ')

export const invalidStandard = (errors: readonly DocumentFault[], value?: string): Problem =>
  new Problem(
    'standard-invalid',
    { zh: `共 ${errors.length} 处问题，见 errors`, en: `${errors.length} faults, see errors` },
    { errors: errors.slice(0, 200), pointer: errors[0]?.pointer ?? '', ...(value === undefined ? {} : { value }) },
  )

async function knownStandard(db: Kysely<Tables>, digest: Buffer): Promise<LoadedStandard | null> {
  const row = await db
    .selectFrom('standard')
    .select(['standard_no', 'release', 'revision', 'issuer', 'signatures'])
    .where('digest', '=', digest)
    .executeTakeFirst()
  if (row === undefined) return null
  const active = (await readActivations(db)).findLast((one) => one.standardNo === row.standard_no && one.cancelledAt === null)
  return {
    release: row.release,
    revision: row.revision,
    issuer: row.issuer,
    digest: digestText(digest),
    changed: false,
    effectiveFrom: active?.effectiveFrom.toISOString() ?? null,
    signedBy: row.signatures.map((one) => one.keyId),
    shadowRun: null,
  }
}

export interface CheckedStandard {
  readonly request: LoadRequest
  readonly document: ReleaseDocument
  readonly text: string
  readonly digest: Buffer
  readonly signatures: readonly Signature[]
  readonly signedBy: readonly string[]
  /** From when an operator has it count, where the document itself names no day. */
  readonly from?: Date | null
}

/** Keeps a checked document, with its instant, its shadow run and its entry. */
export async function keep(hub: Hub, checked: CheckedStandard, more: object = {}): Promise<LoadedStandard> {
  const { request, document, text, digest, signatures, signedBy } = checked
  const result = await hub.db.transaction().execute(async (trx): Promise<LoadedStandard | 'known'> => {
    await lockStandards(trx)
    const at = hub.clock.now()
    const { origin, source, actor } = request
    const standardNo = await insertStandard(trx, { document, text, digest, signatures, origin, source, loadedAt: at, loadedBy: actor })
    if (standardNo === null) {
      if ((await knownStandard(trx, digest)) !== null) return 'known'
      throw new Problem(
        'standard-conflict',
        {
          zh: `${document.id} 第 ${document.revision} 修订（${document.issuer}）已是另一份文件`,
          en: `Revision ${document.revision} of ${document.id} (${document.issuer}) stands for another document`,
        },
        { value: nameOf(document as unknown as Members) },
      )
    }
    const effectiveFrom = await schedule(trx, hub, { document, standardNo, actor, at, from: checked.from ?? null })
    const shadowRun = await startLiveShadow(trx, { standardNo, actor, at, effectiveFrom })
    await trx.deleteFrom('standard_refusal').where('digest', '=', digest).execute()
    const loaded = {
      release: document.id,
      revision: document.revision,
      issuer: document.issuer,
      digest: digestText(digest),
      effectiveFrom: effectiveFrom?.toISOString() ?? null,
      signedBy,
      shadowRun,
    }
    await addPendingEntry(trx, {
      kind: 'standard',
      instant: at,
      actor,
      subject: document.id,
      body: { action: 'loaded', origin, ...(source === null ? {} : { source }), ...loaded, ...more },
    })
    return { ...loaded, changed: true }
  })
  if (result === 'known') return (await knownStandard(hub.db, digest)) as LoadedStandard
  await hub.shelf.refresh()
  hub.onPending()
  return result
}

/** Not before every process of the node has heard of it. */
async function schedule(
  trx: Transaction<Tables>,
  hub: Hub,
  one: { document: ReleaseDocument; standardNo: number; actor: string; at: Date; from: Date | null },
): Promise<Date | null> {
  const { document, standardNo, actor, at, from } = one
  const wanted = from?.getTime() ?? (document.effectiveFrom === null ? 0 : Date.parse(document.effectiveFrom))
  const effectiveFrom = new Date(Math.max(wanted, at.getTime() + hub.shelf.noticeMs))
  if (!comesAfter(await readActivations(trx), document, effectiveFrom.getTime())) return null
  await insertActivation(trx, { standardNo, id: document.id, effectiveFrom, decidedAt: at, decidedBy: actor, reason: null })
  return effectiveFrom
}

/** How long a document that was refused from above is left alone. */
export const refusalRestMs = 3_600_000

/** Writes a refusal down. What a node above offers again and again is told once. */
async function noteRefusal(hub: Hub, request: LoadRequest, members: Members, digest: Buffer, problem: Problem): Promise<void> {
  const text = (value: unknown) => (typeof value === 'string' && /^[\w.-]{1,60}$/.test(value) ? value : '')
  const revision = Number.isSafeInteger(members['revision']) ? (members['revision'] as number) : 0
  await hub.db.transaction().execute(async (trx) => {
    const at = hub.clock.now()
    const faults = JSON.stringify((problem.errors ?? []).slice(0, 20))
    const told = await trx.selectFrom('standard_refusal').select('digest').where('digest', '=', digest).forUpdate().executeTakeFirst()
    await trx
      .insertInto('standard_refusal')
      .values({
        digest,
        source: request.source ?? request.actor,
        release: text(members['id']),
        revision: Math.min(Math.max(revision, 0), 2_147_483_647),
        tried_at: at,
        faults,
      })
      .onConflict((conflict) => conflict.column('digest').doUpdateSet({ tried_at: at, faults }))
      .execute()
    if (told !== undefined && request.origin === 'upstream') return
    await addPendingEntry(trx, {
      kind: 'standard',
      instant: at,
      actor: request.actor,
      ...(text(members['id']) === '' ? {} : { subject: text(members['id']) }),
      body: {
        action: 'refused',
        origin: request.origin,
        ...(request.source === null ? {} : { source: request.source }),
        release: text(members['id']),
        revision,
        digest: digestText(digest),
        code: problem.code,
        reason: problem.detail.zh,
        faults: (problem.errors ?? []).slice(0, 20).map((one) => `${one.pointer}: ${one.en.detail}`.slice(0, 300)),
      },
    })
  })
  hub.onPending()
}
