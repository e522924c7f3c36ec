import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { ReconcileRunTable, ReconcileState } from '@huijiao/database'
import { compareSets, type Difference, type RangeSource, ReconcileError } from '@huijiao/merkle'
import type { Insertable, Selectable } from 'kysely'
import type { Hub } from './hub.ts'
import { findLink } from './link.ts'
import { addPendingEntry } from './log.ts'
import type { LinkRow } from './next-delivery.ts'
import { openCases } from './reconcile-case.ts'
import { draftCertificate, keepCertificate, readCertificate } from './reconcile-certificate.ts'
import { noFindings, type Findings, sortDifferences, tellFindings } from './reconcile-findings.ts'
import { findUndelivered } from './reconcile-gap.ts'
import { catchUpSets, freshen, untilNumbered } from './reconcile-reader.ts'
import { repairUnderWay, sendAgain } from './reconcile-repair.ts'
import { scrubSet } from './reconcile-scrub.ts'
import { setNoOf } from './reconcile-set.ts'
import { type Cut, databaseSource } from './reconcile-source.ts'
import { tellUnjudged } from './reconcile-unjudged.ts'
import { Outage, Refused, type SendReconcile, Talk } from './reconcile-talk.ts'

export type RunRow = Selectable<ReconcileRunTable>

/** `done`: the run has ended; `waiting`: records are being sent again, come back; `outage`: no answer, come back later; `none`: no run is open. */
export type Reconciled = 'done' | 'waiting' | 'outage' | 'none'

/** Differences of one comparison: what is beyond is found by the next one, after these are mended. */
const differencesMax = 10_000
/** Comparisons of one run. Each either mends something or ends it; what settles by itself gets a few more looks. */
const passesMax = 200
const settlingPassesMax = 5
const settleMs = 100

/**
 * Asks for a comparison with a link's upstream. One that is open already is that one.
 * @throws Problem not-found
 */
export async function startReconcile(hub: Hub, actor: string, linkName: string): Promise<RunRow> {
  const link = await findLink(hub.db, linkName)
  const row: Insertable<ReconcileRunTable> = {
    run_id: randomUUID(),
    link_no: link.link_no,
    state: 'waiting',
    started_at: hub.clock.now(),
    started_by: actor,
    finished_at: null,
    cut_epoch: null,
    cut_index: null,
    records: null,
    found: JSON.stringify(noFindings),
    error: null,
    certificate_no: null,
  }
  await hub.db
    .insertInto('reconcile_run')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return (await openRun(hub, link.link_no)) ?? (await findRun(hub, row.run_id))
}

const openRun = (hub: Hub, linkNo: number): Promise<RunRow | undefined> =>
  hub.db
    .selectFrom('reconcile_run')
    .selectAll()
    .where('link_no', '=', linkNo)
    .where('state', 'in', ['waiting', 'comparing', 'repairing'])
    .executeTakeFirst()

const findRun = (hub: Hub, runId: string): Promise<RunRow> =>
  hub.db.selectFrom('reconcile_run').selectAll().where('run_id', '=', runId).executeTakeFirstOrThrow()

/** Links with a comparison that was begun and has not ended: what a start, or a sweep, goes on with. */
export async function openReconciles(hub: Hub): Promise<number[]> {
  const rows = await hub.db
    .selectFrom('reconcile_run')
    .select('link_no')
    .where('state', 'in', ['waiting', 'comparing', 'repairing'])
    .execute()
  return rows.map((row) => row.link_no)
}

/**
 * Ends the open comparisons of links whose upstream does not answer at once any more, as when an address was changed: they would wait, and hold the log back,
 * for ever.
 * @returns how many there were
 */
