import { int4Array, int8Array } from '@huijiao/database'
import { signDocument } from '@huijiao/identity'
import { digestText } from '@huijiao/merkle'
import { sql } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { findStandard, type RevisionName } from './standards-change.ts'
import { refusalRestMs } from './standards-load.ts'
import { type Activation, activeAt, type KeptStandard, listStandards, readActivations, standardText } from './standards-store.ts'

/** `in-force`: counts now; `scheduled`: from a later instant; `past`: counted once; `kept`: never did; `not-served`: not for this node. */
export type StandardState = 'in-force' | 'scheduled' | 'past' | 'kept' | 'not-served'

export interface ShownStandard {
  readonly release: string
  readonly revision: number
  readonly issuer: string
  readonly digest: string
  readonly state: StandardState
  /** Since when it counts, or from when it will. */
  readonly effectiveFrom: string | null
  readonly origin: KeptStandard['origin']
  readonly source: string | null
  readonly loadedAt: string
  readonly loadedBy: string
  readonly signedBy: readonly string[]
  readonly activations: readonly {
    readonly effectiveFrom: string
    readonly decidedAt: string
    readonly decidedBy: string
    readonly reason: string | null
    readonly cancelled: boolean
  }[]
}

/** Every revision that this node knows, by release and in the order in which they came. */
export async function showStandards(hub: Hub): Promise<ShownStandard[]> {
  const now = hub.clock.now().getTime()
  const activations = await readActivations(hub.db)
  const served = activations.filter((one) => hub.shelf.serves(one.id, one.issuer))
  const standards = (await listStandards(hub.db)).toSorted((a, b) => (a.id === b.id ? a.standardNo - b.standardNo : a.id < b.id ? -1 : 1))
  return standards.map((one) => {
    const mine = activations.filter((other) => other.standardNo === one.standardNo)
    const { state, effectiveFrom } = stateOf(hub, one, served, now)
    return {
      release: one.id,
      revision: one.revision,
      issuer: one.issuer,
      digest: digestText(one.digest),
      state,
      effectiveFrom: effectiveFrom?.toISOString() ?? null,
      origin: one.origin,
      source: one.source,
      loadedAt: one.loadedAt.toISOString(),
      loadedBy: one.loadedBy,
      signedBy: one.signatures.map((signature) => signature.keyId),
      activations: mine.map((activation) => ({
        effectiveFrom: activation.effectiveFrom.toISOString(),
        decidedAt: activation.decidedAt.toISOString(),
        decidedBy: activation.decidedBy,
        reason: activation.reason,
        cancelled: activation.cancelledAt !== null,
      })),
    }
  })
}

function stateOf(
  hub: Hub,
  one: KeptStandard,
  served: readonly Activation[],
  now: number,
): { state: StandardState; effectiveFrom: Date | null } {
  if (!hub.shelf.serves(one.id, one.issuer)) return { state: 'not-served', effectiveFrom: null }
  const active = activeAt(served, one.id, now)
  if (active?.standardNo === one.standardNo) return { state: 'in-force', effectiveFrom: active.effectiveFrom }
  const mine = served.filter((other) => other.standardNo === one.standardNo && other.cancelledAt === null)
  const ahead = mine.filter((other) => other.effectiveFrom.getTime() > now).toSorted((a, b) => +a.effectiveFrom - +b.effectiveFrom)[0]
  if (ahead !== undefined) return { state: 'scheduled', effectiveFrom: ahead.effectiveFrom }
  const past = mine.at(-1)
  return past === undefined ? { state: 'kept', effectiveFrom: null } : { state: 'past', effectiveFrom: past.effectiveFrom }
}

/**
 * The document of one revision with the signatures that it came with and this node's own, which says: this is what counts, or will count, here.
 * @returns JSON text; without its `signatures` member it has the canonical text that is digested and signed
 * @throws Problem not-found
 */
export async function signedStandard(hub: Hub, name: RevisionName): Promise<{ text: string; digest: string }> {
  const standard = await findStandard(hub.db, name)
  const text = await standardText(hub.db, standard.standardNo)
  const own = signDocument(text, hub.signingKey)
  const signatures = [...standard.signatures.filter((one) => one.keyId !== own.keyId), own]
  return { text: `${text.slice(0, -1)},"signatures":${JSON.stringify(signatures)}}`, digest: digestText(standard.digest) }
}

