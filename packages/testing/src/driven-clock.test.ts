import { describe, expect, it } from 'vitest'
import { drivenClock } from './driven-clock.ts'

describe('a driven clock', () => {
  it('stands still until it is moved', () => {
    const clock = drivenClock('2026-09-01T09:30:00+08:00')
    expect(clock.now()).toEqual(new Date('2026-09-01T01:30:00Z'))
    clock.now().setFullYear(1999)
    expect(clock.now()).toEqual(new Date('2026-09-01T01:30:00Z'))
    clock.advance(1500)
    expect(clock.now()).toEqual(new Date('2026-09-01T01:30:01.500Z'))
    clock.set(new Date('2026-09-08T00:00:00+08:00'))
    expect(clock.now()).toEqual(new Date('2026-09-07T16:00:00Z'))
  })
  it('starts at an instant and nothing else', () => {
    expect(() => drivenClock('yesterday')).toThrow('yesterday is not an instant')
  })
})