export async function endReconciles(hub: Hub, linkNos: readonly number[], why: string): Promise<number> {
  if (linkNos.length === 0) return 0
  const { numUpdatedRows } = await hub.db
    .updateTable('reconcile_run')
    .set({ state: 'failed', finished_at: hub.clock.now(), error: why })
    .where('link_no', 'in', linkNos)
    .where('state', 'in', ['waiting', 'comparing', 'repairing'])
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/**
 * Goes on with the open comparison of a link, up to its end or to where records are being sent again. Keeps nothing in memory between two calls, and
 * nothing above: killed at any point, the next call compares anew, which costs a few small messages.
 */
export async function stepReconcile(hub: Hub, linkNo: number, send: SendReconcile): Promise<Reconciled> {
  const run = await openRun(hub, linkNo)
  if (run === undefined) return 'none'
  if (run.state === 'repairing' && (await repairUnderWay(hub, linkNo))) return 'waiting'
  const link = await hub.db.selectFrom('link').selectAll().where('link_no', '=', linkNo).executeTakeFirstOrThrow()
  await update(hub, run.run_id, { state: 'comparing' })
  try {
    return await compareUntilSettled(hub, link, run, send)
  } catch (error) {
    const outage = error instanceof Outage
    if (!outage && !(error instanceof ReconcileError) && !(error instanceof Refused)) throw error
    await update(hub, run.run_id, {
      error: error.message.slice(0, 500),
      ...(outage ? {} : { state: 'failed' as const, finished_at: hub.clock.now() }),
    })
    hub.log.warn({ link: link.name, run: run.run_id, err: error }, 'comparing with the upstream got no further')
    return outage ? 'outage' : 'done'
  }
}

interface Pass {
  readonly source: RangeSource
  readonly cut: Cut
  readonly setNo: number
  readonly equal: boolean
  readonly more: boolean
  readonly differences: readonly Difference[]
  readonly talk: Talk
}

async function compareUntilSettled(hub: Hub, link: LinkRow, run: RunRow, send: SendReconcile): Promise<Reconciled> {
  let found = run.found as unknown as Findings
  for (let settling = 0; ;) {
    const before = await findRun(hub, run.run_id)
    const pass = await compareOnce(hub, link, before, send)
    if (pass.equal) return await conclude(hub, link, run.run_id, pass, found)
    const all = await sortDifferences(hub, link, pass.setNo, pass.differences)
    // What was mended in this run and is still missing would be missing for ever.
    const missing = all.lowerAhead.length + all.unjudged.length
    const progress = before.repairs === 0 || missing < found.lastMissing || pass.more
    const mends = missing > 0 && progress && before.passes < passesMax
    const told = mends ? await tellUnjudged(hub, link, run.run_id, all.unjudged) : 0
    const sorted = told > 0 ? all : { ...all, upperAhead: [...all.upperAhead, ...all.unjudged.map((one) => one.difference)] }
    await openCases(hub, { setNo: pass.setNo, peer: link.name }, run.run_id, sorted.conflicts)
    const described = await describeAhead(pass, sorted.upperAhead)
    found = tellFindings(found, sorted, described)
    await update(hub, run.run_id, { found: JSON.stringify(found) })
    const fresh = sorted.lowerAhead
    if (mends) {
      const { asked, waits } = await sendAgain(hub, link, pass.setNo, run.run_id, fresh)
      if (waits !== null) await update(hub, run.run_id, { error: `${waits.detail.zh} / ${waits.detail.en}`.slice(0, 500) })
      found = { ...found, lastMissing: missing }
      if (asked + told > 0) {
        await update(hub, run.run_id, { state: 'repairing', repairs: before.repairs + asked + told, found: JSON.stringify(found) })
        return 'waiting'
      }
    }
    // Records go up meanwhile: a difference that was gone when it was looked at is none.
    if ((sorted.settling > 0 || pass.differences.length === 0) && settling < settlingPassesMax) {
      settling += 1
      await delay(settleMs * settling)
      continue
    }
    return await end(hub, link, run.run_id, 'diverged', pass, { ...found, leftOver: fresh.length })
  }
}

async function compareOnce(hub: Hub, link: LinkRow, run: RunRow, send: SendReconcile): Promise<Pass> {
  const name = { side: 'up' as const, peer: link.name }
  const setNo = await setNoOf(hub.db, name)
  await untilNumbered(hub)
  await catchUpSets(hub)
  const lost = run.passes === 0 ? (await scrubSet(hub, name)).lost : 0
  await freshen(hub, setNo)
  const { cursor } = await hub.db.selectFrom('link').select('cursor').where('link_no', '=', link.link_no).executeTakeFirstOrThrow()
  const cut = { epoch: hub.node.epoch, index: cursor }
  const source = databaseSource(hub.db, setNo, cut)
  const talk = new Talk(link, send, run.run_id, cut)
  const note = async (rounds: number) =>
    await update(hub, run.run_id, {
      cut_epoch: cut.epoch,
      cut_index: cut.index,
      passes: run.passes + 1,
      rounds: run.rounds + rounds,
      bytes_sent: run.bytes_sent + talk.sent.bytes,
      bytes_received: run.bytes_received + talk.received,
      lost_here: run.lost_here + lost,
      error: null,
    })
  const result = await compareSets(
    source,
    async (statements) => {
      const answers = await talk.statements(statements)
      await note(talk.sent.requests)
      return answers
    },
    { differencesMax },
  )
  await update(hub, run.run_id, { records: await source.count('') })
  return { source, cut, setNo, equal: result.equal, more: result.more, differences: result.differences, talk }
}

/** What the upstream says of the first versions that only it has. */
async function describeAhead(pass: Pass, ahead: readonly Extract<Difference, { kind: 'only-there' }>[]) {
  if (ahead.length === 0) return []
  const describe = ahead.slice(0, 100).map(({ range, id }) => [range, id.toString('base64')] as const)
  return (await pass.talk.ask({ describe })).described ?? []
}

/** Both sides hold the same: both sign it. */
async function conclude(hub: Hub, link: LinkRow, runId: string, pass: Pass, found: Findings): Promise<Reconciled> {
  const { upper } = pass.talk
  if (upper === null) throw new ReconcileError('nobody answered')
  const draft = await draftCertificate(hub, link, upper, runId, pass.cut, pass.source)
  const { certificate } = await pass.talk.ask({ certificate: draft as unknown as Record<string, unknown> })
  const signed = readCertificate(certificate)
  // Something changed between the last round and now (a retry came up): the next comparison sees it.
  if (signed === null) throw new Outage('the upstream holds something else by now')
  const { signatures: _, ...mine } = draft
  const { signatures: __, ...theirs } = signed
  const bytes = Buffer.from(
    JSON.stringify({ ...theirs, signatures: signed.signatures.filter(({ keyId }) => keyId !== hub.signingKey.keyId) }),
  )
  if (JSON.stringify(mine) !== JSON.stringify(theirs) || !(await pass.talk.signedByUpstream(bytes)))
    throw new ReconcileError('the certificate came back changed, or without a signature of the upstream')
  const number = await keepCertificate(hub, pass.setNo, link.name, signed)
  return await end(hub, link, runId, 'equal', pass, found, number)
}

async function end(
  hub: Hub,
  link: LinkRow,
  runId: string,
  state: 'equal' | 'diverged',
  pass: Pass,
  found: Findings,
  certificateNo: number | null = null,
): Promise<Reconciled> {
  const undelivered = await findUndelivered(hub, link, pass.setNo)
  const told = { ...found, undelivered }
  await hub.db.transaction().execute(async (trx) => {
    const at = hub.clock.now()
    await trx
      .updateTable('reconcile_run')
      .set({ state, finished_at: at, found: JSON.stringify(told), certificate_no: certificateNo })
      .where('run_id', '=', runId)
      .execute()
    if (state === 'diverged')
      await addPendingEntry(trx, {
        kind: 'reconcile',
        instant: at,
        actor: 'node',
        subject: link.name,
        body: {
          action: 'diverged',
          run: runId,
          lowerAhead: told.leftOver,
          upperAhead: told.upperAhead,
          conflicts: told.conflicts,
          undelivered: undelivered.count,
        },
      })
  })
  hub.onPending()
  if (state === 'diverged' || undelivered.count + undelivered.elsewhere.count > 0)
    hub.log.error(
      {
        link: link.name,
        run: runId,
        missingAbove: told.leftOver,
        onlyAbove: told.upperAhead,
        conflicts: told.conflicts,
        undelivered: undelivered.count,
        undeliveredElsewhere: undelivered.elsewhere.count,
        attach: undelivered.elsewhere.ranges.map((range) => range.place),
        alarm: 'reconcile-diverged',
      },
      'this node and its upstream do not hold the same; a person has to look',
    )
  return 'done'
}

async function update(
  hub: Hub,
  runId: string,
  set: Partial<Omit<Insertable<ReconcileRunTable>, 'run_id' | 'state'>> & { state?: ReconcileState },
): Promise<void> {
  await hub.db.updateTable('reconcile_run').set(set).where('run_id', '=', runId).execute()
}
