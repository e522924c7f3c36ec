import { firstNotCovered, keyedDigest } from '@huijiao/identity'
import { commitment, textHash } from '@huijiao/merkle'
import { type ProblemDocument, recordProblem } from '@huijiao/problem'
import {
  attachmentsOf,
  attachmentsText,
  businessKey,
  type Entity,
  keyProblems,
  levelClaim,
  notARecord,
  regionNotGranted,
  regionsInForce,
  regionsOf,
  type Release,
  shapeProblems,
  splitRecord,
  type SplitTexts,
  unknownEntity,
  validateRecord,
  withEnglishBasis,
  withoutNulls,
} from '@huijiao/standard'
import type { Caller, Hub } from './hub.ts'

import { digestOfKey } from './key-digest.ts'
import { judgedAsLegacy, legacyFlag } from './legacy.ts'
import { aliasesOf, parentsToHold } from './parents.ts'
import type { PreparedRecord, PreparedVersion } from './prepared.ts'
import type { RawRecord } from './raw-records.ts'
import { newRecordId, randomSlice } from './record-id.ts'

export { digestOfKey } from './key-digest.ts'

/** What judging a record needs of its node; all of it can be told to another thread. */
export type JudgingHub = Pick<Hub, 'digestSecret' | 'policy'> & { readonly node: Pick<Hub['node'], 'tier'> }

/** What all records of one submission share. */
export interface RecordContext {
  readonly hub: JudgingHub
  readonly release: Release
  readonly caller: Pick<Caller, 'kind' | 'keyId' | 'regions'>
  readonly sourceNo: number
  /** `<origin node>/<participant>` */
  readonly stream: string
  readonly at: Date
  /** Existing stock, told as such by its sender. */
  readonly legacy?: boolean
}

type Members = Record<string, unknown>

const noSalt = Buffer.alloc(16)
const emptySalts = Buffer.alloc(48)

/** Judges one record of a business system and, when nothing is wrong with it, makes it ready to be stored. */
export function prepareRecord(context: RecordContext, raw: RawRecord): PreparedRecord {
  if ('tooLong' in raw.content) {
    return refuse(raw.index, null, [
      recordProblem('record-too-large', {
        record: raw.index,
        pointer: '',
        value: raw.content.tooLong,
        detail: { zh: `本条记录 ${raw.content.tooLong} 字节`, en: `The record has ${raw.content.tooLong} bytes` },
      }),
    ])
  }
  if ('fault' in raw.content) {
    const { code, pointer, detail } = raw.content.fault
    const own = code === 'json-malformed' || code === 'json-duplicate-key' || code === 'json-too-deep' ? 'line-malformed' : code
    return refuse(raw.index, null, [recordProblem(own, { record: raw.index, pointer, detail })])
  }
  const read = readRecord(raw.index, raw.content.value)
  if ('problems' in read) return refuse(raw.index, read.members, read.problems)
  const { members } = read
  const entity = context.release.entities.get(members['entity'] as string)
  if (entity === undefined) return refuse(raw.index, members, [unknownEntity(context.release, members['entity'] as string, raw.index)])
  return members['operation'] === 'withdraw'
    ? prepareWithdrawal(context, raw.index, entity, members)
    : prepareUpsert(context, raw.index, entity, members)
}

function prepareUpsert(context: RecordContext, index: number, entity: Entity, members: Members): PreparedRecord {
  const data = members['data'] as Members
  const found = validateRecord(context.release, entity, data, context.at)
  const problems: ProblemDocument[] = (context.legacy === true ? judgedAsLegacy(context.hub.policy(), found) : found).map((problem) => ({
    ...problem,
    record: index,
  }))
  const level = levelClaim(context.hub.policy().document.claims, context.hub.node.tier, data)
  if (level !== null) problems.push({ ...withEnglishBasis(level, context.hub.policy().served), record: index })
  if (problems.some((problem) => problem.severity === 'error')) return refuse(index, members, problems)
  const region = grantedRegion(context, index, regionsOf(entity, data, regionsInForce(context.release, context.at)), '/data')
  if ('problem' in region) return refuse(index, members, [...problems, region.problem])
  const sourceId = members['sourceId'] as string
  const doubtful = problems.some((problem) => problem.severity === 'doubt')
  const rules = context.hub.policy().rulesOf(entity.code, data)
  const named = attachmentsOf(members['attachments'])
  const texts = { ...splitRecord(entity, data), attachments: named === null ? null : attachmentsText(named) }
  return {
    prepared: {
      ...committed(context, entity, 'upsert', texts),
      index,
      entity: entity.code,
      keyDigest: digestOfKey(context.hub, keyText(context.stream, entity, data, sourceId)),
      state: doubtful ? 'doubtful' : rules.initialState,
      onChange: rules.onChange,
      reportingRegion: region.code,
      ...fromMembers(context, members),
      parents: parentsToHold(context.hub, entity, data),
      aliases: aliasesOf(context.hub, entity, data),
      problems,
    },
  }
}

