import { describe, expect, it } from 'vitest'
import { teachingBasisEn } from './basis.ts'
import { catalogue, nodeRules, Problem, type ProblemCode, recordProblem, teachings } from '../index.ts'

const codes = Object.keys(catalogue) as ProblemCode[]

describe('what is taught about the codes', () => {
  it('covers every code, and no code that does not exist', () => {
    expect(codes.filter((code) => teachings[code] === undefined)).toEqual([])
    expect(Object.keys(teachings).filter((code) => !Object.hasOwn(catalogue, code))).toEqual([])
  })

  it('is said in Chinese and in English', () => {
    const chinese = /\p{Script=Han}/u
    const wrong = Object.entries(teachings).filter(
      ([, { what, why }]) =>
        !chinese.test(what.zh) ||
        !chinese.test(why.zh) ||
        chinese.test(what.en.replaceAll(/[无测试]/g, '') + why.en) ||
        !what.en ||
        !why.en,
    )
    expect(wrong.map(([code]) => code)).toEqual([])
  })

  it('gives a basis with Chinese words its English, and keeps no English of a text that is gone', () => {
    const bases = new Set(Object.values(teachings).flatMap(({ basis }) => basis ?? []))
    const wordy = [...bases].filter(
      (basis) => /[\u4e00-\u9fff；、]/.test(basis) && !/^建市函〔2007〕337号$|^渝建〔2018〕213号$/.test(basis),
    )
    expect(wordy.toSorted()).toEqual(Object.keys(teachingBasisEn).toSorted())
  })

  it('gives every rule of the node’s own a basis', () => {
    expect(nodeRules.size).toBeGreaterThan(30)
    for (const rule of nodeRules.values()) expect([rule.id, rule.basis]).toEqual([rule.id, expect.stringMatching(/.+/)])
  })
})

describe('a problem', () => {
  it('of a whole request names its rule, its basis, what is allowed and how grave it is', () => {
    const problem = new Problem('encoding-unsupported', { zh: '甲', en: 'A' }, { value: 'br' }).toDocument()
    expect(problem).toMatchObject({
      rule: 'http.content-coding',
      basis: 'RFC 9110 §8.4',
      severity: 'error',
      pointer: '',
      value: 'br',
      allowed: 'identity；gzip；zstd',
    })
    expect(new Problem('standard-unknown', { zh: '甲', en: 'A' }, { allowed: '2014' }).toDocument().allowed).toBe('2014')
  })

  it('of a record takes rule and basis of its code where its place names none, and never mixes two', () => {
    const detail = { zh: '甲', en: 'A' }
    expect(recordProblem('record-too-large', { detail })).toMatchObject({ rule: 'record.size', allowed: '≤ 1 MiB', pointer: '' })
    const other = recordProblem('record-too-large', { detail, rule: 'another.rule' })
    expect([other.rule, other.basis]).toEqual(['another.rule', undefined])
  })
})
