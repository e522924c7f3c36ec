import type { EpochBegin, EpochEntry } from './epoch-entry.ts'
import type { DetachedRange } from './log-range.ts'
import type { ReadTile } from './tile.ts'

/** Where a log is read from: an address, a folder, a database. What a function throws becomes a finding. */
export interface LogReader {
  /** The signed note. */
  readonly readCheckpoint: () => Promise<string> | string
  readonly readTile: ReadTile
  /** Bundle `index` with `width` entries (1–256), as `encodeEntryBundle` writes it. @throws EntriesDetached when they are kept elsewhere */
  readonly readEntries: (index: number, width: number) => Promise<Uint8Array> | Uint8Array
  /** The entries that begin epochs, in order. Where it is not there, a log that has any cannot be checked. */
  readonly readEpochs?: () => Promise<readonly EpochEntry[]> | readonly EpochEntry[]
}

/** What is known of the log from elsewhere; whatever is given is held against it. */
export interface LogExpectation {
  /** Keys one of which must have signed. Without them the signature is not checked, and the report says so. */
  readonly verifierKeys?: readonly string[]
  readonly origin?: string
  /**
   * An earlier checkpoint of the same node, kept by the caller: the log must continue it. When its `origin` names another epoch, the log must name the
   * fork, and continue what was seen up to there.
   */
  readonly previous?: { readonly size: number; readonly root: Uint8Array; readonly origin?: string }
}

/** Something that is wrong with a log, and where. */
export interface LogFinding {
  /**
   * checkpoint: unreadable or malformed · signature · origin · history: does not continue the earlier checkpoint · bundle: the entries
   * cannot be read · leaf: an entry does not have the hash in its tile · form: an entry is no canonical log leaf · tile: a tile cannot be
   * read, or does not have the hash in the tile above it · root: the tiles do not have the root of the checkpoint · epoch: a new epoch is not named,
   * or names something else than the log before it
   */
  readonly kind: 'checkpoint' | 'signature' | 'origin' | 'history' | 'bundle' | 'leaf' | 'form' | 'tile' | 'root' | 'epoch'
  /** Tile level, for `tile`. */
  readonly level?: number
  /** Index of the entry (`leaf`, `form`), of the bundle or of the tile. */
  readonly index?: number
  readonly zh: string
  readonly en: string
}

export interface LogReport {
  /** True when nothing was found. */
  readonly ok: boolean
  readonly signature: 'verified' | 'unchecked' | 'failed'
  readonly signedBy: readonly string[]
  readonly origin: string | null
  readonly size: number
  /** `sha-256:<hex>` of the checkpoint. */
  readonly root: string | null
  /** Entries and tiles that were read and hashed. */
  readonly entries: number
  readonly tiles: number
  /** The first findings, in log order, at most `findingsMax`; `findingsCount` has them all. */
  readonly findings: readonly LogFinding[]
  readonly findingsCount: number
  /** The epochs that the log says it began, in order. */
  readonly epochs: readonly EpochBegin[]
  /** Where the log left the epoch of the earlier checkpoint; what was seen from `size` on is not in it. Null when it is of the same epoch, or none was given. */
  readonly fork: { readonly size: number; readonly seen: number; readonly reason: string } | null
  /** What was not read because the node keeps it elsewhere, in order. The tiles over it were read, and are part of the root. */
  readonly detached: readonly DetachedRange[]
}
