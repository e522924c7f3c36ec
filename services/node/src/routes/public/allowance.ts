import { isIPv6 } from 'node:net'

/** Addresses that are remembered; the one that was heard of longest ago is forgotten first. */
const addressesMax = 20_000
/** So many seconds' worth of questions may be asked at once. */
const burstSeconds = 12

export interface PublicAllowance {
  /** @returns seconds to wait before asking again; 0: the question may be answered, and is paid for */
  spend(address: string, price: number): number
}

/**
 * Bounds what one address may ask of the public pages and routes, so that nobody copies the libraries person by person and nobody takes the node from others.
 * @param perSecond questions of price 1 that an address may ask for good; a search costs more
 * @param now milliseconds
 */
export function createPublicAllowance(perSecond: number, now: () => number = () => performance.now()): PublicAllowance {
  const known = new Map<string, { tokens: number; at: number }>()
  const most = perSecond * burstSeconds
  return {
    spend(caller, price) {
      const address = networkOf(caller)
      const at = now()
      const one = known.get(address) ?? { tokens: most, at }
      one.tokens = Math.min(most, one.tokens + ((at - one.at) / 1000) * perSecond)
      one.at = at
      known.delete(address)
      known.set(address, one)
      if (known.size > addressesMax) known.delete(known.keys().next().value as string)
      if (one.tokens < price) return Math.max(1, Math.ceil((price - one.tokens) / perSecond))
      one.tokens -= price
      return 0
    },
  }
}

/** One household or office has a whole /64. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head = '', tail = ''] = address.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  const rest = tail.split(':').filter((group) => group !== '')
  const between = address.includes('::') ? Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0') : []
  return [...groups, ...between, ...rest]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
