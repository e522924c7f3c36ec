import { byteaArray, int4Array, textArray } from '@huijiao/database'
import type { Difference } from '@huijiao/merkle'
import { sql } from 'kysely'
import type { Hub } from './hub.ts'
import type { LinkRow } from './next-delivery.ts'
import { publicRecordId } from './record-id.ts'
import type { Undelivered } from './reconcile-gap.ts'
import { catchUpSets, untilNumbered, withSets } from './reconcile-reader.ts'
import { bucketOf, touchBuckets } from './reconcile-set.ts'
import { type StoredUnjudged, storedUnjudged } from './reconcile-unjudged.ts'
import type { DescribedItem } from './reconcile-wire.ts'

/** What a run found, in counts and first examples. Record ids and digests; no value of any record. */
export interface Findings {
  /** Versions delivered, with a receipt, that the upstream does not hold (any more). */
  readonly lowerAhead: number
  /** Versions that the upstream has from this link and this node has not: after a restore of this node, say. */
  readonly upperAhead: number
  /** One version, two contents. */
  readonly conflicts: number
  /** Of `lowerAhead`, what is still missing above at the end of the run. */
  readonly leftOver: number
  readonly examples: {
    readonly lowerAhead: readonly LowerExample[]
    readonly upperAhead: readonly DescribedItem[]
  }
  readonly undelivered: Undelivered | null
  /** How many were missing, or only above for want of a receipt, when records were last sent again. */
  readonly lastMissing: number
}

interface LowerExample {
  readonly recordId: string
  readonly entity: string
  readonly stream: string
  readonly epoch: number
  readonly n: number
  readonly entry: number
}

export const noFindings: Findings = {
  lowerAhead: 0,
  upperAhead: 0,
  conflicts: 0,
  leftOver: 0,
  examples: { lowerAhead: [], upperAhead: [] },
  undelivered: null,
  lastMissing: 0,
}

type OnlyHere = Extract<Difference, { kind: 'only-here' }>
type OnlyThere = Extract<Difference, { kind: 'only-there' }>
type Other = Extract<Difference, { kind: 'other' }>

export interface Sorted {
  /** To be sent again. */
  readonly lowerAhead: readonly (OnlyHere | Other)[]
  readonly examples: readonly LowerExample[]
  readonly upperAhead: readonly OnlyThere[]
  /** Only above, and sent from here without an answer: to be told again. */
  readonly unjudged: readonly StoredUnjudged[]
  readonly conflicts: readonly Other[]
  /** Differences that are gone already, or are those of a delivery under way. */
  readonly settling: number
}

interface OwnItem {
  readonly id: Buffer
  readonly value: Buffer
  readonly elsewhere: boolean
  readonly group_no: number
  readonly bucket: number
  readonly record_id: string
  readonly entity: string
  readonly stream: string
  readonly epoch: number
  readonly n: number
  readonly log_index: number
}

/**
 * Says of each difference what it means. Records go up while sets are compared: what this node has learnt meanwhile, and what is under way, is no
 * difference.
 */
