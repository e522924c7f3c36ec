import type { StandardTable, Tables } from '@huijiao/database'
import type { Signature } from '@huijiao/identity'
import type { ReleaseDocument } from '@huijiao/standard'
import { type Kysely, sql, type Transaction } from 'kysely'

/** What is known of one revision of a release without its document. */
export interface StandardFacts {
  readonly standardNo: number
  /** Release id, such as `2018`. */
  readonly id: string
  readonly revision: number
  /** Region code of the authority that issued this revision. */
  readonly issuer: string
  /** 32 bytes. */
  readonly digest: Buffer
}

/** From an instant on this revision counts, until another one does. */
export interface Activation extends StandardFacts {
  readonly activationNo: number
  readonly effectiveFrom: Date
  readonly decidedAt: Date
  readonly decidedBy: string
  readonly reason: string | null
  readonly cancelledAt: Date | null
  readonly announcedAt: Date | null
}

/** Which activation of a release counts at an instant (milliseconds): the latest not after it, of several the one decided last. Null: none. */
export function activeAt(list: readonly Activation[], id: string, at: number): Activation | null {
  let found: Activation | null = null
  for (const one of list) {
    if (one.id !== id || one.cancelledAt !== null || one.effectiveFrom.getTime() > at) continue
    const later = found === null ? 1 : one.effectiveFrom.getTime() - found.effectiveFrom.getTime() || one.activationNo - found.activationNo
    if (later > 0) found = one
  }
  return found
}

/**
 * Whether a revision that comes now counts from its instant by itself: when it is newer than whatever its issuer has had in force until then. An older
 * one is kept, and an operator may go back to it.
 */
export function comesAfter(list: readonly Activation[], one: { id: string; issuer: string; revision: number }, at: number): boolean {
  return list.every(
    (other) =>
      other.id !== one.id ||
      other.issuer !== one.issuer ||
      other.cancelledAt !== null ||
      other.effectiveFrom.getTime() > at ||
      other.revision < one.revision,
  )
}

/** All activations in the order in which they were decided. There are a handful a year. */
export async function readActivations(db: Kysely<Tables>): Promise<Activation[]> {
  const rows = await db
    .selectFrom('standard_activation')
    .innerJoin('standard', 'standard.standard_no', 'standard_activation.standard_no')
    .select([
      'standard.standard_no',
      'standard.release',
      'revision',
      'issuer',
      'digest',
      'activation_no',
      'standard_activation.effective_from',
      'decided_at',
      'decided_by',
      'reason',
      'cancelled_at',
      'announced_at',
    ])
    .orderBy('activation_no')
    .execute()
  return rows.map((row) => ({
    standardNo: row.standard_no,
    id: row.release,
    revision: row.revision,
    issuer: row.issuer,
    digest: row.digest,
    activationNo: row.activation_no,
    effectiveFrom: row.effective_from,
    decidedAt: row.decided_at,
    decidedBy: row.decided_by,
    reason: row.reason,
    cancelledAt: row.cancelled_at,
    announcedAt: row.announced_at,
  }))
}

/** A revision with how it came here. */
export interface KeptStandard extends StandardFacts {
  readonly origin: StandardTable['origin']
  readonly source: string | null
  /** As the document says. */
  readonly effectiveFrom: Date | null
  readonly loadedAt: Date
  readonly loadedBy: string
  readonly signatures: readonly Signature[]
}

/** Every revision that this node knows, oldest first, without the documents. */
export async function listStandards(db: Kysely<Tables>): Promise<KeptStandard[]> {
  const rows = await db
    .selectFrom('standard')
    .select([
      'standard_no',
      'release',
      'revision',
      'issuer',
      'digest',
      'origin',
      'source',
      'effective_from',
      'loaded_at',
      'loaded_by',
      'signatures',
    ])
    .orderBy('standard_no')
    .execute()
  return rows.map((row) => ({
    standardNo: row.standard_no,
    id: row.release,
    revision: row.revision,
    issuer: row.issuer,
    digest: row.digest,
    origin: row.origin,
    source: row.source,
    effectiveFrom: row.effective_from,
    loadedAt: row.loaded_at,
    loadedBy: row.loaded_by,
    signatures: row.signatures,
  }))
}

/** The canonical text of one revision's document, without its signatures. */
export async function standardText(db: Kysely<Tables>, standardNo: number): Promise<string> {
  const row = await db.selectFrom('standard').select('document').where('standard_no', '=', standardNo).executeTakeFirstOrThrow()
  return row.document
}

export interface NewStandard {
  readonly document: ReleaseDocument
  /** Canonical text of the document without signatures. */
  readonly text: string
  readonly digest: Buffer
  readonly signatures: readonly Signature[]
  readonly origin: StandardTable['origin']
  readonly source: string | null
  readonly loadedAt: Date
  readonly loadedBy: string
}

/** Keeps a document. @returns its number, or null when its release, revision and issuer stand for another document already */
export async function insertStandard(trx: Kysely<Tables>, one: NewStandard): Promise<number | null> {
  const { id, revision, issuer, effectiveFrom } = one.document
  const row = await trx
    .insertInto('standard')
    .values({
      release: id,
      revision,
      issuer,
      digest: one.digest,
      document: one.text,
      signatures: JSON.stringify(one.signatures),
      origin: one.origin,
      source: one.source,
      effective_from: effectiveFrom === null ? null : new Date(effectiveFrom),
      loaded_at: one.loadedAt,
      loaded_by: one.loadedBy,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('standard_no')
    .executeTakeFirst()
  return row?.standard_no ?? null
}

export interface NewActivation {
  readonly standardNo: number
  readonly id: string
  readonly effectiveFrom: Date
  readonly decidedAt: Date
  readonly decidedBy: string
  readonly reason: string | null
}

export async function insertActivation(trx: Kysely<Tables>, one: NewActivation): Promise<number> {
  const { activation_no } = await trx
    .insertInto('standard_activation')
    .values({
      standard_no: one.standardNo,
      release: one.id,
      effective_from: one.effectiveFrom,
      decided_at: one.decidedAt,
      decided_by: one.decidedBy,
      reason: one.reason,
      cancelled_at: null,
      announced_at: null,
    })
    .returning('activation_no')
    .executeTakeFirstOrThrow()
  return activation_no
}

/** One change of the releases at a time, whichever process makes it. Held to the end of the transaction. */
export async function lockStandards(trx: Transaction<Tables>): Promise<void> {
  const { rows } = await sql<{ name: string }>`select name from node`.execute(trx)
  await sql`select pg_advisory_xact_lock(hashtextextended(${`huijiao/standard/${rows[0]?.name ?? ''}`}, 0))`.execute(trx)
}
