import { signDocument } from '@huijiao/identity'
import { canonicalize, digestText, type Epoch, epochEntriesProven, forkFrom, readEpochs } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { sql, type Transaction } from 'kysely'
import type { Tables } from '@huijiao/database'
import type { ContactAnswer, ContactRequest, ToldLog } from './contact-wire.ts'
import { checkpointSigner } from './custody.ts'
import { epochEntries, epochOf, sameEpoch } from './epoch.ts'
import type { Caller, Hub } from './hub.ts'
import { readLogHead } from './log.ts'
import { headOfNote, type NeighbourRow } from './neighbour.ts'
import { verifierKeysOf } from './prepare-versions.ts'

/** Who called so lately is taken to be running still. A node calls about twice a minute. */
export const aliveMs = 120_000

interface Seen {
  readonly epoch: Epoch
  readonly size: number
  readonly root: Buffer | null
}

/**
 * Answers a lower node that says who it is and where its log stands. One holder of a name is known at a time: who continues what was seen and knows its
 * last call, or who begins a later epoch that names the one before.
 * @throws Problem not-allowed; signature-invalid; epoch-ended (a later epoch is known); epoch-claimed (in this epoch somebody else has called, or more was
 * seen); epoch-unconfirmed (a later epoch that does not name the one that is known)
 */
export async function answerContact(hub: Hub, caller: Caller, request: ContactRequest): Promise<Buffer> {
  if (caller.kind !== 'node' || caller.nodeName === null)
    throw new Problem('not-allowed', { zh: '只有下级节点与上级通报日志位置', en: 'This is between nodes' })
  const told = request.checkpoint === null ? null : await toldHead(hub, caller, request, request.checkpoint)
  const at = hub.clock.now()
  const facts = await hub.db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('neighbour')
      .selectAll()
      .where('side', '=', 'below')
      .where('name', '=', caller.participantId)
      .forUpdate()
      .executeTakeFirst()
    const seen = await seenOf(trx, caller, row)
    const aliveNow = row !== undefined && !row.leaving && at.getTime() - row.heard_at.getTime() < aliveMs
    const lastCall = row?.contact ?? null
    if (request.ask === true) return { seen, lastCall, aliveNow }
    const known = row === undefined ? (seen?.epoch ?? null) : { number: row.epoch, id: row.epoch_id }
    judgeClaim(request, told, { known, seen, contact: lastCall })
    const changed = row !== undefined && known !== null && !sameEpoch(known, request.epoch)
    const values = {
      epoch: request.epoch.number,
      epoch_id: request.epoch.id,
      note: request.checkpoint,
      size: told?.size ?? 0,
      root: told?.root ?? null,
      contact: request.call,
      heard_at: at,
      leaving: request.leaving === true,
      ...(changed
        ? { earlier: JSON.stringify([...row.earlier, { number: row.epoch, id: row.epoch_id, size: seen?.size ?? row.size }]) }
        : {}),
    }
    await trx
      .insertInto('neighbour')
      .values({ side: 'below', name: caller.participantId, ...values })
      .onConflict((conflict) => conflict.columns(['side', 'name']).doUpdateSet(values))
      .execute()
    if (changed)
      hub.log.warn(
        { node: caller.nodeName, from: known, to: request.epoch, reasons: request.epochs.length },
        'a lower node has begun a new epoch',
      )
    return { seen, lastCall, aliveNow: true }
  })
  return await signAnswer(hub, request.call, facts)
}

/** The caller's checkpoint, signed by it and of the epoch that it claims. */
async function toldHead(hub: Hub, caller: Caller, request: ContactRequest, note: string): Promise<Seen> {
  const name = caller.nodeName as string
  const head = headOfNote(note)
  if (head === null || head.node !== name || !sameEpoch(head.epoch, request.epoch))
    throw new Problem(
      'envelope-invalid',
      { zh: '已签名快照与所称的纪元不符', en: 'The checkpoint is not of the epoch that is claimed' },
      { pointer: '/checkpoint' },
    )
  if (checkpointSigner(note, name, await verifierKeysOf(hub.db, caller)) === null)
    throw new Problem('signature-invalid', {
      zh: `已签名快照不是由节点 ${name} 登记的密钥签署的`,
      en: `No registered key of node ${name} signed the checkpoint`,
    })
  return head
}

