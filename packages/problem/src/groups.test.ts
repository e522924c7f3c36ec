import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collectProblems, groupProblems, recordProblem, type ProblemDocument } from './index.ts'

const detail = { zh: '甲', en: 'A' }
const wrong = (record: number, field: string, more: Partial<Parameters<typeof recordProblem>[1]> = {}): ProblemDocument =>
  recordProblem('code-unknown', { record, pointer: `/data/${field}`, field, rule: 'field.code', value: `v${record}`, detail, ...more })

describe('groups of problems', () => {
  it('join the same code at the same field by the same rule, with the first examples and how many have a fix', () => {
    const fix = [{ op: 'replace' as const, path: '/data/A', value: 'x' }]
    const groups = groupProblems([wrong(0, 'A'), wrong(1, 'B'), ...[2, 3, 4, 5].map((record) => wrong(record, 'A', { fix }))])
    expect(groups).toEqual([
      {
        code: 'code-unknown',
        type: '/problems/code-unknown',
        severity: 'error',
        rule: 'field.code',
        field: 'A',
        pointer: '/data/A',
        title: '代码不在字典中',
        en: { title: 'The code is not in its dictionary' },
        count: 5,
        fixes: 4,
        examples: [0, 2, 3].map((record) => ({ record, pointer: '/data/A', value: `v${record}` })),
      },
      expect.objectContaining({ field: 'B', count: 1, fixes: 0 }),
    ])
  })

  it('keep severities and rules apart and put errors first, then the most frequent', () => {
    const groups = groupProblems([
      ...[1, 2, 3].map((record) => wrong(record, 'A', { severity: 'warning' })),
      wrong(4, 'A', { rule: 'other.rule' }),
      wrong(5, 'A'),
      wrong(6, 'A'),
      wrong(7, 'A', { severity: 'doubt' }),
    ])
    expect(groups.map((group) => [group.severity, group.rule, group.count])).toEqual([
      ['error', 'field.code', 2],
      ['error', 'other.rule', 1],
      ['doubt', 'field.code', 1],
      ['warning', 'field.code', 3],
    ])
  })

  it('take the positions of a list for one place', () => {
    const groups = groupProblems([0, 1, 12].map((at) => wrong(at, 'A', { pointer: `/attachments/${at}/digest` })))
    expect(groups).toMatchObject([{ pointer: '/attachments/*/digest', count: 3 }])
    expect(groups[0]!.examples[2]).toMatchObject({ pointer: '/attachments/12/digest' })
  })

  it('stay few however many field names a sender invents, and still count every problem', () => {
    const groups = collectProblems({ groupsMax: 10, examplesMax: 2 })
    for (let at = 0; at < 5000; at += 1)
      groups.add(recordProblem('field-unknown', { pointer: `/data/x${at}`, rule: 'field.unknown', detail }))
    const list = groups.list()
    expect(list).toHaveLength(11)
    expect(list.reduce((sum, group) => sum + group.count, 0)).toBe(5000)
    expect(list[0]).toMatchObject({ code: 'field-unknown', pointer: null, field: null, rule: null, count: 4990 })
  })

  it('name the position of the record where its problem does not', () => {
    const groups = collectProblems()
    const { record: _none, ...problem } = wrong(0, 'A')
    groups.add(problem, 17)
    expect(groups.list()[0]!.examples).toEqual([{ record: 17, pointer: '/data/A', value: 'v0' }])
  })

  it('lose and double nothing, whatever comes', () => {
    const one = fc.record({ record: fc.nat(50), field: fc.constantFrom('A', 'B', 'C', 'D', 'E'), rule: fc.constantFrom('r1', 'r2') })
    fc.assert(
      fc.property(fc.array(one), fc.integer({ min: 0, max: 4 }), (list, groupsMax) => {
        const problems = list.map(({ record, field, rule }) => wrong(record, field, { rule }))
        const groups = groupProblems(problems, { groupsMax, examplesMax: 2 })
        expect(groups.reduce((sum, group) => sum + group.count, 0)).toBe(problems.length)
        expect(groups.length).toBeLessThanOrEqual(groupsMax + 1)
        for (const group of groups) expect(group.examples).toHaveLength(Math.min(2, group.count))
      }),
    )
  })
})