export async function sortDifferences(hub: Hub, link: LinkRow, setNo: number, differences: readonly Difference[]): Promise<Sorted> {
  await untilNumbered(hub)
  await catchUpSets(hub)
  const own = await ownItems(hub, setNo, differences)
  const underWay = await deliveriesOpen(hub, link.link_no)
  const lowerAhead: (OnlyHere | Other)[] = []
  const upperAhead: OnlyThere[] = []
  const conflicts: Other[] = []
  const backHere: OwnItem[] = []
  let settling = 0
  for (const one of differences) {
    const item = own.get(one.id.toString('hex'))
    if (one.kind === 'only-there') {
      if (item?.elsewhere === true && item.value.equals(one.there)) backHere.push(item)
      if (item !== undefined || underWay) settling += 1
      else upperAhead.push(one)
    } else if (item === undefined || !item.value.equals(one.here)) settling += 1
    else if (one.kind === 'only-here') lowerAhead.push(one)
    else if (one.here.subarray(1).equals(one.there.subarray(1))) {
      if (underWay) settling += 1
      else lowerAhead.push(one)
    } else conflicts.push(one)
  }
  if (backHere.length > 0) await takeBack(hub, backHere)
  const examples = lowerAhead.slice(0, 100).flatMap(({ id }): LowerExample[] => {
    const item = own.get(id.toString('hex'))
    if (item === undefined) return []
    const { entity, stream, epoch, n } = item
    return [{ recordId: publicRecordId(item.record_id), entity, stream, epoch, n, entry: item.log_index }]
  })
  const unjudged = await storedUnjudged(hub, link.link_no, upperAhead)
  const told = new Set<OnlyThere>(unjudged.map((one) => one.difference))
  return { lowerAhead, examples, upperAhead: upperAhead.filter((one) => !told.has(one)), unjudged, conflicts, settling }
}

async function ownItems(hub: Hub, setNo: number, differences: readonly Difference[]): Promise<Map<string, OwnItem>> {
  const own = new Map<string, OwnItem>()
  for (let from = 0; from < differences.length; from += 2000) {
    const list = differences.slice(from, from + 2000)
    const { rows } = await sql<OwnItem>`
      select i.id, i.value, i.elsewhere, i.group_no, i.bucket, v.record_id, v.entity, s.origin || '/' || s.participant as stream, v.epoch, v.n, i.log_index
      from unnest(${textArray(list.map((one) => one.range.split('/')[0] as string))}::text[], ${textArray(list.map((one) => one.range.split('/')[1] as string))}::text[],
                  ${int4Array(list.map((one) => bucketOf(one.id)))}::int4[], ${byteaArray(list.map((one) => one.id))}::bytea[]) as t (period, entity, bucket, id)
      join reconcile_group g on g.set_no = ${setNo} and g.period = t.period and g.entity = t.entity
      join reconcile_item i on i.group_no = g.group_no and i.bucket = t.bucket and i.id = t.id
      join version v on v.part_id = i.part_id and v.ordinal = i.ordinal join source s using (source_no)`.execute(hub.db)
    for (const row of rows) own.set(row.id.toString('hex'), row)
  }
  return own
}

async function deliveriesOpen(hub: Hub, linkNo: number): Promise<boolean> {
  const { rows } = await sql<{ yes: boolean }>`
    select exists (select 1 from delivery where link_no = ${linkNo} and state = 'open') as yes`.execute(hub.db)
  return rows[0]?.yes === true
}

/** What was thought to be above by somebody else's doing is in this link's set there after all. */
async function takeBack(hub: Hub, items: readonly OwnItem[]): Promise<void> {
  await withSets(hub, async (trx) => {
    for (const { group_no, bucket, id } of items)
      await trx
        .updateTable('reconcile_item')
        .set({ elsewhere: false })
        .where('group_no', '=', group_no)
        .where('bucket', '=', bucket)
        .where('id', '=', id)
        .execute()
    await touchBuckets(
      trx,
      items.map((item) => ({ groupNo: item.group_no, bucket: item.bucket })),
    )
  })
}

/** Adds what one comparison found. What was found before, and is still so, counts once. */
export function tellFindings(before: Findings, sorted: Sorted, described: readonly DescribedItem[]): Findings {
  const again = Math.min(before.lastMissing, sorted.lowerAhead.length)
  return {
    ...before,
    lowerAhead: before.lowerAhead === 0 ? sorted.lowerAhead.length : before.lowerAhead + Math.max(0, sorted.lowerAhead.length - again),
    upperAhead: sorted.upperAhead.length,
    conflicts: sorted.conflicts.length,
    examples: {
      lowerAhead: before.examples.lowerAhead.length > 0 ? before.examples.lowerAhead : sorted.examples,
      upperAhead: described,
    },
  }
}
