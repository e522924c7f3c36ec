import { Problem } from '@huijiao/problem'

export interface BodyGate {
  readonly inside: number
  /**
   * @param who the participant whose body it is
   * @param tell hears after how many seconds to come back when there is no place
   * @returns what gives the place back
   * @throws Problem not-ready when there is no place
   */
  enter(who: string, tell?: (seconds: number) => void): () => void
}

const recentMs = 10_000
const spreadSecondsMax = 30

/**
 * Lets `most` bodies in at once. From half of them on, nobody gets more than a quarter: one that sends many keeps no place from another that
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
    enter: (who, tell) => {
      const own = held.get(who) ?? 0
      const full = inside >= most
      if (full || (inside * 2 >= most && own >= share)) {
        const at = now()
        while (sentAway.length > 0 && at - (sentAway[0] as number) > recentMs) sentAway.shift()
        sentAway.push(at)
        tell?.(1 + Math.floor(random() * Math.min(spreadSecondsMax, sentAway.length / most)))
        throw full
          ? new Problem('not-ready', {
              zh: `正在接收 ${inside} 个请求体，已达上限`,
              en: `${inside} bodies are being received, which is the limit`,
            })
          : new Problem('not-ready', {
              zh: `正在接收贵方 ${own} 个请求体；节点繁忙时每个接入单位至多 ${share} 个`,
              en: `${own} bodies of yours are being received; while the node is busy nobody gets more than ${share}`,
            })
      }
      inside += 1
      held.set(who, own + 1)
      let left = false
      return () => {
        if (left) return
        left = true
        inside -= 1
        const rest = (held.get(who) ?? 1) - 1
        if (rest === 0) held.delete(who)
        else held.set(who, rest)
      }
    },
  }
}
