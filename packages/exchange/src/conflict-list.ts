import type { ConflictTable, Tables } from '@huijiao/database'
import { int4Array, int8Array } from '@huijiao/database'
import { digestText } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { type Kysely, type Selectable, sql } from 'kysely'
import { recordWithin } from './bounds.ts'
import { dataAndSealed } from './authority-read.ts'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { parseRecordId, publicRecordId } from './record-id.ts'
import { masked } from './record.ts'
import { isElsewhere, shownElsewhere, type VersionsElsewhere, withElsewhere } from './version-range.ts'

export interface ConflictFilter {
  /** `open` when absent. */
  readonly state?: ConflictTable['state']
  readonly entity?: string
  readonly field?: string
  /** `<origin node>/<participant>` of one side. */
  readonly participant?: string
  /** Regions that the reader may see; absent: all. */
  readonly within?: readonly string[]
  readonly recordId?: string
  /** Found at or after. */
  readonly since?: Date
  /** Numbers below this one. */
  readonly before?: number
  readonly limit: number
}

type Row = Selectable<ConflictTable>

interface SideRow {
  readonly part_id: number
  readonly ordinal: number
  readonly n: number
  readonly release: string
  readonly commitment: Buffer
  readonly stream: string
  readonly open_text: string | null
  readonly named_text: string | null
  readonly sealed_text: Buffer | null
  readonly salts: Buffer
  readonly elsewhere?: VersionsElsewhere
  readonly stored_at: Date
}

/** One side of a conflict as an operator reads it; what is sealed is masked, absent when the source has no such field, or its texts are kept elsewhere. */
export interface ShownSide {
  readonly stream: string
  readonly version: number
  readonly release: string
  readonly commitment: string
  readonly storedAt: string
  readonly value?: unknown
  readonly elsewhere?: VersionsElsewhere | null
}

/** Conflicts (数据冲突), newest first. */
export async function listConflicts(hub: Hub, filter: ConflictFilter) {
  const { db } = hub
  let query = db
    .selectFrom('conflict')
    .selectAll()
    .where('state', '=', filter.state ?? 'open')
  if (filter.entity !== undefined) query = query.where('entity', '=', filter.entity)
  if (filter.field !== undefined) query = query.where('field', '=', filter.field)
  if (filter.since !== undefined) query = query.where('found_at', '>=', filter.since)
  if (filter.before !== undefined) query = query.where('conflict_id', '<', filter.before)
  if (filter.within !== undefined) query = query.where(recordWithin(sql`conflict.record_id`, filter.within))
  if (filter.recordId !== undefined) {
    const uuid = parseRecordId(filter.recordId) ?? '00000000-0000-0000-0000-000000000000'
    query = query.where('key_digest', 'in', sql<Buffer>`(select key_digest from stream where record_id = ${uuid}::uuid)`)
  }
  if (filter.participant !== undefined) {
    const [origin = '', participant = ''] = filter.participant.split('/')
    query = query.where(
      sql<boolean>`source_nos && array(select source_no from source where origin = ${origin} and participant = ${participant})`,
    )
  }
  const rows = await query.orderBy('conflict_id', 'desc').limit(filter.limit).execute()
  return await showConflicts(hub, rows)
}

async function showConflicts(hub: Hub, rows: readonly Row[]) {
  const places = rows.flatMap((row) => row.sides.map(([, part, ordinal]) => ({ part, ordinal })))
  const versions = await loadSides(hub.db, places)
  const { releases } = hub.standards()
  const sources = await sourceNames(
    hub.db,
    rows.flatMap((row) => row.chosen_source ?? []),
  )
  return rows.map((row) => {
    const sides = row.sides.flatMap(([, part, ordinal]): ShownSide[] => {
      const version = versions.get(`${part}/${ordinal}`)
      if (version === undefined) return []
      const told = isElsewhere(version) ? null : dataAndSealed(hub, version)
      const value = told?.sealed.has(row.field) === true ? masked : told?.data[row.field]
      return [
        {
          stream: version.stream,
          version: version.n,
          release: version.release,
          commitment: digestText(version.commitment),
          storedAt: version.stored_at.toISOString(),
          ...(value === undefined ? {} : { value }),
          ...shownElsewhere(version),
        },
      ]
    })
    const field = [...releases.values()]
      .map((release) => release.entities.get(row.entity)?.fields.find((one) => one.code === row.field))
      .findLast((one) => one !== undefined)
    return {
      conflict: row.conflict_id,
      recordId: publicRecordId(row.record_id),
      entity: row.entity,
      field: row.field,
      fieldName: field?.nameZh ?? row.field,
      kind: row.kind,
      state: row.state,
      foundAt: row.found_at.toISOString(),
      sides,
      settled:
        row.settled_at === null
          ? null
          : {
              at: row.settled_at.toISOString(),
              actor: row.actor,
              reason: row.reason,
              source: row.chosen_source === null ? null : (sources.get(row.chosen_source) ?? null),
            },
    }
  })
}

