import { setTimeout as delay } from 'node:timers/promises'
import {
  type Hub,
  type LinkRow,
  type OfferedStandard,
  announceStandards,
  loadStandard,
  retryUnknownReleases,
  standardBytesMax,
  stepShadows,
  wantedStandards,
} from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import type { Logger } from 'pino'
import { createLoop } from '../loop.ts'
import { signedGet } from '../send-delivery.ts'
import { type AuthorityKey, trustedStandardKeys } from '../standard-keys.ts'
import type { Upstreams } from '../upstream-keys.ts'

export interface PullParts {
  readonly hub: Hub
  readonly upstreams: Upstreams
  readonly keys: readonly AuthorityKey[]
  readonly timeoutMs: number
  readonly log: Logger
}

/**
 * Takes from a node above the releases of the standard that it offers with its feed and this node does not hold, and sends again what was parked
 * because that node did not serve its release. What cannot be fetched now is offered again with the next page.
 * @param offered as the page had it; anything else than a list of offers is none
 * @returns how many were loaded
 */
export async function pullStandards(parts: PullParts, link: LinkRow, offered: unknown): Promise<number> {
  const { hub, log } = parts
  const list = Array.isArray(offered) ? offered.slice(0, 100).filter(isOffer) : []
  if (list.length === 0) return 0
  await retryUnknownReleases(hub, link.link_no, list)
  let loaded = 0
  for (const one of await wantedStandards(hub, list)) {
    const document = await fetchDocument(parts, link, one)
    const keyOf = await trustedStandardKeys(parts.keys, parts.upstreams, [link.name])
    try {
      const result = await loadStandard(hub, { document, actor: 'node', origin: 'upstream', source: link.name, keyOf })
      if (result.changed) loaded += 1
      log.info({ link: link.name, ...result }, 'a release of the standard was taken from above')
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      log.error({ err: error, link: link.name, release: one.release, revision: one.revision }, 'a release offered from above was refused')
    }
  }
  return loaded
}

function isOffer(value: unknown): value is OfferedStandard {
  const { release, revision, issuer, digest, inForce } = (value ?? {}) as Partial<Record<keyof OfferedStandard, unknown>>
  return (
    typeof release === 'string' &&
    /^[\w.-]{1,60}$/.test(release) &&
    Number.isSafeInteger(revision) &&
    typeof issuer === 'string' &&
    /^[\w.-]{1,20}$/.test(issuer) &&
    typeof digest === 'string' &&
    /^sha-256:[0-9a-f]{64}$/.test(digest) &&
    typeof inForce === 'boolean'
  )
}

async function fetchDocument(parts: PullParts, link: LinkRow, one: OfferedStandard): Promise<unknown> {
  const query = new URLSearchParams({ revision: String(one.revision), issuer: one.issuer })
  const { status, body } = await signedGet(
    parts,
    `${link.url}/v1/standards/${encodeURIComponent(one.release)}/document?${query}`,
    standardBytesMax,
  )
  if (status !== 200) throw new Error(`${link.name} answered ${status} when asked for ${one.release} r${one.revision}`)
  return JSON.parse(body.toString()) as unknown
}

export interface StandardsKeeper {
  /** Something was changed or may have come due. */
  wake(): void
  /** Records were stored that a coming release may be tried on. */
  recordsStored(): void
  stop(): Promise<void>
}

/** Longest that Node's timers take. */
const timerMaxMs = 2_147_483_647
/** Watching what comes in waits a little, so that it takes many entries at once and steps back behind what is on its way. */
const watchAfterMs = 1000

/** Between two batches: nobody waits for a report as somebody waits for a receipt. */
const shadowRestMs = 25

/** Keeps the releases of the standard in this process: reads changes, says when one took effect, and runs what is coming in the shadow. */
export function keepStandards(hub: Hub, log: Logger): StandardsKeeper {
  let due: NodeJS.Timeout | undefined
  let watch: NodeJS.Timeout | undefined
  const announce = createLoop(
    async () => {
      await announceStandards(hub)
      clearTimeout(due)
      const next = hub.shelf.upcoming()[0]
      if (next !== undefined) {
        const ms = Math.max(1, next.effectiveFrom.getTime() - hub.clock.now().getTime())
        due = setTimeout(() => announce.wake(), Math.min(ms, timerMaxMs)).unref()
      }
      shadows.wake()
      return false
    },
    (error) => log.error({ err: error }, 'the releases of the standard could not be looked after; the sweep tries again'),
  )
  const shadows = createLoop(
    async () => {
      const more = await stepShadows(hub)
      if (more) await delay(shadowRestMs)
      return more
    },
    (error) => log.error({ err: error }, 'a release could not be run in the shadow; the sweep tries again'),
  )
  return {
    wake: announce.wake,
    recordsStored: () => {
      watch ??= setTimeout(() => {
        watch = undefined
        shadows.wake()
      }, watchAfterMs).unref()
    },
    stop: async () => {
      clearTimeout(due)
      clearTimeout(watch)
      await Promise.all([announce.stop(), shadows.stop()])
    },
  }
}
