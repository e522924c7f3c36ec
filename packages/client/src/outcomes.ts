import { digestText, sha256 } from '@huijiao/merkle'
import type { Destination } from './http/destination.ts'
import { send, type Patience } from './http/send.ts'
import type { Receipt, RecordOutcome } from './receipt.ts'

/** The outcome list that a node serves is not the one its receipt speaks of. */
export class OutcomesForged extends Error {
  constructor(id: string, part: number) {
    super(`part ${part} of the outcome list of ${id} does not have the digest in the receipt`)
    this.name = 'OutcomesForged'
  }
}

/**
 * Every record's outcome, in order: from the receipt where it holds them all (up to 1,000 records), else from the outcome list, each page
 * of which must have the digest in the receipt.
 * @throws OutcomesForged, NodeProblem, UserError
 */
export async function readOutcomes(to: Destination, receipt: Receipt, patience?: Patience, signal?: AbortSignal): Promise<RecordOutcome[]> {
  const count = receipt.parts.reduce((sum, part) => sum + part.count, 0)
  const inline = receipt.records ?? []
  if (inline.length === count) return [...inline]
  const { id } = receipt.submission
  const request = { method: 'GET', path: `/v1/submissions/${id}/outcomes`, headers: { accept: 'application/x-ndjson' } } as const
  const { body } = await send(to, request, patience, signal)
  const outcomes: RecordOutcome[] = []
  let at = 0
  for (const part of receipt.parts) {
    const page = takeLines(body, at, part.count)
    at += page.length
    if (digestText(sha256(page)) !== part.outcomes) throw new OutcomesForged(id, part.part)
    const lines = page.toString('utf8').split('\n').slice(0, -1)
    outcomes.push(...lines.map((line) => JSON.parse(line) as RecordOutcome))
  }
  return outcomes
}

/** The next `count` lines from a place on, with their line ends; fewer when there are not so many. */
function takeLines(body: Buffer, from: number, count: number): Buffer {
  let end = from
  for (let line = 0; line < count; line++) {
    const feed = body.indexOf(10, end)
    if (feed === -1) break
    end = feed + 1
  }
  return body.subarray(from, end)
}
