import type { Operation, VersionState } from '@huijiao/database'
import type { ProblemDocument } from '@huijiao/problem'
import { keptBytes } from './kept-bytes.ts'
import type { Parent } from './parents.ts'

export type Outcome = 'accepted' | 'unchanged' | 'superseded' | 'pending_review' | 'doubtful' | 'held' | 'refused'

export const outcomes: readonly Outcome[] = ['accepted', 'unchanged', 'superseded', 'pending_review', 'doubtful', 'held', 'refused']

/** A record that may be stored: validated, split by privacy, salted, committed to. What is missing is its place in its stream. */
export interface PreparedVersion {
  /** 0-based position in the submission. */
  readonly index: number
  readonly entity: string
  readonly operation: Operation
  /** Given where the record entered; `null` at the edge, where a new stream gets `freshRecordId`. */
  readonly recordId: string | null
  readonly freshRecordId: string
  readonly sourceNo: number
  /** "<origin node>/<participant>" */
  readonly stream: string
  /** Place in the stream as the origin gave it; `null` at the edge, where it is given under the row lock. */
  readonly place: { readonly epoch: number; readonly n: number } | null
  readonly sourceVersion: number | null
  readonly release: string
  /** The texts, as strings or as their UTF-8 bytes. */
  readonly open: string | Uint8Array | null
  readonly named: string | Uint8Array | null
  readonly sealed: string | Uint8Array | null
  /** Canonical list of the attachments it names; absent or null when it names none, or only its hash is here. */
  readonly attachments?: string | null
  /** 3 x 16 bytes (open, named, sealed), a fourth 16 when it names attachments; zeros where there is no such text. */
  readonly salts: Buffer
  /** 3 x 32 bytes (4 with attachments) when a text was sent as its hash only, else null. */
  readonly textHashes: Buffer | null
  /** 32 bytes. */
  readonly commitment: Buffer
  /** Keyed digest of the business key, 32 bytes; null when only `recordId` names the record (withdrawals between nodes). */
  readonly keyDigest: Buffer | null
  /** Keyed digest of the three texts, 16 bytes; what `unchanged` compares. */
  readonly contentMac: Buffer
  /** State it gets when it becomes the head. */
  readonly state: Exclude<VersionState, 'superseded' | 'refused'>
  /** What this upsert may do to a record in force; `case` for what policy locks, such as backfilled records. At the edge only. */
  readonly onChange?: 'update' | 'case' | undefined
  readonly reportingRegion: string
  readonly sourceId: string | null
  readonly enteredBy: string | null
  readonly reason: string | null
  readonly flags: readonly string[] | null
  /** Keyed digests of the parents it must find, with the entity each belongs to. */
  readonly parents: readonly Parent[]
  /** Keyed digests under which the record is found besides its key; absent or empty for most tables. */
  readonly aliases?: readonly Buffer[]
  /** Warnings and doubts that travel with the outcome. */
  readonly problems: readonly ProblemDocument[]
  /** Hash of its leaf in the part it came from, where that was proven: it is the same here, unless the version gets another place. */
  readonly leaf?: Buffer
}

const members = Object.keys({
  ...{
    index: 0,
    entity: 0,
    operation: 0,
    recordId: 0,
    freshRecordId: 0,
    sourceNo: 0,
    stream: 0,
    place: 0,
    sourceVersion: 0,
    release: 0,
    open: 0,
  },
  ...{ named: 0, sealed: 0, attachments: 0, salts: 0, textHashes: 0, commitment: 0, keyDigest: 0, contentMac: 0, state: 0, onChange: 0 },
  ...{ reportingRegion: 0, sourceId: 0, enteredBy: 0, reason: 0, flags: 0, parents: 0, aliases: 0, problems: 0, leaf: 0 },
} satisfies Record<keyof PreparedVersion, 0>) as (keyof PreparedVersion)[]

/** A copy with some members changed. A prepared record may be a view of packed columns, whose members `{ ...record }` does not see. */
export function copyOfPrepared<T extends PreparedVersion>(record: T, changed: Partial<PreparedVersion>): T {
  const copy: Record<string, unknown> = {}
  for (const member of members) if (record[member] !== undefined) copy[member] = record[member]
  return { ...copy, ...changed } as unknown as T
}

/** A version that is stored, with its place. */
export interface MergedVersion {
  readonly ordinal: number
  readonly prepared: PreparedVersion
  readonly keyDigest: Buffer
  readonly recordId: string
  readonly epoch: number
  readonly n: number
  readonly state: VersionState
  readonly prev: { readonly part: number; readonly ordinal: number } | null
  /** The parents it waits for, when it is held. */
  readonly waitsFor: readonly WaitedFor[]
}

/** What a held version waits for. Its own key, without words and deadline, when it only waits behind an earlier version of its stream. */
export interface WaitedFor {
  readonly digest: Buffer
  readonly entity: string | null
  readonly field: string | null
  readonly rule: string | null
  readonly until: Date | null
}

/** A record that is not stored; its problems are. */
export interface RefusedRecord {
  readonly index: number
  readonly entity: string | null
  readonly sourceId: string | null
  readonly recordId?: string | null
  readonly problems: readonly ProblemDocument[]
}

export type PreparedRecord = { readonly prepared: PreparedVersion } | { readonly refused: RefusedRecord }

/** What became of one record: one line of an outcome page. */
export interface RecordOutcome {
  readonly index: number
  readonly entity: string | null
  readonly sourceId: string | null
  /** `r_` + 32 hex; absent when nothing is stored under it. */
  readonly recordId?: string
  readonly version?: number
  readonly outcome: Outcome
  readonly commitment?: string
  /** Of a version that is `unchanged`: the operation that stands in its place, when another one came. */
  readonly stands?: Operation
  readonly problems?: readonly ProblemDocument[]
}

/** The outcomes of one page as it is stored. */
export function parsePage(stored: Buffer): RecordOutcome[] {
  return keptBytes(stored)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordOutcome)
}