async function loadSides(db: Kysely<Tables>, places: readonly { part: number; ordinal: number }[]): Promise<Map<string, SideRow>> {
  if (places.length === 0) return new Map()
  const { rows } = await sql<SideRow>`
    select v.part_id, v.ordinal, v.n, v.release, v.commitment, v.open_text, v.named_text, v.sealed_text, v.salts, p.stored_at, o.origin || '/' || o.participant as stream
    from (select distinct * from unnest(${int8Array(places.map((one) => one.part))}::int8[], ${int4Array(places.map((one) => one.ordinal))}::int4[]) as t (part_id, ordinal)) t
    join version v using (part_id, ordinal) join part p using (part_id) join source o using (source_no)`.execute(db)
  return new Map((await withElsewhere(db, rows)).map((row) => [`${row.part_id}/${row.ordinal}`, row]))
}

async function sourceNames(db: Kysely<Tables>, numbers: readonly number[]): Promise<Map<number, string>> {
  if (numbers.length === 0) return new Map()
  const rows = await db
    .selectFrom('source')
    .selectAll()
    .where('source_no', 'in', [...numbers])
    .execute()
  return new Map(rows.map((row) => [row.source_no, `${row.origin}/${row.participant}`]))
}

/**
 * A person says which source is right about a field. Nothing is merged: the streams stay as they are, and what is in force takes the field from the
 * named source from now on. An entry keeps who said so and why. What the sources say later, if it differs again, is asked again.
 * @throws Problem not-found, parameter-invalid when the source is no side of it
 */
export async function decideConflict(
  hub: Hub,
  actor: string,
  id: number,
  decision: { readonly source: string; readonly reason: string },
): Promise<{ recordId: string; field: string }> {
  const at = hub.clock.now()
  const decided = await hub.db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('conflict')
      .selectAll()
      .where('conflict_id', '=', id)
      .where('state', '<>', 'settled')
      .forUpdate()
      .executeTakeFirst()
    if (row === undefined) throw new Problem('not-found', { zh: `没有待处理的数据冲突 ${id}`, en: `There is no conflict ${id} to decide` })
    const names = await sourceNames(trx, row.source_nos)
    const chosen = [...names].find(([, name]) => name === decision.source)?.[0]
    if (chosen === undefined)
      throw new Problem(
        'parameter-invalid',
        {
          zh: `${decision.source} 不是冲突的一方：${[...names.values()].join('、')}`,
          en: `${decision.source} is no side of it: ${[...names.values()].join(', ')}`,
        },
        { pointer: '/source' },
      )
    await trx
      .updateTable('conflict')
      .set({ state: 'decided', settled_at: at, actor, reason: decision.reason, chosen_source: chosen })
      .where('conflict_id', '=', id)
      .execute()
    const recordId = publicRecordId(row.record_id)
    await addPendingEntry(trx, {
      kind: 'decision',
      instant: at,
      actor,
      subject: recordId,
      body: {
        decision: 'conflict',
        conflict: id,
        record: recordId,
        entity: row.entity,
        field: row.field,
        source: decision.source,
        sides: [...names.values()].sort(),
        reason: decision.reason,
      },
    })
    return { recordId, field: row.field }
  })
  hub.onPending()
  return decided
}
