import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type RuleVector, ruleVectorFiles, vectorsFolder } from '../generate/rule-vectors.ts'
import type { Release } from '../model.ts'
import { releaseDocument, releaseOf } from '../release/document.ts'
import { releases } from '../releases.ts'
import { applyFix } from '../validate/apply-fix.ts'
import { validateRecord } from '../validate/validate-record.ts'
import { ruleById, ruleCatalogue } from './catalogue.ts'

const top = join(import.meta.dirname, '..', '..', '..', '..')
const files = readdirSync(join(top, vectorsFolder)).filter((name) => name.endsWith('.json'))
const vectors = files.map((name) => JSON.parse(readFileSync(join(top, vectorsFolder, name), 'utf8')) as RuleVector)
const byRecord = vectors.filter(({ rule }) => ruleById.get(rule)?.judgedBy === 'record')

/** A release with some members replaced: `/rules/…`, or `/dictionaries/<code>/<code>/<member>`. */
function releaseWith(release: Release, members: Readonly<Record<string, unknown>>): Release {
  const document = structuredClone(releaseDocument(release)) as unknown as Record<string, unknown>
  for (const [pointer, value] of Object.entries(members)) {
    const path = pointer.slice(1).split('/')
    let at = document as Record<string, unknown>
    for (const segment of path.slice(0, -1)) {
      const next = (Array.isArray(at) ? at.find((one) => one.code === segment) : at[segment]) as Record<string, unknown>
      at = (next['codes'] as Record<string, unknown> | undefined) ?? next
    }
    at[path.at(-1)!] = value
  }
  return releaseOf(document as unknown as Parameters<typeof releaseOf>[0])
}

function judge(record: RuleVector['valid'][number], data = record.data) {
  const base = releases.get(record.release)!
  const release = record.releaseWith === undefined ? base : releaseWith(base, record.releaseWith)
  return validateRecord(release, release.entities.get(record.entity)!, data, new Date(record.at))
}

describe('the vectors of the rules', () => {
  it('are what the cases make of the samples (npm run generate)', () => {
    const made = ruleVectorFiles()
    for (const [path, text] of made) expect(readFileSync(join(top, path), 'utf8') === text, path).toBe(true)
    expect(byRecord.map(({ rule }) => `${vectorsFolder}/${rule}.json`).toSorted()).toEqual([...made.keys()].toSorted())
  })

  it('have a record that passes and one that fails for every rule that a record decides', () => {
    const without = ruleCatalogue
      .filter((rule) => rule.judgedBy === 'record')
      .filter(({ id }) => !byRecord.some(({ rule, valid, invalid }) => rule === id && valid.length > 0 && invalid.length > 0))
    expect(without.map(({ id }) => id)).toEqual([])
  })

  describe.each(byRecord.map((vector) => [vector.rule, vector] as const))('of %s', (rule, vector) => {
    it('pass and fail as they say, with the patch that they say', () => {
      for (const record of vector.valid) {
        expect(judge(record), `${record.note} ${JSON.stringify(record.data)}`).toEqual([])
      }
      for (const record of vector.invalid) {
        const problems = judge(record)
        const brief = problems.map(({ code, rule: id, pointer, severity }) => ({ code, rule: id, pointer: pointer ?? '', severity }))
        expect(brief, record.note).toEqual(record.problems)
        const fix = problems.find((problem) => problem.rule === rule)!.fix
        if (record.fixed === undefined) {
          expect(fix, record.note).toBeUndefined()
          continue
        }
        expect(fix, record.note).toBeDefined()
        const mended = applyFix(record.data, fix!)
        expect(mended, record.note).toEqual(record.fixed)
        expect(judge(record, mended), record.note).toEqual([])
      }
    })
  })
})
