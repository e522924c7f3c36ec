import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { followKeys, readKeyStatement, signKeyStatement } from './key-statement.ts'
import { rawPublicKey, signNote, verifierKey } from './note.ts'

const node = '370100'
const newKey = (name = node) => {
  const { privateKey } = generateKeyPairSync('ed25519')
  return { name, keyObject: privateKey as KeyObject, key: verifierKey(name, rawPublicKey(privateKey)) }
}
const keys = Array.from({ length: 5 }, () => newKey())
const instant = '2026-09-01T01:30:02.114Z'
const link = (from: number, to: number) => {
  const [before, next] = [keys[from]!, keys[to]!]
  const statement = { node, keyId: `370100-${to + 1}`, key: next.key, afterKeyId: `370100-${from + 1}`, after: before.key, instant }
  return signKeyStatement(statement, [before, next])
}

describe('a statement that one key follows another', () => {
  it('is read as it was written', () => {
    expect(readKeyStatement(link(0, 1))).toEqual({
      ...{ node, keyId: '370100-2', key: keys[1]?.key, afterKeyId: '370100-1', after: keys[0]?.key, instant },
    })
  })

  it('counts only with both signatures, unchanged, and under one name', () => {
    const note = link(0, 1)
    const [text] = note.split('\n\n') as [string]
    for (const signer of [keys[0]!, keys[1]!]) expect(readKeyStatement(signNote(`${text}\n`, signer))).toBeNull()
    expect(readKeyStatement(note.replace('2026-09-01', '2026-09-02'))).toBeNull()
    const other = newKey('370200')
    const statement = { node, keyId: 'a-2', key: other.key, afterKeyId: 'a-1', after: keys[0]!.key, instant }
    expect(() => signKeyStatement(statement, [keys[0]!, other])).toThrow(TypeError)
  })

  it('is never read from what is something else', () => {
    fc.assert(fc.property(fc.anything(), (value) => readKeyStatement(value) === null))
    fc.assert(
      fc.property(fc.nat({ max: link(0, 1).length - 1 }), fc.constantFrom('x', '\n', ' '), (at, put) => {
        const note = link(0, 1)
        const changed = `${note.slice(0, at)}${put}${note.slice(at + 1)}`
        expect(changed === note || readKeyStatement(changed) === null).toBe(true)
      }),
    )
  })

  it('carries trust forward along the chain, in whatever order they come, and never back', () => {
    const chain = [link(0, 1), link(1, 2), link(2, 3)]
    fc.assert(
      fc.property(fc.shuffledSubarray(chain, { minLength: 3 }), fc.integer({ min: 0, max: 4 }), (statements, from) => {
        const trusted = followKeys([keys[from]!.key], [...statements, 'nothing', null])
        const expected = from > 3 ? [keys[from]!.key] : keys.slice(from, 4).map((one) => one.key)
        expect(trusted.toSorted()).toEqual(expected.toSorted())
      }),
    )
  })
})
