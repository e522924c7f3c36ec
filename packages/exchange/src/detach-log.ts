import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tables } from '@huijiao/database'
import { byteaArray, int8Array, sqlState, textArray } from '@huijiao/database'
import { digestText, parseCheckpoint, parseDigestText, parseLogLeaf, splitNote } from '@huijiao/merkle'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry, pendingChannel, readLogHead } from './log.ts'
import { logPartitions, logTable } from './log-partitions.ts'
import { detachedLeaf, detachedRanges, type LogRangeRow, staysWhole } from './log-range.ts'
import { type KeptEntry, LogRangeError, type OnRange, openRange, readRange, type WrittenRange, writeRange } from './log-range-files.ts'
import { firstSince, type LogNeed, logNeeds, planDetach } from './log-range-needs.ts'
import { attachPartition, createPartition, partitionLock, proveBounds, shortLocks } from './partitions.ts'
import { sequencerLock } from './sequence-log.ts'

/** What taking out and putting back need of a node. It may run meanwhile. */
export interface LogKeeper {
  readonly db: Kysely<Tables>
  readonly node: { readonly name: string }
  readonly clock: Hub['clock']
}

export interface DetachRequest extends RangePlace {
  /** Up to and without this entry, a multiple of 256. */
  readonly to: number
  /** Entries of this instant or later stay, whoever asks; absent when age does not matter. */
  readonly keepSince?: Date
}

/** Where a range goes, and who says so. */
export interface RangePlace {
  /** Directory in which the directory of the range is made. */
  readonly into: string
  /** Where it is kept, as everybody is told who needs it. */
  readonly place: string
  readonly actor: string
}

export interface MovedRange {
  readonly from: number
  readonly to: number
  readonly directory: string
  /** `sha-256:<hex>` */
  readonly root: string
  readonly digest: string
}

/**
 * Takes the oldest entries of the log out of the database. First they are written, and read back from the disk and held against the tiles; only then, in one
 * transaction, a thin partition takes the place of the full one, the range is noted, and an entry says so. Ended at any moment, the range is in the database,
 * or its files are whole. What a call before left whole on the disk is used again.
 * @throws LogRangeError when it may not go, or the disk does not hold what was written, or somebody uses the log for long
 */
export async function detachLog(keeper: LogKeeper, request: DetachRequest, onRange: OnRange = () => undefined): Promise<MovedRange> {
  return await alone(keeper, () => moveOut(keeper, request, onRange))
}

/** As `detachLog`; the caller is alone at it. */
export async function moveOut(keeper: LogKeeper, request: DetachRequest, onRange: OnRange): Promise<MovedRange> {
  const { db, node } = keeper
  const head = await readLogHead(db)
  const { from, to } = await mayGo(db, request, head?.size ?? 0)
  const directory = join(request.into, rangeDirectory(node.name, from, to))
  if (head === null) throw new Error('a log with entries has a checkpoint')
  if (!existsSync(directory)) {
    await mkdir(request.into, { recursive: true, mode: 0o700 })
    const { origin } = parseCheckpoint(splitNote(head.note).text)
    const facts = { node: { name: node.name, origin }, from, to, checkpoint: head.note, madeAt: keeper.clock.now().toISOString() }
    await writeRange(db, directory, facts, onRange)
  }
  const written = await openRange(directory)
  if (written.file.from !== from || written.file.to !== to || written.file.node.name !== node.name)
    throw new LogRangeError(`${directory} 是另一段日志`, `${directory} is another range`)
  let last: KeptEntry | undefined
  for await (const entries of readRange(db, directory, written)) last = entries.at(-1)
  await mayGo(db, { ...request, to }, head.size)
  await db.transaction().execute((trx) => takeOut(trx, keeper, written, request, instantOf(last as KeptEntry)))
  return { from, to, directory, root: written.file.root, digest: digestText(written.digest) }
}

/** Name of the directory of a range, in the one that the operator gives. */
export const rangeDirectory = (node: string, from: number, to: number | ''): string => `${node}-log-${from}-${to}`

