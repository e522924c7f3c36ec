import { createSigningKey, readSigningKey } from '@huijiao/identity'
import { sha256 } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addPublicKey, type Caller, createParticipant, receiveSubmission } from '../src/index.ts'
import { openVersions } from '../src/prepare-versions.ts'
import { type Forged, type Forgery, forgeBody, forgeVersion } from './forge.ts'
import { project, receiptOf, type TestHub } from './test-hub.ts'
import { openTier, versionsOf } from './two-tiers.ts'

let upper: TestHub
let caller: Caller
const forgery: Forgery = {
  node: '370100',
  region: '370100',
  key: readSigningKey('370100-1', createSigningKey().privateKeyPem),
  epoch: { number: 1, id: 'ab12' },
}

beforeAll(async () => {
  upper = await openTier('provincial')
  const regions = ['370100']
  await createParticipant(upper.hub, 'operator:test', {
    participantId: 'p-node',
    kind: 'node',
    name: '示例市（合成）',
    regions,
    nodeName: '370100',
  })
  await addPublicKey(upper.hub, 'operator:test', 'p-node', {
    keyId: '370100-1',
    algorithm: 'ed25519',
    publicKey: forgery.key.publicKey.toString('base64'),
  })
  caller = { participantId: 'p-node', kind: 'node', name: '示例市（合成）', regions, nodeName: '370100', keyId: '370100-1' }
})
afterAll(() => upper.close())

const opened = (bytes: Buffer, by: Caller = caller) =>
  openVersions(
    upper.hub,
    by,
    { media: 'versions', bytes, path: null, digest: sha256(bytes), decodedBytes: bytes.length },
    upper.hub.standards(),
  )

const problemOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
  } catch (error) {
    if (error instanceof Problem) return error.code
    throw error
  }
  return 'none'
}

/** Codes of what is wrong with the one record; `ok` when it may be stored. */
const judged = async (forged: Forged, tamper?: Parameters<typeof forgeBody>[2]): Promise<string[]> => {
  const { records } = await opened(forgeBody(forgery, [forgeVersion(forgery, forged)], tamper))
  return records.flatMap((one) =>
    'prepared' in one ? ['ok'] : one.refused.problems.filter((problem) => problem.severity === 'error').map((problem) => problem.code),
  )
}

describe('a delivery whose sender is not who it should be', () => {
  const bytes = () => forgeBody(forgery, [forgeVersion(forgery, { data: project(1) })])

  it('is taken as a whole when everything fits', async () => {
    const body = await opened(bytes())
    expect(body.records.map((one) => 'prepared' in one)).toEqual([true])
    expect(body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8/)
  })

  it('is refused for another node’s envelope, and for a participant that is no node', async () => {
    expect(await problemOf(opened(bytes(), { ...caller, nodeName: '370200' }))).toBe('not-allowed')
    expect(await problemOf(opened(bytes(), { ...caller, kind: 'system', nodeName: null }))).toBe('not-allowed')
  })

  it('is refused, as an outage, for a checkpoint that no registered key signed', async () => {
    const stranger = { ...forgery, key: readSigningKey('370100-1', createSigningKey().privateKeyPem) }
    expect(await problemOf(opened(forgeBody(stranger, [forgeVersion(stranger, { data: project(1) })])))).toBe('signature-invalid')
  })

  it('is refused for the checkpoint of another epoch', async () => {
    const other = forgeBody(forgery, [forgeVersion(forgery, { data: project(1) })], (parts) => {
      parts.envelope = { ...parts.envelope, from: { ...parts.envelope.from, epoch: { number: 2, id: 'ab12' } } }
    })
    expect(await problemOf(opened(other))).toBe('envelope-invalid')
  })
})

