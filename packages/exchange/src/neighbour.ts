import type { NeighbourTable, Tables } from '@huijiao/database'
import { type Epoch, parseCheckpoint, parseLogOrigin, rootFromTiles, splitNote, verifierKey } from '@huijiao/merkle'
import { type Kysely, type Selectable, sql } from 'kysely'
import { checkpointSigner } from './custody.ts'
import { epochOf, listEpochs } from './epoch.ts'
import type { OwnLog } from './epoch-compare.ts'
import type { Hub } from './hub.ts'
import { readLogHead } from './log.ts'
import { readHashTile } from './read-log.ts'

export type NeighbourRow = Selectable<NeighbourTable>

/** What a signed checkpoint says of a log; null when it is none. The signature is not looked at. */
export function headOfNote(note: string): { node: string; epoch: Epoch; size: number; root: Buffer } | null {
  try {
    const { origin, size, root } = parseCheckpoint(splitNote(note).text)
    const named = parseLogOrigin(origin)
    return named === null ? null : { node: named.nodeName, epoch: named.epoch, size, root: Buffer.from(root) }
  } catch {
    return null
  }
}

/** This node's log as it stands now, to be held against what others remember. */
export async function ownLog(hub: Pick<Hub, 'db' | 'node'>): Promise<OwnLog> {
  const head = await readLogHead(hub.db)
  const epochs = await listEpochs(hub.db)
  const size = head?.size ?? 0
  const abandoned = await abandonedEpochs(hub.db)
  return {
    epoch: epochOf(hub.node),
    size,
    left: [...epochs.map((row) => ({ number: row.previous_number, id: row.previous_id })), ...abandoned],
    rootAt: async (at) =>
      at > size
        ? null
        : at === size
          ? (head?.root ?? null)
          : await rootFromTiles(at, (level, index, width) => readHashTile(hub.db, level, index, width)),
  }
}

async function abandonedEpochs(db: Kysely<Tables>): Promise<Epoch[]> {
  const { rows } = await sql<{ body: string | null }>`
    select e.body from log_epoch l join log_entry e on e.index = l.entry_index and e.kind = 'epoch'`.execute(db)
  return rows.flatMap((row) => (row.body === null ? [] : (JSON.parse(row.body) as { abandoned: Epoch[] }).abandoned))
}

/** What is remembered of a neighbour. */
export const findNeighbour = (db: Kysely<Tables>, side: 'above' | 'below', name: string): Promise<NeighbourRow | undefined> =>
  db.selectFrom('neighbour').selectAll().where('side', '=', side).where('name', '=', name).executeTakeFirst()

/** Everything that is remembered of neighbours, for operators. */
export const listNeighbours = (db: Kysely<Tables>): Promise<NeighbourRow[]> =>
  db.selectFrom('neighbour').selectAll().orderBy('side').orderBy('name').execute()

/** Whether this node has signed the checkpoint, with any key that it ever had. */
export async function isOwnCheckpoint(hub: Pick<Hub, 'db' | 'node'>, note: string): Promise<boolean> {
  const rows = await hub.db.selectFrom('node_key').select('public_key').execute()
  const { name } = hub.node
  return (
    checkpointSigner(
      note,
      name,
      rows.map((row) => verifierKey(name, row.public_key)),
    ) !== null
  )
}
