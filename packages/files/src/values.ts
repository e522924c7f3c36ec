import { type ProblemDocument, recordProblem, type RecordProblemParts } from '@huijiao/problem'
import { type Dictionary, type Field, mask } from '@huijiao/standard'
import type { CellContent } from './cell.ts'
import { plainDecimal, serialDate } from './numbers.ts'

/** What became of a cell: the member's value, and what is wrong with the cell itself. No value: the member is left out. */
export interface Converted {
  readonly value?: unknown
  readonly problem?: ProblemDocument
}

type NumberCell = Extract<CellContent, { kind: 'number' }>

/** A quantity in a cell keeps this many digits. */
const exactDigits = 15

/**
 * The JSON value of a cell for a field, by the standard's rule of JSON types. A value is written in another way (a number as its digits, a
 * date as YYYY-MM-DD), never mended: what Excel lost is a problem, with a patch only where one value alone can have been meant.
 */
export function convertCell(field: Field, content: CellContent, dictionary: Dictionary | undefined): Converted {
  switch (content.kind) {
    case 'text':
      return { value: textValue(field, content.text, dictionary) }
    case 'number':
      return numberValue(field, content, dictionary)
    case 'boolean':
      return { value: content.value ? 'TRUE' : 'FALSE' }
    case 'error':
      return {
        problem: cellProblem('cell-error', field, {
          value: content.text.slice(0, 40),
          detail: { zh: `单元格的值是 ${content.text.slice(0, 40)}`, en: `The cell's value is ${content.text.slice(0, 40)}` },
        }),
      }
    case 'formula-empty':
      return {
        problem: cellProblem('cell-formula-empty', field, {
          detail: { zh: '单元格是公式，文件里没有它的结果', en: 'The cell is a formula, and the file does not have its result' },
        }),
      }
    case 'merged':
      return mergedValue(field, content, dictionary)
  }
}

function mergedValue(
  field: Field,
  { from, anchor }: Extract<CellContent, { kind: 'merged' }>,
  dictionary: Dictionary | undefined,
): Converted {
  const { value } = convertCell(field, anchor, dictionary)
  return {
    problem: cellProblem('cell-merged', field, {
      detail: {
        zh: `单元格并入 ${from}，本行没有自己的值`,
        en: `The cell is merged into ${from}, this row has no value of its own`,
      },
      ...(value === undefined ? {} : { fix: [{ op: 'add', path: pathOf(field), value }] }),
    }),
  }
}

/**
 * Files of text have no types: whole numbers of a count field are counts, and a time without a zone is of the rules' zone, as it is in a date
 * cell. A drop-down's `01 房屋建筑工程` is its code.
 */
function textValue(field: Field, text: string, dictionary: Dictionary | undefined): unknown {
  if (field.kind === 'integer' && /^(0|[1-9]\d{0,14})$/.test(text)) return Number(text)
  const time = field.kind === 'instant' ? /^(\d{4}-\d\d-\d\d) (\d\d:\d\d)(:\d\d)?$/.exec(text) : null
  if (time !== null) return `${time[1]}T${time[2]}${time[3] ?? ':00'}+08:00`
  if (field.kind === 'code' && dictionary !== undefined && !dictionary.codes.has(text)) {
    const space = text.indexOf(' ')
    const code = space === -1 ? undefined : dictionary.codes.get(text.slice(0, space))
    if (code !== undefined && choiceText(code) === text) return code.code
  }
  return text
}

/** A code as our drop-downs show it. */
export const choiceText = (code: { readonly code: string; readonly nameZh: string }) => `${code.code} ${code.nameZh}`

function numberValue(field: Field, cell: NumberCell, dictionary: Dictionary | undefined): Converted {
  const plain = plainDecimal(cell.text)
  if (plain === null) return { value: cell.text }
  switch (field.kind) {
    case 'decimal':
      return { value: plain }
    case 'integer':
      return { value: Number.isSafeInteger(Number(plain)) ? Number(plain) : plain }
    case 'date':
    case 'instant':
      return dateValue(field, cell, plain)
    default:
      return thingValue(field, cell, plain, dictionary)
  }
}

