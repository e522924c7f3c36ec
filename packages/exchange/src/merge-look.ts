import type { Tables } from '@huijiao/database'
import { keyedDigest } from '@huijiao/identity'
import type { Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import { presentParents } from './parents.ts'
import { copyOfPrepared, type PreparedVersion } from './prepared.ts'
import { foreignRecordIds, keysOfRecords, lockStreams, renameStreams, type StreamRow } from './stream.ts'

export type Keyed = PreparedVersion & { readonly keyDigest: Buffer }

export interface Seen {
  /** Streams that exist, by key and source. */
  readonly rows: Map<string, StreamRow>
  /** Record id under which another participant of this node already sends the key. */
  readonly recordIds: Map<string, string>
  readonly parents: Set<string>
  /** Record ids that belong to another key. */
  readonly foreign: Set<string>
}

export const keyOf = (digest: Buffer) => digest.toString('latin1')
export const streamOf = (digest: Buffer, sourceNo: number) => `${keyOf(digest)}/${sourceNo}`

/** A merge whose first statement is on its way: the streams of its keys are being locked and read. */
export interface BegunMerge {
  readonly keyed: readonly Keyed[]
  readonly seen: Promise<Seen>
}

export async function beginMerge(trx: Transaction<Tables>, hub: Hub, prepared: readonly PreparedVersion[]): Promise<BegunMerge> {
  const keyed = await withKeys(trx, hub, prepared)
  const seen = look(trx, hub, keyed)
  seen.catch(() => undefined) // heard by whoever goes on with it
  return { keyed, seen }
}

/** A withdrawal between nodes names its record by id alone: its key is that of the stream it ends. */
async function withKeys(trx: Transaction<Tables>, hub: Hub, prepared: readonly PreparedVersion[]): Promise<Keyed[]> {
  const nameless = prepared.filter((record) => record.keyDigest === null)
  if (nameless.length === 0) return prepared as Keyed[]
  const known = await keysOfRecords(
    trx,
    nameless.map((record) => record.recordId as string),
  )
  // The version that it ends may be in this very part.
  for (const { keyDigest, recordId, sourceNo } of prepared)
    if (keyDigest !== null && recordId !== null) known.set(`${recordId}/${sourceNo}`, keyDigest)
  return prepared.map((record) => {
    if (record.keyDigest !== null) return record as Keyed
    const recordId = record.recordId as string
    return copyOfPrepared(record, {
      keyDigest: keyOfNameless(known, record) ?? keyOfUnseen(hub, recordId),
    }) as Keyed
  })
}

/** The key of a record of which only its end came: a tombstone or a withdrawal shows no field. */
const keyOfUnseen = (hub: Hub, recordId: string): Buffer => keyedDigest(hub.digestSecret, 'record-id', recordId)

/**
 * Gives streams of which only an end had come the key of their record, now that it comes with its fields: a lower node that does not know whether a version
 * was stored here tells of its end in any case.
 * @returns whether there were any
 */
async function nameStreams(trx: Transaction<Tables>, hub: Hub, given: readonly Keyed[], foreign: ReadonlySet<string>): Promise<boolean> {
  const named = new Map(given.filter((one) => foreign.has(one.recordId as string)).map((one) => [one.recordId as string, one.keyDigest]))
  const changed = await renameStreams(
    trx,
    [...named].map(([recordId, to]) => ({ from: keyOfUnseen(hub, recordId), to })).filter(({ from, to }) => !from.equals(to)),
  )
  return changed > 0
}

/** A correction whose key is among its sealed fields belongs to the record that it corrects, whoever reports that. */
const keyOfNameless = (known: ReadonlyMap<string, Buffer>, { recordId, sourceNo, operation }: PreparedVersion): Buffer | undefined =>
  known.get(`${recordId}/${sourceNo}`) ?? (operation === 'upsert' ? known.get(recordId as string) : undefined)

/** Locks and reads what the records of a part meet. */
export async function look(trx: Transaction<Tables>, hub: Hub, keyed: readonly Keyed[]): Promise<Seen> {
  if (keyed.length === 0) return { rows: new Map(), recordIds: new Map(), parents: new Set(), foreign: new Set() }
  const rows = new Map<string, StreamRow>()
  const recordIds = new Map<string, string>()
  const given = keyed.filter((record) => record.recordId !== null)
  const [locked, parents, foreign] = await Promise.all([
    lockStreams(
      trx,
      keyed.map((record) => record.keyDigest),
    ),
    presentParents(
      trx,
      keyed.flatMap((record) => record.parents.map((parent) => parent.digest)),
    ),
    foreignRecordIds(
      trx,
      given.map((record) => ({ recordId: record.recordId as string, keyDigest: record.keyDigest, sourceNo: record.sourceNo })),
    ),
  ])
  if (foreign.size > 0 && (await nameStreams(trx, hub, given, foreign))) return await look(trx, hub, keyed)
  for (const row of locked) {
    rows.set(streamOf(row.key_digest, row.source_no), row)
    if (!recordIds.has(keyOf(row.key_digest))) recordIds.set(keyOf(row.key_digest), row.record_id)
  }
  return { rows, recordIds, parents, foreign }
}
