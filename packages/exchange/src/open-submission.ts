import { setImmediate } from 'node:timers/promises'
import { canonicalize } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import type { Release } from '@huijiao/standard'
import type { BodyNotes, ReceivedBody } from './body.ts'
import { readEnvelope } from './envelope.ts'
import { atItsCell, openFileBody, sizeOfRow, withId } from './file-records.ts'
import type { Caller, Hub } from './hub.ts'
import { checkLegacy } from './legacy.ts'
import { prepareApart } from './prepare-apart.ts'
import { prepareRecord, type RecordContext } from './prepare-record.ts'
import { openVersions, type VersionsBody } from './prepare-versions.ts'
import type { Lent } from './prepared-columns.ts'
import type { PreparedRecord } from './prepared.ts'
import { openBody, type RawRecord } from './raw-records.ts'
import { sourceNoOf } from './source.ts'
import { type JudgedBy, judgedBy, type Pins, type StandardsInForce } from './standards.ts'

/** An opened submission: its facts and a way to read prepared records from a place on. */
export interface Opened {
  readonly id: string
  readonly standard: string
  readonly kind: 'records' | 'versions'
  readonly envelope: string
  /** The revisions of the standard by which it is judged to its end. */
  readonly pins: Pins
  readonly judgedBy: readonly JudgedBy[]
  records(from: { readonly byte: number; readonly record: number }): AsyncGenerator<Prepared>
  /** The records as they were read, not judged; absent between nodes. */
  readonly raw?: () => AsyncIterable<RawRecord>
  /** Node to node: proofs to be kept with the part. */
  readonly versions: VersionsBody | null
  /** Existing stock, told as such by its sender. */
  readonly legacy: boolean
  /** Of a file of rows, or of JSON that is not UTF-8: what its reader tells of it. */
  readonly file?: BodyNotes
}

export interface Prepared {
  readonly record: PreparedRecord
  readonly byteFrom: number
  readonly byteTo: number
  /** Bytes it takes, where the range does not tell. */
  readonly size?: number
  /** Set when the record is a view of memory that is used again: see `giveBack`. */
  readonly lent?: Lent
}

/** Bytes of records from which on they are read and judged beside the thread that stores them. */
const worthAThread = 1024 ** 2

/** Records that are validated in one turn of the event loop; about a millisecond's work. */
const recordsPerTurn = 64

/** @param pins what a submission under way began with; absent for one that begins, which takes what counts now */
export async function openSubmission(hub: Hub, caller: Caller, body: ReceivedBody, pins?: Pins | null): Promise<Opened> {
  const standards = pins === undefined ? await hub.shelf.current() : await hub.shelf.pinned(pins)
  const { releases } = standards
  if (body.media === 'versions') return openNodeSubmission(hub, caller, body, standards)
  const json = body.file === undefined ? await openBody(body) : null
  const envelope = json === null ? readEnvelope(withId(caller, body), 'parameters') : readEnvelope(json.envelope)
  const legacy = envelope.legacy === true
  // One under way goes on whatever becomes of the permission.
  if (legacy && pins === undefined) checkLegacy(caller, hub.clock.now())
  const release = releases.get(envelope.standard)
  if (release === undefined) {
    throw new Problem(
      'standard-unknown',
      {
        zh: `没有“${envelope.standard.slice(0, 60)}”版；可用：${[...releases.keys()].join('、')}`,
        en: `There is no release "${envelope.standard.slice(0, 60)}"; served: ${[...releases.keys()].join(', ')}`,
      },
      { pointer: '/standard', value: envelope.standard.slice(0, 60), allowed: [...releases.keys()].join('；') },
    )
  }
  const opened = json ?? (await openFileBody(body, release))
  const peek = opened.records({ byte: 0, record: 0 })
  const first = await peek.next()
  await peek.return(undefined) // else the body's file stays open
  if (first.done === true)
    throw new Problem(
      'submission-empty',
      { zh: '批次中一条记录也没有', en: 'There is not one record in the submission' },
      { pointer: '/records' },
    )
  return {
    id: envelope.id,
    standard: envelope.standard,
    kind: 'records',
    envelope: canonicalize({
      ...envelope,
      ...(body.file === undefined ? {} : { file: body.file.options }),
      ...(body.encoding === undefined ? {} : { encoding: body.encoding }),
    }),
    ...('notes' in opened
      ? { file: opened.notes }
      : body.encoding === undefined
        ? {}
        : { file: { kind: body.media, encoding: 'GB18030' } }),
    pins: { [release.id]: standards.pins[release.id] as number },
    judgedBy: judgedBy(standards, release.id),
    versions: null,
    legacy,
    raw: () => opened.records({ byte: 0, record: 0 }),
    async *records(from) {
      const context = { ...(await recordContext(hub, caller, release)), legacy }
      let count = 0
      let rest = from
      if ('slabs' in opened && opened.slabs !== undefined && body.decodedBytes - from.byte > worthAThread)
        rest = yield* prepareApart(context, opened.slabs(from.byte), from.record)
      for await (const raw of opened.records(rest)) {
        // Validating is one long stretch of work: in between, the database's answers and other requests get their turn.
        if ((count += 1) % recordsPerTurn === 0) await setImmediate()
        const record = prepareRecord(context, raw)
        const range = { byteFrom: raw.byteFrom, byteTo: raw.byteTo }
        yield raw.row === undefined ? { record, ...range } : { record: atItsCell(record, raw), ...range, ...sizeOfRow(raw) }
      }
    },
  }
}

async function openNodeSubmission(hub: Hub, caller: Caller, body: ReceivedBody, standards: StandardsInForce): Promise<Opened> {
  const versions = await openVersions(hub, caller, body, standards)
  return {
    id: versions.id,
    standard: 'versions',
    kind: 'versions',
    envelope: versions.envelope,
    pins: standards.pins,
    judgedBy: judgedBy(standards),
    versions,
    legacy: false,
    async *records(from) {
      const records = versions.records
      for (let index = from.record; index < records.length; index += 1) {
        yield { record: records[index] as PreparedRecord, byteFrom: index === 0 ? 0 : body.decodedBytes, byteTo: body.decodedBytes }
      }
    },
  }
}

async function recordContext(hub: Hub, caller: Caller, release: Release): Promise<RecordContext> {
  const sourceNo = await sourceNoOf(hub.db, hub.node.name, caller.participantId)
  return { hub, release, caller, sourceNo, stream: `${hub.node.name}/${caller.participantId}`, at: hub.clock.now() }
}
