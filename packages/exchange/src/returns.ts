import type { Tables } from '@huijiao/database'
import type { Epoch } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { type Kysely, sql } from 'kysely'
import type { CustodyStep } from './custody.ts'
import { loadCustody } from './custody-store.ts'
import { wireVersion } from './delivery-body.ts'
import type { Caller, Hub } from './hub.ts'
import { headOfNote } from './neighbour.ts'
import { loadVersions, type VersionRow } from './version-rows.ts'
import { type VersionsEnvelope, type WireEntry, writeVersionsBody } from './versions-body.ts'

/** Submissions that one page looks at. */
const pageMax = 200

/** A delivery that a restored node may have back. */
export interface ReturnedDelivery {
  readonly id: string
  /** Length of the log to which it proves its records. */
  readonly size: number
}

export interface ReturnsPage {
  /** Newest first. */
  readonly deliveries: readonly ReturnedDelivery[]
  /** What to ask for next: `before`; null when what follows is older than the fork. */
  readonly next: number | null
}

export interface ReturnsQuery {
  /** The epoch that the caller has left. */
  readonly epoch: Epoch
  /** Length of its log at the fork. */
  readonly size: number
  readonly before: number | null
}

/**
 * What a lower node delivered in an epoch that it has left, from the fork on: it was restored to before that, and may have it back.
 * @throws Problem not-allowed
 */
export async function listReturns(hub: Pick<Hub, 'db'>, caller: Caller, query: ReturnsQuery): Promise<ReturnsPage> {
  mustBeNode(caller)
  const { rows } = await sql<{ submission_no: number; id: string; envelope: string }>`
    select submission_no, id, envelope from submission
    where participant_id = ${caller.participantId} and kind = 'versions' and state = 'finished'
      and (${query.before}::int8 is null or submission_no < ${query.before}::int8)
    order by submission_no desc limit ${pageMax}`.execute(hub.db)
  const deliveries = rows.flatMap(({ id, envelope }): ReturnedDelivery[] => {
    const { checkpoint } = JSON.parse(envelope) as VersionsEnvelope
    const head = checkpoint === null ? null : headOfNote(checkpoint)
    return head !== null && head.epoch.id === query.epoch.id && head.size > query.size ? [{ id, size: head.size }] : []
  })
  const last = rows.at(-1)
  return { deliveries, next: rows.length < pageMax || deliveries.length === 0 || last === undefined ? null : last.submission_no }
}

/**
 * The bytes of a delivery that a node sent, made again from what was stored of it: its records with their texts, and the proofs that came with them, by
 * which the node finds that it was its own log they stood in.
 * @throws Problem not-allowed, not-found
 */
export async function buildReturn(hub: Hub, caller: Caller, id: string): Promise<Buffer> {
  mustBeNode(caller)
  const { db } = hub
  const submission = await db
    .selectFrom('submission')
    .select(['submission_no', 'envelope'])
    .where('participant_id', '=', caller.participantId)
    .where('id', '=', id)
    .where('kind', '=', 'versions')
    .executeTakeFirst()
  if (submission === undefined) throw new Problem('not-found', { zh: '没有此投递', en: 'There is no such delivery' })
  const parts = await partsOf(db, submission.submission_no)
  const [versions, custody] = await Promise.all([
    loadVersions(
      db,
      parts.map((part) => [null, part, null] as const),
    ),
    loadCustody(db, parts),
  ])
  const entries: WireEntry[] = []
  for (const part of parts) {
    const rows = versions.get(part) ?? []
    for (const { ordinals, document } of custody.get(part) ?? []) {
      const { node: _, checkpoint: __, seen: ___, records: ____, ...step } = JSON.parse(document) as CustodyStep
      const named = ordinals.map(([here]) =>
        wireVersion(hub, rows[here] as VersionRow, { tombstone: false, flags: [], sealed: 'text', attachments: 'digest' }),
      )
      entries.push({ custody: step, versions: named })
    }
  }
  const envelope = JSON.parse(submission.envelope) as VersionsEnvelope
  const count = entries.reduce((sum, entry) => sum + entry.versions.length, 0)
  return writeVersionsBody({ envelope: { ...envelope, count }, entries })
}

async function partsOf(db: Kysely<Tables>, submissionNo: number): Promise<number[]> {
  const rows = await db
    .selectFrom('part')
    .select('part_id')
    .where('submission_no', '=', submissionNo)
    .where('version_count', '>', 0)
    .orderBy('part_no')
    .execute()
  return rows.map((row) => row.part_id)
}

function mustBeNode(caller: Caller): void {
  if (caller.kind !== 'node') throw new Problem('not-allowed', { zh: '只有下级节点取回所报', en: 'This is between nodes' })
}
