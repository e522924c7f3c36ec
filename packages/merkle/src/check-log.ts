import { Buffer, isUtf8 } from '#buffer'
import { decodeEntryBundle } from './bundle.ts'
import { parseCheckpoint, type Checkpoint } from './checkpoint.ts'
import { checkEpochs, detachedEpochLeaves } from './check-epochs.ts'
import { epochKind } from './epoch-entry.ts'
import { digestText, emptyRoot, hashBytes, leafHash } from './hash.ts'
import { parseLogLeaf } from './log-leaf.ts'
import { type DetachedRange, EntriesDetached } from './log-range.ts'
import type { LogExpectation, LogFinding, LogReader, LogReport } from './log-report.ts'
import { openNote, splitNote } from './note.ts'
import { foldEdge } from './tile-append.ts'
import { consistencyProof } from './tile-proof.ts'
import { hashesAtLevel, tileHashes, tileWidth, tileWidthAt } from './tile.ts'
import { treeRoot } from './tree.ts'
import { verifyConsistency } from './verify-proof.ts'

const findingsMax = 100
const readsAhead = 4
/** So many bundles in a row that cannot be read end the run: a false checkpoint may claim any size. */
const unreadableMax = 16

interface Run {
  readonly reader: LogReader
  readonly findings: LogFinding[]
  findingsCount: number
  entries: number
  tiles: number
  /** Leaves of kind `epoch`, by index. */
  readonly epochLeaves: Map<number, string>
  /** Ranges whose entries could not be read because they are kept elsewhere, by first entry. */
  readonly detached: Map<number, DetachedRange>
}

function find(run: Run, finding: LogFinding): void {
  run.findingsCount += 1
  if (run.findings.length < findingsMax) run.findings.push(finding)
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 200)

/**
 * Reads a whole log and recomputes everything: each leaf's hash from its entry, each tile from the one below, the root from the tiles, the
 * signature. Every link of that chain is checked by itself, so a finding says where the log was changed. Memory does not grow with the log.
 * @param onProgress told after each bundle
 * @returns a report; never throws because of what the log says, nor when it cannot be read
 */
export async function checkLog(
  reader: LogReader,
  expected: LogExpectation = {},
  onProgress: (progress: { entries: number; size: number }) => void = () => undefined,
): Promise<LogReport> {
  const run: Run = { reader, findings: [], findingsCount: 0, entries: 0, tiles: 0, epochLeaves: new Map(), detached: new Map() }
  const head = await checkHead(run, expected)
  let epochs: Awaited<ReturnType<typeof checkEpochs>> = { begins: [], fork: null }
  if (head.checkpoint !== null) {
    await checkTree(run, head.checkpoint, onProgress)
    for (const [index, leaf] of await detachedEpochLeaves(reader, [...run.detached.values()], head.checkpoint.size))
      run.epochLeaves.set(index, leaf)
    epochs = await checkEpochs(reader, head.checkpoint, run.epochLeaves, expected.previous, (finding) => find(run, finding))
    const { previous } = expected
    // What was seen beyond a fork is not in this log, and the fork says so.
    if (previous !== undefined && (epochs.fork === null || previous.size <= epochs.fork.size))
      await checkHistory(run, head.checkpoint, previous)
  }
  return {
    ok: run.findingsCount === 0,
    signature: head.signature,
    signedBy: head.signedBy,
    origin: head.checkpoint?.origin ?? null,
    size: head.checkpoint?.size ?? 0,
    root: head.checkpoint === null ? null : digestText(head.checkpoint.root),
    entries: run.entries,
    tiles: run.tiles,
    findings: run.findings,
    findingsCount: run.findingsCount,
    epochs: epochs.begins,
    fork: epochs.fork,
    detached: [...run.detached.values()].toSorted((a, b) => a.from - b.from),
  }
}

interface Head {
  readonly checkpoint: Checkpoint | null
  readonly signature: LogReport['signature']
  readonly signedBy: readonly string[]
}

