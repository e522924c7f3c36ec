import { Problem } from '@huijiao/problem'

export interface BodyGate {
  /** Places that are taken. */
  readonly inside: number
  /**
   * @param who the participant whose body it is
   * @param places as `placesOf` its headers, at most 1
   * @param tell hears after how many seconds to come back when there is no place
   * @returns what gives the place back
   * @throws Problem not-ready when there is no place
   */
  enter(who: string, places: number, tell?: (seconds: number) => void): () => void
}

const smallBytes = 64 * 1024
const smallPlaces = 1 / 8

/** The places that a body takes: its headers say that it is small, or it may be of any size. */
export function placesOf(headers: {
  readonly 'content-length'?: string | undefined
  readonly 'content-encoding'?: string | undefined
}): number {
  const length = Number(headers['content-length'] ?? Number.NaN)
  return length <= smallBytes && headers['content-encoding'] === undefined ? smallPlaces : 1
}

const recentMs = 10_000
const spreadSecondsMax = 30

/**
 * Lets `most` bodies in at once, a small one for an eighth of a place. From half of them on, nobody gets more than a quarter: one that sends many keeps no place from another that
 * sends one. Those that are sent away are told to come back spread over a time that grows with their number, because all come at once after an outage.
 */
export function createBodyGate(most: number, now: () => number = () => performance.now(), random: () => number = Math.random): BodyGate {
  const held = new Map<string, number>()
  const sentAway: number[] = []
  let inside = 0
  const share = Math.max(1, Math.floor(most / 4))
  return {
    get inside() {
      return inside
    },
    enter: (who, places, tell) => {
      const own = held.get(who) ?? 0
      const full = inside + places > most
      if (full || (inside * 2 >= most && own + places > share)) {
        const at = now()
        while (sentAway.length > 0 && at - (sentAway[0] as number) > recentMs) sentAway.shift()
        sentAway.push(at)
        tell?.(1 + Math.floor(random() * Math.min(spreadSecondsMax, sentAway.length / most)))
        throw full
          ? new Problem('not-ready', {
              zh: `正在接收的请求体已占 ${inside} 位，上限 ${most} 位`,
              en: `The bodies that are being received take ${inside} of ${most} places`,
            })
          : new Problem('not-ready', {
              zh: `正在接收的贵方请求体已占 ${own} 位；节点繁忙时每个接入单位至多 ${share} 位`,
              en: `Your bodies that are being received take ${own} places; while the node is busy nobody gets more than ${share}`,
            })
      }
      inside += places
      held.set(who, own + places)
      let left = false
      return () => {
        if (left) return
        left = true
        inside -= places
        const rest = (held.get(who) ?? places) - places
        if (rest === 0) held.delete(who)
        else held.set(who, rest)
      }
    },
  }
}
