import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkRelease,
  mapRecord,
  mappingReport,
  type MappingReport,
  releaseDocument,
  releases,
  type Release,
  validSamples,
} from '../index.ts'

const [r2014, r2018, js] = ['2014', '2018', '2018-js'].map((id) => releases.get(id)!) as [Release, Release, Release]
const at = new Date('2026-09-01T09:30:00+08:00')
const tables = new Map([r2014, r2018, js].map((one) => [one.id, new Map(releaseDocument(one).dictionaries.map((d) => [d.code, d]))]))
const samplesOf = (release: Release, entity: string) =>
  validSamples(release.entities.get(entity)!, tables.get(release.id)!) as {
    minimal: Record<string, unknown>
    full: Record<string, unknown>
  }
const fullOf = (release: Release, entity: string) => samplesOf(release, entity).full
const reportOf = (from: Release, to: Release) => mappingReport(from, to)!
const both = [
  [r2014, r2018],
  [r2018, r2014],
] as const

/** What the report says of one value of a field: carried whole, carried with less, or lost. */
function told(report: MappingReport, from: Release, entity: string, field: string, value: unknown): 'whole' | 'less' | 'lost' {
  const row = report.entities.find((one) => one.entity === entity)!.fields.find((one) => one.field === field)!
  if (row.how === 'lost') return 'lost'
  const dictionary = from.entities.get(entity)!.fields.find((one) => one.code === field)!.dictionary
  const code = report.codes.find((one) => one.dictionary === dictionary && one.code === value)
  if (code !== undefined) return code.how === 'same' ? 'whole' : code.how === 'wider' ? 'less' : 'lost'
  if (row.step === 'one-number') return String(value).includes(',') ? 'lost' : 'whole'
  if (row.step === 'day')
    return new Date(value as string).getUTCHours() === 16 && /T16:00:00/.test(new Date(value as string).toISOString()) ? 'whole' : 'less'
  return 'whole'
}

