import type { DuplicateTable } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import { authorityOf } from '@huijiao/standard'
import { type Selectable, sql } from 'kysely'
import { recordWithin } from './bounds.ts'
import { leadingOf } from './authority.ts'
import { loadViews, type StreamView } from './authority-read.ts'
import { shownFields } from './duplicate-traits.ts'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { parseRecordId, publicRecordId } from './record-id.ts'
import { masked } from './record.ts'
import { insertSuccession, lockSuccessions, refuseImpossible } from './succession.ts'
import { resolveEnd } from './succession-end.ts'

export interface DuplicateFilter {
  /** `open` when absent. */
  readonly state?: DuplicateTable['state']
  readonly entity?: string
  /** Regions that the reader may see; absent: all. */
  readonly within?: readonly string[]
  readonly recordId?: string
  /** At least this likely. */
  readonly score?: number
  /** Numbers below this one. */
  readonly before?: number
  readonly limit: number
}

type Row = Selectable<DuplicateTable>

/** Pairs of records that may be one, newest first, with what speaks for it and what a person compares. */
export async function listDuplicates(hub: Hub, filter: DuplicateFilter) {
  let query = hub.db
    .selectFrom('duplicate')
    .selectAll()
    .where('state', '=', filter.state ?? 'open')
  if (filter.entity !== undefined) query = query.where('entity', '=', filter.entity)
  if (filter.score !== undefined) query = query.where('score', '>=', filter.score)
  if (filter.before !== undefined) query = query.where('duplicate_id', '<', filter.before)
  if (filter.within !== undefined)
    query = query
      .where(recordWithin(sql`duplicate.left_record`, filter.within))
      .where(recordWithin(sql`duplicate.right_record`, filter.within))
  if (filter.recordId !== undefined) {
    const uuid = parseRecordId(filter.recordId) ?? '00000000-0000-0000-0000-000000000000'
    query = query.where(
      sql<boolean>`(left_digest in (select key_digest from stream where record_id = ${uuid}::uuid) or right_digest in (select key_digest from stream where record_id = ${uuid}::uuid))`,
    )
  }
  const rows = await query.orderBy('duplicate_id', 'desc').limit(filter.limit).execute()
  const views = await loadViews(
    hub,
    hub.db,
    rows.flatMap((row) => [row.left_digest, row.right_digest]),
  )
  return rows.map((row) => ({
    duplicate: row.duplicate_id,
    entity: row.entity,
    score: Math.round(row.score * 100) / 100,
    reasons: row.reasons,
    state: row.state,
    foundAt: row.found_at.toISOString(),
    records: [
      side(hub, row, row.left_record, views.get(row.left_digest.toString('hex'))),
      side(hub, row, row.right_record, views.get(row.right_digest.toString('hex'))),
    ],
    decided: decisionOf(row),
  }))
}

function decisionOf(row: Row) {
  if (row.decided_at === null) return null
  return { at: row.decided_at.toISOString(), actor: row.actor, reason: row.reason, succession: row.succession_id }
}

function side(hub: Hub, row: Row, recordId: string, views: readonly StreamView[] | undefined) {
  const leading = leadingOf(row.entity, views ?? [], authorityOf(hub.policy()))
  const data = leading === null ? {} : leading.data
  const shown = shownFields(row.entity).filter((field) => data[field] !== undefined)
  return {
    recordId: publicRecordId(recordId),
    stream: leading === null ? null : `${leading.origin}/${leading.participant}`,
    data: Object.fromEntries(shown.map((field) => [field, leading?.sealed.has(field) === true ? masked : data[field]])),
  }
}

export type DuplicateDecision =
  | { readonly decision: 'different'; readonly reason: string }
  | { readonly decision: 'same'; readonly survivor: string; readonly reason: string; readonly effectiveOn?: string }

/**
 * A person says whether two records are one. `same` makes the survivor stand for the other from now on; `different` is remembered, and the pair is not asked
 * about again. Either is an entry.
 * @throws Problem not-found, parameter-invalid when the survivor is neither of them, succession-conflict
 */
export async function decideDuplicate(
  hub: Hub,
  actor: string,
  id: number,
  decision: DuplicateDecision,
): Promise<{ succession: string | null }> {
  const at = hub.clock.now()
  const succession = await hub.db.transaction().execute(async (trx) => {
    await lockSuccessions(trx, hub)
    const row = await trx
      .selectFrom('duplicate')
      .selectAll()
      .where('duplicate_id', '=', id)
      .where('state', 'in', ['open', 'different'])
      .forUpdate()
      .executeTakeFirst()
    if (row === undefined)
      throw new Problem('not-found', { zh: `没有待判定的疑似重复 ${id}`, en: `There is no pair ${id} to decide about` })
    const records = [publicRecordId(row.left_record), publicRecordId(row.right_record)]
    if (decision.decision === 'different') {
      await trx
        .updateTable('duplicate')
        .set({ state: 'different', decided_at: at, actor, reason: decision.reason })
        .where('duplicate_id', '=', id)
        .execute()
      await addPendingEntry(trx, {
        kind: 'decision',
        instant: at,
        actor,
        subject: records[0] as string,
        body: { decision: 'different', duplicate: id, entity: row.entity, records, reason: decision.reason },
      })
      return null
    }
    const other = records.find((record) => record !== decision.survivor)
    if (!records.includes(decision.survivor) || other === undefined)
      throw new Problem(
        'parameter-invalid',
        { zh: `survivor 应为 ${records.join(' 或 ')}`, en: `survivor is ${records.join(' or ')}` },
        { pointer: '/survivor' },
      )
    const from = [await resolveEnd(trx, hub, row.entity, { recordId: other })]
    const to = [await resolveEnd(trx, hub, row.entity, { recordId: decision.survivor })]
    await refuseImpossible(trx, from, to)
    const { reason, effectiveOn = null } = decision
    const made = await insertSuccession(trx, hub, { entity: row.entity, kind: 'merged', from, to, effectiveOn, reason, rule: null, actor })
    await trx
      .updateTable('duplicate')
      .set({ state: 'same', decided_at: at, actor, reason, succession_id: made })
      .where('duplicate_id', '=', id)
      .execute()
    return made
  })
  hub.onPending()
  return { succession }
}
