import type { NumberQuestionTable, Tables } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'

/** Counters may be behind what somebody was given: no number is given until an operator has said how many are left out. */
export interface NumberQuestion {
  readonly epoch: number
  readonly reason: string
  readonly askedAt: Date
}

/** Most numbers that may be left out of a counter at once; a phase has 999. */
export const numberSkipMax = 998

/**
 * Raises counters to what the data directory has kept: of a database that was put back beside it, it knows every number that was given.
 * @returns how many counters were behind
 */
export async function raiseCounters(hub: Hub, floors: ReadonlyMap<string, number>): Promise<number> {
  const list = [...floors]
  let raised: { scope: string; before: number | null; last: number }[] = []
  await hub.db.transaction().execute(async (trx) => {
    for (let from = 0; from < list.length; from += 1000) {
      const some = list.slice(from, from + 1000)
      const { rows } = await sql<{ scope: string; before: number | null; last: number }>`
        with kept as (select * from unnest(${some.map(([scope]) => scope)}::text[], ${some.map(([, last]) => last)}::int4[]) as t (scope, last)),
        behind as (select k.scope, k.last, c.last as before from kept k left join number_counter c using (scope) where c.last is null or c.last < k.last)
        , written as (insert into number_counter (scope, last) select scope, last from behind
          on conflict (scope) do update set last = greatest(number_counter.last, excluded.last))
        select scope, before, last from behind order by scope`.execute(trx)
      raised = [...raised, ...rows]
    }
    if (raised.length > 0) await tell(trx, hub, 'node', { action: 'counters-raised', counters: raised.length, first: raised.slice(0, 20) })
  })
  if (raised.length > 0) hub.onPending()
  return raised.length
}

const tell = (trx: Transaction<Tables>, hub: Hub, actor: string, body: object) =>
  addPendingEntry(trx, { kind: 'number', instant: hub.clock.now(), actor, subject: hub.node.name, body: { ...body } })

/** The question that is open, if one is. */
export async function numberQuestion(db: Kysely<Tables>): Promise<NumberQuestion | null> {
  const row = await db.selectFrom('number_question').selectAll().where('settled_at', 'is', null).orderBy('epoch', 'desc').executeTakeFirst()
  return row === undefined ? null : { epoch: row.epoch, reason: row.reason, askedAt: row.asked_at }
}

/**
 * An operator answers: so many numbers of every counter are left out, the first ones of a counter that is not here included when its day is not after
 * today. What was given in the time that is lost is not given again if it was no more than that.
 * @returns false when no question is open
 */
export async function settleNumbers(hub: Hub, skip: number, actor: string): Promise<boolean> {
  const settled = await hub.db.transaction().execute(async (trx) => {
    const open = await trx.selectFrom('number_question').selectAll().where('settled_at', 'is', null).forUpdate().execute()
    if (open.length === 0) return false
    const at = hub.clock.now()
    await trx.updateTable('number_question').set({ settled_at: at, settled_by: actor, skip }).where('settled_at', 'is', null).execute()
    const { numUpdatedRows } = await trx
      .updateTable('number_counter')
      .set(({ eb }) => ({ last: eb('last', '+', skip) }))
      .executeTakeFirst()
    await tell(trx, hub, actor, {
      action: 'numbers-left-out',
      epochs: open.map((one) => one.epoch),
      skip,
      counters: Number(numUpdatedRows),
    })
    return true
  })
  if (settled) hub.onPending()
  return settled
}

/**
 * From where a counter begins that is not here yet.
 * @param day of the counter, as YYYY-MM-DD: one that began after the last question was answered cannot have been used before
 * @throws Problem not-ready while a question is open
 */
export async function counterBegins(trx: Transaction<Tables>, day: string): Promise<number> {
  const rows = await trx.selectFrom('number_question').selectAll().execute()
  const open = rows.find((row) => row.settled_at === null)
  if (open !== undefined) throw unknownNumbers(open)
  return rows.filter((row) => day <= shanghaiDay.format(row.settled_at as Date)).reduce((sum, row) => sum + (row.skip ?? 0), 0)
}

const shanghaiDay = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' })

const unknownNumbers = ({ epoch }: Selectable<NumberQuestionTable>): Problem =>
  new Problem(
    'not-ready',
    {
      zh: `本节点恢复后进入纪元 ${epoch}，此前可能已编发而此处不知的编号；管理员确认跳过多少个之前不再编发`,
      en: `This node was put back and began epoch ${epoch}: numbers may have been given that are not known here. None is given until an operator says how many are left out`,
    },
    { hint: { zh: '稍后以同一 id 重试', en: 'Try again later under the same id' } },
  )
