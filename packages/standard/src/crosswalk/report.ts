import type { Release } from '../model.ts'
import { type CodePath, crosswalk, type Crosswalk, type FieldPath, type Said } from './crosswalk.ts'
import type { FieldStep } from './model.ts'

interface SaidRow {
  readonly zh: string
  readonly en: string
  readonly basis: string
  readonly inferred: boolean
}

export interface FieldRow extends SaidRow {
  readonly field: string
  readonly name: string
  /** Null: lost. */
  readonly to: string | null
  readonly toName: string | null
  readonly how: FieldPath['how']
  readonly step: FieldStep | null
  /** Some values of it do not fit the other field: it is shorter there, has fewer digits, or takes one number only. */
  readonly narrower: boolean
}

export interface EntityRow extends SaidRow {
  readonly entity: string
  readonly name: string
  readonly to: string | null
  readonly toName: string | null
  readonly fields: readonly FieldRow[]
  /** What the other table has and nothing fills. */
  readonly unfilled: readonly {
    readonly field: string
    readonly name: string
    readonly mandatory: boolean
    readonly zh: string | null
    readonly en: string | null
  }[]
}

export interface CodeRow extends SaidRow {
  readonly dictionary: string
  readonly code: string
  readonly name: string
  readonly to: string | null
  readonly toName: string | null
  readonly how: 'same' | 'wider' | 'lost'
  readonly candidates: readonly string[]
}

/** What becomes of everything that one release can say, in the words of another. */
export interface MappingReport {
  readonly from: string
  readonly to: string
  readonly basis: string
  readonly counts: {
    readonly entities: { readonly mapped: number; readonly lost: number }
    readonly fields: Readonly<Record<FieldPath['how'], number>>
    readonly codes: Readonly<Record<CodeRow['how'], number>>
  }
  readonly entities: readonly EntityRow[]
  readonly codes: readonly CodeRow[]
}

/**
 * What maps one to one, what needs a rule, and what is lost from one release to another.
 * @returns null when nothing is known of how the two correspond
 */
export function mappingReport(from: Release, to: Release): MappingReport | null {
  const way = crosswalk(from, to)
  if (way === null) return null
  const entities = [...way.entities.values()].map((path): EntityRow => ({
    entity: path.from.code,
    name: path.from.nameZh,
    to: path.to?.code ?? null,
    toName: path.to?.nameZh ?? null,
    ...rowOf(path),
    fields: [...path.fields.values()].map(fieldRow),
    unfilled: path.unfilled.map(({ field, words }) => ({
      field: field.code,
      name: field.nameZh,
      mandatory: field.mandatory,
      zh: words?.zh ?? null,
      en: words?.en ?? null,
    })),
  }))
  const codes = [...from.dictionaries.values()].flatMap((dictionary) =>
    [...dictionary.codes.keys()].flatMap((code) => codeRow(way, dictionary.code, code) ?? []),
  )
  const count = <T extends { readonly how: string }>(rows: readonly T[], how: T['how']) => rows.filter((row) => row.how === how).length
  const fields = entities.flatMap((entity) => entity.fields)
  return {
    from: from.id,
    to: to.id,
    basis: way.basis,
    counts: {
      entities: {
        mapped: entities.filter((entity) => entity.to !== null).length,
        lost: entities.filter((entity) => entity.to === null).length,
      },
      fields: { same: count(fields, 'same'), renamed: count(fields, 'renamed'), rule: count(fields, 'rule'), lost: count(fields, 'lost') },
      codes: { same: count(codes, 'same'), wider: count(codes, 'wider'), lost: count(codes, 'lost') },
    },
    entities,
    codes,
  }
}

const rowOf = ({ words, basis, inferred }: Said): SaidRow => ({ ...words, basis, inferred })

function fieldRow(path: FieldPath): FieldRow {
  const { from, to, how, step } = path
  return {
    field: from.code,
    name: from.nameZh,
    to: to?.code ?? null,
    toName: to?.nameZh ?? null,
    how,
    step,
    narrower: to !== null && (step === 'one-number' || narrower(from, to)),
    ...rowOf(path),
  }
}

function narrower(from: FieldPath['from'], to: FieldPath['from']): boolean {
  if (to.length !== undefined && (from.length === undefined || to.length < from.length)) return true
  if (to.precision === undefined || from.precision === undefined) return false
  return to.scale! < from.scale! || to.precision - to.scale! < from.precision - from.scale!
}

/** Null where the other release has no such dictionary: its fields are lost as a whole. */
function codeRow(way: Crosswalk, dictionary: string, code: string): CodeRow | null {
  const path: CodePath | null = way.codeOf(dictionary, code)
  if (path === null) return null
  const nameIn = (release: Release, one: string | null) =>
    one === null ? null : (release.dictionaries.get(dictionary)?.codes.get(one)?.nameZh ?? null)
  const { to, fit, candidates } = path
  return {
    dictionary,
    code,
    name: nameIn(way.from, code)!,
    to,
    toName: nameIn(way.to, to),
    how: fit ?? 'lost',
    candidates,
    ...rowOf(path),
  }
}