describe('a record in a delivery', () => {
  it.each<[string, Forged, string]>([
    ['another release than this node serves', { release: '2099', texts: { o: '{}' } }, 'release-unknown'],
    ['another entity than the release has', { entity: 'TBNothing', texts: { o: '{}' } }, 'entity-unknown'],
    ['an origin whose custody is not shown', { data: project(1), stream: '370200/p-city' }, 'custody-invalid'],
    ['a reporting region outside them', { data: project(1), reportingRegion: '370202' }, 'region-not-granted'],
    [
      'a tombstone of a region outside them',
      { operation: 'no-longer-qualifies', data: project(1), hashed: 'ons', reportingRegion: '370202' },
      'region-not-granted',
    ],
    ['a reporting region that is not where its data lies', { data: project(1), reportingRegion: '370103' }, 'region-not-granted'],
    [
      'text that is not canonical',
      { texts: { o: JSON.stringify({ PrjNum: '3701022001010101', PrjName: '示例' }, null, 1).replaceAll('\n', '') } },
      'custody-invalid',
    ],
    ['text that is no object', { texts: { o: '[]' } }, 'custody-invalid'],
    ['text that is no JSON', { texts: { o: '{' } }, 'custody-invalid'],
    ['text nested without end', { texts: { o: `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}` } }, 'custody-invalid'],
    [
      'a sealed field in the open text',
      { texts: { o: JSON.stringify(Object.fromEntries(Object.entries(project(1)).sort(([a], [b]) => (a < b ? -1 : 1)))) } },
      'custody-invalid',
    ],
    ['a field that the standard does not know', { texts: { o: '{"Nothing":"1","PrjNum":"3701022001010101"}' } }, 'custody-invalid'],
    ['a member named __proto__', { texts: { o: '{"PrjNum":"3701022001010101","__proto__":{"a":"1"}}' } }, 'custody-invalid'],
    ['a record of which fields are missing', { data: { PrjNum: (project(1) as { PrjNum: string }).PrjNum } }, 'field-missing'],
    ['an upsert without an open text', { texts: {} }, 'custody-invalid'],
    ['a withdrawal that carries text', { operation: 'withdraw', data: project(1) }, 'custody-invalid'],
    ['a tombstone that carries text', { operation: 'no-longer-qualifies', data: project(1) }, 'custody-invalid'],
  ])('is refused for %s', async (_what, forged, code) => {
    expect(await judged(forged)).toContain(code)
  })

  it('is taken from a node below inside the sender’s regions, and refused from one outside them', async () => {
    const from = async (origin: string) => {
      const lower: Forgery = {
        node: origin,
        region: origin,
        key: readSigningKey(`${origin}-1`, createSigningKey().privateKeyPem),
        epoch: { number: 1, id: 'cd34' },
      }
      const version = forgeVersion(lower, { data: project(1) })
      let below: object[] = []
      forgeBody(lower, [version], ({ envelope, entries }) => {
        below = [{ node: origin, checkpoint: envelope.checkpoint, records: null, ...entries[0]?.custody }]
      })
      const { records } = await opened(
        forgeBody(forgery, [version], (parts) => void Object.assign((parts.entries[0] as { custody: object }).custody, { below })),
      )
      return records.map((one) => ('prepared' in one ? 'ok' : one.refused.problems[0]?.code))
    }
    expect(await from('370102')).toEqual(['ok'])
    expect(await from('370202')).toEqual(['origin-not-granted'])
  })

  it('is taken without its sealed text when the hash stands for it', async () => {
    expect(await judged({ data: project(1), hashed: 's' })).toEqual(['ok'])
  })

  it('is taken as a withdrawal and as a tombstone in their own forms', async () => {
    expect(await judged({ operation: 'withdraw', texts: { o: '' } })).toEqual(['ok'])
    expect(await judged({ operation: 'no-longer-qualifies', data: project(1), hashed: 'ons' })).toEqual(['ok'])
  })

  it.each<[string, Parameters<typeof forgeBody>[2]]>([
    ['its operation', (parts) => mend(parts, { operation: 'no-longer-qualifies' })],
    ['its place', (parts) => mend(parts, { n: 2 })],
    ['its stream', (parts) => mend(parts, { stream: '370100/p-other' })],
    ['its entity', (parts) => mend(parts, { entity: 'TBTenderInfo' })],
    ['its commitment', (parts) => mend(parts, { commitment: `sha-256:${'0'.repeat(64)}` })],
    [
      'the leaf',
      (parts) =>
        void ((parts.entries[0] as { custody: { leaf: string } }).custody.leaf = '{"body":"sha-256:00","instant":"x","kind":"part"}'),
    ],
    ['the body’s salt', (parts) => void ((parts.entries[0] as { custody: { bodySalt: string } }).custody.bodySalt = '0'.repeat(32))],
    ['the body', (parts) => void ((parts.entries[0] as { custody: { body: string } }).custody.body = '{}')],
    ['the index', (parts) => void ((parts.entries[0] as { custody: { index: number } }).custody.index = 1)],
    [
      'an operation below',
      (parts) => void Object.assign((parts.entries[0] as { custody: object }).custody, { operations: { 0: 'withdraw' } }),
    ],
  ])('is refused when %s was changed after the proof was made', async (_what, tamper) => {
    expect(await judged({ data: project(1) }, tamper)).toEqual(['custody-invalid'])
  })

  function mend(parts: Parameters<NonNullable<Parameters<typeof forgeBody>[2]>>[0], over: object): void {
    const version = parts.entries[0]?.versions[0] as { record: object }
    Object.assign(version.record, over)
  }
})

