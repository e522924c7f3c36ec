import { describe, expect, it } from 'vitest'
import { wakesLinks } from './sequence.ts'

const entries = (...kinds: string[]) => kinds.map((kind, index) => ({ index, kind }))

describe('numbered entries', () => {
  it('wake the links when they may have put something on one: records, decisions, deliveries that are open again after an upstream was restored', () => {
    for (const kind of ['part', 'decision', 'requalified', 'link']) expect(wakesLinks(entries('access', kind))).toBe(true)
  })

  it('do not wake them for what the links themselves write', () => {
    expect(wakesLinks(entries('delivery', 'access', 'key'))).toBe(false)
  })
})
