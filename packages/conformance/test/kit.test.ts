import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parsePublicKey, verifyRequest } from '@huijiao/identity'
import { describe, expect, it } from 'vitest'
import {
  type Answers,
  conformanceKit,
  groupsOf,
  judgeAnswer,
  kitOf,
  kitText,
  parseKit,
  referenceAnswer,
  requestOf,
  type Vector,
} from '../src/index.ts'
import { protocolText, vectorsFile } from './make-vectors.ts'

const kit = conformanceKit()
const loose = { strict: false }
const strict = { strict: true }
const vectorOf = (id: string): Vector => kit.vectors.find((vector) => vector.id === id) as Vector

/** A record that a rule of the standard refuses, as the rules' own vectors have it. */
const record = { release: '2018', entity: 'TBProjectInfo', at: '2026-09-01T01:30:00Z', data: { PrjNum: '3701022609010101' } }
const refused: Vector = {
  id: 'rule/region.nesting/invalid/1',
  do: 'validate',
  rule: 'region.nesting',
  input: record,
  expect: {
    verdict: 'refused',
    problems: [{ pointer: '/data/CountyNum', code: 'region-not-nested', rule: 'region.nesting', severity: 'error' }],
  },
}
const accepted: Vector = { id: 'rule/region.nesting/valid/1', do: 'validate', input: record, expect: { verdict: 'accepted', problems: [] } }
const found = async (vector: Vector, answer: unknown, how = loose) => (await judgeAnswer(vector, answer, how)).map((one) => one.finding)

describe('the conformance kit', () => {
  it('has every protocol vector as the maker makes it', () => {
    expect(readFileSync(vectorsFile, 'utf8')).toBe(protocolText())
  })

  it('names itself by the digest of its vectors, and the releases by theirs', () => {
    const { manifest, vectors } = kit
    const lines = vectors.map((vector) => `${JSON.stringify(vector)}\n`).join('')
    expect(manifest.digest).toBe(`sha-256:${createHash('sha256').update(lines).digest('hex')}`)
    expect(manifest.releases.map((release) => release.id)).toEqual(expect.arrayContaining(['2014', '2018']))
    for (const release of manifest.releases) expect(release.digest).toMatch(/^sha-256:[0-9a-f]{64}$/)
    expect(manifest.tasks.reduce((sum, task) => sum + task.vectors, 0)).toBe(vectors.length)
    expect(groupsOf(vectors).flatMap(([, members]) => members)).toHaveLength(vectors.length)
  })

  it('survives being written to a file and read again, and is refused when a line was changed', () => {
    const text = kitText(kit)
    expect(parseKit(text)).toEqual(JSON.parse(JSON.stringify(kit)))
    expect(() => parseKit(text.replace('"genuine":false', '"genuine":true'))).toThrow(/changed/)
    expect(() => parseKit(text.replace('huijiao-conformance', 'other'))).toThrow(RangeError)
    expect(() => parseKit('{')).toThrow(RangeError)
    expect(() => kitOf([refused, refused])).toThrow(/one id/)
  })

  it('is answered without a fault by this project itself', async () => {
    const findings = []
    for (const vector of kit.vectors) {
      const answer = referenceAnswer(requestOf(vector))
      if (vector.do === 'link') {
        // A test of the engine holds a node on PostgreSQL to these.
        expect([vector.id, 'skipped' in answer]).toEqual([vector.id, true])
        continue
      }
      expect([vector.id, 'answer' in answer]).toEqual([vector.id, true])
      findings.push(...(await judgeAnswer(vector, (answer as { answer: unknown }).answer, strict)))
    }
    expect(findings).toEqual([])
  })

  it('does not tell a program what is right', () => {
    expect(JSON.stringify(kit.vectors.map(requestOf))).not.toContain('"expect"')
  })

  it('holds signatures that verify under the keys it gives', async () => {
    const signing = kit.vectors.filter((vector) => vector.do === 'sign')
    expect(signing.map((vector) => vector.input.key.algorithm)).toEqual(['ed25519', 'ed25519', 'ecdsa-p256-sha256'])
    for (const { input, expect: right } of signing) {
      if (right.headers['signature'] === undefined) continue
      const headers = { ...input.headers, ...right.headers }
      const lookup = async () => parsePublicKey(input.key.publicKey)
      expect((await verifyRequest({ method: input.method, url: input.url, headers }, lookup, new Date(input.created))).keyId).toBe(
        input.key.keyId,
      )
    }
  })
})

