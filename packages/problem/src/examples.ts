import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProblemDocument } from './problem.ts'

/** A problem that a node really answered, with what was sent. Tests send it again and hold the answer against this. */
export interface ProblemExample {
  /** The request or the record, cut to what matters; what was a secret is written as such. */
  readonly sent: string
  readonly problem: ProblemDocument
  /** The same as it should have been, or what else is to be done; absent where the sender can do nothing. */
  readonly mended?: string
}

/** Where the examples stand: one file for each place that makes them, an object by code. */
export const exampleDirectory = join(import.meta.dirname, '..', 'examples')

let read: ReadonlyMap<string, ProblemExample> | undefined

/** The example of each code that has one. Read once. */
export function problemExamples(): ReadonlyMap<string, ProblemExample> {
  read ??= new Map(
    (existsSync(exampleDirectory) ? readdirSync(exampleDirectory) : [])
      .filter((name) => name.endsWith('.json'))
      .toSorted()
      .flatMap((name) => Object.entries(JSON.parse(readFileSync(join(exampleDirectory, name), 'utf8')) as Record<string, ProblemExample>)),
  )
  return read
}
