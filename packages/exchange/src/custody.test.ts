import { randomBytes } from 'node:crypto'
import { createSigningKey, readSigningKey } from '@huijiao/identity'
import {
  canonicalize,
  digestText,
  formatCheckpoint,
  leafHash,
  logLeafText,
  logOrigin,
  nodeHash,
  partMultiproof,
  recordLeafHash,
  type RecordIdentity,
  signNote,
  treeRoot,
  verifierKey,
} from '@huijiao/merkle'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutStep, type CustodyStep, ordinalsOf, checkpointSigner, stepsOfRecord, verifyStep } from './custody.ts'

const key = readSigningKey('k', createSigningKey().privateKeyPem)

const identity = (n: number, origin: string, operation: RecordIdentity['operation'] = 'upsert'): RecordIdentity => ({
  entity: 'TBProjectInfo',
  recordId: `r_${n.toString(16).padStart(32, '0')}`,
  operation,
  stream: `${origin}/p-city`,
  epoch: 1,
  n,
  sourceVersion: null,
  release: '2018',
  commitment: digestText(Buffer.alloc(32, n)),
})

/** A step of `node` whose part holds `all`, in a log of two entries, and which tells of those at `ordinals`. */
function stepOf(
  node: string,
  all: readonly RecordIdentity[],
  ordinals: readonly number[],
  below: readonly CustodyStep[] = [],
): CustodyStep {
  const leaves = all.map(recordLeafHash)
  const body = canonicalize({ root: digestText(treeRoot(leaves)), versions: all.length })
  const salt = randomBytes(16)
  const leaf = logLeafText('part', '2026-09-01T01:30:00.000Z', salt, body)
  const first = leafHash('another entry')
  const checkpoint = formatCheckpoint({
    origin: logOrigin(node, { number: 1, id: 'ab' }),
    size: 2,
    root: nodeHash(first, leafHash(leaf)),
    extensions: [],
  })
  return {
    node,
    checkpoint: signNote(checkpoint, { name: node, keyObject: key.privateKey }),
    index: 1,
    leaf,
    body,
    bodySalt: salt.toString('hex'),
    inclusion: [first.toString('base64')],
    size: all.length,
    ordinals: ordinals.length === all.length ? null : [...ordinals],
    proof: ordinals.length === all.length ? [] : partMultiproof(leaves, ordinals).map((hash) => hash.toString('base64')),
    below,
  }
}

/** A province's step over records of a city, the way a node builds it: its part holds only some of the city's, in another order. */
const twoTiers = (count: number, stored: readonly number[]) => {
  const records = Array.from({ length: count }, (_, n) => identity(n + 1, '370100'))
  const kept = stored.map((at) => records[at] as RecordIdentity)
  const source = [...stored].sort((a, b) => a - b)
  const city = { ...stepOf('370100', records, source), records: source.map((ordinal) => stored.indexOf(ordinal)) }
  return {
    records: kept,
    step: stepOf(
      '370000',
      kept,
      kept.map((_, at) => at),
      [city],
    ),
  }
}

const subsetOf = (length: number) => fc.uniqueArray(fc.nat(length - 1), { minLength: 1, maxLength: length })

