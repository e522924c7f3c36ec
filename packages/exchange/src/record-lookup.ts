import type { Tables } from '@huijiao/database'
import { byteaArray } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import { businessKey, keyProblems } from '@huijiao/standard'
import { type Kysely, sql } from 'kysely'
import type { Hub } from './hub.ts'
import { digestOfKey } from './prepare-record.ts'
import { publicRecordId } from './record-id.ts'
import { entityNamed } from './succession-end.ts'
import { resolveKeys } from './succession.ts'
import { chainOf, type ShownStep } from './succession-list.ts'

export interface LookupQuery {
  readonly entity: string
  /** Fields of the business key; not for an entity keyed by `sourceId`. */
  readonly key?: unknown
  readonly sourceId?: string
  /** `<origin node>/<participant>` of the `sourceId`. */
  readonly stream?: string
}

export interface FoundRecord {
  /** The record that answers: the survivor, where the number became another and that one is here. */
  readonly recordId: string
  /** How the number asked for became the one that answers; null when it stands for itself. */
  readonly succession: {
    /** The record under the number asked for; null when it was never reported here. */
    readonly asked: string | null
    readonly chain: readonly ShownStep[]
    /** What stands for it now, as far as it is here; several after a split. */
    readonly survivors: readonly string[]
  } | null
}

/**
 * Finds a record by its business key. A number that became another leads to its survivor; after a split there are several, and the old record itself
 * answers with them named.
 * @throws Problem parameter-invalid, not-found
 */
export async function lookupRecord(hub: Hub, query: LookupQuery): Promise<FoundRecord> {
  const entity = entityNamed(hub, query.entity)
  const problems = keyProblems(entity, query.key)
  if (problems.length > 0) {
    throw new Problem(
      'parameter-invalid',
      { zh: problems.map((one) => one.detail).join('；'), en: problems.map((one) => one.en.detail).join('; ') },
      { pointer: '/key' },
    )
  }
  const { text } = businessKey(entity, (query.key ?? {}) as Record<string, unknown>, query.sourceId ?? '')
  const digest = digestOfKey(hub, entity.key.length === 0 ? `${query.stream ?? ''}\0${text}` : text)
  const survivors = (await resolveKeys(hub.db, [digest])).get(digest.toString('hex')) ?? []
  const ids = await recordIdsOf(hub.db, [digest, ...survivors])
  const asked = ids.get(digest.toString('hex')) ?? null
  const living = survivors.flatMap((one) => ids.get(one.toString('hex')) ?? [])
  const recordId = living.length === 1 ? (living[0] as string) : (asked ?? living[0])
  if (recordId === undefined)
    throw new Problem('not-found', { zh: '没有此业务主键的记录', en: 'There is no record with this business key' })
  if (survivors.length === 0) return { recordId, succession: null }
  return { recordId, succession: { asked, chain: await chainOf(hub.db, digest, 'successors'), survivors: living } }
}

/** Public record ids by key digest in hex; the first one of a key is the record's own. */
async function recordIdsOf(db: Kysely<Tables>, digests: readonly Buffer[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ key_digest: Buffer; record_id: string }>`
    select distinct on (key_digest) key_digest, record_id from stream where key_digest = any(${byteaArray(digests)}::bytea[]) order by key_digest, record_id`.execute(
    db,
  )
  return new Map(rows.map((row) => [row.key_digest.toString('hex'), publicRecordId(row.record_id)]))
}
