import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue, type ProblemCode, type ProblemDocument } from '@huijiao/problem'
import { keyProblems, releases, validateRecord } from '@huijiao/standard'
import { describe, expect, it } from 'vitest'
import { badCases, notInAFile } from './bad-cases.ts'
import { badLine, mendedLine, patternsOf } from './bad-file.ts'
import { sampleDirectory } from './files.ts'
import { generatedFiles, staleFiles } from './generated.ts'

const files = generatedFiles()

describe('the committed files of the sample', () => {
  it('are what the generator makes (node packages/testing/src/sample/write.ts)', () => {
    const differing = [...files]
      .filter(([path, content]) => readFileSync(join(sampleDirectory, path), 'utf8') !== content)
      .map(([path]) => path)
    expect(differing).toEqual([])
    expect(staleFiles(files)).toEqual([])
  })

  it('stay small enough to be cloned by everybody', () => {
    const bytes = [...files.values()].reduce((sum, content) => sum + Buffer.byteLength(content), 0)
    expect(bytes).toBeLessThan(4 * 1024 * 1024)
  })
})

describe('the bad file', () => {
  const patterns = patternsOf()
  const at = new Date('2026-09-01T04:00:00Z')
  const judge = (line: { operation?: string; entity: string; key?: unknown; data?: Record<string, unknown> }): ProblemDocument[] => {
    const release = releases.get('2018')
    const entity = release?.entities.get(line.entity)
    if (release === undefined || entity === undefined) throw new Error(`no ${line.entity}`)
    return line.operation === 'withdraw' ? keyProblems(entity, line.key) : validateRecord(release, entity, line.data ?? {}, at)
  }

  it('has a line for every problem a record can have, but for those that no line of a file can show', () => {
    const ofRecords = (Object.keys(catalogue) as ProblemCode[]).filter((code) => catalogue[code].status === null)
    const shown = badCases.map((badCase) => badCase.code)
    expect(new Set(shown).size).toBe(shown.length)
    expect([...shown, ...Object.keys(notInAFile)].toSorted()).toEqual(ofRecords.toSorted())
  })

  it.each(badCases.filter((badCase) => badCase.byNode === undefined).map((badCase) => [badCase.code, badCase] as const))(
    '%s is found in its line',
    (code, badCase) => {
      const problems = judge(badLine(badCase, patterns) as Parameters<typeof judge>[0])
      expect(problems.map((problem) => problem.code)).toContain(code)
    },
  )

  it.each(badCases.map((badCase) => [badCase.code, badCase] as const))('the mended line of %s has no problem', (_, badCase) => {
    expect(judge(mendedLine(badCase, patterns) as Parameters<typeof judge>[0])).toEqual([])
  })
})
