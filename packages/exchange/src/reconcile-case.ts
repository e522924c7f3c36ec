import type { ReconcileCaseTable, Tables } from '@huijiao/database'
import { type Difference, digestText } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { publicRecordId } from './record-id.ts'
import { bucketOf } from './reconcile-set.ts'

type Other = Extract<Difference, { kind: 'other' }>

/**
 * Opens a case for each version of which the two nodes hold different contents. Nothing is sent or changed: which of the two is right is for people.
 * One that is open already stays as it is.
 * @returns how many were opened
 */
export async function openCases(
  hub: Hub,
  set: { setNo: number; peer: string },
  runId: string,
  conflicts: readonly Other[],
): Promise<number> {
  const at = hub.clock.now()
  let opened = 0
  for (const { range, id, here, there } of conflicts) {
    const [period = '', entity = ''] = range.split('/')
    const made = await hub.db.transaction().execute(async (trx) => {
      const { rows } = await sql<Selectable<ReconcileCaseTable>>`
        insert into reconcile_case (set_no, id, run_id, entity, record_id, stream, epoch, n, log_index, here, there, state, found_at)
        select ${set.setNo}, i.id, ${runId}, v.entity, v.record_id, s.origin || '/' || s.participant, v.epoch, v.n, i.log_index,
               ${here.subarray(1)}, ${there.subarray(1)}, 'open', ${at}
        from reconcile_group g
        join reconcile_item i on i.group_no = g.group_no and i.bucket = ${bucketOf(id)}::int4 and i.id = ${id}
        join version v on v.part_id = i.part_id and v.ordinal = i.ordinal join source s using (source_no)
        where g.set_no = ${set.setNo} and g.period = ${period} and g.entity = ${entity}
        on conflict (set_no, id) where state = 'open' do nothing
        returning *`.execute(trx)
      const row = rows[0]
      if (row === undefined) return null
      await addPendingEntry(trx, {
        kind: 'reconcile',
        instant: at,
        actor: 'node',
        subject: set.peer,
        body: {
          action: 'case',
          case: row.case_no,
          run: runId,
          record: publicRecordId(row.record_id),
          stream: row.stream,
          epoch: row.epoch,
          n: row.n,
          here: digestText(row.here),
          there: digestText(row.there),
        },
      })
      return row
    })
    if (made === null) continue
    opened += 1
    hub.log.error(
      { link: set.peer, case: made.case_no, recordId: publicRecordId(made.record_id), entity: made.entity, alarm: 'version-conflict' },
      'two nodes hold different contents of one version; a person has to look',
    )
  }
  if (opened > 0) hub.onPending()
  return opened
}

export interface CaseFilter {
  readonly state?: 'open' | 'settled'
  readonly link?: string
}

/** Cases, newest first; open ones unless a state is asked for. */
export async function listReconcileCases(db: Kysely<Tables>, filter: CaseFilter & { before?: number; limit: number }) {
  let query = db
    .selectFrom('reconcile_case as c')
    .innerJoin('reconcile_set as s', 's.set_no', 'c.set_no')
    .selectAll('c')
    .select('s.peer')
    .where('c.state', '=', filter.state ?? 'open')
  if (filter.link !== undefined) query = query.where('s.peer', '=', filter.link)
  if (filter.before !== undefined) query = query.where('c.case_no', '<', filter.before)
  const rows = await query.orderBy('c.case_no', 'desc').limit(filter.limit).execute()
  return rows.map((row) => ({
    case: row.case_no,
    link: row.peer,
    run: row.run_id,
    entity: row.entity,
    recordId: publicRecordId(row.record_id),
    stream: row.stream,
    epoch: row.epoch,
    n: row.n,
    entry: row.log_index,
    here: digestText(row.here),
    there: digestText(row.there),
    state: row.state,
    foundAt: row.found_at,
    settled: row.settled_at === null ? null : { at: row.settled_at, by: row.settled_by, reason: row.reason },
  }))
}

/**
 * Closes a case, with what was decided. The next run opens it anew when the contents still differ.
 * @throws Problem not-found
 */
export async function settleReconcileCase(hub: Hub, actor: string, caseNo: number, reason: string): Promise<void> {
  await hub.db.transaction().execute(async (trx) => {
    const at = hub.clock.now()
    const row = await trx
      .updateTable('reconcile_case')
      .set({ state: 'settled', settled_at: at, settled_by: actor, reason })
      .where('case_no', '=', caseNo)
      .where('state', '=', 'open')
      .returning('run_id')
      .executeTakeFirst()
    if (row === undefined)
      throw new Problem('not-found', { zh: `没有未结的对账异议 ${caseNo}`, en: `There is no open reconciliation case ${caseNo}` })
    await addPendingEntry(trx, {
      kind: 'reconcile',
      instant: at,
      actor,
      subject: String(caseNo),
      body: { action: 'case-settled', case: caseNo, reason },
    })
  })
  hub.onPending()
}
