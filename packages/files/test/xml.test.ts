import { describe, expect, it } from 'vitest'
import { gbkOf, read } from './fixtures.ts'

const asProject = { entity: 'TBProjectInfo' }

describe('an XML document', () => {
  it('has rows of fields, with an envelope around them that is no row', async () => {
    const { data, records } = await read(
      '<?xml version="1.0" encoding="utf-8"?>\n<root><user>u</user><password>p</password><rows><row><PrjNum>1</PrjNum><PrjName> 甲 &amp; 乙</PrjName><Address/></row><row><PrjNum>2</PrjNum><PrjName><![CDATA[<丙>]]></PrjName></row></rows></root>',
      asProject,
    )
    expect(data).toEqual([
      { PrjNum: '1', PrjName: '甲 & 乙' },
      { PrjNum: '2', PrjName: '<丙>' },
    ])
    expect(records.map(({ place }) => place.row)).toEqual([1, 2])
  })

  it('names its entities by the elements of its rows or around them, several in one document', async () => {
    const { records } = await read(
      '<data><TBProjectInfo><PrjNum>1</PrjNum></TBProjectInfo><TBTenderInfo><row><TenderNum>T</TenderNum></row></TBTenderInfo></data>',
    )
    expect(records.map(({ record }) => record['entity'])).toEqual(['TBProjectInfo', 'TBTenderInfo'])
    await expect(read('<data><row><PrjNum>1</PrjNum></row></data>')).rejects.toMatchObject({ code: 'file-entity-unclear' })
  })

  it('may have its fields as attributes, and one row only', async () => {
    expect((await read('<data><TBProjectInfo PrjNum="1" PrjName="甲"/></data>')).data).toEqual([{ PrjNum: '1', PrjName: '甲' }])
    expect((await read('<TBProjectInfo><PrjNum>1</PrjNum></TBProjectInfo>')).data).toEqual([{ PrjNum: '1' }])
  })

  it('in GBK is read as it declares, or as the sender says', async () => {
    const inner = '<data><TBProjectInfo><PrjName>示例</PrjName></TBProjectInfo></data>'
    const declared = await read(gbkOf(`<?xml version="1.0" encoding="gb2312"?>${inner}`))
    expect([declared.data[0]?.['PrjName'], declared.notes.encoding]).toEqual(['示例', 'GB18030'])
    expect((await read(gbkOf(inner), { charset: 'gbk' })).data[0]?.['PrjName']).toBe('示例')
    await expect(read(gbkOf(inner))).rejects.toMatchObject({ code: 'file-text-encoding' })
  })

  it('has values in base64 of GBK when that is said, and names the row that has none', async () => {
    const packed = gbkOf('示例花园').toString('base64')
    const xml = `<data><TBProjectInfo><PrjName>${packed}</PrjName></TBProjectInfo><TBProjectInfo><PrjName>不是</PrjName></TBProjectInfo></data>`
    const { data, records } = await read(xml, { values: 'base64-gbk' })
    expect(data[0]).toEqual({ PrjName: '示例花园' })
    expect(records[1]?.problems[0]?.code).toBe('row-malformed')
  })

  it('names elements that are no fields', async () => {
    const { notes } = await read('<data><TBProjectInfo><PrjNum>1</PrjNum><PrjNam>甲</PrjNam></TBProjectInfo></data>')
    expect(notes.sheets[0]?.unknownColumns).toEqual([{ column: 'PrjNam', near: ['项目编号（PrjNum）', '项目名称（PrjName）'] }])
  })

  it('asks whether a name of two characters is the end of a longer one', async () => {
    const { notes } = await read('<data><TBProjectInfo><PrjNum>1</PrjNum><分类>甲</分类><备注>乙</备注></TBProjectInfo></data>')
    expect(notes.sheets[0]?.unknownColumns).toEqual([
      { column: '分类', near: ['项目分类（PrjTypeNum）'] },
      { column: '备注', near: [] },
    ])
  })
})

describe('an XML document that means harm', () => {
  const laughs = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha">${Array.from({ length: 10 }, (_, at) => `<!ENTITY b${at} "${`&b${at === 0 ? '' : at - 1};`.repeat(10)}">`).join('')}]><a><row><PrjNum>&b9;</PrjNum></row></a>`

  it.each([
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a><row><PrjNum>&x;</PrjNum></row></a>'],
    ['an external DTD', '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a><row><PrjNum>1</PrjNum></row></a>'],
    ['a billion laughs', laughs],
  ])('by %s is refused', async (_name, xml) => {
    await expect(read(xml, asProject)).rejects.toMatchObject({ code: 'xml-dtd-refused', detail: { en: expect.not.stringContaining('  ') } })
  })

  it.each([
    ['an entity that nobody declared', '<a><row><PrjNum>&x;</PrjNum></row></a>'],
    ['elements that are not closed', '<a><row><PrjNum>1</PrjNum></a>'],
    ['an early end', '<a><row><PrjNum>1</PrjNum></row>'],
    ['nesting without end', '<a>'.repeat(100_000)],
    ['two roots', '<a><row><PrjNum>1</PrjNum></row></a><b/>'],
  ])('by %s is refused', async (_name, xml) => {
    await expect(read(xml, asProject)).rejects.toMatchObject({ code: 'file-malformed' })
  })
})