/** @throws LogRangeError saying who needs what, and how far it may go */
async function mayGo(
  db: Kysely<Tables>,
  { to, keepSince }: Pick<DetachRequest, 'to' | 'keepSince'>,
  size: number,
): Promise<{ from: number; to: number }> {
  const needs = await logNeeds(db)
  const plan = planDetach({ size, to, young: await youngest(db, keepSince), detached: await detachedSpans(db), needs })
  if (plan.kind === 'range') return plan
  if (plan.kind === 'nothing') throw new LogRangeError(`第 ${to} 条以前已全部移出`, `everything before entry ${to} is detached already`)
  const until =
    plan.most > plan.from
      ? { zh: `目前最多可移出至 --to ${plan.most}`, en: `at most --to ${plan.most} may go now` }
      : { zh: '目前没有可以移出的', en: 'nothing may go now' }
  if (plan.why === 'bundle') throw new LogRangeError(`--to 须是 256 的倍数；${until.zh}`, `--to must be a multiple of 256; ${until.en}`)
  if (plan.why === 'size') throw new LogRangeError(`日志只有 ${size} 条；${until.zh}`, `the log has ${size} entries; ${until.en}`)
  if (plan.why === 'young' && keepSince !== undefined)
    throw new LogRangeError(
      `${keepSince.toISOString()} 及以后的条目须留在数据库；${until.zh}`,
      `entries of ${keepSince.toISOString()} or later have to stay; ${until.en}`,
    )
  const who = needs.filter((need) => need.index < to)
  throw new LogRangeError(`仍有人需要这些条目：${namesOf(who)}；${until.zh}`, `still needed by ${namesOf(who)}; ${until.en}`)
}

export const youngest = async (db: Kysely<Tables>, keepSince: Date | undefined): Promise<number | null> =>
  keepSince === undefined ? null : await firstSince(db, keepSince)

export const detachedSpans = async (db: Kysely<Tables>): Promise<{ from: number; to: number }[]> =>
  (await detachedRanges(db)).map((row) => ({ from: row.from_index, to: row.to_index }))