async function checkHead(run: Run, expected: LogExpectation): Promise<Head> {
  let checkpoint: Checkpoint
  let note: string
  try {
    note = await run.reader.readCheckpoint()
    checkpoint = parseCheckpoint(splitNote(note).text)
  } catch (error) {
    find(run, { kind: 'checkpoint', zh: `检查点无法读取：${reason(error)}`, en: `The checkpoint cannot be read: ${reason(error)}` })
    return { checkpoint: null, signature: 'unchecked', signedBy: [] }
  }
  if (expected.origin !== undefined && expected.origin !== checkpoint.origin) {
    const names = [checkpoint.origin, expected.origin] as const
    find(run, {
      kind: 'origin',
      zh: `检查点属于 ${names[0]}，不是 ${names[1]}`,
      en: `The checkpoint is of ${names[0]}, not of ${names[1]}`,
    })
  }
  if (expected.verifierKeys === undefined) return { checkpoint, signature: 'unchecked', signedBy: [] }
  try {
    return { checkpoint, signature: 'verified', signedBy: openNote(note, expected.verifierKeys).verified }
  } catch (error) {
    find(run, {
      kind: 'signature',
      zh: `检查点签名不成立：${reason(error)}`,
      en: `The checkpoint's signature does not hold: ${reason(error)}`,
    })
    return { checkpoint, signature: 'failed', signedBy: [] }
  }
}

/** Hashes of a level that wait for their tile: what the tile there must hold. */
type Levels = { expected: Buffer[]; index: number }[]

async function checkTree(
  run: Run,
  checkpoint: Checkpoint,
  onProgress: (progress: { entries: number; size: number }) => void,
): Promise<void> {
  const { size } = checkpoint
  const levels: Levels = []
  const edges: Buffer[][] = []
  const bundles = Math.ceil(size / tileWidth)
  let unreadable = 0
  for await (const { index, entries, tile } of readAhead(run, size, bundles)) {
    unreadable = entries instanceof Error && tile instanceof Error ? unreadable + 1 : 0
    if (unreadable > unreadableMax) {
      const entry = index * tileWidth
      find(run, {
        kind: 'bundle',
        index,
        zh: `自第 ${entry} 条起无法读取，已停止`,
        en: `Nothing can be read from entry ${entry} on; stopped`,
      })
      return
    }
    const hashes = checkBundle(run, size, index, entries, tile)
    await passUp(run, size, levels, edges, 0, hashes)
    onProgress({ entries: run.entries, size })
  }
  for (let level = 1; hashesAtLevel(size, level) > 0; level++) {
    const width = hashesAtLevel(size, level) % tileWidth
    const waiting = levels[level]
    if (width > 0 && waiting !== undefined) await passUp(run, size, levels, edges, level, await checkTile(run, size, level, waiting))
  }
  const root = edges.reduce<Buffer | null>((right, edge) => foldEdge(edge, right), null) ?? emptyRoot
  if (!root.equals(checkpoint.root)) {
    find(run, { kind: 'root', zh: '各散列块推出的根与检查点的根不同', en: 'The tiles do not have the root that the checkpoint states' })
  }
}

/** Takes a tile's hashes into account: a full tile's root goes to the level above, and a partial one is part of the log's edge. */
async function passUp(run: Run, size: number, levels: Levels, edges: Buffer[][], level: number, hashes: Buffer[]): Promise<void> {
  for (let [at, held] = [level, hashes]; ; at += 1) {
    edges[at] ??= []
    if (held.length < tileWidth) {
      edges[at] = held
      return
    }
    const above = (levels[at + 1] ??= { expected: [], index: 0 })
    above.expected.push(treeRoot(held))
    if (above.expected.length < tileWidth) return
    held = await checkTile(run, size, at + 1, above)
  }
}

/** Holds the next tile of a level against the hashes of the tiles below it; hands on what the tile says, or what was computed if it cannot be read. */
async function checkTile(run: Run, size: number, level: number, waiting: Levels[number]): Promise<Buffer[]> {
  const { expected, index } = waiting
  waiting.expected = []
  waiting.index += 1
  const tile = await readTile(run, level, index, tileWidthAt(size, level, index))
  if (tile === null) return expected
  tile.forEach((hash, i) => {
    if (expected[i]?.equals(hash) === true) return
    const below = index * tileWidth + i
    find(run, {
      kind: 'tile',
      level: level - 1,
      index: below,
      zh: `第 ${level - 1} 层第 ${below} 块与上一层所记不同`,
      en: `Tile ${below} of level ${level - 1} does not have the hash that the level above holds`,
    })
  })
  return tile
}

async function readTile(run: Run, level: number, index: number, width: number): Promise<Buffer[] | null> {
  try {
    const tile = tileHashes(await run.reader.readTile(level, index, width), width)
    run.tiles += 1
    return tile
  } catch (error) {
    find(run, {
      kind: 'tile',
      level,
      index,
      zh: `第 ${level} 层第 ${index} 块无法读取：${reason(error)}`,
      en: `Tile ${index} of level ${level} cannot be read: ${reason(error)}`,
    })
    return null
  }
}

