import {
  createRateBucket,
  groupNames,
  type Hub,
  isPlain,
  type LinkFlow,
  nextTurn,
  noteCaughtUp,
  readGroups,
  restOfEntities,
  schedulesOf,
  type SendAttachment,
  type SendDelivery,
} from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'

/** Says what of a link may go now, and holds what goes to the link's contract. */
export interface LinkGate {
  /** The group whose turn it is; null: none may go before `waitMs` have passed, or until it is woken when that is null. */
  next(): Promise<{ readonly group: string } | { readonly group: null; readonly waitMs: number | null }>
  /** The group has sent all that is there. */
  caughtUp(group: string): Promise<void>
  /** Its answer comes another way: it is asked again after a while. */
  waits(group: string, forMs: number): void
  /** Something new may be there for every group. */
  wake(): void
  readonly send: SendDelivery
  readonly sendAttachment: SendAttachment
}

export interface GateParts {
  readonly hub: Pick<Hub, 'db' | 'clock'>
  readonly send: SendDelivery
  readonly sendAttachment: SendAttachment
}

/**
 * @param link a plain one (no windows, groups, rate, limit) passes without a look at anything
 */
export function createLinkGate(link: { readonly linkNo: number; readonly flow: LinkFlow }, parts: GateParts): LinkGate {
  const { flow } = link
  const restMs = new Map<string, number>()
  if (isPlain(flow))
    return {
      next: async () => {
        const waitMs = (restMs.get(restOfEntities) ?? 0) - performance.now()
        return waitMs > 0 ? { group: null, waitMs } : { group: restOfEntities }
      },
      caughtUp: async () => undefined,
      waits: (group, forMs) => void restMs.set(group, performance.now() + forMs),
      wake: () => undefined,
      send: parts.send,
      sendAttachment: parts.sendAttachment,
    }
  const names = groupNames(flow)
  const bucket = flow.rate === undefined ? null : createRateBucket(flow.rate, performance.now())
  const idle = new Set<string>()
  let caughtUpAt: Map<string, Date | null> | undefined
  let first = 0
  return {
    next: async () => {
      const rateMs = bucket?.waitMs(performance.now()) ?? 0
      if (rateMs > 0) return { group: null, waitMs: rateMs }
      caughtUpAt ??= new Map((await readGroups(parts.hub.db as Hub['db'], link.linkNo)).map((row) => [row.name, row.caught_up_at]))
      const now = parts.hub.clock.now()
      let waitMs: number | null = null
      const later = (ms: number) => (waitMs = waitMs === null ? ms : Math.min(waitMs, ms))
      // Each time another group is looked at first, so that none keeps the others waiting.
      for (let step = 0; step < names.length; step += 1) {
        const at = (first + step) % names.length
        const group = names[at] as string
        const turn = nextTurn(schedulesOf(flow, group), caughtUpAt.get(group) ?? null, now)
        if (turn === null) continue
        const rest = (restMs.get(group) ?? 0) - performance.now()
        if (turn > now) later(turn.getTime() - now.getTime())
        else if (rest > 0) later(rest)
        else if (!idle.has(group)) {
          first = at + 1
          return { group }
        }
      }
      return { group: null, waitMs }
    },
    caughtUp: async (group) => {
      idle.add(group)
      if (flow.groups?.find((one) => one.name === group)?.every === undefined) return
      caughtUpAt?.set(group, parts.hub.clock.now())
      await noteCaughtUp(parts.hub as Hub, link.linkNo, group)
      idle.delete(group) // its schedule keeps it until it comes again
    },
    waits: (group, forMs) => void restMs.set(group, performance.now() + forMs),
    wake: () => idle.clear(),
    send: async (to, request) => {
      if (tooLarge(flow, request.body.length)) return { status: 413, body: overContract(flow), receiptVerified: false }
      bucket?.take({ requests: 1, bytes: request.body.length, records: request.records }, performance.now())
      return await parts.send(to, request)
    },
    sendAttachment: async (to, attachment, bytes) => {
      if (tooLarge(flow, attachment.bytes)) return { status: 413, body: overContract(flow) }
      bucket?.take({ requests: 2, bytes: attachment.bytes, records: 0 }, performance.now())
      return await parts.sendAttachment(to, attachment, bytes)
    },
  }
}

const tooLarge = (flow: LinkFlow, bytes: number): boolean => flow.bodyBytes !== undefined && bytes > flow.bodyBytes

/** What the upstream would say if it had the limit: a body is halved, a single record or an attachment is parked with these words. */
const overContract = (flow: LinkFlow): Buffer =>
  Buffer.from(
    JSON.stringify(
      new Problem('body-too-large', {
        zh: `此上报通道的一次传输至多 ${flow.bodyBytes} 字节（HUIJIAO_UPSTREAMS 的 bodyBytes）`,
        en: `This link carries at most ${flow.bodyBytes} bytes in one body (bodyBytes in HUIJIAO_UPSTREAMS)`,
      }).toDocument(),
    ),
  )
