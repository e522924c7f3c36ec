import { Problem } from '@huijiao/problem'
import type { Entity } from '@huijiao/standard'
import { type Column, headerScore, letterOf, readColumns } from './columns.ts'
import type { SheetNotes } from './table.ts'

export interface Header {
  /** 1-based rows it stands in: one, or two when the codes stand beneath the names. */
  readonly rows: readonly number[]
  readonly columns: readonly Column[]
}

/**
 * Finds the header among a sheet's first rows: the first row in which at least two cells (or one of two) name fields, and the row after
 * it when that names as many. Rows above it are titles.
 * @throws Problem file-columns-invalid
 */
export function findHeader(
  entity: Entity,
  rows: readonly { readonly number: number; readonly cells: readonly string[] }[],
  where: { zh: string; en: string },
): Header {
  const scored = rows.map((row) => ({
    ...row,
    score: headerScore(entity, row.cells),
    filled: row.cells.filter((cell) => cell.trim() !== '').length,
  }))
  const at = scored.findIndex(({ score, filled }) => score >= 2 || (score === 1 && filled <= 2))
  const first = scored[at]
  if (first === undefined) throw noHeader(entity, scored[0]?.cells ?? [], where)
  const second = scored[at + 1]
  const two = second !== undefined && second.score >= 2 && second.score * 2 >= second.filled && second.number === first.number + 1
  const both = two ? [first, second] : [first]
  return {
    rows: both.map((row) => row.number),
    columns: readColumns(
      entity,
      both.map((row) => row.cells),
      where,
    ),
  }
}

function noHeader(entity: Entity, first: readonly string[], where: { zh: string; en: string }): Problem {
  const seen = first
    .filter((cell) => cell.trim() !== '')
    .slice(0, 8)
    .map((cell) => cell.slice(0, 30))
    .join('、')
  const wanted = entity.fields.slice(0, 3)
  return new Problem('file-columns-invalid', {
    zh: `${where.zh}前 20 行中没有 ${entity.code}（${entity.nameZh}）的表头${seen === '' ? '' : `；首行是：${seen}`}；应有如 ${wanted.map((field) => `${field.nameZh}（${field.code}）`).join('、')}`,
    en: `${where.en}none of the first 20 rows is a header of ${entity.code}${seen === '' ? '' : `; the first row is: ${seen}`}; it has fields such as ${wanted.map((field) => field.code).join(', ')}`,
  })
}

/** What an answer says of a header: columns whose values are not taken, mandatory fields without a column. */
export function headerNotes(entity: Entity, header: Header, sheet?: string): SheetNotes {
  const top = header.rows[0] as number
  const unknown = header.columns.filter((column) => column.target === null)
  const known = new Set(header.columns.flatMap(({ target }) => (target !== null && 'field' in target ? [target.field.code] : [])))
  const missing = entity.fields.filter((field) => field.mandatory && field.kind !== 'attachment' && !known.has(field.code))
  return {
    ...(sheet === undefined ? {} : { sheet }),
    entity: entity.code,
    headerRows: header.rows,
    columns: header.columns.length - unknown.length,
    ...(unknown.length === 0
      ? {}
      : {
          unknownColumns: unknown.map((column) => ({
            column: column.header,
            cell: `${letterOf(column.index)}${top}`,
            near: column.near.map((field) => `${field.nameZh}（${field.code}）`),
          })),
        }),
    ...(missing.length === 0 ? {} : { missingColumns: missing.map((field) => `${field.nameZh}（${field.code}）`) }),
  }
}
