import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyFix, ruleById, ruleCatalogue, validateRecord } from '@huijiao/standard'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomOf } from '../sample/random.ts'
import { faultlessRecords, judgedAt, judgeMutant, mutantsOf, mutators } from './mutants.ts'
import { describeRules, mutantCount, mutantSeed, rulesPage, vectorCounts } from './rules-page.ts'

const brief = (mutants: readonly { mutant: { kind: string; pointer: string; base: { entity: { code: string } } } }[]) =>
  mutants.map(({ mutant }) => `${mutant.kind} ${mutant.base.entity.code} ${mutant.pointer}`)

describe('a thousand records with one known mistake each', () => {
  const verdicts = mutantsOf(mutantCount, mutantSeed).map(judgeMutant)
  const patched = verdicts.filter((verdict) => verdict.patched)

  it('are all told by the right rule at the right place', () => {
    expect(verdicts).toHaveLength(1000)
    expect(new Set(verdicts.map(({ mutant }) => mutant.kind)).size).toBe(mutators.length)
    expect(brief(verdicts.filter(({ named }) => !named))).toEqual([])
  })

  it('are without a problem once a patch that is offered is applied', () => {
    process.stdout.write(
      `${patched.length} of ${verdicts.length} mutated records come with a patch (${((patched.length * 100) / verdicts.length).toFixed(1)} %)\n`,
    )
    expect(patched.length).toBeGreaterThan(400)
    expect(brief(patched.filter(({ mends }) => !mends))).toEqual([])
  })

  it('never get a personal value back in a patch', () => {
    for (const { mutant, problems } of verdicts) {
      const sealed = mutant.base.entity.fields.filter(({ privacy }) => privacy !== 'open').map(({ code }) => `/data/${code}`)
      const written = problems
        .flatMap(({ fix }) => fix ?? [])
        .filter(({ op, path }) => op !== 'remove' && op !== 'move' && sealed.includes(path))
      expect(written, `${mutant.kind} ${mutant.pointer}`).toEqual([])
    }
  })
})

describe('a patch', () => {
  it('takes its problem away and brings no other, whatever else is wrong with the record', () => {
    const bases = faultlessRecords()
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bases.length - 1 }), fc.string(), fc.integer({ min: 1, max: 5 }), (at, seed, times) => {
        const random = randomOf('several', seed)
        const { release, entity, data: faultless } = bases[at] as (typeof bases)[number]
        let data = faultless
        for (let i = 0; i < times; i += 1) data = random.pick(mutators).spoil({ release, entity, data }, random)?.data ?? data
        const identity = (problem: { code: string; rule?: string; pointer?: string }) =>
          `${problem.code} ${problem.rule} ${problem.pointer}`
        const before = validateRecord(release, entity, data, judgedAt)
        for (const problem of before) {
          if (problem.fix === undefined) continue
          const after = validateRecord(release, entity, applyFix(data, problem.fix), judgedAt).map(identity)
          if (after.includes(identity(problem))) throw new Error(`still there: ${identity(problem)}`)
          const come = after.filter((one) => !before.map(identity).includes(one))
          if (come.length > 0) throw new Error(`${identity(problem)} brings ${come.join(', ')}`)
        }
      }),
      { numRuns: 1500 },
    )
  }, 60_000)
})

describe('docs/rules.md', () => {
  it('is what catalogue, vectors and mutated records say (npm run generate)', () => {
    expect(readFileSync(join(import.meta.dirname, '..', '..', '..', '..', rulesPage), 'utf8')).toBe(describeRules())
  })

  it('shows a passing and a failing record for every rule', () => {
    const counts = vectorCounts()
    expect([...counts.keys()].filter((id) => !ruleById.has(id))).toEqual([])
    const without = ruleCatalogue.filter(({ id }) => (counts.get(id)?.valid ?? 0) === 0 || (counts.get(id)?.invalid ?? 0) === 0)
    expect(without.map(({ id }) => id)).toEqual([])
  })
})
