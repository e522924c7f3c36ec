import { type Dictionary, type Entity, type Field, type Release, validSamples } from '@huijiao/standard'
import { letterOf } from './columns.ts'
import { sheetNameOf } from './entities.ts'
import { fieldNote, headerOf } from './field-words.ts'
import { dateSerial } from './numbers.ts'
import { choiceText } from './values.ts'
import type { CellNote } from './xlsx/comments.ts'
import { sheetNames } from './xlsx/own-sheets.ts'
import { type CellLook, type CellToWrite, type Choice, type SheetToWrite, writeWorkbook } from './xlsx/write.ts'

/** Rows that get drop-downs; a longer sheet can be pasted below, it only has no lists there. */
const choiceRows = 10_000

const looks = {
  mandatory: { bold: true, wrap: true, border: true, fill: 'FFDDEBF7', colour: 'FFC00000', format: '@' },
  optional: { bold: true, wrap: true, border: true, fill: 'FFF2F2F2', format: '@' },
  code: { italic: true, border: true, fill: 'FFF9F9F9', colour: 'FF7F7F7F', format: '@' },
  title: { bold: true },
  wrapped: { wrap: true },
  text: { format: '@' },
} as const satisfies Record<string, CellLook>

/** The first column: the sender's own row id. */
const sourceColumn = { header: '来源编号', code: 'sourceId' } as const

/**
 * The workbook that a clerk fills: for one entity of one release, with the names in the first row and the codes beneath, drop-downs from
 * the dictionaries, a note from the standard on every header, a sheet of examples and one of instructions. The same release makes the same
 * bytes.
 */
export async function templateWorkbook(release: Release, entity: Entity, filled: Filled = {}): Promise<Buffer> {
  const fields = entity.fields.filter((field) => field.kind !== 'attachment')
  const lists = listsOf(release, fields)
  const header = headerRows(entity, fields)
  const columns = [{ width: 18, look: looks.text }, ...fields.map((field) => ({ width: widthOf(field), look: lookOf(field) }))]
  const data: SheetToWrite = {
    name: sheetNameOf(entity),
    rows: [...header, ...(filled.rows ?? []).map((row) => rowOf(fields, row))],
    ...(filled.merged === undefined ? {} : { merged: filled.merged }),
    columns,
    frozenRows: 2,
    choices: choicesOf(fields, lists),
    notes: notesOf(release, entity, fields),
  }
  return await writeWorkbook(
    [data, instructions(release, entity, fields), examples(release, entity, fields, header, columns), dictionarySheet(lists)],
    `${entity.nameZh} ${entity.code}，数据标准 ${release.id}`,
  )
}

/** What a template is filled with. */
export interface Filled {
  /** Values by field code, and by `sourceId`; a cell may be given as it is to be written. */
  readonly rows?: readonly Readonly<Record<string, CellToWrite['value'] | CellToWrite>>[]
  readonly merged?: readonly string[]
}

function rowOf(fields: readonly Field[], row: NonNullable<Filled['rows']>[number]): (CellToWrite | null)[] {
  const cell = (code: string, look: CellLook): CellToWrite | null => {
    const given = row[code] ?? null
    if (given === null) return null
    if (typeof given === 'object' && 'value' in given) return given
    // A number in a column of texts is as damaged as Excel makes it: it has no text's format.
    return { value: given, ...(typeof given === 'string' ? { look } : {}) }
  }
  return [cell(sourceColumn.code, looks.text), ...fields.map((field) => cell(field.code, looks.text))]
}

function headerRows(entity: Entity, fields: readonly Field[]): SheetToWrite['rows'] {
  const own = entity.key.length === 0
  return [
    [
      { value: own ? `* ${sourceColumn.header}` : sourceColumn.header, look: own ? looks.mandatory : looks.optional },
      ...fields.map((field) => ({ value: headerOf(field), look: field.mandatory ? looks.mandatory : looks.optional })),
    ],
    [{ value: sourceColumn.code, look: looks.code }, ...fields.map((field) => ({ value: field.code, look: looks.code }))],
  ]
}

