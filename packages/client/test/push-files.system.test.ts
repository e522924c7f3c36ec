import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openTable, writeCells } from '@huijiao/files'
import { releases, type Release } from '@huijiao/standard'
import { faultyWorkbook } from '@huijiao/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { realNode, type RealNode } from './real-node.ts'
import { huijiao } from './run-huijiao.ts'

let node: RealNode
let dir: string
let keyFile: string
const release = releases.get('2018') as Release
const push = (path: string, ...more: string[]) =>
  huijiao([
    'push',
    path,
    '--to',
    node.url,
    '--key-file',
    keyFile,
    '--responsible-unit',
    '示例市住建局',
    '--responsible-name',
    '王示例',
    '--json',
    ...more,
  ])

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'huijiao-files-'))
  node = await realNode()
  await node.start()
  keyFile = join(dir, 'key.txt')
  const ran = await huijiao([
    'participant',
    'add',
    '示例市项目系统',
    '--regions',
    '370100',
    '--node',
    node.url,
    '--token-file',
    node.tokenFile,
    '--key-out',
    keyFile,
  ])
  expect(ran.code).toBe(0)
})
afterAll(async () => {
  await node.stop()
  node.remove()
  rmSync(dir, { recursive: true, force: true })
})

describe('huijiao push of a workbook', () => {
  it('brings back the problems on its cells, offline and from the node; the mended one is accepted; the same file again gets the same receipt', async () => {
    const path = join(dir, '项目.xlsx')
    const { bytes, faults } = await faultyWorkbook()
    writeFileSync(path, bytes)
    const offline = await huijiao(['validate', path, '--json', '--annotate', join(dir, '离线.xlsx'), '--mend', join(dir, '改.xlsx')])
    expect(offline.code).toBe(1)
    // Two of the faults claim a level that only this tier can judge.
    expect(JSON.parse(offline.out).files[0].counts).toMatchObject({ refused: 35, faultless: 465 })

    const dry = await push(path, '--dry-run')
    expect(JSON.parse(dry.out).files[0].counts).toMatchObject({ refused: 37 })
    rmSync(`${path}.problems.xlsx`)
    const first = await push(path)
    expect([first.code, JSON.parse(first.out).files[0].counts.refused]).toEqual([1, 37])
    expect(existsSync(`${path}.problems.xlsx`)).toBe(true)
    await push(path)
    const receipts = readFileSync(`${path}.receipts.ndjson`, 'utf8').trimEnd().split('\n')
    expect(receipts).toHaveLength(2)
    expect(receipts[1]).toBe(receipts[0])

    const mended = readFileSync(join(dir, '改.xlsx'))
    const table = await openTable({ bytes: mended, path: null }, { release })
    const letterOf = new Map(
      table
        .columnsOf('工程项目基本信息')
        .flatMap(({ target, index }) => (target !== null && 'field' in target ? [[target.field.code, index]] : [])),
    )
    const values = faults.map(({ row, field, truth }) => ({
      sheet: '工程项目基本信息',
      cell: `${columnName(letterOf.get(field) as number)}${row}`,
      value: truth,
    }))
    const done = join(dir, '项目-改.xlsx')
    writeFileSync(done, (await writeCells(mended, values)).bytes)
    const second = await push(done)
    expect([second.code, JSON.parse(second.out).files[0].counts]).toMatchObject([0, { accepted: 37, unchanged: 463, refused: 0 }])
  })

  it('takes CSV named after its entity, and says of an old workbook how to convert it', async () => {
    const csv = join(dir, 'TBProjectInfo.csv')
    writeFileSync(csv, 'PrjNum,PrjName\r\n3701022609010101,示例（合成）\r\n')
    const ran = await push(csv)
    expect(JSON.parse(ran.out).files[0].counts.refused).toBe(1)
    const old = join(dir, '旧.xls')
    writeFileSync(old, Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2000)]))
    const refused = await push(old)
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('另存为')
  })
})

const columnName = (index: number): string =>
  (index < 26 ? '' : columnName(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26))