describe('whatever bytes come', () => {
  const original = forgeBody(
    forgery,
    [1, 2, 3].map((one) => forgeVersion(forgery, { data: project(one), sourceId: `XM-${one}` })),
  )
  const commitments = new Set([...original.toString().matchAll(/sha-256:[0-9a-f]{64}/g)].map((match) => match[0]))

  it('they end in a Problem, or in records that were proven', async () => {
    const change = fc.oneof(
      fc
        .record({ at: fc.nat(original.length - 1), byte: fc.integer({ min: 32, max: 126 }) })
        .map(({ at, byte }) => Buffer.concat([original.subarray(0, at), Buffer.from([byte]), original.subarray(at + 1)])),
      fc
        .record({ from: fc.nat(original.length), length: fc.integer({ min: 1, max: 400 }) })
        .map(({ from, length }) => Buffer.concat([original.subarray(0, from), original.subarray(from + length)])),
      fc.tuple(fc.nat(12), fc.nat(12)).map(([a, b]) => {
        const lines = original.toString().split('\n')
        ;[lines[a], lines[b]] = [lines[b] as string, lines[a] as string]
        return Buffer.from(lines.filter((line) => line !== undefined).join('\n'))
      }),
      fc.string().map((text) => Buffer.from(text)),
    )
    await fc.assert(
      fc.asyncProperty(change, async (bytes) => {
        const result = await opened(Buffer.from(bytes.toString())).catch((error: unknown) => error)
        if (result instanceof Problem) return
        if (result instanceof Error) throw result
        for (const record of (result as Awaited<ReturnType<typeof opened>>).records) {
          if ('prepared' in record) expect(commitments).toContain(`sha-256:${record.prepared.commitment.toString('hex')}`)
        }
      }),
      { numRuns: 400 },
    )
  }, 60_000)
})

describe('a delivery that was stored', () => {
  const receive = async (bytes: Buffer) =>
    receiptOf(
      await receiveSubmission(upper.hub, {
        caller,
        body: { media: 'versions', bytes, path: null, digest: sha256(bytes), decodedBytes: bytes.length },
        mode: 'partial',
        dryRun: false,
        respondAsync: false,
        idempotencyKey: null,
        traceParent: null,
        nonce: null,
      }),
    )

  it('keeps the proofs of what it stored and of nothing else', async () => {
    const versions = [
      forgeVersion(forgery, { data: project(51), sourceId: 'K-1' }),
      forgeVersion(forgery, { data: { ...project(52), PrjName: undefined }, sourceId: 'K-2' }),
      forgeVersion(forgery, { data: project(53), sourceId: 'K-3' }),
    ]
    const receipt = await receive(forgeBody(forgery, versions))
    expect(receipt.records.map((one) => one.outcome)).toEqual(['accepted', 'refused', 'accepted'])
    const rows = await upper.hub.db.selectFrom('custody').selectAll().orderBy('part_id', 'desc').limit(1).execute()
    expect(rows[0]?.ordinals).toEqual([
      [0, 0],
      [1, 2],
    ])
    const document = JSON.parse(rows[0]?.document as string)
    expect(document).toMatchObject({ node: '370100', size: 3, ordinals: [0, 2] })
    expect(document.proof).toHaveLength(1)
  })

  it('answers unchanged to the same version in another delivery, and conflict to another content under its place', async () => {
    const version = forgeVersion(forgery, { data: project(61), sourceId: 'U-1' })
    expect((await receive(forgeBody(forgery, [version]))).records[0]?.outcome).toBe('accepted')
    expect((await receive(forgeBody({ ...forgery, delivery: 2 }, [version]))).records[0]?.outcome).toBe('unchanged')
    const other = forgeVersion(forgery, { data: project(61, { PrjName: '另一内容（合成）' }), sourceId: 'U-1' })
    const twisted = { ...other, record: { ...other.record, recordId: version.record.recordId } }
    const before = await versionsOf(upper.hub)
    expect((await receive(forgeBody({ ...forgery, delivery: 3 }, [twisted]))).records[0]).toMatchObject({
      outcome: 'refused',
      problems: [{ code: 'version-conflict' }],
    })
    expect(await versionsOf(upper.hub)).toEqual(before)
  })
})
