import type { Operation, Tier } from '@huijiao/database'
import {
  digestText,
  leafHash,
  openNote,
  parseCheckpoint,
  parseDigestText,
  parseLogLeaf,
  parseLogOrigin,
  type RecordIdentity,
  recordLeafHash,
  splitNote,
  subsetMultiproof,
  textHash,
  verifyInclusion,
  verifyPartMultiproof,
} from '@huijiao/merkle'

/**
 * What proves that some records stand in one node's log: the log entry of their part with its inclusion proof to a signed checkpoint, and a
 * multiproof of the records in that part. `below` holds the same for the node they came from, and so on down to where they entered.
 */
export interface CustodyStep {
  /** Name of the node whose log it is. */
  readonly node: string
  /** Signed note. */
  readonly checkpoint: string
  /** Index of the entry in that log. */
  readonly index: number
  readonly leaf: string
  /** Canonical text of the entry's body, and its salt in hex: what the leaf's hash stands for. */
  readonly body: string
  readonly bodySalt: string
  /** Base64, 32 bytes each. */
  readonly inclusion: readonly string[]
  /** Versions in the part. */
  readonly size: number
  /** Places of the records in that part, ascending; null: all of them. */
  readonly ordinals: readonly number[] | null
  /** Multiproof of these ordinals, base64; empty when they are all. */
  readonly proof: readonly string[]
  /** By ordinal: the operation in the leaf there, where it is not the record's own. A tombstone's leaf below still says `upsert`. */
  readonly operations?: Readonly<Record<string, Operation>>
  /** For a step below: positions in the list of records of the step above it, in the order of `ordinals`; null: all, in order. */
  readonly records?: readonly number[] | null
  readonly below: readonly CustodyStep[]
  /** Who the node is and which key signed the checkpoint, as the node above it checked when it received the step. Travels upward as that node's word. */
  readonly seen?: NodeSeen
}

export interface NodeSeen {
  readonly region: string
  readonly tier: Tier
  /** `<name>+<id>+<key>` (C2SP signed-note). */
  readonly verifierKey: string
}

/** Steps nest at most so deep: there are four tiers, and room for two more hops. */
export const custodyDepthMax = 6
/** More versions than any part holds. */
export const partVersionsMax = 100_000

const allOrdinals = (size: number): number[] => Array.from({ length: size }, (_, ordinal) => ordinal)
export const ordinalsOf = (step: Pick<CustodyStep, 'size' | 'ordinals'>): readonly number[] => step.ordinals ?? allOrdinals(step.size)

/** How many records a step tells of. */
const recordCount = (step: CustodyStep): number => step.ordinals?.length ?? step.size

const positionsOf = (step: CustodyStep): readonly number[] => step.records ?? allOrdinals(recordCount(step))

/** @param own leaves of the identities as they stand, where they are known already */
function leafHashes(step: CustodyStep, identities: readonly RecordIdentity[], own?: readonly Buffer[]): readonly Buffer[] {
  const { operations } = step
  if (operations === undefined) return own ?? identities.map(recordLeafHash)
  return ordinalsOf(step).map((ordinal, position) => {
    const identity = identities[position] as RecordIdentity
    const operation = operations[ordinal]
    return operation === undefined ? (own?.[position] ?? recordLeafHash(identity)) : recordLeafHash({ ...identity, operation })
  })
}

const decodeHashes = (list: readonly string[]): Buffer[] => list.map((text) => Buffer.from(text, 'base64'))

/**
 * Cuts a step to some of its records, and the steps below with it.
 * @param identities of all its records as they stand here, in the order of its ordinals
 * @param keep positions to keep, ascending, at least one
 * @param turned positions (in the full list) whose record goes on as a tombstone: their leaves here and below keep the old operation
 */
export function cutStep(
  step: CustodyStep,
  identities: readonly RecordIdentity[],
  keep: readonly number[],
  turned: ReadonlySet<number> = new Set(),
): CustodyStep {
  const ordinals = ordinalsOf(step)
  const kept = keep.map((position) => ordinals[position] as number)
  const whole = kept.length === step.size
  const proof =
    kept.length === ordinals.length
      ? step.proof
      : subsetMultiproof(step.size, ordinals, leafHashes(step, identities), decodeHashes(step.proof), kept).map((hash) =>
          hash.toString('base64'),
        )
  const operations: Record<string, Operation> = {}
  for (const position of keep) {
    const ordinal = ordinals[position] as number
    const told = step.operations?.[ordinal] ?? (turned.has(position) ? (identities[position] as RecordIdentity).operation : undefined)
    if (told !== undefined) operations[ordinal] = told
  }
  const { operations: _, records, ...common } = step
  return {
    ...common,
    ordinals: whole ? null : kept,
    proof,
    ...(Object.keys(operations).length === 0 ? {} : { operations }),
    ...(records === undefined ? {} : { records }),
    below: cutBelow(step.below, identities, keep, turned),
  }
}

/** Cuts the steps below to the kept positions of the step above, and renumbers what they point at. */
export function cutBelow(
  below: readonly CustodyStep[],
  identities: readonly RecordIdentity[],
  keep: readonly number[],
  turned: ReadonlySet<number> = new Set(),
): CustodyStep[] {
  const newPosition = new Map(keep.map((position, at) => [position, at]))
  return below.flatMap((step) => {
    const points = positionsOf(step)
    const keepHere = allOrdinals(points.length).filter((at) => newPosition.has(points[at] as number))
    if (keepHere.length === 0) return []
    const own = points.map((position) => identities[position] as RecordIdentity)
    const turnedHere = new Set(allOrdinals(points.length).filter((at) => turned.has(points[at] as number)))
    const cut = cutStep(step, own, keepHere, turnedHere)
    return [
      {
        ...cut,
        records: simplest(
          keepHere.map((at) => newPosition.get(points[at] as number) as number),
          keep.length,
        ),
      },
    ]
  })
}

