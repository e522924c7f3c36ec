import { Buffer } from '#buffer'
import { canonicalize } from './canonical.ts'
import { sha256 } from './hash.ts'
import type { RecordIdentity } from './record-leaf.ts'

/**
 * Range-based set reconciliation over versions that one node delivered to another. Two sides hold a set of items each; they compare digests of ranges,
 * look closer only where these differ, and end with the items that one side lacks or holds otherwise. The ranges are those of a tree that hangs on the
 * items alone: period, entity, and then the hexadecimal digits of the item's id, which is a hash. Digests are those of a Merkle tree over these ranges,
 * so that two different sets with one digest would be a collision of SHA-256: nothing can be added up to look alike.
 * @see docs/protocol.md, "Reconciliation"; docs/decisions on reconciliation
 */
export interface SetItem {
  /** 32 bytes: {@link itemId}. */
  readonly id: Buffer
  /** 33 bytes: {@link itemValue}. */
  readonly value: Buffer
}

/** `''` everything, `2026-09` a period, `2026-09/TBProjectInfo` an entity in it, `2026-09/TBProjectInfo/0a` the ids that begin with 0a. */
export type RangeName = string

/** A range within another: its label there (a period, an entity, or one hexadecimal digit), how many items it has, and their digest. */
export type RangeChild = readonly [label: string, count: number, digest: Buffer]

/** What one side says of a range: the ranges within it, or its items when they are few. */
export type RangeStatement =
  | { readonly range: RangeName; readonly children: readonly RangeChild[] }
  | { readonly range: RangeName; readonly items: readonly SetItem[] }

/** One side's set, however it is kept. */
export interface RangeSource {
  readonly count: (range: RangeName) => Promise<number>
  /** Those that are not empty, by label. */
  readonly children: (range: RangeName) => Promise<readonly RangeChild[]>
  /** By id. Asked only for ranges below an entity, and only for few items. */
  readonly items: (range: RangeName) => Promise<readonly SetItem[]>
}

/** Items of a range are told one by one when there are at most so many. */
export const itemsToldMax = 32
/** Digits of an id above which digests are those of the ranges within, from which on they are those of the items. */
export const bucketDigits = 3
/** Ranges that one message speaks of. */
export const statementsMax = 32

/** The operations by the first byte of a value. */
export const itemOperations = ['upsert', 'withdraw', 'no-longer-qualifies'] as const

/** What stands for one place in a stream: SHA-256 of the canonical list, with a word in front. */
export const itemId = ({
  entity,
  recordId,
  stream,
  epoch,
  n,
}: Pick<RecordIdentity, 'entity' | 'recordId' | 'stream' | 'epoch' | 'n'>): Buffer =>
  sha256(Buffer.from(`huijiao-item-v1\n${canonicalize([entity, recordId, stream, epoch, n])}`))

/** What stands at that place: one byte for the operation, then the commitment. */
export function itemValue(operation: string, commitment: Uint8Array): Buffer {
  const code = itemOperations.indexOf(operation as (typeof itemOperations)[number])
  if (code < 0 || commitment.length !== 32) throw new RangeError(`no such operation (${operation}), or no commitment of 32 bytes`)
  return Buffer.concat([Buffer.from([code]), commitment])
}

const itemsPrefix = Buffer.from([0])
const childrenPrefix = Buffer.from([1])

/** Digest of items in the order of their ids: SHA-256(0x00 ‖ id ‖ value ‖ …). */
export const itemsDigest = (items: readonly SetItem[]): Buffer => sha256(itemsPrefix, ...items.flatMap(({ id, value }) => [id, value]))

/** Digest of the ranges within a range: SHA-256(0x01 ‖ canonical [[label, count, hex digest], …]), by label. */
export const childrenDigest = (children: readonly RangeChild[]): Buffer =>
  sha256(childrenPrefix, Buffer.from(canonicalize(children.map(([label, count, digest]) => [label, count, digest.toString('hex')]))))

export const countOf = (children: readonly RangeChild[]): number => children.reduce((sum, [, count]) => sum + count, 0)

