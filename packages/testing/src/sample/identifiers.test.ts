import { describe, expect, it } from 'vitest'
import { birthOf, creditCode, organisationCode, organisationOf, residentId } from './identifiers.ts'

describe('identifiers of the sample', () => {
  it('give the check characters of the examples in the standards', () => {
    expect(organisationCode('D2143569')).toBe('D2143569X') // GB 11714
    expect(creditCode('350100', 'M000100Y4')).toBe('91350100M000100Y43') // GB 32100
    expect(residentId('110105', '19491231', 2)).toBe('11010519491231002X') // GB 11643
  })

  it('never repeat within the ranges the sample uses', () => {
    const organisations = new Set(Array.from({ length: 2_000 }, (_, serial) => organisationOf(serial)))
    const births = new Set(Array.from({ length: 3_000 }, (_, serial) => birthOf(serial)))
    expect(organisations.size).toBe(2_000)
    expect(births.size).toBe(3_000)
    expect([...births].every((birth) => birth.startsWith('189'))).toBe(true)
  })
})
