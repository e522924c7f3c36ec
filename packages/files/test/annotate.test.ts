import { validateRecord } from '@huijiao/standard'
import { describe, expect, it } from 'vitest'
import { annotateWorkbook, cellFixes, joinProblems, openTable, templateWorkbook, workbookOfRows, writeCells } from '../src/index.ts'
import { PackageEdit } from '../src/xlsx/edit-package.ts'
import { openPackage } from '../src/xlsx/package.ts'
import { readXml } from '../src/xlsx/sax.ts'
import { handMade, release, sheetData } from './fixtures.ts'

const entity = release.entities.get('TBProjectInfo')!
const at = new Date('2026-11-22T00:00:00Z')

/** The problems of a workbook as the command line finds them. */
async function judged(bytes: Buffer) {
  const table = await openTable({ bytes, path: null }, { release })
  const problems = []
  for await (const row of table.records()) {
    const data = row.record['data'] as Record<string, unknown>
    problems.push(
      ...joinProblems(row, table.columnsOf(row.place.sheet), validateRecord(release, entity, data, at)).map((problem) => ({
        ...problem,
        record: row.index,
      })),
    )
  }
  return { table, problems }
}

const part = async (bytes: Buffer, name: string) => await (await openPackage(bytes)).text(name)
const namesOf = async (bytes: Buffer) => (await openPackage(bytes)).names

/** Cells of a sheet's XML: style and text by place. */
function cellsOf(xml: string): Map<string, { style: string | undefined; text: string }> {
  const cells = new Map<string, { style: string | undefined; text: string }>()
  let current: { style: string | undefined; text: string } | null = null
  readXml('sheet', xml, {
    open: (name, attributes) => {
      if (name === 'c') cells.set(attributes['r'] ?? '', (current = { style: attributes['s'], text: '' }))
    },
    text: (text) => {
      if (current !== null) current.text += text
    },
    close: (name) => {
      if (name === 'c') current = null
    },
  })
  return cells
}

const commentsIn = (xml: string) => [...xml.matchAll(/<comment ref="([A-Z]+\d+)"/g)].map((match) => match[1])
const header = ['PrjNum', 'PrjName', 'CityNum', 'CountyNum', 'ProvinceNum']
const sheets = (...rows: string[][]) => ({
  TBProjectInfo: sheetData(
    [header, ...rows],
    '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/><extLst><ext uri="{x}"/></extLst>',
  ),
})

