import { createTestDatabase, type TestDatabase } from '@huijiao/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boolArray, byteaArray, int4Array, int8Array, textArray, uuidArray } from './binary-arrays.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ empty: true, poolMax: 2 })
})
afterAll(() => database.drop())

/** What the server reads from a binary array, in its order. */
async function unnest(type: string, array: Buffer): Promise<unknown[]> {
  const { rows } = await database.pool.query(`select v from unnest($1::${type}[]) with ordinality as t(v, n) order by n`, [array])
  return rows.map((row: { v: unknown }) => row.v)
}

const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(fc.option(arbitrary, { nil: null }), { maxLength: 40 })
const runs = { numRuns: 60 }

describe('a binary array', () => {
  it('brings texts to the server as they are, nulls and bytes included', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 }).filter((value) => value.isWellFormed() && !value.includes('\0'))
    await fc.assert(
      fc.asyncProperty(orNull(text), async (values) => {
        expect(await unnest('text', textArray(values))).toEqual(values)
        expect(await unnest('text', textArray(values.map((value) => (value === null ? null : Buffer.from(value)))))).toEqual(values)
      }),
      runs,
    )
    expect(await unnest('text', textArray(['示例花园', '𠮷·阿卜杜拉', '', null, '{"a":"b"}']))).toEqual([
      '示例花园',
      '𠮷·阿卜杜拉',
      '',
      null,
      '{"a":"b"}',
    ])
  })

  it('brings byte strings, empty ones included', async () => {
    await fc.assert(
      fc.asyncProperty(orNull(fc.uint8Array({ maxLength: 80 })), async (values) => {
        expect(await unnest('bytea', byteaArray(values))).toEqual(values.map((value) => (value === null ? null : Buffer.from(value))))
      }),
      runs,
    )
  })

  it('brings 32-bit integers to both ends of the range', async () => {
    await fc.assert(
      fc.asyncProperty(orNull(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })), async (values) => {
        expect(await unnest('int4', int4Array(values))).toEqual(values)
      }),
      { ...runs, examples: [[[-(2 ** 31), 2 ** 31 - 1, 0, -1, null]]] },
    )
  })

  it('brings 64-bit integers, numbers as numbers and larger ones exactly', async () => {
    await fc.assert(
      fc.asyncProperty(orNull(fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))), async (values) => {
        const expected = values.map((value) => (typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value))
        expect(await unnest('int8', int8Array(values))).toEqual(expected)
      }),
      { ...runs, examples: [[[Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, -1, 0, -(2 ** 32), 2 ** 32, 2n ** 63n - 1n, null]]] },
    )
  })

  it('brings UUIDs from text with or without hyphens and from 16 bytes', async () => {
    await fc.assert(
      fc.asyncProperty(orNull(fc.uuid()), async (values) => {
        expect(await unnest('uuid', uuidArray(values))).toEqual(values)
        const bare = values.map((value) => value?.replaceAll('-', '').toUpperCase() ?? null)
        expect(await unnest('uuid', uuidArray(bare))).toEqual(values)
        expect(await unnest('uuid', uuidArray(bare.map((value) => (value === null ? null : Buffer.from(value, 'hex')))))).toEqual(values)
      }),
      runs,
    )
  })

  it('brings booleans', async () => {
    await fc.assert(
      fc.asyncProperty(orNull(fc.boolean()), async (values) => {
        expect(await unnest('bool', boolArray(values))).toEqual(values)
      }),
      runs,
    )
  })

  it('of many types can be unnested side by side in one statement', async () => {
    const { rows } = await database.pool.query(
      'select * from unnest($1::text[], $2::bytea[], $3::int4[], $4::int8[], $5::bool[]) as t(a, b, c, d, e)',
      [textArray(['甲', null]), byteaArray([Buffer.from([1]), null]), int4Array([null, 2]), int8Array([3, 4]), boolArray([true, null])],
    )
    expect(rows).toEqual([
      { a: '甲', b: Buffer.from([1]), c: null, d: 3, e: true },
      { a: null, b: null, c: 2, d: 4, e: null },
    ])
  })
})
