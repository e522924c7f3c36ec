import { creditCodeCheck, isCompanyCode, isInstant, organisationCodeCheck } from '../check-digits.ts'
import type { Dictionary, Field } from '../model.ts'
import { regionIndex } from '../regions.ts'

/**
 * Values that may have been meant, likeliest first; the caller offers the first one that the field accepts. Nothing here guesses content:
 * each candidate is another way to write what was sent, but for a check character, which follows from the characters before it.
 */
export function candidates(field: Field, text: string, dictionary: Dictionary | undefined): string[] {
  const plain = text.normalize('NFKC').trim()
  switch (field.kind) {
    case 'code':
      return codeCandidates(plain, text, dictionary)
    case 'region':
      return regionCandidates(plain)
    case 'decimal':
      return decimalCandidates(plain, field)
    case 'date':
      return dateCandidates(plain)
    case 'instant':
      return instantCandidates(plain)
    default:
      if (field.check?.startsWith('company-code')) return companyCodeCandidates(plain)
      return field.check === 'project-number' ? [plain, plain.replace(/\s/g, '')] : [text.trim()]
  }
}

function codeCandidates(plain: string, sent: string, dictionary: Dictionary | undefined): string[] {
  const codes = [...(dictionary?.codes.values() ?? [])]
  const sameNumber = /^\d+$/.test(plain) ? codes.filter(({ code }) => /^\d+$/.test(code) && Number(code) === Number(plain)) : []
  const sameName = codes.filter(({ nameZh }) => nameZh === sent.trim())
  return [plain, plain.toUpperCase(), ...[sameNumber, sameName].filter((list) => list.length === 1).map((list) => list[0]!.code)]
}

function regionCandidates(plain: string): string[] {
  const successor = regionIndex.successorOf(plain)
  return [
    plain,
    ...(successor === null ? [] : [successor]),
    ...(/^\d{2}$/.test(plain) ? [`${plain}0000`] : []),
    ...(/^\d{4}$/.test(plain) ? [`${plain}00`] : []),
    ...(/^\d{6}0+$/.test(plain) ? [plain.slice(0, 6)] : []),
  ]
}

function decimalCandidates(plain: string, field: Field): string[] {
  const bare = plain.replace(/[,\s]/g, '').replace(/^\+/, '')
  const unitless = field.unit === '万元' ? bare.replace(/万元?$/, '') : field.unit === '元' ? bare.replace(/元$/, '') : bare
  const point = expandExponent(unitless)
    .replace(/^(-?)\./, '$10.')
    .replace(/\.$/, '')
  const trimmed = point.replace(/^(-?)0+(?=\d)/, '$1')
  return [bare, unitless, point, trimmed, trimmed.includes('.') ? trimmed.replace(/\.?0+$/, '') : trimmed]
}

/** `1.86005e4` → `18600.5`, by moving the point in the text, never through a double. */
function expandExponent(text: string): string {
  const match = /^(-?)(\d*)\.?(\d*)[eE]([+-]?\d{1,2})$/.exec(text)
  if (match === null) return text
  const [, sign, whole, fraction, exponent] = match
  const digits = `${whole}${fraction}`
  const point = whole!.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return point >= digits.length
    ? `${sign}${digits}${'0'.repeat(point - digits.length)}`
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

const dateForms = [/^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/, /^(\d{4})(\d{2})(\d{2})$/, /^(\d{4})年(\d{1,2})月(\d{1,2})日$/]

function writtenDate(text: string): string | null {
  for (const form of dateForms) {
    const match = form.exec(text)
    if (match !== null) return `${match[1]}-${match[2]!.padStart(2, '0')}-${match[3]!.padStart(2, '0')}`
  }
  return null
}

const shanghaiDay = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit' })

function dateCandidates(plain: string): string[] {
  const [day, time] = splitTime(plain)
  const date = writtenDate(day)
  if (time === null) return date === null ? [] : [date]
  // An instant in a date field means the day it has in the rules' time zone.
  if (isInstant(plain) && plain.includes('T')) return [shanghaiDay.format(new Date(plain))]
  return date === null ? [] : [date]
}

function instantCandidates(plain: string): string[] {
  const [day, time] = splitTime(plain)
  const date = writtenDate(day)
  if (date === null) return []
  if (time === null) return [`${date}T00:00:00+08:00`]
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/.exec(time)
  if (match === null) return []
  const offset = (match[5] ?? '+08:00').replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')
  return [`${date}T${match[1]!.padStart(2, '0')}:${match[2]}:${match[3] ?? '00'}${match[4] ?? ''}${offset}`]
}

function splitTime(text: string): [string, string | null] {
  const match = /^(\S+?)(?:[T\s]+)(\d{1,2}:.*)$/.exec(text)
  return match === null ? [text, null] : [match[1]!, match[2]!]
}

/** Letters that GB 32100 leaves out because they are mistaken for digits. */
const lookAlike: Readonly<Record<string, string>> = { O: '0', I: '1', S: '5', Z: '2', V: 'U' }

function companyCodeCandidates(plain: string): string[] {
  const upper = plain.toUpperCase().replace(/\s/g, '')
  const unhyphened = upper.replace(/[-－—–]/g, '')
  const digitised = unhyphened.length === 18 ? unhyphened.replace(/[OISZV]/g, (letter) => lookAlike[letter]!) : unhyphened
  return [upper, unhyphened, digitised, ...transposed(digitised), ...withRightCheck(digitised)]
}

/**
 * Two neighbours of the organisation code inside a credit code swapped back, when exactly one swap satisfies both check characters. One
 * check character alone would let a wrong swap pass in about four cases of ten.
 */
function transposed(code: string): string[] {
  if (code.length !== 18 || organisationCodeCheck(code.slice(8)) === code[16]) return []
  const found = new Set<string>()
  for (let i = 8; i < 16; i++) {
    const swapped = code.slice(0, i) + code[i + 1]! + code[i]! + code.slice(i + 2)
    if (isCompanyCode(swapped) && organisationCodeCheck(swapped.slice(8)) === swapped[16]) found.add(swapped)
  }
  return found.size === 1 ? [...found] : []
}

function withRightCheck(code: string): string[] {
  if (code.length === 18) {
    const check = creditCodeCheck(code)
    return check === null ? [] : [code.slice(0, 17) + check]
  }
  const check = code.length === 9 ? organisationCodeCheck(code) : null
  return check === null ? [] : [code.slice(0, 8) + check]
}
