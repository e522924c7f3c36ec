import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tables } from '@huijiao/database'
import { digestText } from '@huijiao/merkle'
import { type Kysely, sql, type Transaction } from 'kysely'
import { alone, type LogKeeper, namesOf, type RangePlace } from './detach-log.ts'
import type { Hub } from './hub.ts'
import { leftWhole } from './detach-old-log.ts'
import { addPendingEntry, pendingChannel } from './log.ts'
import { LogRangeError, type OnRange } from './log-range-files.ts'
import type { LogNeed } from './log-range-needs.ts'
import { openVersionRange, readVersionRange, writeVersionRange, type WrittenVersions } from './version-range-files.ts'
import { firstPartSince, firstPartStored, planVersions, versionNeeds, type VersionPlan, type VersionWish } from './version-range-needs.ts'
import { detachedVersionRanges } from './version-range.ts'
import { countThin, swapThin } from './version-range-swap.ts'
import { versionPartitions } from './version-partitions.ts'

/** What taking out and putting back need of a node. It may run meanwhile. */
export interface VersionKeeper extends LogKeeper {
  /** Of the node: what is sealed is opened to hold it against its commitment. */
  readonly sealer: Hub['sealer']
}

export interface DetachVersionsRequest extends RangePlace {
  /** Up to and without this part id, which is the end of a partition; null: as far as may go. */
  readonly to: number | null
  /** What was stored at this instant or later stays, whoever asks; absent when age does not matter. */
  readonly keepSince?: Date
  /** As long as fewer contents may go, none goes; asked when `to` is null. 1 when absent: files of which nothing leaves the database are of no use. */
  readonly atLeast?: number
}

export interface MovedVersions {
  /** Part ids, up to and without `to`. */
  readonly from: number
  readonly to: number
  readonly directory: string
  /** `sha-256:<hex>` of range.json. */
  readonly digest: string
  /** Versions in the files; and of those, how many have their texts here no more, or have them here again. */
  readonly versions: number
  readonly moved: number
}

/** What was taken out, or, when it was not said how far, that nothing went: how many contents may go, how many go at least, and who holds more back. */
export type VersionsDetached =
  | MovedVersions
  | { readonly moved: null; readonly from: number; readonly may: number; readonly atLeast: number; readonly neededBy: string | null }

/**
 * Takes the texts of the oldest versions out of the database. First all versions of those parts are written, and read back from the disk and held against
 * their commitments and roots; only then, in one transaction, a partition of rows without texts takes the place of the full ones, the range is noted, and an
 * entry says so. What is in force, the latest, and what anybody has to do with keeps its texts. Ended at any moment, the range is in the database, or its
 * files are whole. What a call before left whole on the disk is used again.
 * @throws LogRangeError when it may not go, or the disk does not hold what was written, or somebody uses the versions for long
 */
export async function detachVersions(
  keeper: VersionKeeper,
  request: DetachVersionsRequest,
  onRange: OnRange = () => undefined,
): Promise<VersionsDetached> {
  return await alone(keeper, async () => {
    const { db, node } = keeper
    const { plan, free, needs } = await planOf(db, request)
    const nothing = (may: number) => {
      const more = free.kind === 'range' && (plan.kind !== 'range' || free.to > plan.to) && needs.length > 0
      return { moved: null, from: plan.from, may, atLeast: Math.max(1, request.atLeast ?? 1), neededBy: more ? namesOf(needs) : null }
    }
    if (plan.kind === 'nothing' && request.to === null) return nothing(0)
    const { from, to: end } = mustGo(plan, request, needs)
    const begins = `${node.name}-versions-${from}-`
    // What a call that was killed left whole on the disk goes first, though more may go by now.
    const found = await leftWhole(request.into, begins, from, end)
    const left = request.to === null && found !== null && (await isEnd(db, found)) ? found : null
    if (request.to === null && left === null) {
      const may = await countThin(db, { from, to: end })
      if (may < Math.max(1, request.atLeast ?? 1)) return nothing(may)
    }
    const to = left ?? end
    const directory = join(request.into, `${begins}${to}`)
    if (!existsSync(directory)) {
      await mkdir(request.into, { recursive: true, mode: 0o700 })
      await writeVersionRange(keeper, directory, { node: { name: node.name }, from, to, madeAt: keeper.clock.now().toISOString() }, onRange)
    }
    const written = await openVersionRange(directory)
    mustBeThese(written, node.name, { from, to })
    for await (const parts of readVersionRange(keeper, directory, written)) void parts
    const again = await planOf(db, { ...request, to })
    mustGo(again.plan, { ...request, to }, again.needs)
    const moved = await db.transaction().execute((trx) => takeOut(trx, keeper, written, request))
    return { from, to, directory, digest: digestText(written.digest), versions: written.file.versions, moved }
  })
}

const isEnd = async (db: Kysely<Tables>, part: number): Promise<boolean> => (await versionPartitions(db)).some((one) => one.to === part)

