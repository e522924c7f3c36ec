import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import {
  canonicalize,
  digestText,
  leafHash,
  logLeafText,
  parseLogLeaf,
  recordLeafHash,
  recordLeafText,
  textHash,
  type RecordIdentity,
} from './index.ts'

vi.setConfig({ testTimeout: 60_000 }) // computes much; a busy machine is no failure

const text = fc.string({ unit: 'binary', maxLength: 20 })
const identity: fc.Arbitrary<RecordIdentity> = fc.record({
  entity: text,
  recordId: text,
  operation: fc.constantFrom('upsert', 'withdraw', 'no-longer-qualifies'),
  stream: text,
  epoch: fc.nat(),
  n: fc.maxSafeInteger(),
  sourceVersion: fc.option(fc.maxSafeInteger(), { nil: null }),
  release: fc.constantFrom('2014', '2018'),
  commitment: text,
})
const example: RecordIdentity = {
  entity: 'TBProjectInfo',
  recordId: `r_${'5f0c'.repeat(8)}`,
  operation: 'upsert',
  stream: '370100.example/p-7k2',
  epoch: 1,
  n: 2,
  sourceVersion: null,
  release: '2018',
  commitment: `sha-256:${'ab'.repeat(32)}`,
}

describe('leaf of a record', () => {
  it('is the canonical text of the nine members, whatever order they came in and whatever else the object holds', () => {
    fc.assert(
      fc.property(identity, (record) => {
        expect(recordLeafText(record)).toBe(canonicalize(record))
        const reversed = Object.fromEntries(Object.entries({ ...record, more: 1 }).reverse()) as unknown as RecordIdentity
        expect(recordLeafText(reversed)).toBe(canonicalize(record))
        expect(recordLeafHash(record).equals(leafHash(canonicalize(record)))).toBe(true)
      }),
    )
  })

  it('changes with every member', () => {
    const hash = recordLeafHash(example).toString('hex')
    const changes = {
      entity: 'TBContractRecordManage',
      recordId: `r_${'0'.repeat(32)}`,
      operation: 'withdraw',
      stream: 'x/y',
      epoch: 2,
      n: 3,
      sourceVersion: 0,
      release: '2014',
      commitment: '',
    }
    expect(Object.keys(changes).sort()).toEqual(Object.keys(example).sort())
    for (const [member, value] of Object.entries(changes)) {
      expect(recordLeafHash({ ...example, [member]: value } as RecordIdentity).toString('hex'), member).not.toBe(hash)
    }
  })

  it('is refused when a member is missing or of another type', () => {
    for (const member of Object.keys(example)) {
      expect(() => recordLeafText({ ...example, [member]: undefined } as unknown as RecordIdentity), member).toThrow(TypeError)
    }
    for (const bad of [{ n: 1.5 }, { n: '1' }, { epoch: Number.NaN }, { sourceVersion: 2 ** 53 }, { stream: '\ud800' }]) {
      expect(() => recordLeafText({ ...example, ...bad } as unknown as RecordIdentity), JSON.stringify(bad)).toThrow(TypeError)
    }
  })
})

describe('leaf of the log', () => {
  const salt = Buffer.alloc(16, 7)

  it('holds kind, instant and the salted digest of the body, and nothing else', () => {
    const leaf = logLeafText('part', '2026-09-01T01:30:02.114Z', salt, '{"root":"…"}')
    const body = digestText(textHash(salt, '{"root":"…"}'))
    expect(leaf).toBe(`{"body":"${body}","instant":"2026-09-01T01:30:02.114Z","kind":"part"}`)
    expect(parseLogLeaf(leaf)).toEqual({ kind: 'part', instant: '2026-09-01T01:30:02.114Z', body })
  })

  it('is refused when it would be larger than 4 KiB', () => {
    expect(() => logLeafText('k'.repeat(4000), '2026-09-01T01:30:02Z', salt, '')).toThrow(RangeError)
  })

  it('is read only in its canonical form', () => {
    const good = logLeafText('part', 'i', salt, '{}')
    const { body, instant, kind } = parseLogLeaf(good) ?? expect.fail('the leaf was not read')
    const others = [
      ` ${good}`,
      JSON.stringify({ kind, instant, body }),
      canonicalize({ body, instant, kind, more: 1 }),
      canonicalize({ body, instant }),
      canonicalize({ body: 'x', instant, kind }),
      canonicalize({ body, instant, kind: 1 }),
      '',
      'null',
      '[]',
      '{',
      good.replace('"part"', '"p\\u0061rt"'),
    ]
    for (const other of others) expect(parseLogLeaf(other), other).toBeNull()
  })
})
