import { type Tables, textArray, uuidArray } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import { type Kysely, sql } from 'kysely'
import { participantWithin } from './bounds.ts'
import type { Caller, Hub } from './hub.ts'
import { type NoticeItem, noticeFor } from './notice.ts'

/** One whom a notice is meant for. */
interface NoticeReader {
  readonly participantId: string
  readonly name: string
  readonly kind: 'system' | 'node'
  /** When it first fetched the notice by the feed; null: not yet. */
  readonly fetchedAt: string | null
  /** When it first fetched that the notice was taken back; null: not yet, or it was not. */
  readonly withdrawalFetchedAt: string | null
}

interface NoticeReaders {
  /** Participants in force whom the notice is meant for, within the reader's regions. */
  readonly meant: number
  readonly fetched: number
  /** Those who have not fetched it first; at most 1,000. */
  readonly items: readonly NoticeReader[]
}

const readersMax = 1000

/** Takes down that a participant was answered these notices. A row is written once for each. */
export async function noteNoticesTold(hub: Hub, caller: Pick<Caller, 'participantId'>, items: readonly NoticeItem[]): Promise<void> {
  if (items.length === 0) return
  const at = hub.clock.now()
  await sql`
    insert into notice_told (notice_id, participant_id, action, told_at)
    select n.notice_id, ${caller.participantId}, t.action, ${at}::timestamptz
    from unnest(${uuidArray(items.map(({ notice }) => notice.id))}::uuid[], ${textArray(items.map(({ action }) => action))}::text[]) as t (id, action)
    join notice n on n.notice_id = t.id
    on conflict do nothing`.execute(hub.db)
}

/**
 * Whom a notice is meant for, and who has fetched it. What was fetched before a release that takes this down is not known.
 * @param within regions that the reader may see; absent: all
 * @throws Problem not-found
 */
export async function noticeReaders(
  db: Kysely<Tables>,
  noticeId: string,
  { within }: { readonly within?: readonly string[] } = {},
): Promise<NoticeReaders> {
  const notice = await db.selectFrom('notice').select('regions').where('notice_id', '=', noticeId).executeTakeFirst()
  if (notice === undefined) throw new Problem('not-found', { zh: '没有这一通知', en: 'There is no such notice' })
  let query = db
    .selectFrom('participant as p')
    .leftJoin('notice_told as told', (join) =>
      join.onRef('told.participant_id', '=', 'p.participant_id').on('told.notice_id', '=', noticeId),
    )
    .where('p.kind', 'in', ['system', 'node'])
    .where('p.revoked_at', 'is', null)
    .groupBy('p.participant_id')
    .select(['p.participant_id', 'p.name', 'p.kind', 'p.regions'])
    .select(({ fn }) => [
      fn.min('told.told_at').filterWhere('told.action', '=', 'published').as('fetched_at'),
      fn.min('told.told_at').filterWhere('told.action', '=', 'withdrawn').as('withdrawal_fetched_at'),
    ])
    .orderBy('p.participant_id')
  if (within !== undefined) query = query.where(participantWithin(sql`p.participant_id`, within))
  const meant = (await query.execute()).filter((row) => noticeFor(row.regions, notice.regions))
  const items = meant.map((row): NoticeReader => ({
    participantId: row.participant_id,
    name: row.name,
    kind: row.kind as 'system' | 'node',
    fetchedAt: row.fetched_at?.toISOString() ?? null,
    withdrawalFetchedAt: row.withdrawal_fetched_at?.toISOString() ?? null,
  }))
  const missing = items.filter((one) => one.fetchedAt === null)
  const fetched = items.filter((one) => one.fetchedAt !== null)
  return { meant: items.length, fetched: fetched.length, items: [...missing, ...fetched].slice(0, readersMax) }
}
