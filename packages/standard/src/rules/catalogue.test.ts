import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue, nodeRules } from '@huijiao/problem'
import { describe, expect, it } from 'vitest'
import { ruleVectors } from '../generate/rule-vectors.ts'
import { releases } from '../releases.ts'
import { ruleById, ruleCatalogue } from './catalogue.ts'

const top = join(import.meta.dirname, '..', '..', '..', '..')
/** Rules that read a file before there is a record stand with the reader of files. */
const ofFiles = /^file\./

/** Ids that stand as text in the source of the rooms, with the file of each. */
function idsInSource(): Map<string, string> {
  const exclude = (name: string) => name === 'node_modules' || name.endsWith('.test.ts')
  const found = new Map<string, string>()
  for (const file of globSync('{packages,services}/*/src/**/*.ts', { cwd: top, exclude })) {
    if (/\.docs\.ts$|rule-cases|rules\/catalogue/.test(file)) continue
    const text = readFileSync(join(top, file), 'utf8')
    for (const [, id] of text.matchAll(/\b(?:rule: |rule \?\? |tell\(\s*)'([a-z]+\.[a-z-]+)'/g)) found.set(id!, file)
  }
  return found
}

describe('the catalogue of rules', () => {
  it('has every rule once, with words in both languages and codes that exist', () => {
    expect(ruleById.size).toBe(ruleCatalogue.length)
    for (const { id, zh, en, basis, codes, severities } of ruleCatalogue) {
      expect(id).toMatch(/^[a-z]+\.[a-z-]+$/)
      expect(zh, id).toMatch(/\p{Script=Han}/u)
      expect(en, id).toMatch(/[A-Za-z]{3}/)
      expect(basis, id).not.toBe('')
      expect(severities.length, id).toBeGreaterThan(0)
      expect(codes.length > 0 && codes.every((code) => Object.hasOwn(catalogue, code)), id).toBe(true)
    }
  })

  it('has rules of all four kinds', () => {
    expect([...new Set(ruleCatalogue.map(({ kind }) => kind))]).toEqual(['authenticity', 'legality', 'logic', 'linkage'])
  })

  it('names every rule that the source of any room names', () => {
    const found = idsInSource()
    expect(found.size).toBeGreaterThan(60)
    const unknown = [...found].filter(([id]) => !ruleById.has(id) && !nodeRules.has(id) && !ofFiles.test(id))
    expect(unknown).toEqual([])
  })

  it('names every rule of the references that a release holds', () => {
    const ids = [...releases.values()].flatMap(({ policy }) => policy.references.map(({ rule }) => rule ?? 'linkage.reference'))
    expect(ids.length).toBeGreaterThan(20)
    expect(ids.filter((id) => ruleById.get(id)?.kind !== 'linkage')).toEqual([])
  })

  it('says of each rule that a record decides exactly what its vectors show: codes, severities, and whether there is a patch', () => {
    const vectors = ruleVectors()
    for (const { id, codes, severities, fixable } of ruleCatalogue.filter(({ judgedBy }) => judgedBy === 'record')) {
      const own = vectors.get(id)!.invalid.flatMap(({ problems }) => problems.filter(({ rule }) => rule === id))
      expect([...new Set(own.map(({ code }) => code))].toSorted(), `${id} codes`).toEqual([...codes].toSorted())
      const seen = new Set(own.map(({ severity }) => severity))
      expect(
        [...seen].filter((severity) => !severities.includes(severity as 'error')),
        `${id} severities`,
      ).toEqual([])
      expect(
        vectors.get(id)!.invalid.some(({ fixed }) => fixed !== undefined),
        `${id} fixable`,
      ).toBe(fixable)
    }
  })

  it('says of each rule of linkage what its vectors show', () => {
    const folder = join(top, 'packages/standard/vectors/linkage')
    interface Shown {
      readonly code: string
      readonly rule: string
      readonly severity: 'error' | 'doubt' | 'warning'
    }
    const rules = ruleCatalogue.filter(({ kind }) => kind === 'linkage')
    expect(rules.map(({ id }) => `${id}.json`).toSorted()).toEqual(readdirSync(folder).toSorted())
    for (const { id, codes, severities } of rules) {
      const { invalid } = JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8')) as {
        invalid: { problems: Shown[]; afterHold?: Shown[] }[]
      }
      const shown = invalid.flatMap(({ problems, afterHold = [] }) => [...problems, ...afterHold]).filter(({ rule }) => rule === id)
      expect(shown.length, id).toBeGreaterThan(0)
      expect(
        shown.filter(({ code }) => !codes.includes(code as 'parent-missing')),
        id,
      ).toEqual([])
      expect(
        shown.filter(({ severity }) => !severities.includes(severity)),
        id,
      ).toEqual([])
    }
  })
})

describe('what judges a record', () => {
  /** Every file that a file imports, at run time and from this package. */
  function imported(file: string, seen = new Set<string>()): Set<string> {
    if (seen.has(file)) return seen
    seen.add(file)
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type )[^;]*?from '(\.[^']+\.ts)'/gm))
      imported(join(file, '..', path!), seen)
    return seen
  }

  it('uses nothing that only Node has, so that a page can judge too', () => {
    const files = [...imported(join(import.meta.dirname, '..', 'validate', 'validate-record.ts'))]
    expect(files.length).toBeGreaterThan(30)
    const bound = files.filter((file) => /from '(?:node:|@huijiao\/merkle)/.test(readFileSync(file, 'utf8')))
    expect(bound.map((file) => file.slice(top.length + 1))).toEqual([])
  })
})
