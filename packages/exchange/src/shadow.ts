import { setImmediate } from 'node:timers/promises'
import type { ShadowRunTable, Tables } from '@huijiao/database'
import { int4Array, int8Array } from '@huijiao/database'
import type { ProblemDocument } from '@huijiao/problem'
import { Problem, recordProblem } from '@huijiao/problem'
import { joinTexts, type Release, validateRecord } from '@huijiao/standard'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry, readLogHead } from './log.ts'
import { publicRecordId } from './record-id.ts'
import { type Findings, noFindings, note, storeFindings } from './shadow-findings.ts'
import { readActivations } from './standards-store.ts'
import { isElsewhere } from './version-range.ts'
import { textsOf, type VersionRow } from './version-rows.ts'

export type ShadowRunRow = Selectable<ShadowRunTable>

/** Versions judged in one transaction. */
const batchMax = 500
/** Entries looked at in one transaction. */
const entriesMax = 200
/** Records judged in one turn of the event loop. */
const recordsPerTurn = 32

/** A release that counts sooner than this is not run in the shadow: there is nothing to watch. */
const liveLeastMs = 60_000

/**
 * Begins to watch what comes in until a release counts, in the transaction that says from when it does.
 * @returns number of the run, of the one that goes on already if there is one; null when it counts too soon, or not at all
 */
export async function startLiveShadow(
  trx: Transaction<Tables>,
  one: { standardNo: number; actor: string; at: Date; effectiveFrom: Date | null },
): Promise<number | null> {
  if (one.effectiveFrom === null || one.effectiveFrom.getTime() - one.at.getTime() < liveLeastMs) return null
  const running = trx.selectFrom('shadow_run').select('run_no').where('standard_no', '=', one.standardNo)
  const known = await running.where('kind', '=', 'live').where('state', '=', 'running').orderBy('run_no').executeTakeFirst()
  if (known !== undefined) return known.run_no
  const size = (await readLogHead(trx))?.size ?? 0
  const { standardNo, actor, at } = one
  return await insertRun(trx, { standardNo, actor, at, kind: 'live', from: size, to: null, total: null })
}

/**
 * Begins to judge what was stored in the last days by a release that is loaded here.
 * @throws Problem not-found when there is no such revision
 */
export async function startStoredShadow(hub: Hub, actor: string, one: { standardNo: number; days: number }): Promise<number> {
  const runNo = await hub.db.transaction().execute(async (trx) => {
    const standard = await trx
      .selectFrom('standard')
      .select(['release', 'revision', 'issuer'])
      .where('standard_no', '=', one.standardNo)
      .executeTakeFirst()
    if (standard === undefined) throw new Problem('not-found', { zh: '没有此标准修订', en: 'There is no such revision of the standard' })
    const at = hub.clock.now()
    const to = (await readLogHead(trx))?.size ?? 0
    const { rows } = await sql<{ from_index: number | null; total: number }>`
      select min(e.index) as from_index, coalesce(sum(p.version_count), 0)::int8 as total
      from log_entry e join part p using (part_id)
      where e.kind = 'part' and e.index < ${to} and e.instant >= ${new Date(at.getTime() - one.days * 86_400_000)}`.execute(trx)
    const { from_index, total } = rows[0] as { from_index: number | null; total: number }
    const run = await insertRun(trx, { standardNo: one.standardNo, actor, at, kind: 'stored', from: from_index ?? to, to, total })
    await addPendingEntry(trx, {
      kind: 'standard',
      instant: at,
      actor,
      subject: standard.release,
      body: { action: 'shadow', run, ...standard, days: one.days, records: total },
    })
    return run
  })
  hub.onPending()
  return runNo
}

async function insertRun(
  trx: Transaction<Tables>,
  one: { standardNo: number; actor: string; at: Date; kind: 'live' | 'stored'; from: number; to: number | null; total: number | null },
): Promise<number> {
  const { run_no } = await trx
    .insertInto('shadow_run')
    .values({
      standard_no: one.standardNo,
      kind: one.kind,
      state: 'running',
      from_index: one.from,
      to_index: one.to,
      at_index: one.from,
      records_total: one.total,
      started_at: one.at,
      started_by: one.actor,
      finished_at: null,
    })
    .returning('run_no')
    .executeTakeFirstOrThrow()
  return run_no
}

/** Whether anything is being watched, so that most nodes at most times need not read the log for it. */
export async function shadowOpen(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql`select 1 from shadow_run where state = 'running' limit 1`.execute(db)
  return rows.length > 0
}

/**
 * One bounded step of every open run, read from the log after the fact: nothing of this happens where records are written. What a step finds and
 * where it stands are one transaction, so a kill counts nothing twice; several processes may call this at once.
 * @returns true when there is more to do now
 */
export async function stepShadows(hub: Hub): Promise<boolean> {
  const open = await hub.db.selectFrom('shadow_run').select('run_no').where('state', '=', 'running').orderBy('run_no').execute()
  let more = false
  for (const { run_no } of open) more = (await hub.db.transaction().execute((trx) => stepRun(trx, hub, run_no))) || more
  return more
}

