/**
 * Identifiers that are right by their check digits and yet nobody's: region digits that were never assigned in company codes, births in
 * the 1890s in identity numbers, telephone numbers that no network can dial. Written from the public standards on purpose, without
 * `@huijiao/standard`, so that the sample is a second opinion on its validators.
 */

const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2]
const creditAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const creditWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
const residentWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const residentChecks = '10X98765432'

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const weigh = (text: string, weights: readonly number[], value: (char: string) => number) =>
  sum(weights.map((weight, at) => weight * value(text.charAt(at))))

/** Organisation code (GB 11714) of eight characters 0–9 A–Z: nine characters, without the hyphen. */
export function organisationCode(body: string): string {
  const check = 11 - (weigh(body, organisationWeights, (char) => Number.parseInt(char, 36)) % 11)
  return body + (check === 10 ? 'X' : check === 11 ? '0' : String(check))
}

/** Unified social credit code (GB 32100): authority and class `91`, six region digits, organisation code, check character. */
export function creditCode(region: string, organisation: string): string {
  const body = `91${region}${organisation}`
  const check = (31 - (weigh(body, creditWeights, (char) => creditAlphabet.indexOf(char)) % 31)) % 31
  return body + creditAlphabet.charAt(check)
}

/** Resident identity number (GB 11643): six digits of a region, birth `YYYYMMDD`, three digits of which the last is odd for men. */
export function residentId(region: string, birth: string, sequence: number): string {
  const body = region + birth + String(sequence).padStart(3, '0')
  return body + residentChecks.charAt(weigh(body, residentWeights, Number) % 11)
}

/** The organisation code `MA0` + five characters of a running number: the form that new companies get, in a range of our own. */
export function organisationOf(serial: number): string {
  let rest = serial
  let text = ''
  for (let at = 0; at < 3; at += 1) {
    text = creditAlphabet.charAt(rest % creditAlphabet.length) + text
    rest = Math.floor(rest / creditAlphabet.length)
  }
  return organisationCode(`MA0XL${text}`)
}

/** Nobody alive is born in the 1890s; month and day run on so that no two numbers meet. */
export function birthOf(serial: number): string {
  const year = 1890 + (serial % 10)
  const month = 1 + (Math.floor(serial / 10) % 12)
  const day = 1 + (Math.floor(serial / 120) % 28)
  return `${year}${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}`
}

export const dashed = (eightDigits: string) => `${eightDigits.slice(0, 4)}-${eightDigits.slice(4, 6)}-${eightDigits.slice(6)}`

/** Eleven digits that begin with 000: no network dials them. */
export const mobileOf = (serial: number) => `000${String(serial).padStart(8, '0')}`
export const officePhoneOf = (serial: number) => `0000-${String(serial).padStart(7, '0')}`
