import type { Operation, Tables } from '@huijiao/database'
import { byteaArray } from '@huijiao/database'
import { coversRegion } from '@huijiao/identity'
import { digestText } from '@huijiao/merkle'
import { authorityOf, type Tier } from '@huijiao/standard'
import { type Kysely, sql } from 'kysely'
import { correctedFields, leadingOf, ownParticipant, tierOfName } from './authority.ts'
import { loadViews, type StreamView } from './authority-read.ts'
import { sendersOfParts } from './feed-outcomes.ts'
import type { Caller, Hub } from './hub.ts'
import { publicRecordId } from './record-id.ts'

/** A record that counts here by authority, or a correction of a record of the caller's. Sealed fields are not in it. */
export interface DownItem {
  readonly kind: 'record' | 'correction'
  readonly index: number
  readonly at: string
  readonly recordId: string
  readonly entity: string
  readonly operation: Operation
  /** `<origin node>/<participant there>`: whose word it is. */
  readonly stream: string
  readonly version: number
  readonly release: string
  readonly commitment: string
  readonly reportingRegion: string
  /** Of a correction: the commitment that it corrects, in which fields, and why. */
  readonly corrects?: string
  readonly fields?: readonly string[]
  readonly reason?: string
  /** For a business system; a lower node takes the records with their proofs. */
  readonly data?: Readonly<Record<string, unknown>>
}

interface DownRow {
  readonly log_index: number
  readonly instant: Date
  readonly part_id: number
  readonly ordinal: number
  readonly key_digest: Buffer
  readonly source_no: number
  readonly record_id: string
  readonly entity: string
  readonly operation: Operation
  readonly state: string
  readonly n: number
  readonly release: string
  readonly commitment: Buffer
  readonly reporting_region: string
  readonly reason: string | null
  readonly corrects: Buffer | null
  readonly origin: string
  readonly participant: string
  readonly sender: string
  /** It is the last word of its stream. */
  readonly is_head: boolean
}

/** What goes to a caller for one change: the version that changed, or the one that counts since. */
export interface Chosen {
  readonly kind: DownItem['kind']
  readonly row: DownRow
  /** What is in force in its stream; null for a withdrawal. */
  readonly view: StreamView | null
}

export interface DownWindow {
  readonly from: number
  readonly to: number
}

/** Rows that one page looks at. One entry is never cut: the cursor stands between entries. */
const rowsScannedMax = 500

/**
 * What has changed between two places of the log, as it stands now, and may be told to the caller: the version that counts most of each key, when it
 * counts more than what the caller's own tier says, did not come from the caller, and is for its regions; and corrections of what the caller sent.
 */
export async function chooseDown(
  hub: Hub,
  caller: Caller,
  want: { readonly records: boolean; readonly corrections: boolean; readonly entities?: ReadonlySet<string> },
  { from, to }: DownWindow,
): Promise<{ chosen: Chosen[]; to: number }> {
  const { db } = hub
  const { rows, end } = await readRows(db, from, to)
  const corrections = rows.filter((row) => row.participant === ownParticipant)
  const records = rows.filter(
    (row) =>
      row.participant !== ownParticipant &&
      row.sender !== caller.participantId &&
      isFor(caller, row.reporting_region) &&
      (want.entities === undefined || want.entities.has(row.entity)),
  )
  const keys = new Map([...corrections, ...records].map((row) => [row.key_digest.toString('hex'), row.key_digest]))
  const views = await loadViews(hub, db, [...keys.values()])
  const [senders, own] = await Promise.all([
    sendersOfParts(
      db,
      [...views.values()].flat().map((view) => view.partId),
    ),
    corrections.length === 0 ? new Set<string>() : keysSentBy(db, caller, corrections),
  ])
  const chosen: Chosen[] = []
  if (want.records)
    for (const [key, list] of Map.groupBy(records, (row) => row.key_digest.toString('hex'))) {
      const row = list.at(-1) as DownRow
      chosen.push(...recordOf(hub, caller, row, views.get(key) ?? [], senders))
    }
  if (want.corrections)
    for (const row of corrections) {
      if (row.sender === caller.participantId || !row.is_head) continue
      const key = row.key_digest.toString('hex')
      const told = own.has(key) || chosen.some((one) => one.row.key_digest.equals(row.key_digest))
      const view = views.get(key)?.find((one) => one.sourceNo === row.source_no) ?? null
      if (told && (view !== null || row.operation !== 'upsert')) chosen.push({ kind: 'correction', row, view })
    }
  chosen.sort((a, b) => a.row.log_index - b.row.log_index || a.row.ordinal - b.row.ordinal)
  return { chosen, to: end }
}

