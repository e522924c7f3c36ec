import { dictionaryDifference, type OfficialRow, releaseDocument, releases, replaceDictionary } from '@huijiao/standard'
import { describe, expect, it } from 'vitest'
import { dictionaryWorkbook, readPlainRows } from './index.ts'

describe('a dictionary as a workbook', () => {
  const release = releases.get('2018')!
  const read = async (code: string) => await readPlainRows({ bytes: await dictionaryWorkbook(release.dictionaries.get(code)!), path: null })

  it('is read back code by code as it was, leading zeros and all, for every dictionary of the standard', async () => {
    for (const { code, codes } of release.dictionaries.values()) {
      const [head, ...rows] = await read(code)
      expect(head).toEqual(['代码', '名称', '英文名称', '备注', '有效期起', '有效期止'])
      const cells = rows.map((row) => Array.from({ length: 6 }, (_, at) => row[at] ?? ''))
      expect([code, cells]).toEqual([
        code,
        [...codes.values()].map((one) =>
          [one.code, one.nameZh, one.nameEn, one.note, one.validFrom, one.validTo].map((text) => text ?? ''),
        ),
      ])
    }
  })

  it('replaces the dictionary by itself', async () => {
    const document = releaseDocument(release)
    const find = (one: typeof document) => one.dictionaries.find(({ code }) => code === 'TBCORPBADDIC')!
    const next = replaceDictionary(document, 'TBCORPBADDIC', (await read('TBCORPBADDIC')) as OfficialRow[], {
      source: { title: '往返（合成）' },
      complete: false,
    })
    expect(dictionaryDifference(find(document), find(next))).toMatchObject({ changes: [], counts: { same: find(document).codes.length } })
  })
})
