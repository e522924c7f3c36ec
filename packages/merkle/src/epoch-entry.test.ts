import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCheckpoint } from './checkpoint.ts'
import {
  type EpochBegin,
  epochBodyText,
  epochEntriesProven,
  type EpochEntry,
  epochKind,
  forkFrom,
  readEpochEntry,
  readEpochs,
} from './epoch-entry.ts'
import { digestText, parseDigestText } from './hash.ts'
import { logLeafText } from './log-leaf.ts'
import { verifyConsistency } from './verify-proof.ts'

const vectors = JSON.parse(readFileSync(new URL('../../../docs/vectors/epoch.json', import.meta.url), 'utf8')) as {
  entry: EpochEntry
  checkpointText: string
  says: { epoch: EpochBegin['epoch']; previous: { epoch: EpochBegin['epoch']; size: number; root: string }; abandoned: []; reason: string }
  forks: { seen: EpochBegin['epoch']; size: number | null }[]
  consistency: { oldSize: number; size: number; proof: string[] }
  reCreated: EpochEntry
  refused: { why: string; entry: EpochEntry }[]
}
const checkpoint = parseCheckpoint(vectors.checkpointText)

describe('an entry that begins an epoch', () => {
  it('says what it continues, and stands where that ends', () => {
    const begin = readEpochEntry(vectors.entry)
    expect(begin).not.toBeNull()
    expect({ ...begin, previous: { ...begin?.previous, root: digestText(begin?.previous.root ?? Buffer.alloc(0)) } }).toEqual(vectors.says)
    expect(epochEntriesProven([vectors.entry], checkpoint)).toBe(true)
    expect(epochEntriesProven([{ ...vectors.entry, index: 2 }], checkpoint)).toBe(false)
    const { inclusion: _, ...unproven } = vectors.entry
    expect(epochEntriesProven([unproven], checkpoint)).toBe(false)
  })

  it('names a root that the log before it had', () => {
    const { oldSize, size, proof } = vectors.consistency
    const root = parseDigestText(vectors.says.previous.root) as Buffer
    const hashes = proof.map((hash) => Buffer.from(hash, 'base64'))
    expect(verifyConsistency(oldSize, root, size, checkpoint.root, hashes)).toBe(true)
    expect(verifyConsistency(oldSize, Buffer.alloc(32), size, checkpoint.root, hashes)).toBe(false)
  })

  it('may begin a log that is empty', () => {
    expect(readEpochEntry(vectors.reCreated)?.previous.size).toBe(0)
  })

  it.each(vectors.refused.map(({ why, entry }) => [why, entry] as const))('is refused: %s', (_why, entry) => {
    expect(readEpochEntry(entry)).toBeNull()
  })

  it('tells where the log left an epoch that somebody saw, and nothing of one that it does not name', () => {
    const begins = readEpochs([vectors.entry], vectors.says.epoch) ?? []
    for (const { seen, size } of vectors.forks) expect(forkFrom(begins, seen)?.previous.size ?? null).toBe(size)
    expect(readEpochs([vectors.entry], { number: 4, id: 'x' })).toBeNull()
  })
})

describe('the epochs of a log', () => {
  const id = fc.stringMatching(/^[0-9a-f]{4,16}$/)
  /** Forks of one log, as a node that is put back now and then writes them. */
  const lives = fc.array(fc.record({ id, grows: fc.integer({ min: 1, max: 50 }), skips: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 6,
  })
  const entriesOf = (list: { id: string; grows: number; skips: number }[]) => {
    let epoch = { number: 1, id: 'first' }
    let size = 0
    return list.map((life): EpochEntry => {
      size += life.grows
      const next = { number: epoch.number + life.skips, id: life.id }
      const body = epochBodyText({ epoch: next, previous: { epoch, size, root: Buffer.alloc(32, size) }, abandoned: [], reason: 'restore' })
      epoch = next
      const salt = Buffer.alloc(16, size)
      return { index: size, leaf: logLeafText(epochKind, '2026-09-01T01:30:00.000Z', salt, body), body, bodySalt: salt.toString('hex') }
    })
  }

  it('hang together as they were begun, and in no other order, with none left out', () => {
    fc.assert(
      fc.property(lives, fc.nat(), (list, at) => {
        const entries = entriesOf(list)
        const last = readEpochEntry(entries.at(-1))?.epoch as EpochBegin['epoch']
        const begins = readEpochs(entries, last)
        expect(begins?.map((begin) => begin.previous.size)).toEqual(entries.map((entry) => entry.index))
        expect(forkFrom(begins ?? [], { number: 1, id: 'first' })?.previous.size).toBe(entries[0]?.index)
        if (entries.length < 3) return
        const gap = 1 + (at % (entries.length - 2))
        expect(readEpochs(entries.toSpliced(gap, 1), last)).toBeNull()
        expect(readEpochs(entries.toReversed(), last)).toBeNull()
      }),
    )
  })
})
