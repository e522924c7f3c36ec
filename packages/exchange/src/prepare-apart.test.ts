import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultPolicy, releaseDocument, loadRelease, releases, validSamples, type Entity, type Release } from '@huijiao/standard'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { endPreparing, prepareApart } from './prepare-apart.ts'
import { prepareRecord, type RecordContext } from './prepare-record.ts'
import { copyOfPrepared } from './prepared.ts'
import { giveBack } from './prepared-columns.ts'
import type { PreparedLine } from './prepare-slab.ts'
import { readLines, readSlabs, recordsOfSlab, type RawRecord, type Slab } from './raw-records.ts'
import { parseStrictJson } from './strict-json.ts'

const at = new Date('2026-11-20T02:00:00Z')
const contextOf = (release: Release, legacy = false): RecordContext => ({
  hub: { digestSecret: Buffer.alloc(32, 7), node: { tier: 'municipal' }, policy: () => defaultPolicy },
  release,
  caller: { kind: 'operators', keyId: 'u-clerk', regions: ['370000'] },
  sourceNo: 3,
  stream: '370100/p-370100-city',
  at,
  legacy,
})

/** One valid record of every table, and lines of every other kind. */
function lines(release: Release): string[] {
  const dictionaries = new Map([...release.dictionaries].map(([code, one]) => [code, { ...one, codes: [...one.codes.values()] }]))
  const valid = [...release.entities.values()].flatMap((entity) =>
    Object.values(validSamples(entity, dictionaries) as object).map((data, n) =>
      JSON.stringify({ entity: entity.code, operation: 'upsert', sourceId: `S-${entity.code}-${n}`, sourceVersion: n + 1, data }),
    ),
  )
  const withdrawal = JSON.stringify({
    entity: 'TBProjectInfo',
    operation: 'withdraw',
    sourceId: 'W-1',
    key: { PrjNum: '3701022609010101' },
    reason: '误报',
  })
  return [
    ...valid,
    '',
    '{"entity":',
    '  \t ',
    '\u3000\u3000',
    '{"entity":"TBProjectInfo","entity":"TBProjectInfo"}',
    withdrawal,
    '[]',
    '{"entity":"Unheard","operation":"upsert","sourceId":"X","data":{}}',
    `{"entity":"TBProjectInfo","operation":"upsert","sourceId":"B","data":{"PrjName":"示例"}}`,
    ...valid.slice(0, 40).map((line) => line.replace('"sourceVersion":1', '"sourceVersion":9')),
  ]
}

/** A prepared line without what is random, and without its memory, which may be used for another one. */
function comparable({ record, byteFrom, byteTo }: PreparedLine): unknown {
  if ('refused' in record) return { record, byteFrom, byteTo }
  const { freshRecordId, salts, commitment, ...rest } = copyOfPrepared(record.prepared, {})
  expect(freshRecordId).toMatch(/^[0-9a-f-]{36}$/)
  expect(commitment).toHaveLength(32)
  const prepared = { attachments: null, aliases: [], ...rest, salts: salts.length }
  const copy = JSON.stringify(prepared, (member, value: unknown) => (member === 'child' ? (value as Entity).code : value))
  return { record: { prepared: JSON.parse(copy) as unknown }, byteFrom, byteTo }
}

const rawOf = async function* (bytes: Buffer, from: { byte: number; record: number }): AsyncGenerator<RawRecord> {
  let index = from.record
  for await (const line of readLines({ bytes, path: null }, from.byte)) {
    const content = line.text === null ? { tooLong: line.byteTo - line.byteFrom } : parseStrictJson(line.text)
    yield { index, byteFrom: line.byteFrom, byteTo: line.byteTo, content }
    index += 1
  }
}

async function here(context: RecordContext, bytes: Buffer, from = { byte: 0, record: 0 }): Promise<unknown[]> {
  const list: unknown[] = []
  for await (const raw of rawOf(bytes, from))
    list.push(comparable({ record: prepareRecord(context, raw), byteFrom: raw.byteFrom, byteTo: raw.byteTo }))
  return list
}

/** Slabs of about `size` bytes, cut behind a line feed, as a file gives them. */
async function* cut(bytes: Buffer, size: number): AsyncGenerator<Slab, { byte: number }> {
  let byteFrom = 0
  while (byteFrom < bytes.length) {
    const feed = bytes.indexOf(10, Math.min(bytes.length - 1, byteFrom + size))
    const end = feed === -1 ? bytes.length : feed + 1
    yield { bytes: bytes.subarray(byteFrom, end), byteFrom }
    byteFrom = end
  }
  return { byte: byteFrom }
}