describe('the judgement of an answer', () => {
  const right = { problems: [{ pointer: '/data/CountyNum' }] }

  it('asks for the place of a problem, and for code and rule only of those who name them', async () => {
    expect(await found(refused, right)).toEqual([])
    expect(await found(refused, right, strict)).toEqual(['code-differs'])
    expect(await found(refused, { problems: [{ pointer: '/data/CountyNum', code: 'region-unknown' }] })).toEqual(['code-differs'])
    const named = { pointer: '/data/CountyNum', code: 'region-not-nested' }
    expect(await found(refused, { problems: [{ ...named, rule: 'other' }] })).toEqual(['rule-differs'])
    expect(await found(refused, { problems: [{ ...named, rule: 'region.nesting' }] }, strict)).toEqual([])
  })

  it('finds a wrong record that was taken, and a right one that was refused', async () => {
    expect(await found(refused, { problems: [] })).toEqual(['wrong-taken', 'place-missed'])
    expect(await found(refused, { problems: [{ pointer: '/data/CountyNum', severity: 'warning' }] })).toEqual(['wrong-taken'])
    expect(await found(refused, { problems: [{ pointer: '/data/CityNum' }] })).toEqual(['place-missed'])
    expect(await found(accepted, { problems: [{ pointer: '/data/CityNum' }] })).toEqual(['right-refused'])
    expect(await found(accepted, { problems: [{ pointer: '/data/CityNum', severity: 'warning' }] })).toEqual([])
    expect(await found(accepted, { verdict: 'doubtful', problems: [] })).toEqual(['verdict-differs'])
  })

  it('asks for what is missing beside a record, and for silence where everything fits', async () => {
    const [fits, lacks] = ['rule/linkage.project/valid/1', 'rule/linkage.project/invalid/1'].map(vectorOf) as [Vector, Vector]
    expect(await found(fits, { problems: [] }, strict)).toEqual([])
    expect(await found(fits, { problems: [{ pointer: '/data/PrjNum', severity: 'warning' }] })).toEqual(['problem-invented'])
    expect(await found(lacks, { problems: [{ pointer: '/data/PrjNum' }] })).toEqual([])
    expect(await found(lacks, { outcome: 'accepted', problems: [] })).toEqual(['verdict-differs', 'place-missed'])
    expect(await found(lacks, 'no')).toEqual(['answer-malformed'])
  })

  it('finds answers that are none', async () => {
    for (const answer of [null, 'x', [], {}, { problems: 'x' }, { problems: [{}] }])
      expect(await found(refused, answer)).toEqual(['answer-malformed'])
    expect(await found(vectorOf('receipt/genuine'), { genuine: 'yes' })).toEqual(['answer-malformed'])
  })

  it('finds a receipt that was trusted wrongly, and one that was not trusted', async () => {
    expect(await found(vectorOf('receipt/changed-count'), { genuine: true })).toEqual(['forgery-taken'])
    expect(await found(vectorOf('receipt/layout'), { genuine: false })).toEqual(['genuine-refused'])
  })

  it('finds a wrong canonical text, and one where there is none', async () => {
    expect(await found(vectorOf('canonical/1'), { canonical: '{}' })).toEqual(['text-differs'])
    expect(await found(vectorOf('canonical/refused/1'), { canonical: '"?"' })).toEqual(['text-differs'])
    expect(await found(vectorOf('canonical/refused/1'), { refused: true })).toEqual([])
    expect(await found(vectorOf('content-digest/2'), { contentDigest: 'sha-256=:AAAA:' })).toEqual(['text-differs'])
  })

  it('takes any signature that a node would take, and no other', async () => {
    const vector = vectorOf('sign/ed25519')
    const { answer } = referenceAnswer(requestOf(vector)) as { answer: Answers['sign'] }
    const { headers } = answer
    expect(
      await found(vector, { headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value])) }),
    ).toEqual([])
    for (const change of [
      { 'content-digest': 'sha-256=:AAAA:' },
      { signature: headers['signature']?.replace(/^hub=:..../, 'hub=:AAAA') },
      { 'signature-input': headers['signature-input']?.replace('nonce="', 'nonce="x') },
      { 'signature-input': headers['signature-input']?.replace('"@path" ', '') },
      { signature: '' },
    ])
      expect(await found(vector, { headers: { ...headers, ...change } })).toEqual(['signature-fails'])
  })
})
