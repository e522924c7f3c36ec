import { describe, expect, it } from 'vitest'
import { writeWorkbook } from '../src/index.ts'
import { handMade, read, sheetData, zip } from './fixtures.ts'

const names = ['PrjNum', 'PrjName', 'PrjTypeNum', 'AllInvest', 'PrjApprovalDate']
const project = (...rows: string[][]) => sheetData([names, ...rows])
const asProject = (inner: string, more: Partial<Parameters<typeof handMade>[0]> = {}) =>
  read(handMade({ sheets: { TBProjectInfo: inner }, ...more }))
const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`

describe('the cells of a workbook', () => {
  it('are texts by shared string, inline, rich and formula; escapes of control characters are read', async () => {
    const { data } = await asProject(
      sheetData([
        names,
        [
          '<c t="s"><v>0</v></c>',
          '<c t="inlineStr"><is><r><t>示例</t></r><rPh><t>x</t></rPh><r><t>花园</t></r></is></c>',
          '<c t="str"><f>A1</f><v>01</v></c>',
        ],
      ]),
      { sharedStrings: ['3701_x005F_x0041_'] },
    )
    expect(data).toEqual([{ PrjNum: '3701_x0041_', PrjName: '示例花园', PrjTypeNum: '01' }])
  })

  it('are numbers as they are meant: a double in its shortest form, without an exponent', async () => {
    const { data } = await asProject(
      project(
        ['1', 'a', '01', '<c><v>0.10000000000000001</v></c>'],
        ['2', 'b', '01', '<c><v>1.86005E4</v></c>'],
        ['3', 'c', '01', '<c><v>1E-7</v></c>'],
      ),
    )
    expect(data.map((one) => one['AllInvest'])).toEqual(['0.1', '18600.5', '0.0000001'])
  })

  it('are dates by their style, in both systems of counting days, and never by guessing', async () => {
    const styled = {
      xfs: '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="22"/><xf numFmtId="31"/>',
      formats: '<numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>',
    }
    const cells = [
      '<c s="1"><v>43344</v></c>',
      '<c s="2"><v>43344</v></c>',
      '<c s="4"><v>43344</v></c>',
      '<c s="3"><v>43344.5</v></c>',
      '<c><v>43344</v></c>',
      '<c><v>20180901</v></c>',
      '<c s="1"><v>60</v></c>',
    ]
    const { data, records } = await asProject(project(...cells.map((cell, at) => [String(at), '', '', '', cell])), styled)
    expect(data.map((one) => one['PrjApprovalDate'])).toEqual([
      '2018-09-01',
      '2018-09-01',
      '2018-09-01',
      '2018-09-01 12:00:00',
      undefined,
      '20180901',
      '60',
    ])
    expect(records[4]?.problems[0]).toMatchObject({
      code: 'date-invalid',
      fix: [{ op: 'add', path: '/data/PrjApprovalDate', value: '2018-09-01' }],
    })
    const since1904 = await asProject(project(['1', '', '', '', '<c s="1"><v>41882</v></c>']), {
      ...styled,
      workbookPr: '<workbookPr date1904="1"/>',
    })
    expect(since1904.data[0]?.['PrjApprovalDate']).toBe('2018-09-01')
  })

  it('that Excel damaged are problems with a patch only where one value alone was meant', async () => {
    const styled = { xfs: '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/>', formats: '<numFmt numFmtId="164" formatCode="00"/>' }
    const { data, records } = await asProject(
      project(
        ['<c><v>3.7010226090101E+15</v></c>', 'a', '<c><v>1</v></c>'],
        ['<c><v>3701022609010101</v></c>', 'b', '<c s="2"><v>1</v></c>'],
        ['3', '<c s="1"><v>43344</v></c>', '<c><v>99</v></c>'],
      ),
      styled,
    )
    expect(records.map(({ problems }) => problems.map(({ code, pointer, fix }) => [code, pointer, fix?.[0]?.value]))).toEqual([
      [
        ['cell-number-damaged', '/data/PrjNum', undefined],
        ['cell-number-damaged', '/data/PrjTypeNum', '01'],
      ],
      [],
      [['cell-number-damaged', '/data/PrjName', undefined]],
    ])
    // Sixteen digits that a program wrote whole, and zeros that the format shows, are what they say.
    expect(data[1]).toMatchObject({ PrjNum: '3701022609010101', PrjTypeNum: '01' })
    expect(data[2]?.['PrjTypeNum']).toBe('99')
  })

  it('with errors, formulas without a result and merged cells are problems; other formulas are read by their results and noted', async () => {
    const { records, notes, data } = await asProject(
      sheetData(
        [names, ['1', '<c t="e"><v>#N/A</v></c>', '<c><f>A1</f></c>'], ['2', '<c t="str"><f>A1</f><v>乙</v></c>', '01'], ['3', '', '01']],
        '<mergeCells><mergeCell ref="B3:B4"/></mergeCells>',
      ),
    )
    expect(records.map(({ problems }) => problems.map(({ code, fix }) => [code, fix?.[0]?.value]))).toEqual([
      [
        ['cell-error', undefined],
        ['cell-formula-empty', undefined],
      ],
      [],
      [['cell-merged', '乙']],
    ])
    expect(data[1]).toMatchObject({ PrjName: '乙' })
    expect(notes.sheets[0]).toMatchObject({ formulas: 2, mergedCells: 1 })
  })

  it('of drop-downs hold the code and its name, and are read as the code', async () => {
    const { data } = await asProject(project(['1', 'a', '01 房屋建筑工程'], ['2', 'b', '01 别的什么']))
    expect(data.map((one) => one['PrjTypeNum'])).toEqual(['01', '01 别的什么'])
  })

  it('are found where a writer leaves their places out, under a prefix, or in an odd order of parts', async () => {
    const row = (cells: string[]) =>
      `<row>${cells.map((cell) => text(cell).replaceAll('<c ', '<x:c ').replaceAll('</c>', '</x:c>')).join('')}</row>`
    const { data } = await asProject(
      `<sheetData xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">${row(['PrjNum', 'PrjName'])}${row(['1', '甲'])}</sheetData>`,
    )
    expect(data).toEqual([{ PrjNum: '1', PrjName: '甲' }])
  })
})