/** A revision as a node tells the nodes below of it. */
export interface OfferedStandard {
  readonly release: string
  readonly revision: number
  readonly issuer: string
  readonly digest: string
  /** It counts already; else it will. */
  readonly inForce: boolean
}

/** What counts here or will: what nodes below should hold as well. From memory. */
export function offeredStandards(hub: Pick<Hub, 'shelf'>): OfferedStandard[] {
  const offer = (one: { id: string; revision: number; issuer: string; digest: Buffer }, inForce: boolean): OfferedStandard => ({
    release: one.id,
    revision: one.revision,
    issuer: one.issuer,
    digest: digestText(one.digest),
    inForce,
  })
  const now = [...hub.shelf.inForce().revisions.values()]
  const known = new Set(now.map((one) => one.standardNo))
  return [
    ...now.map((one) => offer(one, true)),
    ...hub.shelf
      .upcoming()
      .filter((one) => !known.has(one.standardNo))
      .map((one) => offer(one, false)),
  ]
}

/** Of what a node above offers, that which this node should ask for: served here, not held, and not refused a moment ago. */
export async function wantedStandards(hub: Hub, offered: readonly OfferedStandard[]): Promise<OfferedStandard[]> {
  const fitting = offered.filter((one) => hub.shelf.serves(one.release, one.issuer))
  if (fitting.length === 0) return []
  const digests = fitting.map((one) => Buffer.from(one.digest.slice('sha-256:'.length), 'hex'))
  const held = await hub.db.selectFrom('standard').select('digest').where('digest', 'in', digests).execute()
  const refused = await hub.db
    .selectFrom('standard_refusal')
    .select('digest')
    .where('digest', 'in', digests)
    .where('tried_at', '>', new Date(hub.clock.now().getTime() - refusalRestMs))
    .execute()
  const settled = new Set([...held, ...refused].map((row) => digestText(row.digest)))
  return fitting.filter((one) => !settled.has(one.digest))
}

/** The next page of the feed takes the next ones. */
const retriedAtOnce = 2000
/** So often one record is sent again by itself because its release is served above after all. */
const retriesMax = 5

/**
 * Sends again what was parked because the node above did not serve its release, once that one says that it does.
 * @returns how many records
 */
export async function retryUnknownReleases(hub: Hub, linkNo: number, offered: readonly OfferedStandard[]): Promise<number> {
  const served = [...new Set(offered.filter((one) => one.inForce).map((one) => one.release))]
  const { rows } = await sql<{ part_id: number; ordinal: number }>`
    select p.part_id, p.ordinal from parked p join version v on v.part_id = p.part_id and v.ordinal = p.ordinal
    where p.link_no = ${linkNo} and p.state = 'parked' and p.reason = 'release-unknown' and p.retries < ${retriesMax} and v.release = any(${served})
    order by p.parked_at limit ${retriedAtOnce}`.execute(hub.db)
  if (rows.length === 0) return 0
  const retried = await hub.db.transaction().execute(async (trx) => {
    const link = await trx.selectFrom('link').select('name').where('link_no', '=', linkNo).executeTakeFirstOrThrow()
    const { numAffectedRows } = await sql`
      update parked p set state = 'retrying', resolved_at = null
      from unnest(${int8Array(rows.map((row) => row.part_id))}::int8[], ${int4Array(rows.map((row) => row.ordinal))}::int4[]) as t (part_id, ordinal)
      where p.link_no = ${linkNo} and p.part_id = t.part_id and p.ordinal = t.ordinal and p.state = 'parked'`.execute(trx)
    const records = Number(numAffectedRows ?? 0n)
    if (records === 0) return 0
    await addPendingEntry(trx, {
      kind: 'link',
      instant: hub.clock.now(),
      actor: 'node',
      subject: link.name,
      body: { action: 'retry-parked', reason: 'release-unknown', releases: served, records },
    })
    return records
  })
  if (retried > 0) hub.onPending()
  return retried
}
