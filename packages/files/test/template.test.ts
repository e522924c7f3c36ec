import { releases, validateRecord } from '@huijiao/standard'
import { describe, expect, it } from 'vitest'
import { openTable, templateWorkbook, writeCells } from '../src/index.ts'
import { openPackage } from '../src/xlsx/package.ts'
import { readXml } from '../src/xlsx/sax.ts'
import { openWorkbook } from '../src/xlsx/workbook.ts'
import { release } from './fixtures.ts'

const entity = release.entities.get('TBProjectInfo')!
const at = new Date('2026-11-22T00:00:00Z')
const part = async (bytes: Buffer, name: string) => await (await openPackage(bytes)).text(name)

/** The order of a worksheet's elements. @see ECMA-376 Part 1, CT_Worksheet */
const worksheetOrder = [
  'sheetPr',
  'dimension',
  'sheetViews',
  'sheetFormatPr',
  'cols',
  'sheetData',
  'sheetProtection',
  'autoFilter',
  'mergeCells',
  'conditionalFormatting',
  'dataValidations',
  'hyperlinks',
  'pageMargins',
  'pageSetup',
  'drawing',
  'legacyDrawing',
  'tableParts',
  'extLst',
]

describe('a template', () => {
  it('of every entity of every release opens, is read by its own header, and its examples are valid records', async () => {
    for (const one of releases.values()) {
      for (const table of one.entities.values()) {
        const bytes = await templateWorkbook(one, table)
        const opened = await openTable({ bytes, path: null }, { release: one })
        const fields = table.fields.filter(({ kind }) => kind !== 'attachment')
        expect(opened.notes.sheets).toEqual([
          { sheet: expect.any(String), entity: table.code, headerRows: [1, 2], columns: fields.length + 1 },
        ])
        const examples = await openTable({ bytes, path: null }, { release: one, entity: table.code, sheet: '填写示例' })
        let count = 0
        for await (const { record, problems } of examples.records()) {
          count += 1
          const found = validateRecord(one, table, record['data'] as Record<string, unknown>, at).filter(
            ({ severity }) => severity === 'error',
          )
          expect([table.code, problems, found.map(({ code, pointer }) => `${code} ${pointer}`)]).toEqual([table.code, [], []])
        }
        expect(count).toBe(2)
      }
    }
  }, 120_000)

  it('writes its elements in the order that Excel wants, with parts for every relationship', async () => {
    const bytes = await templateWorkbook(release, entity)
    const { sheets, package: pack } = await openWorkbook(bytes)
    expect(sheets.map(({ name, hidden }) => [name, hidden])).toEqual([
      ['工程项目基本信息', false],
      ['填写说明', false],
      ['填写示例', false],
      ['字典', true],
    ])
    for (const { part: name } of sheets) {
      const order: number[] = []
      let depth = 0
      readXml(name, await pack.text(name), {
        open: (element) => {
          if (depth === 1) order.push(worksheetOrder.indexOf(element))
          depth += 1
        },
        close: () => {
          depth -= 1
        },
      })
      expect(order).not.toContain(-1)
      expect(order).toEqual(order.toSorted((a, b) => a - b))
    }
  })

  it('has drop-downs from the dictionaries that reach every code, texts where Excel would damage a code, and a frozen header', async () => {
    const bytes = await templateWorkbook(release, entity)
    const xml = await part(bytes, 'xl/worksheets/sheet1.xml')
    const lists = [
      ...xml.matchAll(/<dataValidation [^>]*sqref="([A-Z]+)3:[A-Z]+10000"><formula1>'字典'!\$([A-Z]+)\$2:\$[A-Z]+\$(\d+)<\/formula1>/g),
    ]
    const withDictionary = entity.fields.filter(
      ({ dictionary }) => dictionary !== undefined && (release.dictionaries.get(dictionary)?.codes.size ?? 0) > 0,
    )
    expect(lists).toHaveLength(withDictionary.length)
    for (const [at, list] of lists.entries())
      expect(Number(list[3])).toBe(release.dictionaries.get(withDictionary[at]?.dictionary ?? '')!.codes.size + 1)
    expect(xml).toContain('<pane ySplit="2" topLeftCell="A3" activePane="bottomLeft" state="frozen"/>')
    const code = entity.fields.findIndex(({ code: name }) => name === 'PrjNum') + 2
    const style = Number(new RegExp(`<col min="${code}" [^>]*style="(\\d+)"`).exec(xml)?.[1])
    const xfs = [...(await part(bytes, 'xl/styles.xml')).matchAll(/<xf numFmtId="(\d+)" [^>]*xfId="0"/g)]
    expect(xfs[style]?.[1]).toBe('49') // text
  })

  it('explains each field on its header, with what is inferred', async () => {
    const inferred = [...release.entities.values()].find(({ fields }) => fields.some(({ provenance }) => provenance.length > 0))!
    const notes = await part(await templateWorkbook(release, inferred), 'xl/comments1.xml')
    expect(notes).toContain('推定（非官方原文）')
    const own = await part(await templateWorkbook(release, entity), 'xl/comments1.xml')
    expect(own).toMatch(/项目编号（PrjNum）\n必填 · 文本，至多 20 字\n业务主键/)
    expect(own).toMatch(/总投资（万元）（AllInvest）[\s\S]*单位：万元/)
  })

  it('filled by its drop-downs is read as codes', async () => {
    const bytes = await templateWorkbook(release, entity)
    const filled = await writeCells(bytes, [
      { sheet: '工程项目基本信息', cell: 'C3', value: '3701022609010101' },
      { sheet: '工程项目基本信息', cell: 'E3', value: '01 房屋建筑工程' },
    ])
    const table = await openTable({ bytes: filled.bytes, path: null }, { release })
    const { value } = await table.records().next()
    expect(value?.record['data']).toEqual({ PrjNum: '3701022609010101', PrjTypeNum: '01' })
  })

  it('is the same bytes each time', async () => {
    expect((await templateWorkbook(release, entity)).equals(await templateWorkbook(release, entity))).toBe(true)
  })
})
