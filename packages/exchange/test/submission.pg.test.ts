import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { publicKeyFromRaw, verifyDocument } from '@huijiao/identity'
import { canonicalize, digestText, sha256 } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, continueSubmission, findSubmission, readRecord, readVersions, sequenceLog, submissionOutcomes } from '../src/index.ts'
import { enrol, openTestHub, project, receiptOf, submit, submitBytes, type TestHub, upsert } from './test-hub.ts'

let node: TestHub
let city: Caller
beforeAll(async () => {
  node = await openTestHub()
  city = await enrol(node.hub)
})
afterAll(() => node.close())

const counts = async (table: 'submission' | 'part' | 'version' | 'log_pending') =>
  Number(
    (
      await node.database.db
        .selectFrom(table)
        .select((one) => one.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
    ).count,
  )

/** Row counts that a refused request must leave as they were. */
const everything = async () => [await counts('submission'), await counts('part'), await counts('version')]

const problemOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
  } catch (error) {
    if (error instanceof Problem) return error.code
    throw error
  }
  return 'none'
}

describe('reading a record', () => {
  it('takes two statements for one that has one source, one version in force, no findings and no other number', async () => {
    const receipt = receiptOf(await submit(node.hub, city, [upsert('TBProjectInfo', 'XM-R', project(97))]))
    let statements = 0
    const db = node.hub.db.withPlugin({
      transformQuery: ({ node: query }) => {
        statements += 1
        return query
      },
      transformResult: async ({ result }) => result,
    })
    const record = await readRecord({ ...node.hub, db }, receipt.records[0]?.recordId as string, { unmask: false })
    expect(record).toMatchObject({
      inForce: { version: 1, sourceId: 'XM-R' },
      findings: [],
      predecessors: [],
      successors: [],
      conflicts: [],
    })
    expect(record.inForce).toEqual(record.head)
    expect(statements).toBe(2)
  })
})

