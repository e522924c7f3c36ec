import type { ProblemDocument, Words } from '@huijiao/problem'
import type { Entity, Field, Release } from '../model.ts'
import { escapePointer } from '../pointer.ts'
import { splitNumbers } from '../references.ts'
import { validateRecord } from '../validate/validate-record.ts'
import { type Crosswalk, crosswalk, type FieldPath, type Said } from './crosswalk.ts'

type Data = Readonly<Record<string, unknown>>

export type LossReason =
  | 'no-entity'
  | 'no-field'
  | 'not-mapped'
  | 'no-code'
  | 'wider-code'
  | 'time-of-day'
  | 'several-numbers'
  | 'too-long'
  | 'too-many-digits'

/** Something that the other release cannot say. The value itself is not repeated: it may be personal, and the record has it. */
export interface Lost {
  /** Into the record that was mapped: `/data/Field`; `/data` when the whole record is meant. */
  readonly pointer: string
  readonly field: string | null
  readonly name: string
  readonly reason: LossReason
  /** The value was carried over, but says less now. */
  readonly partly: boolean
  readonly candidates?: readonly string[]
  readonly zh: string
  readonly en: string
  readonly basis: string
  readonly inferred: boolean
}

/** Something in the result that the record did not say. */
export interface Assumed {
  readonly pointer: string
  readonly value: string
  readonly zh: string
  readonly en: string
  readonly basis: string
}

export interface MappedRecord {
  readonly from: string
  readonly to: string
  /** The table in the other release; null when it has none, and then `data` is empty. */
  readonly entity: string | null
  readonly data: Readonly<Record<string, unknown>>
  readonly lost: readonly Lost[]
  readonly assumed: readonly Assumed[]
  /** What the other release says of the result. */
  readonly problems: readonly ProblemDocument[]
}

/**
 * Says a record of one release in the words of another, for export: nobody rewrites a record under way. Nothing is invented, cut or guessed; what
 * cannot be said is listed with its reason, and what the result lacks or breaks is in `problems`.
 * @param data without members that are null
 * @param at now, for the validation of the result; null: the result is not judged, because some of its values are not the real ones
 * @throws Error when `from` has no such entity, or nothing is known of how the two releases correspond
 */
export function mapRecord(from: Release, to: Release, entity: string, data: Data, at: Date | null): MappedRecord {
  const way = crosswalk(from, to)
  if (way === null) throw new Error(`no mapping from release ${from.id} to ${to.id} is known`)
  const path = way.entities.get(entity)
  if (path === undefined) throw new Error(`release ${from.id} has no entity ${entity}`)
  const lost: Lost[] = []
  const assumed: Assumed[] = []
  const ids = { from: from.id, to: to.id }
  if (path.to === null) {
    lost.push({ pointer: '/data', field: null, name: path.from.nameZh, reason: 'no-entity', partly: false, ...said(path) })
    return { ...ids, entity: null, data: {}, lost, assumed, problems: [] }
  }
  const mapped: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(data)) {
    const field = path.fields.get(name)
    if (field === undefined) {
      lost.push(unknownMember(path.from, name))
      continue
    }
    const carried = carry(way, field, value)
    if (carried.lost !== undefined) lost.push({ pointer: `/data/${name}`, field: name, name: field.from.nameZh, ...carried.lost })
    if (carried.value === undefined) continue
    mapped[field.to!.code] = carried.value
    if (field.step === 'day-start' && carried.value !== value)
      assumed.push({ pointer: `/data/${field.to!.code}`, value: carried.value as string, ...field.words, basis: field.basis })
  }
  const ordered = Object.fromEntries(path.to.fields.flatMap(({ code }) => (code in mapped ? [[code, mapped[code]]] : [])))
  return {
    ...ids,
    entity: path.to.code,
    data: ordered,
    lost,
    assumed,
    problems: at === null ? [] : validateRecord(to, path.to, ordered, at),
  }
}

type Loss = Omit<Lost, 'pointer' | 'field' | 'name'>
interface Carried {
  readonly value?: unknown
  readonly lost?: Loss
}

const said = ({ words, basis, inferred }: Said) => ({ ...words, basis, inferred })
const loss = (reason: LossReason, words: Words, of: Pick<Said, 'basis' | 'inferred'>, partly = false): Loss => ({
  reason,
  partly,
  ...words,
  basis: of.basis,
  inferred: of.inferred,
})

function unknownMember(entity: Entity, name: string): Lost {
  const words = {
    zh: `${entity.release} 版的 ${entity.code} 没有此字段`,
    en: `${entity.code} of release ${entity.release} has no such field`,
  }
  return {
    pointer: `/data/${escapePointer(name)}`,
    field: null,
    name: name.slice(0, 100),
    ...loss('no-field', words, { basis: 'The table of the release', inferred: false }),
  }
}

function carry(way: Crosswalk, path: FieldPath, value: unknown): Carried {
  if (path.to === null) return { lost: { reason: path.absent ? 'no-field' : 'not-mapped', partly: false, ...said(path) } }
  // Not even a text: it is the validation that says so.
  if (typeof value !== 'string') return { value }
  if (path.from.kind === 'code' && path.from.dictionary !== undefined) return carryCode(way, path.from.dictionary, value)
  if (path.step === 'one-number' && splitNumbers(value).length > 1) return { lost: loss('several-numbers', path.words, path) }
  if (path.step === 'day') return carryDay(path, value)
  if (path.step === 'day-start') return { value: /^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00:00+08:00` : value }
  const tight = tooLarge(path.to, value)
  return tight === null ? { value } : { lost: tight }
}

function carryCode(way: Crosswalk, dictionary: string, value: string): Carried {
  const step = way.codeOf(dictionary, value)
  if (step === null) return { value }
  const { candidates } = step
  if (step.to === null)
    return {
      lost: {
        ...loss(step.absent ? 'no-code' : 'not-mapped', step.words, step),
        ...(candidates.length === 0 ? {} : { candidates }),
      },
    }
  return { value: step.to, ...(step.fit === 'wider' ? { lost: loss('wider-code', step.words, step, true) } : {}) }
}

const shanghaiMs = 8 * 3_600_000

/** The day in Asia/Shanghai; nothing is lost of an instant with which that day begins. */
function carryDay(path: FieldPath, value: string): Carried {
  const at = Date.parse(value)
  if (Number.isNaN(at) || !value.includes('T')) return { value }
  const local = new Date(at + shanghaiMs).toISOString()
  const day = local.slice(0, 10)
  return local.endsWith('T00:00:00.000Z') ? { value: day } : { value: day, lost: loss('time-of-day', path.words, path, true) }
}

/** What does not fit is not cut to fit. */
function tooLarge(field: Field, value: string): Loss | null {
  const basis = { basis: `${field.code} ${field.sourceType}`, inferred: false }
  if (field.length !== undefined && [...value].length > field.length)
    return loss(
      'too-long',
      { zh: `长于 ${field.length} 个字符，不作截断`, en: `longer than ${field.length} characters, and nothing is cut` },
      basis,
    )
  if (field.precision === undefined || field.kind !== 'decimal') return null
  const [, whole = '', fraction = ''] = /^-?(\d+)(?:\.(\d+))?$/.exec(value) ?? []
  if (whole.replace(/^0+/, '').length <= field.precision - field.scale! && fraction.replace(/0+$/, '').length <= field.scale!) return null
  return loss(
    'too-many-digits',
    { zh: `超出 ${field.sourceType}，不作取舍`, en: `does not fit ${field.sourceType}, and nothing is rounded` },
    basis,
  )
}
