import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Root } from '../faults/check/log.ts'
import { atNation, atProvince, Model } from '../faults/model.ts'
import { contract, project, withdrawal } from '../faults/records.ts'

const stream = '370100/p-1'
const number = '3701020001010101'
const one = (content: string, level: 'C' | 'D' = 'C', version?: number) => project(number, 'XM-1', content, level, version)

describe('the model of a stream', () => {
  it('gives every changed record a version of its own, and none to one that says the same', () => {
    const model = new Model()
    expect(['1.5', '2.5', '2.5', '1.5'].map((content) => model.apply(stream, one(content)).outcome)).toEqual([
      'accepted',
      'accepted',
      'unchanged',
      'accepted',
    ])
    const [known] = model.streams.values()
    expect(known?.versions.map((version) => [version.n, version.content])).toEqual([
      [1, '1.5'],
      [2, '2.5'],
      [3, '1.5'],
    ])
  })

  it('keeps an older sourceVersion without letting it count, and refuses the same one with other content', () => {
    const model = new Model()
    const outcomes = [one('1.5', 'C', 5), one('2.5', 'C', 3), one('3.5', 'C', 5), one('1.5', 'C', 5), one('4.5', 'C', 6)].map(
      (record) => model.apply(stream, record).outcome,
    )
    expect(outcomes).toEqual(['accepted', 'superseded', 'refused', 'unchanged', 'accepted'])
    const [known] = model.streams.values()
    expect(atProvince(known as never)).toEqual([
      { n: 1, operation: 'upsert', content: '1.5' },
      { n: 3, operation: 'upsert', content: '4.5' },
    ])
  })

  it('lets a withdrawal stand for a key that nobody knows, refuses it in force, and lets an upsert follow', () => {
    const model = new Model()
    const outcomes = [withdrawal(number, 'XM-1'), withdrawal(number, 'XM-1'), one('1.5'), withdrawal(number, 'XM-1')].map(
      (record) => model.apply(stream, record).outcome,
    )
    expect(outcomes).toEqual(['accepted', 'unchanged', 'accepted', 'refused'])
  })

  it('ends at the nation what it has shown and may show no longer, and nothing else', () => {
    const model = new Model()
    for (const [content, level] of [
      ['1.5', 'D'],
      ['2.5', 'C'],
      ['3.5', 'D'],
      ['4.5', 'D'],
      ['5.5', 'C'],
    ] as const)
      model.apply(stream, one(content, level))
    const [known] = model.streams.values()
    expect(atNation(known as never).map(({ n, operation }) => `${n} ${operation}`)).toEqual([
      '2 upsert',
      '3 no-longer-qualifies',
      '5 upsert',
    ])
    expect(atProvince(known as never)).toHaveLength(5)
  })

  it('holds a child without its parent', () => {
    const model = new Model()
    expect(model.apply(stream, contract(number, 'HT-1', '1.5')).outcome).toBe('held')
    model.apply(stream, one('1.5'))
    model.releaseChildren(stream, number)
    expect(model.apply(stream, contract(number, 'HT-1', '2.5')).outcome).toBe('accepted')
  })
})

describe('the root of a log, computed by the harness', () => {
  it('is that of RFC 9162 at every size', () => {
    const hash = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
    const leaves = Array.from({ length: 70 }, (_, at) => hash(Buffer.from([at])))
    const root = (list: readonly Buffer[]): Buffer => {
      if (list.length === 0) return hash()
      if (list.length === 1) return list[0] as Buffer
      let split = 1
      while (split * 2 < list.length) split *= 2
      return hash(Buffer.from([1]), root(list.slice(0, split)), root(list.slice(split)))
    }
    const tree = new Root()
    for (const [at, leaf] of leaves.entries()) {
      expect(tree.value()).toEqual(root(leaves.slice(0, at)))
      tree.push(leaf)
    }
    expect(tree.value()).toEqual(root(leaves))
  })
})