export const namesOf = (needs: readonly LogNeed[]): string =>
  `${needs
    .slice(0, 5)
    .map(({ what, name, index }) => `${what} ${name} (#${index})`)
    .join(', ')}${needs.length > 5 ? ` … ${needs.length}` : ''}`

const instantOf = ({ leaf }: KeptEntry): string => parseLogLeaf(leaf)?.instant ?? ''

async function takeOut(
  trx: Transaction<Tables>,
  { node, clock }: LogKeeper,
  { file, digest }: WrittenRange,
  { place, actor }: RangePlace,
  lastInstant: string,
): Promise<void> {
  const { from, to } = file
  await shortLocks.execute(trx)
  await lockPartitions(trx, node.name)
  const whole = (await logPartitions(trx)).filter((one) => one.from < to && one.to > from)
  const [first, last] = [whole[0], whole.at(-1)]
  if (first === undefined || last === undefined || first.from !== from) throw new Error(`no partition of the log begins at ${from}`)
  const thin = { name: `log_entry_${from}_thin`, from, to }
  await createPartition(trx, logTable, thin.name)
  await sql`
    insert into ${sql.id(thin.name)} (index, kind, instant, part_id, actor, subject, leaf, leaf_hash, body_salt, body)
    select index, kind, instant, part_id, case when kind = ${sql.lit(staysWhole)} then actor end, case when kind = ${sql.lit(staysWhole)} then subject end,
           case when kind = ${sql.lit(staysWhole)} then leaf else ${sql.lit(detachedLeaf)} end, leaf_hash,
           case when kind = ${sql.lit(staysWhole)} then body_salt end, case when kind = ${sql.lit(staysWhole)} then body end
    from log_entry where index >= ${from} and index < ${to} and (part_id is not null or kind = ${sql.lit(staysWhole)})`.execute(trx)
  await proveBounds(trx, logTable, thin)
  const rest = last.to > to ? { name: `log_entry_${to}`, from: to, to: last.to } : null
  if (rest !== null) await cutOff(trx, node.name, last.name, rest)
  for (const { name } of whole) {
    await sql`alter table log_entry detach partition ${sql.id(name)}`.execute(trx)
    await sql`drop table ${sql.id(name)}`.execute(trx)
  }
  await attachPartition(trx, logTable, thin)
  if (rest !== null) await attachPartition(trx, logTable, rest)
  const root = parseDigestText(file.root) as Buffer
  const at = clock.now()
  // Nothing is held, or it has read further: what is held later has its entry behind the range.
  await sql`
    insert into reader as r (name, cursor) values ('held', ${to})
    on conflict (name) do update set cursor = greatest(r.cursor, excluded.cursor)`.execute(trx)
  await trx
    .insertInto('log_range')
    .values({
      ...{ from_index: from, to_index: to, root, digest, place, last_instant: new Date(lastInstant) },
      ...{ detached_at: at, detached_by: actor, attached_at: null, attached_by: null },
    })
    .execute()
  await note(trx, 'detached', at, actor, { from, to, root: file.root, digest: digestText(digest), place })
}

/** Copies what lies behind the border to a table of its own. Entries never change, so only the last of them, under the sequencer's lock, hold numbering up. */
async function cutOff(
  trx: Transaction<Tables>,
  node: string,
  from: string,
  rest: { readonly name: string; readonly from: number; readonly to: number },
): Promise<void> {
  await createPartition(trx, logTable, rest.name)
  const size = (await readLogHead(trx))?.size ?? 0
  const copy = (low: number, high: number) =>
    sql`insert into ${sql.id(rest.name)} select * from ${sql.id(from)} where index >= ${low} and index < ${high}`.execute(trx)
  await copy(rest.from, size)
  await sql`select pg_advisory_xact_lock(hashtextextended(${sequencerLock(node)}, 0))`.execute(trx)
  await copy(Math.max(rest.from, size), rest.to)
  await proveBounds(trx, logTable, rest)
}

/**
 * Puts a range back: what the files hold is checked while it is read, and goes in whole or not at all.
 * @throws LogRangeError when it is not a range that was taken out of this log, or is not what it was
 */
export async function attachLog(
  keeper: LogKeeper,
  { directory, actor }: { readonly directory: string; readonly actor: string },
  onRange: OnRange = () => undefined,
): Promise<MovedRange> {
  const { db, node } = keeper
  return await alone(keeper, async () => {
    const written = await openRange(directory)
    const { from, to, root } = written.file
    const standing = (await detachedRanges(db)).find((row) => row.from_index === from && row.to_index === to)
    mustBeThatRange(written, standing, node.name)
    await db.transaction().execute((trx) => putBack(trx, keeper, written, { directory, actor, row: standing as LogRangeRow }, onRange))
    return { from, to, directory, root, digest: digestText(written.digest) }
  })
}

function mustBeThatRange({ file, digest }: WrittenRange, row: LogRangeRow | undefined, node: string): void {
  const { from, to } = file
  if (file.node.name !== node) throw new LogRangeError(`这段日志属于节点 ${file.node.name}`, `the range is of node ${file.node.name}`)
  if (row === undefined)
    throw new LogRangeError(`日志第 ${from} 至 ${to - 1} 条没有移出过，或已放回`, `entries ${from} to ${to - 1} are not detached`)
  if (file.root !== digestText(row.root))
    throw new LogRangeError(
      `根与移出时所记不同：${digestText(row.root)}`,
      `the root is not the one noted when it was taken out, ${digestText(row.root)}`,
    )
  if (!digest.equals(row.digest))
    throw new LogRangeError(
      `range.json 与移出时所记不同：${digestText(row.digest)}`,
      `range.json is not the one noted when it was taken out, ${digestText(row.digest)}`,
    )
}

async function putBack(
  trx: Transaction<Tables>,
  { node, clock }: LogKeeper,
  written: WrittenRange,
  { directory, actor, row }: { readonly directory: string; readonly actor: string; readonly row: LogRangeRow },
  onRange: OnRange,
): Promise<void> {
  const { from, to, root } = written.file
  await shortLocks.execute(trx)
  await lockPartitions(trx, node.name)
  const full = { name: `log_entry_${from}`, from, to }
  await createPartition(trx, logTable, full.name)
  for await (const entries of readRange(trx, directory, written)) {
    await enter(trx, full.name, entries)
    onRange(((entries[0] as KeptEntry).index - from) / entries.length + 1, (to - from) / entries.length)
  }
  await proveBounds(trx, logTable, full)
  const thin = (await logPartitions(trx)).find((one) => one.from === from && one.to === to)
  if (thin === undefined) throw new Error(`no partition of the log lies from ${from} to ${to}`)
  await sql`alter table log_entry detach partition ${sql.id(thin.name)}`.execute(trx)
  await sql`drop table ${sql.id(thin.name)}`.execute(trx)
  await attachPartition(trx, logTable, full)
  const at = clock.now()
  await trx.updateTable('log_range').set({ attached_at: at, attached_by: actor }).where('range_no', '=', row.range_no).execute()
  await note(trx, 'attached', at, actor, { from, to, root, digest: digestText(written.digest) })
}

async function enter(trx: Transaction<Tables>, table: string, entries: readonly KeptEntry[]): Promise<void> {
  const leaves = entries.map((entry) => parseLogLeaf(entry.leaf))
  await sql`
    insert into ${sql.id(table)} (index, kind, instant, part_id, actor, subject, leaf, leaf_hash, body_salt, body)
    select index, kind, instant::timestamptz, part_id, actor, subject, leaf, leaf_hash, body_salt, body
    from unnest(${int8Array(entries.map((one) => one.index))}::int8[], ${textArray(leaves.map((leaf) => leaf?.kind ?? ''))}::text[],
                ${textArray(leaves.map((leaf) => leaf?.instant ?? ''))}::text[], ${int8Array(entries.map((one) => one.partId))}::int8[],
                ${textArray(entries.map((one) => one.actor))}::text[], ${textArray(entries.map((one) => one.subject))}::text[],
                ${textArray(entries.map((one) => one.leaf))}::text[], ${byteaArray(entries.map((one) => one.leafHash))}::bytea[],
                ${byteaArray(entries.map((one) => one.bodySalt))}::bytea[], ${textArray(entries.map((one) => one.body))}::text[])
      as t (index, kind, instant, part_id, actor, subject, leaf, leaf_hash, body_salt, body)`.execute(trx)
}

const lockPartitions = (trx: Transaction<Tables>, node: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${partitionLock(logTable, node)}, 0))`.execute(trx)

