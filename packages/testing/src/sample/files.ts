import { join } from 'node:path'
import { ndjsonOf, type SampleSubmission } from './submissions.ts'
import { submitters } from './submitters.ts'

/** Where the committed files of the sample stand. */
export const sampleDirectory = join(import.meta.dirname, '..', '..', 'sample')

/** A submission's file below the sample's directory: its submitter, its place in order, its release. */
export function pathOf(submission: SampleSubmission): string {
  return `${submitters[submission.submitter].name}/${String(submission.number).padStart(3, '0')}-${submission.envelope.producedAt.slice(0, 10)}-${submission.envelope.standard}.ndjson`
}

/** Every generated file with its content, by path below the sample's directory. */
export function submissionFiles(submissions: readonly SampleSubmission[]): Map<string, string> {
  return new Map(submissions.map((submission) => [pathOf(submission), ndjsonOf(submission)]))
}
