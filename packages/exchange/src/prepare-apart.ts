import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Tier } from '@huijiao/database'
import { type Policy, type PolicyDocument, type Release, type ReleaseDocument, releaseDocument, releases } from '@huijiao/standard'
import { legacyFlag } from './legacy.ts'
import type { RecordContext } from './prepare-record.ts'
import { type PreparedLine, prepareSlab } from './prepare-slab.ts'
import { type PackedLines, type Room, unpackLines } from './prepared-columns.ts'
import { type Slab, slabsInHand } from './raw-records.ts'

/** What the thread is told of a submission. A release of this program is its id, another its document. */
export interface ToldContext {
  readonly release: string | ReleaseDocument
  readonly policy: PolicyDocument
  readonly policyReleases: readonly (string | ReleaseDocument)[]
  readonly digestSecret: Uint8Array
  readonly tier: Tier
  readonly caller: RecordContext['caller']
  readonly sourceNo: number
  readonly stream: string
  readonly at: Date
  readonly legacy: boolean
}

export type ThreadRequest =
  | {
      readonly ask: number
      readonly context: number
      /** With the first slab, and again when the policy has changed. */
      readonly told?: ToldContext
      /** With the first slab: position of its first record. The slabs of a context are read in order. */
      readonly firstIndex?: number
      readonly slab: Slab
      /** Memory for the answer. */
      readonly room?: Room
    }
  | { readonly forget: number }

export type ThreadAnswer = { readonly ask: number } & ({ readonly packed: PackedLines } | { readonly failed: string })

interface Thread {
  readonly worker: Worker
  readonly waiting: Map<number, { done(packed: PackedLines): void; fail(error: Error): void }>
}

/** Slabs that are at the thread ahead of the one that is stored: enough that neither side waits, few enough for memory. */
const ahead = slabsInHand - 1

/**
 * Of the thread's heap, three times what the collector fills before it looks for what is still needed. Nothing that the thread makes is needed for long, and without
 * a bound this grows to 192 MiB the longer a body is (docs/profiles/memory.md). It is no limit at which anything fails.
 */
const maxYoungGenerationSizeMb = 48

/** With one processor a second thread would only take turns with the first. */
const worthwhile = availableParallelism() > 1

let thread: Thread | null = null
let lastAsk = 0
let lastContext = 0

/** Memory of lines that are stored. */
const rooms: Room[] = []
/** As many as two groups of parts and what is ahead of them take. */
const roomsMax = 12
const keepRoom = ({ bytes, numbers }: Room): void => {
  if (rooms.length < roomsMax) rooms.push({ bytes, numbers })
}

function started(): Thread {
  if (thread !== null) return thread
  const worker = new Worker(new URL('./prepare-thread.ts', import.meta.url), {
    name: 'prepare',
    resourceLimits: { maxYoungGenerationSizeMb },
  })
  const own: Thread = { worker, waiting: new Map() }
  const gone = (error: Error) => {
    if (thread === own) thread = null
    for (const one of own.waiting.values()) one.fail(error)
    own.waiting.clear()
  }
  own.worker.on('message', (answer: ThreadAnswer) => {
    const one = own.waiting.get(answer.ask)
    own.waiting.delete(answer.ask)
    if (own.waiting.size === 0) own.worker.unref()
    if ('packed' in answer) one?.done(answer.packed)
    else one?.fail(new Error(answer.failed))
  })
  own.worker.on('error', gone)
  own.worker.on('exit', (code) => gone(new Error(`the preparing thread ended with code ${code}`)))
  own.worker.unref()
  return (thread = own)
}

/** Ends the thread; what it had is done by whoever asked, and the next large body starts another. */
export async function endPreparing(): Promise<void> {
  await thread?.worker.terminate()
}

function ask(at: Thread, request: Omit<Extract<ThreadRequest, { ask: number }>, 'ask'>): Promise<PackedLines> {
  const number = (lastAsk += 1)
  return new Promise((done, fail) => {
    if (thread !== at) return fail(new Error('the preparing thread has ended'))
    at.waiting.set(number, { done, fail })
    at.worker.ref()
    const room = rooms.pop()
    // The slab is shared or copied, not handed over: when the thread ends, it is read here.
    at.worker.postMessage(
      { ask: number, ...request, ...(room === undefined ? {} : { room }) } satisfies ThreadRequest,
      room === undefined ? [] : [room.bytes.buffer, room.numbers.buffer],
    )
  })
}

const toldRelease = (release: Release): string | ReleaseDocument =>
  releases.get(release.id) === release ? release.id : releaseDocument(release)

function tell(context: RecordContext, policy: Policy): ToldContext {
  const { hub, caller, sourceNo, stream, at, legacy = false } = context
  return {
    release: toldRelease(context.release),
    policy: policy.document,
    policyReleases: policy.served.map(toldRelease),
    digestSecret: hub.digestSecret,
    tier: hub.node.tier,
    caller: { kind: caller.kind, keyId: caller.keyId, regions: caller.regions },
    sourceNo,
    stream,
    at,
    legacy,
  }
}

/**
 * Reads and judges slabs in a thread beside this one, in order, a few ahead of whoever stores them. A thread that ends takes nothing with it: what it
 * had is done here.
 * @param slabs as `readSlabs` gives them
 * @param firstIndex position of the first record
 * @returns where the slabs ended, and the position of the record that would be next
 */
export async function* prepareApart(
  context: RecordContext,
  slabs: AsyncGenerator<Slab, { byte: number }>,
  firstIndex: number,
): AsyncGenerator<PreparedLine, { byte: number; record: number }> {
  const number = (lastContext += 1)
  const shared = {
    sourceNo: context.sourceNo,
    stream: context.stream,
    entities: context.release.entities,
    flags: context.legacy === true ? [legacyFlag] : null,
  }
  let told: Policy | null = null
  let at: Thread | null = worthwhile ? started() : null
  const send = (slab: Slab): Promise<readonly PreparedLine[] | null> => {
    if (at === null) return Promise.resolve(null)
    const policy = context.hub.policy()
    const news = { ...(told === null ? { firstIndex } : {}), ...(told === policy ? {} : { told: tell(context, policy) }) }
    told = policy
    return ask(at, { context: number, ...news, slab }).then(
      (packed) => unpackLines(packed, shared, keepRoom),
      () => {
        // From here on this submission is read in this thread: another one would not know how many records came before.
        at = null
        return null
      },
    )
  }
  const waiting: { slab: Slab; lines: Promise<readonly PreparedLine[] | null> }[] = []
  let record = firstIndex
  let end: { byte: number } | null = null
  try {
    for (;;) {
      while (end === null && waiting.length < ahead) {
        const next = await slabs.next()
        if (next.done === true) end = next.value
        else waiting.push({ slab: next.value, lines: send(next.value) })
      }
      const first = waiting.shift()
      if (first === undefined) return { byte: (end as { byte: number }).byte, record }
      for (const line of (await first.lines) ?? prepareSlab(context, first.slab, record)) {
        record += 1
        yield line
        // In between, the database's answers and other requests get their turn.
        if (record % recordsPerTurn === 0) await setImmediate()
      }
    }
  } finally {
    at?.worker.postMessage({ forget: number } satisfies ThreadRequest, [])
    await slabs.return({ byte: 0 })
  }
}

/** Records that are handed on, or judged here, in one turn of the event loop. */
const recordsPerTurn = 64
