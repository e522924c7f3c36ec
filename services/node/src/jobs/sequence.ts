import { setTimeout as delay } from 'node:timers/promises'
import { type Hub, LogChanged, type SequencedEntry, sequenceLog } from '@huijiao/exchange'
import type { Epochs } from '../epochs/epochs.ts'
import type { NodeKeys } from '../keys/node-keys.ts'
import type { Logger } from 'pino'
import { createLoop } from '../loop.ts'

/**
 * Kinds of entries that may put something new on a link: `link` says, among others, that an upstream was restored and what it lost is open again, whoever
 * found that out. Waking for the others (accesses, deliveries) would make the log feed itself.
 */
const linkKinds = new Set(['part', 'decision', 'requalified', 'link'])
export const wakesLinks = (entries: readonly SequencedEntry[]): boolean => entries.some((entry) => linkKinds.has(entry.kind))

export interface Sequencer {
  /** Numbers what is pending, soon; returns at once. */
  wake(): void
  /** Milliseconds since numbering last failed without succeeding after; null when it works. */
  failingForMs(): number | null
  stop(): Promise<void>
}

/** Numbers pending entries as soon as they are committed, one run at a time, and says which entries got their index. */
export function createSequencer(
  hub: Hub,
  { epochs, keys }: { readonly epochs: Pick<Epochs, 'sequenced' | 'changed' | 'refusal'>; readonly keys: Pick<NodeKeys, 'refresh'> },
  log: Logger,
  onEntries: (entries: readonly SequencedEntry[]) => void,
): Sequencer {
  let failingSince: number | null = null
  let failures = 0
  const stopping = new AbortController()
  const loop = createLoop(
    async () => {
      // Somebody else holds the node's name: what is committed waits until that is settled.
      if (epochs.refusal() !== null) return false
      const entries = await sequenceLog(hub).catch(async (error: unknown) => {
        if (!(error instanceof LogChanged)) throw error
        log.error({ err: error }, 'the log is not the one that this process has been writing')
        await (error.kind === 'key' ? keys.refresh() : epochs.changed(error.kind))
        return await sequenceLog(hub)
      })
      epochs.sequenced()
      if (failingSince !== null) log.info({}, 'the log is being numbered again')
      failingSince = null
      failures = 0
      if (entries.length > 0) onEntries(entries)
      return false
    },
    (error) => {
      failingSince ??= performance.now()
      failures += 1
      log.error({ err: error }, 'numbering the log failed; what is committed waits and loses nothing')
      void delay(Math.min(5000, 100 * 2 ** failures), undefined, { signal: stopping.signal, ref: false }).then(
        () => loop.wake(),
        () => undefined,
      )
    },
  )
  return {
    wake: loop.wake,
    failingForMs: () => (failingSince === null ? null : performance.now() - failingSince),
    stop: async () => {
      stopping.abort()
      await loop.stop()
    },
  }
}
