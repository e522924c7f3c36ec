import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keepBytes, keptBytes } from './kept-bytes.ts'

describe('documents as they lie in the database', () => {
  it('are the same bytes again, whatever their size', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ index: fc.nat(), recordId: fc.string(), outcome: fc.string() }), { maxLength: 200 }), (records) => {
        const document = Buffer.from(JSON.stringify({ records }))
        expect(keptBytes(keepBytes(document)).equals(document)).toBe(true)
        expect(keptBytes(document).equals(document)).toBe(true)
      }),
    )
    expect(keptBytes(keepBytes(Buffer.alloc(0)))).toHaveLength(0)
  })

  it('take less room when there is much of them', () => {
    const page = Buffer.from(Array.from({ length: 800 }, (_, index) => `${JSON.stringify({ index, outcome: 'accepted' })}\n`).join(''))
    expect(keepBytes(page).length * 4).toBeLessThan(page.length)
  })
})