describe('the sheets of a workbook', () => {
  const one = sheetData([
    ['PrjNum', 'PrjName'],
    ['1', '甲'],
  ])

  it('are entities by their code or Chinese name; hidden ones and others are passed over and named', async () => {
    const { records, notes } = await read(
      handMade({
        sheets: {
          工程项目基本信息: one,
          TBTenderInfo: sheetData([
            ['TenderNum', 'PrjNum'],
            ['T', '1'],
          ]),
          备用: one,
          隐藏: one,
          填写说明: one,
        },
        hidden: ['隐藏'],
      }),
    )
    expect(records.map(({ record, place }) => [record['entity'], place.sheet])).toEqual([
      ['TBProjectInfo', '工程项目基本信息'],
      ['TBTenderInfo', 'TBTenderInfo'],
    ])
    expect(notes.sheetsPassedOver?.map(({ sheet }) => sheet)).toEqual(['隐藏', '备用'])
  })

  it('without a name that says it need the entity said, when there is only one', async () => {
    const bytes = handMade({ sheets: { Sheet1: one } })
    await expect(read(bytes)).rejects.toMatchObject({ code: 'file-entity-unclear' })
    expect((await read(bytes, { entity: 'TBProjectInfo' })).records).toHaveLength(1)
    expect(
      (await read(handMade({ sheets: { Sheet1: one, Sheet2: one } }), { entity: '工程项目基本信息', sheet: 'Sheet2' })).records[0]?.place
        .sheet,
    ).toBe('Sheet2')
    await expect(read(handMade({ sheets: { Sheet1: one, Sheet2: one } }), { entity: 'TBProjectInfo' })).rejects.toMatchObject({
      code: 'file-entity-unclear',
    })
  })

  it('may have rows that say nothing in a known column: they are passed over and named', async () => {
    const { records, notes } = await asProject(
      sheetData([
        ['PrjNum', '备注'],
        ['1', ''],
        ['', '合计'],
        ['2', ''],
      ]),
    )
    expect([records.length, notes.sheets[0]?.rowsPassedOver]).toEqual([2, [3]])
  })

  it('written here read back the same, whatever stands in them', async () => {
    const texts = ['=1+1', '@SUM(A1)', '<c>&"\'', ' 空格 ', '_x0041_', 'a\r\nb\tc', '\u0001', '𠮷', '+1', '-']
    const bytes = await writeWorkbook(
      [{ name: 'TBProjectInfo', rows: [['PrjNum', 'PrjName'], ...texts.map((value, at) => [String(at), value])] }],
      'x',
    )
    const { data, notes } = await read(bytes)
    expect(data.map((row) => row['PrjName'])).toEqual(texts)
    expect(notes.sheets[0]).not.toHaveProperty('formulas')
  })
})

