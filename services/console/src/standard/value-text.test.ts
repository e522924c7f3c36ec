import type { Field, Release } from '@huijiao/standard/browser'
import { describe, expect, it } from 'vitest'
import { unitIn, valueText } from './value-text.ts'

const release = {
  dictionaries: new Map([
    [
      'D',
      {
        codes: new Map([
          ['1', { code: '1', nameZh: '其他', nameEn: 'Other' }],
          ['2', { code: '2', nameZh: '本地', nameEn: '' }],
        ]),
      },
    ],
  ]),
} as unknown as Release
const field = { code: 'F', kind: 'code', dictionary: 'D' } as unknown as Field

describe('a value and its unit', () => {
  it('are told in the language of the page, a code that has no English name by its Chinese one', () => {
    const text = (language: string, value: string) => valueText(language, release, field, value, () => null)
    expect([text('zh', '1'), text('en', '1'), text('en', '2'), text('en', '9')]).toEqual(['1 其他', '1 Other', '2 本地', '9'])
    expect([unitIn('zh', '万元'), unitIn('en', '万元'), unitIn('en', 'm')]).toEqual(['万元', '10,000 yuan', 'm'])
  })
})
