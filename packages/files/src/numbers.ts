/** A number as Excel keeps it (a double, perhaps with an exponent) as a plain decimal; null when it is none. */
export function plainDecimal(text: string): string | null {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) return null
  // The shortest text that means the same double: Excel writes 0.1 as 0.10000000000000001.
  const shortest = String(value)
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(shortest)
  if (match === null) return shortest === '-0' ? '0' : shortest
  const [, sign, whole, fraction = '', exponent] = match as unknown as [string, string, string, string | undefined, string]
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return point >= digits.length ? sign + digits.padEnd(point, '0') : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

const dayMs = 86_400_000

/** The serial number of a day, or of a day and time without a zone (`2026-09-01T09:30:00`), in the 1900 system; from 1900-03-01 on. */
export function dateSerial(text: string): number {
  const instant = Date.parse(`${text.length === 10 ? `${text}T00:00:00` : text}Z`)
  return (instant - Date.UTC(1899, 11, 30)) / dayMs
}

/**
 * The day and time of a serial number of Excel, without a zone. In the 1900 system day 60 is a 29 February 1900 that never was, and the
 * days before it are one off; null for it, for negative and for far future serials.
 * @see ECMA-376 Part 1, 18.17.4.1
 */
export function serialDate(serial: number, since1904: boolean): { date: string; time: string } | null {
  if (!Number.isFinite(serial) || serial < 0 || serial >= 2_958_466) return null
  const day = Math.floor(serial)
  if (!since1904 && (day === 60 || day === 0)) return null
  const epoch = since1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, day < 60 ? 31 : 30)
  // Whole seconds: a double of a day's fraction is exact to about a microsecond.
  const seconds = Math.round((serial - day) * 86_400)
  const instant = new Date(epoch + day * dayMs + seconds * 1000).toISOString()
  return { date: instant.slice(0, 10), time: instant.slice(11, 19) }
}