describe('a mapping between two releases', () => {
  it('leaves no code and no field of a name that differs without a ruling, so that nothing is mapped by its code alone', () => {
    for (const [from, to] of [...both, [r2014, js], [js, r2014]] as const) {
      const report = reportOf(from, to)
      const unruled = [...report.entities, ...report.entities.flatMap((entity) => entity.fields), ...report.codes].filter((row) =>
        row.basis.startsWith('No ruling'),
      )
      expect(unruled).toEqual([])
    }
  })

  it('maps nothing of another name, type or meaning when no ruling says so, whatever its code', () => {
    const [mapping] = r2018.releaseMappings!
    const unruled = { ...r2018, releaseMappings: [{ ...mapping!, entities: [], fields: [], codes: [] }] }
    const report = mappingReport(r2014, unruled)!
    for (const [dictionary, code] of [
      ['TBPRJFUNCTIONDIC', '015'],
      ['TBPRJTYPEDIC', '02'],
      ['TBSPECIALTYTYPEDIC', '91'],
    ])
      expect(report.codes.find((row) => row.dictionary === dictionary && row.code === code)).toMatchObject({
        to: null,
        basis: 'No ruling on this code',
      })
    const fields = report.entities.find((row) => row.entity === 'TBProjectCensorInfo')!.fields
    for (const field of ['CensorCorpCode', 'CensorEDate', 'PrjSize'])
      expect(fields.find((row) => row.field === field)).toMatchObject({ to: null, basis: 'No ruling on this field' })
    expect(report.entities.find((row) => row.entity === 'TBContractRecordManage')).toMatchObject({
      to: null,
      basis: 'No ruling on this table',
    })
    expect(report.codes.find((row) => row.dictionary === 'TBPRJFUNCTIONDIC' && row.code === '014')).toMatchObject({ to: '014' })
  })

  it('says of every field and code of the release what becomes of it, and why where nothing does', () => {
    for (const [from, to] of both) {
      const report = reportOf(from, to)
      expect(report.entities.map((one) => [one.entity, one.to === null ? 0 : one.fields.length])).toEqual(
        [...from.entities.values()].map((entity) => [
          entity.code,
          to.entities.has(entity.code) ||
          (entity.code.includes('UserInfo') && report.entities.find((one) => one.entity === entity.code)!.to !== null)
            ? entity.fields.length
            : 0,
        ]),
      )
      for (const row of [...report.entities, ...report.entities.flatMap((entity) => entity.fields), ...report.codes]) {
        expect(row.basis).not.toBe('')
        if (row.to === null) expect([row.zh, row.en]).toEqual([expect.stringMatching(/\p{Script=Han}/u), expect.stringMatching(/[a-z]/)])
      }
    }
  })

  it('maps 015, 016 and 017 of the functions by meaning, and where the sources are silent not at all', () => {
    const become = (from: Release, to: Release) =>
      Object.fromEntries(
        reportOf(from, to)
          .codes.filter((row) => row.dictionary === 'TBPRJFUNCTIONDIC' && /^0(15|16|17|20)$/.test(row.code))
          .map((row) => [`${row.code} ${row.name}`, row.to === null ? null : `${row.to} ${row.toName}`]),
      )
    expect(become(r2014, r2018)).toEqual({ '015 桥隧': null, '016 风景园林': null, '017 环境园林': null })
    expect(become(r2018, r2014)).toEqual({ '015 桥梁': '015 桥隧', '016 园林绿化': null, '017 环境卫生': null, '020 隧道': '015 桥隧' })
    const project = { ...fullOf(r2014, 'TBProjectInfo'), PrjFunctionNum: '016' }
    const mapped = mapRecord(r2014, r2018, 'TBProjectInfo', project, at)
    expect(mapped.data).not.toHaveProperty('PrjFunctionNum')
    expect(mapped.lost).toContainEqual(
      expect.objectContaining({ pointer: '/data/PrjFunctionNum', reason: 'not-mapped', candidates: ['016'] }),
    )
    expect(mapped.problems.map((problem) => problem.pointer)).toContain('/data/PrjFunctionNum')
  })

  it('never takes an actual date for a planned one, or the day of acceptance for that of its filing', () => {
    const project = mapRecord(r2014, r2018, 'TBProjectInfo', fullOf(r2014, 'TBProjectInfo'), at)
    expect(project.data).not.toHaveProperty('BeginDete')
    expect(project.lost.map((one) => one.field)).toEqual(expect.arrayContaining(['BDate', 'EDate']))
    const finish = mapRecord(r2018, r2014, 'TBProjectFinishManage', fullOf(r2018, 'TBProjectFinishManage'), at)
    expect(finish.data).not.toHaveProperty('EDate')
    expect(finish.problems.map((problem) => problem.pointer)).toContain('/data/EDate')
  })

  it('cuts nothing to fit, chooses none of several numbers, and says that a time of day was assumed', () => {
    const permit = {
      ...fullOf(r2018, 'TBBuilderLicenceManage'),
      ProjectPlanNum: '规'.repeat(101),
      CensorNum: '3701022609010101-TX-001,3701022609010101-TX-002',
    }
    const back = mapRecord(r2018, r2014, 'TBBuilderLicenceManage', permit, at)
    expect(back.lost.filter(({ reason }) => reason === 'too-long' || reason === 'several-numbers').map((one) => one.field)).toEqual(
      expect.arrayContaining(['ProjectPlanNum', 'CensorNum']),
    )
    expect([back.data['ProjectPlanNum'], back.data['CensorNum']]).toEqual([undefined, undefined])
    const forward = mapRecord(
      r2014,
      r2018,
      'TBBuilderLicenceManage',
      { ...fullOf(r2014, 'TBBuilderLicenceManage'), CreateDate: '2016-03-01' },
      at,
    )
    expect(forward.assumed).toEqual([expect.objectContaining({ pointer: '/data/CreateDate', value: '2016-03-01T00:00:00+08:00' })])
  })

  it('maps a table without counterpart to nothing and says why; a table under another code goes there', () => {
    const unit = mapRecord(r2018, r2014, 'TBUnitProjectInfo', fullOf(r2018, 'TBUnitProjectInfo'), at)
    expect(unit).toMatchObject({ entity: null, data: {}, lost: [{ reason: 'no-entity', pointer: '/data' }], problems: [] })
    const staff = mapRecord(r2014, r2018, 'TBProjectBuilderUserInfo', fullOf(r2014, 'TBProjectBuilderUserInfo'), at)
    expect(staff).toMatchObject({ entity: 'TBPrjSafeUserInfo', lost: [], problems: [] })
  })

  it('keeps the national part of an extension, and knows no way between releases of which nobody says anything', () => {
    const record = { ...fullOf(r2018, 'TBProjectInfo') }
    expect(mapRecord(r2018, js, 'TBProjectInfo', record, at)).toMatchObject({ data: record, lost: [], problems: [] })
    expect(mapRecord(r2014, js, 'TBProjectInfo', fullOf(r2014, 'TBProjectInfo'), at).data).toEqual(
      mapRecord(r2014, r2018, 'TBProjectInfo', fullOf(r2014, 'TBProjectInfo'), at).data,
    )
    expect(mappingReport(r2014, { ...r2018, id: '2031', releaseMappings: [] })).toBeNull()
  })

  it('is judged with its release: what it names of it must be there', () => {
    const document = releaseDocument(r2018)
    const [mapping] = document.releaseMappings!
    const broken = {
      ...document,
      releaseMappings: [
        { ...mapping!, fields: [{ ...mapping!.fields[0]!, later: 'NoSuchField' }], codes: [{ ...mapping!.codes[0]!, to: '777' }] },
      ],
    }
    expect(checkRelease(broken).map((fault) => fault.en)).toEqual([
      'TBProjectInfo has no field NoSuchField',
      'TBPRJFUNCTIONDIC has no code 777',
    ])
  })
})

