import { Buffer } from '#buffer'
import type { Epoch } from './checkpoint.ts'
import { parseDigestText } from './hash.ts'
import { keyStatementsMax } from './key-statement.ts'
import type { RecordIdentity } from './record-leaf.ts'

/** One of a version's texts in a custody document: told with its salt, told only by its hash, or (null) not there at all. */
export type CustodyText = { readonly salt: string; readonly text: string } | { readonly hash: string } | null

/** What one node on the way vouches for: the record is in this part, the part in this entry, the entry in this checkpoint. */
export interface CustodyStep {
  readonly node: { readonly name: string; readonly region: string; readonly tier: string; readonly epoch: Epoch }
  /** `<name>+<id>+<key>` (C2SP signed-note). */
  readonly verifierKey: string
  /** A signed note. */
  readonly checkpoint: string
  readonly entry: {
    readonly index: number
    /** The leaf's text. */
    readonly leaf: string
    /** The canonical text of the entry's body; its member `root` is the part's root. */
    readonly body: string
    /** 16 bytes, hex. */
    readonly bodySalt: string
    /** base64, from the leaf upward. */
    readonly inclusion: readonly string[]
  }
  /**
   * The record's place in the part, and the multiproof of that one ordinal, base64. `operation` is what the leaf says here where that is not
   * the record's own: below the node that turned a version into a tombstone (`no-longer-qualifies`) its leaf still says what it was.
   */
  readonly part: {
    readonly size: number
    readonly ordinal: number
    readonly path: readonly string[]
    readonly operation?: RecordIdentity['operation']
  }
}

/** A record's chain of custody, from the node that answers down to the edge where the record entered. */
export interface CustodyDocument {
  readonly custody: 1
  readonly record: RecordIdentity
  /** Null when the texts are not shown; then only the commitment is vouched for. */
  readonly content: {
    readonly open: CustodyText
    readonly named: CustodyText
    readonly sealed: CustodyText
    /** The list of attachments; absent when the version names none. */
    readonly attachments?: CustodyText
  } | null
  readonly steps: readonly CustodyStep[]
  /** How the record came to the edge, such as its node's signed receipt. Not judged here. */
  readonly evidence?: unknown
  /** The nodes' words that one of their keys follows another (notes): by them who trusts a node's first key can follow it to the one that signed. */
  readonly keys?: readonly string[]
}

/** Most steps that are read; there are four tiers. */
export const custodyStepsMax = 32
const proofMax = 64

/** A mistake in the form of a document, with the place. */
export class FormError extends Error {}

function fail(place: string): never {
  throw new FormError(place)
}

type Members = Record<string, unknown>

/** The object at `place`; own members only, so that a document cannot borrow from prototypes. */
function members(value: unknown, place: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(place)
  return Object.assign(Object.create(null) as Members, value)
}

function text(value: unknown, place: string): string {
  return typeof value === 'string' && value.isWellFormed() ? value : fail(place)
}

function count(value: unknown, place: string): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : fail(place)
}

/** Lower-case hexadecimal of exactly `bytes` bytes. */
export function hexBytes(value: unknown, bytes: number, place: string): Buffer {
  const digits = text(value, place)
  return digits.length === bytes * 2 && /^[0-9a-f]+$/.test(digits) ? Buffer.from(digits, 'hex') : fail(place)
}

/** A list of 32-byte hashes in base64. */
export function hashList(value: readonly unknown[], place: string): Buffer[] {
  return value.map((item, i) => {
    const encoded = text(item, `${place}/${i}`)
    const bytes = Buffer.from(encoded, 'base64')
    return bytes.length === 32 && bytes.toString('base64') === encoded ? bytes : fail(`${place}/${i}`)
  })
}

function list(value: unknown, max: number, place: string): readonly unknown[] {
  return Array.isArray(value) && value.length <= max ? value : fail(place)
}

const operations: readonly unknown[] = ['upsert', 'withdraw', 'no-longer-qualifies']

function readOperation(value: unknown, place: string): RecordIdentity['operation'] {
  return operations.includes(value) ? (value as RecordIdentity['operation']) : fail(place)
}