function prepareWithdrawal(context: RecordContext, index: number, entity: Entity, members: Members): PreparedRecord {
  const key = (members['key'] ?? {}) as Members
  const problems = keyProblems(entity, members['key']).map((problem) => ({ ...problem, record: index }))
  if (problems.length > 0) return refuse(index, members, problems)
  const region = grantedRegion(context, index, regionsOf(entity, key, regionsInForce(context.release, context.at)), '/key')
  if ('problem' in region) return refuse(index, members, [region.problem])
  return {
    prepared: {
      ...committed(context, entity, 'withdraw', { open: '', named: null, sealed: null }),
      index,
      entity: entity.code,
      keyDigest: digestOfKey(context.hub, keyText(context.stream, entity, key, members['sourceId'] as string)),
      state: 'accepted',
      reportingRegion: region.code,
      ...fromMembers(context, members),
      parents: [],
      problems: [],
    },
  }
}

/** Canonical business key. The sender's row id means something only together with the sender. */
export function keyText(stream: string, entity: Entity, data: Members, sourceId: string): string {
  const key = businessKey(entity, data, sourceId)
  return entity.key.length === 0 ? `${stream}\0${key.text}` : key.text
}

/** What `unchanged` compares: keyed, because an unsalted digest of a short text can be guessed. 16 bytes. */
export function contentMac(hub: Pick<Hub, 'digestSecret'>, operation: string, release: string, texts: Texts): Buffer {
  const { open, named, sealed, attachments = null } = texts
  const pieces = [operation, release, open ?? '', named ?? '', sealed ?? '']
  return keyedDigest(hub.digestSecret, 'content', attachments === null ? pieces : [...pieces, attachments]).subarray(0, 16)
}

export interface Texts {
  readonly open: string | Uint8Array | null
  readonly named: string | Uint8Array | null
  readonly sealed: string | Uint8Array | null
  /** Canonical list of the attachments; absent or null: none. */
  readonly attachments?: string | null
}

/** The bytes that are hashed, compared and stored: encoded once. */
function utf8Of(text: string | null): Buffer | null {
  if (text === null) return null
  // A lone surrogate would be stored as U+FFFD without a word.
  if (!text.isWellFormed()) throw new RangeError('a text has a lone surrogate')
  return Buffer.from(text)
}

function committed(
  context: RecordContext,
  entity: Entity,
  operation: 'upsert' | 'withdraw',
  split: SplitTexts & { readonly attachments?: string | null },
) {
  const { attachments = null } = split
  const texts = { open: utf8Of(split.open), named: utf8Of(split.named), sealed: utf8Of(split.sealed), attachments }
  const salts = attachments === null ? Buffer.from(emptySalts) : Buffer.alloc(64)
  const hash = (text: string | Buffer | null, at: number): Buffer | null => {
    if (text === null) return null
    const salt = randomSlice(16)
    salts.set(salt, at * 16)
    return textHash(salt, text)
  }
  return {
    operation,
    recordId: null,
    freshRecordId: newRecordId(context.at),
    sourceNo: context.sourceNo,
    stream: context.stream,
    place: null,
    release: entity.release,
    ...texts,
    salts,
    textHashes: null,
    commitment: commitment({
      open: hash(texts.open, 0),
      named: hash(texts.named, 1),
      sealed: hash(texts.sealed, 2),
      attachments: hash(attachments, 3),
    }),
    contentMac: contentMac(context.hub, operation, entity.release, texts),
    flags: context.legacy === true ? [legacyFlag] : null,
  } satisfies Partial<PreparedVersion>
}

function fromMembers({ caller }: Pick<RecordContext, 'caller'>, members: Members) {
  return {
    sourceVersion: (members['sourceVersion'] as number | undefined) ?? null,
    sourceId: members['sourceId'] as string,
    enteredBy: (members['enteredBy'] as string | undefined) ?? (caller.kind === 'operators' ? caller.keyId : null),
    reason: (members['reason'] as string | undefined) ?? null,
  }
}

/** The region a record is reported for, when the caller may report for it and for every region inside its numbers. */
function grantedRegion(
  context: RecordContext,
  index: number,
  regions: ReturnType<typeof regionsOf>,
  at: '/data' | '/key',
): { code: string } | { problem: ProblemDocument } {
  const own = regions.reporting ?? regions.inNumbers[0] ?? (context.caller.regions[0] as string)
  const foreign = firstNotCovered(context.caller.regions, [own, ...regions.inNumbers])
  if (foreign === undefined) return { code: own }
  return { problem: { ...regionNotGranted(foreign, context.caller.regions, at), record: index } }
}

function refuse(index: number, members: Members | null, problems: readonly ProblemDocument[]): PreparedRecord {
  const text = (member: unknown) =>
    typeof member === 'string' && member.length <= 200 && member.isWellFormed() && !member.includes('\0') ? member : null
  return { refused: { index, entity: text(members?.['entity']), sourceId: text(members?.['sourceId']), problems } }
}

/** Checks the members around the data, after `null` members are removed. */
function readRecord(index: number, value: unknown): { members: Members } | { members: Members | null; problems: ProblemDocument[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { members: null, problems: [notARecord(index)] }
  const members = { ...withoutNulls(value as Members) }
  const problems = shapeProblems(members, index)
  if (problems.length > 0) return { members, problems }
  const { data } = members
  if (typeof data === 'object' && data !== null) members['data'] = withoutNulls(data as Members)
  return { members }
}

/** Zero bytes where a text has no salt. Texts: open, named, sealed, attachments. */
export const saltAt = (salts: Buffer, at: 0 | 1 | 2 | 3): Buffer =>
  salts.length >= at * 16 + 16 ? salts.subarray(at * 16, at * 16 + 16) : noSalt