async function stepRun(trx: Transaction<Tables>, hub: Hub, runNo: number): Promise<boolean> {
  const run = await trx
    .selectFrom('shadow_run')
    .selectAll()
    .where('run_no', '=', runNo)
    .where('state', '=', 'running')
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  if (run === undefined) return false
  const at = hub.clock.now()
  const size = (await readLogHead(trx))?.size ?? 0
  const until = run.to_index ?? size
  const { places, next } = await placesFrom(trx, run, until)
  const findings = await judge(trx, hub, await hub.shelf.revision(run.standard_no), places)
  await storeFindings(trx, runNo, findings)
  const atEnd = next.index >= until
  const finished = atEnd && (run.to_index !== null || (await watchIsOver(trx, run, at)))
  await trx
    .updateTable('shadow_run')
    .set((set) => ({
      at_index: next.index,
      at_ordinal: next.ordinal,
      judged: set('judged', '+', findings.judged),
      would_refuse: set('would_refuse', '+', findings.wouldRefuse),
      would_doubt: set('would_doubt', '+', findings.wouldDoubt),
      passed_over: set('passed_over', '+', findings.passedOver),
      elsewhere: set('elsewhere', '+', findings.elsewhere),
      ...(finished ? { state: 'finished' as const, finished_at: at } : {}),
    }))
    .where('run_no', '=', runNo)
    .execute()
  return !atEnd
}

/** A live run ends when its release counts, or will not count after all. That it counted before the run began says nothing. */
async function watchIsOver(trx: Transaction<Tables>, run: ShadowRunRow, at: Date): Promise<boolean> {
  const mine = (await readActivations(trx)).filter(
    (one) => one.standardNo === run.standard_no && one.cancelledAt === null && one.effectiveFrom.getTime() > run.started_at.getTime(),
  )
  return mine.length === 0 || mine.some((one) => one.effectiveFrom.getTime() <= at.getTime())
}

interface Place {
  readonly partId: number
  readonly ordinals: readonly number[]
}

/** The next versions of a run, whole entries or the rest of one, and where it stands after them. */
async function placesFrom(
  trx: Transaction<Tables>,
  run: ShadowRunRow,
  until: number,
): Promise<{ places: Place[]; next: { index: number; ordinal: number } }> {
  const { rows } = await sql<{ index: number; part_id: number; version_count: number }>`
    select e.index, e.part_id, p.version_count from log_entry e join part p using (part_id)
    where e.kind = 'part' and e.index >= ${run.at_index} and e.index < ${until} order by e.index limit ${entriesMax}`.execute(trx)
  const places: Place[] = []
  let room = batchMax
  for (const row of rows) {
    const from = row.index === run.at_index ? run.at_ordinal : 0
    const to = Math.min(row.version_count, from + room)
    if (to > from) places.push({ partId: row.part_id, ordinals: Array.from({ length: to - from }, (_, offset) => from + offset) })
    room -= to - from
    if (to < row.version_count) return { places, next: { index: row.index, ordinal: to } }
    if (room <= 0) return { places, next: { index: row.index + 1, ordinal: 0 } }
  }
  const full = rows.length === entriesMax
  return { places, next: { index: full ? (rows.at(-1) as { index: number }).index + 1 : until, ordinal: 0 } }
}

interface StoredVersion extends VersionRow {
  readonly received_at: Date
}

async function loadStored(trx: Transaction<Tables>, places: readonly Place[]): Promise<StoredVersion[]> {
  const flat = places.flatMap(({ partId, ordinals }) => ordinals.map((ordinal) => ({ partId, ordinal })))
  if (flat.length === 0) return []
  const { rows } = await sql<StoredVersion>`
    select v.*, s.origin || '/' || s.participant as stream, b.received_at
    from unnest(${int8Array(flat.map((one) => one.partId))}::int8[], ${int4Array(flat.map((one) => one.ordinal))}::int4[]) as t (part_id, ordinal)
    join version v on v.part_id = t.part_id and v.ordinal = t.ordinal
    join source s using (source_no)
    join part p on p.part_id = v.part_id
    join submission b using (submission_no)`.execute(trx)
  return rows
}

async function judge(trx: Transaction<Tables>, hub: Hub, release: Release, places: readonly Place[]): Promise<Findings> {
  const findings = noFindings()
  let count = 0
  for (const row of await loadStored(trx, places)) {
    if ((count += 1) % recordsPerTurn === 0) await setImmediate()
    const due = row.release === release.id && row.operation === 'upsert'
    if (due && isElsewhere(row)) {
      findings.elsewhere += 1
      continue
    }
    const problems = due ? problemsOf(hub, release, row) : null
    if (problems === null) findings.passedOver += 1
    else note(findings, { row, recordId: publicRecordId(row.record_id), problems })
  }
  return findings
}

/** What the release would say of a stored version; null when its texts never came here, or were erased. Judged at the instant at which it came. */
function problemsOf(hub: Hub, release: Release, row: StoredVersion): readonly ProblemDocument[] | null {
  if (row.open_text === null) return null
  const entity = release.entities.get(row.entity)
  if (entity === undefined) {
    const detail = { zh: `${release.id} 版没有 ${row.entity}`, en: `Release ${release.id} has no ${row.entity}` }
    return [recordProblem('entity-unknown', { pointer: '/entity', value: row.entity, detail })]
  }
  const { o, n, s } = textsOf(hub, row)
  const hidden = new Set([n === null ? 'named' : '', s === null ? 'sealed' : ''].filter((mark) => row.text_hashes !== null && mark !== ''))
  // A text that is here as its hash only says nothing about its fields.
  const unseen = new Set(entity.fields.filter((field) => hidden.has(field.privacy)).map((field) => `/data/${field.code}`))
  return validateRecord(release, entity, joinTexts(o, n, s), row.received_at).filter((problem) => !unseen.has(problem.pointer ?? ''))
}
