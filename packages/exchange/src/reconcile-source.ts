import type { Tables } from '@huijiao/database'
import { int4Array } from '@huijiao/database'
import {
  type Bucket,
  bucketDigits,
  childrenDigest,
  childrenOfBuckets,
  childrenOfItems,
  countOf,
  parseRange,
  type RangeChild,
  type RangeSource,
  type SetItem,
} from '@huijiao/merkle'
import { type Kysely, sql } from 'kysely'
import { bucketName } from './reconcile-set.ts'

/** Where a set ends: entries of the sender's log below the index in this epoch, and all of earlier epochs. */
export interface Cut {
  readonly epoch: number
  readonly index: number
}

interface GroupRow {
  readonly group_no: number
  readonly period: string
  readonly entity: string
  readonly count: number
  readonly digest: Buffer | null
  /** Whether the kept digest is that of the cut, too. */
  readonly kept: boolean
}

interface BucketRow {
  readonly bucket: number
  readonly count: number
  readonly digest: Buffer
}

/**
 * A set at a cut, as the database has it. Kept digests are used where nothing newer than the cut is among the items; all others are computed, by
 * PostgreSQL, when they are asked for. What it has read once it does not read again: make a new one for every message.
 */
export function databaseSource(db: Kysely<Tables>, setNo: number, cut: Cut): RangeSource {
  const below = sql`(i.epoch, i.log_index) < (${cut.epoch}::int4, ${cut.index}::int8) and not i.elsewhere`
  let groups: Promise<GroupRow[]> | undefined
  const buckets = new Map<number, Promise<Bucket[]>>()
  const loadGroups = async (): Promise<GroupRow[]> => {
    const { rows } = await sql<GroupRow>`
      select g.group_no, g.period, g.entity, g.count, g.digest,
             g.digest is not null and (g.top_epoch, g.top_index) < (${cut.epoch}::int4, ${cut.index}::int8) as kept
      from reconcile_group g where g.set_no = ${setNo}
      order by g.period collate "C", g.entity collate "C"`.execute(db)
    return rows
  }
  const loadBuckets = async (groupNo: number): Promise<Bucket[]> => {
    const { rows } = await sql<BucketRow & { kept: boolean }>`
      select bucket, count, digest, digest is not null and (top_epoch, top_index) < (${cut.epoch}::int4, ${cut.index}::int8) as kept
      from reconcile_bucket where group_no = ${groupNo} order by bucket`.execute(db)
    const open = rows.filter((row) => !row.kept).map((row) => row.bucket)
    const { rows: computed } =
      open.length === 0
        ? { rows: [] }
        : await sql<BucketRow>`
            select i.bucket, count(*)::int4 as count, sha256('\\x00'::bytea || string_agg(i.id || i.value, ''::bytea order by i.id)) as digest
            from reconcile_item i where i.group_no = ${groupNo} and i.bucket = any(${int4Array(open)}::int4[]) and ${below}
            group by i.bucket`.execute(db)
    return [...rows.filter((row) => row.kept && row.count > 0), ...computed]
      .sort((a, b) => a.bucket - b.bucket)
      .map(({ bucket, count, digest }): Bucket => [bucketName(bucket), count, digest])
  }
  const groupsOf = () => (groups ??= loadGroups())
  const bucketsOf = (groupNo: number): Promise<Bucket[]> => {
    const known = buckets.get(groupNo)
    if (known !== undefined) return known
    const loading = loadBuckets(groupNo)
    buckets.set(groupNo, loading)
    return loading
  }
  const findGroup = async (period: string, entity: string) =>
    (await groupsOf()).find((row) => row.period === period && row.entity === entity)
  const ofGroup = async (row: GroupRow): Promise<RangeChild> => {
    if (row.kept) return [row.entity, row.count, row.digest as Buffer]
    const children = childrenOfBuckets(await bucketsOf(row.group_no))
    return [row.entity, countOf(children), childrenDigest(children)]
  }
  const ofPeriod = async (period: string): Promise<RangeChild[]> => {
    const children: RangeChild[] = []
    for (const row of (await groupsOf()).filter((one) => one.period === period)) children.push(await ofGroup(row))
    return children.filter(([, count]) => count > 0)
  }
  const itemsOf = async (groupNo: number, digits: string): Promise<SetItem[]> => {
    const [from, to] = [digits.padEnd(64, '0'), digits.padEnd(64, 'f')]
    const { rows } = await sql<SetItem>`
      select i.id, i.value from reconcile_item i
      where i.group_no = ${groupNo} and i.bucket between ${Number.parseInt(from.slice(0, bucketDigits), 16)}::int4 and ${Number.parseInt(to.slice(0, bucketDigits), 16)}::int4
        and i.id between ${Buffer.from(from, 'hex')} and ${Buffer.from(to, 'hex')} and ${below}
      order by i.id`.execute(db)
    return rows
  }
  const children = async (range: string): Promise<RangeChild[]> => {
    const { period, entity, digits } = partsOf(range)
    if (period === null) {
      const periods = [...new Set((await groupsOf()).map((row) => row.period))]
      const list: RangeChild[] = []
      for (const one of periods) {
        const entities = await ofPeriod(one)
        if (entities.length > 0) list.push([one, countOf(entities), childrenDigest(entities)])
      }
      return list
    }
    if (entity === null) return await ofPeriod(period)
    const group = await findGroup(period, entity)
    if (group === undefined) return []
    if (digits.length < bucketDigits) return childrenOfBuckets(await bucketsOf(group.group_no), digits)
    return childrenOfItems(await itemsOf(group.group_no, digits), digits)
  }
  return {
    children,
    count: async (range) => {
      const { period, entity, digits } = partsOf(range)
      if (period === null || entity === null || digits.length < bucketDigits) return countOf(await children(range))
      const group = await findGroup(period, entity)
      if (group === undefined) return 0
      if (digits.length > bucketDigits) return (await itemsOf(group.group_no, digits)).length
      return (await bucketsOf(group.group_no)).find(([name]) => name === digits)?.[1] ?? 0
    },
    items: async (range) => {
      const { period, entity, digits } = partsOf(range)
      const group = period === null || entity === null ? undefined : await findGroup(period, entity)
      return group === undefined ? [] : await itemsOf(group.group_no, digits)
    },
  }
}

function partsOf(range: string): NonNullable<ReturnType<typeof parseRange>> {
  const parts = parseRange(range)
  if (parts === null) throw new RangeError(`no range ${range.slice(0, 100)}`)
  return parts
}