/** The furthest that was seen of the caller's log: at its last call, or in what it delivered since. */
async function seenOf(trx: Transaction<Tables>, caller: Caller, row: NeighbourRow | undefined): Promise<Seen | null> {
  const { rows } = await sql<{ envelope: string }>`
    select envelope from submission where participant_id = ${caller.participantId} and kind = 'versions'
      and (${row === undefined || row.leaving} or received_at >= ${row?.heard_at ?? new Date(0)}::timestamptz - interval '10 minutes')
    order by received_at desc limit 20`.execute(trx)
  const heads = rows.flatMap(({ envelope }): Seen[] => {
    const { checkpoint } = JSON.parse(envelope) as { checkpoint?: string | null }
    const head = typeof checkpoint === 'string' ? headOfNote(checkpoint) : null
    return head === null ? [] : [head]
  })
  const remembered = row === undefined ? [] : [{ epoch: { number: row.epoch, id: row.epoch_id }, size: row.size, root: row.root }]
  const epoch = remembered[0]?.epoch
  const own = epoch === undefined ? heads : heads.filter((head) => sameEpoch(head.epoch, epoch))
  return [...remembered, ...own].toSorted((a, b) => b.epoch.number - a.epoch.number || b.size - a.size)[0] ?? null
}

function judgeClaim(
  request: ContactRequest,
  told: Seen | null,
  is: { known: Epoch | null; seen: Seen | null; contact: string | null },
): void {
  const { known, seen, contact } = is
  if (known === null) return
  const { epoch } = request
  if (sameEpoch(epoch, known)) {
    const size = told?.size ?? 0
    const shorter = seen !== null && sameEpoch(seen.epoch, epoch) && size < seen.size
    const other =
      seen !== null && told !== null && seen.root !== null && told.root !== null && size === seen.size && !seen.root.equals(told.root)
    if (shorter || other || (contact !== null && !request.previous.includes(contact))) throw claimed(epoch, seen?.size ?? 0, size)
    return
  }
  if (epoch.number <= known.number) throw ended(epoch, known)
  const begins = readEpochs(request.epochs, epoch)
  const named =
    begins !== null && begins.length > 0 && told?.root != null && epochEntriesProven(request.epochs, { size: told.size, root: told.root })
  if (!named || forkFrom(begins, known) === null) {
    throw new Problem(
      'epoch-unconfirmed',
      {
        zh: `本节点所知为纪元 ${known.number}（${known.id}），新纪元 ${epoch.number} 的首条没有写明由它而来`,
        en: `This node knows epoch ${known.number} (${known.id}); the first entry of epoch ${epoch.number} does not name it`,
      },
      { value: `${epoch.number}/${epoch.id}` },
    )
  }
}

export const ended = (claim: Epoch, known: Epoch): Problem =>
  new Problem(
    'epoch-ended',
    {
      zh: `所称纪元 ${claim.number}（${claim.id}）已由纪元 ${known.number}（${known.id}）接替`,
      en: `Epoch ${claim.number} (${claim.id}) has ended: this node knows epoch ${known.number} (${known.id})`,
    },
    { value: `${claim.number}/${claim.id}`, allowed: `${known.number}/${known.id}` },
  )

const claimed = (claim: Epoch, seen: number, told: number): Problem =>
  new Problem(
    'epoch-claimed',
    {
      zh: `纪元 ${claim.number} 另有持有者：已见日志 ${seen} 条，来者有 ${told} 条，或不知上一次通报`,
      en: `Somebody else holds epoch ${claim.number}: ${seen} entries were seen, the caller has ${told}, or does not know the last call`,
    },
    { value: `${claim.number}/${claim.id}` },
  )

async function signAnswer(
  hub: Hub,
  call: string,
  facts: { seen: Seen | null; lastCall: string | null; aliveNow: boolean },
): Promise<Buffer> {
  const { name, region, tier } = hub.node
  const answer: ContactAnswer = {
    contact: 1,
    call,
    node: { name, region, tier },
    ...(await tellLog(hub)),
    seen:
      facts.seen === null
        ? null
        : { epoch: facts.seen.epoch, size: facts.seen.size, root: facts.seen.root === null ? null : digestText(facts.seen.root) },
    lastCall: facts.lastCall,
    aliveNow: facts.aliveNow,
  }
  return Buffer.from(JSON.stringify({ ...answer, signatures: [signDocument(canonicalize(answer), hub.signingKey)] }))
}

/** What this node tells those below of its log. */
export async function tellLog(hub: Pick<Hub, 'db' | 'node'>): Promise<ToldLog> {
  const head = await readLogHead(hub.db)
  return {
    epoch: epochOf(hub.node),
    checkpoint: head?.note ?? null,
    epochs: head === null ? [] : await epochEntries(hub.db, head.size),
  }
}
