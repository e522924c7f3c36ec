import { type Checkpoint, parseLogOrigin } from './checkpoint.ts'
import { type EpochBegin, type EpochEntry, forkFrom, readEpochs } from './epoch-entry.ts'
import { leafHash } from './hash.ts'
import type { DetachedRange } from './log-range.ts'
import type { LogExpectation, LogFinding, LogReader, LogReport } from './log-report.ts'
import { consistencyProof } from './tile-proof.ts'
import { tileHashes, tileWidth, tileWidthAt } from './tile.ts'
import { verifyConsistency } from './verify-proof.ts'

/**
 * Holds the epochs of a log against each other: every entry that begins one is published with its body, names the root that the log had before it, and
 * the last one is that of the checkpoint; and when an earlier checkpoint is of another epoch, one of them names it.
 * @param leaves what the log holds of kind `epoch`, by index
 */
export async function checkEpochs(
  reader: LogReader,
  checkpoint: Checkpoint,
  leaves: ReadonlyMap<number, string>,
  previous: LogExpectation['previous'],
  find: (finding: LogFinding) => void,
): Promise<{ begins: readonly EpochBegin[]; fork: LogReport['fork'] }> {
  const current = parseLogOrigin(checkpoint.origin)
  const wrong = (zh: string, en: string, index?: number) => find({ kind: 'epoch', ...(index === undefined ? {} : { index }), zh, en })
  if (current === null) return { begins: [], fork: null } // a log of another make
  const entries = leaves.size === 0 ? [] : await published(reader)
  if (entries === null) {
    wrong('日志有纪元条目，但读不到其正文', 'The log has entries that begin epochs, and their bodies cannot be read')
    return { begins: [], fork: null }
  }
  const begins = readEpochs(entries, current.epoch)
  const complete = entries.length === leaves.size && entries.every(({ index, leaf }) => leaves.get(index) === leaf)
  if (begins === null || !complete) {
    wrong('纪元条目前后不相接，或与日志不符', 'The entries that begin epochs do not follow from each other, or are not those of the log')
    return { begins: [], fork: null }
  }
  for (const { previous: before } of begins) {
    if (before.size === 0 || (await continues(reader, before, checkpoint))) continue
    wrong('纪元条目所写的根与此前的日志不符', 'An entry that begins an epoch names another root than the log before it has', before.size)
  }
  return { begins, fork: forkOf(begins, current, previous, wrong) }
}

function forkOf(
  begins: readonly EpochBegin[],
  current: NonNullable<ReturnType<typeof parseLogOrigin>>,
  previous: LogExpectation['previous'],
  wrong: (zh: string, en: string) => void,
): LogReport['fork'] {
  const seen = previous?.origin === undefined ? null : parseLogOrigin(previous.origin)
  if (previous === undefined || seen === null || (seen.epoch.number === current.epoch.number && seen.epoch.id === current.epoch.id))
    return null
  const begin = seen.nodeName === current.nodeName ? forkFrom(begins, seen.epoch) : null
  if (begin !== null) return { size: begin.previous.size, seen: previous.size, reason: begin.reason }
  wrong(
    `日志没有写明为何离开此前所见的纪元 ${previous.origin}`,
    `The log does not say how it left the epoch that was seen before: ${previous.origin}`,
  )
  return null
}

/**
 * Entries that begin epochs are published with their bodies wherever the others are kept; the tiles say whether they are those of the log.
 * @returns leaves of such entries in ranges whose bundles were not read, by index
 */
export async function detachedEpochLeaves(reader: LogReader, ranges: readonly DetachedRange[], size: number): Promise<Map<number, string>> {
  const found = new Map<number, string>()
  for (const { index, leaf } of ranges.length === 0 ? [] : ((await published(reader)) ?? [])) {
    if (index >= size || !ranges.some(({ from, to }) => index >= from && index < to)) continue
    const tile = Math.floor(index / tileWidth)
    const width = tileWidthAt(size, 0, tile)
    try {
      if (tileHashes(await reader.readTile(0, tile, width), width)[index % tileWidth]?.equals(leafHash(leaf)) === true)
        found.set(index, leaf)
    } catch {
      // The check of the tiles has said so.
    }
  }
  return found
}

async function published(reader: LogReader): Promise<readonly EpochEntry[] | null> {
  try {
    return (await reader.readEpochs?.()) ?? null
  } catch {
    return null
  }
}

async function continues(reader: LogReader, before: EpochBegin['previous'], checkpoint: Checkpoint): Promise<boolean> {
  try {
    const proof = await consistencyProof(before.size, checkpoint.size, reader.readTile)
    return verifyConsistency(before.size, before.root, checkpoint.size, checkpoint.root, proof)
  } catch {
    return false
  }
}
