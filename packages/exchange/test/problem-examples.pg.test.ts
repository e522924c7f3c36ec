import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSigningKey, readSigningKey } from '@huijiao/identity'
import { sha256 } from '@huijiao/merkle'
import { exampleDirectory, type ProblemDocument, type ProblemExample } from '@huijiao/problem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addPublicKey, type Caller, createParticipant, receiveSubmission } from '../src/index.ts'
import type { WireVersion } from '../src/versions-body.ts'
import { type Forgery, forgeBody, forgeVersion } from './forge.ts'
import { project, receiptOf, type TestHub } from './test-hub.ts'
import { openTier } from './two-tiers.ts'

/**
 * The problems between nodes, for the pages of their codes: `packages/problem/examples/link.json` is held against what a node answers to a
 * delivery now. `HUIJIAO_WRITE_EXAMPLES=1` writes it instead.
 */
const file = join(exampleDirectory, 'link.json')
const writing = process.env['HUIJIAO_WRITE_EXAMPLES'] === '1'
const made: Record<string, ProblemExample> = {}

let upper: TestHub
let caller: Caller
const forgeryOf = (node: string): Forgery => ({
  node,
  region: node,
  key: readSigningKey(`${node}-1`, createSigningKey().privateKeyPem),
  epoch: { number: 1, id: 'ab12' },
})
const city = forgeryOf('370100')

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
    publicKey: city.key.publicKey.toString('base64'),
  })
  caller = { participantId: 'p-node', kind: 'node', name: '示例市（合成）', regions, nodeName: '370100', keyId: '370100-1' }
})
afterAll(async () => {
  if (writing) writeFileSync(file, `${JSON.stringify(made, null, 1)}\n`)
  await upper.close()
})

let delivery = 0
async function problemsOf(version: WireVersion, tamper?: Parameters<typeof forgeBody>[2]): Promise<readonly ProblemDocument[]> {
  const bytes = forgeBody({ ...city, delivery: (delivery += 1) }, [version], tamper)
  const answer = await receiveSubmission(upper.hub, {
    caller,
    body: { media: 'versions', bytes, path: null, digest: sha256(bytes), decodedBytes: bytes.length },
    mode: 'partial',
    dryRun: false,
    respondAsync: false,
    idempotencyKey: null,
    traceParent: null,
    nonce: null,
  })
  return (receiptOf(answer).records[0]?.problems ?? []) as unknown as readonly ProblemDocument[]
}

/** The identity line of the record, without what is random. */
const sentOf = ({ record: { entity, operation, stream, n, release, reportingRegion, sourceId } }: WireVersion) =>
  JSON.stringify({ entity, operation, stream, n, release, reportingRegion, sourceId })

function answersKept(code: string, version: WireVersion, problems: readonly ProblemDocument[], mended: string): void {
  const problem = problems.find((one) => one.code === code) as ProblemDocument
  expect(problems.map((one) => one.code)).toContain(code)
  const one = JSON.parse(JSON.stringify({ sent: sentOf(version), problem, mended })) as ProblemExample
  made[code] = one
  if (!writing) expect(one).toEqual((JSON.parse(readFileSync(file, 'utf8')) as Record<string, ProblemExample>)[code])
}

describe('a problem of a record in a delivery has the example on its page', () => {
  it('for a release that is not served here', async () => {
    const version = forgeVersion(city, { release: '2099', texts: { o: '{}' } })
    answersKept(
      'release-unknown',
      version,
      await problemsOf(version),
      '本节点装载该版本后由下级自动重试\nThe lower node tries again once the release is served here',
    )
  })

  it('for an origin outside the lower node’s regions', async () => {
    const stranger = forgeryOf('370202')
    const version = forgeVersion(stranger, { data: project(1) })
    let below: object[] = []
    forgeBody(stranger, [version], ({ envelope, entries }) => {
      below = [{ node: '370202', checkpoint: envelope.checkpoint, records: null, ...entries[0]?.custody }]
    })
    const problems = await problemsOf(version, (parts) => void Object.assign((parts.entries[0] as { custody: object }).custody, { below }))
    answersKept('origin-not-granted', version, problems, '由管辖来源节点的上级转报\nThe node over that origin forwards it')
  })

  it('for a proof that does not hold', async () => {
    const version = forgeVersion(city, { data: project(2) })
    const problems = await problemsOf(version, (parts) => {
      const [first] = (parts.entries[0] as unknown as { versions: { record: object }[] }).versions
      Object.assign(first as { record: object }, { record: { ...(first as { record: object }).record, n: 2 } })
    })
    answersKept(
      'custody-invalid',
      version,
      problems,
      '人工核查下级节点的日志：huijiao log check URL\nA person looks at the lower node’s log: huijiao log check URL',
    )
  })

  it('for other content of a version that is here, and for a record id of another key', async () => {
    const version = forgeVersion(city, { data: project(3), sourceId: 'U-1' })
    expect(await problemsOf(version)).toEqual([])
    const withSameId = (other: WireVersion): WireVersion => ({ ...other, record: { ...other.record, recordId: version.record.recordId } })
    const twisted = withSameId(forgeVersion(city, { data: project(3, { PrjName: '另一内容（合成）' }), sourceId: 'U-1' }))
    answersKept(
      'version-conflict',
      twisted,
      await problemsOf(twisted),
      '人工比对两级节点的同一版本\nA person compares the version at both nodes',
    )
    const stolen = withSameId(forgeVersion(city, { data: project(4), sourceId: 'U-2' }))
    answersKept('record-id-conflict', stolen, await problemsOf(stolen), '人工核查来源节点\nA person looks at the origin node')
  })
})
