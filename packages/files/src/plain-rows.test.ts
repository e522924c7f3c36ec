import { describe, expect, it } from 'vitest'
import { readPlainRows, writeWorkbook } from './index.ts'

const gbk = (text: string) => {
  const decoder = new TextDecoder('gb18030')
  const bytes: number[] = []
  for (const char of text) {
    if (char.charCodeAt(0) < 0x80) bytes.push(char.charCodeAt(0))
    else {
      const found = pairs.find(([high, low]) => decoder.decode(Uint8Array.of(high, low)) === char)
      if (found === undefined) throw new Error(char)
      bytes.push(...found)
    }
  }
  return Buffer.from(bytes)
}
const pairs = Array.from({ length: 0x7e }, (_, high) =>
  Array.from({ length: 0xbf }, (__, low) => [0x81 + high, 0x40 + low] as const),
).flat()

describe('the rows of a plain table', () => {
  it('come from CSV of any delimiter, in UTF-8 or GBK', async () => {
    const expected = [
      ['代码', '名称'],
      ['001', '甲'],
      ['002', '乙'],
    ]
    for (const delimiter of [',', ';', '\t']) {
      const text = expected.map((row) => row.join(delimiter)).join('\r\n')
      for (const bytes of [Buffer.from(text), Buffer.from(`\uFEFF${text}`), gbk(text)])
        expect(await readPlainRows({ bytes, path: null })).toEqual(expected)
    }
  })

  it('come from a workbook, where a number stays a number, because it may have lost its zeros', async () => {
    const rows = [['代码', '名称'], ['001', '甲'], [], [{ value: 2 }, '乙']]
    const bytes = await writeWorkbook([{ name: '字典', rows }], '字典')
    expect(await readPlainRows({ bytes, path: null }, { name: 'codes.xlsx' })).toEqual([['代码', '名称'], ['001', '甲'], [], [2, '乙']])
  })

  it('do not come from what is no table', async () => {
    const code = (text: string) =>
      readPlainRows({ bytes: Buffer.from(text), path: null }).then(
        () => 'none',
        (error: { code: string }) => error.code,
      )
    expect([await code('<rows/>'), await code('[1]'), await code('代码,名称\n"001,甲\n')]).toEqual([
      'file-kind-unsupported',
      'file-kind-unsupported',
      'file-malformed',
    ])
  })
})
