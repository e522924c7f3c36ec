import { parseDigestText } from './hash.ts'
import { tilePath, tileWidth } from './tile.ts'

/** Entries of a log from `from` up to and without `to` that its node has taken out of its database. */
export interface DetachedRange {
  readonly from: number
  readonly to: number
  /** Where they are kept, in the words of who took them out. */
  readonly place: string
  /** `sha-256:<hex>` of the file `range.json` that was written then. */
  readonly digest: string
}

/** Entries cannot be read because they are not in the node any more. Nothing is wrong with the log: its tiles hold their hashes as before. */
export class EntriesDetached extends Error {
  readonly range: DetachedRange
  constructor(range: DetachedRange) {
    super(`entries ${range.from} to ${range.to - 1} are detached: ${range.place}`)
    this.range = range
  }
}

/** Name of the file that is written last and names all others. */
export const rangeFile = 'range.json'

/** What stands in `range.json`. */
export interface LogRangeFile {
  readonly format: 'huijiao-log-range/1'
  readonly node: { readonly name: string; readonly origin: string }
  readonly from: number
  readonly to: number
  /** `sha-256:<hex>`: the tree over the leaves of the range alone (RFC 9162). */
  readonly root: string
  /** A signed checkpoint of the log that goes beyond the range. */
  readonly checkpoint: string
  readonly madeAt: string
  /** SHA-256 in hex of every other file, by its path. */
  readonly files: Readonly<Record<string, string>>
  /** For who opens it. */
  readonly note: { readonly zh: string; readonly en: string }
}

/** Path of a bundle of leaves in the directory of a range: as under the log's address (C2SP tlog-tiles). */
export const bundlePath = (index: number): string => tilePath('entries', index)

/** Path of the bodies of the entries of a bundle: lines of JSON, compressed with zstd. */
export const bodiesPath = (index: number): string => `bodies/${tilePath('entries', index).slice('tile/entries/'.length)}.ndjson.zst`

/** Reads `range.json`. @returns null when it is something else, or its bounds are not those of bundles */
export function parseLogRange(text: string): LogRangeFile | null {
  try {
    const file = JSON.parse(text) as Partial<LogRangeFile> | null
    if (file?.format !== 'huijiao-log-range/1' || typeof file.root !== 'string' || parseDigestText(file.root) === null) return null
    const { from, to, files } = file
    if (!isBound(from) || !isBound(to) || from >= to || typeof files !== 'object' || files === null) return null
    return file as LogRangeFile
  } catch {
    return null
  }
}

const isBound = (index: unknown): index is number =>
  Number.isSafeInteger(index) && (index as number) >= 0 && (index as number) % tileWidth === 0