async function apart(context: RecordContext, slabs: AsyncGenerator<Slab, { byte: number }>, meanwhile?: (count: number) => Promise<void>) {
  const list: unknown[] = []
  const reading = prepareApart(context, slabs, 0)
  for (;;) {
    const next = await reading.next()
    if (next.done === true) return { list, end: next.value }
    list.push(comparable(next.value))
    giveBack(next.value)
    await meanwhile?.(list.length)
  }
}

afterAll(endPreparing)

describe('reading a large body beside the thread that stores it', () => {
  for (const release of releases.values())
    it(`judges every line of release ${release.id} as it is judged here`, async () => {
      const bytes = Buffer.from(lines(release).join('\n'))
      const context = contextOf(release)
      const { list, end } = await apart(context, cut(bytes, 3000))
      const expected = await here(context, bytes)
      expect(list).toEqual(expected)
      expect(end).toEqual({ byte: bytes.length, record: expected.length })
      expect(expected.filter((one) => 'prepared' in (one as PreparedLine).record).length).toBeGreaterThan(20)
    })

  it('knows a release that is not this program’s, and existing stock', async () => {
    const document = structuredClone(releaseDocument(releases.get('2018') as Release))
    const release = loadRelease({ ...document, revision: 99 })
    const bytes = Buffer.from(lines(release).join('\n'))
    const context = contextOf(release, true)
    const { list } = await apart(context, cut(bytes, 20_000))
    expect(list).toEqual(await here(context, bytes))
    expect(JSON.stringify(list)).toContain('"legacy"')
  })

  it('uses the memory of lines that were given back again, and never that of others', async () => {
    const release = releases.get('2018') as Release
    const bytes = Buffer.from(lines(release).join('\n'))
    const context = contextOf(release)
    const expected = await here(context, bytes)
    const [kept, given]: [PreparedLine[], Buffer[]] = [[], []]
    for (let round = 0; round < 3; round += 1)
      for await (const line of prepareApart(context, cut(bytes, 3000), 0)) {
        // Some are needed to the end.
        if (round === 0 && line.byteFrom % 7 === 0) kept.push(line)
        else giveBack(line)
        if (round === 0 && 'prepared' in line.record) given.push(line.record.prepared.commitment)
      }
    // What was given back whole is elsewhere now; a part of it reads as nothing, not as another record.
    expect(given.filter((commitment) => commitment.length === 0).length).toBeGreaterThan(20)
    expect(kept.length).toBeGreaterThan(3)
    for (const line of kept) expect(expected).toContainEqual(comparable(line))
  })

  it('goes on here when the thread ends in the middle, with the same numbers', async () => {
    const release = releases.get('2018') as Release
    const bytes = Buffer.from(
      Array.from({ length: 4 }, () => lines(release))
        .flat()
        .join('\n'),
    )
    const context = contextOf(release)
    const { list } = await apart(context, cut(bytes, 4000), async (count) => {
      if (count === 50) await endPreparing()
    })
    expect(list).toEqual(await here(context, bytes))
  })
})

describe('slabs of a body', () => {
  it('hold the same lines as the body, wherever it is cut', async () => {
    const line = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constant(''),
      fc.constant('   '),
      fc.constant('{"a":1}\r'),
      fc.constant('"\u{20bb7}"'),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 40 }), fc.integer({ min: 0, max: 300 }), async (texts, size) => {
        const bytes = Buffer.from(texts.map((text) => text.replaceAll('\n', ' ')).join('\n'))
        const whole: RawRecord[] = []
        for await (const raw of rawOf(bytes, { byte: 0, record: 0 })) whole.push(raw)
        const found: RawRecord[] = []
        for await (const slab of cut(bytes, size)) found.push(...recordsOfSlab(slab, found.length))
        expect(found).toEqual(whole)
      }),
    )
  })

  it('stop before a line that is longer than a record may be', async () => {
    const bytes = Buffer.concat([Buffer.from('{"a":1}\n'), Buffer.alloc(3 * 1024 ** 2, 97), Buffer.from('\n{"b":2}\n')])
    const dir = await mkdtemp(join(tmpdir(), 'huijiao-slabs-'))
    try {
      const path = join(dir, 'body')
      await writeFile(path, bytes)
      const found: string[] = []
      const reading = readSlabs({ bytes: null, path }, 0)
      let next = await reading.next()
      for (; next.done !== true; next = await reading.next()) found.push(Buffer.from(next.value.bytes).toString())
      expect(found).toEqual(['{"a":1}\n'])
      expect(next.value).toEqual({ byte: 8 })
    } finally {
      await rm(dir, { recursive: true })
    }
  })
})
