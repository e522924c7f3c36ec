import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { huijiao } from './run-huijiao.ts'

let dir: string
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'huijiao-validate-'))))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const write = (name: string, content: string | Buffer) => {
  const path = join(dir, name)
  writeFileSync(path, content)
  return path
}

const sound = {
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
const ndjson = (...records: unknown[]) => records.map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\n`).join('')

describe('validating offline', () => {
  it('finds a sound record sound', async () => {
    const ran = await huijiao(['validate', write('a.ndjson', ndjson(record(sound))), '--json'])
    expect(JSON.parse(ran.out)).toMatchObject({ files: [{ records: 1, standard: '2018', counts: { refused: 0 } }] })
    expect(ran.code).toBe(0)
  })

  it('says that linkage was not checked, because only a node can', async () => {
    const file = write('linkage.ndjson', ndjson(record(sound)))
    expect((await huijiao(['validate', file])).out).toMatch(
      /关联性未校验[\s\S]*linkage was not checked|linkage was not checked|关联性未校验/,
    )
    expect(JSON.parse((await huijiao(['validate', file, '--json'])).out)).toMatchObject({ files: [{ linkage: { checked: false } }] })
  })

  it('names every problem of a record with its place, and counts them by kind', async () => {
    const { PrjName: _name, ...missing } = sound
    const file = write(
      'b.ndjson',
      ndjson(
        record(sound),
        '',
        record({ ...missing, CountyNum: '370299', DataLevel: 'Z' }),
        record({ ...sound, prjname: 'x' }),
        record({ ...sound, DataLevel: 'Z' }),
      ),
    )
    const ran = await huijiao(['validate', file])
    expect(ran.code).toBe(1)
    expect(ran.out).toContain('第 3 行 TBProjectInfo XM-1')
    expect(ran.out).toContain('/data/PrjName')
    expect(ran.out).toContain('/data/CountyNum')
    // The kinds come first, the most frequent on top, then the records.
    const [head, most] = ran.out.split('\n').slice(2, 4)
    expect(head).toMatch(/次数 count .*代码 code .*字段 field/)
    expect(most).toMatch(/^ +2 .*code-unknown .*\/data\/DataLevel/)
    expect(ran.out.indexOf('/data/DataLevel')).toBeLessThan(ran.out.indexOf('第 3 行'))
    expect(ran.out).toContain('docs/problems/code-unknown.md')
    expect(ran.out).toContain('4 records (release 2018)')
    expect(ran.out).toContain('3 would be refused')
  })

  it('lists as many records as asked for, says how many it does not list, and groups all of them for programs', async () => {
    const file = write('g.ndjson', ndjson(...[1, 2, 3].map(() => record({ ...sound, DataLevel: 'Z' })), '{"a":'))
    const ran = await huijiao(['validate', file, '--show', '1', '--lang', 'en'])
    expect(ran.out.match(/^· line/gm)).toHaveLength(1)
    expect(ran.out).toContain('3 more records with problems are not listed: --show 4')
    const { files } = JSON.parse((await huijiao(['validate', file, '--json'])).out) as { files: { groups: object[] }[] }
    expect(files[0]?.groups).toMatchObject([
      { code: 'code-unknown', pointer: '/data/DataLevel', count: 3, examples: [{ record: 0, place: { row: 1 }, value: 'Z' }, {}, {}] },
      { code: 'line-malformed', count: 1, examples: [{ record: 3, place: { row: 4 } }] },
    ])
  })

  it('judges the members around the data', async () => {
    const lines = ndjson(
      { entity: 'TBProjectInfo', operation: 'insert', sourceId: '' },
      record(sound, { Entity: 'x' }),
      { ...record(sound), entity: 'tbprojectinfo' },
      { entity: 'TBProjectInfo', operation: 'withdraw', sourceId: 'XM-1', reason: '重复报送', key: {} },
      '{"a":',
      '"text"',
      '{"entity":"TBProjectInfo","operation":"upsert","sourceId":"1","sourceVersion":9007199254740993,"data":{}}',
      {
        entity: 'TBCorpBadCreditInfo',
        operation: 'withdraw',
        sourceId: 'XW-1',
        reason: '撤销处罚',
        key: { CorpCode: '91370199MA00DEM14Q', PunishNumber: '示罚〔2026〕1号', CreditCode: 'A1-1-01' },
      },
    )
    const ran = await huijiao(['validate', write('c.ndjson', lines), '--json'])
    const [file] = (JSON.parse(ran.out) as { files: { details: { line: number; problems: { code: string; pointer: string }[] }[] }[] })
      .files
    expect(file?.details.map((one) => [one.line, [...new Set(one.problems.map((problem) => problem.code))]])).toEqual([
      [1, ['record-malformed']],
      [2, ['record-malformed']],
      [3, ['entity-unknown']],
      [4, ['key-invalid']],
      [5, ['line-malformed']],
      [6, ['record-malformed']],
      [7, ['number-unsafe']],
      [8, ['withdraw-conduct']],
    ])
  })

  it('asks for a template by part of a name: those that may have been meant', async () => {
    const ran = await huijiao(['template', '施工许可', '--lang', 'zh'])
    expect(ran.code).toBe(2)
    expect(ran.err).toMatch(/是否为：.*施工许可信息（TBBuilderLicenceManage）/)
    expect(ran.err).not.toContain('TBCorpBasicInfo')
  })

  it('finds fault with a file in which there is no record, as a node does', async () => {
    const empty = {
      id: '1e8ff4cc-25ea-4de4-aa4f-2531371bd198',
      standard: '2018',
      responsible: { unit: '示例单位', name: '王示例' },
      records: [],
    }
    for (const file of [write('none.json', JSON.stringify(empty)), write('TBProjectInfo.csv', 'PrjNum,PrjName\n')]) {
      const ran = await huijiao(['validate', file])
      expect(ran.code).toBe(1)
      expect(ran.out).toContain('submission-empty')
    }
  })

  it('asks of an envelope what the node asks: a day that exists, texts that are not too long, no member of its own making', async () => {
    const envelope = {
      id: '1e8ff4cc-25ea-4de4-aa4f-2531371bd198',
      standard: '2018',
      producedAt: '2026-02-30T09:30:00+08:00',
      responsible: { unit: '示'.repeat(201), name: ' ', extra: 1 },
      records: [record(sound)],
    }
    const ran = await huijiao(['validate', write('odd.json', JSON.stringify(envelope)), '--json'])
    expect(ran.code).toBe(1)
    expect(
      JSON.parse(ran.out).files[0].envelope.map((one: { pointer: string; en: { detail: string } }) => [one.pointer, one.en.detail]),
    ).toEqual([
      ['/producedAt', 'producedAt must be an RFC 3339 instant with its offset'],
      ['/responsible/unit', 'unit must be a text of at most 200 characters'],
      ['/responsible/name', 'The person’s name is missing'],
      ['/responsible/extra', 'No such member'],
    ])
  })

  it('judges a JSON submission with its envelope', async () => {
    const file = write(
      'd.json',
      JSON.stringify({
        id: '1',
        standard: '2018',
        responsible: { unit: '甲' },
        records: [record(sound), record({ ...sound, AllInvest: 1 })],
      }),
    )
    const ran = await huijiao(['validate', file, '--lang', 'en'])
    expect(ran.code).toBe(1)
    expect(ran.out).toContain('envelope /id')
    expect(ran.out).toContain('envelope /responsible/name')
    expect(ran.out).toContain('record 2 TBProjectInfo XM-1')
  })

  it('does not let a record’s text drive the terminal', async () => {
    const ran = await huijiao(['validate', write('e.ndjson', ndjson(record(sound, { sourceId: '\u001b[31mred', sourceVersion: -1 })))])
    expect(ran.out).toContain('\\u001b[31mred')
    // oxlint-disable-next-line no-control-regex
    expect(/\u001b/.test(ran.out)).toBe(false)
  })

  it('names the option as it is typed when a CSV file does not say its entity', async () => {
    const ran = await huijiao(['validate', write('数据.csv', 'PrjNum,PrjName\r\n1,a\r\n')])
    expect(ran.code).not.toBe(0)
    expect(ran.err).toContain('用 --entity 写明')
    expect(ran.err).not.toContain('entity 参数')
  })

  it('refuses an unknown release', async () => {
    expect((await huijiao(['validate', write('f.ndjson', ndjson(record(sound))), '--standard', '2030'])).code).toBe(2)
  })
})
