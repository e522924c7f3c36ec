import type { Operation, Tables } from '@huijiao/database'
import { int4Array, int8Array } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import { type Kysely, sql } from 'kysely'
import { isLater } from './later.ts'
import { decidedKeys } from './sent-up.ts'
import type { VersionRow } from './version-rows.ts'
import { type MaybeElsewhere, textsMustBeHere, withElsewhere } from './version-range.ts'
import type { NewSkip } from './skip.ts'

/** What a rule says of one version on one link. */
export type Judgement =
  | { readonly qualifies: true; readonly flags?: readonly string[] }
  | {
      readonly qualifies: false
      readonly reason: string
      readonly kind: 'not-due' | 'incomplete'
      /** A decision recorded at this node would overcome it (`send-up.ts`). */
      readonly byDecision?: true
    }

/** Judges a version by the policy in force for the upstream's tier; `data` is only called when a rule looks into the record. */
export type Judge = (version: {
  entity: string
  state: string
  release?: string
  /** Somebody decided that the record goes up. */
  decided?: boolean
  data: () => Record<string, unknown>
}) => Judgement

/** A version that a link has to decide about. */
export interface Candidate {
  readonly row: VersionRow
  /** Index of its part's entry. */
  readonly logIndex: number
  /**
   * `new`: the cursor meets it for the first time. `again`: an entry (a decision, a changed rule) asks for a second look;
   * then `before` says what the link did with it. `unjudged`: it was sent without an answer, and goes up once more.
   */
  readonly meeting:
    | { readonly kind: 'new' }
    | { readonly kind: 'again'; readonly before: 'skipped' | 'tombstone' | 'parked' | 'delivered' }
    | { readonly kind: 'unjudged'; readonly as: SentAgainAs }
}

/**
 * How a version goes up that was sent without an answer. `judged`: as the rule says now, and as its own tombstone when the rule refuses it; `sent` and
 * `sent-tombstone`: as it went before; a reason: as its own tombstone, because of a later version that stays here.
 */
export type SentAgainAs = 'judged' | 'sent' | 'sent-tombstone' | { readonly reason: string; readonly kind: 'not-due' | 'incomplete' }

export interface Chosen {
  readonly row: VersionRow
  readonly logIndex: number
  readonly tombstone: boolean
  readonly flags: readonly string[]
}

export interface Decided {
  readonly send: readonly Chosen[]
  readonly skip: readonly NewSkip[]
}

/**
 * What went up for a stream before a version: `version`: its last delivered version stands above, or may stand there; `ended`: something went up, and ended with a
 * withdrawal or a tombstone; `nothing`.
 */
export type Earlier = 'version' | 'ended' | 'nothing'

const placeName = (partId: number, ordinal: number) => `${partId}/${ordinal}`

interface ChainRow {
  readonly part_id: number
  readonly ordinal: number
  readonly prev_part: number | null
  readonly prev_ordinal: number | null
  readonly operation: Operation
  readonly late: boolean
  readonly skipped: boolean
  readonly tombstone: boolean
  readonly parked: boolean
  /** Parked, and it was sent: it may stand above. */
  readonly unjudged: boolean
}

/**
 * The versions before the given ones in their streams, as far back as the first that went up. A version that the cursor has passed went up when
 * it was neither skipped nor parked: that is kept nowhere else, because one row a record and link would cost more than this look. One that was parked without a
 * judgement may have gone up.
 * @param undecided parts that are being decided now
 */
