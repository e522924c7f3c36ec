import { describe, expect, it } from 'vitest'
import { createStandstill } from './standstill.ts'

describe('work that stands still', () => {
  it('is told after its time, again after as much time, and not when it has moved', () => {
    let now = 0
    const standstill = createStandstill(100, () => now)
    const at = (instant: number, progress: string) => {
      now = instant
      return standstill.still('submission-1', progress)
    }
    expect([at(0, '0'), at(90, '0'), at(101, '0'), at(150, '0'), at(202, '0')]).toEqual([false, false, true, false, true])
    expect([at(250, '2000'), at(340, '2000'), at(351, '2000')]).toEqual([false, false, true])
  })

  it('is forgotten when nobody asks about it any more', () => {
    let now = 0
    const standstill = createStandstill(100, () => now)
    standstill.still('submission-1', '0')
    now = 450
    standstill.still('submission-2', '0')
    now = 460
    expect(standstill.still('submission-1', '0')).toBe(false)
  })
})
