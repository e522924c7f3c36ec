import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { releaseDocument, releases } from '@huijiao/standard'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { huijiao } from './run-huijiao.ts'

let dir: string
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'huijiao-compare-'))))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const path = (name: string) => join(dir, name)
const write = (name: string, content: string) => {
  writeFileSync(path(name), content)
  return path(name)
}
const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, any>)

const project = {
  PrjNum: '3701021609010201',
  PrjName: '示例大桥（合成）',
  PrjTypeNum: '02',
  ProvinceNum: '370000',
  CityNum: '370100',
  CountyNum: '370102',
  BuildCorpName: '示例置业有限公司（合成）',
  BuildCorpCode: '其它',
  PrjPropertyNum: '001',
  PrjFunctionNum: '015',
  BuldPlanNum: '地字第 1 号（合成）',
  BDate: '2016-10-01',
  CreateDate: '2016-09-01',
}
const record = (data: object, more: object = {}) => ({ entity: 'TBProjectInfo', operation: 'upsert', sourceId: 'XM-1', data, ...more })
const ndjson = (...records: object[]) => records.map((one) => `${JSON.stringify(one)}\n`).join('')

describe('huijiao standard diff', () => {
  it('says offline what differs between two releases, and whether more is asked for or less', async () => {
    const ran = await huijiao(['standard', 'diff', '2014', '2018'])
    expect(ran.code).toBe(0)
    expect(ran.out).toMatch(/~ \/entities\/TBProjectInfo\/fields\/PrjName\/length 项目名称 {2}200 → 250 {2}\[放宽\]/)
    expect(ran.out).toContain('[stricter]')
    const { changes } = JSON.parse((await huijiao(['standard', 'diff', '2014', '2018', '--json'])).out)
    expect(changes).toContainEqual(expect.objectContaining({ at: '/dictionaries/TBPRJFUNCTIONDIC/015/nameZh', meaning: 'other' }))
  })

  it('compares a built-in release with the file of another revision, and writes the page', async () => {
    const document = structuredClone(releaseDocument(releases.get('2018')!)) as any
    document.revision = 2
    document.rules.dateOrder.severity = 'error'
    const ran = await huijiao([
      'standard',
      'diff',
      '2018',
      write('r2.json', JSON.stringify(document)),
      '--html',
      path('diff.html'),
      '--json',
    ])
    expect(JSON.parse(ran.out.split('\n')[0]!).changes).toMatchObject([{ at: '/rules/dateOrder/severity', effect: 'stricter' }])
    expect(readFileSync(path('diff.html'), 'utf8')).toContain('更严')
  })

  it('refuses a file that is no release, with its faults, and a name that is none', async () => {
    const broken = await huijiao(['standard', 'diff', '2018', write('bad.json', '{"id":"2031"}')])
    expect([broken.code, broken.err]).toEqual([1, expect.stringContaining('不是可用的数据标准')])
    expect((await huijiao(['standard', 'diff', '2018', '1999'])).code).toBe(2)
  })
})

describe('huijiao standard page', () => {
  it('writes a whole release as a page that stands alone', async () => {
    const ran = await huijiao(['standard', 'page', '2018-js', '--out', path('js.html')])
    expect(ran.code).toBe(0)
    const page = readFileSync(path('js.html'), 'utf8')
    expect(page).toContain('JS_TCorpCertQual')
    expect(page).not.toMatch(/href="(?!#)/)
  })
})

describe('huijiao standard map', () => {
  const envelope = { id: '1e8ff4cc-25ea-4de4-aa4f-2531371bd198', standard: '2014', responsible: { unit: '示例局', name: '王示例' } }
  const withdraw = { entity: 'TBProjectInfo', operation: 'withdraw', sourceId: 'XM-9', key: { PrjNum: project.PrjNum }, reason: '重复' }

  it('writes the records in the other release as a submission of its own, and the losses beside it', async () => {
    const file = write(
      'a.ndjson',
      ndjson(envelope, record(project), record({ ...project, PrjFunctionNum: '014' }, { enteredBy: 'u1' }), withdraw),
    )
    const ran = await huijiao(['standard', 'map', file, '--from', '2014', '--to', '2018', '--out', path('out.ndjson')])
    expect(ran.code).toBe(1) // 2018 demands what 2014 has not
    const [head, bridge, road, gone] = lines(readFileSync(path('out.ndjson'), 'utf8'))
    expect(head).toEqual({ standard: '2018', responsible: envelope.responsible })
    expect(bridge!['data']).toMatchObject({ PrjNum: project.PrjNum, BuildPlanNum: project.BuldPlanNum })
    expect(Object.keys(bridge!['data'])).not.toContain('PrjFunctionNum')
    expect(road).toMatchObject({ sourceId: 'XM-1', enteredBy: 'u1', data: { PrjFunctionNum: '014' } })
    expect(gone).toEqual(withdraw)
    expect(ran.out).toContain('1 × TBProjectInfo.PrjFunctionNum 工程用途')
    expect(ran.out).toContain('（可选 015、020）')
    expect(ran.out).toContain('2 × TBProjectInfo.BDate')
    expect(ran.out).toContain('field-missing')
    // What it wrote can be read again by whoever validates it.
    expect(JSON.parse((await huijiao(['validate', path('out.ndjson'), '--json'])).out)).toMatchObject({
      files: [{ standard: '2018', records: 3 }],
    })
  })

  it('reports as JSON, counts what has no counterpart, and writes records alone to standard output', async () => {
    const unit = { entity: 'TBUnitProjectInfo', operation: 'upsert', sourceId: 'D-1', data: { UnitCode: 'x' } }
    const permit = {
      entity: 'TBContractRecordManage',
      operation: 'upsert',
      sourceId: 'H-1',
      data: { RecordNum: '3701021609010201-HZ-001', ContractTypeNum: '800' },
    }
    const file = write('b.ndjson', ndjson(unit, permit, { entity: 'Nothing', operation: 'upsert', sourceId: 'x', data: {} }))
    const args = ['standard', 'map', file, '--from', '2018', '--to', '2014']
    const report = JSON.parse((await huijiao([...args, '--json'])).out)
    expect(report).toMatchObject({ records: 3, counts: { unmapped: 2, lossy: 1, whole: 0 } })
    expect(report.lost).toEqual([
      expect.objectContaining({ entity: 'TBUnitProjectInfo', reason: 'no-entity', first: [1] }),
      expect.objectContaining({ entity: 'TBContractRecordManage', field: 'ContractTypeNum', reason: 'not-mapped', first: [2] }),
    ])
    expect(report.problems.map((group: { code: string }) => group.code)).toContain('entity-unknown')
    expect(lines((await huijiao(args)).out)).toEqual([{ ...permit, data: { RecordNum: permit.data.RecordNum } }])
  })

  it('reads rows of a table, and refuses a file of another release and a pair that nobody relates', async () => {
    const csv = write('项目.csv', `PrjNum,PrjName,PrjFunctionNum\n${project.PrjNum},示例大桥（合成）,015\n`)
    const ran = await huijiao(['standard', 'map', csv, '--entity', 'TBProjectInfo', '--from', '2014', '--to', '2018', '--json'])
    expect(JSON.parse(ran.out)).toMatchObject({ records: 1, lost: [{ field: 'PrjFunctionNum', first: [2] }] })
    const file = write('c.ndjson', ndjson(envelope, record(project)))
    expect((await huijiao(['standard', 'map', file, '--from', '2018', '--to', '2014'])).code).toBe(2)
    expect((await huijiao(['standard', 'map', csv, '--from', '2014', '--to', '2014'])).code).toBe(2)
  })
})
