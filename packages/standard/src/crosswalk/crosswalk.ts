import type { Words } from '@huijiao/problem'
import type { Dictionary, Entity, Field, Release } from '../model.ts'
import type { CodeStep, Direction, EntityPair, FieldPair, FieldStep, ReleaseMapping } from './model.ts'

/** What is said of a step: what happens or why nothing does, on what basis, and whether that was inferred. */
export interface Said {
  readonly words: Words
  readonly basis: string
  readonly inferred: boolean
}

/** One field on its way. `to` null: nothing carries it. */
export interface FieldPath extends Said {
  readonly from: Field
  readonly to: Field | null
  readonly step: FieldStep | null
  /** `same`: under its own code; `renamed`: under another one; `rule`: the step changes it or fits only some values; `lost`: not mapped. */
  readonly how: 'same' | 'renamed' | 'rule' | 'lost'
  /** The other release has a field of this code, with another meaning or one that nobody states. */
  readonly clash: boolean
  /** The other table simply has no such field, and nothing is ruled. */
  readonly absent: boolean
}

export interface EntityPath extends Said {
  readonly from: Entity
  readonly to: Entity | null
  readonly fields: ReadonlyMap<string, FieldPath>
  /** Fields of the other table that nothing fills. */
  readonly unfilled: readonly { readonly field: Field; readonly words: Words | null }[]
}

/** One code on its way. */
export interface CodePath extends Said {
  readonly from: string
  readonly to: string | null
  readonly fit: 'same' | 'wider' | null
  readonly candidates: readonly string[]
  /** The other dictionary simply has no such code, and nothing is ruled. */
  readonly absent: boolean
}

/** The way from one release to another, for export. */
export interface Crosswalk {
  readonly from: Release
  readonly to: Release
  readonly basis: string
  readonly entities: ReadonlyMap<string, EntityPath>
  /** What becomes of a code; null where neither release lists it, so that it stays as it is. */
  codeOf(dictionary: string, code: string): CodePath | null
}

const known = new WeakMap<Release, WeakMap<Release, Crosswalk>>()

/**
 * The way from one release to another: by the mapping that the later one holds, or because one extends the other.
 * @returns null when nothing is known of how the two correspond
 */
export function crosswalk(from: Release, to: Release): Crosswalk | null {
  const made = known.get(from)?.get(to)
  if (made !== undefined) return made
  const way = wayBetween(from, to)
  if (way === null) return null
  const compiled = compile(from, to, way)
  if (!known.has(from)) known.set(from, new WeakMap())
  known.get(from)!.set(to, compiled)
  return compiled
}

interface Way {
  readonly direction: Direction
  readonly mapping: ReleaseMapping
  /** One of the two extends the other, so what both have is one. */
  readonly extension: boolean
}

const extensionBasis = 'The extension holds the national tables unchanged (basedOn)'

function wayBetween(from: Release, to: Release): Way | null {
  const forward = to.releaseMappings?.find((mapping) => mapping.with === from.id)
  if (forward !== undefined) return { direction: 'forward', mapping: forward, extension: false }
  const back = from.releaseMappings?.find((mapping) => mapping.with === to.id)
  if (back !== undefined) return { direction: 'back', mapping: back, extension: false }
  const extends_ = to.basedOn?.id === from.id
  if (!extends_ && from.basedOn?.id !== to.id) return null
  const mapping = { with: extends_ ? from.id : to.id, basis: extensionBasis, entities: [], fields: [], codes: [] }
  return { direction: extends_ ? 'forward' : 'back', mapping, extension: true }
}

function compile(from: Release, to: Release, way: Way): Crosswalk {
  const entities = new Map([...from.entities.values()].map((entity) => [entity.code, entityPath(entity, to, way)]))
  const codes = new Map(
    way.mapping.codes.filter((row) => row.direction === way.direction).map((row) => [`${row.dictionary} ${row.from}`, row]),
  )
  return {
    from,
    to,
    basis: way.mapping.basis,
    entities,
    codeOf(dictionary, code) {
      const [own, other] = [from.dictionaries.get(dictionary), to.dictionaries.get(dictionary)]
      return own === undefined || other === undefined ? null : codePath(own, other, code, codes.get(`${dictionary} ${code}`), to)
    },
  }
}

const sides = (direction: Direction) =>
  direction === 'forward' ? { from: 'earlier' as const, to: 'later' as const } : { from: 'later' as const, to: 'earlier' as const }