/** Codes and numbers of things are texts, so that Excel keeps every digit; what is counted or measured is a number. */
function lookOf(field: Field): CellLook {
  if (field.kind === 'date') return { format: 'yyyy-mm-dd' }
  if (field.kind === 'instant') return { format: 'yyyy-mm-dd hh:mm:ss' }
  return field.kind === 'decimal' || field.kind === 'integer' ? {} : looks.text
}

function widthOf(field: Field): number {
  const name = [...headerOf(field)].length * 2 + 2
  const content = field.kind === 'instant' ? 20 : field.kind === 'date' ? 12 : Math.min(field.length ?? 12, 30)
  return Math.max(10, Math.min(40, Math.max(name, content)))
}

interface List {
  readonly dictionary: Dictionary
  /** 0-based column of the sheet of dictionaries. */
  readonly column: number
}

function listsOf(release: Release, fields: readonly Field[]): ReadonlyMap<string, List> {
  const lists = new Map<string, List>()
  for (const { dictionary: code } of fields) {
    const dictionary = code === undefined ? undefined : release.dictionaries.get(code)
    if (dictionary !== undefined && dictionary.codes.size > 0 && !lists.has(dictionary.code))
      lists.set(dictionary.code, { dictionary, column: lists.size })
  }
  return lists
}

function choicesOf(fields: readonly Field[], lists: ReadonlyMap<string, List>): Choice[] {
  return fields.flatMap((field, at) => {
    const list = lists.get(field.dictionary ?? '')
    if (list === undefined) return []
    const letter = letterOf(list.column)
    const { dictionary } = list
    return [
      {
        column: at + 1,
        fromRow: 3,
        toRow: choiceRows,
        source: `'${sheetNames.dictionaries}'!$${letter}$2:$${letter}$${dictionary.codes.size + 1}`,
        strict: dictionary.closed,
        title: field.nameZh,
        message: `请从列表中选择（字典 ${dictionary.code}）。Choose from the list.`,
      },
    ]
  })
}

function dictionarySheet(lists: ReadonlyMap<string, List>): SheetToWrite {
  const all = [...lists.values()]
  const height = Math.max(0, ...all.map(({ dictionary }) => dictionary.codes.size))
  const texts = all.map(({ dictionary }) => [...dictionary.codes.values()].map(choiceText))
  const text = (value: string | undefined): CellToWrite | null => (value === undefined ? null : { value, look: looks.text })
  return {
    name: sheetNames.dictionaries,
    hidden: true,
    rows: [
      all.map(({ dictionary }) => ({ value: `${dictionary.code} ${dictionary.nameZh}`, look: looks.title })),
      ...Array.from({ length: height }, (_, row) => texts.map((list) => text(list[row]))),
    ],
    columns: all.map(() => ({ width: 30 })),
  }
}

function notesOf(release: Release, entity: Entity, fields: readonly Field[]): CellNote[] {
  const source =
    entity.key.length === 0
      ? '必填：本表没有业务主键，以报送方自己的行编号为键；同一行再报时编号不变。\nMandatory: this entity has no key of its own.'
      : '选填：报送方自己的行编号；不填时取业务主键。\nOptional: your own row id; the business key when left empty.'
  return [
    { cell: 'A1', text: `来源编号（sourceId）\n${source}` },
    ...fields.map((field, at) => ({ cell: `${letterOf(at + 1)}1`, text: fieldNote(release, entity, field) })),
  ]
}

