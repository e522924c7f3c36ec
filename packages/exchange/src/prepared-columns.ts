import type { ProblemDocument } from '@huijiao/problem'
import type { Entity } from '@huijiao/standard'
import type { Parent } from './parents.ts'
import type { PreparedLine } from './prepare-slab.ts'
import type { PreparedVersion, RefusedRecord } from './prepared.ts'

/** What the references of one rule share. */
type ParentKind = Omit<Parent, 'digest' | 'child' | 'value'>

/** What few records have, by their row. */
type Odd = { readonly refused: RefusedRecord } | { readonly problems: readonly ProblemDocument[]; readonly attachments: string | null }

/**
 * Prepared records as they pass between two threads: numbers in columns, one buffer for all bytes, each text that recurs once. An object a record
 * would be written out, read again and kept until its part is stored, and cost more than the judging of the record.
 */
export interface PackedLines {
  /** Position of the first record in the submission. */
  readonly index: number
  readonly count: number
  /** `width` numbers a record. */
  readonly numbers: Float64Array<ArrayBuffer>
  /** Of each record that is not refused: salts, commitment, key, content, open, named, sealed, parents' digests, aliases. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly words: readonly string[]
  readonly freshRecordIds: readonly string[]
  readonly sourceIds: readonly (string | null)[]
  /** Of all parents, in order: the kind of each and what the child says. */
  readonly parents: readonly (readonly [kind: number, value: string])[]
  readonly parentKinds: readonly ParentKind[]
  readonly odd: readonly Odd[]
}

/** Columns. A length or a word that is not there is -1, a `sourceVersion` NaN. */
const bytesAt = 0
const lineFrom = 1
const lineTo = 2
const saltBytes = 3
const openBytes = 4
const namedBytes = 5
const sealedBytes = 6
const entityWord = 7
const operationWord = 8
const stateWord = 9
const onChangeWord = 10
const regionWord = 11
const enteredByWord = 12
const reasonWord = 13
const sourceVersionAt = 14
const parentsAt = 15
const parentCount = 16
const aliasCount = 17
const oddAt = 18
const width = 19

export interface LinePacker {
  add(line: PreparedLine): void
  /** @param index position of the first record */
  finish(index: number): PackedLines
}

/** Memory of packed lines that are stored, for others: memory outside the heap that is asked for anew each time waits for a collection of the whole heap. */
export interface Room {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly numbers: Float64Array<ArrayBuffer>
}

/**
 * @param bytesHint about how many bytes the records will take: what their lines spend on names goes here to salts and digests
 * @param room where they go when they fit
 */