async function note(trx: Transaction<Tables>, kind: 'detached' | 'attached', at: Date, actor: string, body: object): Promise<void> {
  await addPendingEntry(trx, { kind, instant: at, actor, subject: 'log', body })
  await sql`select pg_notify(${pendingChannel}, '')`.execute(trx)
}

/** One at a time for a node, by a lock of a connection of its own: a transaction over the writing would hold up the cleaning of the whole database. */
export async function alone<T>({ db, node }: LogKeeper, work: () => Promise<T>): Promise<T> {
  return await db.connection().execute(async (held) => {
    const key = sql`hashtextextended(${`huijiao/log-range/${node.name}`}, 0)`
    const { rows } = await sql<{ got: boolean }>`select pg_try_advisory_lock(${key}) as got`.execute(held)
    if (rows[0]?.got !== true)
      throw new LogRangeError('另有一处正在移出或放回', 'somebody else is detaching or attaching a range right now')
    try {
      return await work()
    } catch (error) {
      if (sqlState(error) !== '55P03') throw error
      throw new LogRangeError(
        '有人正长时间使用这些数据（如备份），没有移动；稍后再试，已写好的文件会继续使用',
        'somebody is using these rows for long, a backup perhaps; nothing was moved. Try again later; files that are whole are used again',
        { cause: error },
      )
    } finally {
      // A connection that broke meanwhile has given the lock back; what was done is done, and what was thrown is what is told.
      await sql`select pg_advisory_unlock(${key})`.execute(held).catch(() => undefined)
    }
  })
}
