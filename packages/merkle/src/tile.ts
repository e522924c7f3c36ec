import { Buffer } from '#buffer'
import { hashBytes } from './hash.ts'

/** Hashes in a full tile, and entries in a full bundle. */
export const tileWidth = 256

/**
 * Reads a tile: `width` concatenated 32-byte hashes. It may hand back more of them (the full tile where a partial one was asked for).
 * @param level 0 holds leaf hashes
 * @param index position in the level
 * @param width 1–256, as many as the tree in question has there
 */
export type ReadTile = (level: number, index: number, width: number) => Promise<Uint8Array> | Uint8Array

/** Names a tile or, with level `entries`, a bundle of entries. */
export interface TileName {
  readonly level: number | 'entries'
  readonly index: number
  readonly width: number
}

/**
 * The path of a tile under the log's prefix: `tile/0/x001/x234/067`, with `.p/<width>` when it is partial.
 * @param level 0–63, or `entries` for the bundle of entries
 * @param width 1–256; 256 when absent
 * @see C2SP tlog-tiles
 */
export function tilePath(level: number | 'entries', index: number, width: number = tileWidth): string {
  const levelOk = level === 'entries' || (Number.isInteger(level) && level >= 0 && level <= 63)
  if (!levelOk || !Number.isSafeInteger(index) || index < 0 || !Number.isInteger(width) || width < 1 || width > tileWidth) {
    throw new RangeError(`no such tile: level ${level}, index ${index}, width ${width}`)
  }
  let digits = String(index % 1000).padStart(3, '0')
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    digits = `x${String(rest % 1000).padStart(3, '0')}/${digits}`
  }
  return `tile/${level}/${digits}${width === tileWidth ? '' : `.p/${width}`}`
}

const pathForm = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/

/**
 * Reads a path that `tilePath` could have made.
 * @returns null for any other text, so that a route may pass on what it was asked for
 */
export function parseTilePath(path: string): TileName | null {
  const match = pathForm.exec(path)
  if (match === null || (match[2] as string).startsWith('x000/')) return null
  const level = match[1] === 'entries' ? 'entries' : Number(match[1])
  const index = Number((match[2] as string).replaceAll(/[x/]/g, ''))
  const width = match[3] === undefined ? tileWidth : Number(match[3])
  if ((level !== 'entries' && level > 63) || !Number.isSafeInteger(index) || (match[3] !== undefined && width >= tileWidth)) return null
  return { level, index, width }
}

/** How many hashes a tree of `size` leaves has at tile level `level`. */
export function hashesAtLevel(size: number, level: number): number {
  return Math.floor(size / tileWidth ** level)
}

/** Width of tile `index` at `level` in a tree of `size` leaves; 0 when the tree has no such tile. */
export function tileWidthAt(size: number, level: number, index: number): number {
  return Math.min(tileWidth, Math.max(0, hashesAtLevel(size, level) - index * tileWidth))
}

/** Cuts the first `width` hashes out of a tile. @throws RangeError when it holds fewer */
export function tileHashes(tile: Uint8Array, width: number): Buffer[] {
  if (tile.length < width * hashBytes || tile.length % hashBytes !== 0)
    throw new RangeError(`a tile of ${tile.length} bytes does not hold ${width} hashes`)
  const bytes = Buffer.from(tile.buffer, tile.byteOffset, tile.byteLength)
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * hashBytes, (i + 1) * hashBytes))
}
