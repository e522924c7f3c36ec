import { coversRegion } from '@huijiao/identity'
import { canonicalize } from '@huijiao/merkle'
import { type ProblemCode, type ProblemDocument, recordProblem, type Words } from '@huijiao/problem'
import { type Entity, parseAttachmentsText, regionsInForce, regionsOf, type Release, splitRecord, validateRecord } from '@huijiao/standard'
import type { Caller, Hub } from './hub.ts'
import { isLegacy, judgedAsLegacy } from './legacy.ts'
import { aliasesOf, type Parent, parentsToHold } from './parents.ts'
import { digestOfKey, keyText } from './prepare-record.ts'
import type { StandardsInForce } from './standards.ts'
import type { WireVersion } from './versions-body.ts'
import type { OpenedTexts } from './wire-texts.ts'

/** What all records of one delivery share. */
export interface WireContext {
  readonly hub: Hub
  readonly caller: Caller
  /** What this node judges by; a record of the same release but another revision below is judged by the one that counts here. */
  readonly standards: StandardsInForce
  readonly at: Date
}

type Data = Record<string, unknown>

export const problemOf = (
  code: ProblemCode,
  index: number,
  detail: Words,
  more: { pointer?: string; value?: string; allowed?: string } = {},
) => recordProblem(code, { record: index, detail, ...more })

/** Problems, or what a record needs besides its line to be stored. */
export type Judged =
  | { readonly problems: readonly ProblemDocument[] }
  | {
      readonly keyDigest: Buffer | null
      readonly state: 'accepted' | 'pending_review' | 'doubtful' | 'held'
      readonly parents: readonly Parent[]
      readonly aliases: readonly Buffer[]
      readonly warnings: readonly ProblemDocument[]
    }

/** A withdrawal commits to an empty open text; a tombstone shows no text at all. */
export function judgeWithoutData({ record }: WireVersion, opened: OpenedTexts): Judged {
  const sound =
    record.operation === 'withdraw' ? record.texts === 'o' && (opened.open === '' || opened.hashed === 'o') : opened.hashed === record.texts
  return sound ? { keyDigest: null, state: 'accepted', parents: [], aliases: [], warnings: [] } : { problems: [] }
}

/** Judges the fields of an upsert as the edge judged them, and against what the sender may report. */
export function judgeData(context: WireContext, entity: Entity, { record }: WireVersion, opened: OpenedTexts, index: number): Judged {
  const { hub, caller, at } = context
  const data = readTexts(entity, opened)
  if (data === null || (opened.attachments !== null && parseAttachmentsText(opened.attachments) === null))
    return {
      problems: [
        problemOf('custody-invalid', index, {
          zh: '文本不是规范形式，或字段放错了隐私类别',
          en: 'A text is not in canonical form, or a field stands in another privacy class',
        }),
      ],
    }
  const release = context.standards.releases.get(record.release) as Release
  const hidden = hiddenFields(entity, opened)
  const found = validateRecord(release, entity, data, at)
  const problems = (isLegacy(record.flags) ? judgedAsLegacy(hub.policy(), found) : found)
    .filter((problem) => !hidden.has(problem.pointer?.replace(/^\/data\//, '') ?? ''))
    .map((problem) => ({ ...problem, record: index }))
  const regions = regionsOf(entity, data, regionsInForce(release, at))
  const own = regions.reporting ?? regions.inNumbers[0]
  const foreign = [
    ...(own === undefined || own === record.reportingRegion ? [] : [own]),
    ...(caller.above === undefined ? regions.inNumbers.filter((code) => !coversRegion(caller.regions, code)) : []),
  ][0]
  if (foreign !== undefined) {
    const detail =
      foreign === own
        ? {
            zh: `数据所在区域是 ${own}，所写上报区域是 ${record.reportingRegion}`,
            en: `The data lies in ${own}, the reporting region says ${record.reportingRegion}`,
          }
        : { zh: `编号中的 ${foreign} 不在该节点获授权的区域内`, en: `${foreign} in a number is not in the regions granted to this node` }
    problems.push({
      ...problemOf('region-not-granted', index, detail, { value: foreign, allowed: caller.regions.join(', ') }),
      record: index,
    })
  }
  if (entity.key.length === 0 && record.sourceId === null)
    problems.push({
      ...problemOf('record-malformed', index, {
        zh: '此表以 sourceId 为键，而记录没有 sourceId',
        en: 'The entity is keyed by sourceId, and the record has none',
      }),
      record: index,
    })
  if (problems.some((problem) => problem.severity === 'error')) return { problems }
  const doubtful = problems.some((problem) => problem.severity === 'doubt')
  return {
    keyDigest: entity.key.some((field) => hidden.has(field))
      ? null
      : digestOfKey(hub, keyText(record.stream, entity, data, record.sourceId ?? '')),
    state: doubtful ? 'doubtful' : hub.policy().rulesOf(entity.code).initialState,
    parents: parentsToHold(hub, entity, data),
    aliases: aliasesOf(hub, entity, data),
    warnings: problems,
  }
}

/** The fields of the texts that are here; null when a text is not the canonical form of its own class of fields. */
function readTexts(entity: Entity, opened: OpenedTexts): Data | null {
  const { open, named, sealed } = opened
  const hashed = opened.hashed.replace('a', '')
  if (open === null) return null
  try {
    let data: Data | null = null
    for (const text of [open, named, sealed]) {
      if (text === null) continue
      const value = JSON.parse(text) as unknown
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
      if (
        hashed !== '' &&
        (canonicalize(value) !== text || (data !== null && Object.keys(value).some((name) => Object.hasOwn(data as Data, name))))
      )
        return null
      // The first text is by far the longest: its object takes the members of the others, instead of a copy of all.
      data = data === null ? (value as Data) : Object.assign(data, value)
    }
    if (data === null) return null
    if (hashed !== '') return sealedNamesIn(entity, open) ? null : data
    const split = splitRecord(entity, data)
    return split.open === open && split.named === named && split.sealed === sealed ? data : null
  } catch {
    // Not JSON, or nested deeper than anything a record holds.
    return null
  }
}

/** Without the sealed text the classes cannot be split again; but a sealed field must not stand in the open text. */
function sealedNamesIn(entity: Entity, open: string): boolean {
  const names = new Set(Object.keys(JSON.parse(open) as object))
  return entity.fields.some((field) => field.privacy === 'sealed' && names.has(field.code))
}

const nothingHidden: ReadonlySet<string> = new Set()

/** Fields whose text came as its hash only, so that their absence is no fault. */
function hiddenFields(entity: Entity, { hashed }: OpenedTexts): ReadonlySet<string> {
  if (hashed === '') return nothingHidden
  const classes = new Set([hashed.includes('n') ? 'named' : '', hashed.includes('s') ? 'sealed' : ''])
  return new Set(entity.fields.filter((field) => classes.has(field.privacy)).map((field) => field.code))
}