async function loadChains(
  db: Kysely<Tables>,
  linkNo: number,
  starts: readonly VersionRow[],
  undecided: readonly number[],
): Promise<Map<string, ChainRow>> {
  const first = starts.filter((row) => row.prev_part !== null)
  if (first.length === 0) return new Map()
  const { rows } = await sql<ChainRow>`
    with recursive chain as (
      select v.part_id, v.ordinal, v.prev_part, v.prev_ordinal, v.operation, v.state = 'superseded' as late, s.part_id is not null as skipped, coalesce(s.tombstone, false) as tombstone, p.part_id is not null as parked, coalesce(p.unjudged, false) as unjudged
      from unnest(${int8Array(first.map((row) => row.prev_part))}::int8[], ${int4Array(first.map((row) => row.prev_ordinal))}::int4[]) as t (part_id, ordinal)
      join version v on v.part_id = t.part_id and v.ordinal = t.ordinal
      left join skip s on s.link_no = ${linkNo} and s.part_id = v.part_id and s.ordinal = v.ordinal
      left join parked p on p.link_no = ${linkNo} and p.part_id = v.part_id and p.ordinal = v.ordinal and p.state <> 'delivered'
      union
      select v.part_id, v.ordinal, v.prev_part, v.prev_ordinal, v.operation, v.state = 'superseded', s.part_id is not null, coalesce(s.tombstone, false), p.part_id is not null, coalesce(p.unjudged, false)
      from chain c
      join version v on v.part_id = c.prev_part and v.ordinal = c.prev_ordinal
      left join skip s on s.link_no = ${linkNo} and s.part_id = v.part_id and s.ordinal = v.ordinal
      left join parked p on p.link_no = ${linkNo} and p.part_id = v.part_id and p.ordinal = v.ordinal and p.state <> 'delivered'
      where c.parked or c.late or (c.skipped and not c.tombstone) or c.part_id = any(${int8Array(undecided)}::int8[])
    )
    select * from chain`.execute(db)
  return new Map(rows.map((row) => [placeName(row.part_id, row.ordinal), row]))
}

type Step = 'version' | 'ended' | 'on'

/** Looks back along a stream for what went up last. `decided` holds what this very range has chosen so far. */
function lookBack(row: VersionRow, chain: ReadonlyMap<string, ChainRow>, decided: ReadonlyMap<string, Step>): Earlier {
  let at: { prev_part: number | null; prev_ordinal: number | null } = row
  while (at.prev_part !== null && at.prev_ordinal !== null) {
    const name = placeName(at.prev_part, at.prev_ordinal)
    const here = chain.get(name)
    if (here === undefined) return 'nothing'
    const step = decided.get(name) ?? stepOf(here)
    if (step !== 'on') return step
    at = here
  }
  return 'nothing'
}

function stepOf(row: ChainRow): Step {
  // What came after a later one of its stream never was the latest, neither here nor above.
  if (row.late) return 'on'
  // A version that may stand above has to be ended there. An end that may have come there ends nothing for sure: what stood before it counts.
  if (row.parked) return row.unjudged && row.operation === 'upsert' && !row.tombstone ? 'version' : 'on'
  if (row.skipped) return row.tombstone ? 'ended' : 'on'
  return row.operation === 'upsert' ? 'version' : 'ended'
}

/**
 * Decides which versions go up a link. Once a version of a stream has gone up, a later accepted one that the rule refuses goes up as a tombstone,
 * or the level above would go on showing what is no longer so. A version that waits for a decision (held, pending, doubtful) is only skipped:
 * what stands above stays until the decision.
 * @param told commitments, in hex, of what this node had told that level as a tombstone before it was put back: the same is told again
 */
export async function decideCandidates(
  db: Kysely<Tables>,
  linkNo: number,
  candidates: readonly Candidate[],
  judge: Judge,
  told: ReadonlySet<string> = new Set(),
): Promise<Decided> {
  const first = candidates.map((candidate) => ({ candidate, verdict: judgeRow(candidate.row, judge) }))
  const judged = await withoutOvertaken(db, linkNo, await withDecisions(db, first, judge), judge)
  const needsChain = judged.filter(
    ({ candidate, verdict }) => verdict === 'by-stream' || (!verdict.qualifies && candidate.row.state === 'accepted'),
  )
  const undecided = [...new Set(candidates.map((candidate) => candidate.row.part_id))]
  const chain = await loadChains(
    db,
    linkNo,
    needsChain.map(({ candidate }) => candidate.row),
    undecided,
  )
  const send: Chosen[] = []
  const skip: NewSkip[] = []
  const decided = new Map<string, Step>()
  for (const { candidate, verdict } of judged) {
    const { row, logIndex } = candidate
    const name = placeName(row.part_id, row.ordinal)
    const choice = choose(candidate, verdict, () => lookBack(row, chain, decided), told)
    decided.set(name, 'on')
    if (choice.send) {
      send.push({ row, logIndex, tombstone: choice.tombstone, flags: choice.flags })
      if (row.state !== 'superseded') decided.set(name, choice.tombstone || row.operation !== 'upsert' ? 'ended' : 'version')
    }
    if (choice.skip !== null)
      skip.push({ partId: row.part_id, ordinal: row.ordinal, logIndex, ...choice.skip, tombstone: choice.send && choice.tombstone })
    if (!choice.send && choice.skip === null) decided.delete(name)
  }
  return { send, skip }
}