describe('every valid sample', () => {
  it.each(both.map(([from, to]) => [from.id, to.id, from, to] as const))(
    'of %s, mapped to %s, is valid there or its problems are named',
    (_a, _b, from, to) => {
      for (const entity of from.entities.values()) {
        const samples = samplesOf(from, entity.code)
        for (const data of [samples.minimal, samples.full]) {
          const mapped = mapRecord(from, to, entity.code, data, at)
          if (mapped.entity === null) continue
          const target = to.entities.get(mapped.entity)!
          const missing = target.fields
            .filter((field) => field.mandatory && !(field.code in mapped.data))
            .map((field) => `/data/${field.code}`)
          const errors = mapped.problems.filter((problem) => problem.severity === 'error')
          // What breaks the other release is what it demands and this one has not: no carried value is wrong there.
          expect(errors.map((problem) => problem.pointer).toSorted()).toEqual(missing.toSorted())
        }
      }
    },
  )
})

describe('there and back', () => {
  /** A valid full sample with some optional fields left out and any code of its dictionaries. */
  const recordOf = (release: Release) =>
    fc
      .constantFrom(
        ...[...release.entities.keys()].filter(
          (code) => reportOf(release, release === r2014 ? r2018 : r2014).entities.find((one) => one.entity === code)!.to !== null,
        ),
      )
      .chain((entity) => {
        const table = release.entities.get(entity)!
        const full = fullOf(release, entity)
        const members = Object.entries(full).map(([code, value]) => {
          const field = table.fields.find((one) => one.code === code)!
          const codes = field.dictionary === undefined ? [] : [...release.dictionaries.get(field.dictionary)!.codes.keys()]
          const values =
            codes.length > 0
              ? fc.constantFrom(...codes)
              : field.kind === 'instant'
                ? fc.constantFrom('2016-03-01T00:00:00+08:00', '2016-03-01T09:30:00+08:00', '2016-03-01T16:00:00Z')
                : field.code === 'CensorNum' && release === r2018
                  ? fc.constantFrom('3701022609010101-TX-001', '3701022609010101-TX-001,3701022609010101-TX-002')
                  : fc.constant(value)
          return [code, fc.option(values, { nil: undefined, freq: 6 })] as const
        })
        return fc
          .record(Object.fromEntries(members))
          .map((data) => ({ entity, data: Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)) }))
      })

  it.each(both.map(([from, to]) => [from.id, to.id, from, to] as const))(
    'from %s to %s loses exactly what the two reports say',
    (_a, _b, from, to) => {
      const [there, back] = [reportOf(from, to), reportOf(to, from)]
      fc.assert(
        fc.property(recordOf(from), ({ entity, data }) => {
          const first = mapRecord(from, to, entity, data, null)
          const second = mapRecord(to, from, first.entity!, first.data, null)
          expect(second.entity).toBe(entity)
          for (const [field, value] of Object.entries(data)) {
            const going = told(there, from, entity, field, value)
            const lost = first.lost.filter((one) => one.field === field)
            expect(lost.map((one) => (one.partly ? 'less' : 'lost'))).toEqual(going === 'whole' ? [] : [going])
            if (going === 'lost') {
              expect(second.data).not.toHaveProperty(field)
              continue
            }
            const name = there.entities.find((one) => one.entity === entity)!.fields.find((one) => one.field === field)!.to!
            const coming = told(back, to, first.entity!, name, first.data[name])
            expect(second.lost.filter((one) => one.field === name).map((one) => (one.partly ? 'less' : 'lost'))).toEqual(
              coming === 'whole' ? [] : [coming],
            )
            const same =
              typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)
                ? Date.parse(second.data[field] as string) === Date.parse(value)
                : second.data[field] === value
            expect(same).toBe(going === 'whole' && coming === 'whole')
          }
          expect(Object.keys(second.data).filter((field) => !(field in data))).toEqual([])
        }),
        { numRuns: 400 },
      )
    },
  )
})
