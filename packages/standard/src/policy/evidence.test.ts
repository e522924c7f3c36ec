import { describe, expect, it } from 'vitest'
import { knownMediaTypes } from '../record/media-type.ts'
import { attachmentTravel, attachmentTypes, numberIssuer } from './evidence.ts'
import { defaultPolicy, parsePolicy } from './policy.ts'

const { attachments: _attachments, numbers: _numbers, ...silent } = defaultPolicy.document
const withTravel = (travel: object[]) =>
  parsePolicy({ ...silent, attachments: { types: [{ mediaType: 'application/pdf', basis: 'x' }], travel } })

describe('the policy of evidence and numbers', () => {
  it('by default lets digests go up and no bytes, and lets cities give numbers', () => {
    expect(attachmentTravel(defaultPolicy, 'TBProjectInfo', 'provincial')).toBe('digest')
    expect(attachmentTypes(defaultPolicy)).toContain('application/ofd')
    expect(['county', 'municipal', 'provincial', 'national'].map((tier) => numberIssuer(defaultPolicy, 'TBProjectInfo', tier))).toEqual([
      'above',
      'this',
      'sender',
      'sender',
    ])
    expect(numberIssuer(defaultPolicy, 'TBUnitProjectInfo', 'municipal')).toBe('sender')
  })

  it('may be silent: then what is known is taken, digests go up, and the sender gives numbers', () => {
    const policy = parsePolicy(silent)
    expect(attachmentTypes(policy)).toEqual(knownMediaTypes)
    expect(attachmentTravel(policy, 'TBProjectInfo', 'national')).toBe('digest')
    expect(numberIssuer(policy, 'TBProjectInfo', 'municipal')).toBe('sender')
  })

  it('is decided by the first rule that names the entity', () => {
    const policy = withTravel([
      { entities: ['*conduct'], tiers: { provincial: 'none' }, basis: 'x' },
      { entities: ['*'], tiers: { provincial: 'bytes' }, basis: 'x' },
    ])
    expect(attachmentTravel(policy, 'TBCorpBadCreditInfo', 'provincial')).toBe('none')
    expect(attachmentTravel(policy, 'TBProjectInfo', 'provincial')).toBe('bytes')
    expect(attachmentTravel(policy, 'TBProjectInfo', 'national')).toBe('digest')
  })

  it('is refused with unknown tables, ways and media types', () => {
    expect(() => withTravel([{ entities: ['TBNone'], tiers: {}, basis: 'x' }])).toThrow('no such entity: TBNone')
    expect(() => withTravel([{ entities: ['*'], tiers: { provincial: 'all' }, basis: 'x' }])).toThrow('not well formed')
    expect(() => withTravel([{ entities: ['*'], tiers: { provincial: 'bytes' } }])).toThrow('not well formed')
    expect(() => parsePolicy({ ...silent, attachments: { types: [{ mediaType: 'text/html', basis: 'x' }], travel: [] } })).toThrow(
      'not well formed',
    )
    expect(() => parsePolicy({ ...silent, numbers: { issuers: [{ entities: ['TBNone'], tiers: {}, basis: 'x' }] } })).toThrow('TBNone')
  })
})
