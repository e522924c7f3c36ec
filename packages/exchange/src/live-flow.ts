import type { Tables } from '@huijiao/database'
import { type Kysely, sql } from 'kysely'

/** What came in and what went up in one step of time. */
export interface FlowStep {
  /** Beginning of the step. */
  readonly at: Date
  readonly submissions: number
  /** Records of the submissions, by outcome; of those that were not finished, what is stored. */
  readonly records: number
  readonly accepted: number
  readonly refused: number
  /** Records that upstreams took. */
  readonly delivered: number
}

interface ReceivedRow {
  readonly step: number
  readonly submissions: number
  readonly records: number
  readonly accepted: number
  readonly refused: number
}

/**
 * Submissions and records of a time, step by step, oldest first, steps without any included. Read from the submissions (by when they were received) and the
 * deliveries (by when they were finished); both are found by an index on that instant.
 */
export async function flowOf(
  db: Kysely<Tables>,
  { from, steps, stepSeconds }: { readonly from: Date; readonly steps: number; readonly stepSeconds: number },
): Promise<FlowStep[]> {
  const to = new Date(from.getTime() + steps * stepSeconds * 1000)
  const received = await sql<ReceivedRow>`
    select floor(extract(epoch from received_at - ${from}::timestamptz) / ${stepSeconds})::int4 as step, count(*) as submissions,
      coalesce(sum(stored_records), 0)::int8 as records,
      coalesce(sum((counts->>'accepted')::int8 + coalesce((counts->>'unchanged')::int8, 0)), 0)::int8 as accepted,
      coalesce(sum((counts->>'refused')::int8), 0)::int8 as refused
    from submission where received_at >= ${from} and received_at < ${to} group by 1`.execute(db)
  const delivered = await sql<{ step: number; records: number }>`
    select floor(extract(epoch from finished_at - ${from}::timestamptz) / ${stepSeconds})::int4 as step, sum(record_count)::int8 as records
    from delivery join link using (link_no) where state = 'finished' and finished_at >= ${from} and finished_at < ${to} group by 1`.execute(
    db,
  )
  const ins = new Map(received.rows.map((row) => [row.step, row]))
  const outs = new Map(delivered.rows.map((row) => [row.step, row.records]))
  return Array.from({ length: steps }, (_, step) => {
    const { submissions = 0, records = 0, accepted = 0, refused = 0 } = ins.get(step) ?? {}
    return {
      at: new Date(from.getTime() + step * stepSeconds * 1000),
      submissions,
      records,
      accepted,
      refused,
      delivered: outs.get(step) ?? 0,
    }
  })
}

/** Deliveries of one link, step by step, as `flowOf` gives them. */
export async function linkFlowOf(
  db: Kysely<Tables>,
  linkNo: number,
  { from, steps, stepSeconds }: { readonly from: Date; readonly steps: number; readonly stepSeconds: number },
): Promise<{ at: Date; deliveries: number; records: number; bytes: number; refused: number }[]> {
  const to = new Date(from.getTime() + steps * stepSeconds * 1000)
  const { rows } = await sql<{ step: number; deliveries: number; records: number; bytes: number; refused: number }>`
    select floor(extract(epoch from finished_at - ${from}::timestamptz) / ${stepSeconds})::int4 as step, count(*) as deliveries,
      sum(record_count)::int8 as records, sum(body_bytes)::int8 as bytes, coalesce(sum((counts->>'refused')::int8), 0)::int8 as refused
    from delivery where link_no = ${linkNo} and state = 'finished' and finished_at >= ${from} and finished_at < ${to} group by 1`.execute(
    db,
  )
  const found = new Map(rows.map((row) => [row.step, row]))
  return Array.from({ length: steps }, (_, step) => {
    const { deliveries = 0, records = 0, bytes = 0, refused = 0 } = found.get(step) ?? {}
    return { at: new Date(from.getTime() + step * stepSeconds * 1000), deliveries, records, bytes, refused }
  })
}

