import type { SkipTable, Tables } from '@huijiao/database'
import { boolArray, int4Array, int8Array, textArray } from '@huijiao/database'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import { regionWithin } from './bounds.ts'
import { entitiesNotedTo } from './entry-entities.ts'

/** A version that does not go up a link, and why. `not-due`: it is not its time or place; `incomplete`: left out because something is missing. */
export interface NewSkip {
  readonly partId: number
  readonly ordinal: number
  readonly logIndex: number
  readonly reason: string
  readonly kind: 'not-due' | 'incomplete'
  /** Its place went up as a tombstone. */
  readonly tombstone: boolean
}

/** Reasons that come from a link itself and not from a policy, in people's words. */
export const linkReasons = {
  'not-selected': { zh: '此上报通道不报送该类数据', en: 'This link does not carry records of this kind' },
  'never-sent': { zh: '此前没有任何版本上报，无须上报其撤回或终止', en: 'No version of it ever went up, so its end need not either' },
  'parent-parked': {
    zh: '所引用的记录在此通道上待处理，随其一并暂缓',
    en: 'The record it refers to is parked on this link, and it waits with it',
  },
  'missing-above': { zh: '对账发现上级没有此版本，补报中', en: 'Found missing above when the two nodes compared, and sent again' },
  'attachment-unchecked': {
    zh: '附件中发现身份证号，待人工核查后上报',
    en: 'Identity numbers were found in an attachment; it goes up once a person has checked that',
  },
  'far-refused': { zh: '接收系统（前置库）退回', en: 'The receiving system refused it (front tables)' },
  'upstream-fails': { zh: '上级处理该记录时反复出错', en: 'The upstream fails over this record again and again' },
} as const

/** Writes skips, anew for those that were skipped before. */
export async function insertSkips(
  trx: Transaction<Tables>,
  linkNo: number,
  skips: readonly NewSkip[],
  policy: string,
  at: Date,
): Promise<void> {
  if (skips.length === 0) return
  await sql`
    insert into skip (link_no, part_id, ordinal, log_index, reason, kind, policy, skipped_at, tombstone)
    select ${linkNo}::int4, t.part_id, t.ordinal, t.log_index, t.reason, t.kind, ${policy}, ${at}, t.tombstone
    from unnest(${int8Array(skips.map((one) => one.partId))}::int8[], ${int4Array(skips.map((one) => one.ordinal))}::int4[],
                ${int8Array(skips.map((one) => one.logIndex))}::int8[], ${textArray(skips.map((one) => one.reason))}::text[],
                ${textArray(skips.map((one) => one.kind))}::text[], ${boolArray(skips.map((one) => one.tombstone))}::bool[])
      as t (part_id, ordinal, log_index, reason, kind, tombstone)
    on conflict (link_no, part_id, ordinal) do update
      set reason = excluded.reason, kind = excluded.kind, policy = excluded.policy, skipped_at = excluded.skipped_at, tombstone = excluded.tombstone`.execute(
    trx,
  )
}

export interface Place {
  readonly partId: number
  readonly ordinal: number
}

/** Forgets skips of versions that go up after all. */
export async function deleteSkips(trx: Transaction<Tables>, linkNo: number, places: readonly Place[]): Promise<void> {
  if (places.length === 0) return
  await sql`
    delete from skip s using unnest(${int8Array(places.map((one) => one.partId))}::int8[], ${int4Array(places.map((one) => one.ordinal))}::int4[]) as t (part_id, ordinal)
    where s.link_no = ${linkNo} and s.part_id = t.part_id and s.ordinal = t.ordinal`.execute(trx)
}

export interface SkipFilter {
  readonly linkNo: number
  readonly reason?: string
  readonly kind?: 'not-due' | 'incomplete'
  /** Regions that the reader may see; absent: all. */
  readonly within?: readonly string[]
  readonly entity?: string
  /** What the last page ended with. */
  readonly before?: { readonly logIndex: number; readonly ordinal: number }
  readonly limit: number
}

export interface ShownSkip extends Selectable<SkipTable> {
  readonly record_id: string
  readonly entity: string
  readonly reporting_region: string
}

/** Skips of a link with their reasons, newest first. */
export async function listSkips(db: Kysely<Tables>, filter: SkipFilter): Promise<ShownSkip[]> {
  if (filter.entity === undefined && filter.within === undefined) return await skipsOf(db, filter, null)
  // What is rare in a long list is looked for in the entries that are noted to hold such records; what came last may not be noted yet.
  const notedTo = await entitiesNotedTo(db)
  const recent = await skipsOf(db, filter, { from: notedTo })
  if (recent.length >= filter.limit) return recent
  return [...recent, ...(await skipsOf(db, { ...filter, limit: filter.limit - recent.length }, { to: notedTo }))]
}

async function skipsOf(
  db: Kysely<Tables>,
  { linkNo, reason, kind, entity, within, before, limit }: SkipFilter,
  noted: { readonly from: number } | { readonly to: number } | null,
): Promise<ShownSkip[]> {
  const conditions = [
    sql`k.link_no = ${linkNo}`,
    ...(reason === undefined ? [] : [sql`k.reason = ${reason}`]),
    ...(kind === undefined ? [] : [sql`k.kind = ${kind}`]),
    ...(entity === undefined ? [] : [sql`v.entity = ${entity}`]),
    ...(within === undefined ? [] : [regionWithin(sql`v.reporting_region`, within)]),
    ...(before === undefined ? [] : [sql`(k.log_index, k.ordinal) < (${before.logIndex}, ${before.ordinal})`]),
    ...(noted !== null && 'from' in noted ? [sql`k.log_index >= ${noted.from}`] : []),
    ...(noted !== null && 'to' in noted
      ? [
          sql`k.log_index < ${noted.to}`,
          ...(entity === undefined ? [] : [sql`k.log_index in (select t.log_index from entry_entity t where t.entity = ${entity})`]),
          ...(within === undefined
            ? []
            : [sql`k.log_index in (select t.log_index from entry_region t where ${regionWithin(sql`t.region`, within)})`]),
        ]
      : []),
  ]
  const { rows } = await sql<ShownSkip>`
    select k.*, v.record_id, v.entity, v.reporting_region
    from skip k join version v on v.part_id = k.part_id and v.ordinal = k.ordinal
    where ${sql.join(conditions, sql` and `)} order by k.log_index desc, k.ordinal desc limit ${limit}`.execute(db)
  return rows
}

export interface SkipCount {
  readonly reason: string
  readonly kind: string
  readonly count: number
}

/** More rows than this are counted anew only every so often: they grow for good, and a page that stays open asks again and again. */
const rowsCountedEachTime = 20_000
const countedForMs = 15_000
const counted = new WeakMap<Kysely<Tables>, Map<number, { readonly at: number; readonly counts: readonly SkipCount[] }>>()

/** How many versions of a link are skipped, by reason. Of very many, as of a few seconds ago. */
export async function countSkips(db: Kysely<Tables>, linkNo: number): Promise<readonly SkipCount[]> {
  const known = counted.get(db) ?? new Map<number, { readonly at: number; readonly counts: readonly SkipCount[] }>()
  counted.set(db, known)
  const last = known.get(linkNo)
  if (last !== undefined && performance.now() - last.at < countedForMs) return last.counts
  const { rows } = await sql<SkipCount>`
    select reason, kind, count(*) as count from skip where link_no = ${linkNo} group by kind, reason order by count(*) desc, reason`.execute(
    db,
  )
  if (rows.reduce((sum, row) => sum + row.count, 0) > rowsCountedEachTime) known.set(linkNo, { at: performance.now(), counts: rows })
  return rows
}
