import { setTimeout as sleep } from 'node:timers/promises'
import type { Destination } from './http/destination.ts'
import { NodeProblem } from './http/node-problem.ts'
import { getJson, type Patience } from './http/send.ts'

/** How far a node has stored a submission. Members are null where the node does not know, or does not tell. */
export interface StoringProgress {
  readonly state: 'storing' | 'paused' | 'finished' | 'incomplete'
  readonly outcome: string | null
  readonly records: { readonly done: number; readonly refused: number } | null
  /** Of the decoded body. */
  readonly bytes: { readonly done: number | null; readonly total: number } | null
  /** 0 to 1. */
  readonly share: number | null
  /** Per second. */
  readonly rate: { readonly records: number; readonly bytes: number | null } | null
  readonly secondsLeft: number | null
  readonly paused: { readonly by: string; readonly at: string } | null
}

export const unknownProgress: StoringProgress = {
  state: 'storing',
  outcome: null,
  records: null,
  bytes: null,
  share: null,
  rate: null,
  secondsLeft: null,
  paused: null,
}

interface Shown {
  readonly state: StoringProgress['state']
  readonly outcome?: string | null
  readonly storedRecords?: number
  readonly progress?: Partial<StoringProgress> | null
  readonly mark?: string
}

/** What a node answers, at `/progress` or, an older one, as the state of the submission. */
export function progressOfAnswer(answer: unknown): StoringProgress {
  const { state, outcome = null, storedRecords, progress } = answer as Shown
  const records = storedRecords === undefined ? null : { done: storedRecords, refused: 0 }
  return { ...unknownProgress, records, ...progress, state, outcome }
}

/** A node that is asked to wait answers by itself; one that does not wait is asked again this much later, twice as late each time. */
const againMs = 200
const againMaxMs = 5_000
const waitSeconds = 20

/**
 * Follows a submission until it has ended, and tells of it whenever there is something new. It waits at the node, so that news is here at once and
 * the node is not asked in vain.
 * @param path of the submission, such as `/v1/submissions/<id>`
 */
export async function* followProgress(
  to: Destination,
  path: string,
  patience: Patience,
  signal?: AbortSignal,
): AsyncGenerator<StoringProgress> {
  let mark: string | undefined
  let waits = true
  let delayMs = againMs
  for (;;) {
    const news: Shown = await ask(mark)
    yield progressOfAnswer(news)
    if (news.state === 'finished' || news.state === 'incomplete') return
    delayMs = waits && news.mark !== mark ? againMs : Math.min(againMaxMs, delayMs * 1.5)
    mark = news.mark
    await sleep(delayMs, undefined, signal === undefined ? {} : { signal })
  }

  async function ask(since: string | undefined): Promise<Shown> {
    const query = since === undefined ? '' : `${path.includes('?') ? '&' : '?'}wait=${waitSeconds}&since=${encodeURIComponent(since)}`
    if (waits) {
      try {
        return (await getJson(to, `${withProgress(path)}${query}`, patience, signal)) as Shown
      } catch (error) {
        if (!(error instanceof NodeProblem) || error.status !== 404) throw error
        waits = false // a node without this address has at least the state
      }
    }
    return (await getJson(to, path, patience, signal)) as Shown
  }
}

/** The address of the progress of the submission at an address, which may have a query. */
export function withProgress(path: string): string {
  const [address, query] = path.split('?')
  return `${address}/progress${query === undefined ? '' : `?${query}`}`
}
