import { type DetachedRange, EntriesDetached, type EpochEntry, tilePath, tileWidth, type LogReader } from '@huijiao/merkle'
import type { Destination } from '../http/destination.ts'
import { NodeProblem } from '../http/node-problem.ts'
import { send, type Patience } from '../http/send.ts'
import { UserError } from '../user-error.ts'
import type { KeptRange } from './kept-range.ts'

/** The log that a node serves under `/v1/log/`, and what kept us from reading it, which says nothing about the log. */
export interface NodeLog extends LogReader {
  readonly unreachable: () => UserError | null
}

/**
 * Reads a log over its C2SP paths.
 * @param kept ranges that the node does not have any more, in directories here
 */
export function nodeLog(node: Destination, patience: Patience, signal?: AbortSignal, kept: readonly KeptRange[] = []): NodeLog {
  let unreachable: UserError | null = null
  const read = async (path: string) => {
    try {
      return (
        await send(
          node,
          { method: 'GET', path: `/v1/log/${path}`, headers: { accept: '*/*' } },
          unreachable === null ? patience : { ...patience, totalMs: 0 },
          signal,
        )
      ).body
    } catch (error) {
      if (error instanceof UserError) unreachable = error
      throw error
    }
  }
  const readTilePath = async (level: number | 'entries', index: number, width: number) => {
    try {
      return await read(tilePath(level, index, width))
    } catch (error) {
      // A log may drop a partial tile once the full one is there (C2SP tlog-tiles, "Partial Tiles").
      if (!(error instanceof NodeProblem) || error.status !== 404 || width === tileWidth) throw error
      return await read(tilePath(level, index))
    }
  }
  return {
    unreachable: () => unreachable,
    readCheckpoint: async () => (await read('checkpoint')).toString('utf8'),
    readTile: readTilePath,
    readEntries: async (index, width) => {
      const range = kept.find(({ from, to }) => index * tileWidth >= from && index * tileWidth < to)
      if (range !== undefined) return await range.readBundle(index)
      try {
        return await readTilePath('entries', index, width)
      } catch (error) {
        const detached = error instanceof NodeProblem && error.status === 410 ? rangeOf(error) : null
        if (detached === null) throw error
        throw new EntriesDetached(detached)
      }
    },
    readEpochs: async () => (JSON.parse((await read('epochs')).toString('utf8')) as { epochs: EpochEntry[] }).epochs,
  }
}

/** What the node says of entries that it keeps elsewhere. */
function rangeOf({ document: { code, range } }: NodeProblem): DetachedRange | null {
  const sound = range !== undefined && Number.isSafeInteger(range.from) && Number.isSafeInteger(range.to) && typeof range.place === 'string'
  return code === 'log-range-detached' && sound ? { ...range, digest: String(range.digest) } : null
}