function recordOf(hub: Hub, caller: Caller, row: DownRow, views: readonly StreamView[], senders: ReadonlyMap<number, string>): Chosen[] {
  const authority = authorityOf(hub.policy())
  const rank = (source: { origin: string; participant: string; tier: Tier | null }) =>
    authority.rankOf(row.entity, null, source) ?? Number.NEGATIVE_INFINITY
  const ownTier = caller.kind === 'node' ? tierOfName(caller.nodeName ?? '') : hub.node.tier
  const own = rank({ origin: '', participant: '', tier: ownTier })
  const counts = (source: { origin: string; participant: string; tier: Tier | null }) =>
    caller.kind === 'node' ? rank(source) > own : rank(source) >= own
  const leading = leadingOf(
    row.entity,
    views.filter((view) => view.participant !== ownParticipant),
    authority,
  )
  const ended: Chosen[] =
    row.operation !== 'upsert' &&
    row.is_head &&
    counts({ ...row, tier: row.origin === hub.node.name ? hub.node.tier : tierOfName(row.origin) })
      ? [{ kind: 'record', row, view: null }]
      : []
  if (leading === null || senders.get(leading.partId) === caller.participantId || !counts(leading)) return ended
  return [...ended, { kind: 'record', row, view: leading }]
}

/** A record is for a caller when it lies in its regions, or is for a region that holds one of them: a province's register is for all its cities. */
const isFor = (caller: Caller, region: string): boolean =>
  coversRegion(caller.regions, region) || caller.regions.some((own) => coversRegion([region], own))

async function readRows(db: Kysely<Tables>, from: number, to: number): Promise<{ rows: DownRow[]; end: number }> {
  if (from >= to) return { rows: [], end: to }
  const rows = await select(db, from, to, rowsScannedMax + 1)
  if (rows.length <= rowsScannedMax) return { rows, end: to }
  const last = (rows.at(-1) as DownRow).log_index
  const whole = rows.filter((row) => row.log_index < last)
  return whole.length > 0 ? { rows: whole, end: last } : { rows: await select(db, last, last + 1, null), end: last + 1 }
}

async function select(db: Kysely<Tables>, from: number, to: number, limit: number | null): Promise<DownRow[]> {
  const { rows } = await sql<DownRow>`
    select d.log_index, e.instant, d.part_id, d.ordinal, d.key_digest, v.source_no, v.record_id, d.entity, v.operation, v.state, v.n, v.release, v.commitment,
           d.reporting_region, v.reason, d.corrects, o.origin, o.participant, s.participant_id as sender,
           st.head_part = d.part_id and st.head_ordinal = d.ordinal as is_head
    from down_version d
    join log_entry e on e.index = d.log_index
    join version v on v.part_id = d.part_id and v.ordinal = d.ordinal
    join source o using (source_no)
    join stream st on st.key_digest = v.key_digest and st.source_no = v.source_no
    join part p on p.part_id = d.part_id
    join submission s using (submission_no)
    where d.log_index >= ${from} and d.log_index < ${to}
    order by d.log_index, d.ordinal limit ${limit}::int8`.execute(db)
  return rows
}

/** Which of the corrected keys the caller itself reports. */
async function keysSentBy(db: Kysely<Tables>, caller: Caller, rows: readonly DownRow[]): Promise<Set<string>> {
  const { rows: found } = await sql<{ key_digest: Buffer }>`
    select distinct st.key_digest from stream st join part p on p.part_id = st.head_part join submission s using (submission_no)
    where st.key_digest = any(${byteaArray(rows.map((row) => row.key_digest))}::bytea[]) and s.participant_id = ${caller.participantId}`.execute(
    db,
  )
  return new Set(found.map((row) => row.key_digest.toString('hex')))
}

/** The same as items of the feed. */
export async function downItems(
  hub: Hub,
  caller: Caller,
  kinds: ReadonlySet<string>,
  window: DownWindow,
): Promise<{ items: DownItem[]; to: number }> {
  const want = { records: kinds.has('records'), corrections: kinds.has('corrections') }
  const { chosen, to } = await chooseDown(hub, caller, want, window)
  return { items: chosen.map((one) => itemOf(caller, one)), to }
}

function itemOf(caller: Caller, { kind, row, view }: Chosen): DownItem {
  const open = view === null ? {} : Object.fromEntries(Object.entries(view.data).filter(([field]) => !view.sealed.has(field)))
  const fields = kind === 'correction' && view !== null ? correctedFields(view) : undefined
  const shown = fields === undefined ? open : Object.fromEntries(Object.entries(open).filter(([field]) => fields.includes(field)))
  return {
    kind,
    index: row.log_index,
    at: row.instant.toISOString(),
    recordId: publicRecordId(view?.recordId ?? row.record_id),
    entity: row.entity,
    operation: view === null ? row.operation : 'upsert',
    stream: view === null ? `${row.origin}/${row.participant}` : `${view.origin}/${view.participant}`,
    version: view?.n ?? row.n,
    release: view?.release ?? row.release,
    commitment: digestText(view?.commitment ?? row.commitment),
    reportingRegion: row.reporting_region,
    ...(row.corrects === null ? {} : { corrects: digestText(row.corrects) }),
    ...(fields === undefined ? {} : { fields }),
    ...(kind === 'correction' && row.reason !== null ? { reason: row.reason } : {}),
    ...(caller.kind === 'node' || view === null ? {} : { data: shown }),
  }
}