/** Why a version that is looked at again stays although it qualifies now: a later one of its stream does not go up. Its skip stands as it was written. */
const overtaken: Judgement = { qualifies: false, reason: 'overtaken', kind: 'not-due' }

/**
 * What stayed here, and qualifies only now (a rule or a decision changed), does not go up where a later version of its stream is in force and stays here:
 * above, the earlier one would be taken for the latest. When the later one qualifies, too, it is named as this one was, and both go up.
 */
async function withoutOvertaken(db: Kysely<Tables>, linkNo: number, judged: readonly Judged[], judge: Judge): Promise<readonly Judged[]> {
  const isNew = ({ candidate: { meeting }, verdict }: Judged) =>
    meeting.kind === 'again' &&
    (meeting.before === 'skipped' || meeting.before === 'tombstone') &&
    verdict !== 'by-stream' &&
    verdict.qualifies
  const late = judged.filter(isNew)
  if (late.length === 0) return judged
  const { rows } = await sql<VersionRow & { of_part: number; of_ordinal: number }>`
    select v.part_id as of_part, v.ordinal as of_ordinal, h.part_id, h.ordinal, h.key_digest, h.entity, h.operation, h.state, h.release, h.open_text, h.named_text,
           h.salts, h.record_id, h.commitment
    from unnest(${int8Array(late.map((one) => one.candidate.row.part_id))}::int8[], ${int4Array(late.map((one) => one.candidate.row.ordinal))}::int4[]) as t (part_id, ordinal)
    join version v on v.part_id = t.part_id and v.ordinal = t.ordinal
    join stream st on st.key_digest = v.key_digest and st.source_no = v.source_no
    join version h on h.part_id = case when st.head_state = 'accepted' then st.head_part else st.force_part end
      and h.ordinal = case when st.head_state = 'accepted' then st.head_ordinal else st.force_ordinal end and ${isLater('h', 'v')}
    join skip s on s.link_no = ${linkNo} and s.part_id = h.part_id and s.ordinal = h.ordinal and not s.tombstone`.execute(db)
  if (rows.length === 0) return judged
  const later = await withDecisions(
    db,
    (await withElsewhere(db, rows)).map((row) => ({
      candidate: { row, logIndex: 0, meeting: { kind: 'again', before: 'skipped' } },
      // Of contents that are not here nobody knows; when they are back, the next change of a rule looks again.
      verdict: canBeJudged(row, judge) ? judgeRow(row, judge) : overtaken,
    })),
    judge,
  )
  const stay = new Set(
    later.flatMap(({ verdict }, at) =>
      verdict === 'by-stream' || !verdict.qualifies ? [placeName(rows[at]?.of_part as number, rows[at]?.of_ordinal as number)] : [],
    ),
  )
  return judged.map((one) =>
    isNew(one) && stay.has(placeName(one.candidate.row.part_id, one.candidate.row.ordinal)) ? { ...one, verdict: overtaken } : one,
  )
}

/** A version in one of these waits for nothing. */
const decidedStates: ReadonlySet<string> = new Set(['accepted', 'superseded', 'refused'])

interface Choice {
  readonly send: boolean
  readonly tombstone: boolean
  readonly flags: readonly string[]
  readonly skip: { readonly reason: string; readonly kind: 'not-due' | 'incomplete' } | null
}

const stays: Choice = { send: false, tombstone: false, flags: [], skip: null }
const goesUp = (flags: readonly string[] = []): Choice => ({ send: true, tombstone: false, flags, skip: null })
const skipped = (reason: string, kind: 'not-due' | 'incomplete' = 'not-due'): Choice => ({
  send: false,
  tombstone: false,
  flags: [],
  skip: { reason, kind },
})