function dateValue(field: Field, cell: NumberCell, plain: string): Converted {
  const day = serialDate(Number(plain), cell.since1904)
  if (cell.format === 'plain' || cell.format === 'time' || day === null) {
    // 43344 without a date's format is the day 2018-09-01 to Excel; that it was meant so is likely, not certain.
    const year = day === null ? 0 : Number(day.date.slice(0, 4))
    const meant = day !== null && /^\d{5}$/.test(plain) && year >= 1950 && year <= 2099 ? dateText(field, day) : null
    if (meant === null) return { value: plain }
    return {
      problem: cellProblem('date-invalid', field, {
        value: plain,
        detail: {
          zh: `单元格是数值 ${plain}，没有日期格式；作为 Excel 日期是 ${meant}`,
          en: `The cell is the number ${plain} without a date's format; as a date of Excel it is ${meant}`,
        },
        fix: [{ op: 'add', path: pathOf(field), value: meant }],
      }),
    }
  }
  if (field.kind === 'date' && day.time !== '00:00:00') return { value: `${day.date} ${day.time}` }
  return { value: dateText(field, day) }
}

/** A cell has no zone; the rules' zone is Asia/Shanghai, which has been +08:00 since 1991. */
const dateText = (field: Field, day: { date: string; time: string }) => (field.kind === 'date' ? day.date : `${day.date}T${day.time}+08:00`)

/** The number of a thing (a code, a region, a document number) that stands as a quantity. */
function thingValue(field: Field, cell: NumberCell, plain: string, dictionary: Dictionary | undefined): Converted {
  if (cell.format !== 'plain') {
    const day = serialDate(Number(plain), cell.since1904)
    return {
      problem: damaged(field, {
        value: shownValue(field, day === null ? plain : day.date),
        detail: {
          zh: `Excel 把填写的内容变成了日期${day === null ? '' : ` ${day.date}`}`,
          en: `Excel turned what was typed into a date${day === null ? '' : `, ${day.date}`}`,
        },
      }),
    }
  }
  const digits = plain.replace(/^-/, '').replace('.', '')
  // Exact up to 15 digits; a program may have written 16 exactly, which a last digit other than 0 shows.
  const lost = digits.length > exactDigits && (digits.endsWith('0') || Math.abs(Number(plain)) > Number.MAX_SAFE_INTEGER)
  if (lost) {
    return {
      problem: damaged(field, {
        value: shownValue(field, plain),
        detail: {
          zh: `单元格是 ${digits.length} 位数值，Excel 只保留前 ${exactDigits} 位，其后已成为 0`,
          en: `The cell is a quantity of ${digits.length} digits; Excel keeps the first ${exactDigits} and writes 0 for the rest`,
        },
      }),
    }
  }
  const text = cell.pad > 0 && /^\d+$/.test(plain) ? plain.padStart(cell.pad, '0') : plain
  if (dictionary === undefined || dictionary.codes.has(text) || !/^\d+$/.test(text)) return { value: text }
  const meant = [...dictionary.codes.keys()].filter((code) => /^0\d*$/.test(code) && Number(code) === Number(text))
  if (meant.length === 0) return { value: text }
  return {
    problem: damaged(field, {
      value: text,
      allowed: meant.join(', '),
      detail: {
        zh: `单元格是数值 ${text}，代码前面的 0 已丢失`,
        en: `The cell is the number ${text}; the zeros in front of the code are lost`,
      },
      ...(meant.length === 1 ? { fix: [{ op: 'add', path: pathOf(field), value: meant[0] }] } : {}),
    }),
  }
}

const damaged = (field: Field, parts: RecordProblemParts) => cellProblem('cell-number-damaged', field, parts)

function cellProblem(code: Parameters<typeof recordProblem>[0], field: Field, parts: RecordProblemParts): ProblemDocument {
  return recordProblem(code, { ...parts, rule: 'file.cell', pointer: pathOf(field), field: field.nameZh })
}

const shownValue = (field: Field, text: string) => (field.privacy === 'open' ? text : mask(text))

const pathOf = (field: Field) => `/data/${field.code}`