/** Null when the positions are simply all, in order. */
const simplest = (positions: number[], count: number): number[] | null =>
  positions.length === count && positions.every((position, at) => position === at) ? null : positions

/** What a step says about itself that does not depend on its records; null when it does not hold together. */
function openStep(step: CustodyStep): { root: Buffer } | null {
  try {
    const checkpoint = parseCheckpoint(splitNote(step.checkpoint).text)
    if (parseLogOrigin(checkpoint.origin)?.nodeName !== step.node) return null
    const leaf = parseLogLeaf(step.leaf)
    if (leaf === null || leaf.kind !== 'part') return null
    if (leaf.body !== digestText(textHash(Buffer.from(step.bodySalt, 'hex'), step.body))) return null
    if (!verifyInclusion(leafHash(step.leaf), step.index, checkpoint.size, decodeHashes(step.inclusion), checkpoint.root)) return null
    const body = JSON.parse(step.body) as { root?: unknown; versions?: unknown }
    const root = parseDigestText(body.root)
    return root === null || body.versions !== step.size ? null : { root }
  } catch {
    return null
  }
}

/**
 * Whether a step and all below it prove the records: hashes, inclusion, multiproofs, and that each record's chain ends at its origin node.
 * Signatures are checked apart (`checkpointSigner`), because a node knows the keys of its own neighbours only. Never throws.
 * @param identities of its records, in the order of its ordinals
 * @param leaves their leaf hashes, asked for when the step itself holds together; made here when absent
 */
export function verifyStep(
  step: CustodyStep,
  identities: readonly RecordIdentity[],
  leaves: () => readonly Buffer[] = () => identities.map(recordLeafHash),
  depth = custodyDepthMax,
): boolean {
  if (depth === 0 || recordCount(step) !== identities.length || identities.length === 0) return false
  const opened = openStep(step)
  if (opened === null || !operationsAllowed(step, identities)) return false
  let own: readonly Buffer[]
  try {
    own = leaves()
    if (!verifyPartMultiproof(step.size, ordinalsOf(step), leafHashes(step, identities, own), decodeHashes(step.proof), opened.root))
      return false
  } catch {
    return false
  }
  const reached = new Uint8Array(identities.length)
  for (const below of step.below) {
    const points = positionsOf(below)
    if (points.length !== recordCount(below) || points.some((position) => position >= identities.length || reached[position] === 1))
      return false
    for (const position of points) reached[position] = 1
    if (
      !verifyStep(
        below,
        points.map((position) => identities[position] as RecordIdentity),
        // A record's leaf is the same at every level.
        () => points.map((position) => own[position] as Buffer),
        depth - 1,
      )
    )
      return false
  }
  return identities.every((identity, position) => (originOf(identity.stream) === step.node) === (reached[position] === 0))
}

/** Only a tombstone may have another operation below: anything else would let a sender turn an upsert into a withdrawal. */
function operationsAllowed(step: CustodyStep, identities: readonly RecordIdentity[]): boolean {
  if (step.operations === undefined) return true
  const ordinals = ordinalsOf(step)
  const turned = new Set(ordinals.filter((_, position) => identities[position]?.operation === 'no-longer-qualifies').map(String))
  return Object.keys(step.operations).every((ordinal) => turned.has(ordinal))
}

/**
 * The steps below one of this node's own, each with its records and their positions: what is left of the proofs when records come back to the node whose
 * step it is.
 */
export function stepsReturned(
  step: CustodyStep,
  identities: readonly RecordIdentity[],
  firstIndex: number,
): { step: CustodyStep; identities: RecordIdentity[]; firstIndex: number; indexes: number[] }[] {
  return step.below.map((below) => {
    const positions = positionsOf(below)
    const { records: _, ...own } = below
    const indexes = positions.map((position) => firstIndex + position)
    return {
      step: own,
      identities: positions.map((position) => identities[position] as RecordIdentity),
      firstIndex: indexes[0] ?? firstIndex,
      indexes,
    }
  })
}

/** The origin node of a stream `<origin node>/<participant>`. */
export const originOf = (stream: string): string => stream.slice(0, Math.max(0, stream.indexOf('/')))

/** The first of the keys that signed the note under that node's name; null when none did. */
export function checkpointSigner(note: string, node: string, verifierKeys: readonly string[]): string | null {
  return verifierKeys.find((key) => signedBy(note, node, key)) ?? null
}

function signedBy(note: string, node: string, key: string): boolean {
  try {
    return openNote(note, [key]).verified.includes(node)
  } catch {
    return false
  }
}

/** Every step of one record, from the nearest node down to its origin. `position` is its place among the step's records. */
export function stepsOfRecord(step: CustodyStep, identities: readonly RecordIdentity[], position: number): CustodyStep[] {
  const cut = cutStep(step, identities, [position])
  const steps: CustodyStep[] = []
  for (let at: CustodyStep | undefined = cut; at !== undefined; at = at.below[0]) {
    const { below: _, records: __, ...own } = at
    steps.push({ ...own, below: [] })
  }
  return steps
}
