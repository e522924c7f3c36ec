import type { Calendar } from './days.ts'
import type { Filing, SampleRecord } from './filing.ts'
import { uuidOf } from './random.ts'
import { submitters, type SubmitterKey } from './submitters.ts'

export interface Envelope {
  readonly id: string
  readonly standard: '2014' | '2018'
  readonly producedAt: string
  readonly responsible: { readonly unit: string; readonly name: string; readonly account: string }
}

/** One submission of the sample: the envelope, its records in order, and what was meant by each. */
export interface SampleSubmission {
  readonly submitter: SubmitterKey
  /** Position among this submitter's submissions, from 1. */
  readonly number: number
  readonly day: number
  readonly envelope: Envelope
  readonly records: readonly SampleRecord[]
  readonly filings: readonly Filing[]
}

/** Groups filings by submitter, day and release, in the order in which a submitter must send them. */
export function submissionsOf(filings: readonly Filing[], calendar: Calendar): SampleSubmission[] {
  const groups = new Map<string, Filing[]>()
  for (const filing of filings) {
    const name = `${filing.submitter} ${String(filing.day + 10_000).padStart(5, '0')} ${filing.standard}`
    const group = groups.get(name)
    if (group) group.push(filing)
    else groups.set(name, [filing])
  }
  const counts = new Map<SubmitterKey, number>()
  return [...groups.keys()].sort().flatMap((name) => {
    const group = groups.get(name) ?? []
    const first = group[0]
    if (first === undefined) return []
    const number = (counts.get(first.submitter) ?? 0) + 1
    counts.set(first.submitter, number)
    const by = submitters[first.submitter]
    return [
      {
        submitter: first.submitter,
        number,
        day: first.day,
        envelope: {
          id: uuidOf(`${calendar.dayZero} ${by.name} ${number}`),
          standard: first.standard,
          producedAt: calendar.instant(first.day, `1${number % 8}:${String((number * 7) % 60).padStart(2, '0')}:00`),
          responsible: { unit: by.unit, name: '王示例', account: `u${1_000 + Object.keys(submitters).indexOf(first.submitter)}` },
        },
        records: group.map((filing) => filing.record),
        filings: group,
      },
    ]
  })
}

/** The bytes that are sent: the envelope on the first line, one record a line. */
export function ndjsonOf(submission: Pick<SampleSubmission, 'envelope' | 'records'>): string {
  return [submission.envelope, ...submission.records].map((line) => `${JSON.stringify(line)}\n`).join('')
}