/** A sender of records below this node, and when it was last heard. */
export interface SenderFacts {
  readonly participantId: string
  readonly kind: string
  readonly name: string
  readonly nodeName: string | null
  readonly regions: readonly string[]
  /** Its latest submission in the time asked for; null: none. */
  readonly lastAt: Date | null
  /** Records since `recentFrom`. */
  readonly recent: number
}

/** Participants in force with what they sent since an instant. */
export async function sendersOf(
  db: Kysely<Tables>,
  { from, recentFrom }: { readonly from: Date; readonly recentFrom: Date },
): Promise<SenderFacts[]> {
  const { rows } = await sql<{
    participant_id: string
    kind: string
    name: string
    node_name: string | null
    regions: string[]
    last_at: Date | null
    recent: number
  }>`
    select p.participant_id, p.kind, p.name, p.node_name, p.regions, s.last_at, coalesce(s.recent, 0)::int8 as recent
    from participant p left join (
      select participant_id, max(received_at) as last_at, sum(stored_records) filter (where received_at >= ${recentFrom}) as recent
      from submission where received_at >= ${from} group by participant_id
    ) s using (participant_id)
    where p.revoked_at is null order by p.participant_id`.execute(db)
  return rows.map((row) => ({
    participantId: row.participant_id,
    kind: row.kind,
    name: row.name,
    nodeName: row.node_name,
    regions: row.regions,
    lastAt: row.last_at,
    recent: row.recent,
  }))
}

/** What waits for a person, counted up to a thousand each. */
export interface WaitingWork {
  readonly held: number
  readonly findings: number
  readonly conflicts: number
  readonly duplicates: number
  readonly reconcileCases: number
  /** Submissions that somebody paused, or that ended before their end. */
  readonly submissions: number
  /** Of these, those that ended before their end and wait to be sent again. */
  readonly incomplete: number
  /** Keys of participants in force that end before the given instant. */
  readonly keysEnding: number
  /** 1 while nobody has said how many numbers are left out after a restore: none is given until then. */
  readonly numbers: number
  /** Attachments with identity numbers in them that nobody has looked at. */
  readonly attachments: number
  /** Changed numbers that a level above does not take. */
  readonly successions: number
  /** Releases of the standard from above that this node refused, with no later one loaded since. */
  readonly standards: number
}

const countMax = 1000

export async function countWaitingWork(db: Kysely<Tables>, keysEndBefore: Date): Promise<WaitingWork> {
  const { rows } = await sql<WaitingWork>`
    select
      (select count(*) from (select 1 from held limit ${countMax}) x) as held,
      (select count(*) from (select 1 from finding where state = 'open' limit ${countMax}) x) as findings,
      (select count(*) from (select 1 from conflict where state = 'open' limit ${countMax}) x) as conflicts,
      (select count(*) from (select 1 from duplicate where state = 'open' limit ${countMax}) x) as duplicates,
      (select count(*) from (select 1 from reconcile_case where state = 'open' limit ${countMax}) x) as "reconcileCases",
      (select count(*) from (select 1 from submission where state <> 'finished' and state in ('paused', 'incomplete') limit ${countMax}) x) as submissions,
      (select count(*) from (select 1 from submission where state <> 'finished' and state = 'incomplete' limit ${countMax}) x) as incomplete,
      (select count(*) from (
        select 1 from participant_key k join participant p using (participant_id)
        where p.revoked_at is null and k.revoked_at is null and k.expires_at < ${keysEndBefore} limit ${countMax}) x) as "keysEnding",
      (select count(*) from (select 1 from number_question where settled_at is null limit 1) x) as numbers,
      (select count(*) from (select 1 from attachment_scan where state = 'found' and checked_at is null limit ${countMax}) x) as attachments,
      (select count(*) from (select 1 from succession_told where outcome = 'refused' limit ${countMax}) x) as successions,
      (select count(*) from (
        select 1 from standard_refusal r
        where not exists (select 1 from standard s where s.release = r.release and s.revision >= r.revision) limit ${countMax}) x) as standards`.execute(
    db,
  )
  return rows[0] as WaitingWork
}