describe('an annotated workbook', () => {
  it('colours the faulty cells, those that are not there too, and gives each a note in both languages with its patch', async () => {
    const bytes = handMade({ sheets: sheets(['3701022609010101', '', '370100', '370202', '370000']) })
    const { problems, table } = await judged(bytes)
    const marked = await annotateWorkbook(bytes, problems, table.notes)
    const before = cellsOf(await part(bytes, 'xl/worksheets/sheet1.xml'))
    const xml = await part(marked, 'xl/worksheets/sheet1.xml')
    const cells = cellsOf(xml)
    expect(before.has('B2')).toBe(false)
    expect(cells.get('B2')?.style).toBe(cells.get('D2')?.style)
    expect(cells.get('C2')).toEqual(before.get('C2'))
    expect(await part(marked, 'xl/styles.xml')).toContain('<fgColor rgb="FFFFB3B0"/>')
    // The drawing stands where the schema of a worksheet wants it.
    expect(xml).toMatch(/<pageMargins [^>]*\/><legacyDrawing [^>]*r:id="[^"]+"\/><extLst>/)
    const notes = await part(marked, 'xl/comments1.xml')
    expect(commentsIn(notes)).toEqual(expect.arrayContaining(['B2', 'D2']))
    expect(notes).toMatch(
      /【错误】区县不在所填城市内[\s\S]*建议：改为 370102[\s\S]*\[error\] County is not in the city[\s\S]*Suggested: write 370102/,
    )
    const drawing = await part(marked, 'xl/drawings/vmlDrawing1.vml')
    expect([...drawing.matchAll(/<x:Row>1<\/x:Row><x:Column>3<\/x:Column>/g)]).toHaveLength(1)
  })

  it('has every part declared, and its relationships lead to parts that are there', async () => {
    const bytes = handMade({ sheets: sheets(['1', '', '', '']) })
    const { problems } = await judged(bytes)
    const marked = await annotateWorkbook(bytes, problems)
    const names = await namesOf(marked)
    const types = await part(marked, '[Content_Types].xml')
    expect(types).toContain('Extension="vml"')
    for (const [name, type] of [
      ['/xl/comments1.xml', 'comments+xml'],
      ['/xl/worksheets/sheet2.xml', 'worksheet+xml'],
    ])
      expect(types).toMatch(new RegExp(`PartName="${name}" ContentType="[^"]*${type?.replace('+', '\\+')}"`))
    const relationships = await part(marked, 'xl/worksheets/_rels/sheet1.xml.rels')
    for (const [, target] of relationships.matchAll(/Target="\.\.\/([^"]+)"/g)) expect(names).toContain(`xl/${target}`)
    expect(await part(marked, 'xl/workbook.xml')).toContain('name="问题汇总"')
  })

  it('sums the problems up by kind on a sheet that is not read as data', async () => {
    const bytes = handMade({ sheets: sheets(['1', '', '', ''], ['2', '', '', '']) })
    const { problems, table } = await judged(bytes)
    const marked = await annotateWorkbook(bytes, problems, table.notes)
    const summary = await part(marked, 'xl/worksheets/sheet2.xml')
    expect(summary).toContain(`共 ${problems.length} 个问题`)
    expect(summary).toContain('field-missing')
    expect((await judged(marked)).table.notes).toEqual(table.notes)
    expect((await judged(marked)).problems).toEqual(problems)
  })

  it('of a later round loses the marks of what was mended and keeps the notes of others, in a template as well', async () => {
    const template = await templateWorkbook(release, entity, {
      rows: [{ PrjNum: '3701022609010101', CityNum: '370100', CountyNum: '370202', ProvinceNum: '370000' }],
    })
    const first = await judged(template)
    const once = await annotateWorkbook(template, first.problems, first.table.notes)
    const county = first.problems.find(({ pointer }) => pointer === '/data/CountyNum')!
    const { values, unmended } = cellFixes([county], (sheet) => first.table.columnsOf(sheet))
    expect([values, unmended]).toEqual([[{ sheet: '工程项目基本信息', cell: county.place?.cell, value: '370102' }], []])
    const mended = (await writeCells(once, values)).bytes
    const second = await judged(mended)
    expect(second.problems).toHaveLength(first.problems.length - 1)
    const twice = await annotateWorkbook(mended, second.problems, second.table.notes)
    const notes = commentsIn(await part(twice, 'xl/comments1.xml'))
    expect(notes).not.toContain(county.place?.cell)
    expect(notes).toContain('A1') // a note of the template itself
    expect(new Set(notes).size).toBe(notes.length)
    expect((await part(twice, 'xl/drawings/vmlDrawing1.vml')).match(/<v:shape /g)).toHaveLength(notes.length)
    const styles = await part(twice, 'xl/styles.xml')
    const xfs = [...(/<cellXfs[\s\S]*<\/cellXfs>/.exec(styles)?.[0] ?? '').matchAll(/<xf [^>]*fillId="(\d+)"/g)].map((match) =>
      Number(match[1]),
    )
    const style = Number(cellsOf(await part(twice, 'xl/worksheets/sheet1.xml')).get(county.place?.cell ?? '')?.style)
    expect(xfs[style]).toBe(0)
    expect([...new Set((await namesOf(twice)).filter((name) => name.includes('/sheet')))]).toEqual(
      await namesOf(once).then((names) => names.filter((name) => name.includes('/sheet'))),
    )
  })

  it('is the same bytes for the same problems', async () => {
    const bytes = handMade({ sheets: sheets(['1', '', '', '']) })
    const { problems } = await judged(bytes)
    expect((await annotateWorkbook(bytes, problems)).equals(await annotateWorkbook(bytes, problems))).toBe(true)
  })

  it('adds its words to a note that somebody else has on the cell, and takes them back', async () => {
    const comment =
      '<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors><author>李示例</author></authors><commentList><comment ref="B2" authorId="0"><text><t>待补</t></text></comment></commentList></comments>'
    const drawing =
      '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape id="_x0000_s1025"><x:ClientData ObjectType="Note"><x:Row>1</x:Row><x:Column>1</x:Column></x:ClientData></v:shape></xml>'
    const made = handMade({
      sheets: {
        TBProjectInfo: `${sheets(['1', '', '370100', '370102']).TBProjectInfo.replace('<extLst>', '<legacyDrawing r:id="rId1"/><extLst>')}`,
      },
      more: {
        'xl/comments1.xml': comment,
        'xl/drawings/vmlDrawing1.vml': drawing,
        'xl/worksheets/_rels/sheet1.xml.rels':
          '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/vmlDrawing" Target="../drawings/vmlDrawing1.vml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="../comments1.xml"/></Relationships>',
      },
    })
    const { problems } = await judged(made)
    const marked = await annotateWorkbook(made, problems)
    const notes = await part(marked, 'xl/comments1.xml')
    expect(notes).toMatch(/<t>待补<\/t><r><t xml:space="preserve">\n—— 汇交 Huijiao ——/)
    expect((await part(marked, 'xl/worksheets/sheet1.xml')).match(/legacyDrawing/g)).toHaveLength(1)
    const cleaned = await annotateWorkbook(marked, [])
    expect(await part(cleaned, 'xl/comments1.xml')).toContain('<text><t>待补</t></text>')
    expect(commentsIn(await part(cleaned, 'xl/comments1.xml'))).toEqual(['B2'])
  })
})

