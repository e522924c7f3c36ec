import { describe, expect, it } from 'vitest'
import { zeroBits } from './captcha.ts'
import { drawAnswer, randomAnswer } from './captcha-drawing.ts'
import { placeOf } from './throttle.ts'

describe('the picture of a captcha', () => {
  it('is lines inside its frame, without the answer, and never twice the same', () => {
    for (let at = 0; at < 200; at++) {
      const answer = randomAnswer()
      expect(answer).toMatch(/^[2346789AEFHKMNRTXY]{5}$/)
      const svg = drawAnswer(answer)
      expect(svg).not.toContain(answer)
      expect(svg.match(/<\w+/g)).toEqual(['<svg', '<path'])
      const path = /d="([^"]+)"/.exec(svg)?.[1] ?? ''
      const points = path
        .split(/[ML]/)
        .slice(1)
        .map((point) => point.split(' ').map(Number) as [number, number])
      for (const [x, y] of points) expect([x >= 0 && x <= 200, y >= 0 && y <= 64]).toEqual([true, true])
    }
    expect(drawAnswer('2A7XY')).not.toBe(drawAnswer('2A7XY'))
  })
})

describe('the work of a captcha', () => {
  it('is counted in zero bits from the front', () => {
    expect([[0xff], [0x7f], [0x01], [0, 0x80], [0, 0x3f], [0, 0]].map((bytes) => zeroBits(Uint8Array.from(bytes)))).toEqual([
      0, 1, 7, 8, 10, 16,
    ])
  })
})

describe('the place of an address', () => {
  it('is what one subscriber has', () => {
    expect(
      ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8:1:2::5', '2001:0DB8:0001:0002:ffff:1:2:3', '2001:db8::1', '::1'].map(placeOf),
    ).toEqual(['192.0.2.7', '192.0.2.7', '2001:db8:1:2::/64', '2001:db8:1:2::/64', '2001:db8:0:0::/64', '0:0:0:0::/64'])
  })
})