describe('a file that is no workbook', () => {
  const old = (stream: string) =>
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600), Buffer.from(stream, 'utf16le'), Buffer.alloc(600)])
  const sheets = { TBProjectInfo: '<sheetData/>' }
  const spreadsheet2003 = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'

  it.each([
    ['old', old('Workbook'), '旧.xls', 'Excel 97-2003', '另存为'],
    ['of WPS', old('Workbook'), '表.et', '.et', '另存为'],
    ['encrypted', old('EncryptedPackage'), '密.xlsx', '加密', '取消打开密码'],
    ['Word', old('WordDocument'), 'a.doc', 'Word', '另存为'],
    ['with macros', handMade({ sheets, type: 'sheet.macroEnabled.main+xml' }), 'a.xlsm', '宏', '另存为'],
    ['binary', handMade({ sheets, type: 'sheet.binary.macroEnabled.main' }), 'a.xlsb', '宏', '另存为'],
    ['a document', handMade({ sheets, type: 'x.wordprocessingml.document.main+xml' }), 'a.docx', 'Word', '另存为'],
    ['OpenDocument', zip({ mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': '<a/>' }), 'a.ods', '.ods', '另存为'],
    ['an archive', zip({ '项目.csv': 'a,b' }), 'a.zip', '.zip', '解压'],
    ['HTML', '<html><table><tr><td>1</td></tr></table></html>', '导出.xls', 'HTML', '另存为'],
    ['XML of 2003', spreadsheet2003, '导出.xls', '2003', '另存为'],
    ['PDF', '%PDF-1.7', 'a.pdf', '文件是 PDF 文件', '从业务系统另行导出'],
    ['binary', Buffer.from([1, 0, 2, 0, 3]), 'a.csv', '二进制', '另存为'],
    ['JSON', '{"id":"x"}', 'a.json', 'JSON', 'application/json'],
  ])('%s: is refused with the way to convert it', async (_kind, bytes, name, detail, hint) => {
    await expect(read(bytes, { name })).rejects.toMatchObject({
      code: 'file-kind-unsupported',
      detail: { zh: expect.stringContaining(detail) },
      hint: { zh: expect.stringContaining(hint) },
    })
  })

  it('a CSV file with the ending or the media type of a workbook is called what it is', async () => {
    const text = 'PrjNum,PrjName\r\n1,a\r\n'
    expect((await read(text, { name: 'TBProjectInfo.xlsx' })).notes.kind).toBe('csv')
    await expect(read(text, { mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' })).rejects.toMatchObject({
      code: 'file-kind-unsupported',
      hint: { zh: expect.stringContaining('text/csv') },
    })
  })
})

describe('a workbook that means harm', () => {
  const head = '<row r="1"><c t="inlineStr"><is><t>PrjNum</t></is></c></row>'

  it('by its size, its parts, or by what they inflate to is refused before memory is full', async () => {
    await expect(read(Buffer.concat([handMade({ sheets: { TBProjectInfo: '' } }), Buffer.alloc(21 * 1024 ** 2)]))).rejects.toMatchObject({
      code: 'workbook-too-large',
    })
    const many = Object.fromEntries(Array.from({ length: 2100 }, (_, at) => [`x/${at}`, '']))
    await expect(read(handMade({ sheets: { TBProjectInfo: '' }, more: many }))).rejects.toMatchObject({ code: 'workbook-too-large' })
    const bomb = handMade({ sheets: { TBProjectInfo: `<sheetData>${head}<row r="2">${'<c/>'.repeat(9_000_000)}</row></sheetData>` } })
    expect(bomb.length).toBeLessThan(200_000)
    const before = process.memoryUsage().heapUsed
    await expect(read(bomb)).rejects.toMatchObject({ code: 'workbook-too-large' })
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 ** 2)
  })

  it('by a size that it lies about, a damaged part or a part twice is refused', async () => {
    const parts = { '[Content_Types].xml': '<Types/>', '_rels/.rels': `<Relationships>${' '.repeat(100)}</Relationships>` }
    await expect(read(zip(parts, { uncompressedSize: 8 }))).rejects.toMatchObject({ code: 'file-malformed' })
    const whole = handMade({ sheets: { TBProjectInfo: project(['1', 'a']) } })
    await expect(read(whole.subarray(0, whole.length - 40))).rejects.toMatchObject({ code: 'file-malformed' })
    await expect(read(handMade({ sheets: { TBProjectInfo: '<sheetData><row>' } }))).rejects.toMatchObject({ code: 'file-malformed' })
    await expect(read(handMade({ sheets: { TBProjectInfo: '<sheetData><row r="5"/><row r="2"/></sheetData>' } }))).rejects.toMatchObject({
      code: 'file-malformed',
    })
    await expect(read(handMade({ sheets: { TBProjectInfo: sheetData([['<c t="s"><v>7</v></c>']]) } }))).rejects.toMatchObject({
      code: 'file-malformed',
    })
  })

  it('by a DTD in any of its parts is refused', async () => {
    const sharedStrings = '<!DOCTYPE sst [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>'
    await expect(
      read(handMade({ sheets: { TBProjectInfo: project(['1', 'a']) }, more: { 'xl/sharedStrings.xml': sharedStrings } })),
    ).rejects.toMatchObject({ code: 'xml-dtd-refused' })
  })

  it('by columns and merged cells without end costs nothing', async () => {
    const merges = Array.from({ length: 5000 }, (_, at) => `<mergeCell ref="A${at + 2}:XFD1048576"/>`).join('')
    const { records } = await asProject(sheetData([names, ['1', 'a']], `<mergeCells>${merges}</mergeCells>`))
    expect(records).toHaveLength(1)
  })
})
