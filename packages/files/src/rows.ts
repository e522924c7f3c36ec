import { type FilePlace, type ProblemDocument, recordProblem } from '@huijiao/problem'
import type { Entity, Field, Release } from '@huijiao/standard'
import type { CellContent, CellRow } from './cell.ts'
import { type Column, letterOf, type Member } from './columns.ts'
import { convertCell } from './values.ts'

/** What all rows of one sheet share. */
export interface RowContext {
  readonly release: Release
  readonly entity: Entity
  readonly columns: readonly Column[]
  readonly sheet?: string
}

export interface RowRecord {
  readonly place: FilePlace
  readonly record: Record<string, unknown>
  readonly problems: ProblemDocument[]
  readonly size: number
}

/** A row without a value of its own in any known column. */
export function isBlank(context: RowContext, row: CellRow): boolean {
  if (row.fault !== undefined) return false
  return context.columns.every(({ target, index }) => target === null || (row.cells.get(index)?.kind ?? 'merged') === 'merged')
}

/** Makes the record of a row. */
export function recordOfRow(context: RowContext, row: CellRow): RowRecord {
  const { release, entity, columns, sheet } = context
  const place: FilePlace = { ...(sheet === undefined ? {} : { sheet }), row: row.number }
  if (row.fault !== undefined) return { place, record: { entity: entity.code }, problems: [rowFault(row.fault)], size: 0 }
  const data: Record<string, unknown> = {}
  const members: Partial<Record<Member, unknown>> = {}
  const problems: ProblemDocument[] = []
  let size = 0
  for (const { index, target } of columns) {
    const content = row.cells.get(index)
    if (target === null || content === undefined) continue
    if (content.kind === 'text') size += content.text.length
    if ('member' in target) {
      members[target.member] = memberValue(target.member, content)
      continue
    }
    const { field } = target
    const { value, problem } = convertCell(
      field,
      content,
      field.dictionary === undefined ? undefined : release.dictionaries.get(field.dictionary),
    )
    if (problem !== undefined) problems.push(problem)
    else data[field.code] = value
  }
  return { place, record: arrange(entity, members, data, place), problems, size: size + columns.length * 16 }
}

function rowFault(fault: NonNullable<CellRow['fault']>): ProblemDocument {
  if (fault === 'too-long')
    return recordProblem('record-too-large', { pointer: '', detail: { zh: '本行超过 1 MiB', en: 'The row has more than 1 MiB' } })
  return recordProblem('row-malformed', {
    rule: 'file.row',
    pointer: '',
    detail:
      fault === 'encoding'
        ? { zh: '本行的文字与文件其余部分编码不同', en: 'The text of this row has another encoding than the rest of the file' }
        : { zh: '本行有引号没有配对', en: 'A quote of this row is never closed' },
  })
}

function memberValue(member: Member, content: CellContent): unknown {
  const text = content.kind === 'text' || content.kind === 'number' ? content.text : content.kind === 'boolean' ? String(content.value) : ''
  if (member === 'sourceVersion' && /^\d{1,15}$/.test(text)) return Number(text)
  if (member === 'operation') return operations[text.trim().toLowerCase()] ?? text
  return text
}

const operations: Readonly<Record<string, string>> = {
  upsert: 'upsert',
  报送: 'upsert',
  新增: 'upsert',
  修改: 'upsert',
  withdraw: 'withdraw',
  撤回: 'withdraw',
}

/** Puts the members in the order of the contract. A withdrawal keeps the fields of its key only. */
function arrange(entity: Entity, members: Partial<Record<Member, unknown>>, data: Record<string, unknown>, place: FilePlace) {
  const operation = members.operation ?? 'upsert'
  const sourceId = members.sourceId ?? defaultSourceId(entity, data, place)
  const { sourceVersion, enteredBy, reason } = members
  return {
    entity: entity.code,
    operation,
    ...(sourceId === undefined ? {} : { sourceId }),
    ...(sourceVersion === undefined ? {} : { sourceVersion }),
    ...(enteredBy === undefined ? {} : { enteredBy }),
    ...(operation === 'withdraw'
      ? { key: Object.fromEntries(entity.key.flatMap((code) => (data[code] === undefined ? [] : [[code, data[code]]]))) }
      : { data }),
    ...(reason === undefined ? {} : { reason }),
  }
}

/**
 * The row's id when there is no column for it: the business key where nothing in it is personal, else the place in the file (receipts echo
 * it). An entity that has no business key is keyed by this id, so there it must be given.
 */
function defaultSourceId(entity: Entity, data: Readonly<Record<string, unknown>>, place: FilePlace): string | undefined {
  if (entity.key.length === 0) return undefined
  const fields = entity.key.map((code) => entity.fields.find((field) => field.code === code) as Field)
  const values = fields.map((field) => data[field.code])
  if (fields.some((field) => field.privacy !== 'open') || values.some((value) => typeof value !== 'string' || value === ''))
    return `${place.sheet ?? 'row'}!${place.row}`.slice(0, 100)
  return [...values.join('|')].slice(0, 100).join('')
}

/**
 * Joins what the reader found wrong with a row's cells to what is found wrong with its record, and gives every problem its cell. A cell that
 * the reader could not take has no value in the record, so what is said of the missing value is left out.
 */
export function joinProblems(
  row: { readonly place: FilePlace; readonly problems: readonly ProblemDocument[] },
  columns: readonly Column[],
  others: readonly ProblemDocument[],
): ProblemDocument[] {
  const covered = new Set(row.problems.map((problem) => problem.pointer))
  const own = covered.has('') ? [] : others.filter((problem) => !covered.has(problem.pointer))
  return [...row.problems, ...own].map((problem) => ({ ...problem, place: placeOfPointer(columns, row.place, problem.pointer) }))
}

/** Completes a problem of a record with the cell its pointer leads to. */
export function placeOfPointer(columns: readonly Column[], place: FilePlace, pointer: string | undefined): FilePlace {
  const [, top, name] = (pointer ?? '').split('/')
  const wanted = top === 'data' || top === 'key' ? name : top
  const column = columns.find(({ target }) => target !== null && ('field' in target ? target.field.code : target.member) === wanted)
  if (column === undefined) return place
  return { ...place, cell: `${letterOf(column.index)}${place.row}`, column: column.header }
}
