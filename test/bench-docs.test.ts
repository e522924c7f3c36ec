import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { figuresPage, keepRuns, type Report } from '../bench/docs.ts'
import { figure } from '../bench/figures.ts'

const root = join(import.meta.dirname, '..')
const kept = JSON.parse(readFileSync(join(root, 'bench/figures.json'), 'utf8')) as Report[]

const one = (id: string, value: number) =>
  figure({ id, title: { zh: id, en: id }, value, unit: 'rec/s', limit: 2, goal: { kind: 'ratio-min', at: 1 }, rounds: [value] })
const run = (measured: string, ids: readonly string[], value: number): Report => ({
  ...{ measured, machine: 'a machine', records: 1, rounds: 1, quick: false },
  figures: ids.map((id) => one(id, value)),
})

describe('the page of figures', () => {
  it('is what the kept runs say', () => {
    expect(readFileSync(join(root, 'docs/benchmarks.md'), 'utf8')).toContain(
      `--docs\` -->\n\n${figuresPage(kept)}\n<!-- end of figures -->`,
    )
    expect(kept.flatMap((one) => one.figures).length).toBeGreaterThan(20)
  })

  it('has of every figure the one that was measured last, beside what was measured with it', () => {
    const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 })
    fc.assert(
      fc.property(fc.array(ids, { minLength: 1, maxLength: 6 }), (list) => {
        const runs = list.reduce<Report[]>((before, chosen, at) => keepRuns(before, run(`day ${at}`, chosen, at)), [])
        for (const id of new Set(list.flat())) {
          const found = runs.flatMap((report) =>
            report.figures.filter((some) => some.id === id).map((some) => [report.measured, some.value]),
          )
          const last = list.findLastIndex((chosen) => chosen.includes(id))
          expect(found).toEqual([[`day ${last}`, last]])
        }
        expect(runs.every((report) => report.figures.length > 0)).toBe(true)
        const days = runs.map((report) => Number(report.measured.slice(4)))
        expect(days).toEqual(days.toSorted((a, b) => b - a))
      }),
    )
  })

  it('has one table for what was measured on one day in the same way', () => {
    const runs = [run('before', ['a', 'b'], 1), run('today', ['b'], 2), run('today', ['c'], 3)].reduce<Report[]>(keepRuns, [])
    expect(runs.map((one) => [one.measured, one.figures.map((some) => some.id)])).toEqual([
      ['today', ['c', 'b']],
      ['before', ['a']],
    ])
  })

  it('keeps of many answers the least and the most, which is what the page tells', () => {
    const rounds = Array.from({ length: 200 }, (_, at) => ((at * 37) % 200) + 1)
    const many: Report = {
      ...run('today', [], 0),
      figures: [
        { ...one('many', 100), rounds },
        { ...one('few', 2), rounds: [3, 1, 2] },
      ],
    }
    const runs = keepRuns([], many)
    expect(runs[0]?.figures.map((some) => some.rounds)).toEqual([
      [1, 200],
      [3, 1, 2],
    ])
    expect(figuresPage(runs)).toBe(figuresPage([many]))
  })

  it('names what misses its goal, and no other', () => {
    const text = figuresPage([run('today', ['slow'], 1), run('before', ['quick'], 3)])
    expect(text).toContain('Goals missed: `slow` (0.50 ×, goal 1 ×)')
    expect(figuresPage([run('before', ['quick'], 3)])).toContain('Every goal is met')
  })
})
