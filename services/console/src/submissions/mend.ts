import type { ProblemDocument } from '@huijiao/problem/browser'
import type { Release } from '@huijiao/standard/browser'
import { type Data, fieldOf, isError, judge, mended } from '../entry/judge.ts'
import type { DryRun, RecordOutcome, SentRecord } from './model.ts'

/** A refused record under the person's hands. */
export interface MendRow {
  readonly index: number
  readonly record: SentRecord
  readonly data: Data
  /** What only the node can find (grants, other records), as it said it; gone for a field as soon as that is changed. */
  readonly fromNode: readonly ProblemDocument[]
  readonly place?: ProblemDocument['place']
}

const keyOf = (problem: ProblemDocument): string => `${problem.code} ${problem.pointer ?? ''}`

/** The refused records of a dry run, with what the page cannot find by itself. */
export function rowsOf(release: Release, answer: Pick<DryRun, 'records' | 'asRead'>): MendRow[] {
  const outcomes = new Map<number, RecordOutcome>(answer.records.map((one) => [one.index, one]))
  return (answer.asRead ?? []).map(({ index, record }) => {
    const problems = outcomes.get(index)?.problems ?? []
    const data = (record.data ?? {}) as Data
    const entity = release.entities.get(record.entity)
    const own = new Set(entity === undefined ? [] : judge(release, entity, data).map(keyOf))
    const place = problems.find((problem) => problem.place !== undefined)?.place
    return {
      index,
      record,
      data,
      fromNode: problems.filter((problem) => !own.has(keyOf(problem))),
      ...(place === undefined ? {} : { place }),
    }
  })
}

/** Everything that is wrong with a row as it stands now. */
export function problemsOf(release: Release, row: MendRow): ProblemDocument[] {
  const entity = release.entities.get(row.record.entity)
  const here = entity === undefined ? [] : judge(release, entity, row.data)
  const known = new Set(here.map(keyOf))
  const before = (row.record.data ?? {}) as Data
  const still = row.fromNode.filter((problem) => {
    const field = fieldOf(problem)
    return !known.has(keyOf(problem)) && (field === null || row.data[field] === before[field])
  })
  return [...here, ...still]
}

export const isReady = (release: Release, row: MendRow): boolean => !problemsOf(release, row).some(isError)

/** Takes every offered fix of a row, the node's too, again and again, because one may uncover the next. */
export function mendRow(release: Release, row: MendRow): MendRow {
  let now = row
  for (let step = 0; step < 60; step += 1) {
    const fix = problemsOf(release, now).find((problem) => isError(problem) && (problem.fix?.length ?? 0) > 0)?.fix
    if (fix === undefined) break
    const data = mended(now.data, fix)
    // A fix that changes nothing would be offered for ever.
    if (JSON.stringify(data) === JSON.stringify(now.data)) break
    now = { ...now, data }
  }
  return now
}

/** The record to be sent: as it was read, with its data as it is now. */
export const mendedRecord = ({ record, data }: MendRow): SentRecord => ({ ...record, data })
