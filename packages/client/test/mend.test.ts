import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeGb18030 } from '@huijiao/files'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { huijiao } from './run-huijiao.ts'

let dir: string
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'huijiao-mend-'))))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const path = (name: string) => join(dir, name)
const write = (name: string, content: string | Buffer) => {
  writeFileSync(path(name), content)
  return path(name)
}

const sound: Readonly<Record<string, string>> = {
  PrjNum: '3701022609010101',
  PrjName: '示例花园（合成）',
  PrjTypeNum: '01',
  ProvinceNum: '370000',
  CityNum: '370100',
  CountyNum: '370102',
  Address: '示例路 1 号（合成）',
  PrjApprovalDepart: '示例市发展和改革委员会',
  PrjApprovalDate: '2026-08-20',
  BuildCorpName: '示例置业有限公司（合成）',
  BuildCorpCode: '其它',
  InvPropertyNum: '100',
  AllInvest: '18600.5',
  PrjPropertyNum: '001',
  PrjFunctionNum: '100',
  IsMajor: '0',
  CheckDepartName: '示例市住房和城乡建设局',
  CheckPersonName: '王示例',
  DataSource: '1',
  DataLevel: 'C',
}
const record = (data: object, more: object = {}) => ({ entity: 'TBProjectInfo', operation: 'upsert', sourceId: 'XM-1', data, ...more })
/** The county of another city: the number says which it should be. */
const wrong = { ...sound, CountyNum: '370202' }

const mend = async (file: string, out: string, ...more: string[]) => {
  const ran = await huijiao(['validate', file, '--mend', path(out), '--json', ...more])
  return { code: ran.code, ...(JSON.parse(ran.out) as { files: { mended: { cells: number; byHand: number } }[] }).files[0]?.mended }
}
const refusedIn = async (file: string, ...more: string[]) =>
  (JSON.parse((await huijiao(['validate', file, '--json', ...more])).out) as { files: { counts: { refused: number } }[] }).files[0]?.counts
    .refused

describe('a mended copy', () => {
  it('of NDJSON has every patch, the other lines as they were, and is found sound', async () => {
    const untouched = JSON.stringify(record(sound)).replace('{"entity"', '{ "entity"')
    const envelope = '{"standard":"2018","responsible":{"unit":"示例市住建局","name":"王示例"}}'
    const number = '"sourceVersion":1e2'
    const faulty = JSON.stringify(record(wrong, { sourceVersion: 100 })).replace('"sourceVersion":100', number)
    const file = write('a.ndjson', `${envelope}\n${untouched}\n\n${faulty}\n${JSON.stringify(record({ ...wrong, DataLevel: 'Z' }))}\n`)
    expect(await mend(file, 'a.mended.ndjson')).toMatchObject({ code: 1, cells: 2 })
    const lines = readFileSync(path('a.mended.ndjson'), 'utf8').trimEnd().split('\n')
    expect(lines.slice(0, 2)).toEqual([envelope, untouched])
    expect(lines[2]).toBe(faulty.replace('370202', '370102'))
    expect(await refusedIn(path('a.mended.ndjson'))).toBe(1)
  })

  it('of one JSON document keeps its envelope', async () => {
    const document = { id: '1e8ff4cc-25ea-4de4-aa4f-2531371bd198', standard: '2018', responsible: { unit: '示例', name: '王示例' } }
    const file = write('a.json', JSON.stringify({ ...document, records: [record(sound), record(wrong)] }))
    expect(await mend(file, 'a.mended.json')).toMatchObject({ cells: 1, byHand: 0 })
    expect(JSON.parse(readFileSync(path('a.mended.json'), 'utf8'))).toEqual({ ...document, records: [record(sound), record(sound)] })
  })

  it('of the list of refused records mends the record inside, so that the list can be pushed', async () => {
    const file = write('a.refused.ndjson', `${JSON.stringify({ record: record(wrong), problems: [{ code: 'region-not-nested' }] })}\n`)
    expect(await mend(file, 'b.refused.ndjson')).toMatchObject({ cells: 1, byHand: 0 })
    const [line] = readFileSync(path('b.refused.ndjson'), 'utf8').split('\n')
    expect(JSON.parse(line as string)).toEqual({ record: record(sound), problems: [{ code: 'region-not-nested' }] })
  })

  for (const encoding of ['utf-8', 'gb18030'] as const)
    it(`of CSV in ${encoding} changes the cells alone: encoding, line ends and quotes elsewhere stay`, async () => {
      const codes = Object.keys(sound)
      const row = (data: Readonly<Record<string, string>>) => codes.map((code) => data[code]).join(',')
      const quoted = row({ ...sound, PrjName: '"示例""花园"", 一期"' })
      const text = [
        ['sourceId', ...codes].join(','),
        `XM-1,${quoted}`,
        `XM-2,${row({ ...wrong, PrjName: '"含,逗号"' })}`,
        `XM-3,${row(wrong)}`,
      ].join('\r\n')
      const bytes = (content: string) => (encoding === 'utf-8' ? Buffer.from(content) : encodeGb18030(content))
      const file = write(`${encoding}.csv`, bytes(text))
      expect(await mend(file, `${encoding}.mended.csv`, '--entity', 'TBProjectInfo')).toMatchObject({ cells: 2, byHand: 0 })
      expect(readFileSync(path(`${encoding}.mended.csv`))).toEqual(bytes(text.replaceAll('370202', '370102')))
      expect(await refusedIn(path(`${encoding}.mended.csv`), '--entity', 'TBProjectInfo')).toBe(0)
    })

  it('is never written onto the file itself', async () => {
    const file = write('same.ndjson', `${JSON.stringify(record(wrong))}\n`)
    const ran = await huijiao(['validate', file, '--mend', file])
    expect(ran.code).toBe(2)
    expect(readFileSync(file, 'utf8')).toContain('370202')
  })
})