function choose(candidate: Candidate, verdict: Judgement | 'by-stream', earlier: () => Earlier, told: ReadonlySet<string>): Choice {
  const { row, meeting } = candidate
  if (meeting.kind === 'unjudged') return chooseUnjudged(row, verdict, meeting.as)
  const before = meeting.kind === 'again' ? meeting.before : null
  // A parked record has its own way up (a retry), and is judged there.
  if (before === 'parked') return stays
  if (verdict === 'by-stream') {
    if (before === 'delivered') return stays
    const went = earlier()
    if (row.operation === 'withdraw') return went === 'nothing' ? skipped('never-sent') : goesUp()
    return went === 'version' ? goesUp() : skipped('never-sent')
  }
  if (verdict.qualifies) return before === 'delivered' ? stays : goesUp(verdict.flags)
  const { reason, kind } = verdict
  if (before === 'delivered')
    return row.state === 'accepted' || row.state === 'refused' ? { send: true, tombstone: true, flags: [], skip: { reason, kind } } : stays
  if (before === 'tombstone' || verdict === overtaken) return stays
  const again = decidedStates.has(row.state) && told.size > 0 && told.has(row.commitment.toString('hex'))
  if (!again && (row.state !== 'accepted' || earlier() !== 'version')) return skipped(reason, kind)
  return { send: true, tombstone: true, flags: [], skip: { reason, kind } }
}

/**
 * What was sent without an answer always goes up: only a receipt can tell whether it stands above. Where it would be in force there, it is what the rule
 * says of it now; once something later has gone up, it is what it was, or the two nodes would hold different things at one place.
 */
function chooseUnjudged(row: VersionRow, verdict: Judgement | 'by-stream', as: SentAgainAs): Choice {
  if (as === 'sent-tombstone') return { send: true, tombstone: true, flags: [], skip: null }
  if (as === 'sent' || row.operation !== 'upsert' || verdict === 'by-stream') return goesUp()
  if (as !== 'judged') return { send: true, tombstone: true, flags: [], skip: as }
  if (verdict.qualifies) return goesUp(verdict.flags)
  const { reason, kind } = verdict
  return row.state === 'accepted' || row.state === 'refused' ? { send: true, tombstone: true, flags: [], skip: { reason, kind } } : goesUp()
}

interface Judged {
  readonly candidate: Candidate
  readonly verdict: Judgement | 'by-stream'
}

/** Judges again what a recorded decision may send up. Nothing is asked when no rule of that kind has kept anything down. */
async function withDecisions(db: Kysely<Tables>, judged: readonly Judged[], judge: Judge): Promise<readonly Judged[]> {
  const kept = judged.filter(({ verdict }) => verdict !== 'by-stream' && !verdict.qualifies && verdict.byDecision === true)
  if (kept.length === 0) return judged
  const decided = await decidedKeys(
    db,
    kept.map(({ candidate }) => candidate.row.key_digest),
  )
  if (decided.size === 0) return judged
  return judged.map((one) =>
    decided.has(one.candidate.row.key_digest.toString('hex'))
      ? { candidate: one.candidate, verdict: judgeRow(one.candidate.row, judge, true) }
      : one,
  )
}

/** Whether the rules can be asked of a row with what is here of it. Always, while its contents are here; else as long as no rule looks into them. */
export function canBeJudged(row: VersionRow, judge: Judge): boolean {
  try {
    for (const decided of [false, true]) judgeRow(row, judge, decided)
    return true
  } catch (error) {
    if (error instanceof Problem && error.code === 'version-range-detached') return false
    throw error
  }
}

function judgeRow(row: VersionRow, judge: Judge, decided = false): Judgement | 'by-stream' {
  if (row.state === 'superseded') return { qualifies: false, reason: 'state-superseded', kind: 'not-due' }
  if (row.operation !== 'upsert') return 'by-stream'
  return judge({ entity: row.entity, state: row.state, release: row.release, decided, data: () => dataOf(row) })
}

/**
 * The fields that rules may look at, as far as they are here. What is sealed decides nothing about where a record goes, and is not opened for it.
 * @throws Problem version-range-detached
 */
export function dataOf(row: Pick<VersionRow, 'open_text' | 'named_text'> & MaybeElsewhere): Record<string, unknown> {
  textsMustBeHere(row)
  const open = row.open_text ? (JSON.parse(row.open_text) as Record<string, unknown>) : {}
  return row.named_text ? { ...open, ...(JSON.parse(row.named_text) as object) } : open
}
