import { randomBytes } from 'node:crypto'
import { canonicalize, type Epoch, type EpochBegin, epochEntriesProven, forkFrom, parseDigestText, readEpochs } from '@huijiao/merkle'
import { sql } from 'kysely'
import { type ContactAnswer, type ContactRequest, readContactAnswer } from './contact-wire.ts'
import { epochEntries, epochOf, sameEpoch } from './epoch.ts'
import { holdAgainst, type SeenHead, type UpstreamStanding } from './epoch-compare.ts'
import type { Hub } from './hub.ts'
import { readLogHead } from './log.ts'
import { findNeighbour, headOfNote, type NeighbourRow, ownLog } from './neighbour.ts'

/** Calls an upstream's `POST /v1/epoch`. Throws when no answer came. */
export interface CallUpstream {
  /** Node name of the upstream, which is also the link's. */
  readonly name: string
  post(body: Buffer): Promise<{ readonly status: number; readonly body: Buffer }>
  /** Whether a document is signed by a key of the upstream's. */
  signed(document: Buffer): Promise<boolean>
}

/** How a call ended. */
export interface Contacted {
  readonly standing: UpstreamStanding
  /** What the upstream had seen of this node, when it said so. */
  readonly seen: SeenHead | null
  /** The upstream has begun a new epoch since the last call; nothing that it holds of before `size` is lost. */
  readonly fork: UpstreamFork | null
  /** The upstream cannot be trusted to be the one that was known: it shows less than was seen of it, or an epoch that it does not name. */
  readonly strange: string | null
}

export interface UpstreamFork {
  readonly from: Epoch
  readonly to: Epoch
  /** Length of the upstream's log up to which nothing has changed. */
  readonly size: number
  readonly reason: string
}

const keptCalls = 20
const none = { seen: null, fork: null, strange: null } as const

/**
 * Tells an upstream who this node is and where its log stands, and hears the same from it. What the upstream says is held against this log, and what it
 * says of itself against what was seen of it before; both are written down.
 */
export async function contactUpstream(hub: Hub, upstream: CallUpstream, options: { readonly leaving?: boolean } = {}): Promise<Contacted> {
  const claim = await makeRequest(hub, upstream.name, options)
  let answer = await call(upstream, claim)
  if (answer === 'unreachable') return { standing: { kind: 'unreachable' }, ...none }
  if (answer === 'refused') {
    answer = await call(upstream, { ...claim, ask: true })
    if (typeof answer === 'string') return { standing: { kind: 'unreachable' }, ...none }
    const seen = seenOf(answer, upstream.name)
    const own = epochOf(hub.node)
    const kind = seen !== null && !sameEpoch(seen.epoch, own) ? 'ended' : 'claimed'
    return { standing: { kind, by: upstream.name, aliveNow: answer.aliveNow }, ...none, seen }
  }
  const seen = seenOf(answer, upstream.name)
  const { fork, strange } = await noteAbove(hub, upstream.name, answer)
  const standing = seen === null ? 'part' : await holdAgainst(await ownLog(hub), seen)
  if (standing === 'part') return { standing: { kind: seen === null ? 'unseen' : 'confirmed' }, seen, fork, strange }
  // It took the claim and yet remembers something else: another holder has written to it just now.
  return { standing: { kind: standing === 'more' ? 'claimed' : 'ended', by: upstream.name, aliveNow: false }, seen, fork, strange }
}

async function makeRequest(hub: Hub, upstream: string, { leaving = false }: { readonly leaving?: boolean }): Promise<ContactRequest> {
  const { db } = hub
  const called = randomBytes(16).toString('hex')
  const rows = await db
    .selectFrom('own_contact')
    .select(['number', 'contact'])
    .where('upstream', '=', upstream)
    .orderBy('number', 'desc')
    .limit(keptCalls)
    .execute()
  await db.insertInto('own_contact').values({ upstream, contact: called, made_at: hub.clock.now() }).execute()
  const oldest = rows.length < keptCalls ? undefined : rows.at(-1)
  if (oldest !== undefined) await sql`delete from own_contact where upstream = ${upstream} and number < ${oldest.number}`.execute(db)
  const head = await readLogHead(db)
  // Between a new epoch and its first checkpoint there is nothing in between: both are one transaction.
  const checkpoint = head !== null && sameEpoch(headOfNote(head.note)?.epoch ?? { number: 0, id: '' }, epochOf(hub.node)) ? head.note : null
  return {
    contact: 1,
    call: called,
    previous: rows.map((row) => row.contact),
    epoch: epochOf(hub.node),
    checkpoint,
    epochs: head === null || checkpoint === null ? [] : await epochEntries(db, head.size),
    ...(leaving ? { leaving } : {}),
  }
}

