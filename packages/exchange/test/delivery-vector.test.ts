import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { canonicalize, digestText, parseCheckpoint, parseLogOrigin, sha256, splitNote } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { parseAttachmentsText } from '@huijiao/standard'
import { describe, expect, it } from 'vitest'
import { checkpointSigner, verifyStep } from '../src/custody.ts'
import { readVersionsBody } from '../src/read-versions-body.ts'
import { deliveryIdOf, type WireBody, writeVersionsBody } from '../src/versions-body.ts'
import { openTexts } from '../src/wire-texts.ts'
import { attachmentsVectorFile, deliveryVectorFile, makeAttachmentsVector, makeDeliveryVector } from './make-delivery-vector.ts'

interface Vector {
  readonly verifierKey: string
  readonly digest: string
  readonly id: string
  readonly lines: readonly string[]
  readonly changes: readonly {
    readonly what: string
    readonly line: number
    readonly from: string
    readonly to: string
    readonly problem: string | null
    readonly records: readonly number[] | null
  }[]
}

const committed = readFileSync(deliveryVectorFile, 'utf8')
const vector = JSON.parse(committed) as Vector
const bodyOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')
const body = bodyOf(vector.lines)
const accepted = { problem: null, records: null }

/** How a receiver that has stored nothing yet ends with a body, in the order of section 13. Standard and grants are not asked. */
function received(text: string): { problem: string | null; records: number[] | null } {
  let read: WireBody
  try {
    read = readVersionsBody(text)
  } catch (error) {
    if (error instanceof Problem) return { problem: error.code, records: null }
    throw error
  }
  const { from, checkpoint } = read.envelope
  if (checkpoint === null || checkpointSigner(checkpoint, from.node, [vector.verifierKey]) === null)
    return { problem: 'signature-invalid', records: null }
  const origin = parseLogOrigin(parseCheckpoint(splitNote(checkpoint).text).origin)
  if (origin?.nodeName !== from.node || canonicalize(origin.epoch) !== canonicalize(from.epoch))
    return { problem: 'envelope-invalid', records: null }
  const records: number[] = []
  let position = 0
  for (const { custody, versions } of read.entries) {
    const proven = verifyStep(
      { ...custody, node: from.node, checkpoint },
      versions.map(({ record }) => record),
    )
    for (const version of versions) {
      if (!proven || openTexts(version) === null) records.push(position)
      position += 1
    }
  }
  return records.length === 0 ? accepted : { problem: 'custody-invalid', records }
}

/** JSON Pointers, with `*` for numbers, to what differs between two values. */
function differences(one: unknown, other: unknown, at = ''): string[] {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other ? [] : [at]
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  const member = (value: object, name: string): unknown => (value as Record<string, unknown>)[name]
  return [...names].flatMap((name) => differences(member(one, name), member(other, name), `${at}/${/^\d+$/.test(name) ? '*' : name}`))
}

describe('the delivery of docs/protocol.md', () => {
  it('is the one that node packages/exchange/test/make-delivery-vector.ts writes', async () => {
    expect(committed).toBe(await makeDeliveryVector())
  })

  it('is written again byte for byte from what is read, and its digest gives its id', () => {
    expect(writeVersionsBody(readVersionsBody(body)).toString()).toBe(body)
    const digest = sha256(Buffer.from(body))
    expect([digestText(digest), deliveryIdOf(digest)]).toEqual([vector.digest, vector.id])
  })

  it('proves all its records: some of a part and a whole one, a tombstone, a withdrawal, hashes in place of texts', () => {
    expect(received(body)).toEqual(accepted)
    const { entries } = readVersionsBody(body)
    expect(entries.map(({ custody }) => [custody.ordinals, custody.operations, custody.below.length])).toEqual([
      [[0, 2, 3], { 2: 'upsert' }, 2],
      [null, undefined, 0],
    ])
    const records = entries.flatMap(({ versions }) => versions.map(({ record }) => record))
    expect(records.map(({ operation, texts }) => [operation, texts])).toEqual([
      ['upsert', 'o'],
      ['no-longer-qualifies', 'o'],
      ['upsert', 'ons'],
      ['upsert', 'on'],
      ['withdraw', 'o'],
    ])
  })

  it.each(vector.changes)('ends as it says after a change of $what', ({ line, from, to, problem, records }) => {
    const lines = [...vector.lines]
    const old = lines[line] as string
    expect(old).toContain(from)
    lines[line] = old.replace(from, () => to)
    expect(received(bodyOf(lines))).toEqual({ problem, records })
    expect(deliveryIdOf(sha256(Buffer.from(bodyOf(lines))))).not.toBe(vector.id)
  })

  it('is refused after a change of any one byte, but in the members that section 13 says are told and not proven', () => {
    const bytes = Buffer.from(body)
    const whole = readVersionsBody(body)
    const passed = new Set<string>()
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] as number) ^ 1
      if (!isUtf8(changed)) continue
      const text = changed.toString()
      if (received(text).problem === null) for (const path of differences(whole, readVersionsBody(text))) passed.add(path)
    }
    const step = '/entries/*/custody'
    const record = '/entries/*/versions/*/record'
    expect([...passed].sort()).toEqual(
      [
        '/envelope/delivery',
        '/envelope/producedAt',
        '/envelope/from/region',
        `${step}/below/*/checkpoint`, // its signature; the text is bound to the proof
        `${step}/below/*/seen/region`,
        `${step}/below/*/seen/tier`,
        `${step}/below/*/seen/verifierKey`,
        `${step}/inclusion/*`, // the two bits that base64 leaves over
        `${step}/below/*/inclusion/*`,
        `${record}/reportingRegion`,
        `${record}/sourceId`,
        `${record}/reason`,
        `${record}/flags/*`,
      ].sort(),
    )
  })
})

describe('the delivery with attachments of docs/protocol.md', () => {
  const file = readFileSync(attachmentsVectorFile, 'utf8')
  const own = JSON.parse(file) as Vector
  const text = bodyOf(own.lines)

  it('is the one that node packages/exchange/test/make-delivery-vector.ts writes, and is written again byte for byte', async () => {
    expect(file).toBe(await makeAttachmentsVector())
    expect(writeVersionsBody(readVersionsBody(text)).toString()).toBe(text)
    expect(deliveryIdOf(sha256(Buffer.from(text)))).toBe(own.id)
  })

  it('proves its records: with the list, with its hash, and without any', () => {
    expect(received(text)).toEqual(accepted)
    const versions = readVersionsBody(text).entries.flatMap((entry) => entry.versions)
    expect(versions.map(({ record }) => [record.texts, Object.keys(record.salts).length])).toEqual([
      ['ona', 4],
      ['oa', 4],
      ['o', 3],
    ])
    const lists = versions.map((version) => openTexts(version)?.attachments ?? null)
    expect(lists.map((list) => (list === null ? null : parseAttachmentsText(list)?.map((one) => one.name)))).toEqual([
      ['批复.pdf'],
      null,
      null,
    ])
  })

  it.each(own.changes)('ends as it says after a change of $what', ({ line, from, to, problem, records }) => {
    const lines = [...own.lines]
    expect(lines[line]).toContain(from)
    lines[line] = (lines[line] as string).replace(from, () => to)
    expect(received(bodyOf(lines))).toEqual({ problem, records })
  })
})