/** The period, entity and digits of a range; null when it is no name of one. */
export function parseRange(range: string): { period: string | null; entity: string | null; digits: string } | null {
  if (range === '') return { period: null, entity: null, digits: '' }
  const found = /^(\d{4}-(?:0[1-9]|1[0-2]))(?:\/([A-Za-z][A-Za-z0-9_]{0,79})(?:\/([0-9a-f]{1,64}))?)?$/.exec(range)
  return found === null ? null : { period: found[1] as string, entity: found[2] ?? null, digits: found[3] ?? '' }
}

/** The range within `range` that has this label. */
export function rangeWithin(range: RangeName, label: string): RangeName {
  if (range === '') return label
  return range.split('/').length === 3 ? range + label : `${range}/${label}`
}

/** Whether items of a range can be told: only below an entity does an id say where it belongs. */
const tellsItems = (range: RangeName): boolean => range.includes('/')

/** What a source says of one of its ranges. */
export async function stateRange(source: RangeSource, range: RangeName): Promise<RangeStatement> {
  if (tellsItems(range) && (await source.count(range)) <= itemsToldMax) return { range, items: await source.items(range) }
  return { range, children: await source.children(range) }
}

/** Labels under which two sides differ. */
export function differingLabels(mine: readonly RangeChild[], theirs: readonly RangeChild[]): string[] {
  const here = new Map(mine.map(([label, count, digest]) => [label, `${count}/${digest.toString('hex')}`]))
  const there = new Map(theirs.map(([label, count, digest]) => [label, `${count}/${digest.toString('hex')}`]))
  return [...new Set([...here.keys(), ...there.keys()])].filter((label) => here.get(label) !== there.get(label)).sort()
}

/** What the other side answers to statements: nothing where it holds the same, and what it has where it does not. */
export async function answerStatements(source: RangeSource, statements: readonly RangeStatement[]): Promise<RangeStatement[]> {
  const answers: RangeStatement[] = []
  for (const statement of statements) {
    if ('items' in statement) {
      const mine = await stateRange(source, statement.range)
      if (!('items' in mine) || !sameItems(mine.items, statement.items)) answers.push(mine)
      continue
    }
    for (const label of differingLabels(await source.children(statement.range), statement.children))
      answers.push(await stateRange(source, rangeWithin(statement.range, label)))
  }
  return answers
}

const sameItems = (a: readonly SetItem[], b: readonly SetItem[]): boolean => a.length === b.length && itemsDigest(a).equals(itemsDigest(b))

/** One item in which the sides differ, seen from the side that asks. */
export type Difference =
  | { readonly kind: 'only-here'; readonly range: RangeName; readonly id: Buffer; readonly here: Buffer }
  | { readonly kind: 'only-there'; readonly range: RangeName; readonly id: Buffer; readonly there: Buffer }
  /** Same place; other operation, or another commitment. */
  | { readonly kind: 'other'; readonly range: RangeName; readonly id: Buffer; readonly here: Buffer; readonly there: Buffer }

export interface Comparison {
  readonly equal: boolean
  readonly rounds: number
  readonly differences: readonly Difference[]
  /** It stopped at the bound: there is more. */
  readonly more: boolean
}

/** The other side broke the rules of the conversation. */
export class ReconcileError extends Error {}

export interface CompareOptions {
  /** Differences after which it stops. */
  readonly differencesMax?: number
  readonly roundsMax?: number
}

/** Items read at once for comparing a range that the other side told item by item. */
const readAtOnceMax = 512

/**
 * Compares a set with another one behind `ask`, which hands over statements and gives back what {@link answerStatements} said there.
 * @throws ReconcileError when the answers are not of what was asked, or do not come to an end
 */
