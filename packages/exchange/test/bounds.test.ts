import { coversRegion } from '@huijiao/identity'
import { describe, expect, it } from 'vitest'
import { prefixesOf } from '../src/bounds.ts'

describe('regions that bound a list', () => {
  it('cover in SQL what they cover where grants are checked', () => {
    for (const granted of ['000000', '370000', '370100', '370102', '110000', '659000'])
      for (const code of ['370102', '370100', '370000', '110101', '371202', '000000', '659001']) {
        const sql = prefixesOf([granted]).some((prefix) => code.startsWith(prefix))
        expect([granted, code, sql]).toEqual([granted, code, coversRegion([granted], code)])
      }
  })
})
