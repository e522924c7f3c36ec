import type { Calendar } from './days.ts'

/** First day on which a business system of the sample sends anything: three quarters before day 0. */
export const firstDay = -270

/** Everything was sent by the evening of this day. */
export const lastDay = -1

/**
 * The day a business system sends what happened on `eventDay`: at the end of the month, or in its middle when `midMonth`, after the
 * submitter's own lag. What is older than the sample's history goes out with the first batch.
 */
export function sendingDay(calendar: Calendar, eventDay: number, lagDays: number, midMonth: boolean): number {
  const ready = Math.max(eventDay + lagDays, firstDay + 1)
  const end = calendar.monthEnd(ready)
  const middle = end - 15
  return Math.min(lastDay, midMonth && ready <= middle ? middle : end)
}