describe('receiveSubmission', () => {
  it('answers a signed receipt and leaves the version, its part and one pending entry', async () => {
    const pending = await counts('log_pending')
    const answer = await submit(node.hub, city, [upsert('TBProjectInfo', 'XM-1', project(1))])
    const receipt = receiptOf(answer)
    expect(receipt).toMatchObject({ standard: '2018', judgedBy: [{ release: '2018', revision: 1, issuer: '000000' }], outcome: 'accepted' })
    expect(receipt.records[0]).toMatchObject({ index: 0, outcome: 'accepted', version: 1 })
    expect(receipt.records[0]?.recordId).toMatch(/^r_[0-9a-f]{32}$/)
    const { signatures, ...signed } = receipt
    const key = { algorithm: 'ed25519' as const, publicKey: publicKeyFromRaw(node.hub.signingKey.publicKey) }
    expect(verifyDocument(canonicalize(signed), signatures as never, () => key).verified).toEqual(['370100-1'])
    expect(await counts('log_pending')).toBe(pending + 1)
  })

  it('answers the same bytes to the same id and bytes, compressed or not, and 409 to other bytes', async () => {
    const id = randomUUID()
    const text = Buffer.from(
      JSON.stringify({
        id,
        standard: '2018',
        responsible: { unit: '示例（合成）', name: '王示例' },
        records: [upsert('TBProjectInfo', 'XM-2', project(2))],
      }),
    )
    const first = await submitBytes(node.hub, city, text)
    const before = await everything()
    const again = await submitBytes(node.hub, city, gzipSync(text), { contentEncoding: 'gzip' })
    const zstd = await submitBytes(node.hub, city, zstdCompressSync(text), { contentEncoding: 'zstd' })
    expect(first.kind === 'receipt' && again.kind === 'receipt' && zstd.kind === 'receipt').toBe(true)
    expect((again as { receipt: Buffer }).receipt.equals((first as { receipt: Buffer }).receipt)).toBe(true)
    expect((zstd as { receipt: Buffer }).receipt.equals((first as { receipt: Buffer }).receipt)).toBe(true)
    expect(await everything()).toEqual(before)
    expect(await problemOf(submitBytes(node.hub, city, Buffer.from(text.toString().replace('XM-2', 'XM-3'))))).toBe('submission-conflict')
    expect(await everything()).toEqual(before)
  })

  it('keeps ids of two participants apart', async () => {
    const other = await enrol(node.hub, 'p-other')
    const id = randomUUID()
    const first = receiptOf(await submit(node.hub, city, [upsert('TBProjectInfo', 'XM-4', project(4))], { id }))
    const second = receiptOf(
      await submit(node.hub, other, [upsert('TBProjectInfo', 'X-4', project(4, { PrjName: '另一家所报（合成）' }))], { id }),
    )
    // One key, two writers: two streams of one record, each with a version 1 of its own.
    expect([first.records[0]?.version, second.records[0]?.version]).toEqual([1, 1])
    expect(second.records[0]?.recordId).toBe(first.records[0]?.recordId)
    const record = await readRecord(node.hub, first.records[0]?.recordId as string, { unmask: false })
    expect(record.streams.map((stream) => stream.stream).sort()).toEqual(['370100/p-city', '370100/p-other'])
    expect(record.inForce?.data?.['PrjName']).toBe('另一家所报（合成）')
  })

  it('answers unchanged, a new version, superseded and refused within one stream', async () => {
    const send = async (data: object, sourceVersion?: number) =>
      receiptOf(await submit(node.hub, city, [upsert('TBProjectInfo', 'XM-5', data, sourceVersion === undefined ? {} : { sourceVersion })]))
        .records[0]
    expect(await send(project(5), 3)).toMatchObject({ outcome: 'accepted', version: 1 })
    expect(await send(project(5), 3)).toMatchObject({ outcome: 'unchanged', version: 1 })
    expect(await send(project(5))).toMatchObject({ outcome: 'unchanged', version: 1 })
    const older = await send(project(5, { PrjName: '旧名（合成）' }), 2)
    expect(older).toMatchObject({ outcome: 'superseded', version: 2 })
    expect(await send(project(5, { PrjName: '异名（合成）' }), 3)).toMatchObject({
      outcome: 'refused',
      problems: [{ code: 'source-version-conflict' }],
    })
    const newer = await send(project(5, { PrjName: '新名（合成）' }), 4)
    expect(newer).toMatchObject({ outcome: 'accepted', version: 3 })
    const { versions } = await readVersions(node.hub, newer?.recordId as string, { unmask: false })
    expect(versions.map((one) => [one.version, one.state, one.data?.['PrjName']])).toEqual([
      [3, 'accepted', '新名（合成）'],
      [2, 'superseded', '旧名（合成）'],
      [1, 'accepted', '示例花园 5（合成）'],
    ])
    const record = await readRecord(node.hub, newer?.recordId as string, { unmask: false })
    expect(record.inForce?.version).toBe(3)
  })

  it('applies two records of one key in one submission in their order', async () => {
    const receipt = receiptOf(
      await submit(node.hub, city, [
        upsert('TBProjectInfo', 'XM-6', project(6)),
        upsert('TBProjectInfo', 'XM-6', project(6, { PrjName: '后者（合成）' })),
        upsert('TBProjectInfo', 'XM-6', project(6, { PrjName: '后者（合成）' })),
      ]),
    )
    expect(receipt.records.map((one) => [one.outcome, one.version])).toEqual([
      ['accepted', 1],
      ['accepted', 2],
      ['unchanged', 2],
    ])
    const record = await readRecord(node.hub, receipt.records[0]?.recordId as string, { unmask: false })
    expect(record.inForce?.data?.['PrjName']).toBe('后者（合成）')
  })

  it('keeps good records beside refused ones, and names every error of a refused one', async () => {
    const bad = project(8, { CountyNum: '370299', AllInvest: 'many', BuildCorpCode: '91370199MA00DEM14X' })
    const receipt = receiptOf(
      await submit(node.hub, city, [upsert('TBProjectInfo', 'XM-7', project(7)), upsert('TBProjectInfo', 'XM-8', bad)]),
    )
    expect(receipt.outcome).toBe('partial')
    expect(receipt.records.map((one) => one.outcome)).toEqual(['accepted', 'refused'])
    expect(receipt.records[1]?.problems?.map((one) => one.pointer)).toEqual(
      expect.arrayContaining(['/data/CountyNum', '/data/AllInvest', '/data/BuildCorpCode']),
    )
  })

  it('stores nothing of an atomic submission with one refused record, and its refusal for good', async () => {
    const versions = await counts('version')
    const id = randomUUID()
    const records = [upsert('TBProjectInfo', 'XM-9', project(9)), upsert('TBProjectInfo', 'XM-10', project(10, { PrjName: undefined }))]
    const receipt = receiptOf(await submit(node.hub, city, records, { id, mode: 'atomic' }))
    expect(receipt.outcome).toBe('refused')
    expect(receipt.records.map((one) => one.problems?.[0]?.code)).toEqual(['atomic-rolled-back', 'field-missing'])
    expect(await counts('version')).toBe(versions)
    expect(receiptOf(await submit(node.hub, city, records, { id, mode: 'atomic' }))).toEqual(receipt)
  })

  it('judges a dry run like a real one and keeps nothing of it', async () => {
    const before = await everything()
    const answer = await submit(
      node.hub,
      city,
      [upsert('TBProjectInfo', 'XM-1', project(1)), upsert('TBProjectInfo', 'XM-11', project(11)), upsert('TBNoSuch', 'X', {})],
      { dryRun: true },
    )
    expect(answer.kind).toBe('dry-run')
    expect((answer as { document: { records: { outcome: string }[] } }).document.records.map((one) => one.outcome)).toEqual([
      'unchanged',
      'accepted',
      'refused',
    ])
    expect(await everything()).toEqual(before)
  })

  it('refuses a foreign region and accepts a contractor from elsewhere', async () => {
    const foreign = project(12, { PrjNum: '3702022609010101', CityNum: '370200', CountyNum: '370202' })
    const receipt = receiptOf(
      await submit(node.hub, city, [upsert('TBProjectInfo', 'XM-12', foreign), upsert('TBProjectInfo', 'XM-13', project(13))]),
    )
    expect(receipt.records.map((one) => one.outcome)).toEqual(['refused', 'accepted'])
    expect(receipt.records[0]?.problems?.[0]?.code).toBe('region-not-granted')
  })

  it('stores a large body in parts, answers its outcome list by digest, and removes its file', async () => {
    const records = Array.from({ length: 4500 }, (_, at) => upsert('TBProjectInfo', `L-${at}`, project(1000 + at)))
    const receipt = receiptOf(await submit(node.hub, city, records, { ndjson: true }))
    expect(receipt.counts['accepted']).toBe(4500)
    expect(receipt.parts.map((part) => part.from)[0]).toBe(0)
    expect(receipt.parts.reduce((sum, part) => sum + part.count, 0)).toBe(4500)
    const id = (receipt as unknown as { submission: { id: string } }).submission.id
    const row = await findSubmission(node.database.db, 'p-city', id)
    let part = 0
    for await (const page of submissionOutcomes(node.database.db, row.submission_no)) {
      expect(digestText(sha256(page))).toBe(receipt.parts[part]?.outcomes)
      part += 1
    }
    expect(part).toBe(receipt.parts.length)
    expect(await readdir(node.hub.spoolDir)).toEqual([])
  })

  it('continues a submission that was cut off between two parts, and doubles nothing', async () => {
    const records = Array.from({ length: 3000 }, (_, at) => upsert('TBProjectInfo', `C-${at}`, project(8000 + at)))
    const answer = await submit(node.hub, city, records, { ndjson: true, respondAsync: true })
    const submissionNo = (answer as { submissionNo: number }).submissionNo
    // Another process of the same node has a hub of its own; within one process the second is told at once.
    const elsewhere = { ...node.hub }
    const states = await Promise.all([node.hub, node.hub, elsewhere].map((hub) => continueSubmission(hub, submissionNo)))
    expect(states[1]).toBe('busy')
    expect(states).toContain('finished')
    expect(await continueSubmission(node.hub, submissionNo)).toBe('finished')
    const row = await node.database.db
      .selectFrom('submission')
      .selectAll()
      .where('submission_no', '=', submissionNo)
      .executeTakeFirstOrThrow()
    expect(row.counts).toMatchObject({ accepted: 3000, unchanged: 0 })
    const parts = await node.database.db
      .selectFrom('part')
      .selectAll()
      .where('submission_no', '=', submissionNo)
      .orderBy('part_no')
      .execute()
    expect(parts.map((part) => part.byte_from).slice(1)).toEqual(parts.map((part) => part.byte_to).slice(0, -1))
  })
})

