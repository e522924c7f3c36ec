import type { AppendedTiles } from '@huijiao/merkle'
import type { Hub } from './hub.ts'

/** An entry that this process has just numbered, as it stands in the log. */
export interface TipEntry {
  readonly index: number
  readonly kind: string
  readonly partId: number | null
  readonly leaf: string
  readonly body: string
  readonly salt: Buffer
  /** By a clock that only goes on. */
  readonly numberedAt: number
}

/** The end of the log as this process has brought it there: what it signed last, and what it would read again to go on from there. */
export interface LogTip {
  readonly size: number
  readonly root: Buffer
  readonly note: string
  readonly epochId: string
  /** Tiles at the right edge, by `<level>/<tile>`; one that is not here is in the database. */
  readonly tiles: ReadonlyMap<string, Buffer>
  /** The last entries, without a gap up to `size`. */
  readonly entries: readonly TipEntry[]
}

/** Entries that are kept; what is older is read from the database. */
const entriesMax = 32
const entriesMs = 5000
const tileWidth = 256

/** By the node's facts, which all copies of a hub share. */
const tips = new WeakMap<object, LogTip>()

/** What this process knows of the log's end. Another process may have gone on from there: whoever writes by it makes the database check it. */
export const logTip = (hub: Pick<Hub, 'node'>): LogTip | null => tips.get(hub.node) ?? null

/**
 * Keeps what was just committed.
 * @param signed the checkpoint, and tiles that were at the right edge before it
 */
export function keepTip(
  hub: Pick<Hub, 'node'>,
  grown: AppendedTiles,
  signed: { readonly note: string; readonly epochId: string; readonly edge: ReadonlyMap<string, Buffer> },
  entries: readonly Omit<TipEntry, 'numberedAt'>[],
): void {
  const { size, root } = grown
  const { note, epochId, edge } = signed
  const before = logTip(hub)
  const goesOn = before !== null && before.epochId === epochId && before.size === size - entries.length
  const tiles = new Map<string, Buffer>()
  const keep = (level: number, tile: number, hashes: Buffer) => {
    if (tile >= Math.floor((size - entriesMax) / tileWidth ** (level + 1))) tiles.set(`${level}/${tile}`, hashes)
  }
  for (const [name, hashes] of [...(goesOn ? before.tiles : []), ...edge]) {
    const [level, tile] = name.split('/').map(Number) as [number, number]
    keep(level, tile, hashes)
  }
  for (const { level, index, hashes } of grown.tiles) keep(level, index, hashes)
  const numberedAt = performance.now()
  const fresh = entries.slice(-entriesMax).map((entry) => ({ ...entry, numberedAt }))
  const all = [...(goesOn ? before.entries : []), ...fresh].slice(-entriesMax)
  tips.set(hub.node, { size, root, note, epochId, tiles, entries: all })
}

/** The entries from one index up to the end of the log, when this process has numbered all of them within the last seconds. */
export function entriesAtTip(tip: LogTip, from: number): readonly TipEntry[] | null {
  const at = from - (tip.size - tip.entries.length)
  const first = at < 0 ? undefined : tip.entries[at]
  if (first === undefined || performance.now() - first.numberedAt > entriesMs) return null
  return tip.entries.slice(at)
}
