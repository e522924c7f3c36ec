import { isDate, isInstant } from '../check-digits.ts'
import type { Release } from '../model.ts'
import { shanghaiDay } from '../rules/date-rules.ts'

const dateForms = [/^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/, /^(\d{4})(\d{2})(\d{2})$/, /^(\d{4})年(\d{1,2})月(\d{1,2})[日号]$/]

/** A date in any of the usual ways to write one, as `YYYY-MM-DD`; it need not be a real day. */
export function writtenDate(text: string): string | null {
  for (const form of dateForms) {
    const match = form.exec(text)
    if (match !== null) return `${match[1]}-${match[2]!.padStart(2, '0')}-${match[3]!.padStart(2, '0')}`
  }
  return null
}

const dayMs = 86_400_000
/** Day 0 of a spreadsheet that counts from 1900, with its leap day that never was. */
const serialZero = Date.UTC(1899, 11, 30)

/**
 * The day of a serial number as spreadsheets count days from 1900, with the time of day as a fraction.
 * @returns null when the release does not take the number for a date
 */
export function serialDate(release: Release, text: string): { day: string; time: string } | null {
  const match = /^(\d{5})(?:\.(\d{1,10}))?$/.exec(text)
  if (match === null) return null
  const { dateFrom, dateTo } = release.rules.spreadsheet
  const serial = Number(match[1])
  if (serial < dateFrom || serial > dateTo) return null
  const seconds = Math.min(86_399, Math.round(Number(`0.${match[2] ?? '0'}`) * 86_400))
  const at = new Date(serialZero + serial * dayMs + seconds * 1000).toISOString()
  return { day: at.slice(0, 10), time: at.slice(11, 19) }
}

export function dateCandidates(release: Release, plain: string): string[] {
  const serial = serialDate(release, plain)
  if (serial !== null) return [serial.day]
  const [day, time] = splitTime(plain)
  const date = writtenDate(day)
  // An instant in a date field means the day it has in the rules' time zone.
  if (time !== null && isInstant(plain) && plain.includes('T')) return [shanghaiDay(new Date(plain))]
  return date === null ? [] : [date]
}

export function instantCandidates(release: Release, plain: string): string[] {
  const serial = serialDate(release, plain)
  if (serial !== null) return [`${serial.day}T${serial.time}+08:00`]
  const [day, time] = splitTime(plain)
  const date = writtenDate(day)
  if (date === null) return []
  if (time === null) return [`${date}T00:00:00+08:00`]
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/.exec(time)
  if (match === null) return []
  const offset = (match[5] ?? '+08:00').replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')
  return [`${date}T${match[1]!.padStart(2, '0')}:${match[2]}:${match[3] ?? '00'}${match[4] ?? ''}${offset}`]
}

/** A day that is written as one and is none, such as `2018-06-31`; null for everything else. */
export function unrealDay(text: string): string | null {
  const date = writtenDate(splitTime(text.normalize('NFKC').trim())[0])
  return date === null || isDate(date) ? null : date
}

function splitTime(text: string): [string, string | null] {
  const match = /^(\S+?)(?:[T\s]+)(\d{1,2}:.*)$/.exec(text)
  return match === null ? [text, null] : [match[1]!, match[2]!]
}