export async function compareSets(
  source: RangeSource,
  ask: (statements: readonly RangeStatement[]) => Promise<readonly RangeStatement[]>,
  options: CompareOptions = {},
): Promise<Comparison> {
  const { differencesMax = 10_000, roundsMax = 20_000 } = options
  const differences: Difference[] = []
  const asked = new Set<RangeName>([''])
  const queue: RangeName[] = ['']
  let rounds = 0
  let equal = true
  while (queue.length > 0) {
    if (differences.length >= differencesMax) return { equal: false, rounds, differences, more: true }
    if (rounds === roundsMax) throw new ReconcileError(`no end after ${rounds} rounds`)
    const ranges = queue.splice(0, statementsMax)
    const answers = await ask(await Promise.all(ranges.map((range) => stateRange(source, range))))
    rounds += 1
    for (const answer of answers) {
      if (!ranges.some((range) => answer.range === range || isWithin(answer.range, range)))
        throw new ReconcileError(`an answer of ${answer.range}, which was not asked`)
      equal = false
      if ('items' in answer) {
        await diffItems(source, answer.range, answer.items, differences)
        continue
      }
      for (const label of differingLabels(await source.children(answer.range), answer.children)) {
        const within = rangeWithin(answer.range, label)
        if (parseRange(within) === null) throw new ReconcileError(`a range ${within.slice(0, 100)}`)
        if (asked.has(within)) throw new ReconcileError(`${within} came up twice`)
        asked.add(within)
        queue.push(within)
      }
    }
  }
  return { equal, rounds, differences, more: false }
}

const isWithin = (range: RangeName, outer: RangeName): boolean =>
  outer === '' || range.startsWith(outer.split('/').length === 3 ? outer : `${outer}/`)

async function diffItems(source: RangeSource, range: RangeName, theirs: readonly SetItem[], into: Difference[]): Promise<void> {
  const digits = parseRange(range)?.digits ?? ''
  if (theirs.some(({ id }) => id.length !== 32 || !id.toString('hex').startsWith(digits)))
    throw new ReconcileError(`an item that does not belong to ${range}`)
  if ((await source.count(range)) > readAtOnceMax) {
    // The other side has few, this one has many: piece by piece, so that no more than a piece is in memory.
    for (const digit of '0123456789abcdef') {
      const within = rangeWithin(range, digit)
      await diffItems(
        source,
        within,
        theirs.filter(({ id }) => id.toString('hex').startsWith(digits + digit)),
        into,
      )
    }
    return
  }
  const there = new Map(theirs.map((item) => [item.id.toString('hex'), item.value]))
  for (const { id, value } of await source.items(range)) {
    const name = id.toString('hex')
    const other = there.get(name)
    there.delete(name)
    if (other === undefined) into.push({ kind: 'only-here', range, id, here: value })
    else if (!other.equals(value)) into.push({ kind: 'other', range, id, here: value, there: other })
  }
  for (const [name, value] of there) into.push({ kind: 'only-there', range, id: Buffer.from(name, 'hex'), there: value })
}

/** A bucket: the items whose ids begin with the same {@link bucketDigits} digits. Empty ones are left out. */
export type Bucket = readonly [digits: string, count: number, digest: Buffer]

/**
 * The ranges right below some digits, from the buckets of an entity in a period.
 * @param digits fewer than {@link bucketDigits}
 * @param buckets by digits, ascending
 */
export function childrenOfBuckets(buckets: readonly Bucket[], digits = ''): RangeChild[] {
  const within = digits === '' ? buckets : buckets.filter(([name]) => name.startsWith(digits))
  const at = digits.length
  return [...Map.groupBy(within, ([name]) => name[at] as string)].map(([digit, list]): RangeChild => {
    if (at + 1 === bucketDigits) return [digit, (list[0] as Bucket)[1], (list[0] as Bucket)[2]]
    const children = childrenOfBuckets(list, digits + digit)
    return [digit, countOf(children), childrenDigest(children)]
  })
}

/** The ranges right below some digits, from the items there. @param digits at least {@link bucketDigits} */
export const childrenOfItems = (items: readonly SetItem[], digits: string): RangeChild[] =>
  [...Map.groupBy(items, ({ id }) => id.toString('hex')[digits.length] as string)].map(([digit, list]): RangeChild => [
    digit,
    list.length,
    itemsDigest(list),
  ])
