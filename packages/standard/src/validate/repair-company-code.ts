import { creditCodeCheck, isCreditCode, isOrganisationCode, organisationCodeCheck, organisationCodeIn } from '../check-digits.ts'
import { regionIndex, type RegionIndex } from '../regions.ts'

/** Letters that GB 32100 leaves out because they are mistaken for digits. */
const lookAlike: Readonly<Record<string, string>> = { O: '0', I: '1', S: '5', Z: '2', V: 'U' }

/**
 * Company codes that may have been meant.
 * @param plain without spaces, in half-width
 * @param linked the credit code of the same company in another field of the record, if there is one
 * @param regions divisions as the release of the record has them
 */
export function companyCodeCandidates(plain: string, linked: string | null, regions: RegionIndex = regionIndex): string[] {
  const upper = plain.toUpperCase().replace(/\s/g, '')
  const unhyphened = upper.replace(/[-－—–_.]/g, '')
  const digitised = unhyphened.length === 18 ? unhyphened.replace(/[OISZV]/g, (letter) => lookAlike[letter]!) : unhyphened
  return [upper, unhyphened, ...withZeros(unhyphened), digitised, ...fromLinked(unhyphened, linked), ...onlyPlausible(digitised, regions)]
}

/** An organisation code of digits that lost the zeros in front. */
export function withZeros(code: string): string[] {
  const padded = code.padStart(9, '0')
  return /^[1-9]\d{6,7}$/.test(code) && isOrganisationCode(padded) ? [padded] : []
}

/** Cut to fit a column, or mistyped beside the credit code that contains it. */
function fromLinked(code: string, linked: string | null): string[] {
  if (linked === null || !isCreditCode(linked)) return []
  if (code.length > 9 && code.length < 18 && linked.startsWith(code)) return [linked]
  const organisation = organisationCodeIn(linked)
  return code.length === 9 && isOrganisationCode(organisation) && oneMistake(code, organisation) ? [organisation] : []
}

/** Equal but for one character or two neighbours. */
function oneMistake(a: string, b: string): boolean {
  const differ = [...a].flatMap((character, i) => (character === b[i] ? [] : [i]))
  if (differ.length === 1) return true
  const [i, j] = differ
  return differ.length === 2 && j === i! + 1 && a[i!] === b[j] && a[j!] === b[i!]
}

/**
 * The check character computed anew, or two neighbours swapped back, when exactly one of all these is plausible. A credit code must then
 * satisfy both check characters, its own and that of the organisation code inside it, and begin like one; where that of the organisation code
 * does not hold, its own was probably right and is not computed anew.
 */
function onlyPlausible(code: string, regions: RegionIndex): string[] {
  const found = new Set<string>()
  if (code.length === 18) {
    const check = creditCodeCheck(code)
    if (check === null) return []
    for (const one of [code.slice(0, 17) + check, ...swapped(code)]) if (isCreditCode(one) && isPlausible(one, regions)) found.add(one)
  } else if (code.length === 9) {
    const check = organisationCodeCheck(code)
    if (check === null) return []
    for (const one of [code.slice(0, 8) + check, ...swapped(code)]) if (isOrganisationCode(one)) found.add(one)
  }
  return found.size === 1 ? [...found] : []
}

function swapped(code: string): string[] {
  return [...code].flatMap((character, i) =>
    i + 1 < code.length && code[i + 1] !== character ? [code.slice(0, i) + code[i + 1]! + character + code.slice(i + 2)] : [],
  )
}

/** Authority and class as GB 32100 lists them, a province, and an organisation code that holds. */
function isPlausible(creditCode: string, regions: RegionIndex): boolean {
  const organisation = organisationCodeIn(creditCode)
  return /^[1-9ANY][1-59]\d{6}/.test(creditCode) && regions.isValid(`${creditCode.slice(2, 4)}0000`) && isOrganisationCode(organisation)
}
