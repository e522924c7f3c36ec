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
 * says it finds there itself. Each is told until it stands there. What is refused, or waits for a record, is told again after a pause: a grant, a number that was
 * taken back or a record that came up may change the answer. Nothing of this is near the way of records.
 * @returns true when there is more to tell now
 */
export async function tellSuccessions(hub: Hub, linkNo: number, tell: TellSuccessions): Promise<boolean> {
  const untold = await untoldOf(hub.db, linkNo, hub.clock.now())
  if (untold.length === 0) return false
  const link = await hub.db.selectFrom('link').selectAll().where('link_no', '=', linkNo).executeTakeFirstOrThrow()
  const { told, untellable } = await wireOf(hub, untold)
  await noteAnswers(hub, linkNo, untellable)
  await noteTelling(hub, linkNo, told)
  const answers = told.length === 0 ? [] : await tell(link, told)
  const byName = new Map(answers.map((answer) => [`${answer.id}/${answer.act}`, answer]))
  const answered = told.flatMap((one) => byName.get(`${one.id}/${one.act}`) ?? [])
  await noteAnswers(hub, linkNo, answered)
  return answered.length + untellable.length === successionsToldMax
}

const minuteMs = 60_000
const againMaxMs = 24 * 60 * minuteMs

/** How long until it is told again: a record usually comes up soon; what was refused changes when people change something. */
export function tellAgainMs(outcome: 'waiting' | 'refused', times: number): number {
  return outcome === 'refused' ? againMaxMs : Math.min(10 * minuteMs * 2 ** Math.min(times - 1, 10), againMaxMs)
}

/** What was never told comes first, so that what is refused again and again holds nothing up. */
async function untoldOf(db: Kysely<Tables>, linkNo: number, now: Date): Promise<UntoldRow[]> {
  const { rows } = await sql<UntoldRow>`
    select s.succession_id, s.entity, s.kind, s.effective_on, s.reason, s.undo_reason, h.origin, a.act
    from succession s
    left join succession_heard h using (succession_id)
    cross join lateral (
      -- What was taken back here while its answer is out may stand there: the answer says so, and then it is taken back there.
      select 'linked' as act where s.undone_at is null or exists (
        select 1 from succession_again o where o.link_no = ${linkNo} and o.succession_id = s.succession_id and o.act = 'linked' and o.open)
      union all
      -- Nobody above has to hear of what they never heard of.
      select 'undone' where s.undone_at is not null and exists (
        select 1 from succession_told t where t.link_no = ${linkNo} and t.succession_id = s.succession_id and t.act = 'linked' and t.outcome = 'taken')
    ) a
    left join succession_again g on g.link_no = ${linkNo} and g.succession_id = s.succession_id and g.act = a.act
    where s.rule is null and (g.again_at is null or g.again_at <= ${now}) and not exists (
      select 1 from succession_told t where t.link_no = ${linkNo} and t.succession_id = s.succession_id and t.act = a.act and t.outcome <> 'refused')
    order by g.again_at nulls first, s.number limit ${successionsToldMax}`.execute(db)
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

/** Notes before the call that an answer is out. */
async function noteTelling(hub: Hub, linkNo: number, told: readonly ToldSuccession[]): Promise<void> {
  if (told.length === 0) return
  const at = hub.clock.now()
  await sql`
    insert into succession_again (link_no, succession_id, act, open, outcome, times, told_at, again_at)
    select ${linkNo}::int4, t.id, t.act, true, null, 0, ${at}, ${at}
    from unnest(${told.map(({ id }) => id)}::uuid[], ${told.map(({ act }) => act)}::text[]) as t (id, act)
    on conflict (link_no, succession_id, act) do update set open = true where not succession_again.open`.execute(hub.db)
}

async function noteAnswers(hub: Hub, linkNo: number, answers: readonly SuccessionAnswer[]): Promise<void> {
  const told_at = hub.clock.now()
  for (const { id, act, outcome, problem } of answers)
    await hub.db.transaction().execute(async (trx) => {
      const row = { link_no: linkNo, succession_id: id, act }
      const again = trx.selectFrom('succession_again').select(['outcome', 'times']).where('link_no', '=', linkNo)
      const last = await again.where('succession_id', '=', id).where('act', '=', act).forUpdate().executeTakeFirst()
      if (outcome !== 'waiting') {
        const said = { outcome, problem: problem === undefined ? null : JSON.stringify(problem), told_at }
        await trx
          .insertInto('succession_told')
          .values({ ...row, ...said })
          .onConflict((conflict) => conflict.columns(['link_no', 'succession_id', 'act']).doUpdateSet(said))
          .execute()
      }
      if (outcome === 'taken' || outcome === 'known') {
        await sql`delete from succession_again where link_no = ${linkNo} and succession_id = ${id}::uuid and act = ${act}`.execute(trx)
        return
      }
      const times = last?.outcome === outcome ? last.times + 1 : 1
      const next = { open: false, outcome, times, told_at, again_at: new Date(told_at.getTime() + tellAgainMs(outcome, times)) }
      await trx
        .insertInto('succession_again')
        .values({ ...row, ...next })
        .onConflict((conflict) => conflict.columns(['link_no', 'succession_id', 'act']).doUpdateSet(next))
        .execute()
    })
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