/** What may go, what could if nobody needed it, and who does. */
async function planOf(
  db: Kysely<Tables>,
  { to, keepSince }: Pick<DetachVersionsRequest, 'to' | 'keepSince'>,
): Promise<{ plan: VersionPlan; free: VersionPlan; needs: readonly LogNeed[] }> {
  const needs = await versionNeeds(db)
  const lowest = needs[0]?.index
  const { rows } = await sql<{ last: number; size: number }>`
    select last_value as last, coalesce((select max(size) from log_checkpoint), 0)::int8 as size from part_id_seq`.execute(db)
  const { last, size } = rows[0] as { last: number; size: number }
  const wish: VersionWish = {
    borders: (await versionPartitions(db)).map((one) => one.to),
    given: last,
    to,
    young: keepSince === undefined ? null : await firstPartStored(db, keepSince),
    needed: await firstPartSince(db, Math.min(lowest ?? size, size)),
    detached: (await detachedVersionRanges(db)).map((row) => ({ from: row.from_part, to: row.to_part })),
  }
  return { plan: planVersions(wish), free: planVersions({ ...wish, needed: null }), needs: needs.filter((need) => need.index < size) }
}

/** @throws LogRangeError saying who needs what, and how far it may go */
function mustGo(
  plan: VersionPlan,
  { to, keepSince }: Pick<DetachVersionsRequest, 'to' | 'keepSince'>,
  needs: readonly LogNeed[],
): { from: number; to: number } {
  if (plan.kind === 'range') return plan
  if (plan.kind === 'nothing')
    throw new LogRangeError(`部分 ${to ?? 0} 以前已全部移出`, `everything before part ${to ?? 0} is detached already`)
  const until =
    plan.most > plan.from
      ? { zh: `目前最多可移出至 --to ${plan.most}`, en: `at most --to ${plan.most} may go now` }
      : { zh: '目前没有可以移出的', en: 'nothing may go now' }
  if (plan.why === 'border')
    throw new LogRangeError(
      `只能整个分区移出，${to} 不是分区的末尾；${until.zh}`,
      `whole partitions go, and none ends at ${to}; ${until.en}`,
    )
  if (plan.why === 'given')
    throw new LogRangeError(
      `部分 ${to} 以前的编号尚未用完，仍会写入；${until.zh}`,
      `part ids before ${to} are still being given out; ${until.en}`,
    )
  if (plan.why === 'young' && keepSince !== undefined)
    throw new LogRangeError(
      `${keepSince.toISOString()} 及以后入库的版本须留在数据库；${until.zh}`,
      `versions that were stored at ${keepSince.toISOString()} or later have to stay; ${until.en}`,
    )
  const [zh, en] = needs.length === 0 ? ['日志编号', 'the numbering of the log'] : [namesOf(needs), namesOf(needs)]
  throw new LogRangeError(`仍有人需要这些版本：${zh}；${until.zh}`, `still needed by ${en}; ${until.en}`)
}

/** @throws LogRangeError */
export function mustBeThese({ file }: WrittenVersions, node: string, { from, to }: { readonly from: number; readonly to: number }): void {
  if (file.node.name !== node) throw new LogRangeError(`这段版本属于节点 ${file.node.name}`, `the range is of node ${file.node.name}`)
  if (file.from !== from || file.to !== to)
    throw new LogRangeError(`目录中是部分 ${file.from} 至 ${file.to - 1}`, `the directory holds parts ${file.from} to ${file.to - 1}`)
}

async function takeOut(
  trx: Transaction<Tables>,
  { node, clock }: VersionKeeper,
  { file, digest }: WrittenVersions,
  { place, actor }: RangePlace,
): Promise<number> {
  const { from, to, versions } = file
  const at = clock.now()
  const { rows } = await sql<{ last: Date | null }>`
    select max(stored_at) as last from part where part_id >= ${from} and part_id < ${to}`.execute(trx)
  const { range_no } = await trx
    .insertInto('version_range')
    .values({
      ...{ from_part: from, to_part: to, versions, digest, place, last_instant: rows[0]?.last ?? at },
      ...{ detached_at: at, detached_by: actor, attached_at: null, attached_by: null },
    })
    .returning('range_no')
    .executeTakeFirstOrThrow()
  const moved = await swapThin(trx, node.name, { ...file, name: `version_thin_${range_no}` })
  await noteVersions(trx, 'detached', at, actor, { fromPart: from, toPart: to, versions, moved, digest: digestText(digest), place })
  return moved
}

/** The entry that says what was done. Last of all in its transaction. */
export async function noteVersions(
  trx: Transaction<Tables>,
  kind: 'detached' | 'attached',
  at: Date,
  actor: string,
  body: object,
): Promise<void> {
  await addPendingEntry(trx, { kind, instant: at, actor, subject: 'versions', body: { action: 'versions', ...body } })
  await sql`select pg_notify(${pendingChannel}, '')`.execute(trx)
}
