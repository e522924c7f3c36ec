import { collectProblems, type GroupCounter, type ProblemCode, recordProblem } from '@huijiao/problem'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePage, type RecordOutcome } from './prepared.ts'
import { scanPage } from './problem-scan.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('{"type":"/problems/x",', ',"fix":[{', '"}]}', '\n', '\\'),
)
const problem = fc
  .record({
    code: fc.constantFrom<ProblemCode>('code-unknown', 'date-invalid', 'field-unknown'),
    pointer: fc.oneof(
      fc.constantFrom('/data/A', '/data/B', '/attachments/0/digest', ''),
      text.map((name) => `/data/${name}`),
    ),
    rule: fc.option(fc.constantFrom('a.b', 'c.d'), { nil: undefined }),
    severity: fc.constantFrom('error', 'doubt', 'warning'),
    record: fc.option(fc.nat(5), { nil: undefined }),
    value: text,
    fix: fc.boolean(),
    words: text,
  })
  .map(({ code, pointer, rule, severity, record, value, fix, words }) =>
    recordProblem(code, {
      pointer,
      severity: severity as 'error',
      value,
      detail: { zh: words, en: words },
      ...(rule === undefined ? {} : { rule }),
      ...(record === undefined ? {} : { record }),
      ...(fix ? { fix: [{ op: 'replace' as const, path: pointer, value }] } : {}),
    }),
  )
const outcomes = fc.array(fc.record({ sourceId: text, problems: fc.option(fc.array(problem, { maxLength: 4 }), { nil: undefined }) }), {
  maxLength: 30,
})

describe('problems counted without being parsed', () => {
  it('are the same groups as of the parsed ones, whatever their texts hold, over several pages', () => {
    fc.assert(
      fc.property(fc.array(outcomes, { maxLength: 3 }), (pages) => {
        const [scanned, parsed] = [collectProblems(), collectProblems()]
        const known = new Map<string, GroupCounter>()
        let [records, expected, index] = [0, 0, 0]
        for (const page of pages) {
          const rows = page.map(({ sourceId, problems }): RecordOutcome => ({
            index: index++,
            entity: 'E',
            sourceId,
            outcome: 'refused',
            ...(problems === undefined ? {} : { problems }),
          }))
          const bytes = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
          records += scanPage(bytes, scanned, known)
          for (const row of parsePage(bytes)) {
            if ((row.problems ?? []).length > 0) expected += 1
            for (const one of row.problems ?? []) parsed.add(one, row.index)
          }
        }
        expect([records, scanned.count, scanned.list()]).toEqual([expected, parsed.count, parsed.list()])
      }),
      { numRuns: 300 },
    )
  })
})