function entityPath(entity: Entity, to: Release, way: Way): EntityPath {
  const side = sides(way.direction)
  const row = way.mapping.entities.find((one) => one[side.from] === entity.code)
  const same = to.entities.get(entity.code)
  const renamed = row === undefined && same !== undefined && same.nameZh !== entity.nameZh && !way.extension
  const target = row !== undefined ? (to.entities.get(row[side.to] ?? '') ?? null) : renamed ? null : (same ?? null)
  const none = renamed
    ? {
        zh: `两版名称不同（${same.nameZh}），未说明是否同一`,
        en: 'its name differs in the two releases, and nobody states that they are one',
      }
    : { zh: `${to.id} 版没有此表`, en: `release ${to.id} has no such table` }
  const basis = renamed ? 'No ruling on this table' : wholeBasis(entity, target, way)
  const said =
    row === undefined
      ? { words: target === null ? none : { zh: '', en: '' }, basis, inferred: false }
      : saidOf(row, target === null ? none : { zh: '', en: '' })
  if (target === null) return { ...said, from: entity, to: null, fields: new Map(), unfilled: [] }
  const earlier = way.direction === 'forward' ? entity.code : target.code
  const rows = way.mapping.fields.filter((one) => one.entity === earlier)
  const fields = new Map(
    entity.fields.map((field) => [field.code, fieldPath(field, target, to, rows, way, wholeBasis(entity, target, way))]),
  )
  const filled = new Set([...fields.values()].map((path) => path.to?.code))
  const unfilled = target.fields
    .filter((field) => !filled.has(field.code))
    .map((field) => {
      const why = rows.find((one) => one[side.to] === field.code)
      return { field, words: why?.zh === undefined ? null : { zh: why.zh, en: why.en! } }
    })
  return { ...said, from: entity, to: target, fields, unfilled }
}

/** What holds for a table as a whole. */
function wholeBasis(entity: Entity, target: Entity | null, way: Way): string {
  if (way.extension) return extensionBasis
  return target !== null && target.version === entity.version
    ? 'Domain ruling: the enterprise, person and conduct tables are the same in both releases'
    : 'The tables of both releases as rebuilt (SOURCES.md)'
}

function saidOf(row: EntityPair | FieldPair | CodeStep, otherwise: Words): Said {
  return { words: row.zh === undefined ? otherwise : { zh: row.zh, en: row.en! }, basis: row.basis, inferred: row.inferred }
}

function fieldPath(field: Field, target: Entity, to: Release, rows: readonly FieldPair[], way: Way, tableBasis: string): FieldPath {
  const side = sides(way.direction)
  const row = rows.find((one) => one[side.from] === field.code)
  const fieldOf = (code: string | null) => target.fields.find((one) => one.code === code) ?? null
  const clash = fieldOf(field.code) !== null
  if (row !== undefined) {
    const step = row[way.direction]
    const other = step === null ? null : fieldOf(row[side.to])
    const how = other === null ? 'lost' : step !== 'copy' ? 'rule' : other.code === field.code ? 'same' : 'renamed'
    return {
      ...saidOf(row, { zh: '', en: '' }),
      from: field,
      to: other,
      step: other === null ? null : step,
      how,
      clash: clash && how === 'lost',
      absent: false,
    }
  }
  const same = fieldOf(field.code)
  const no = { from: field, to: null, step: null, how: 'lost' as const }
  if (same === null) {
    const words = { zh: `${to.id} 版的 ${target.code} 没有此字段`, en: `${target.code} of release ${to.id} has no such field` }
    return { ...no, clash: false, absent: true, words, basis: tableBasis, inferred: false }
  }
  if (!means(field, same)) {
    const words = {
      zh: `两版代码相同而名称、类型、字典或单位不同（${same.nameZh}），未说明是否同一`,
      en: 'name, type, dictionary or unit differ under one code, and nobody states that the two are one',
    }
    return { ...no, clash: true, absent: false, words, basis: 'No ruling on this field', inferred: false }
  }
  const whole = way.extension || tableBasis.startsWith('Domain ruling')
  const basis = whole ? tableBasis : 'Same code, Chinese name and type in both releases; no source states the correspondence'
  return {
    from: field,
    to: same,
    step: 'copy',
    how: 'same',
    clash: false,
    absent: false,
    words: { zh: '', en: '' },
    basis,
    inferred: !whole,
  }
}

/** Whether two fields of one code are taken for the same without a ruling. */
function means(a: Field, b: Field): boolean {
  return a.nameZh === b.nameZh && a.kind === b.kind && a.dictionary === b.dictionary && a.unit === b.unit
}

function codePath(own: Dictionary, other: Dictionary, code: string, row: CodeStep | undefined, to: Release): CodePath | null {
  if (row !== undefined) {
    const { candidates = [] } = row
    return {
      ...saidOf(row, { zh: '', en: '' }),
      from: code,
      to: row.to,
      fit: row.to === null ? null : (row.fit ?? 'same'),
      candidates,
      absent: false,
    }
  }
  const [from, same] = [own.codes.get(code), other.codes.get(code)]
  if (from === undefined) return null
  const no = { from: code, to: null, fit: null, candidates: [], inferred: false, absent: same === undefined }
  if (same === undefined)
    return {
      ...no,
      basis: 'The tables of both releases',
      words: { zh: `${to.id} 版的字典没有此代码`, en: `the dictionary of release ${to.id} has no such code` },
    }
  if (same.nameZh !== from.nameZh)
    return {
      ...no,
      basis: 'No ruling on this code',
      words: {
        zh: `两版名称不同（${from.nameZh}，${same.nameZh}），未说明是否同一`,
        en: 'its name differs in the two releases, and nobody states that they are one',
      },
    }
  return {
    from: code,
    to: code,
    fit: 'same',
    candidates: [],
    inferred: false,
    absent: false,
    basis: 'Same code and Chinese name in both releases',
    words: { zh: '', en: '' },
  }
}
