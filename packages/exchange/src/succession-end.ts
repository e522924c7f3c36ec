import type { Tables } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import { businessKey, type Entity, keyProblems } from '@huijiao/standard'
import type { Kysely } from 'kysely'
import type { Hub } from './hub.ts'
import { digestOfKey } from './prepare-record.ts'
import { parseRecordId, publicRecordId } from './record-id.ts'
import type { Endpoint } from './succession.ts'
import { allTextsMustBeHere } from './version-range.ts'

/** One end of a succession. */
export interface SuccessionEnd {
  readonly digest: Buffer
  /** As callers see it; null when there is no such record here. */
  readonly recordId: string | null
  /** Canonical text of the key; null where it holds something personal, or is the sender's own row number. */
  readonly keyText: string | null
}

/** The table as the newest release that has it describes it. @throws Problem parameter-invalid */
export function entityNamed(hub: Pick<Hub, 'standards'>, code: string): Entity {
  const entity = [...hub.standards().releases.values()]
    .map((release) => release.entities.get(code))
    .findLast((found) => found !== undefined)
  if (entity !== undefined) return entity
  throw new Problem(
    'parameter-invalid',
    { zh: `标准中没有 ${code.slice(0, 100)}`, en: `The standard has no ${code.slice(0, 100)}` },
    { pointer: '/entity' },
  )
}

/**
 * Finds the key that an endpoint means.
 * @throws Problem version-range-detached; not-found for a record that is not here, parameter-invalid for a key that cannot be one or a record of another table
 */
export async function resolveEnd(db: Kysely<Tables>, hub: Hub, entityCode: string, end: Endpoint): Promise<SuccessionEnd> {
  const entity = entityNamed(hub, entityCode)
  return 'recordId' in end ? await endOfRecord(db, entity, end.recordId) : await endOfKey(db, hub, entity, end.key)
}

async function endOfRecord(db: Kysely<Tables>, entity: Entity, recordId: string): Promise<SuccessionEnd> {
  const uuid = parseRecordId(recordId)
  const row =
    uuid === null
      ? undefined
      : await db
          .selectFrom('stream')
          .innerJoin('version', (join) =>
            join.onRef('version.part_id', '=', 'stream.last_part').onRef('version.ordinal', '=', 'stream.last_ordinal'),
          )
          .select(['stream.key_digest', 'stream.entity', 'version.part_id', 'version.open_text', 'version.salts'])
          .where('stream.record_id', '=', uuid)
          .limit(1)
          .executeTakeFirst()
  if (row === undefined)
    throw new Problem('not-found', { zh: `没有记录 ${recordId.slice(0, 60)}`, en: `There is no record ${recordId.slice(0, 60)}` })
  if (row.entity !== entity.code)
    throw new Problem('parameter-invalid', {
      zh: `${recordId} 是 ${row.entity} 的记录，不是 ${entity.code} 的`,
      en: `${recordId} is a record of ${row.entity}, not of ${entity.code}`,
    })
  await allTextsMustBeHere(db, [row])
  return { digest: row.key_digest, recordId, keyText: openKeyText(entity, row.open_text) }
}

async function endOfKey(db: Kysely<Tables>, hub: Hub, entity: Entity, key: Readonly<Record<string, unknown>>): Promise<SuccessionEnd> {
  if (entity.key.length === 0)
    throw new Problem('parameter-invalid', {
      zh: `${entity.code} 无业务主键，请用 recordId`,
      en: `${entity.code} has no business key; use recordId`,
    })
  const problems = keyProblems(entity, key)
  if (problems.length > 0)
    throw new Problem('parameter-invalid', {
      zh: problems.map((one) => one.detail).join('；'),
      en: problems.map((one) => one.en.detail).join('; '),
    })
  const { text, personal } = businessKey(entity, key, '')
  const digest = digestOfKey(hub, text)
  const row = await db
    .selectFrom('stream')
    .select('record_id')
    .where('key_digest', '=', digest)
    .orderBy('record_id')
    .limit(1)
    .executeTakeFirst()
  return { digest, recordId: row === undefined ? null : publicRecordId(row.record_id), keyText: personal ? null : text }
}

/** The key's canonical text from a record's open text; null when a part of it is not open, or is not there. */
export function openKeyText(entity: Entity, openText: string | null): string | null {
  if (openText === null || openText === '' || entity.key.length === 0) return null
  const data = JSON.parse(openText) as Record<string, unknown>
  if (entity.key.some((field) => data[field] === undefined)) return null
  const { text, personal } = businessKey(entity, data, '')
  return personal ? null : text
}