function readRecord(value: unknown): RecordIdentity {
  const { entity, recordId, operation, stream, epoch, n, sourceVersion, release, commitment } = members(value, '/record')
  if (parseDigestText(commitment) === null) fail('/record/commitment')
  if (sourceVersion !== null && !Number.isSafeInteger(sourceVersion)) fail('/record/sourceVersion')
  return {
    entity: text(entity, '/record/entity'),
    recordId: text(recordId, '/record/recordId'),
    operation: readOperation(operation, '/record/operation'),
    stream: text(stream, '/record/stream'),
    epoch: count(epoch, '/record/epoch'),
    n: count(n, '/record/n'),
    sourceVersion: sourceVersion as number | null,
    release: text(release, '/record/release'),
    commitment: commitment as string,
  }
}

function readText(value: unknown, place: string): CustodyText {
  if (value === null || value === undefined) return null
  const { salt, text: told, hash } = members(value, place)
  if (told === undefined) return { hash: hexBytes(hash, 32, `${place}/hash`).toString('hex') }
  return { salt: hexBytes(salt, 16, `${place}/salt`).toString('hex'), text: text(told, `${place}/text`) }
}

function readStep(value: unknown, place: string): CustodyStep {
  const step = members(value, place)
  const node = members(step['node'], `${place}/node`)
  const epoch = members(node['epoch'], `${place}/node/epoch`)
  const entry = members(step['entry'], `${place}/entry`)
  const part = members(step['part'], `${place}/part`)
  return {
    node: {
      name: text(node['name'], `${place}/node/name`),
      region: text(node['region'], `${place}/node/region`),
      tier: text(node['tier'], `${place}/node/tier`),
      epoch: { number: count(epoch['number'], `${place}/node/epoch/number`), id: text(epoch['id'], `${place}/node/epoch/id`) },
    },
    verifierKey: text(step['verifierKey'], `${place}/verifierKey`),
    checkpoint: text(step['checkpoint'], `${place}/checkpoint`),
    entry: {
      index: count(entry['index'], `${place}/entry/index`),
      leaf: text(entry['leaf'], `${place}/entry/leaf`),
      body: text(entry['body'], `${place}/entry/body`),
      bodySalt: hexBytes(entry['bodySalt'], 16, `${place}/entry/bodySalt`).toString('hex'),
      inclusion: list(entry['inclusion'], proofMax, `${place}/entry/inclusion`) as string[],
    },
    part: {
      size: count(part['size'], `${place}/part/size`),
      ordinal: count(part['ordinal'], `${place}/part/ordinal`),
      path: list(part['path'], proofMax, `${place}/part/path`) as string[],
      ...(part['operation'] === undefined ? {} : { operation: readOperation(part['operation'], `${place}/part/operation`) }),
    },
  }
}

/**
 * Reads a custody document's form; unknown members are passed over.
 * @throws FormError with the JSON Pointer of the first mistake
 */
export function readCustody(value: unknown): CustodyDocument {
  const document = members(value, '')
  if (document['custody'] !== 1) fail('/custody')
  const told = document['content']
  const content = told === null || told === undefined ? null : members(told, '/content')
  const steps = list(document['steps'], custodyStepsMax, '/steps')
  if (steps.length === 0) fail('/steps')
  return {
    custody: 1,
    record: readRecord(document['record']),
    content:
      content === null
        ? null
        : {
            open: readText(content['open'], '/content/open'),
            named: readText(content['named'], '/content/named'),
            sealed: readText(content['sealed'], '/content/sealed'),
            ...(content['attachments'] == null ? {} : { attachments: readText(content['attachments'], '/content/attachments') }),
          },
    steps: steps.map((step, i) => readStep(step, `/steps/${i}`)),
    evidence: document['evidence'],
    ...(document['keys'] === undefined
      ? {}
      : { keys: list(document['keys'], keyStatementsMax, '/keys').map((note, i) => text(note, `/keys/${i}`)) }),
  }
}
