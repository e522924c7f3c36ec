import { sha256 } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { describe, expect, it } from 'vitest'
import { readVersionsBody } from './read-versions-body.ts'
import { deliveryIdOf, type WireBody, writeVersionsBody } from './versions-body.ts'

const hash = Buffer.alloc(32, 5).toString('base64')

const sample: WireBody = {
  envelope: {
    versions: 1,
    delivery: 7,
    producedAt: '2026-09-01T01:30:00.000Z',
    from: { node: '370100', region: '370100', tier: 'municipal', epoch: { number: 1, id: 'ab12' } },
    checkpoint: 'a note\n',
    count: 2,
  },
  entries: [
    {
      custody: {
        index: 4,
        leaf: '{}',
        body: '{}',
        bodySalt: '0'.repeat(32),
        inclusion: [hash],
        size: 3,
        ordinals: [0, 2],
        proof: [hash],
        below: [],
      },
      versions: ['{"PrjName":"示例"}', ''].map((open, at) => ({
        record: {
          entity: 'TBProjectInfo',
          recordId: `r_${'0'.repeat(31)}${at}`,
          operation: at === 0 ? ('upsert' as const) : ('withdraw' as const),
          stream: '370100/p-city',
          epoch: 1,
          n: at + 1,
          sourceVersion: null,
          release: '2018',
          commitment: `sha-256:${'0'.repeat(64)}`,
          reportingRegion: '370102',
          sourceId: 'XM-1',
          reason: null,
          flags: null,
          salts: { open: '0'.repeat(32), named: null, sealed: null },
          texts: at === 0 ? 'os' : 'o',
        },
        texts: at === 0 ? [open, `#${'a'.repeat(64)}`] : [open],
      })),
    },
  ],
}

const text = writeVersionsBody(sample).toString()
const refused = (body: string | Buffer): string => {
  try {
    readVersionsBody(body)
  } catch (error) {
    if (error instanceof Problem) return error.code
    throw error
  }
  return 'none'
}
/** The sample with a line taken as JSON and changed. */
const changed = (line: number, change: (value: Record<string, Record<string, unknown>>) => void): string => {
  const lines = text.split('\n')
  const value = JSON.parse(lines[line] as string)
  change(value)
  lines[line] = JSON.stringify(value)
  return lines.join('\n')
}

describe('the body between nodes', () => {
  it('is read back as it was written, empty texts and hashes in place of texts included', () => {
    expect(readVersionsBody(text)).toEqual(sample)
    expect(text.split('\n').slice(3, 5)).toEqual(['{"PrjName":"示例"}', `#${'a'.repeat(64)}`])
  })

  it('is read from its bytes as from its text, and the lines of its texts are handed on as they came', () => {
    const { envelope, entries } = readVersionsBody(Buffer.from(text))
    const lines = entries.flatMap((entry) =>
      entry.versions.flatMap((version) => version.bytes?.map((line) => Buffer.from(line).toString())),
    )
    expect(lines).toEqual(sample.entries.flatMap((entry) => entry.versions.flatMap((version) => version.texts)))
    const asText = entries.map(({ custody, versions }) => ({ custody, versions: versions.map(({ record, texts }) => ({ record, texts })) }))
    expect({ envelope, entries: asText }).toEqual(sample)
  })

  it('gives the same bytes to the same content in whatever order its members were put', () => {
    const turned = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(turned)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([name, member]) => [name, turned(member)]),
            )
          : value
    expect(writeVersionsBody(turned(sample) as WireBody).toString()).toBe(text)
  })

  it('is empty but for its envelope when it carries nothing', () => {
    const empty = writeVersionsBody({ envelope: { ...sample.envelope, checkpoint: null, count: 0 }, entries: [] })
    expect(readVersionsBody(empty.toString()).entries).toEqual([])
  })

  it.each<[string, string, string]>([
    ['nothing at all', '', 'envelope-invalid'],
    ['no line feed at the end', text.slice(0, -1), 'json-malformed'],
    ['another version of the format', changed(0, (line) => Object.assign(line, { versions: 2 })), 'envelope-invalid'],
    ['a member too many', changed(0, (line) => Object.assign(line, { id: 'x' })), 'envelope-invalid'],
    ['a count that is not the number of its records', changed(0, (line) => Object.assign(line, { count: 3 })), 'envelope-invalid'],
    ['records without a checkpoint', changed(0, (line) => Object.assign(line, { checkpoint: null })), 'envelope-invalid'],
    [
      'a record line where a custody line should be',
      text
        .split('\n')
        .filter((_, at) => at !== 1)
        .join('\n'),
      'json-malformed',
    ],
    [
      'a text line missing',
      text
        .split('\n')
        .filter((_, at) => at !== 4)
        .join('\n'),
      'json-malformed',
    ],
    ['ordinals that do not ascend', changed(1, (line) => Object.assign(line['custody'] as object, { ordinals: [2, 0] })), 'json-malformed'],
    ['an ordinal beyond the part', changed(1, (line) => Object.assign(line['custody'] as object, { ordinals: [0, 3] })), 'json-malformed'],
    [
      'a part larger than any',
      changed(1, (line) => Object.assign(line['custody'] as object, { size: 1e15, ordinals: null })),
      'json-malformed',
    ],
    ['a proof that is no hash', changed(1, (line) => Object.assign(line['custody'] as object, { proof: ['x'] })), 'json-malformed'],
    ['an unknown operation', changed(2, (line) => Object.assign(line['record'] as object, { operation: 'delete' })), 'json-malformed'],
    ['texts in another order', changed(2, (line) => Object.assign(line['record'] as object, { texts: 'so' })), 'json-malformed'],
    [
      'a stream without a participant',
      changed(2, (line) => Object.assign(line['record'] as object, { stream: '370100' })),
      'json-malformed',
    ],
    ['a place before the first', changed(2, (line) => Object.assign(line['record'] as object, { n: 0 })), 'json-malformed'],
    ['a member twice', text.replace('{"record":{', '{"record":{"n":1,'), 'json-malformed'],
  ])('is refused with %s', (_what, body, code) => {
    expect(refused(body)).toBe(code)
    expect(refused(Buffer.from(body))).toBe(code)
  })

  it('is read with its members in another order, with white space and with escapes, which the strict reader looks at', () => {
    const lines = text.split('\n')
    const { record } = JSON.parse(lines[2] as string) as { record: Record<string, unknown> }
    lines[2] = ` ${JSON.stringify({ record: Object.fromEntries(Object.entries(record).reverse()) }).replace('TB', '\\u0054B')}`
    expect(readVersionsBody(lines.join('\n'))).toEqual(sample)
    lines[2] = lines[2].replace('"n":1', '"n":1e0')
    expect(readVersionsBody(lines.join('\n'))).toEqual(sample)
    lines[2] = lines[2].replace('"n":1e0', '"n":1e400')
    expect(refused(lines.join('\n'))).toBe('json-malformed')
  })
})

describe('deliveryIdOf', () => {
  it('is a UUIDv8 of the first bits of the digest', () => {
    const digest = sha256(Buffer.from('x'))
    const id = deliveryIdOf(digest)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(id.slice(0, 8)).toBe(digest.toString('hex').slice(0, 8))
    expect(deliveryIdOf(sha256(Buffer.from('y')))).not.toBe(id)
  })
})