async function call(upstream: CallUpstream, request: ContactRequest): Promise<ContactAnswer | 'unreachable' | 'refused'> {
  let reply: Awaited<ReturnType<CallUpstream['post']>>
  try {
    reply = await upstream.post(Buffer.from(canonicalize(request)))
  } catch {
    return 'unreachable'
  }
  if (reply.status === 409) return 'refused'
  if (reply.status !== 200 || !(await upstream.signed(reply.body).catch(() => false))) return 'unreachable'
  return readContactAnswer(reply.body, request.call, upstream.name) ?? 'unreachable'
}

function seenOf({ seen }: ContactAnswer, by: string): SeenHead | null {
  return seen === null ? null : { epoch: seen.epoch, size: seen.size, root: parseDigestText(seen.root ?? ''), by }
}

/** Writes down what an upstream shows of its own log, when it continues what was seen of it. */
async function noteAbove(hub: Hub, name: string, answer: ContactAnswer): Promise<{ fork: UpstreamFork | null; strange: string | null }> {
  const head = answer.checkpoint === null ? null : headOfNote(answer.checkpoint)
  if (answer.checkpoint !== null && (head?.node !== name || !sameEpoch(head.epoch, answer.epoch)))
    return { fork: null, strange: 'its checkpoint is not of its epoch' }
  const known = await findNeighbour(hub.db, 'above', name)
  const values = {
    epoch: answer.epoch.number,
    epoch_id: answer.epoch.id,
    note: answer.checkpoint,
    size: head?.size ?? 0,
    root: head?.root ?? null,
    heard_at: hub.clock.now(),
  }
  const store = (more: { earlier?: string } = {}) =>
    hub.db
      .insertInto('neighbour')
      .values({ side: 'above', name, contact: null, ...values, ...more })
      .onConflict((conflict) => conflict.columns(['side', 'name']).doUpdateSet({ ...values, ...more }))
      .execute()
  if (known === undefined) {
    await store()
    return { fork: null, strange: null }
  }
  const before: Epoch = { number: known.epoch, id: known.epoch_id }
  if (sameEpoch(before, answer.epoch)) {
    const less =
      (head?.size ?? 0) < known.size || (head !== null && head.size === known.size && known.root !== null && !head.root.equals(known.root))
    if (less) return { fork: null, strange: `of its epoch ${before.number} more was seen than it shows` }
    await store()
    return { fork: null, strange: null }
  }
  const begin = await namedFork(answer, head, known)
  if (begin === null)
    return { fork: null, strange: `its epoch ${answer.epoch.number} does not name epoch ${before.number}, which was known` }
  await store({ earlier: JSON.stringify([...known.earlier, { ...before, size: known.size }]) })
  return { fork: { from: before, to: answer.epoch, size: begin.previous.size, reason: begin.reason }, strange: null }
}

/** The entry of the upstream's log that ends the epoch that was known. Null when there is none, or it contradicts what was seen. */
async function namedFork(answer: ContactAnswer, head: ReturnType<typeof headOfNote>, known: NeighbourRow): Promise<EpochBegin | null> {
  const begins = readEpochs(answer.epochs, answer.epoch)
  if (begins === null || head === null || answer.epoch.number <= known.epoch || !epochEntriesProven(answer.epochs, head)) return null
  const begin = forkFrom(begins, { number: known.epoch, id: known.epoch_id })
  const { previous } = begin ?? {}
  if (previous?.size === known.size && known.root !== null && previous.epoch.id === known.epoch_id && !known.root.equals(previous.root))
    return null
  return begin
}
