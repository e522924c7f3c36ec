/** How many records a delivery of a link may hold: it begins with the most, and learns from what comes back. */
export const batchRecordsMin = 10
/** A receipt names the outcome of every record up to this many; beyond it the level below would no longer learn which of its records wait. */
export const batchRecordsMax = 1000
/** Records more after a delivery that went well. */
const growBy = 50
/** A delivery that takes longer than this shrinks the next ones: a lost one costs that much again. */
export const slowMs = 5000

/** What became of a delivery. */
export type Attempt =
  | { readonly kind: 'taken'; readonly records: number; readonly tookMs: number }
  /** No judgement, or one that the body is too large. */
  | { readonly kind: 'failed' }

/**
 * The size of the next deliveries: half after a failure, a quarter less after a slow one, a little more after one that filled the size and went well.
 * @param size now
 * @param most what the link's contract allows, at most {@link batchRecordsMax}
 */
export function nextBatchSize(size: number, attempt: Attempt, most = batchRecordsMax): number {
  const bounded = (records: number) => Math.max(Math.min(batchRecordsMin, most), Math.min(most, Math.floor(records)))
  if (attempt.kind === 'failed') return bounded(size / 2)
  if (attempt.tookMs > slowMs) return bounded(size * 0.75)
  // One that did not fill the size says nothing about a larger one.
  return attempt.records * 2 >= size ? bounded(size + growBy) : bounded(size)
}
