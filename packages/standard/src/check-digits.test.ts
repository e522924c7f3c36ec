import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  creditCodeCheck,
  isCompanyCode,
  isCreditCode,
  isDate,
  isInstant,
  isOldPermanentResidenceCard,
  isOldResidentId,
  isOrganisationCode,
  isResidentId,
  organisationCodeCheck,
  residentIdCheck,
} from './check-digits.ts'

const creditAlphabet = [...'0123456789ABCDEFGHJKLMNPQRTUWXY']
const alphanumeric = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const digits = [...'0123456789']
const stringOf = (characters: readonly string[], length: number) =>
  fc.array(fc.constantFrom(...characters), { minLength: length, maxLength: length }).map((list) => list.join(''))

/** The text with another character at one place. */
function withError(text: string, at: number, characters: readonly string[], shift: number): string {
  const place = at % text.length
  const others = characters.filter((character) => character !== text[place])
  return text.slice(0, place) + others[shift % others.length]! + text.slice(place + 1)
}

describe('unified social credit code (GB 32100)', () => {
  it('computes the published example', () => {
    expect(creditCodeCheck('91350100M000100Y4')).toBe('3')
    expect(isCreditCode('91350100M000100Y43')).toBe(true)
  })

  it('accepts region digits that were never assigned: only the check character is judged', () => {
    expect(isCreditCode(`91370199MA00DEM14${creditCodeCheck('91370199MA00DEM14')}`)).toBe(true)
  })

  it('refuses the letters I O S V Z, lower case, and other lengths', () => {
    for (const letter of 'IOSVZ') expect(creditCodeCheck(`9135010${letter}M000100Y4`)).toBeNull()
    expect(isCreditCode('91350100m000100y43')).toBe(false)
    expect(isCreditCode('91350100M000100Y4')).toBe(false)
    expect(isCreditCode('91350100M000100Y433')).toBe(false)
  })

  it('detects any single wrong character', () => {
    fc.assert(
      fc.property(stringOf(creditAlphabet, 17), fc.nat(17), fc.nat(60), (first17, at, shift) => {
        const code = first17 + creditCodeCheck(first17)!
        return isCreditCode(code) && !isCreditCode(withError(code, at, creditAlphabet, shift))
      }),
    )
  })

  it('detects two neighbours that changed places', () => {
    fc.assert(
      fc.property(stringOf(creditAlphabet, 17), fc.nat(15), (first17, at) => {
        const swapped = first17.slice(0, at) + first17[at + 1]! + first17[at]! + first17.slice(at + 2)
        fc.pre(swapped !== first17)
        return creditCodeCheck(first17) !== creditCodeCheck(swapped)
      }),
    )
  })
})

describe('organisation code (GB 11714)', () => {
  it('computes the published example', () => {
    expect(organisationCodeCheck('D2143569')).toBe('X')
    expect(isOrganisationCode('D2143569X')).toBe(true)
    expect(isOrganisationCode('D2143569-X')).toBe(true)
  })

  it('refuses another check character, and a hyphen in another place', () => {
    expect(isOrganisationCode('D21435690')).toBe(false)
    expect(isOrganisationCode('D214356-9X')).toBe(false)
    expect(isCompanyCode('D2143569-X')).toBe(true)
    expect(isCompanyCode('91350100M000100Y4')).toBe(false)
  })

  it('detects any wrong check character', () => {
    fc.assert(
      fc.property(stringOf(alphanumeric, 8), fc.nat(60), (body, shift) => {
        const code = body + organisationCodeCheck(body)!
        return isOrganisationCode(code) && !isOrganisationCode(withError(code, 8, [...'0123456789X'], shift))
      }),
    )
  })
})

describe('resident identity number (GB 11643)', () => {
  it('computes the published example', () => {
    expect(residentIdCheck('11010519491231002')).toBe('X')
    expect(isResidentId('11010519491231002X')).toBe(true)
  })

  it('refuses a lower-case x, a day that never was, and another length', () => {
    expect(isResidentId('11010519491231002x')).toBe(false)
    const noDay = '11010519490231002'
    expect(isResidentId(noDay + residentIdCheck(noDay)!)).toBe(false)
    expect(isResidentId('11010519491231002')).toBe(false)
  })

  it('accepts residence permits 81, 82, 83 and births in the 1890s', () => {
    for (const first17 of ['81000019900101001', '82000019900101001', '83000019900101001', '37010218900101001']) {
      expect(isResidentId(first17 + residentIdCheck(first17)!)).toBe(true)
    }
  })

  it('accepts 15-digit numbers with a real birth date as old ones, and the older permanent-residence card', () => {
    expect(isOldResidentId('110105491231002')).toBe(true)
    expect(isOldResidentId('110105491331002')).toBe(false)
    expect(isOldPermanentResidenceCard('CHN110000000001')).toBe(true)
    expect(isOldPermanentResidenceCard('110105491231002')).toBe(false)
  })

  it('detects any single wrong digit', () => {
    const birth = fc
      .date({ min: new Date('1850-01-01'), max: new Date('2020-12-31'), noInvalidDate: true })
      .map((d) => d.toISOString().slice(0, 10).replaceAll('-', ''))
    fc.assert(
      fc.property(
        fc.integer({ min: 110000, max: 659999 }),
        birth,
        fc.integer({ min: 100, max: 999 }),
        fc.nat(16),
        fc.nat(60),
        (region, day, serial, at, shift) => {
          const body = `${region}${day}${serial}`
          const id = body + residentIdCheck(body)!
          return isResidentId(id) && !isResidentId(withError(id, at, digits, shift))
        },
      ),
    )
  })
})

describe('dates', () => {
  it('agrees with the calendar', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 2999 }),
        fc.integer({ min: 0, max: 14 }),
        fc.integer({ min: 0, max: 33 }),
        (year, month, day) => {
          const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
          const instant = new Date(`${text}T00:00:00Z`)
          const real = !Number.isNaN(instant.getTime()) && instant.toISOString().slice(0, 10) === text
          return isDate(text) === real
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('knows leap years and refuses other ways to write a day', () => {
    expect(['2024-02-29', '2000-02-29'].every(isDate)).toBe(true)
    expect(['2023-02-29', '1900-02-29', '2024-2-29', '2024/02/29', '20240229', ' 2024-02-29'].some(isDate)).toBe(false)
  })

  it('asks of an instant a real day, a real time and an offset', () => {
    expect(['2026-09-01T09:30:00+08:00', '2026-09-01T01:30:00Z', '2026-09-01T01:30:00.123Z'].every(isInstant)).toBe(true)
    expect(
      [
        '2026-09-01T09:30:00',
        '2026-02-30T09:30:00Z',
        '2026-09-01T24:00:00Z',
        '2026-09-01 09:30:00Z',
        '2026-09-01',
        '2026-09-01T09:30:00+25:00',
      ].some(isInstant),
    ).toBe(false)
  })
})
