import { randomBytes } from 'node:crypto'
import { canonicalize, type Epoch, type EpochBegin, epochEntriesProven, forkFrom, parseDigestText, readEpochs } from '@huijiao/merkle'
import { sql } from 'kysely'
import { type ContactAnswer, type ContactRequest, readContactAnswer, type ToldLog } from './contact-wire.ts'
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
  /** It gave no answer to a call, but this status: an older release (404), or it does not know this node's key (401, 403). */
  readonly status: number | null
  /** The upstream cannot be trusted to be the one that was known: it shows less than was seen of it, or an epoch that it does not name. */
  readonly strange: string | null
}

/** Calls that are told, and calls that are kept: five weeks of two a minute. An upstream that was put back remembers an old one. */
const toldCalls = 20
const keptCalls = 100_000
const none = { seen: null, strange: null, status: null } as const
const unreachable = (status: number | null): Contacted => ({ standing: { kind: 'unreachable' }, ...none, status })

/**
 * Tells an upstream who this node is and where its log stands, and hears the same from it. What the upstream says is held against this log, and what it
 * says of itself against what was seen of it before; both are written down.
 */
export async function contactUpstream(hub: Hub, upstream: CallUpstream, options: { readonly leaving?: boolean } = {}): Promise<Contacted> {
  const claim = await makeRequest(hub, upstream.name, options)
  let answer = await call(upstream, claim)
  if (answer === 409) {
    const asked = await call(upstream, { ...claim, ask: true })
    if (asked === null || typeof asked === 'number') return unreachable(asked)
    const seen = seenOf(asked, upstream.name)
    const own = epochOf(hub.node)
    const part = async () => seen === null || (await holdAgainst(await ownLog(hub), seen)) === 'part'
    // An upstream that was put back remembers an old call; and a delivery sent meanwhile shows more of this log than the call told. If the call it
    // remembers was ours, and so is what it has seen, it is we who are right, and say so with the log as it is by then.
    const ours = (await part()) && (await isOwnCall(hub, upstream.name, asked.lastCall))
    for (let tries = 0; ours && answer === 409 && tries < 5; tries += 1)
      answer = await call(upstream, { ...(await makeRequest(hub, upstream.name, options)), previous: [asked.lastCall as string] })
    // Nobody else has called: there is no confirmation now, and no contradiction either.
    if (answer === 409 && ours) return unreachable(409)
    if (answer === 409) {
      const kind = seen !== null && !sameEpoch(seen.epoch, own) ? 'ended' : 'claimed'
      return { standing: { kind, by: upstream.name, aliveNow: asked.aliveNow }, ...none, seen }
    }
  }
  if (answer === null || typeof answer === 'number') return unreachable(answer)
  const seen = seenOf(answer, upstream.name)
  const strange = await noteAbove(hub, upstream.name, answer)
  const standing = seen === null ? 'part' : await holdAgainst(await ownLog(hub), seen)
  if (standing === 'part') return { standing: { kind: seen === null ? 'unseen' : 'confirmed' }, seen, strange, status: null }
  // It took the claim and yet remembers something else: another holder has written to it just now.
  return { standing: { kind: standing === 'more' ? 'claimed' : 'ended', by: upstream.name, aliveNow: false }, seen, strange, status: null }
}

/**
 * Asks an upstream what it knows of this node, and claims nothing: with several upstreams, one that was copied must not have taken the name at one of them
 * before another refuses it.
 */
export async function askUpstream(hub: Hub, upstream: CallUpstream): Promise<Contacted> {
  const asked = await call(upstream, { ...(await makeRequest(hub, upstream.name, {})), ask: true })
  if (asked === null || typeof asked === 'number') return unreachable(asked)
  const seen = seenOf(asked, upstream.name)
  if (seen === null && asked.lastCall === null) return { standing: { kind: 'unseen' }, ...none }
  const own = epochOf(hub.node)
  const part = seen === null || (await holdAgainst(await ownLog(hub), seen)) === 'part'
  // Of an epoch that this log has left, whoever called last is the old one.
  const left = part && seen !== null && seen.epoch.number < own.number
  const ours = asked.lastCall === null || (await isOwnCall(hub, upstream.name, asked.lastCall))
  if (part && (ours || left)) return { standing: { kind: 'confirmed' }, ...none, seen }
  const kind = seen !== null && !sameEpoch(seen.epoch, own) ? 'ended' : 'claimed'
  return { standing: { kind, by: upstream.name, aliveNow: asked.aliveNow }, ...none, seen }
}

async function isOwnCall(hub: Pick<Hub, 'db'>, upstream: string, contact: string | null): Promise<boolean> {
  if (contact === null) return false
  const row = await hub.db
    .selectFrom('own_contact')
    .select('number')
    .where('upstream', '=', upstream)
    .where('contact', '=', contact)
    .executeTakeFirst()
  return row !== undefined
}

