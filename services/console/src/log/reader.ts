import { EntriesDetached, type EpochEntry, type LogReader, tilePath, tileWidth } from '@huijiao/merkle/browser'
import { call, send } from '../api/client.ts'
import { ApiError } from '../api/problem.ts'

/** The log of the node that serves this page, over the same open addresses as for everybody else. */
export function ownLog(signal?: AbortSignal): LogReader {
  const bytes = async (path: string): Promise<Uint8Array> => {
    const answer = await send('GET', `/v1/log/${path}`, { headers: { accept: '*/*' }, ...(signal === undefined ? {} : { signal }) })
    return new Uint8Array(await answer.arrayBuffer())
  }
  const tile = async (level: number | 'entries', index: number, width: number): Promise<Uint8Array> => {
    try {
      return await bytes(tilePath(level, index, width))
    } catch (error) {
      if (error instanceof ApiError && error.problem.range !== undefined) throw new EntriesDetached(error.problem.range)
      // A log may drop a partial tile once the full one is there (C2SP tlog-tiles).
      if (!(error instanceof ApiError) || error.status !== 404 || width === tileWidth) throw error
      return await bytes(tilePath(level, index))
    }
  }
  return {
    readCheckpoint: async () => new TextDecoder().decode(await bytes('checkpoint')),
    readTile: tile,
    readEntries: (index, width) => tile('entries', index, width),
    readEpochs: async () => (await call('get', '/v1/log/epochs')).epochs as readonly EpochEntry[],
  }
}
