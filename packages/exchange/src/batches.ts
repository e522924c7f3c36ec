import { Problem } from '@huijiao/problem'
import type { Opened, Prepared } from './open-submission.ts'
import type { SubmissionRequest } from './submission-request.ts'

/** Bounds of a part: what one transaction stores. */
export const partRecordsMax = 2000

export const partBytesMax = 1024 ** 2

/** Bounds of a submission whose records stand or fall together, and of a dry run. */
export const atomicRecordsMax = 10_000

export const atomicBytesMax = 16 * 1024 ** 2

/** Cuts records into parts of at most 2,000 records or about 1 MiB. A delivery is one part, because its proofs are kept with it as a whole. */
export async function* inBatches(opened: Opened, from: { readonly byte: number; readonly record: number }): AsyncGenerator<Prepared[]> {
  let batch: Prepared[] = []
  let bytes = 0
  for await (const prepared of opened.records(from)) {
    const size = prepared.size ?? prepared.byteTo - prepared.byteFrom
    if (opened.versions === null && batch.length > 0 && (batch.length === partRecordsMax || bytes + size > partBytesMax)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(prepared)
    bytes += size
  }
  if (batch.length > 0) yield batch
}

/** Items of which the next one is always asked for. */
export interface Ahead<T> {
  /** The next item, or undefined after the last. @throws what its source throws */
  next(): Promise<T | undefined>
  close(): Promise<void>
}

/** Asks for the next item before the current one is worked on: a part is read and validated while the database stores the one before it. */
export function oneAhead<T>(items: AsyncGenerator<T>): Ahead<T> {
  let asked: Promise<IteratorResult<T, unknown>>
  const ask = () => {
    asked = items.next()
    asked.catch(() => undefined) // heard when it is its turn
  }
  ask()
  return {
    next: async () => {
      const current = await asked
      if (current.done === true) return undefined
      ask()
      return current.value
    },
    close: async () => {
      await asked.catch(() => undefined)
      await items.return(undefined)
    },
  }
}

export async function boundedBatches(request: SubmissionRequest, opened: Opened): Promise<Prepared[][]> {
  const tooLarge = (what: string) =>
    new Problem('atomic-too-large', { zh: `本批 ${what}`, en: `The submission has ${what}` }, { value: what })
  if (request.body.decodedBytes > atomicBytesMax) throw tooLarge(`${request.body.decodedBytes} bytes`)
  const batches: Prepared[][] = []
  let count = 0
  for await (const batch of inBatches(opened, { byte: 0, record: 0 })) {
    count += batch.length
    if (count > atomicRecordsMax) throw tooLarge(`> ${atomicRecordsMax} records`)
    batches.push(batch)
  }
  return batches
}
