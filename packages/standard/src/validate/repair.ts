import type { Dictionary, Field, Release } from '../model.ts'
import { regionIndexOf } from '../regions.ts'
import { divideByTenThousand, multiplyByTenThousand } from '../rules/amount-rules.ts'
import { withoutStray } from '../rules/text-signs.ts'
import { companyCodeCandidates } from './repair-company-code.ts'
import { dateCandidates, instantCandidates } from './repair-date.ts'
import type { Subject } from './subject.ts'

/**
 * Values that may have been meant, likeliest first; the caller offers the first one that the field accepts. Nothing here guesses content:
 * each candidate is another way to write what was sent, but for a check character or a swapped pair, where exactly one is plausible.
 */
export function candidates({ field, release, data }: Subject, text: string): string[] {
  const plain = text.normalize('NFKC').trim()
  switch (field.kind) {
    case 'code':
      return codeCandidates(release, field, plain, text)
    case 'region':
      return regionCandidates(release, withoutStray(text, true))
    case 'decimal':
      return decimalCandidates(plain, field)
    case 'date':
      return dateCandidates(release, plain)
    case 'instant':
      return instantCandidates(release, plain)
    default:
      if (field.check?.startsWith('company-code'))
        return companyCodeCandidates(withoutStray(text, true), linkedCode(release, field, data), regionIndexOf(release))
      return field.check === 'project-number' ? [withoutStray(text, true), withoutStray(text, true).replace(/[-－—]/g, '')] : [text.trim()]
  }
}

/** What another field of the record says of the same company. */
function linkedCode(release: Release, field: Field, data: Subject['data']): string | null {
  const pair = release.rules.companyCodes.pairs.find(([code]) => code === field.code)
  const linked = pair === undefined ? undefined : data[pair[1]]
  return typeof linked === 'string' ? linked : null
}

/** The one code that a number was, before it lost the zeros in front; null when there is none or more than one. */
export function withLeadingZeros(dictionary: Dictionary | undefined, plain: string): string | null {
  if (dictionary === undefined || !/^\d+$/.test(plain)) return null
  const same = [...dictionary.codes.keys()].filter((code) => /^\d+$/.test(code) && code !== plain && Number(code) === Number(plain))
  return same.length === 1 && same[0]!.length > plain.length ? same[0]! : null
}

function codeCandidates(release: Release, field: Field, plain: string, sent: string): string[] {
  const dictionary = field.dictionary === undefined ? undefined : release.dictionaries.get(field.dictionary)
  const zeros = withLeadingZeros(dictionary, plain)
  const sameNumber = /^\d+$/.test(plain)
    ? [...(dictionary?.codes.keys() ?? [])].filter((c) => /^\d+$/.test(c) && Number(c) === Number(plain))
    : []
  const sameName = [...(dictionary?.codes.values() ?? [])].filter(
    ({ nameZh }) => nameZh === sent.trim() || nameZh.normalize('NFKC') === plain,
  )
  const mapped = release.mappings.filter((m) => m.to === field.dictionary && Object.hasOwn(m.codes, plain)).map((m) => m.codes[plain]!)
  return [
    plain,
    plain.toUpperCase(),
    ...(zeros === null ? [] : [zeros]),
    ...(sameNumber.length === 1 ? sameNumber : []),
    ...(sameName.length === 1 ? [sameName[0]!.code] : []),
    ...(new Set(mapped).size === 1 ? [mapped[0]!] : []),
  ]
}

function regionCandidates(release: Release, plain: string): string[] {
  const successor = regionIndexOf(release).successorOf(plain)
  return [
    plain,
    ...(successor === null ? [] : [successor]),
    ...(/^\d{2}$/.test(plain) ? [`${plain}0000`] : []),
    ...(/^\d{4}$/.test(plain) ? [`${plain}00`] : []),
    ...(/^\d{6}0+$/.test(plain) ? [plain.slice(0, 6)] : []),
  ]
}

const notNull = (value: string | null): value is string => value !== null

function decimalCandidates(plain: string, field: Field): string[] {
  const bare = plain.replace(/[,\s]/g, '').replace(/^\+/, '')
  const counted = field.unit === undefined ? [bare.replace(/(?:平方米|平米|m2|公里|千米|米|%)$/i, '')] : inUnit(bare, field)
  return [bare, ...counted].flatMap((text) => {
    const point = expandExponent(text)
      .replace(/^(-?)\./, '$10.')
      .replace(/\.$/, '')
    const trimmed = point.replace(/^(-?)0+(?=\d)/, '$1')
    return [text, point, trimmed, trimmed.includes('.') ? trimmed.replace(/\.?0+$/, '') : trimmed]
  })
}

/** An amount with its unit written out, in the unit of the field. */
function inUnit(text: string, field: Field): string[] {
  const match = /^([\d.]+)(亿元?|万元?|元)$/.exec(text)
  if (match === null) return []
  const [, number, unit] = match as unknown as [string, string, string]
  const sent = unit.startsWith('亿') ? 2 : unit.startsWith('万') ? 1 : 0
  const steps = sent - (field.unit === '万元' ? 1 : 0)
  if (steps === 0) return [number]
  if (steps < 0) return [divideByTenThousand(number, field.scale ?? 4)].filter(notNull)
  return [steps === 1 ? multiplyByTenThousand(number) : multiplyByTenThousand(multiplyByTenThousand(number) ?? '')].filter(notNull)
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