describe('a custody step', () => {
  it('proves its records and all subsets that it is cut to, through every tier below', () => {
    const shapes = fc
      .integer({ min: 1, max: 24 })
      .chain((count) => subsetOf(count).chain((stored) => fc.tuple(fc.constant(count), fc.constant(stored), subsetOf(stored.length))))
    fc.assert(
      fc.property(shapes, ([count, stored, keep]) => {
        const { records, step } = twoTiers(count, stored)
        expect(verifyStep(step, records)).toBe(true)
        const sorted = [...keep].sort((a, b) => a - b)
        const cut = cutStep(step, records, sorted)
        const left = sorted.map((position) => records[position] as RecordIdentity)
        expect(verifyStep(cut, left)).toBe(true)
        // Cut again, as the next node does.
        expect(verifyStep(cutStep(cut, left, [0]), left.slice(0, 1))).toBe(true)
        expect(ordinalsOf(cut)).toEqual(sorted)
      }),
      { numRuns: 200 },
    )
  })

  it('does not prove a record that was exchanged, nor one too many or too few', () => {
    const { records, step } = twoTiers(5, [4, 0, 2])
    const [a, b, c] = records as [RecordIdentity, RecordIdentity, RecordIdentity]
    expect(verifyStep(step, [b, a, c])).toBe(false)
    expect(verifyStep(step, [a, b])).toBe(false)
    expect(verifyStep(step, [a, b, c, c])).toBe(false)
    expect(verifyStep(step, [{ ...a, commitment: digestText(Buffer.alloc(32, 99)) }, b, c])).toBe(false)
    expect(verifyStep(step, [])).toBe(false)
  })

  it('keeps the operation below when a version goes on as a tombstone, and lets no other operation differ', () => {
    const { records, step } = twoTiers(4, [0, 1, 2, 3])
    const turned = cutStep(step, records, [1, 2], new Set([2]))
    const sent = [records[1] as RecordIdentity, { ...(records[2] as RecordIdentity), operation: 'no-longer-qualifies' as const }]
    expect(verifyStep(turned, sent)).toBe(true)
    expect(turned.below[0]?.operations).toEqual({ 2: 'upsert' })
    expect(verifyStep(turned, [records[1] as RecordIdentity, { ...(records[2] as RecordIdentity), operation: 'withdraw' }])).toBe(false)
    // A sender that says a withdrawal was an upsert below.
    const forged = { ...turned, operations: { 1: 'upsert' as const, 2: 'upsert' as const } }
    expect(verifyStep(forged, [{ ...(records[1] as RecordIdentity), operation: 'withdraw' }, sent[1] as RecordIdentity])).toBe(false)
  })

  it('needs the chain down to the origin of every record, and none below it', () => {
    const { records, step } = twoTiers(3, [0, 1, 2])
    expect(verifyStep({ ...step, below: [] }, records)).toBe(false)
    const alone = stepOf('370100', records, [0, 1, 2])
    expect(verifyStep(alone, records)).toBe(true)
    expect(verifyStep({ ...alone, below: [{ ...alone, records: null }] }, records)).toBe(false)
  })

  it('does not hold with another checkpoint, leaf, body, salt, index or size', () => {
    const records = [identity(1, '370100'), identity(2, '370100')]
    const step = stepOf('370100', records, [0, 1])
    const other = stepOf('370100', records, [0, 1])
    for (const change of [
      { checkpoint: other.checkpoint },
      { leaf: other.leaf },
      { body: '{}' },
      { bodySalt: other.bodySalt },
      { index: 0 },
      { size: 3 },
      { node: '370200' },
      { inclusion: [] },
    ]) {
      expect(verifyStep({ ...step, ...change }, records), JSON.stringify(Object.keys(change))).toBe(false)
    }
  })

  it('bounds how deep it is followed', () => {
    const records = [identity(1, '370100')]
    let step = stepOf('370100', records, [0])
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) step = stepOf(name, records, [0], [{ ...step, records: null }])
    expect(verifyStep(step, records)).toBe(false)
  })

  it('gives one record’s steps from the nearest node down', () => {
    const { records, step } = twoTiers(5, [4, 0, 2])
    const steps = stepsOfRecord(step, records, 1)
    expect(steps.map((one) => [one.node, one.ordinals])).toEqual([
      ['370000', [1]],
      ['370100', [0]],
    ])
  })
})

describe('checkpointSigner', () => {
  it('names the key that signed under the node’s own name, and no other', () => {
    const step = stepOf('370100', [identity(1, '370100')], [0])
    const own = verifierKey('370100', key.publicKey)
    const stranger = verifierKey('370100', readSigningKey('s', createSigningKey().privateKeyPem).publicKey)
    expect(checkpointSigner(step.checkpoint, '370100', [stranger, own])).toBe(own)
    expect(checkpointSigner(step.checkpoint, '370100', [stranger])).toBeNull()
    expect(checkpointSigner(step.checkpoint, '370200', [own])).toBeNull()
    expect(checkpointSigner('not a note', '370100', [own])).toBeNull()
  })
})
