import { type Attacher, createAttacher } from '../attachments/attach.ts'
import type { LocalFile } from '../attachments/local-file.ts'
import { defaultPatience, type Patience } from '../http/send.ts'
import { readOutcomes } from '../outcomes.ts'
import type { Destination } from '../http/destination.ts'
import type { Receipt, RecordOutcome } from '../receipt.ts'
import { dryRun, submit, type Compression } from '../submit.ts'
import type { StoringProgress } from '../storing-progress.ts'
import type { TrustedKey } from '../trust.ts'
import { beginPush, completeEnvelope } from './begin.ts'
import { readChunk, type ChunkLimits } from './chunk.ts'
import { openInput, type Envelope, type Input } from './input.ts'
import { chunkParcel, documentWithAttachments, fileParcel, type Parcel } from './parcel.ts'
import { refusalsOf, refusedLine, type Refusal } from './refused.ts'
import { followedBytes, refuseCancelled } from './storing.ts'
import {
  appendDurably,
  cutTo,
  receiptsPath,
  refusedPath,
  sizeOfFile,
  statePath,
  writeState,
  type PushState,
  type SentChunk,
} from './state.ts'

export interface PushOptions {
  readonly to: Destination
  readonly mode: 'partial' | 'atomic'
  /** What the command line says of the envelope; a file with an envelope of its own needs nothing. */
  readonly envelope: Envelope
  readonly limits: ChunkLimits
  readonly compression: Compression
  readonly trust: readonly TrustedKey[]
  readonly stateFile?: string
  readonly restart: boolean
  readonly dryRun: boolean
  readonly patience?: Patience
  readonly signal?: AbortSignal
}

/** What a push tells while it works. */
export interface PushWatcher {
  /** Bytes of the file that are judged, of how many, and the totals so far. */
  progress(doneBytes: number, totalBytes: number, totals: PushTotals): void
  /** A submission that the node stores in the background: its id, its place in the file, how far it is, and the totals before it. */
  storing?(id: string, place: StoringPlace, now: StoringProgress, totals: PushTotals): void
  refusals(list: readonly Refusal[]): void
  /** The push goes on where an earlier one stopped, or begins anew because the file is another one. */
  resumed(chunks: number): void
  /** A file that records name was handed in, or was there already. */
  attached?(file: LocalFile, sent: boolean): void
  changed(): void
}

/** The bytes [from, to) of a file of `total` bytes. */
export interface StoringPlace {
  readonly from: number
  readonly to: number
  readonly total: number
}

export type Counts = Record<string, number>

export interface PushTotals {
  readonly submissions: number
  readonly counts: Counts
  /** Lines that could not be sent at all. */
  readonly unsent: number
}

export interface PushResult extends PushTotals {
  readonly file: string
  readonly refusedFile: string | null
  readonly receiptsFile: string | null
  readonly ids: readonly string[]
}

/**
 * Pushes one file. What was acknowledged is written down beside the file after each submission, so that a push that is killed at any
 * moment continues when it is started again; what was under way is sent again under the same id and is not doubled.
 * @throws UserError (usage, unreachable); NodeProblem when the node judged a submission as a whole; the state then stands before it
 */
export async function pushFile(path: string, options: PushOptions, watcher: PushWatcher): Promise<PushResult> {
  const input = await openInput(path)
  const envelope = completeEnvelope(input, options.envelope)
  const run: Run = { input, options, watcher, envelope, counts: {}, submissions: 0, unsent: 0, ids: [] }
  if (options.dryRun) {
    for await (const parcel of parcels(run, { byte: firstByte(input), line: firstLine(input) })) await judge(run, parcel)
    return result(run, path, false)
  }
  const file = options.stateFile ?? statePath(path)
  const state = await beginPush(input, envelope, options, file, watcher)
  run.envelope = state.envelope
  for (const chunk of state.chunks) if (chunk.receipt !== null) countIn(run, chunk.receipt.counts, chunk.unsent, chunk.id)
  await cutTo(refusedPath(path), state.refusedBytes)
  await cutTo(receiptsPath(path), state.receiptsBytes)
  const pending = state.chunks.find((chunk) => chunk.receipt === null)
  const last = state.chunks.at(-1)
  const place = pending
    ? { byte: pending.from, line: pending.fromLine, to: pending.to }
    : last
      ? { byte: last.to, line: last.toLine }
      : { byte: firstByte(input), line: firstLine(input) }
  for await (const parcel of parcels(run, place)) await deliver(run, parcel, state, file)
  return result(run, path, true)
}

interface Run {
  readonly input: Input
  readonly options: PushOptions
  readonly watcher: PushWatcher
  envelope: Envelope
  readonly counts: Counts
  submissions: number
  unsent: number
  readonly ids: string[]
}

const firstByte = (input: Input) => (input.kind === 'records' ? input.from : 0)
const firstLine = (input: Input) => (input.kind === 'records' ? input.fromLine : 1)
const sizeOf = (input: Input) => (input.kind === 'document' ? input.bytes.length : input.size)

