import type { ReconcileState, Tables } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import type { Kysely } from 'kysely'
import type { Findings } from './reconcile-findings.ts'
import type { RunRow } from './reconcile-run.ts'

/** A comparison of a link with its upstream, as people see it. */
export interface ShownRun {
  readonly run: string
  readonly link: string
  readonly state: ReconcileState
  readonly startedAt: Date
  readonly startedBy: string
  readonly finishedAt: Date | null
  /** Where the sets ended: index in this node's log. */
  readonly cut: { readonly epoch: number; readonly index: number } | null
  readonly records: number | null
  readonly passes: number
  readonly rounds: number
  readonly bytes: { readonly sent: number; readonly received: number }
  /** Versions that were gone from this node's own database. */
  readonly lostHere: number
  readonly found: Omit<Findings, 'lastMissing'>
  readonly sentAgain: number
  readonly certificate: number | null
  readonly error: string | null
}

function show(row: RunRow & { name: string }): ShownRun {
  const { lastMissing: _, ...found } = row.found as unknown as Findings
  return {
    run: row.run_id,
    link: row.name,
    state: row.state,
    startedAt: row.started_at,
    startedBy: row.started_by,
    finishedAt: row.finished_at,
    cut: row.cut_epoch === null || row.cut_index === null ? null : { epoch: row.cut_epoch, index: row.cut_index },
    records: row.records,
    passes: row.passes,
    rounds: row.rounds,
    bytes: { sent: row.bytes_sent, received: row.bytes_received },
    lostHere: row.lost_here,
    found,
    sentAgain: row.repairs,
    certificate: row.certificate_no,
    error: row.error,
  }
}

const runs = (db: Kysely<Tables>) =>
  db.selectFrom('reconcile_run as r').innerJoin('link as l', 'l.link_no', 'r.link_no').selectAll('r').select('l.name')

/** Runs of a link, newest first. */
export async function listReconcileRuns(
  db: Kysely<Tables>,
  filter: { linkNo: number; before?: { startedAt: Date; run: string }; limit: number },
): Promise<ShownRun[]> {
  let query = runs(db).where('r.link_no', '=', filter.linkNo)
  const { before } = filter
  if (before !== undefined)
    query = query.where((where) =>
      where.or([
        where('r.started_at', '<', before.startedAt),
        where.and([where('r.started_at', '=', before.startedAt), where('r.run_id', '<', before.run)]),
      ]),
    )
  return (await query.orderBy('r.started_at', 'desc').orderBy('r.run_id', 'desc').limit(filter.limit).execute()).map(show)
}

/** @throws Problem not-found */
export async function findReconcileRun(db: Kysely<Tables>, linkNo: number, run: string): Promise<ShownRun> {
  const row = await runs(db).where('r.link_no', '=', linkNo).where('r.run_id', '=', run).executeTakeFirst()
  if (row === undefined) throw new Problem('not-found', { zh: `没有对账 ${run}`, en: `There is no reconciliation run ${run}` })
  return show(row)
}
