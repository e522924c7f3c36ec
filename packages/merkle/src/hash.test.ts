import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { flipped } from '../test/reference.ts'
import {
  commitment,
  digestText,
  emptyRoot,
  leafHash,
  nodeHash,
  parseDigestText,
  sha256,
  textHash,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from './index.ts'

vi.setConfig({ testTimeout: 60_000 }) // computes much; a busy machine is no failure

const published = JSON.parse(readFileSync(new URL('../test/vectors/rfc6962.json', import.meta.url), 'utf8')) as {
  hashes: { name: string; leaf?: string; hash: string }[]
  leaves: string[]
  roots: string[]
  inclusion: { leafIdx: number; treeSize: number; root: string; leafHash: string; proof: string[] }[]
  consistency: { size1: number; size2: number; root1: string; root2: string; proof: string[] }[]
}
const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64')
const plain = (...parts: (string | Uint8Array)[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

describe('hashes of the published tree (RFC 6962)', () => {
  it('has the hashes of the empty tree and of single leaves', () => {
    for (const { name, leaf, hash } of published.hashes) {
      const computed = leaf === undefined ? emptyRoot : leafHash(Buffer.from(leaf, 'hex'))
      expect(computed.toString('hex'), name).toBe(hash)
    }
  })

  it('has the root of every prefix', () => {
    const leaves = published.leaves.map((leaf) => leafHash(Buffer.from(leaf, 'hex')))
    expect(published.roots.length).toBe(8)
    published.roots.forEach((root, i) => expect(treeRoot(leaves.slice(0, i + 1)).toString('hex')).toBe(root))
  })

  it('accepts the published inclusion proofs, and none that differs by a bit', () => {
    for (const { leafIdx, treeSize, root, leafHash: leaf, proof } of published.inclusion) {
      const path = proof.map(bytes)
      expect(verifyInclusion(bytes(leaf), leafIdx, treeSize, path, bytes(root))).toBe(true)
      expect(verifyInclusion(flipped(bytes(leaf), 4), leafIdx, treeSize, path, bytes(root))).toBe(false)
      path.forEach((hash, i) =>
        expect(verifyInclusion(bytes(leaf), leafIdx, treeSize, path.with(i, flipped(hash, 4)), bytes(root))).toBe(false),
      )
    }
  })

  it('accepts the published consistency proofs, and none that differs by a bit', () => {
    for (const { size1, size2, root1, root2, proof } of published.consistency) {
      const path = proof.map(bytes)
      expect(verifyConsistency(size1, bytes(root1), size2, bytes(root2), path)).toBe(true)
      expect(verifyConsistency(size1, flipped(bytes(root1), 4), size2, bytes(root2), path)).toBe(false)
      path.forEach((hash, i) =>
        expect(verifyConsistency(size1, bytes(root1), size2, bytes(root2), path.with(i, flipped(hash, 4)))).toBe(false),
      )
    }
  })
})

describe('hashing', () => {
  it('puts the prefixes of RFC 9162 in front', () => {
    const [left, right] = [sha256(Buffer.from('l')), sha256(Buffer.from('r'))]
    expect(leafHash('叶').toString('hex')).toBe(plain(Buffer.from([0]), '叶'))
    expect(nodeHash(left, right).toString('hex')).toBe(plain(Buffer.from([1]), left, right))
    expect(() => nodeHash(left, Buffer.alloc(31))).toThrow(RangeError)
    expect(sha256(left, right).toString('hex')).toBe(plain(left, right))
    expect(sha256().toString('hex')).toBe(plain())
  })

  it('hashes texts of every length with their salt, as a string or as its bytes', () => {
    const lengths = [0, 1, 100, 2700, 2731, 8191, 8192, 20_000, 349_525, 400_000, 1_500_000]
    const salt = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
    for (const length of lengths) {
      const text = '汇'.repeat(length / 2) + 'a'.repeat(length / 2)
      expect(textHash(salt, text).toString('hex'), `length ${length}`).toBe(plain(salt, text))
      expect(textHash(salt, Buffer.from(text)).toString('hex')).toBe(plain(salt, text))
    }
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => textHash(salt, text).toString('hex') === plain(salt, text)))
    expect(() => textHash(Buffer.alloc(15), '')).toThrow(RangeError)
  })

  it('commits to three hashes, zeros standing for a text that is not there', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => sha256(Buffer.from(name))) as [Buffer, Buffer, Buffer]
    const zeros = Buffer.alloc(32)
    expect(commitment({ open: a, named: b, sealed: c }).toString('hex')).toBe(plain(a, b, c))
    expect(commitment({ open: a, named: null, sealed: null }).toString('hex')).toBe(plain(a, zeros, zeros))
    expect(commitment({ open: null, named: b, sealed: null }).toString('hex')).toBe(plain(zeros, b, zeros))
    expect(() => commitment({ open: a, named: b, sealed: Buffer.alloc(16) })).toThrow(RangeError)
  })

  it('writes and reads digests', () => {
    expect(parseDigestText(digestText(emptyRoot))?.equals(emptyRoot)).toBe(true)
    for (const bad of ['', 'sha-256:', `sha-256:${'A'.repeat(64)}`, `sha256:${'a'.repeat(64)}`, `sha-256:${'a'.repeat(65)}`, 7, null]) {
      expect(parseDigestText(bad)).toBeNull()
    }
  })
})
