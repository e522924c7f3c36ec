import { type CellToWrite, type SheetToWrite, sheetNameOf, writeWorkbook } from '@huijiao/files'
import type { ProblemCode } from '@huijiao/problem'
import { type Entity, type Field, releases, type Release } from '@huijiao/standard'
import { type BadCase, badCases, type Patterns } from './bad-cases.ts'
import { badLine, mendedLine, patternsOf } from './bad-file.ts'
import type { SampleRecord } from './filing.ts'

type Cell = CellToWrite['value']

/** Mistakes of NDJSON that a cell cannot make: there an empty text is no value, a number is a number, and the entity is the sheet's name. */
const notInCells: ReadonlySet<ProblemCode> = new Set([
  'field-empty',
  'field-unknown',
  'type-wrong',
  'problems-many',
  'entity-unknown',
  'line-malformed',
  'number-unsafe',
])

/** What only a workbook can do to a record. The mended cell is the pattern's own value. */
const cellCases: readonly {
  readonly code: ProblemCode
  readonly field: string
  readonly spoil: (value: string) => Cell
  readonly merged?: true
}[] = [
  { code: 'cell-number-damaged', field: 'PrjTypeNum', spoil: (value) => Number(value) },
  { code: 'cell-error', field: 'BuildCorpName', spoil: () => ({ error: '#REF!' }) },
  { code: 'cell-merged', field: 'PrjApprovalDepart', spoil: () => null, merged: true },
]

/** One row of a sheet: values by field, and what stands around them. */
interface Row {
  readonly entity: string
  readonly sourceId: string
  readonly operation: string
  readonly reason: string
  readonly cells: Readonly<Record<string, Cell>>
  readonly merged?: string
}

/** Codes that the workbook shows, one a row, by the row's id `BAD-<code>`. */
export const codesInWorkbook: readonly ProblemCode[] = [
  ...badCases.filter((one) => inCells(one)).map((one) => one.code),
  ...cellCases.map((one) => one.code),
]

function inCells(badCase: BadCase): boolean {
  return !notInCells.has(badCase.code) && !badCase.code.startsWith('attachment')
}

function rowOf(line: SampleRecord & { readonly key?: Readonly<Record<string, unknown>>; readonly reason?: string }): Row {
  const values = Object.entries(line.data ?? line.key ?? {})
  return {
    entity: line.entity,
    sourceId: line.sourceId,
    operation: line.operation,
    reason: line.reason ?? '',
    cells: Object.fromEntries(values.map(([name, value]) => [name, typeof value === 'number' ? value : String(value)])),
  }
}

function rows(lineOf: (badCase: BadCase, patterns: Patterns) => object | string, spoiled: boolean): Row[] {
  const patterns = patternsOf()
  const lines = badCases.filter(inCells).map((badCase) => rowOf(lineOf(badCase, patterns) as SampleRecord))
  const ofCells = cellCases.map(({ code, field, spoil, merged }): Row => {
    const row = rowOf({ ...patterns.project, sourceId: `BAD-${code}` })
    if (!spoiled) return row
    return { ...row, cells: { ...row.cells, [field]: spoil(String(row.cells[field])) }, ...(merged === undefined ? {} : { merged: field }) }
  })
  return [...lines, ...ofCells]
}

function sheetOf(entity: Entity, list: readonly Row[]): SheetToWrite {
  const fields = entity.fields.filter((field) => field.kind !== 'attachment')
  const around = ['sourceId', 'operation', 'reason'] as const
  const text = { format: '@' } as const
  const cell = (value: Cell | undefined): CellToWrite | null =>
    value === undefined || value === null || value === '' ? null : typeof value === 'string' ? { value, look: text } : { value }
  const column = (field: Field) => columnName(around.length + fields.indexOf(field))
  const merged = list.flatMap(({ merged: code }, at) => {
    const field = fields.find((one) => one.code === code)
    return field === undefined ? [] : [`${column(field)}${at + 2}:${column(field)}${at + 3}`]
  })
  return {
    name: sheetNameOf(entity),
    rows: [
      ['来源编号', '操作', '撤回原因', ...fields.map((field) => field.nameZh)],
      ['sourceId', 'operation', 'reason', ...fields.map((field) => field.code)],
      ...list.map((row) => [...around.map((name) => cell(row[name])), ...fields.map((field) => cell(row.cells[field.code]))]),
    ],
    frozenRows: 2,
    ...(merged.length === 0 ? {} : { merged }),
  }
}

const columnName = (index: number): string =>
  (index < 26 ? '' : columnName(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26))

function workbook(list: readonly Row[], title: string): Promise<Buffer> {
  const release = releases.get('2018') as Release
  const codes = [...new Set(list.map(({ entity }) => entity))]
  const sheets = codes.map((code) =>
    sheetOf(
      release.entities.get(code) as Entity,
      list.filter(({ entity }) => entity === code),
    ),
  )
  // Not packed: the committed bytes must not depend on how a build of Node packs.
  return writeWorkbook(sheets, title, false)
}

/** `bad.xlsx` and `bad.mended.xlsx`: the bad file as a workbook, a sheet an entity, one record a problem code. */
export async function badWorkbooks(): Promise<[path: string, content: Buffer][]> {
  return [
    ['bad.xlsx', await workbook(rows(badLine, true), '错例（合成数据）')],
    ['bad.mended.xlsx', await workbook(rows(mendedLine, false), '错例的改正（合成数据）')],
  ]
}
