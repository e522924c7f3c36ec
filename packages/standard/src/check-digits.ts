const creditAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const creditWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2]
const residentWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const residentChecks = '10X98765432'

const creditValue = valueTable(creditAlphabet)
const alphanumericValue = valueTable('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ')

/** Character code → its value, -1 for characters outside the alphabet. */
function valueTable(alphabet: string): Int8Array {
  const table = new Int8Array(128).fill(-1)
  for (let i = 0; i < alphabet.length; i++) table[alphabet.charCodeAt(i)] = i
  return table
}

function weighted(text: string, weights: readonly number[], values: Int8Array): number {
  let sum = 0
  for (let i = 0; i < weights.length; i++) {
    const code = text.charCodeAt(i)
    const value = code < 128 ? values[code]! : -1
    if (value < 0) return -1
    sum += value * weights[i]!
  }
  return sum
}

/**
 * The check character of a unified social credit code.
 * @param first17 the first 17 characters (more are ignored)
 * @returns one character, or null when a character is outside the alphabet (no I O S V Z)
 * @see GB 32100-2015
 */
export function creditCodeCheck(first17: string): string | null {
  const sum = weighted(first17, creditWeights, creditValue)
  return sum < 0 ? null : creditAlphabet[(31 - (sum % 31)) % 31]!
}

/**
 * The check character of an organisation code.
 * @param first8 eight characters 0-9 A-Z (more are ignored)
 * @see GB 11714
 */
export function organisationCodeCheck(first8: string): string | null {
  const sum = weighted(first8, organisationWeights, alphanumericValue)
  if (sum < 0) return null
  const check = 11 - (sum % 11)
  return check === 10 ? 'X' : check === 11 ? '0' : String(check)
}

/**
 * The check character of a resident identity number.
 * @param first17 17 digits (more are ignored)
 * @see GB 11643
 */
export function residentIdCheck(first17: string): string | null {
  const sum = weighted(first17, residentWeights, alphanumericValue)
  return sum < 0 || !/^\d{17}/.test(first17) ? null : residentChecks[sum % 11]!
}

/** 18 characters with the right check character. The region digits are not judged: codes with unassigned regions are in use. */
export function isCreditCode(text: string): boolean {
  return text.length === 18 && creditCodeCheck(text) === text[17]
}

/**
 * The organisation code inside a credit code: characters 9 to 17, without a hyphen. The credit code itself is kept whole beside it.
 * @param creditCode 18 characters (not judged)
 * @see GB 32100-2015
 */
export function organisationCodeIn(creditCode: string): string {
  return creditCode.slice(8, 17)
}

const certificateWeights = [7, 9, 5, 1, 4, 2, 6, 8]

/**
 * The check digit of a construction company's qualification certificate: level 1, province 2, serial 5 (RULES.md 1.5; seen in one provincial
 * system, and older numbers fail it).
 * @param first8 the eight digits after `D` or `DW` (more are ignored)
 * @returns one digit, or null when they are no digits
 */
export function certificateCheck(first8: string): string | null {
  const sum = weighted(first8, certificateWeights, alphanumericValue)
  return sum < 0 || !/^\d{8}/.test(first8) ? null : String(sum % 10)
}

/** 9 characters, or 10 with a hyphen before the check character. */
export function isOrganisationCode(text: string): boolean {
  const plain = text.length === 10 && text[8] === '-' ? text.slice(0, 8) + text[9]! : text
  return plain.length === 9 && organisationCodeCheck(plain) === plain[8]
}

export function isCompanyCode(text: string): boolean {
  return text.length === 18 ? isCreditCode(text) : isOrganisationCode(text)
}

/**
 * An 18-character resident identity number: real birth date, right check character. Residence permits of Hong Kong, Macao and Taiwan
 * residents (81, 82, 83) and the permanent-residence card of 18 digits have the same form. The region is not judged: it may be long gone.
 */
export function isResidentId(text: string): boolean {
  if (text.length !== 18 || residentIdCheck(text) !== text[17] || text[0] === '0') return false
  const year = Number(text.slice(6, 10))
  return year >= 1800 && isCalendarDay(year, Number(text.slice(10, 12)), Number(text.slice(12, 14)))
}

/** A 15-digit number of the first generation: region 6, birth date yyMMdd, sequence 3, no check digit. */
export function isOldResidentId(text: string): boolean {
  return /^[1-9]\d{14}$/.test(text) && isCalendarDay(1900 + Number(text.slice(6, 8)), Number(text.slice(8, 10)), Number(text.slice(10, 12)))
}

/** The 15-character permanent-residence card of older issue: three letters, twelve digits. */
export function isOldPermanentResidenceCard(text: string): boolean {
  return /^[A-Z]{3}\d{12}$/.test(text)
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

export function isCalendarDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return day <= monthDays[month - 1]! + (leap ? 1 : 0)
}

/** A real day written `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (text.length !== 10 || text[4] !== '-' || text[7] !== '-') return false
  const year = digits(text, 0, 4)
  return year >= 0 && isCalendarDay(year, digits(text, 5, 7), digits(text, 8, 10))
}

/** An instant of RFC 3339 with an offset: `2026-09-01T09:30:00+08:00`, fractions of a second allowed, leap seconds not. */
export function isInstant(text: string): boolean {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|[+-](\d{2}):(\d{2}))$/.exec(text)
  if (match === null || !isDate(match[1]!)) return false
  return Number(match[2]) < 24 && Number(match[3]) < 60 && Number(match[4]) < 60 && Number(match[5] ?? 0) < 24 && Number(match[6] ?? 0) < 60
}

function digits(text: string, from: number, to: number): number {
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}
