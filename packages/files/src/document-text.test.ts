import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { documentText } from './document-text.ts'
import { packParts } from './xlsx/zip.ts'

const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const excel = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

const packed = (parts: Readonly<Record<string, string>>): Promise<Buffer> =>
  packParts(Object.entries(parts).map(([name, content]) => ({ name, content })))

async function textOf(bytes: Buffer, mediaType: string): Promise<string> {
  const found = await documentText({ bytes, path: null }, mediaType)
  if (!found.readable) return `(${found.why})`
  let text = ''
  for await (const piece of found.pieces) text += piece
  return text
}

describe('the text of a document', () => {
  it('of Word is whole where an editor has cut it into runs, and apart between paragraphs and cells', async () => {
    const document = `<w:document xmlns:w="x"><w:body><w:p><w:r><w:t>证件 37010</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>2&#49;890</w:t></w:r></w:p>
      <w:tbl><w:tr><w:tc><w:p><w:r><w:t>12</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>34</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>`
    const bytes = await packed({ '[Content_Types].xml': '<Types/>', 'word/document.xml': document, 'word/media/image1.png': 'png' })
    const text = await textOf(bytes, word)
    expect(text).toContain('证件 3701021890')
    expect(text).not.toContain('1234')
    expect(await documentText({ bytes, path: null }, word)).toMatchObject({ readable: true, unread: 1 })
  })

  it('of a workbook has its shared texts and its inline ones, cell by cell', async () => {
    const bytes = await packed({
      '[Content_Types].xml': '<Types/>',
      'xl/sharedStrings.xml': '<sst><si><t>11</t></si><si><r><t>2</t></r><r><t>2</t></r></si></sst>',
      'xl/worksheets/sheet1.xml': '<sheetData><row r="1"><c t="s"><v>0</v></c><c t="inlineStr"><is><t>33</t></is></c></row></sheetData>',
    })
    const text = await textOf(bytes, excel)
    expect(text.match(/\d+/g)).toEqual(['11', '22', '0', '33'])
  })

  it('of OFD has the text of its pages', async () => {
    const bytes = await packed({
      'OFD.xml': '<ofd:OFD/>',
      'Doc_0/Pages/Page_0/Content.xml': '<ofd:Page><ofd:TextObject><ofd:TextCode>示例</ofd:TextCode></ofd:TextObject></ofd:Page>',
    })
    expect(await textOf(bytes, 'application/ofd')).toContain('示例')
  })

  it('of plain text is read in UTF-8 and in GB18030', async () => {
    expect(await textOf(Buffer.from('示例 12'), 'text/plain')).toBe('示例 12')
    expect(await textOf(Buffer.from([0xca, 0xbe, 0xc0, 0xfd]), 'text/plain')).toBe('示例')
  })

  it('is not there in a PDF, a picture, or an archive that is cut short', async () => {
    expect(await textOf(Buffer.from('%PDF-1.7'), 'application/pdf')).toBe('(kind)')
    expect(await textOf(Buffer.from([0xff, 0xd8, 0xff]), 'image/jpeg')).toBe('(kind)')
    const bytes = await packed({ '[Content_Types].xml': '<Types/>', 'word/document.xml': '<w:p/>' })
    expect(await textOf(bytes.subarray(0, bytes.length - 30), word)).toBe('(broken)')
  })

  it('never cuts a number, however the parts are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^\d{1,18}$/), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 0, max: 200_000 }),
        async (numbers, pad) => {
          const paragraphs = numbers.map((one) => `<w:p><w:t>${one}</w:t></w:p>`).join('')
          const body = `<w:p><w:t>${'字'.repeat(pad)}</w:t></w:p>${paragraphs}`
          const bytes = await packed({ '[Content_Types].xml': '<Types/>', 'word/document.xml': body })
          const found: string[] = []
          const text = await documentText({ bytes, path: null }, word)
          if (text.readable) for await (const piece of text.pieces) found.push(...(piece.match(/\d+/g) ?? []))
          expect(found).toEqual(numbers)
        },
      ),
      { numRuns: 30 },
    )
  })
})
