import type { Tables } from '@huijiao/database'
import { type Kysely, sql } from 'kysely'
import { Problem } from '@huijiao/problem'
import type { Hub } from './hub.ts'
import { publicRecordId } from './record-id.ts'
import { type Endpoint, type SuccessionKind } from './succession.ts'
import { type SuccessionAnswer, successionsToldMax, type TellSuccessions, type ToldSuccession } from './succession-wire.ts'

interface UntoldRow {
  readonly succession_id: string
  readonly entity: string
  readonly kind: SuccessionKind
  readonly effective_on: string | null
  readonly reason: string
  readonly undo_reason: string | null
  readonly act: 'linked' | 'undone'
  readonly origin: string | null
}

interface PairRow {
  readonly succession_id: string
  readonly from_key: string | null
  readonly to_key: string | null
  readonly from_record: string | null
  readonly to_record: string | null
}

/**
 * Tells the level above a link of numbers that a person said have changed, here or further down, and of those that were taken back since; what the data itself
 * says it finds there itself. Each is told until it is answered with a judgement. Nothing of this is near the way of records.
 * @returns true when there is more to tell now
 */
export async function tellSuccessions(hub: Hub, linkNo: number, tell: TellSuccessions): Promise<boolean> {
  const untold = await untoldOf(hub.db, linkNo)
  if (untold.length === 0) return false
  const link = await hub.db.selectFrom('link').selectAll().where('link_no', '=', linkNo).executeTakeFirstOrThrow()
  const { told, untellable } = await wireOf(hub, untold)
  await noteAnswers(hub, linkNo, untellable)
  const answers = told.length === 0 ? [] : await tell(link, told)
  const byName = new Map(answers.map((answer) => [`${answer.id}/${answer.act}`, answer]))
  const judged = told.flatMap((one) => byName.get(`${one.id}/${one.act}`) ?? []).filter((answer) => answer.outcome !== 'waiting')
  await noteAnswers(hub, linkNo, judged)
  return judged.length + untellable.length === successionsToldMax
}

async function untoldOf(db: Kysely<Tables>, linkNo: number): Promise<UntoldRow[]> {
  const { rows } = await sql<UntoldRow>`
    select s.succession_id, s.entity, s.kind, s.effective_on, s.reason, s.undo_reason, h.origin, a.act
    from succession s
    left join succession_heard h using (succession_id)
    cross join lateral (
      select 'linked' as act where s.undone_at is null
      union all
      -- Nobody above has to hear of what they never heard of.
      select 'undone' where s.undone_at is not null and exists (
        select 1 from succession_told t where t.link_no = ${linkNo} and t.succession_id = s.succession_id and t.act = 'linked' and t.outcome = 'taken')
    ) a
    where s.rule is null and not exists (
      select 1 from succession_told t where t.link_no = ${linkNo} and t.succession_id = s.succession_id and t.act = a.act)
    order by s.number limit ${successionsToldMax}`.execute(db)
  return rows
}

/** Their ends: keys where nothing in them is personal, else the ids of records, which travel with them. What has neither cannot be told. */
async function wireOf(
  hub: Hub,
  rows: readonly UntoldRow[],
): Promise<{ told: readonly ToldSuccession[]; untellable: readonly SuccessionAnswer[] }> {
  const ids = rows.filter((row) => row.act === 'linked').map((row) => row.succession_id)
  const { rows: pairs } = await sql<PairRow>`
    select l.succession_id, l.from_key, l.to_key,
           (select s.record_id from stream s where s.key_digest = l.from_digest order by s.record_id limit 1) as from_record,
           (select s.record_id from stream s where s.key_digest = l.to_digest order by s.record_id limit 1) as to_record
    from succession_link l where l.succession_id = any(${ids}::uuid[]) order by l.from_digest, l.to_digest`.execute(hub.db)
  const end = (key: string | null, record: string | null): Endpoint | null => {
    const open = key === null ? undefined : (JSON.parse(key) as { key?: Readonly<Record<string, unknown>> }).key
    if (open !== undefined) return { key: open }
    return record === null ? null : { recordId: publicRecordId(record) }
  }
  const distinct = (ends: readonly (Endpoint | null)[]) => [
    ...new Map(ends.flatMap((one) => (one === null ? [] : [[JSON.stringify(one), one] as const]))).values(),
  ]
  const untellable: SuccessionAnswer[] = []
  const told = rows.flatMap((row): ToldSuccession[] => {
    const { succession_id: id, act } = row
    if (act === 'undone') return [{ act, id, reason: row.undo_reason ?? '' }]
    const own = pairs.filter((pair) => pair.succession_id === id)
    const ends = own.map((pair) => [end(pair.from_key, pair.from_record), end(pair.to_key, pair.to_record)] as const)
    if (ends.some((pair) => pair.includes(null))) {
      untellable.push({ id, act, outcome: 'refused', problem: personalKey.toDocument() })
      return []
    }
    return [
      {
        act,
        id,
        origin: row.origin ?? hub.node.name,
        entity: row.entity,
        kind: row.kind,
        from: distinct(ends.map(([old]) => old)),
        to: distinct(ends.map(([, now]) => now)),
        effectiveOn: row.effective_on,
        reason: row.reason,
      },
    ]
  })
  return { told, untellable }
}

const personalKey = new Problem('parameter-invalid', {
  zh: '主键含个人信息，且本节点没有该记录，无法通报',
  en: 'The key holds personal data and its record is not here, so it cannot be told',
})

async function noteAnswers(hub: Hub, linkNo: number, answers: readonly SuccessionAnswer[]): Promise<void> {
  if (answers.length === 0) return
  const at = hub.clock.now()
  await hub.db
    .insertInto('succession_told')
    .values(
      answers.map((answer) => ({
        link_no: linkNo,
        succession_id: answer.id,
        act: answer.act,
        outcome: answer.outcome as 'taken' | 'known' | 'refused',
        problem: answer.problem === undefined ? null : JSON.stringify(answer.problem),
        told_at: at,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** What the levels above said of some of them, by id. */
export async function toldOf(db: Kysely<Tables>, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, ShownTold[]>()
  const { rows } = await sql<ShownTold & { succession_id: string }>`
    select t.succession_id, l.name as link, t.act, t.outcome, t.problem, t.told_at as at
    from succession_told t join link l using (link_no) where t.succession_id = any(${[...ids]}::uuid[]) order by t.told_at, t.act, l.name`.execute(
    db,
  )
  return Map.groupBy(rows, (row) => row.succession_id) as Map<string, ShownTold[]>
}

export interface ShownTold {
  readonly link: string
  readonly act: 'linked' | 'undone'
  readonly outcome: 'taken' | 'known' | 'refused'
  readonly problem: unknown
  readonly at: Date
}