export function createPacker(bytesHint: number, room?: Room): LinePacker {
  let bytes = room?.bytes ?? new Uint8Array(Math.ceil(bytesHint * 1.25))
  let end = 0
  let numbers = room?.numbers ?? new Float64Array(1024 * width)
  let count = 0
  const words = new Map<string, number>()
  const kinds = new Map<string, number>()
  const parentKinds: ParentKind[] = []
  const freshRecordIds: string[] = []
  const sourceIds: (string | null)[] = []
  const parents: (readonly [number, string])[] = []
  const odd: Odd[] = []
  const numberIn = (map: Map<string, number>, text: string): number => {
    let number = map.get(text)
    if (number === undefined) map.set(text, (number = map.size))
    return number
  }
  const word = (text: string | null | undefined): number => (text === null || text === undefined ? -1 : numberIn(words, text))
  const put = (piece: Uint8Array): number => {
    if (end + piece.length > bytes.length) {
      const larger = new Uint8Array(Math.max(Math.ceil(bytes.length * 1.5), end + piece.length))
      larger.set(bytes)
      bytes = larger
    }
    bytes.set(piece, end)
    end += piece.length
    return piece.length
  }
  const text = (value: string | Uint8Array | null): number => {
    if (value === null) return -1
    return put(typeof value === 'string' ? Buffer.from(value) : value)
  }
  const kindOf = ({ digest: _, child, value: _value, ...kind }: Parent): number => {
    const number = numberIn(kinds, `${child.code}\0${kind.rule}\0${kind.field}\0${kind.entity}`)
    if (number === parentKinds.length) parentKinds.push(kind)
    return number
  }
  return {
    add({ record, byteFrom, byteTo }) {
      if ((count + 1) * width > numbers.length) {
        const larger = new Float64Array(numbers.length * 2)
        larger.set(numbers)
        numbers = larger
      }
      const row = count * width
      count += 1
      numbers[row + lineFrom] = byteFrom
      numbers[row + lineTo] = byteTo
      numbers[row + oddAt] = -1
      if ('refused' in record) {
        numbers[row + oddAt] = odd.push({ refused: record.refused }) - 1
        freshRecordIds.push('')
        sourceIds.push(null)
        return
      }
      const one = record.prepared
      numbers[row + bytesAt] = end
      numbers[row + saltBytes] = put(one.salts)
      put(one.commitment)
      put(one.keyDigest as Buffer)
      put(one.contentMac)
      numbers[row + openBytes] = text(one.open)
      numbers[row + namedBytes] = text(one.named)
      numbers[row + sealedBytes] = text(one.sealed)
      numbers[row + entityWord] = word(one.entity)
      numbers[row + operationWord] = word(one.operation)
      numbers[row + stateWord] = word(one.state)
      numbers[row + onChangeWord] = word(one.onChange)
      numbers[row + regionWord] = word(one.reportingRegion)
      numbers[row + enteredByWord] = word(one.enteredBy)
      numbers[row + reasonWord] = word(one.reason)
      numbers[row + sourceVersionAt] = one.sourceVersion ?? Number.NaN
      numbers[row + parentsAt] = parents.length
      numbers[row + parentCount] = one.parents.length
      for (const parent of one.parents) {
        put(parent.digest)
        parents.push([kindOf(parent), parent.value])
      }
      numbers[row + aliasCount] = one.aliases?.length ?? 0
      for (const digest of one.aliases ?? []) put(digest)
      freshRecordIds.push(one.freshRecordId)
      sourceIds.push(one.sourceId)
      const attachments = one.attachments ?? null
      if (attachments !== null || one.problems.length > 0) numbers[row + oddAt] = odd.push({ problems: one.problems, attachments }) - 1
    },
    finish: (index) => ({
      ...{ index, count, numbers, bytes, words: [...words.keys()], freshRecordIds, sourceIds, parents, parentKinds, odd },
    }),
  }
}

/** What all records of a submission share. */
export interface Shared {
  readonly sourceNo: number
  readonly stream: string
  readonly entities: ReadonlyMap<string, Entity>
  readonly flags: readonly string[] | null
}

/** Whose memory some lines are views of: it goes back when none of them is needed any more. */
export interface Lent {
  /** How many of its lines are. */
  left: number
  back(): void
}

/** Nobody needs the line any more: whoever still holds a part of it finds it empty, sooner or later. */
export function giveBack({ lent }: Pick<PreparedLine, 'lent'>): void {
  if (lent === undefined) return
  lent.left -= 1
  if (lent.left === 0) lent.back()
}

/** @param back called with the memory of the lines when each of them was given back */
export function unpackLines(packed: PackedLines, shared: Shared, back: (room: Room) => void): PreparedLine[] {
  const lent: Lent = { left: packed.count, back: () => back(packed) }
  const bytes = Buffer.from(packed.bytes.buffer, packed.bytes.byteOffset, packed.bytes.byteLength)
  const lines: PreparedLine[] = []
  for (let at = 0; at < packed.count; at += 1) {
    const range = { byteFrom: packed.numbers[at * width + lineFrom] as number, byteTo: packed.numbers[at * width + lineTo] as number }
    const odd = packed.odd[packed.numbers[at * width + oddAt] as number]
    if (odd !== undefined && 'refused' in odd) lines.push({ record: { refused: odd.refused }, ...range, lent })
    else lines.push({ record: { prepared: new PackedVersion(packed, bytes, shared, at, odd) }, ...range, lent })
  }
  return lines
}

const noProblems: readonly ProblemDocument[] = []
const noParents: readonly Parent[] = []
const noDigests: readonly Buffer[] = []

/** A record of a packed slab. What is long or seldom asked for is cut out of the slab when somebody asks. */
class PackedVersion implements PreparedVersion {
  readonly index: number
  readonly entity: string
  readonly freshRecordId: string
  readonly sourceId: string | null
  readonly commitment: Buffer
  readonly keyDigest: Buffer
  readonly contentMac: Buffer
  readonly problems: readonly ProblemDocument[]
  readonly attachments: string | null
  readonly recordId = null
  readonly place = null
  readonly textHashes = null
  private readonly packed: PackedLines
  private readonly bytes: Buffer
  private readonly shared: Shared
  private readonly row: number

