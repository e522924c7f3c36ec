import type { Operation } from '@huijiao/database'
import type { ProblemDocument } from '@huijiao/problem'
import { digestText } from '@huijiao/merkle'
import type { DeliveryRow } from './delivery.ts'

/** A record that the upstream's receipt names, by its position in the delivery. */
export interface JudgedRecord {
  readonly position: number
  readonly outcome: string
  /** What stands above in its place, when that is not what was sent. */
  readonly stands: Operation | null
  readonly problems: readonly ProblemDocument[]
}

/** What a signed receipt says of one delivery. */
export interface Judgement {
  readonly counts: Readonly<Record<string, number>>
  readonly refused: readonly JudgedRecord[]
  /** Outcomes of all records by position; null for one that the receipt does not list. */
  readonly outcomes: readonly (JudgedRecord | null)[]
  /** Every refusal is named. A receipt of more than 1,000 refusals names only the first. */
  readonly complete: boolean
}

const operations: readonly Operation[] = ['upsert', 'withdraw', 'no-longer-qualifies']

type Members = Record<string, unknown>
const members = (value: unknown): Members | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null

function parse(bytes: Buffer): Members | null {
  try {
    return members(JSON.parse(bytes.toString()))
  } catch {
    return null
  }
}

/** Reads a receipt whose signature was verified. Null when it is not one of this delivery: another id or digest judges nothing of ours. */
export function readJudgement(bytes: Buffer, delivery: Pick<DeliveryRow, 'delivery_id' | 'digest' | 'record_count'>): Judgement | null {
  const receipt = parse(bytes)
  const submission = members(receipt?.['submission'])
  const counts = members(receipt?.['counts'])
  const list = receipt?.['records']
  if (submission?.['id'] !== delivery.delivery_id || submission['digest'] !== digestText(delivery.digest)) return null
  if (counts === null || !Object.values(counts).every((count) => Number.isSafeInteger(count)) || !Array.isArray(list)) return null
  const outcomes: (JudgedRecord | null)[] = Array.from({ length: delivery.record_count }, () => null)
  for (const one of list) {
    const record = members(one)
    const position = record?.['index']
    const outcome = record?.['outcome']
    if (!Number.isSafeInteger(position) || typeof outcome !== 'string') return null
    if ((position as number) < 0 || (position as number) >= outcomes.length) return null
    const problems = record?.['problems']
    outcomes[position as number] = {
      position: position as number,
      outcome,
      stands: operations.find((one) => one === record?.['stands']) ?? null,
      problems: Array.isArray(problems) ? (problems as ProblemDocument[]) : [],
    }
  }
  const refused = outcomes.filter((one) => one?.outcome === 'refused') as JudgedRecord[]
  return { counts: counts as Record<string, number>, refused, outcomes, complete: refused.length === (counts['refused'] ?? 0) }
}

/** The `code` of a problem document; null when the bytes are none. */
export function problemCodeOf(bytes: Buffer): string | null {
  const code = parse(bytes)?.['code']
  return typeof code === 'string' && /^[a-z0-9-]{1,60}$/.test(code) ? code : null
}

/** A problem document, when the bytes are one. */
export const problemOf = (bytes: Buffer): object | null => (problemCodeOf(bytes) === null ? null : parse(bytes))
