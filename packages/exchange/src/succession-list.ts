import type { Tables } from '@huijiao/database'
import { type Kysely, sql } from 'kysely'
import { parseRecordId, publicRecordId } from './record-id.ts'
import { depthMax, type SuccessionKind } from './succession.ts'
import { toldOf } from './succession-tell.ts'

interface LinkRow {
  readonly succession_id: string
  readonly from_digest: Buffer
  readonly to_digest: Buffer
  readonly from_key: string | null
  readonly to_key: string | null
  readonly from_record: string | null
  readonly to_record: string | null
  readonly depth: number
}

/** One step of a chain as callers see it. Keys only where they hold nothing personal. */
export interface ShownStep {
  readonly succession: string
  readonly kind: SuccessionKind
  readonly effectiveOn: string | null
  readonly reason: string
  /** The rule that found it in the data; null when a person said it. */
  readonly rule: string | null
  readonly from: readonly ShownEnd[]
  readonly to: readonly ShownEnd[]
}

export interface ShownEnd {
  readonly recordId: string | null
  readonly key: unknown
}

/** The standing steps that lead from a key onward (`successors`) or to it (`predecessors`), nearest first. */
export async function chainOf(db: Kysely<Tables>, digest: Buffer, direction: 'successors' | 'predecessors'): Promise<ShownStep[]> {
  const [here, there] = direction === 'successors' ? ['from_digest', 'to_digest'] : ['to_digest', 'from_digest']
  const { rows } = await sql<{ succession_id: string; depth: number }>`
    with recursive walk as (
      select l.succession_id, l.${sql.ref(there)} as at, 1 as depth from succession_link l where l.standing and l.${sql.ref(here)} = ${digest}
      union
      select l.succession_id, l.${sql.ref(there)}, w.depth + 1 from walk w join succession_link l on l.${sql.ref(here)} = w.at and l.standing where w.depth < ${depthMax}
    )
    select succession_id, min(depth) as depth from walk group by succession_id order by 2, 1`.execute(db)
  const steps = await showSuccessions(
    db,
    rows.map((row) => row.succession_id),
  )
  return rows.flatMap((row) => steps.get(row.succession_id) ?? [])
}

async function showSuccessions(db: Kysely<Tables>, ids: readonly string[]): Promise<Map<string, ShownStep>> {
  if (ids.length === 0) return new Map()
  const heads = await db.selectFrom('succession').selectAll().where('succession_id', 'in', ids).execute()
  const { rows: links } = await sql<LinkRow>`
    select l.*, (select record_id from stream s where s.key_digest = l.from_digest order by record_id limit 1) as from_record,
           (select record_id from stream s where s.key_digest = l.to_digest order by record_id limit 1) as to_record
    from succession_link l where l.succession_id = any(${[...ids]}::uuid[]) order by l.from_digest, l.to_digest`.execute(db)
  return new Map(
    heads.map((head): [string, ShownStep] => {
      const own = links.filter((link) => link.succession_id === head.succession_id)
      const ends = (pick: (link: LinkRow) => [Buffer, string | null, string | null]) =>
        [...new Map(own.map((link) => [pick(link)[0].toString('hex'), pick(link)])).values()].map(([, record, key]): ShownEnd => ({
          recordId: record === null ? null : publicRecordId(record),
          key: key === null ? null : ((JSON.parse(key) as { key?: unknown }).key ?? null),
        }))
      return [
        head.succession_id,
        {
          succession: head.succession_id,
          kind: head.kind,
          effectiveOn: head.effective_on,
          reason: head.reason,
          rule: head.rule,
          from: ends((link) => [link.from_digest, link.from_record, link.from_key]),
          to: ends((link) => [link.to_digest, link.to_record, link.to_key]),
        },
      ]
    }),
  )
}

export interface SuccessionFilter {
  readonly entity?: string
  readonly state?: 'standing' | 'undone'
  readonly recordId?: string
  /** Numbers below this one. */
  readonly before?: number
  readonly limit: number
}

/** Successions, newest first. */
export async function listSuccessions(db: Kysely<Tables>, filter: SuccessionFilter) {
  let query = db.selectFrom('succession').selectAll()
  if (filter.entity !== undefined) query = query.where('entity', '=', filter.entity)
  if (filter.state !== undefined) query = query.where('undone_at', filter.state === 'standing' ? 'is' : 'is not', null)
  if (filter.before !== undefined) query = query.where('number', '<', filter.before)
  if (filter.recordId !== undefined) {
    const uuid = parseRecordId(filter.recordId) ?? '00000000-0000-0000-0000-000000000000'
    query = query.where(
      'succession_id',
      'in',
      sql<string>`(select l.succession_id from succession_link l join stream s on s.key_digest in (l.from_digest, l.to_digest) where s.record_id = ${uuid}::uuid)`,
    )
  }
  const rows = await query.orderBy('number', 'desc').limit(filter.limit).execute()
  const shown = await showSuccessions(
    db,
    rows.map((row) => row.succession_id),
  )
  const told = await toldOf(
    db,
    rows.map((row) => row.succession_id),
  )
  return rows.map((row) => ({
    number: row.number,
    entity: row.entity,
    ...(shown.get(row.succession_id) as ShownStep),
    actor: row.actor,
    madeAt: row.made_at.toISOString(),
    undone: row.undone_at === null ? null : { at: row.undone_at.toISOString(), actor: row.undone_by, reason: row.undo_reason },
    above: (told.get(row.succession_id) ?? []).map(({ link, act, outcome, problem, at }) => ({
      link,
      act,
      outcome,
      at: at.toISOString(),
      ...(problem === null ? {} : { problem }),
    })),
  }))
}
