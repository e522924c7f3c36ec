import { Buffer } from '#buffer'
import type { Epoch } from './checkpoint.ts'
import { textHash } from './commitment.ts'
import { digestText, hashBytes, leafHash, parseDigestText } from './hash.ts'
import { parseLogLeaf } from './log-leaf.ts'
import { canonicalize } from './canonical.ts'
import { verifyInclusion } from './verify-proof.ts'

/** How a log says that a new epoch begins: what it continues, and what it leaves behind. */
export interface EpochBegin {
  readonly epoch: Epoch
  /** The epoch and the length and root of the log that is continued. Its entry has the index `size`. */
  readonly previous: { readonly epoch: Epoch; readonly size: number; readonly root: Uint8Array }
  /** Epochs of the node that others saw and whose beginning is not in this log; they end here, too. */
  readonly abandoned: readonly Epoch[]
  readonly reason: string
}

/** An entry of kind `epoch` as a node publishes it: with its body, which holds nothing that is not public. */
export interface EpochEntry {
  readonly index: number
  readonly leaf: string
  readonly body: string
  /** 32 hex digits. */
  readonly bodySalt: string
  /** Base64: its inclusion proof to the checkpoint that it came with; absent where the whole log is read. */
  readonly inclusion?: readonly string[]
}

export const epochKind = 'epoch'

type Members = Record<string, unknown>
const members = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {}

function epochOf(value: unknown): Epoch | null {
  const { number, id } = members(value)
  return Number.isSafeInteger(number) && (number as number) >= 1 && typeof id === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(id)
    ? { number: number as number, id }
    : null
}

/** The canonical text of the body of an entry that begins an epoch. */
export function epochBodyText(begin: EpochBegin): string {
  const { epoch, previous, abandoned, reason } = begin
  const { epoch: before, size, root } = previous
  return canonicalize({ abandoned, epoch, previous: { epoch: before, root: digestText(root), size }, reason })
}

/** Reads one published entry, strictly; null when it is anything else, its body is not the one in its leaf, or it stands elsewhere than it says. */
export function readEpochEntry(value: unknown): EpochBegin | null {
  const { index, leaf, body, bodySalt } = members(value)
  if (!Number.isSafeInteger(index) || typeof leaf !== 'string' || typeof body !== 'string' || typeof bodySalt !== 'string') return null
  if (!/^[0-9a-f]{32}$/.test(bodySalt)) return null
  const parsed = parseLogLeaf(leaf)
  if (parsed === null || parsed.kind !== epochKind || parsed.body !== digestText(textHash(Buffer.from(bodySalt, 'hex'), body))) return null
  const begin = readBody(body)
  return begin === null || begin.previous.size !== index ? null : begin
}

function readBody(body: string): EpochBegin | null {
  let value: Members
  try {
    value = members(JSON.parse(body))
    if (canonicalize(value) !== body) return null
  } catch {
    return null
  }
  const previous = members(value['previous'])
  const [epoch, before, root] = [epochOf(value['epoch']), epochOf(previous['epoch']), parseDigestText(previous['root'])]
  const { size } = previous
  const { abandoned, reason } = value
  if (epoch === null || before === null || root === null || typeof reason !== 'string' || !Array.isArray(abandoned)) return null
  if (!Number.isSafeInteger(size) || (size as number) < 0 || root.length !== hashBytes) return null
  const ended = abandoned.map(epochOf)
  if (ended.some((one) => one === null || one.number >= epoch.number) || before.number >= epoch.number) return null
  return { epoch, previous: { epoch: before, size: size as number, root }, abandoned: ended as Epoch[], reason }
}

const same = (a: Epoch, b: Epoch): boolean => a.number === b.number && a.id === b.id

/**
 * Reads all the entries by which a log came to its epoch, in order: each continues the one before it, and the last one begins `current`.
 * @returns null when they do not hang together
 */
export function readEpochs(entries: readonly unknown[], current: Epoch): EpochBegin[] | null {
  const begins: EpochBegin[] = []
  for (const entry of entries) {
    const begin = readEpochEntry(entry)
    const last = begins.at(-1)
    if (begin === null) return null
    if (last !== undefined && (!same(begin.previous.epoch, last.epoch) || begin.previous.size <= last.previous.size)) return null
    begins.push(begin)
  }
  const last = begins.at(-1)
  return last === undefined || same(last.epoch, current) ? begins : null
}

/** Where a log left an epoch that somebody saw: the length up to which both are the same. Null when it names no such epoch. */
export function forkFrom(begins: readonly EpochBegin[], seen: Epoch): EpochBegin | null {
  return begins.find(({ previous, abandoned }) => same(previous.epoch, seen) || abandoned.some((one) => same(one, seen))) ?? null
}

/** Whether every entry stands in the log of this checkpoint, by the proof that came with it. Never throws. */
export function epochEntriesProven(
  entries: readonly EpochEntry[],
  checkpoint: { readonly size: number; readonly root: Uint8Array },
): boolean {
  return entries.every(
    ({ index, leaf, inclusion }) =>
      Array.isArray(inclusion) &&
      inclusion.every((hash) => typeof hash === 'string') &&
      verifyInclusion(
        leafHash(leaf),
        index,
        checkpoint.size,
        inclusion.map((hash) => Buffer.from(hash, 'base64')),
        checkpoint.root,
      ),
  )
}