describe('bad input', () => {
  const envelope = (over: object = {}) => ({
    id: randomUUID(),
    standard: '2018',
    responsible: { unit: '示例（合成）', name: '王示例' },
    ...over,
  })
  const whole = (over: object = {}) =>
    Buffer.from(JSON.stringify({ ...envelope(), records: [upsert('TBProjectInfo', 'B-1', project(500))], ...over }))

  it.each<[string, Buffer, string, { contentEncoding?: string; contentType?: string }?]>([
    ['an empty body', Buffer.alloc(0), 'body-empty'],
    ['truncated gzip', gzipSync(whole()).subarray(0, 100), 'encoding-broken', { contentEncoding: 'gzip' }],
    ['bytes that are not gzip', whole(), 'encoding-broken', { contentEncoding: 'gzip' }],
    ['a gzip bomb', gzipSync(Buffer.alloc(40 * 1024 ** 2, 32)), 'body-too-large', { contentEncoding: 'gzip' }],
    [
      'a gzip bomb of lines',
      gzipSync(Buffer.alloc(40 * 1024 ** 2, 32)),
      'body-too-large',
      { contentEncoding: 'gzip', contentType: 'application/x-ndjson' },
    ],
    ['an unknown encoding', whole(), 'encoding-unsupported', { contentEncoding: 'br' }],
    ['an unknown media type', whole(), 'media-type-unsupported', { contentType: 'text/xml' }],
    ['UTF-8 that is cut short', Buffer.concat([Buffer.from('{"id":"合成').subarray(0, -1), Buffer.from('"}')]), 'json-not-utf8'],
    ['a byte of no encoding', Buffer.from([...Buffer.from('{"id":"'), 0xff, ...Buffer.from('"}')]), 'json-not-utf8'],
    ['broken JSON', whole().subarray(0, -3), 'json-malformed'],
    ['a NUL byte', Buffer.from('{"id":"a\0b"}'), 'json-malformed'],
    ['a key twice', Buffer.from('{"id":"a","id":"b"}'), 'json-duplicate-key'],
    ['deep nesting', Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), 'json-too-deep'],
    ['a lone surrogate', Buffer.from('{"id":"\\ud800"}'), 'json-malformed'],
    ['an unknown standard', whole({ standard: '1999' }), 'standard-unknown'],
    ['an empty submission', whole({ records: [] }), 'submission-empty'],
    ['no records at all', Buffer.from(JSON.stringify(envelope())), 'submission-empty'],
    ['records that are no array', whole({ records: {} }), 'envelope-invalid'],
    ['an envelope without id', whole({ id: undefined }), 'envelope-invalid'],
    ['an envelope with a stranger', whole({ Standard: '2018' }), 'envelope-invalid'],
    ['an array', Buffer.from('[]'), 'envelope-invalid'],
    ['a number', Buffer.from('1'), 'envelope-invalid'],
  ])('answers %s with one precise problem and stores nothing', async (_name, bytes, code, options = {}) => {
    const before = await everything()
    expect(await problemOf(submitBytes(node.hub, city, bytes, options))).toBe(code)
    expect(await everything()).toEqual(before)
    expect(await readdir(node.hub.spoolDir)).toEqual([])
  })

  it.each<[string, unknown, string]>([
    ['an unknown entity', upsert('TBNoSuch', 'B-2', {}), 'entity-unknown'],
    ['an entity in another case', upsert('tbprojectinfo', 'B-2', project(501)), 'entity-unknown'],
    ['an unknown field', upsert('TBProjectInfo', 'B-2', project(501, { Nonsense: 'x' })), 'field-unknown'],
    ['a field in another case', upsert('TBProjectInfo', 'B-2', project(501, { prjNum: 'x' })), 'field-unknown'],
    ['a missing field', upsert('TBProjectInfo', 'B-2', project(501, { PrjName: null })), 'field-missing'],
    ['a number for a text', upsert('TBProjectInfo', 'B-2', project(501, { PrjName: 7 })), 'type-wrong'],
    [
      '__proto__ as a field',
      JSON.parse(JSON.stringify(upsert('TBProjectInfo', 'B-2', project(501))).replace('"PrjNum"', '"__proto__":{"a":"b"},"PrjNum"')),
      'field-unknown',
    ],
    ['a record that is a text', 'hello', 'record-malformed'],
    ['a record without operation', { entity: 'TBProjectInfo', sourceId: 'B-2', data: {} }, 'record-malformed'],
    [
      'a withdrawal without reason',
      { entity: 'TBProjectInfo', operation: 'withdraw', sourceId: 'B-2', key: { PrjNum: '3701022001010101' } },
      'record-malformed',
    ],
    [
      'a withdrawal with a wrong key',
      { entity: 'TBProjectInfo', operation: 'withdraw', sourceId: 'B-2', key: { Nonsense: 'x' }, reason: '重复报送' },
      'key-invalid',
    ],
    ['a data level above the tier', upsert('TBProjectInfo', 'B-2', project(501, { DataLevel: 'A' })), 'level-above-tier'],
    ['attachments', upsert('TBProjectInfo', 'B-2', project(501), { attachments: [{ kind: '立项批复' }] }), 'record-malformed'],
  ])('refuses %s as a record, with a receipt', async (_name, record, code) => {
    const receipt = receiptOf(await submitBytes(node.hub, city, Buffer.from(JSON.stringify({ ...envelope(), records: [record] }))))
    expect(receipt.records[0]?.outcome).toBe('refused')
    expect(receipt.records[0]?.problems?.map((one) => one.code)).toContain(code)
  })

  it.each<[string, string, string]>([
    ['a broken line', '{"entity":', 'line-malformed'],
    ['a key twice', '{"entity":"TBProjectInfo","entity":"TBProjectInfo"}', 'line-malformed'],
    ['deep nesting', '{"a":'.repeat(5000), 'line-malformed'],
    ['a number past 2^53', '{"entity":"TBProjectInfo","sourceVersion":9007199254740993}', 'number-unsafe'],
    ['1e999', '{"entity":"TBProjectInfo","sourceVersion":1e999}', 'number-unsafe'],
    ['an escaped NUL', '{"entity":"TB\\u0000"}', 'text-invalid'],
    [
      'a record of 5 MB',
      JSON.stringify(upsert('TBProjectInfo', 'B-3', project(503, { PrjSize: 'x'.repeat(5 * 1024 ** 2) }))),
      'record-too-large',
    ],
  ])('refuses a line with %s and keeps its neighbours', async (_name, line, code) => {
    const sequence = 600 + (line.length % 300)
    const text = [JSON.stringify(envelope()), line, JSON.stringify(upsert('TBProjectInfo', 'B-4', project(sequence))), ''].join('\n')
    const receipt = receiptOf(await submitBytes(node.hub, city, Buffer.from(text), { contentType: 'application/x-ndjson' }))
    expect(receipt.records.map((one) => one.outcome)).toEqual(['refused', expect.stringMatching(/accepted|unchanged/)])
    expect(receipt.records[0]?.problems?.[0]?.code).toBe(code)
  })

  it('takes null members as absent and a BOM as nothing', async () => {
    const text = `\uFEFF${JSON.stringify({ ...envelope({ producedAt: null }), records: [upsert('TBProjectInfo', 'B-5', project(950, { PrjCode: null }), { sourceVersion: null })] })}`
    expect(receiptOf(await submitBytes(node.hub, city, Buffer.from(text))).outcome).toBe('accepted')
  })
})

describe('the log', () => {
  it('numbers what is pending and signs a checkpoint over it', async () => {
    const before = await counts('log_pending')
    expect(before).toBeGreaterThan(0)
    const entries = await sequenceLog(node.hub)
    expect(entries.map((entry) => entry.index)).toEqual(entries.map((_, at) => at))
    expect(await counts('log_pending')).toBe(0)
    expect(await sequenceLog(node.hub)).toEqual([])
  })
})
