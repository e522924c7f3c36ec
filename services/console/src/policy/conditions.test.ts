import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { conditionsOf, rulesOfDecision } from './conditions.ts'
import type { PolicyShown } from './types.ts'

const policies = ['2014', '2018', '2018-js'].map(
  (release) =>
    (
      JSON.parse(readFileSync(new URL(`../../../../schemas/${release}/release.json`, import.meta.url), 'utf8')) as {
        policy: PolicyShown['document']
      }
    ).policy,
)

describe('the conditions of a rule of qualification', () => {
  it('are all said in words for the policies that come with the program', () => {
    const rules = policies.flatMap(({ qualification }) => Object.values(qualification).flat())
    expect(rules.length).toBeGreaterThan(20)
    for (const { id, when } of rules) {
      const conditions = conditionsOf(when)
      expect([id, conditions.length > 0, conditions.filter(({ kind }) => kind === 'other')]).toEqual([id, true, []])
    }
  })

  it('name values, forms, lists, and what is not there', () => {
    expect(
      conditionsOf({
        type: 'object',
        properties: {
          entity: { type: 'string', enum: ['TBCorpBadCreditInfo'] },
          data: {
            type: 'object',
            properties: { IsPublic: { const: '1' }, CreditCode: { type: 'string', pattern: '^A', not: { 'x-listed': 'TBCORPBADDIC' } } },
            required: ['CreditCode', 'CorpCode'],
            not: { properties: { PublicBDate: true }, required: ['PublicBDate', 'PublicEDate'] },
          },
        },
        required: ['entity', 'data'],
      }),
    ).toEqual([
      { kind: 'tables', values: ['TBCorpBadCreditInfo'] },
      { kind: 'field', field: 'IsPublic', is: 'one-of', values: ['1'], orAbsent: true },
      { kind: 'field', field: 'CreditCode', is: 'matches', values: ['^A'], orAbsent: false },
      { kind: 'field', field: 'CreditCode', is: 'not-listed', values: ['TBCORPBADDIC'], orAbsent: false },
      { kind: 'given', fields: ['CorpCode'] },
      { kind: 'missing', fields: ['PublicBDate', 'PublicEDate'] },
    ])
  })

  it.each([
    [{ type: 'object', anyOf: [] }],
    [{ type: 'object', properties: { state: { const: 'held' } } }], // it speaks of records without a state as well
    [{ type: 'object', properties: { entity: { pattern: '^TB' } }, required: ['entity'] }],
    [{ type: 'object', properties: { data: { type: 'object', minProperties: 3 } }, required: ['data'] }],
    [{ type: 'object', properties: { data: { properties: { A: { not: { const: 'x', pattern: 'y' } } } } }, required: ['data'] }],
    [{ type: 'object', properties: { data: { not: { properties: { A: { const: '1' } }, required: ['A'] } } }, required: ['data'] }],
  ])('are shown as they stand where there are no words for them: %j', (when) => {
    expect(conditionsOf(when).map(({ kind }) => kind)).toContain('other')
  })
})

describe('what a decision may send up', () => {
  it('is told by table and by the tier of the link', () => {
    const document = policies[0] as PolicyShown['document']
    const ids = (tiers: string[], entity: string) => rulesOfDecision(document, tiers, entity).map(({ id }) => id)
    expect(ids(['national'], 'TBCorpBadCreditInfo')).toEqual(['national.conduct-code-provincial'])
    expect(ids(['national'], 'TBProjectInfo')).toEqual([])
    expect(ids(['provincial'], 'TBCorpBadCreditInfo')).toEqual([])
    expect(ids([], 'TBCorpBadCreditInfo')).toEqual([])
  })
})
