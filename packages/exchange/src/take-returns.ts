import { Readable } from 'node:stream'
import { publicKeyFromRaw } from '@huijiao/identity'
import { defaultBodyLimits, receiveBody, versionsMediaType } from './body.ts'
import { epochOf, listEpochs, type LogEpochRow } from './epoch.ts'
import type { Caller, Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { createParticipant } from './participant.ts'
import { readVersionsBody } from './read-versions-body.ts'
import { receiveSubmission } from './receive-submission.ts'
import type { ReturnsPage, ReturnsQuery } from './returns.ts'
import { keepTold, type ReturnTurn } from './told-before.ts'
import { writeVersionsBody } from './versions-body.ts'

/** How a restored node asks an upstream for what it had sent. Throws when there is no answer. */
export interface AskReturns {
  readonly name: string
  list(query: ReturnsQuery): Promise<ReturnsPage>
  body(id: string): Promise<Buffer>
}

/** What came back from one upstream. */
export interface Returned {
  readonly upstream: string
  readonly deliveries: number
  /** Entries of the log that was lost, of which something came back. */
  readonly entries: number
  readonly records: number
  readonly refused: number
}

/** The epoch that has yet to get back what was lost before it; null when there is none. */
export async function healingEpoch(hub: Pick<Hub, 'db' | 'node'>): Promise<LogEpochRow | null> {
  const rows = await listEpochs(hub.db)
  return rows.find((row) => row.healing === 'waiting' && row.number === epochOf(hub.node).number) ?? null
}

/**
 * Fetches from the upstreams what this node had delivered to them behind the fork, oldest first, and stores it as it stood: in its streams, under the numbers
 * it had, with the proofs of the nodes where it entered. Each delivery proves by a checkpoint of this node's own, from the epoch that it has left, that it
 * was this node's. What is here already is `unchanged`; done twice, nothing happens twice.
 */
export async function takeReturns(hub: Hub, epoch: LogEpochRow, upstreams: readonly AskReturns[]): Promise<Returned[]> {
  const taken = new Map<string, Taken>()
  for (const ask of upstreams) taken.set(ask.name, await takeTurn(hub, epoch, ask, 'versions', { ...nothingTaken, seen: new Set() }))
  // What one of them ended, another one may have as the version itself: only now that all have answered it is known which have it not.
  for (const ask of upstreams) {
    const before = taken.get(ask.name) as Taken
    if (before.left > 0) taken.set(ask.name, await takeTurn(hub, epoch, ask, 'ends', before))
  }
  return [...taken].map(([upstream, { deliveries, records, refused, seen }]) => ({
    upstream,
    deliveries,
    entries: seen.size,
    records,
    refused,
  }))
}

interface Taken {
  readonly deliveries: number
  readonly records: number
  readonly refused: number
  /** Tombstones that wait for the second turn. */
  readonly left: number
  /** Entries of the lost log of which something came. */
  readonly seen: Set<string>
}

const nothingTaken = { deliveries: 0, records: 0, refused: 0, left: 0 }

async function takeTurn(hub: Hub, epoch: LogEpochRow, ask: AskReturns, turn: ReturnTurn, before: Taken): Promise<Taken> {
  const { seen } = before
  const caller = await callerFor(hub, ask.name)
  const forks = [{ number: epoch.previous_number, id: epoch.previous_id }]
  if (epoch.known_id !== null && epoch.known_id !== epoch.previous_id)
    forks.push({ number: epoch.known_number as number, id: epoch.known_id })
  let { deliveries, records, refused } = before
  let left = 0
  for (const one of forks) {
    const ids: string[] = []
    for (let before: number | null = null; ;) {
      const page: ReturnsPage = await ask.list({ epoch: one, size: epoch.entry_index, before })
      ids.push(...page.deliveries.map((delivery) => delivery.id))
      if (page.next === null) break
      before = page.next
    }
    for (const id of ids.toReversed()) {
      const {
        envelope,
        entries: told,
        left: waiting,
      } = await keepTold(hub, ask.name, readVersionsBody((await ask.body(id)).toString()), turn)
      left += waiting
      if (envelope.count === 0) continue
      const bytes = writeVersionsBody({ envelope, entries: told })
      const body = await receiveBody(Readable.from([bytes]), {
        contentType: versionsMediaType,
        contentEncoding: undefined,
        claimedDigest: null,
        limits: defaultBodyLimits,
        spoolDir: hub.spoolDir,
      })
      const answer = await receiveSubmission(hub, {
        caller,
        body,
        mode: 'partial',
        dryRun: false,
        respondAsync: false,
        idempotencyKey: null,
        traceParent: null,
        nonce: null,
      })
      if (answer.kind !== 'receipt') continue
      const { counts } = JSON.parse(answer.receipt.toString()) as { counts: Record<string, number> }
      deliveries += 1
      refused += counts['refused'] ?? 0
      records += Object.values(counts).reduce((sum, count) => sum + count, 0) - (counts['refused'] ?? 0) - (counts['unchanged'] ?? 0)
      for (const { custody } of told) if (custody.index >= epoch.entry_index) seen.add(`${one.id}/${custody.index}`)
    }
  }
  return { deliveries, records, refused, left, seen }
}

/** In whose name it comes back: a participant of its own, which nobody can sign in as. */
async function callerFor(hub: Hub, upstream: string): Promise<Caller> {
  const participantId = `p-returned-${upstream.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-')}`
  const { name, region } = hub.node
  const known = await hub.db
    .selectFrom('participant')
    .select('participant_id')
    .where('participant_id', '=', participantId)
    .executeTakeFirst()
  if (known === undefined)
    await createParticipant(hub, 'node', {
      participantId,
      kind: 'node',
      name: `${upstream} 归还 returned by ${upstream}`,
      regions: [region],
      nodeName: name,
    })
  const keys = await hub.db.selectFrom('node_key').select('public_key').execute()
  return {
    participantId,
    kind: 'node',
    name,
    regions: [region],
    nodeName: name,
    keyId: participantId,
    nodeKeys: keys.map((row) => publicKeyFromRaw(row.public_key).export({ type: 'spki', format: 'pem' }).toString()),
    returnedBy: upstream,
  }
}

/** What an operator sees of a fork: what was lost, what came back, and what nobody holds. */
export interface HealingReport {
  /** Entries that somebody had seen behind the fork; null when nobody said so. */
  readonly lost: number | null
  readonly returned: readonly Returned[]
  /** Of the lost entries, those of which no neighbour above had anything. Lower nodes send theirs again by themselves. */
  readonly notReturned: number | null
}

/** Ends the healing of an epoch, with an entry that says what came back. */
export async function endHealing(
  hub: Hub,
  epoch: LogEpochRow,
  how: 'done' | 'left',
  returned: readonly Returned[],
  actor = 'node',
): Promise<HealingReport> {
  const lost = epoch.known_size === null ? null : Math.max(0, epoch.known_size - epoch.entry_index)
  const back = returned.reduce((sum, one) => sum + one.entries, 0)
  const report: HealingReport = { lost, returned, notReturned: lost === null ? null : Math.max(0, lost - back) }
  const at = hub.clock.now()
  await hub.db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('log_epoch')
      .set({ healing: how, healed_at: at, report: JSON.stringify(report) })
      .where('number', '=', epoch.number)
      .where('healing', '=', 'waiting')
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return
    await addPendingEntry(trx, {
      kind: 'reconcile',
      instant: at,
      actor,
      subject: hub.node.name,
      body: { action: how === 'done' ? 'returned' : 'went-on-without', epoch: epoch.number, ...report },
    })
  })
  hub.onPending()
  if ((report.notReturned ?? 0) > 0)
    hub.log.error(
      { alarm: 'epoch-lost', epoch: epoch.number, ...report },
      'entries of the log are lost; clients that kept receipts are to send those submissions again',
    )
  return report
}
