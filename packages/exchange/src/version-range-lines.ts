import { commitment, digestText, type RecordIdentity, recordLeafHash, textHash, treeRoot } from '@huijiao/merkle'
import type { Hub } from './hub.ts'
import { LogRangeError } from './log-range-files.ts'
import { type NamedHere, openNamed } from './named-attachments.ts'
import { isElsewhere } from './version-range.ts'
import { identityOf, type VersionRow } from './version-rows.ts'

/** A version as a line of a file: what its leaf says, and what leaves the database. */
export interface VersionLine extends RecordIdentity {
  readonly part: number
  readonly ordinal: number
  /** hex: 16 bytes for each of open, named and sealed text, and for the list of attachments when there is one. */
  readonly salts: string
  /** hex: 32 bytes for each; only of texts that were committed to and are not here. */
  readonly hashes: string | null
  readonly open: string | null
  readonly named: string | null
  /** base64, encrypted as it is stored. */
  readonly sealed: string | null
  /** hex: hash of the list of attachments, which stays in the database. */
  readonly list: string | null
}

/** @throws LogRangeError when the row's texts are elsewhere already */
export function lineOf(hub: Pick<Hub, 'sealer'>, row: VersionRow, named: NamedHere | undefined): VersionLine {
  if (isElsewhere(row))
    throw new LogRangeError(
      `部分 ${row.part_id} 的版本已移出，但没有记在任何一段`,
      `versions of part ${row.part_id} are elsewhere, and no range says so`,
    )
  const salt = row.salts.subarray(48, 64)
  return {
    part: row.part_id,
    ordinal: row.ordinal,
    ...identityOf(row),
    salts: row.salts.toString('hex'),
    hashes: row.text_hashes?.toString('hex') ?? null,
    open: row.open_text,
    named: row.named_text,
    sealed: row.sealed_text?.toString('base64') ?? null,
    list: named === undefined ? null : textHash(salt, openNamed(hub, named, row.commitment)).toString('hex'),
  }
}

/** Whether the texts of a line give its commitment. */
function givesCommitment({ sealer }: Pick<Hub, 'sealer'>, line: VersionLine): boolean {
  const salts = Buffer.from(line.salts, 'hex')
  const told = line.hashes === null ? null : Buffer.from(line.hashes, 'hex')
  const bound = Buffer.from(line.commitment.slice('sha-256:'.length), 'hex')
  const sealed = line.sealed === null ? null : sealer.open(Buffer.from(line.sealed, 'base64'), bound)
  const hash = (text: string | null, at: number): Buffer | null => {
    if (text !== null) return textHash(salts.subarray(at * 16, at * 16 + 16), text)
    const kept = told?.subarray(at * 32, at * 32 + 32)
    return kept !== undefined && kept.some((byte) => byte !== 0) ? kept : null
  }
  const whole = commitment({
    open: hash(line.open, 0),
    named: hash(line.named, 1),
    sealed: hash(sealed, 2),
    attachments: line.list === null ? hash(null, 3) : Buffer.from(line.list, 'hex'),
  })
  return digestText(whole) === line.commitment
}

/**
 * Holds the lines of a part against its root, and each against its commitment.
 * @throws LogRangeError naming the part
 */
export function mustBePart(
  hub: Pick<Hub, 'sealer'>,
  lines: readonly VersionLine[],
  { part_id: part, root, version_count: count }: { readonly part_id: number; readonly root: Buffer; readonly version_count: number },
): void {
  const inOrder = lines.length === count && lines.every((line, at) => line.part === part && line.ordinal === at)
  if (!inOrder || !treeRoot(lines.map((line) => recordLeafHash(line))).equals(root))
    throw new LogRangeError(`部分 ${part} 的版本与其在日志中的根不符`, `the versions of part ${part} are not those of its root in the log`)
  const wrong = lines.find((line) => !opens(hub, line))
  if (wrong !== undefined)
    throw new LogRangeError(
      `部分 ${part} 第 ${wrong.ordinal} 个版本的内容与其承诺值不符`,
      `the content of version ${wrong.ordinal} of part ${part} does not give its commitment`,
    )
}

/** What cannot be read, or is sealed with another key, is no content. */
function opens(hub: Pick<Hub, 'sealer'>, line: VersionLine): boolean {
  try {
    return givesCommitment(hub, line)
  } catch {
    return false
  }
}