/** The submissions of a file from a place on; the first of them up to `to` where that was fixed by an earlier run. */
async function* parcels(run: Run, place: { byte: number; line: number; to?: number }): AsyncGenerator<Parcel> {
  const { input, options, envelope } = run
  const attacher = attacherOf(run)
  if (input.kind !== 'records') {
    if (place.byte === 0)
      yield input.kind === 'document'
        ? await documentWithAttachments(input, attacher, envelope, options.compression)
        : await fileParcel(input, options.compression)
    return
  }
  let { byte, line, to } = place
  for (;;) {
    const chunk = await readChunk({ ...input, attacher }, byte, line, options.limits, to)
    if (chunk === null) return
    yield await chunkParcel(chunk, envelope, options.compression)
    ;[byte, line, to] = [chunk.to, chunk.toLine, undefined]
  }
}

/** In a dry run files are digested and stay here. */
function attacherOf({ input, options, watcher }: Run): Attacher {
  return createAttacher({
    records: input.path,
    ...(options.dryRun ? {} : { to: options.to }),
    ...(options.patience === undefined ? {} : { patience: options.patience }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onSent: (file, sent) => watcher.attached?.(file, sent),
  })
}

async function deliver(run: Run, parcel: Parcel, state: PushState, file: string): Promise<void> {
  const { options, input } = run
  const { id, from, to, fromLine, toLine, digest } = parcel
  const sent: SentChunk = {
    id,
    from,
    to,
    fromLine,
    toLine,
    digest,
    records: parcel.records ?? 0,
    unsent: parcel.unsent.length,
    receipt: null,
  }
  const earlier = state.chunks.filter((chunk) => chunk.receipt !== null)
  // Written before the first byte leaves, so that another run cuts the file at the same places whatever its options say.
  state.chunks = [...earlier, sent]
  await writeState(file, state)
  const patience = options.patience ?? defaultPatience
  const common = {
    to: options.to,
    id,
    mode: options.mode,
    trust: options.trust,
    patience,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }
  const followed = {
    respondAsync: options.mode === 'partial' && to - from > followedBytes,
    onWaiting: (now: StoringProgress) => run.watcher.storing?.(id, { from, to, total: sizeOf(input) }, now, run),
  }
  const submitted = parcel.body === null ? null : await submit({ ...common, ...followed, body: parcel.body })
  const refusals = await refusalsOf(parcel, submitted === null ? [] : await refusedOutcomes(options, submitted.receipt))
  state.refusedBytes = await appendOrKeep(refusedPath(input.path), refusals.map((refusal) => refusedLine(refusal, id)).join(''))
  state.receiptsBytes = await appendOrKeep(receiptsPath(input.path), submitted === null ? '' : `${JSON.stringify(submitted.receipt)}\n`)
  const receipt = submitted?.receipt
  // Its receipt is kept as evidence; the state stays before it, because the file is not done.
  if (receipt !== undefined) refuseCancelled(receipt, input.path)
  const head = {
    outcome: receipt?.outcome ?? 'refused',
    counts: receipt?.counts ?? ({} as Receipt['counts']),
    receivedAt: receipt?.receivedAt ?? '',
    keyId: receipt?.signatures[0]?.keyId ?? '',
  }
  state.chunks = [...earlier, { ...sent, receipt: head }]
  await writeState(file, state)
  countIn(run, head.counts, sent.unsent, id)
  run.watcher.refusals(refusals)
  run.watcher.progress(to, sizeOf(input), run)
}

/** An empty addition makes no file. */
async function appendOrKeep(file: string, text: string): Promise<number> {
  if (text !== '') return await appendDurably(file, text)
  return sizeOfFile(file)
}

async function judge(run: Run, parcel: Parcel): Promise<void> {
  const { options } = run
  const asked = {
    to: options.to,
    mode: options.mode,
    ...(options.patience === undefined ? {} : { patience: options.patience }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }
  const answer = parcel.body === null ? null : await dryRun({ ...asked, body: parcel.body })
  countIn(run, answer?.counts ?? {}, parcel.unsent.length, parcel.id)
  run.watcher.refusals(
    await refusalsOf(
      parcel,
      (answer?.records ?? []).filter((record) => record.outcome === 'refused'),
    ),
  )
  run.watcher.progress(parcel.to, sizeOf(run.input), run)
}

function countIn(run: Run, counts: Readonly<Record<string, number>>, unsent: number, id: string): void {
  for (const [name, count] of Object.entries(counts)) run.counts[name] = (run.counts[name] ?? 0) + count
  run.unsent += unsent
  run.submissions += 1
  run.ids.push(id)
}

function result(run: Run, path: string, stored: boolean): PushResult {
  const refused = (run.counts['refused'] ?? 0) + run.unsent > 0
  return {
    ...{ file: path, ids: run.ids, submissions: run.submissions, counts: run.counts, unsent: run.unsent },
    refusedFile: stored && refused ? refusedPath(path) : null,
    receiptsFile: stored ? receiptsPath(path) : null,
  }
}

/** Every refused outcome of a submission, also where the receipt holds only the first of them. */
async function refusedOutcomes(options: PushOptions, receipt: Receipt): Promise<RecordOutcome[]> {
  if ((receipt.counts.refused ?? 0) === 0) return []
  const outcomes = await readOutcomes(options.to, receipt, options.patience, options.signal)
  return outcomes.filter((record) => record.outcome === 'refused')
}
