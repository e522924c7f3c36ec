/** Day 0 of the committed files and of the tests. The demo moves it to the day of its first start. */
export const fixedDayZero = '2026-09-01'

const dayMs = 86_400_000
const dayForm = /^\d{4}-\d{2}-\d{2}$/

/** The calendar of one sample city: days are whole offsets from day 0, dates are of Asia/Shanghai (no daylight saving since 1991). */
export interface Calendar {
  readonly dayZero: string
  /** `YYYY-MM-DD` of a day offset. */
  date(day: number): string
  /** RFC 3339 instant of a time of day, in the offset of Asia/Shanghai. */
  instant(day: number, time: string): string
  /** Day offset of a date. */
  dayOf(date: string): number
  /** The last day of the month in which `day` lies, as an offset. */
  monthEnd(day: number): number
}

/** @throws RangeError when `dayZero` is not a real date */
export function calendarOf(dayZero: string): Calendar {
  const zero = Date.parse(`${dayZero}T00:00:00Z`)
  if (!dayForm.test(dayZero) || Number.isNaN(zero) || new Date(zero).toISOString().slice(0, 10) !== dayZero)
    throw new RangeError(`${dayZero} is not a date`)
  const date = (day: number) => new Date(zero + day * dayMs).toISOString().slice(0, 10)
  const dayOf = (text: string) => Math.round((Date.parse(`${text}T00:00:00Z`) - zero) / dayMs)
  return {
    dayZero,
    date,
    dayOf,
    instant: (day, time) => `${date(day)}T${time}+08:00`,
    monthEnd: (day) => {
      const [year, month] = date(day).split('-').map(Number) as [number, number]
      return dayOf(new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10))
    },
  }
}

/** Today's date in Asia/Shanghai. */
export function todayInShanghai(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10)
}