describe('a marked workbook that another program has saved', () => {
  it('loses our notes in the next round though their author is lost, and keeps what others wrote in one run with ours', async () => {
    const bytes = handMade({ sheets: sheets(['1', '', '370100', '370102', '370000']) })
    const { problems } = await judged(bytes)
    const marked = await annotateWorkbook(bytes, problems)
    const comments = await part(marked, 'xl/comments1.xml')
    const saved = await (async () => {
      const edit = new PackageEdit(await openPackage(marked))
      const foreign =
        '<comment ref="A1" authorId="0"><text><r><t xml:space="preserve">请核对\n—— 汇交 Huijiao ——\n【错误】旧</t></r></text></comment>'
      edit.write(
        'xl/comments1.xml',
        comments.replace(/<author>[^<]*<\/author>/, '<author> </author>').replace('<commentList>', `<commentList>${foreign}`),
      )
      return await edit.pack()
    })()
    const again = await part(await annotateWorkbook(saved, []), 'xl/comments1.xml')
    expect(commentsIn(again)).toEqual(['A1'])
    expect(again).toContain('<t xml:space="preserve">请核对</t>')
  })
})

describe('cells that are written', () => {
  it('keep everything else of the workbook, byte for byte', async () => {
    const bytes = handMade({ sheets: sheets(['1', 'a', '', '']), more: { 'xl/theme/theme1.xml': '<theme/>' } })
    const { bytes: written, formulas } = await writeCells(bytes, [
      { sheet: 'TBProjectInfo', cell: 'C2', value: '370100' },
      { sheet: 'TBProjectInfo', cell: 'A2', value: null },
      { sheet: 'TBProjectInfo', cell: 'A9', value: 7 },
    ])
    expect(formulas).toEqual([])
    const cells = cellsOf(await part(written, 'xl/worksheets/sheet1.xml'))
    expect([cells.get('C2')?.text, cells.get('A2')?.text, cells.get('A9')?.text, cells.get('B2')?.text]).toEqual(['370100', '', '7', 'a'])
    for (const name of ['xl/theme/theme1.xml', 'xl/styles.xml', 'xl/workbook.xml'])
      expect(await part(written, name)).toBe(await part(bytes, name))
  })

  it('do not touch a formula, and say so', async () => {
    const bytes = handMade({ sheets: { TBProjectInfo: sheetData([header, ['1', '<c t="str"><f>A2</f><v>1</v></c>']]) } })
    const { bytes: written, formulas } = await writeCells(bytes, [{ sheet: 'TBProjectInfo', cell: 'B2', value: 'x' }])
    expect(formulas).toEqual(['TBProjectInfo!B2'])
    expect(await part(written, 'xl/worksheets/sheet1.xml')).toBe(await part(bytes, 'xl/worksheets/sheet1.xml'))
  })
})

describe('a CSV file as a workbook', () => {
  it('has its problems on its cells, and what looks like a formula is text', async () => {
    const text = 'PrjNum,PrjName,Address\r\n1,"=HYPERLINK(""x"")",@x\r\n'
    const source = { bytes: Buffer.from(text), path: null }
    const table = await openTable(source, { release, name: 'TBProjectInfo.csv' })
    const problems = []
    for await (const row of table.records())
      problems.push(
        ...joinProblems(
          row,
          table.columnsOf(undefined),
          validateRecord(release, entity, row.record['data'] as Record<string, unknown>, at),
        ),
      )
    const bytes = await workbookOfRows(source, { release, name: 'TBProjectInfo.csv' }, problems)
    const xml = await part(bytes, 'xl/worksheets/sheet1.xml')
    expect(xml).not.toContain('<f>')
    expect(cellsOf(xml).get('B2')?.text).toBe('=HYPERLINK("x")')
    expect(commentsIn(await part(bytes, 'xl/comments1.xml'))).toContain('A2')
  })
})
