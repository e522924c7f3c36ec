import { describe, expect, it } from 'vitest'
import { createPublicAllowance, networkOf } from './allowance.ts'

describe('what an address may ask', () => {
  it('is a burst and then so much a second, each address by itself', () => {
    let at = 0
    const allowance = createPublicAllowance(2, () => at)
    const asked = Array.from({ length: 30 }, () => allowance.spend('192.0.2.1', 1))
    expect(asked.filter((wait) => wait === 0)).toHaveLength(24)
    expect(asked.at(-1)).toBe(1)
    expect(allowance.spend('192.0.2.2', 1)).toBe(0)
    at += 1000
    expect([allowance.spend('192.0.2.1', 2), allowance.spend('192.0.2.1', 1)]).toEqual([0, 1])
  })

  it('is one for a whole IPv6 network', () => {
    expect(networkOf('2001:db8:0:7::1')).toBe(networkOf('2001:0db8:0000:0007:aaaa::2'))
    expect(networkOf('2001:db8:0:7::1')).not.toBe(networkOf('2001:db8:0:8::1'))
    expect(networkOf('192.0.2.1')).toBe('192.0.2.1')
  })
})
