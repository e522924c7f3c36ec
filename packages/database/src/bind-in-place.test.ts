import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { bindMessage } from './bind-in-place.ts'

/** What the driver itself sends. */
function ofDriver(config: object): Buffer {
  const sent: Buffer[] = []
  const stream = Object.assign(new PassThrough(), { write: (bytes: Buffer) => sent.push(bytes) })
  const connection = new (pg as unknown as { Connection: new (config: object) => { bind(config: object): void } }).Connection({ stream })
  connection.bind(config)
  return Buffer.concat(sent)
}

describe('the message that gives a statement its values', () => {
  const value = fc.oneof(
    fc.constant(null),
    fc.string({ unit: 'grapheme' }),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.integer({ min: 16_380, max: 16_390 }).map((length) => Buffer.alloc(length, 7)),
  )

  it('is, piece by piece, the very message of the driver', () => {
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 30 }),
        fc.string({ unit: fc.constantFrom('a', '-', '9') }),
        fc.boolean(),
        (values, statement, binary) => {
          const config = { statement, binary, values, valueMapper: (one: unknown) => one as Buffer | string | null }
          expect(Buffer.concat(bindMessage(config, values)).equals(ofDriver(config))).toBe(true)
        },
      ),
    )
  })

  it('has large values in it as they are, without a copy', () => {
    const large = Buffer.alloc(20_000, 1)
    expect(bindMessage({}, ['a', large, 'b'])).toContain(large)
  })
})