function instructions(release: Release, entity: Entity, fields: readonly Field[]): SheetToWrite {
  const inferred = fields.filter((field) => field.provenance.length > 0).length
  const marks = [...entity.provenance, ...(inferred === 0 ? [] : [`${inferred} 个字段的长度、类型或约束为推定`])]
  const lines: [zh: string, en: string][] = [
    [
      '在第一张表从第 3 行起填写，一行一条记录；不要改动前两行表头。',
      'Fill the first sheet from row 3 on, one record a row; leave the two header rows as they are.',
    ],
    [
      '* 和红字为必填；鼠标停在表头上可看字段说明。',
      'A star and red letters mean mandatory; hold the mouse over a header to read about the field.',
    ],
    ['有下拉列表的列请从列表中选择；也可只填代码。', 'Where there is a drop-down, choose from it; the code alone will do as well.'],
    [
      '代码、编号、证件号各列为文本格式。粘贴时请“选择性粘贴 → 值”，否则 Excel 会把长编号变成 3.70E+15，或丢掉前面的 0。',
      'Columns of codes and numbers of things are text. Paste values only, or Excel turns long numbers into 3.70E+15 and drops zeros in front.',
    ],
    ['没有值的选填单元格留空，不要填“无”“/”“-”。', 'Leave an optional cell without a value empty; do not write 无, / or -.'],
    ['不要合并单元格；不要填写公式算不出的内容。', 'Do not merge cells.'],
    [
      '日期写作 2026-09-01；金额按表头所注单位填写，不写千分位和单位。',
      'Write dates as 2026-09-01; amounts in the unit of the header, without separators.',
    ],
    [
      '一个工作簿可以有多张表，以数据表的代码或中文名命名；隐藏的表不读取。',
      'A workbook may have several sheets, each named by the code or Chinese name of its entity; hidden ones are not read.',
    ],
    [
      '撤回一条已报记录：加一列“操作”填“撤回”，并加一列“撤回原因”。',
      'To withdraw a record add a column 操作 with 撤回, and a column 撤回原因 with the reason.',
    ],
    [
      '报送：网页上传，或 huijiao push 文件.xlsx；先用 huijiao validate 文件.xlsx --annotate 问题.xlsx 检查。',
      'Send it by upload or huijiao push FILE.xlsx; check it first by huijiao validate FILE.xlsx --annotate OUT.xlsx.',
    ],
  ]
  return {
    name: sheetNames.instructions,
    columns: [{ width: 70 }, { width: 70 }],
    rows: [
      [
        { value: `${entity.nameZh}（${entity.code}）`, look: looks.title },
        { value: `${entity.nameEn} (${entity.code})`, look: looks.title },
      ],
      [
        `数据标准 ${release.id} · ${fields.length} 个字段 · 业务主键：${entity.key.join('、') || '来源编号 sourceId'}`,
        `release ${release.id}, ${fields.length} fields, key: ${entity.key.join(', ') || 'sourceId'}`,
      ],
      ...(marks.length === 0
        ? []
        : [
            [
              { value: `说明：${marks.join('；')}`, look: looks.wrapped },
              { value: 'Parts of this table are inferred, not from the official text.', look: looks.wrapped },
            ],
          ]),
      [],
      ...lines.map((line) => line.map((value) => ({ value, look: looks.wrapped }))),
    ],
  }
}

function examples(
  release: Release,
  entity: Entity,
  fields: readonly Field[],
  header: SheetToWrite['rows'],
  columns: NonNullable<SheetToWrite['columns']>,
): SheetToWrite {
  const { minimal, full } = validSamples(
    entity,
    new Map([...release.dictionaries].map(([code, one]) => [code, { ...one, codes: [...one.codes.values()] }])),
    release.issuer,
  )
  const row = (sample: Readonly<Record<string, string | number>>, id: string) => [
    { value: id, look: looks.text },
    ...fields.map((field) => (sample[field.code] === undefined ? null : exampleCell(field, sample[field.code] as string | number))),
  ]
  return { name: sheetNames.examples, rows: [...header, row(minimal, 'SL-1'), row(full, 'SL-2')], columns, frozenRows: 2 }
}

/** An example as Excel would keep it: days and times are numbers that the cell's format shows. */
function exampleCell(field: Field, value: string | number): CellToWrite {
  const look = lookOf(field)
  const serial = field.kind === 'date' || field.kind === 'instant' ? dateSerial(String(value).slice(0, 19)) : 0
  // Excel knows no day before 1900, such as the births of people who are nobody: those are texts.
  if (serial > 60) return { value: serial, look }
  return { value: field.kind === 'decimal' ? Number(value) : value, look }
}
