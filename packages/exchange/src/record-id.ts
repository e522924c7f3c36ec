import { randomFillSync } from 'node:crypto'

let pool = Buffer.alloc(0)
let at = 0

/** Random bytes from a pool, because one system call a record is too dear. Never reused. */
export function randomSlice(bytes: number): Buffer {
  if (at + bytes > pool.length) {
    pool = Buffer.allocUnsafe(64 * 1024)
    randomFillSync(pool)
    at = 0
  }
  const slice = pool.subarray(at, at + bytes)
  at += bytes
  return slice
}

/**
 * A new record id as a uuid: 48 bits of the instant and 74 random bits (UUIDv7, RFC 9562). The time in front keeps neighbours in the index
 * together; nothing of the business key is in it.
 */
export function newRecordId(at: Date): string {
  const bytes = Buffer.from(randomSlice(16))
  bytes.writeUIntBE(at.getTime(), 0, 6)
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  return formatUuid(bytes)
}

/** 16 bytes as a uuid's text. */
export function formatUuid(bytes: Uint8Array): string {
  return withHyphens(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex'))
}

const withHyphens = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`

/** `r_` and 32 hex digits: a record id as callers see it. */
export const publicRecordId = (uuid: string): string => `r_${uuid.replaceAll('-', '')}`

/** The uuid of a public record id, or null when it is not one. */
export function parseRecordId(id: string): string | null {
  const hex = /^r_([0-9a-f]{32})$/.exec(id)?.[1]
  return hex === undefined ? null : withHyphens(hex)
}
