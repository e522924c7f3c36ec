import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { catalogue, Problem, type ProblemCode, type ProblemKind, recordProblem } from './index.ts'

const rows = Object.entries(catalogue) as [ProblemCode, ProblemKind][]
const root = join(import.meta.dirname, '../../..')

describe('the catalogue of problems', () => {
  it('names every problem in words that can stand in an address', () => {
    expect(rows.length).toBeGreaterThan(50)
    expect(rows.filter(([code]) => !/^[a-z]+(-[a-z0-9]+)*$/.test(code)).map(([code]) => code)).toEqual([])
  })

  it('says what happened and what to do, in Chinese and in English', () => {
    const chinese = /\p{Script=Han}/u
    const wrong = rows.filter(
      ([, { title, hint }]) =>
        !chinese.test(title.zh) || !chinese.test(hint.zh) || chinese.test(title.en + hint.en) || !title.en || !hint.en,
    )
    expect(wrong.map(([code]) => code)).toEqual([])
  })

  it('gives problems of a whole request the status of an error', () => {
    const statuses = rows.flatMap(([, { status }]) => status ?? [])
    expect(statuses.filter((status) => status < 400 || status > 599)).toEqual([])
  })

  it('has no problem that nothing ever reports', () => {
    const exclude = (name: string) => name === 'node_modules' || name.endsWith('.test.ts')
    const files = globSync('{packages,services}/*/{src,data}/**/*.{ts,json}', { cwd: root, exclude }).filter(
      (file) => !file.startsWith('packages/problem/'), // where every code is named and taught, and none is reported
    )
    const text = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n')
    expect(rows.map(([code]) => code).filter((code) => !new RegExp(`['"]${code}['"]`).test(text))).toEqual([])
  })
})

describe('a problem', () => {
  it('of a whole request carries status, both languages and the trace, never its cause', () => {
    const problem = new Problem('digest-mismatch', { zh: '甲', en: 'A' }, { cause: new Error('secret'), pointer: '/records/0' })
    const document = problem.toDocument('t-1')
    expect(document).toMatchObject({
      type: '/problems/digest-mismatch',
      code: 'digest-mismatch',
      status: 400,
      pointer: '/records/0',
      detail: '甲',
      traceId: 't-1',
      en: { detail: 'A' },
    })
    expect(JSON.stringify(document)).not.toContain('secret')
  })

  it('of a record has its members in one order, and takes the hint of the catalogue unless it is given a better one', () => {
    const parts = {
      fix: [],
      value: 'x',
      pointer: '/data/F',
      record: 3,
      detail: { zh: '甲', en: 'A' },
      field: '字段',
      basis: 'b',
      rule: 'r',
      allowed: 'a',
    }
    const plain = recordProblem('field-missing', parts)
    expect(Object.keys(plain).join()).toBe(
      'type,code,rule,basis,severity,record,pointer,field,value,allowed,title,detail,hint,fix,retryable,en',
    )
    expect([plain.severity, plain.hint, plain.en.hint]).toEqual([
      'error',
      catalogue['field-missing'].hint.zh,
      catalogue['field-missing'].hint.en,
    ])
    expect(recordProblem('field-missing', { ...parts, hint: { zh: '乙', en: 'B' }, severity: 'doubt' })).toMatchObject({
      hint: '乙',
      severity: 'doubt',
      en: { hint: 'B' },
    })
  })
})
