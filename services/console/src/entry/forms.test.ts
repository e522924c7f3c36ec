import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Entity, type ReleaseDocument, releaseOf } from '@huijiao/standard/browser'
import { describe, expect, it } from 'vitest'
import { digestOf, kindOf, mediaTypeOf } from './attachment.ts'
import { type Data, fieldOf, judge, judgeRecord, sectionsOf, textOf, withValue } from './judge.ts'

const schemas = fileURLToPath(new URL('../../../../schemas', import.meta.url))
const sampleOf = (release: string, code: string, kind: 'full' | 'minimal'): Data | null => {
  const file = `${schemas}/${release}/valid/${code}.${kind}.json`
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Data) : null
}

/** What comes of it when a person writes every value of a record into the form, field by field. */
const filledWith = (entity: Entity, sample: Data): Data =>
  sectionsOf(entity)
    .flatMap(({ fields }) => fields)
    .reduce<Data>((data, field) => withValue(data, field, textOf(sample[field.code])), {})

describe.each(['2014', '2018', '2018-js'])('the forms of release %s', (id) => {
  // As the page has it: out of the document that the node serves.
  const release = releaseOf(JSON.parse(readFileSync(`${schemas}/${id}/release.json`, 'utf8')) as ReleaseDocument)
  const entities = [...release.entities.values()]

  it('have every field of every table, in one section each', () => {
    expect(entities.length).toBeGreaterThan(20)
    for (const entity of entities) {
      const shown = sectionsOf(entity).flatMap(({ fields }) => fields.map((field) => field.code))
      const fields = entity.fields.filter((field) => field.kind !== 'attachment').map((field) => field.code)
      expect([entity.code, shown.toSorted()]).toEqual([entity.code, fields.toSorted()])
    }
  })

  it.each(entities)('take a record of $code as it is, and find nothing wrong with it', (entity) => {
    const samples = (['full', 'minimal'] as const).map((kind) => sampleOf(id, entity.code, kind)).filter((one) => one !== null)
    expect(samples.length).toBeGreaterThan(0)
    for (const sample of samples) {
      const data = filledWith(entity, sample)
      expect(data).toEqual(sample)
      expect(judge(release, entity, data, new Date('2026-11-22T08:00:00Z'))).toEqual([])
      expect(judgeRecord(release, { entity: entity.code, sourceId: 'LR-1', data }).filter(({ severity }) => severity === 'error')).toEqual(
        [],
      )
    }
  })

  it('tell at the field what is missing', () => {
    for (const entity of entities) {
      const sample = sampleOf(id, entity.code, 'full') ?? sampleOf(id, entity.code, 'minimal') ?? {}
      const field = entity.fields.find((one) => one.mandatory && one.kind !== 'attachment')
      if (field === undefined) continue
      const told = judge(release, entity, withValue(filledWith(entity, sample), field, undefined))
      expect([entity.code, told.map((problem) => [problem.code, fieldOf(problem)])]).toEqual([
        entity.code,
        expect.arrayContaining([['field-missing', field.code]]),
      ])
    }
  })
})

describe('an attachment', () => {
  it('is said to be what its file is called, but never by what may be somebody’s number', () => {
    expect(['立项批复.pdf', '37010218900101001X.pdf', '.pdf', `${'长'.repeat(60)}.pdf`].map(kindOf)).toEqual([
      '立项批复',
      '附件',
      '附件',
      '长'.repeat(50),
    ])
    expect(['a.PDF', 'a.ofd', 'a.exe', 'pdf'].map(mediaTypeOf)).toEqual(['application/pdf', 'application/ofd', null, null])
  })

  it('has its digest computed here as everywhere, also where the page has no digest of the browser’s own', async () => {
    const bytes = new TextEncoder().encode('合成'.repeat(1000))
    const expected = createHash('sha256').update(bytes).digest('hex')
    expect(await digestOf(bytes)).toBe(expected)
    expect(await digestOf(bytes, null)).toBe(expected)
  })
})
