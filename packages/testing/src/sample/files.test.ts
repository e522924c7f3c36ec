import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { joinProblems, openTable } from '@huijiao/files'
import { catalogue, type ProblemCode, type ProblemDocument } from '@huijiao/problem'
import { keyProblems, releases, validateRecord } from '@huijiao/standard'
import { describe, expect, it } from 'vitest'
import { badCases, notInAFile } from './bad-cases.ts'
import { badLine, mendedLine, patternsOf } from './bad-file.ts'
import { codesInWorkbook } from './bad-workbook.ts'
import { sampleDirectory } from './files.ts'
import { generatedFiles, staleFiles } from './generated.ts'

const files = await generatedFiles()

describe('the committed files of the sample', () => {
  it('are what the generator makes (node packages/testing/src/sample/write.ts)', () => {
    const differing = [...files]
      .filter(([path, content]) => !readFileSync(join(sampleDirectory, path)).equals(content))
      .map(([path]) => path)
    expect(differing).toEqual([])
    expect(staleFiles(files)).toEqual([])
  })

  it('stay small enough to be cloned by everybody', () => {
    const bytes = [...files.values()].reduce((sum, content) => sum + content.length, 0)
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

describe('the bad file as a workbook', () => {
  const byNode = new Set(badCases.filter((badCase) => badCase.byNode === true).map(({ code }) => code))

  /** Codes of the problems of each row, by the row's id. */
  async function judged(name: string): Promise<Map<string, string[]>> {
    const release = releases.get('2018')!
    const table = await openTable({ bytes: readFileSync(join(sampleDirectory, name)), path: null }, { release })
    const found = new Map<string, string[]>()
    for await (const row of table.records()) {
      const {
        entity: code,
        operation,
        sourceId,
        data,
        key,
      } = row.record as { entity: string; operation: string; sourceId: string; data?: object; key?: object }
      const entity = release.entities.get(code)!
      const own =
        operation === 'withdraw' ? keyProblems(entity, key) : validateRecord(release, entity, { ...data }, new Date('2026-09-01T04:00:00Z'))
      found.set(
        sourceId,
        joinProblems(row, table.columnsOf(row.place.sheet), own).map(({ code: one }) => one),
      )
    }
    return found
  }

  it('has a row for every problem that a cell can show, under its own name', async () => {
    const found = await judged('bad.xlsx')
    expect([...found.keys()].toSorted()).toEqual(codesInWorkbook.map((code) => `BAD-${code}`).toSorted())
    expect(codesInWorkbook.length).toBeGreaterThan(40)
    const missing = codesInWorkbook.filter((code) => !byNode.has(code) && found.get(`BAD-${code}`)?.includes(code) !== true)
    expect(missing).toEqual([])
  })

  it('has no problem when it is mended', async () => {
    expect([...(await judged('bad.mended.xlsx'))].filter(([, codes]) => codes.length > 0)).toEqual([])
  })
})
