import { isCalendarDay, isDate } from './check-digits.ts'
import type { Entity, RecordDateRule, Release } from './model.ts'

type Data = Readonly<Record<string, unknown>>

/** The day (YYYY-MM-DD) at which a record's codes or regions are judged; null when the record has none of the dates that count. */
export type RecordDate = (data: Data) => string | null

const none: RecordDate = () => null
const shanghaiMs = 8 * 3_600_000

/**
 * Makes the function that reads the date of an entity's records, by the first of the release's `recordDates` that names the entity.
 * @param judges what is to be judged: dictionary codes or regions
 */
export function recordDateOf(release: Release, entity: Entity, judges: RecordDateRule['judges']): RecordDate {
  const rule = release.recordDates.find((r) => r.judges === judges && namesEntity(r.entities, entity))
  if (rule === undefined) return none
  const readers = rule.from
    .filter((from) => entity.fields.some((field) => field.code === from.replace('number:', '')))
    .map((from) => (from.startsWith('number:') ? numberDay(from.slice('number:'.length)) : fieldDay(from)))
  if (readers.length === 0) return none
  return (data) => {
    for (const read of readers) {
      const day = read(data)
      if (day !== null) return day
    }
    return null
  }
}

function namesEntity(list: readonly string[], entity: Entity): boolean {
  return list.includes('*') || list.includes(entity.code) || list.includes(`*${entity.group}`)
}

/** A date as it stands; an instant as its day in Asia/Shanghai. */
function fieldDay(code: string): RecordDate {
  return (data) => {
    const value = data[code]
    if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}/.test(value)) return null
    if (!value.includes('T')) return isDate(value) ? value : null
    const at = Date.parse(value)
    return Number.isNaN(at) ? null : new Date(at + shanghaiMs).toISOString().slice(0, 10)
  }
}

/** Digits 7 to 12 (yyMMdd) of a project number, or of a number that begins with one. */
function numberDay(code: string): RecordDate {
  return (data) => {
    const value = data[code]
    if (typeof value !== 'string' || !/^\d{16}(?:$|-)/.test(value)) return null
    const [year, month, day] = [2000 + Number(value.slice(6, 8)), Number(value.slice(8, 10)), Number(value.slice(10, 12))]
    return isCalendarDay(year, month, day) ? `${year}-${value.slice(8, 10)}-${value.slice(10, 12)}` : null
  }
}

/** Whether a day lies in a validity given by its first and last day. */
export function validOn(bounds: { readonly validFrom?: string; readonly validTo?: string }, day: string): 'yes' | 'not-yet' | 'no-more' {
  if (bounds.validFrom !== undefined && day < bounds.validFrom) return 'not-yet'
  return bounds.validTo !== undefined && day > bounds.validTo ? 'no-more' : 'yes'
}
