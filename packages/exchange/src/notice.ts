import { randomUUID } from 'node:crypto'
import type { NoticeTable, Tables } from '@huijiao/database'
import { coversRegion } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import type { Kysely, Selectable, Transaction } from 'kysely'
import type { EntryRow } from './feed-outcomes.ts'
import type { Caller, Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'

export type NoticeRow = Selectable<NoticeTable>

export interface NewNotice {
  readonly title: string
  readonly text: string
  /** Region codes; whoever has rights in one of them, or in what holds it, is told. Absent: everybody. */
  readonly regions?: readonly string[]
  /** Until when it is worth reading. */
  readonly until?: Date
}

/** A notice in the feed. `withdrawn` tells only which one. */
export interface NoticeItem {
  readonly kind: 'notice'
  readonly index: number
  readonly at: string
  readonly action: 'published' | 'withdrawn'
  readonly notice: {
    readonly id: string
    /** Node where it was published. */
    readonly origin: string
    readonly publishedAt: string
    readonly title?: string
    readonly text?: string
    readonly regions?: readonly string[] | null
    readonly until?: string | null
  }
}

interface NoticeBody {
  readonly action: 'published' | 'withdrawn'
  readonly notice: NoticeItem['notice']
}

/**
 * Publishes a notice to those below: business systems and lower nodes, which hand it on to theirs. It is an entry of the log, never goes up, and has no
 * personal data in it (nobody checks that but its author).
 * @throws Problem parameter-invalid
 */
export async function publishNotice(hub: Hub, actor: string, input: NewNotice): Promise<NoticeRow> {
  const at = hub.clock.now()
  if (input.until !== undefined && input.until <= at)
    throw new Problem('parameter-invalid', { zh: 'until 应在将来', en: 'until must be in the future' }, { pointer: '/until' })
  const stray = input.regions?.find((code) => !isOurs(hub, code))
  if (stray !== undefined)
    throw new Problem(
      'parameter-invalid',
      { zh: `${stray} 不在本节点的辖区内`, en: `${stray} is not in this node’s region` },
      { pointer: '/regions', value: stray, allowed: hub.node.region },
    )
  const row = await hub.db.transaction().execute(async (trx) => {
    const stored = await trx
      .insertInto('notice')
      .values({
        notice_id: randomUUID(),
        origin: hub.node.name,
        came_from: null,
        title: input.title,
        text: input.text,
        regions: input.regions === undefined ? null : [...input.regions],
        published_at: at,
        published_by: actor,
        until_at: input.until ?? null,
        withdrawn_at: null,
        withdrawn_by: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await addEntry(trx, hub, actor, { action: 'published', notice: contentOf(stored) })
    return stored
  })
  hub.onPending()
  return row
}

const isOurs = (hub: Hub, code: string) => coversRegion([hub.node.region], code)

/**
 * Takes a notice back, here and below. Only the node that published it can.
 * @throws Problem not-found
 */
export async function withdrawNotice(hub: Hub, actor: string, id: string): Promise<NoticeRow> {
  const at = hub.clock.now()
  const row = await hub.db.transaction().execute(async (trx) => {
    const stored = await trx
      .updateTable('notice')
      .set({ withdrawn_at: at, withdrawn_by: actor })
      .where('notice_id', '=', id)
      .where('came_from', 'is', null)
      .where('withdrawn_at', 'is', null)
      .returningAll()
      .executeTakeFirst()
    if (stored === undefined)
      throw new Problem('not-found', { zh: '没有可撤回的这一通知', en: 'There is no such notice of this node to take back' })
    const { id: notice, origin, publishedAt, regions } = contentOf(stored)
    await addEntry(trx, hub, actor, { action: 'withdrawn', notice: { id: notice, origin, publishedAt, regions: regions ?? null } })
    return stored
  })
  hub.onPending()
  return row
}

const contentOf = (row: NoticeRow): NoticeItem['notice'] => ({
  id: row.notice_id,
  origin: row.origin,
  publishedAt: row.published_at.toISOString(),
  title: row.title,
  text: row.text,
  regions: row.regions,
  until: row.until_at?.toISOString() ?? null,
})

async function addEntry(trx: Transaction<Tables>, hub: Hub, actor: string, body: NoticeBody): Promise<void> {
  await addPendingEntry(trx, { kind: 'notice', instant: hub.clock.now(), actor, subject: body.notice.id, body })
}

/** Notices among entries of the log that are for the caller. */
export function noticeItems(caller: Caller, rows: readonly EntryRow[]): NoticeItem[] {
  return rows.flatMap((row): NoticeItem[] => {
    if (row.kind !== 'notice' || row.body === null) return []
    const { action, notice } = JSON.parse(row.body) as NoticeBody
    return noticeFor(caller.regions, notice.regions)
      ? [{ kind: 'notice', index: row.index, at: row.instant.toISOString(), action, notice }]
      : []
  })
}

/** Whether a notice for these regions (none: for everybody) is meant for somebody with these rights. */
export const noticeFor = (granted: readonly string[], regions: readonly string[] | null | undefined): boolean =>
  regions == null || regions.some((code) => overlaps(granted, code))

const overlaps = (granted: readonly string[], code: string): boolean =>
  coversRegion(granted, code) || granted.some((own) => coversRegion([code], own))

/**
 * Takes a notice of the upstream: kept as it came, and told to those below in turn. The same notice is taken once; one of this node that comes back is not.
 * @returns true when it was new
 */
export async function takeNotice(trx: Transaction<Tables>, hub: Hub, upstream: string, { action, notice }: NoticeItem): Promise<boolean> {
  if (notice.origin === hub.node.name) return false
  const at = hub.clock.now()
  if (action === 'withdrawn') {
    const { numUpdatedRows } = await trx
      .updateTable('notice')
      .set({ withdrawn_at: at, withdrawn_by: `node:${upstream}` })
      .where('notice_id', '=', notice.id)
      .where('came_from', '=', upstream)
      .where('withdrawn_at', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
  } else {
    const stored = await trx
      .insertInto('notice')
      .values({
        notice_id: notice.id,
        origin: notice.origin,
        came_from: upstream,
        title: notice.title ?? '',
        text: notice.text ?? '',
        regions: notice.regions == null ? null : [...notice.regions],
        published_at: new Date(notice.publishedAt),
        published_by: `node:${upstream}`,
        until_at: notice.until == null ? null : new Date(notice.until),
        withdrawn_at: null,
        withdrawn_by: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('notice_id')
      .executeTakeFirst()
    if (stored === undefined) return false
  }
  await addEntry(trx, hub, 'node', { action, notice })
  return true
}

/** Notices of this node and from above, newest first. */
export function listNotices(db: Kysely<Tables>, page: { readonly before?: number; readonly limit: number }): Promise<NoticeRow[]> {
  let query = db.selectFrom('notice').selectAll()
  if (page.before !== undefined) query = query.where('number', '<', page.before)
  return query.orderBy('number', 'desc').limit(page.limit).execute()
}
