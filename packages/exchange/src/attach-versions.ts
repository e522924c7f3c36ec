import type { Tables } from '@huijiao/database'
import { byteaArray, int4Array, int8Array, textArray } from '@huijiao/database'
import { digestText } from '@huijiao/merkle'
import { sql, type Transaction } from 'kysely'
import { alone } from './detach-log.ts'
import { mustBeThese, type MovedVersions, noteVersions, type VersionKeeper } from './detach-versions.ts'
import { LogRangeError, type OnRange } from './log-range-files.ts'
import { openVersionRange, readVersionRange, type WrittenVersions } from './version-range-files.ts'
import type { VersionLine } from './version-range-lines.ts'
import { detachedVersionRanges, type VersionRangeRow } from './version-range.ts'

/**
 * Puts the texts of a range back: what the files hold is checked while it is read, and goes in whole or not at all. Nobody waits for it: the rows are where
 * they were, and only those without texts are written. What was decided on them meanwhile stands.
 * @throws LogRangeError when it is not a range that was taken out of this node, or is not what it was
 */
export async function attachVersions(
  keeper: VersionKeeper,
  { directory, actor }: { readonly directory: string; readonly actor: string },
  onRange: OnRange = () => undefined,
): Promise<MovedVersions> {
  return await alone(keeper, async () => {
    const written = await openVersionRange(directory)
    const row = await standingRange(keeper, written)
    const moved = await keeper.db.transaction().execute((trx) => putBack(trx, keeper, written, { directory, actor, row }, onRange))
    const { from, to, versions } = written.file
    return { from, to, directory, digest: digestText(written.digest), versions, moved }
  })
}

async function standingRange({ db, node }: VersionKeeper, written: WrittenVersions): Promise<VersionRangeRow> {
  const { from, to } = written.file
  mustBeThese(written, node.name, { from, to })
  const row = (await detachedVersionRanges(db)).find((one) => one.from_part === from && one.to_part === to)
  if (row === undefined)
    throw new LogRangeError(
      `部分 ${from} 至 ${to - 1} 的版本没有移出过，或已放回`,
      `the versions of parts ${from} to ${to - 1} are not detached`,
    )
  if (!written.digest.equals(row.digest))
    throw new LogRangeError(
      `range.json 与移出时所记不同：${digestText(row.digest)}`,
      `range.json is not the one noted when it was taken out, ${digestText(row.digest)}`,
    )
  return row
}

async function putBack(
  trx: Transaction<Tables>,
  { clock, sealer }: VersionKeeper,
  written: WrittenVersions,
  { directory, actor, row }: { readonly directory: string; readonly actor: string; readonly row: VersionRangeRow },
  onRange: OnRange,
): Promise<number> {
  const { from, to, versions } = written.file
  let moved = 0
  for await (const parts of readVersionRange({ db: trx, sealer }, directory, written)) {
    moved += await enter(
      trx,
      parts.flatMap((part) => part.lines),
    )
    onRange((parts.at(-1)?.part ?? from) - from + 1, to - from)
  }
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from version where part_id >= ${from} and part_id < ${to} and length(salts) = 0`.execute(trx)
  if ((rows[0]?.n ?? 0) > 0)
    throw new LogRangeError(`还有 ${rows[0]?.n} 个版本没有内容`, `${rows[0]?.n} versions are still without their content`)
  const at = clock.now()
  await trx.updateTable('version_range').set({ attached_at: at, attached_by: actor }).where('range_no', '=', row.range_no).execute()
  await noteVersions(trx, 'attached', at, actor, { fromPart: from, toPart: to, versions, moved, digest: digestText(written.digest) })
  return moved
}

async function enter(trx: Transaction<Tables>, lines: readonly VersionLine[]): Promise<number> {
  const hex = (text: string | null) => (text === null ? null : Buffer.from(text, 'hex'))
  const [first, last] = [lines[0]?.part ?? 0, lines.at(-1)?.part ?? 0]
  const { numAffectedRows = 0n } = await sql`
    update version v set open_text = t.open, named_text = t.named, sealed_text = t.sealed, salts = t.salts, text_hashes = t.hashes
    from unnest(${int8Array(lines.map((line) => line.part))}::int8[], ${int4Array(lines.map((line) => line.ordinal))}::int4[],
                ${textArray(lines.map((line) => line.open))}::text[], ${textArray(lines.map((line) => line.named))}::text[],
                ${byteaArray(lines.map((line) => (line.sealed === null ? null : Buffer.from(line.sealed, 'base64'))))}::bytea[],
                ${byteaArray(lines.map((line) => hex(line.salts)))}::bytea[], ${byteaArray(lines.map((line) => hex(line.hashes)))}::bytea[])
      as t (part_id, ordinal, open, named, sealed, salts, hashes)
    where v.part_id >= ${first} and v.part_id <= ${last} and v.part_id = t.part_id and v.ordinal = t.ordinal and length(v.salts) = 0`.execute(
    trx,
  )
  return Number(numAffectedRows)
}

/** What `checkVersions` read. */
export interface VersionsChecked {
  readonly from: number
  readonly to: number
  readonly directory: string
  readonly digest: string
  readonly parts: number
  readonly versions: number
  /** Whether the range is out now; it may have been put back. */
  readonly standing: boolean
}

/**
 * Reads a directory as putting it back would, without putting anything back: each file, text, commitment and root.
 * @throws LogRangeError naming what is missing or not what it was
 */
export async function checkVersions(
  keeper: Pick<VersionKeeper, 'db' | 'node' | 'sealer'>,
  directory: string,
  onRange: OnRange = () => undefined,
): Promise<VersionsChecked> {
  const written = await openVersionRange(directory)
  const { from, to, parts, versions } = written.file
  mustBeThese(written, keeper.node.name, { from, to })
  const standing = (await detachedVersionRanges(keeper.db)).find((row) => row.from_part === from && row.to_part === to)
  if (standing !== undefined && !standing.digest.equals(written.digest))
    throw new LogRangeError(
      `range.json 与移出时所记不同：${digestText(standing.digest)}`,
      `range.json is not the one noted when it was taken out, ${digestText(standing.digest)}`,
    )
  for await (const read of readVersionRange(keeper, directory, written)) onRange((read.at(-1)?.part ?? from) - from + 1, to - from)
  return { from, to, directory, digest: digestText(written.digest), parts, versions, standing: standing !== undefined }
}
