import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attachmentProblems, attachmentsOf, attachmentsText, parseAttachmentsText } from './attachments.ts'
import { detectMediaType } from './media-type.ts'
import { shapeProblems } from './shape.ts'

const digest = `sha-256:${'0123456789abcdef'.repeat(4)}`
const sound = { kind: '立项批复', digest, mediaType: 'application/pdf', name: '批复.pdf' }
const faults = (list: unknown): string[] => {
  const found: string[] = []
  attachmentProblems(list, (pointer) => void found.push(pointer))
  return found
}

describe('a list of attachments', () => {
  it('has four members each, a digest written in full, and a name without a path', () => {
    expect(faults([sound])).toEqual([])
    expect(faults([])).toEqual([])
    expect(faults([{ ...sound, note: null }])).toEqual([])
    for (const wrong of ['', 'sha-256:9f2c…', digest.toUpperCase(), digest.slice(8), 7, undefined])
      expect(faults([{ ...sound, digest: wrong }])).toEqual(['/attachments/0/digest'])
    for (const wrong of ['', 'a/b.pdf', 'a\\b.pdf', 'a\nb', 'x'.repeat(201), null])
      expect(faults([{ ...sound, name: wrong }])).toEqual(['/attachments/0/name'])
    for (const wrong of ['pdf', 'Application/PDF', 'application/pdf; charset=x'])
      expect(faults([{ ...sound, mediaType: wrong }])).toEqual(['/attachments/0/mediaType'])
    expect(faults([{ ...sound, size: 3 }])).toEqual(['/attachments/0/size'])
    expect(faults([{ ...sound, kind: 'x'.repeat(51) }])).toEqual(['/attachments/0/kind'])
    expect(faults({})).toEqual(['/attachments'])
    expect(faults(Array.from({ length: 101 }, () => sound))).toEqual(['/attachments'])
    expect(faults(['x'])).toEqual(['/attachments/0'])
  })

  it('does not list the same evidence twice under one kind, and may under two', () => {
    expect(faults([sound, sound])).toEqual(['/attachments/1'])
    expect(faults([sound, { ...sound, kind: '规划许可' }])).toEqual([])
  })

  it('has no identity number in a file name', () => {
    expect(faults([{ ...sound, name: '张示例11010519491231002X.pdf' }])).toEqual(['/attachments/0/name'])
    expect(faults([{ ...sound, name: '110105194912310021.pdf' }])).toEqual([])
  })

  it('is read from its canonical text and from nothing else', () => {
    const text = attachmentsText([sound])
    expect(text).toBe(`{"attachments":[{"digest":"${digest}","kind":"立项批复","mediaType":"application/pdf","name":"批复.pdf"}]}`)
    expect(parseAttachmentsText(text)).toEqual([sound])
    for (const other of [
      '',
      '{}',
      '{"attachments":[]}',
      `${text} `,
      text.replace('"name"', '"file"'),
      JSON.stringify({ attachments: [sound] }),
      'null',
    ])
      expect(parseAttachmentsText(other), other).toBeNull()
    expect(attachmentsOf([{ ...sound, x: null }])).toEqual([sound])
    expect(attachmentsOf([])).toBeNull()
  })

  it('comes back from its text whatever its names are', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((one) => !/[\p{Cc}/\\]/u.test(one) && one.isWellFormed())
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), (names) => {
        const list = names.map((one, at) => ({ ...sound, kind: `${at}`, name: one }))
        expect(parseAttachmentsText(attachmentsText(list))).toEqual(list)
      }),
    )
  })
})

describe('the members around a record', () => {
  it('of a withdrawal are without attachments', () => {
    const withdrawal = { entity: 'TBProjectInfo', operation: 'withdraw', sourceId: 'X', key: {}, reason: '重复报送' }
    expect(shapeProblems(withdrawal)).toEqual([])
    expect(shapeProblems({ ...withdrawal, attachments: [] })).toEqual([])
    expect(shapeProblems({ ...withdrawal, attachments: [sound] }, 3)).toMatchObject([
      { code: 'record-malformed', record: 3, pointer: '/attachments' },
    ])
  })
})

describe('the media type of a file', () => {
  const type = (bytes: Buffer) => detectMediaType(async (from, length) => bytes.subarray(from, from + length), bytes.length)

  it('is told from its first bytes', async () => {
    expect(await type(Buffer.from('%PDF-1.4'))).toBe('application/pdf')
    expect(await type(Buffer.from('ffd8ffe0', 'hex'))).toBe('image/jpeg')
    expect(await type(Buffer.from('89504e470d0a1a0a', 'hex'))).toBe('image/png')
    expect(await type(Buffer.from('49492a0008', 'hex'))).toBe('image/tiff')
    expect(await type(Buffer.from('4d4d002a00', 'hex'))).toBe('image/tiff')
    for (const other of ['', 'MZ\u0090\u0000\u0003', 'GIF89a\u0001\u0000', '\u007fELF']) expect(await type(Buffer.from(other))).toBeNull()
    expect(await type(Buffer.from(' %PDF-1.4'))).toBe('text/plain')
    expect(await type(Buffer.from('<html>'))).toBe('application/xml')
    expect(await type(Buffer.from(' {"a":1}'))).toBe('application/json')
    expect(await type(Buffer.from('d6d0b9fa0a', 'hex'))).toBe('text/plain') // 中国 in GB18030
  })

  it('is never a package that its directory does not show to be one, whatever the bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(await type(Buffer.concat([Buffer.from('504b0304', 'hex'), bytes, Buffer.from('504b0506', 'hex'), bytes]))).toBeNull()
      }),
    )
  })
})
