import { isUtf8 } from 'node:buffer'
import type { ProblemDocument } from '@huijiao/problem'
import type { RecordOutcome } from '../receipt.ts'
import type { Parcel, RecordText } from './parcel.ts'

/** A record that was not stored, where it stands in the file, and why. */
export interface Refusal {
  /** 1-based; null inside a JSON document. */
  readonly line: number | null
  /** Place in the submission; null when it was not sent at all. */
  readonly index: number | null
  readonly entity: string | null
  readonly sourceId: string | null
  readonly text: string
  readonly problems: readonly ProblemDocument[]
}

/** Joins refused outcomes, and what was not sent, with the lines of the file; in the file's order. */
export async function refusalsOf(parcel: Parcel, outcomes: readonly RecordOutcome[]): Promise<Refusal[]> {
  const texts = await parcel.texts(new Set(outcomes.map((outcome) => outcome.index)))
  const sent = outcomes.map((outcome): Refusal => {
    const { line, text }: RecordText = texts.get(outcome.index) ?? { line: null, text: '' }
    return { line, index: outcome.index, entity: outcome.entity, sourceId: outcome.sourceId, text, problems: outcome.problems ?? [] }
  })
  const unsent = parcel.unsent.map(({ line, problem }): Refusal => ({
    line: line.number,
    index: null,
    entity: null,
    sourceId: null,
    text: line.bytes === null ? '' : line.bytes.toString(isUtf8(line.bytes) ? 'utf8' : 'latin1'),
    problems: [problem],
  }))
  return [...sent, ...unsent].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.index ?? 0) - (b.index ?? 0))
}

/**
 * One line of `FILE.refused.ndjson`: the record first, exactly as it was sent, so that it can be mended in place and pushed again from
 * this very file. A line that is not JSON stands as `text`.
 */
export function refusedLine(refusal: Refusal, submission: string): string {
  const rest = JSON.stringify({ line: refusal.line, submission, index: refusal.index, problems: refusal.problems }).slice(1)
  return `{${isObjectText(refusal.text) ? `"record":${refusal.text}` : `"text":${JSON.stringify(refusal.text)}`},${rest}\n`
}

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}
