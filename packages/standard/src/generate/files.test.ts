import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ReleaseDocument } from '../model.ts'
import { releaseDigest } from '../release/document.ts'
import { createAjv } from '../validate/ajv.ts'
import { parseCsv } from './csv.ts'
import { generatedFiles, releaseIds } from './files.ts'
import { buildRelease } from './tables.ts'

const top = join(import.meta.dirname, '..', '..', '..', '..')
const files = generatedFiles()
const schemaPaths = [...files.keys()].filter((path) => /^schemas\/[\w-]+\/\w+\.json$/.test(path) && !path.endsWith('/release.json'))

describe('generated files', () => {
  it('are committed as `npm run generate` writes them', () => {
    const stale = [...files].filter(([path, text]) => !existsSync(join(top, path)) || readFileSync(join(top, path), 'utf8') !== text)
    expect(stale.map(([path]) => path)).toEqual([])
  })

  it('are the only ones there', () => {
    const folders = ['schemas', 'packages/standard/src/generated']
    const present = folders.flatMap((folder) =>
      readdirSync(join(top, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== 'README.md')
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(top.length + 1)
            .replaceAll('\\', '/'),
        ),
    )
    expect(present.filter((path) => !files.has(path))).toEqual([])
  })

  it('hold each release as a document whose digest is that of what the data says, built again', () => {
    for (const id of releaseIds) {
      const committed = JSON.parse(readFileSync(join(top, 'schemas', id, 'release.json'), 'utf8')) as ReleaseDocument
      expect(releaseDigest(committed)).toBe(releaseDigest(buildRelease(id)))
    }
  })

  it('hold a schema for every national entity of both releases', () => {
    expect(schemaPaths.filter((path) => path.startsWith('schemas/2014/'))).toHaveLength(22)
    expect(schemaPaths.filter((path) => path.startsWith('schemas/2018/'))).toHaveLength(42)
    expect(schemaPaths.filter((path) => path.startsWith('schemas/2018-js/'))).toHaveLength(54)
  })
})

describe('committed schemas', () => {
  it('compile under strict Ajv, and say where they live', () => {
    const ajv = createAjv()
    for (const path of schemaPaths) {
      const schema = JSON.parse(readFileSync(join(top, path), 'utf8')) as { $id: string }
      expect(schema.$id).toBe(`/v1/${path}`)
      expect(ajv.compile(schema)).toBeTypeOf('function')
    }
  }, 60_000)

  it('take the valid samples beside them and refuse every invalid one', () => {
    const ajv = createAjv()
    let refused = 0
    for (const path of schemaPaths) {
      const validate = ajv.compile(JSON.parse(files.get(path)!) as object)
      const [, release, entity] = /^schemas\/([\w-]+)\/(\w+)\.json$/.exec(path)!
      const full = JSON.parse(files.get(`schemas/${release}/valid/${entity}.full.json`)!) as Record<string, unknown>
      expect(validate(full), `${path} full`).toBe(true)
      expect(validate(JSON.parse(files.get(`schemas/${release}/valid/${entity}.minimal.json`)!)), `${path} minimal`).toBe(true)
      const { cases } = JSON.parse(files.get(`schemas/${release}/invalid/${entity}.json`)!) as {
        cases: { what: string; patch: { op: string; path: string; value?: unknown }[] }[]
      }
      for (const { what, patch } of cases) {
        const data = { ...full }
        for (const { op, path: at, value } of patch) {
          if (op === 'remove') delete data[at.slice(1)]
          else data[at.slice(1)] = value
        }
        expect(validate(data), `${path} ${what}`).toBe(false)
        refused++
      }
    }
    expect(refused).toBeGreaterThan(1500)
  }, 60_000)

  it('say in words which parts are inferred', () => {
    const form = JSON.parse(files.get('schemas/2018/BadConductReportForm2007.json')!) as {
      'x-provenance': string[]
      properties: Record<string, { 'x-provenance'?: string[] }>
    }
    expect(form['x-provenance'].join()).toContain('字段为推定，非官方附件')
    expect(Object.values(form.properties).every((property) => property['x-provenance']?.some((mark) => mark.includes('inferred')))).toBe(
      true,
    )
  })

  it('carry no image and refuse other members', () => {
    const permit = JSON.parse(files.get('schemas/2018/TBBuilderLicenceManage.json')!) as {
      properties: object
      additionalProperties: boolean
      'x-attachments': { code: string }[]
    }
    expect(permit.properties).not.toHaveProperty('TwoDimCode')
    expect(permit['x-attachments'].map((a) => a.code)).toEqual(['TwoDimCode'])
    expect(permit.additionalProperties).toBe(false)
  })
})

describe('CSV', () => {
  it('reads quotes, doubled quotes and line breaks', () => {
    expect(parseCsv('a,b\n"1,""x""","two\nlines"\n3,\n')).toEqual([
      { a: '1,"x"', b: 'two\nlines' },
      { a: '3', b: '' },
    ])
  })

  it('refuses a row that is longer than the header', () => {
    expect(() => parseCsv('a,b\n1,2,3\n')).toThrow('row 2 has 3 fields')
  })
})