  constructor(packed: PackedLines, bytes: Buffer, shared: Shared, at: number, odd: Exclude<Odd, { refused: RefusedRecord }> | undefined) {
    this.packed = packed
    this.bytes = bytes
    this.shared = shared
    this.row = at * width
    this.index = packed.index + at
    this.entity = this.word(entityWord) as string
    this.freshRecordId = packed.freshRecordIds[at] as string
    this.sourceId = packed.sourceIds[at] as string | null
    this.problems = odd?.problems ?? noProblems
    this.attachments = odd?.attachments ?? null
    const behindSalts = this.number(bytesAt) + this.number(saltBytes)
    this.commitment = bytes.subarray(behindSalts, behindSalts + 32)
    this.keyDigest = bytes.subarray(behindSalts + 32, behindSalts + 64)
    this.contentMac = bytes.subarray(behindSalts + 64, behindSalts + 80)
  }

  private number(column: number): number {
    return this.packed.numbers[this.row + column] as number
  }

  private word(column: number): string | null {
    return this.packed.words[this.number(column)] ?? null
  }

  /** Where the texts begin. */
  private get texts(): number {
    return this.number(bytesAt) + this.number(saltBytes) + 80
  }

  private text(from: number, column: number): Buffer | null {
    const length = this.number(column)
    return length === -1 ? null : this.bytes.subarray(from, from + length)
  }

  get sourceNo(): number {
    return this.shared.sourceNo
  }

  get stream(): string {
    return this.shared.stream
  }

  get flags(): readonly string[] | null {
    return this.shared.flags
  }

  get release(): string {
    return (this.shared.entities.get(this.entity) as Entity).release
  }

  get operation(): PreparedVersion['operation'] {
    return this.word(operationWord) as PreparedVersion['operation']
  }

  get sourceVersion(): number | null {
    const version = this.number(sourceVersionAt)
    return Number.isNaN(version) ? null : version
  }

  get salts(): Buffer {
    const from = this.number(bytesAt)
    return this.bytes.subarray(from, from + this.number(saltBytes))
  }

  get open(): Buffer | null {
    return this.text(this.texts, openBytes)
  }

  get named(): Buffer | null {
    return this.text(this.texts + Math.max(0, this.number(openBytes)), namedBytes)
  }

  get sealed(): Buffer | null {
    return this.text(this.texts + Math.max(0, this.number(openBytes)) + Math.max(0, this.number(namedBytes)), sealedBytes)
  }

  get state(): PreparedVersion['state'] {
    return this.word(stateWord) as PreparedVersion['state']
  }

  get onChange(): PreparedVersion['onChange'] {
    return (this.word(onChangeWord) ?? undefined) as PreparedVersion['onChange']
  }

  get reportingRegion(): string {
    return this.word(regionWord) as string
  }

  get enteredBy(): string | null {
    return this.word(enteredByWord)
  }

  get reason(): string | null {
    return this.word(reasonWord)
  }

  /** Where the digests behind the texts begin. */
  private get digests(): number {
    const lengths = [openBytes, namedBytes, sealedBytes].map((column) => Math.max(0, this.number(column)))
    return lengths.reduce((sum, length) => sum + length, this.texts)
  }

  get parents(): readonly Parent[] {
    const count = this.number(parentCount)
    if (count === 0) return noParents
    const from = this.digests
    const child = this.shared.entities.get(this.entity) as Entity
    return Array.from({ length: count }, (_, at) => {
      const [kind, value] = this.packed.parents[this.number(parentsAt) + at] as (typeof this.packed.parents)[number]
      const digest = this.bytes.subarray(from + at * 32, from + at * 32 + 32)
      return { ...(this.packed.parentKinds[kind] as ParentKind), digest, child, value }
    })
  }

  get aliases(): readonly Buffer[] {
    const count = this.number(aliasCount)
    if (count === 0) return noDigests
    const from = this.digests + this.number(parentCount) * 32
    return Array.from({ length: count }, (_, at) => this.bytes.subarray(from + at * 32, from + at * 32 + 32))
  }
}
