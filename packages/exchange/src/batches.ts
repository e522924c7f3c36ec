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

/** Items of which the next ones are always asked for. */
export interface Ahead<T> {
  /** The next item, or undefined after the last. @throws what its source throws */
  next(): Promise<T | undefined>
  close(): Promise<void>
}

/** Asks for the next `count` items before the current one is worked on: parts are read and validated while the database stores the one before them. */
export function readAhead<T>(items: AsyncGenerator<T>, count: number): Ahead<T> {
  const asked: Promise<IteratorResult<T, unknown>>[] = []
  const ask = () => {
    const item = items.next()
    item.catch(() => undefined) // heard when it is its turn
    asked.push(item)
  }
  for (let at = 0; at < count; at += 1) ask()
  return {
    next: async () => {
      const current = await (asked[0] as Promise<IteratorResult<T, unknown>>)
      if (current.done === true) return undefined
      asked.shift()
      ask()
      return current.value
    },
    close: async () => {
      for (const item of asked) await item.catch(() => undefined)
      await items.return(undefined)
    },
  }
}

/**
 * All batches of a body that is judged or stored in one transaction.
 * @throws Problem atomic-too-large, or body-too-large for a dry run, whose sender chose no mode
 */
export async function boundedBatches(request: SubmissionRequest, opened: Opened, purpose: 'atomic' | 'dry-run'): Promise<Prepared[][]> {
  const tooLarge = (what: string) =>
    purpose === 'atomic'
      ? new Problem('atomic-too-large', { zh: `本批 ${what}`, en: `The submission has ${what}` }, { value: what })
      : new Problem(
          'body-too-large',
          {
            zh: `试报（dryRun=true）最多 10,000 条或 16 MiB，本批 ${what}`,
            en: `A dry run takes at most 10,000 records or 16 MiB; this one has ${what}`,
          },
          {
            value: what,
            allowed: '≤ 10,000 条且 ≤ 16 MiB',
            hint: {
              zh: '拆成多个批次试报；整份文件可用 npx huijiao validate 离线校验，或直接报送',
              en: 'Split it into several dry runs; npx huijiao validate judges a whole file offline, and a push takes it whole',
            },
          },
        )
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