async function makeRequest(hub: Hub, upstream: string, { leaving = false }: { readonly leaving?: boolean }): Promise<ContactRequest> {
  const { db } = hub
  const called = randomBytes(16).toString('hex')
  const rows = await db
    .selectFrom('own_contact')
    .select(['number', 'contact'])
    .where('upstream', '=', upstream)
    .orderBy('number', 'desc')
    .limit(toldCalls)
    .execute()
  await db.insertInto('own_contact').values({ upstream, contact: called, made_at: hub.clock.now() }).execute()
  await sql`delete from own_contact where upstream = ${upstream} and number < ${(rows[0]?.number ?? 0) - keptCalls}`.execute(db)
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

/** @returns the status when it is no answer; null when nothing came that can be trusted */
async function call(upstream: CallUpstream, request: ContactRequest): Promise<ContactAnswer | number | null> {
  let reply: Awaited<ReturnType<CallUpstream['post']>>
  try {
    reply = await upstream.post(Buffer.from(canonicalize(request)))
  } catch {
    return null
  }
  if (reply.status !== 200) return reply.status
  if (!(await upstream.signed(reply.body).catch(() => false))) return null
  return readContactAnswer(reply.body, request.call, upstream.name)
}

function seenOf({ seen }: ContactAnswer, by: string): SeenHead | null {
  return seen === null ? null : { epoch: seen.epoch, size: seen.size, root: parseDigestText(seen.root ?? ''), by }
}

/** Writes down what an upstream shows of its own log, when it continues what was seen of it. @returns what is wrong with it; null when nothing is */
async function noteAbove(hub: Hub, name: string, answer: ToldLog): Promise<string | null> {
  const head = answer.checkpoint === null ? null : headOfNote(answer.checkpoint)
  if (answer.checkpoint !== null && (head?.node !== name || !sameEpoch(head.epoch, answer.epoch)))
    return 'its checkpoint is not of its epoch'
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
    const begin = (readEpochs(answer.epochs, answer.epoch) ?? []).at(-1)
    // Deliveries may have gone up before its log was heard of (it did not know this node's key when it was called first), and been lost in its restore.
    const late = begin !== undefined && (await hasDelivered(hub, name))
    await store(late ? { earlier: JSON.stringify([{ ...begin.previous.epoch, ...forkOf(begin), size: 0 }]) } : {})
    return null
  }
  const before: Epoch = { number: known.epoch, id: known.epoch_id }
  if (sameEpoch(before, answer.epoch)) {
    const less =
      (head?.size ?? 0) < known.size || (head !== null && head.size === known.size && known.root !== null && !head.root.equals(known.root))
    if (less) return `of its epoch ${before.number} more was seen than it shows`
    await store()
    return null
  }
  const begin = await namedFork(answer, head, known)
  if (begin === null) return `its epoch ${answer.epoch.number} does not name epoch ${before.number}, which was known`
  const ended = { ...before, ...forkOf(begin), size: known.size }
  await store({ earlier: JSON.stringify([...known.earlier, ended]) })
  return null
}

/** Open until what went up after the fork is ready to go up again, whatever becomes of this process. */
const forkOf = ({ previous, reason }: EpochBegin) => ({ fork: previous.size, reason, open: true })

/**
 * Writes down what an upstream told of its log in an answer that was carried by hand: such answers may come late and in any order, so one that shows less
 * than was seen already says nothing but that the upstream was heard.
 * @returns what is wrong with it; null when nothing is
 */
export async function noteCarried(hub: Hub, name: string, told: ToldLog): Promise<string | null> {
  const known = await findNeighbour(hub.db, 'above', name)
  const size = told.checkpoint === null ? 0 : (headOfNote(told.checkpoint)?.size ?? 0)
  const late =
    known !== undefined &&
    (told.epoch.number < known.epoch || (sameEpoch(told.epoch, { number: known.epoch, id: known.epoch_id }) && size < known.size))
  if (!late) return await noteAbove(hub, name, told)
  await hub.db.updateTable('neighbour').set({ heard_at: hub.clock.now() }).where('side', '=', 'above').where('name', '=', name).execute()
  return null
}

async function hasDelivered({ db }: Pick<Hub, 'db'>, upstream: string): Promise<boolean> {
  const row = await db
    .selectFrom('delivery')
    .innerJoin('link', 'link.link_no', 'delivery.link_no')
    .select('delivery.delivery_id')
    .where('link.upstream_name', '=', upstream)
    .where('delivery.state', '=', 'finished')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** The entry of the upstream's log that ends the epoch that was known. Null when there is none, or it contradicts what was seen. */
async function namedFork(answer: ToldLog, head: ReturnType<typeof headOfNote>, known: NeighbourRow): Promise<EpochBegin | null> {
  const begins = readEpochs(answer.epochs, answer.epoch)
  if (begins === null || head === null || answer.epoch.number <= known.epoch || !epochEntriesProven(answer.epochs, head)) return null
  const begin = forkFrom(begins, { number: known.epoch, id: known.epoch_id })
  const { previous } = begin ?? {}
  if (previous?.size === known.size && known.root !== null && previous.epoch.id === known.epoch_id && !known.root.equals(previous.root))
    return null
  return begin
}