/** Holds the entries of a bundle against the hashes of their level-0 tile. */
function checkBundle(run: Run, size: number, index: number, entries: Uint8Array | Error, tile: Uint8Array | Error): Buffer[] {
  const width = tileWidthAt(size, 0, index)
  const served = attempt(() => tileHashes(orThrow(tile), width))
  const leaves = attempt(() => decodeBundle(orThrow(entries), width))
  if (served instanceof Error) {
    find(run, {
      kind: 'tile',
      level: 0,
      index,
      zh: `第 0 层第 ${index} 块无法读取：${served.message}`,
      en: `Tile ${index} of level 0 cannot be read: ${served.message}`,
    })
  } else run.tiles += 1
  const [first, end] = [index * tileWidth, index * tileWidth + width]
  if (entries instanceof EntriesDetached && !(served instanceof Error) && entries.range.from <= first && entries.range.to >= end) {
    // The tile goes on into the root: what is kept elsewhere can be held against it there.
    run.detached.set(entries.range.from, entries.range)
    return served
  }
  if (leaves instanceof Error) {
    find(run, {
      kind: 'bundle',
      index,
      zh: `第 ${index} 组条目无法读取：${leaves.message}`,
      en: `Bundle ${index} cannot be read: ${leaves.message}`,
    })
    // Zeros keep the positions above; the tile there then tells that this one is missing.
    return served instanceof Error ? Array.from({ length: width }, () => Buffer.alloc(hashBytes)) : served
  }
  run.entries += leaves.length
  const computed = leaves.map((leaf) => leafHash(leaf))
  leaves.forEach((leaf, i) =>
    checkEntry(run, index * tileWidth + i, leaf, computed[i] as Buffer, served instanceof Error ? null : (served[i] as Buffer)),
  )
  return served instanceof Error ? computed : served
}

function checkEntry(run: Run, index: number, leaf: Buffer, hash: Buffer, served: Buffer | null): void {
  if (served !== null && !hash.equals(served)) {
    find(run, {
      kind: 'leaf',
      index,
      zh: `第 ${index} 条与散列块中的叶散列不同`,
      en: `Entry ${index} does not have the leaf hash in its tile`,
    })
  }
  const parsed = isUtf8(leaf) ? parseLogLeaf(leaf.toString('utf8')) : null
  if (parsed?.kind === epochKind) run.epochLeaves.set(index, leaf.toString('utf8'))
  if (parsed === null) {
    find(run, { kind: 'form', index, zh: `第 ${index} 条不是规范的日志叶`, en: `Entry ${index} is not a canonical log leaf` })
  }
}

function decodeBundle(bundle: Uint8Array, width: number): Buffer[] {
  const leaves = decodeEntryBundle(bundle)
  if (leaves.length < width) throw new RangeError(`${leaves.length} entries instead of ${width}`)
  return leaves.slice(0, width)
}

function orThrow<T>(value: T | Error): T {
  if (value instanceof Error) throw value
  return value
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work()
  } catch (error) {
    return new Error(reason(error))
  }
}

async function settle<T>(work: () => Promise<T> | T): Promise<T | Error> {
  try {
    return await work()
  } catch (error) {
    return error instanceof EntriesDetached ? error : new Error(reason(error))
  }
}

/** Reads bundles and their tiles in order, a few ahead of their use so that a distant log is not read at one round trip a bundle. */
async function* readAhead(run: Run, size: number, count: number) {
  const { readEntries, readTile } = run.reader
  const read = async (index: number) => {
    const width = tileWidthAt(size, 0, index)
    const [entries, tile] = await Promise.all([settle(() => readEntries(index, width)), settle(() => readTile(0, index, width))])
    return { index, entries, tile }
  }
  const ahead: ReturnType<typeof read>[] = []
  for (let next = 0, done = 0; done < count; done++) {
    while (next < count && ahead.length < readsAhead) ahead.push(read(next++))
    yield await (ahead.shift() as ReturnType<typeof read>)
  }
}

async function checkHistory(
  run: Run,
  checkpoint: Checkpoint,
  previous: { readonly size: number; readonly root: Uint8Array },
): Promise<void> {
  const holds = await settle(async () => {
    const proof = await consistencyProof(previous.size, checkpoint.size, run.reader.readTile)
    return verifyConsistency(previous.size, previous.root, checkpoint.size, checkpoint.root, proof)
  })
  if (holds === true) return
  const why = holds === false ? '' : `：${holds.message}`
  find(run, {
    kind: 'history',
    zh: `日志不是此前大小为 ${previous.size} 的日志的延续${why}`,
    en: `The log does not continue the one of size ${previous.size} that was seen before${why.replace('：', ': ')}`,
  })
}
