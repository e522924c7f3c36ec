import type { ProblemDocument } from '@huijiao/problem'
import type { Entity } from '@huijiao/standard'
import type { Parent } from './parents.ts'
import type { PreparedLine } from './prepare-slab.ts'
import type { PreparedVersion, RefusedRecord } from './prepared.ts'

/** The members of a prepared record that are its own, in a fixed order, without their names and without bytes. */
type Row = readonly [
  entity: string,
  operation: PreparedVersion['operation'],
  freshRecordId: string,
  sourceVersion: number | null,
  /** Bytes of the texts, -1 where there is none. */
  open: number,
  named: number,
  sealed: number,
  attachments: string | null,
  state: PreparedVersion['state'],
  onChange: PreparedVersion['onChange'],
  reportingRegion: string,
  sourceId: string | null,
  enteredBy: string | null,
  reason: string | null,
  parents: readonly Omit<Parent, 'digest'>[] | null,
  aliases: number,
  problems: readonly ProblemDocument[] | null,
]

/** Prepared records as they pass between two threads: one buffer for all bytes, and none of the names. */
export interface PackedLines {
  readonly index: number
  readonly rows: readonly (Row | RefusedRecord)[]
  /** Of each record where it begins and where it ends in the body. */
  readonly ranges: Float64Array<ArrayBuffer>
  /** Of each record that is not refused: salts, commitment, key, content, open, named, sealed, parents, aliases. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

const isRow = (row: Row | RefusedRecord): row is Row => Array.isArray(row)

export function packLines(lines: readonly PreparedLine[]): PackedLines {
  const ranges = new Float64Array(lines.length * 2)
  const pieces: Uint8Array[] = []
  let length = 0
  const put = (piece: Uint8Array) => {
    pieces.push(piece)
    length += piece.length
  }
  const rows = lines.map(({ record, byteFrom, byteTo }, at): Row | RefusedRecord => {
    ranges[at * 2] = byteFrom
    ranges[at * 2 + 1] = byteTo
    if ('refused' in record) return record.refused
    const one = record.prepared
    put(one.salts)
    put(one.commitment)
    put(one.keyDigest as Buffer)
    put(one.contentMac)
    const text = (value: string | Uint8Array | null): number => {
      if (value === null) return -1
      const bytes = typeof value === 'string' ? Buffer.from(value) : value
      put(bytes)
      return bytes.length
    }
    const texts = [text(one.open), text(one.named), text(one.sealed)] as const
    for (const { digest } of one.parents) put(digest)
    for (const digest of one.aliases ?? []) put(digest)
    return [
      one.entity,
      one.operation,
      one.freshRecordId,
      one.sourceVersion,
      ...texts,
      one.attachments ?? null,
      one.state,
      one.onChange,
      one.reportingRegion,
      one.sourceId,
      one.enteredBy,
      one.reason,
      one.parents.length === 0 ? null : one.parents.map(({ digest: _, ...parent }) => parent),
      one.aliases?.length ?? 0,
      one.problems.length === 0 ? null : one.problems,
    ]
  })
  const bytes = new Uint8Array(length)
  let end = 0
  for (const piece of pieces) {
    bytes.set(piece, end)
    end += piece.length
  }
  const first = lines[0]
  const index = first === undefined ? 0 : 'refused' in first.record ? first.record.refused.index : first.record.prepared.index
  return { index, rows, ranges, bytes }
}

/** What all records of a submission share. */
export interface Shared {
  readonly sourceNo: number
  readonly stream: string
  readonly entities: ReadonlyMap<string, Entity>
  readonly flags: readonly string[] | null
}

export function unpackLines(packed: PackedLines, shared: Shared): PreparedLine[] {
  const bytes = Buffer.from(packed.bytes.buffer, packed.bytes.byteOffset, packed.bytes.byteLength)
  let end = 0
  const take = (length: number) => {
    const piece = bytes.subarray(end, end + length)
    end += length
    return piece
  }
  return packed.rows.map((row, at): PreparedLine => {
    const range = { byteFrom: packed.ranges[at * 2] as number, byteTo: packed.ranges[at * 2 + 1] as number }
    if (!isRow(row)) return { record: { refused: row }, ...range }
    const [entity, operation, freshRecordId, sourceVersion, open, named, sealed, attachments, state, onChange] = row
    const [, , , , , , , , , , reportingRegion, sourceId, enteredBy, reason, parents, aliases, problems] = row
    const salts = take(attachments === null ? 48 : 64)
    const commitment = take(32)
    const keyDigest = take(32)
    const contentMac = take(16)
    const text = (length: number) => (length === -1 ? null : take(length))
    const texts = { open: text(open), named: text(named), sealed: text(sealed) }
    const prepared: PreparedVersion = {
      index: packed.index + at,
      entity,
      operation,
      recordId: null,
      freshRecordId,
      sourceNo: shared.sourceNo,
      stream: shared.stream,
      place: null,
      sourceVersion,
      release: (shared.entities.get(entity) as Entity).release,
      ...texts,
      attachments,
      salts,
      textHashes: null,
      commitment,
      keyDigest,
      contentMac,
      state,
      ...(onChange === undefined ? {} : { onChange }),
      reportingRegion,
      sourceId,
      enteredBy,
      reason,
      flags: shared.flags,
      parents: parents === null ? [] : parents.map((parent) => ({ ...parent, digest: take(32) })),
      aliases: Array.from({ length: aliases }, () => take(32)),
      problems: problems ?? [],
    }
    return { record: { prepared }, ...range }
  })
}
