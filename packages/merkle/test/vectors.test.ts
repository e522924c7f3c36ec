import { createHash, verify } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import type { Parsed } from './reference.ts'
import {
  canonicalize,
  decodeEntryBundle,
  encodeEntryBundle,
  leafHash,
  openNote,
  parseCheckpoint,
  publicKeyObject,
  treeRoot,
  verifierKey,
  verifyConsistency,
  verifyCustody,
  verifyInclusion,
  verifyPartMultiproof,
} from '../src/index.ts'
import { makeVectors, vectorsFolder } from './make-vectors.ts'

vi.setConfig({ testTimeout: 60_000 }) // computes much; a busy machine is no failure

const read = (name: string): Parsed => JSON.parse(readFileSync(new URL(name, vectorsFolder), 'utf8'))
const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const hashes = (list: string[]): Buffer[] => list.map((text) => Buffer.from(text, 'base64'))
/** SHA-256 by the plainest means, so that these checks share no code with what made the vectors. */
const sha = (...parts: (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

describe('vectors of docs/protocol.md', () => {
  it('are the ones that node packages/merkle/test/make-vectors.ts writes', async () => {
    const made = await makeVectors()
    expect(Object.keys(made).length).toBeGreaterThan(7)
    for (const [name, content] of Object.entries(made)) expect(readFileSync(new URL(name, vectorsFolder), 'utf8'), name).toBe(content)
  })

  it('are each named in the text', () => {
    const text = readFileSync(new URL('../protocol.md', vectorsFolder), 'utf8')
    for (const name of readdirSync(vectorsFolder)) expect(text).toContain(`vectors/${name}`)
  })

  it('canonical: hold, and what is refused is refused', () => {
    const { cases, refused } = read('canonical.json')
    for (const { input, canonical, sha256 } of cases) {
      expect(canonicalize(JSON.parse(input))).toBe(canonical)
      expect(sha(canonical).toString('hex')).toBe(sha256)
    }
    for (const input of refused) expect(() => canonicalize(JSON.parse(input)), input).toThrow(TypeError)
  })

  it('commitment: follow from the formulas as the text gives them', () => {
    for (const { open, named, sealed, attachments, commitment } of read('commitment.json').cases) {
      const texts = attachments === undefined ? [open, named, sealed] : [open, named, sealed, attachments]
      const parts = texts.map((part) => (part === null ? Buffer.alloc(32) : sha(hex(part.salt), part.text)))
      parts.forEach((hash, i) => expect(hash.toString('hex')).toBe(texts[i]?.hash ?? '00'.repeat(32)))
      expect(`sha-256:${sha(...parts).toString('hex')}`).toBe(commitment)
    }
  })

  it('record leaf: follow from the formula as the text gives it', () => {
    for (const { record, text, hash } of read('record-leaf.json').cases) {
      const sorted = Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
      expect(JSON.stringify(sorted)).toBe(text)
      expect(sha(Buffer.from([0]), text).toString('hex')).toBe(hash)
    }
  })

  it('part: every multiproof verifies', () => {
    const { leaves, root, proofs, cut } = read('part.json')
    for (const { ordinals, proof } of [...proofs, { ordinals: cut.to, proof: cut.proof }]) {
      const told = ordinals.map((ordinal: number) => hex(leaves[ordinal]))
      expect(verifyPartMultiproof(7, ordinals, told, hashes(proof), hex(root.slice(8))), String(ordinals)).toBe(true)
    }
  })

  it('log: entries, proofs, key and checkpoint hold together', () => {
    const { size, entries, roots, inclusion, consistency, key, checkpoint, node } = read('log.json')
    const { text } = openNote(checkpoint, [key.verifierKey])
    expect(verifierKey(key.verifierKey.split('+')[0], hex(key.publicKey))).toBe(key.verifierKey)
    const { root } = parseCheckpoint(text)
    const hashOf = new Map<number, Buffer>(entries.map((entry: Parsed) => [entry.index, hex(entry.hash)]))
    for (const { salt, body, bodyHash, leaf, hash } of entries) {
      expect(`sha-256:${sha(hex(salt), body).toString('hex')}`).toBe(bodyHash)
      expect(JSON.parse(leaf).body).toBe(bodyHash)
      expect(sha(Buffer.from([0]), leaf).toString('hex')).toBe(hash)
      expect(decodeEntryBundle(encodeEntryBundle([leaf]))[0]?.toString()).toBe(leaf)
      expect(leafHash(leaf).toString('hex')).toBe(hash)
    }
    for (const { index, proof } of inclusion) {
      expect(verifyInclusion(hashOf.get(index) as Buffer, index, size, hashes(proof), root), `entry ${index}`).toBe(true)
    }
    const rootOf = new Map<number, Buffer>(roots.map((one: Parsed) => [one.size, Buffer.from(one.root, 'base64')]))
    expect(rootOf.get(0)?.equals(treeRoot([]))).toBe(true)
    for (const { oldSize, newSize, proof } of consistency) {
      expect(verifyConsistency(oldSize, rootOf.get(oldSize) as Buffer, newSize, root, hashes(proof)), `from ${oldSize}`).toBe(true)
    }
    expect(sha(Buffer.from([1]), hex(node.left), hex(node.right)).toString('hex')).toBe(node.hash)
  })

  it('custody: the document verifies, and each change fails where it says', () => {
    const { trusted, document, changes } = read('custody.json')
    expect(verifyCustody(document, trusted).outcome).toBe('verified')
    for (const { pointer, value, fails } of changes) {
      const bent = structuredClone(document)
      const path = pointer.slice(1).split('/')
      const last = path.pop()
      path.reduce((at: Parsed, name: string) => at[name], bent)[last] = value
      const failed = verifyCustody(bent, trusted).checks.filter(({ status }) => status === 'failed')
      expect(
        failed.map(({ check, step }) => (step === null ? check : `${check} ${step}`)),
        pointer,
      ).toEqual(fails)
    }
  })

  it('receipt: its signature covers the canonical form without signatures, its page has the digest', () => {
    const { publicKey, signed, page, receipt } = read('receipt.json')
    const { signatures, ...rest } = receipt
    expect(canonicalize(rest)).toBe(signed)
    expect(verify(null, Buffer.from(signed), publicKeyObject(hex(publicKey)), Buffer.from(signatures[0].value, 'base64'))).toBe(true)
    expect(`sha-256:${sha(page).toString('hex')}`).toBe(receipt.parts[0].outcomes)
  })

  it('message signature: both signatures verify over their base, which ends in the header', () => {
    const { publicKey, request, signatures } = read('message-signature.json')
    expect(signatures).toHaveLength(2)
    for (const { base, headers } of signatures) {
      expect(headers['content-digest']).toBe(`sha-256=:${sha(request.body).toString('base64')}:`)
      expect(base.endsWith(`"@signature-params": ${headers['signature-input'].slice('hub='.length)}`)).toBe(true)
      expect(
        verify(
          null,
          Buffer.from(base),
          publicKeyObject(hex(publicKey)),
          Buffer.from(headers.signature.slice('hub=:'.length, -1), 'base64'),
        ),
      ).toBe(true)
    }
  })
})
