import type { NodeRefusal, Tables } from '@huijiao/database'
import type { Kysely, Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'

export type { NodeRefusal } from '@huijiao/database'

/** How the question who goes on under a node's name was answered in its favour. */
export type RefusalEnd =
  /** The upstream takes it again as the one that it knew. */
  | 'accepted-again'
  /** The other one has stopped: it goes on in a new epoch, as it would at a start. */
  | 'other-stopped'
  /** An operator said that it is the one to go on with. */
  | 'asked'

/** Why this node may sign nothing now; null when it may. */
export async function readRefusal(db: Kysely<Tables>): Promise<NodeRefusal | null> {
  return (await db.selectFrom('node').select('refusal').executeTakeFirstOrThrow()).refusal
}

/** Writes down that an upstream refuses this node: from then on no process of it numbers the log. */
export async function noteRefusal(hub: Pick<Hub, 'db'>, refusal: NodeRefusal): Promise<void> {
  await hub.db
    .updateTable('node')
    .set({ refusal: JSON.stringify(refusal) })
    .execute()
}

/**
 * The node may go on; an entry says by whom it was refused, why, from when to when, and what ended it.
 * @returns false when another process has said so already
 */
export async function endRefusal(hub: Hub, how: RefusalEnd): Promise<boolean> {
  const ended = await hub.db.transaction().execute(async (trx) => {
    const { refusal } = await trx.selectFrom('node').select('refusal').forUpdate().executeTakeFirstOrThrow()
    if (refusal === null) return false
    await trx.updateTable('node').set({ refusal: null }).execute()
    await tellRefusal(trx, hub, refusal, how)
    return true
  })
  if (ended) hub.onPending()
  return ended
}

/** The entry that tells of a refusal that is over. */
export async function tellRefusal(
  trx: Transaction<Tables>,
  hub: Pick<Hub, 'clock'>,
  refusal: NodeRefusal,
  how: RefusalEnd,
  actor = 'node',
): Promise<void> {
  const { why, by, since } = refusal
  const at = hub.clock.now()
  await addPendingEntry(trx, {
    kind: 'link',
    instant: at,
    actor,
    subject: by,
    body: { action: 'name-refused', why, by, from: since, to: at.toISOString(), ended: how },
  })
}
