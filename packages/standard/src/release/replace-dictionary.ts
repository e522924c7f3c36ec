import type { Words } from '@huijiao/problem'
import { isDate } from '../check-digits.ts'
import type { DictionaryCode, DictionaryDocument, DictionarySource, Field, ReleaseDocument } from '../model.ts'
import { escapePointer } from '../pointer.ts'
import { checkRelease } from './check.ts'
import { type Fault, ReleaseError } from './fault.ts'

/** A row of the official file: by column name, or in the order of a first row of names. */
export type OfficialRow = Readonly<Record<string, unknown>> | readonly unknown[]

export interface Replacement {
  readonly source: DictionarySource
  /** The file is the whole table. If not, unlisted codes stay warnings, and `missing` should say what lacks. */
  readonly complete: boolean
  readonly missing?: Words
  /** Last day (YYYY-MM-DD) of codes that the file has no more; they stay valid for records of their time. Absent: they are dropped. */
  readonly lastDay?: string
}

type Column = 'code' | 'nameZh' | 'nameEn' | 'note' | 'validFrom' | 'validTo'

const columns: Readonly<Record<Column, readonly string[]>> = {
  code: ['code', '代码', '编码', '代码值', '编号'],
  nameZh: ['name_zh', 'nameZh', 'name', '名称', '中文名称', '代码名称', '含义', '行为描述', '不良行为'],
  nameEn: ['name_en', 'nameEn', '英文名称'],
  note: ['note', '备注', '说明'],
  validFrom: ['valid_from', 'validFrom', '有效期起', '启用日期', '生效日期'],
  validTo: ['valid_to', 'validTo', '有效期止', '停用日期', '失效日期'],
}

/** Most characters of a code whose field has no length of its own; see `schema.ts`. */
const openCodeLength = 20

/** More faults than this help nobody. */
const faultsMax = 200

/**
 * The next revision of a release, in which one dictionary has the rows of an official file. Columns that are not known go into the note of
 * their code, so that nothing of the file is lost.
 * @param rows in the order of the file; a row of a spreadsheet is named by its number, where the first row after the names is 2
 * @throws ReleaseError that lists every row that cannot be taken; nothing is replaced then
 */
export function replaceDictionary(
  document: ReleaseDocument,
  code: string,
  rows: readonly OfficialRow[],
  how: Replacement,
): ReleaseDocument {
  const former = document.dictionaries.find((dictionary) => dictionary.code === code)
  if (former === undefined)
    throw new ReleaseError([
      { code: 'reference', pointer: `/dictionaries/${code}`, zh: `没有字典 ${code}`, en: `there is no dictionary ${code}` },
    ])
  const users = document.entities.flatMap((e) => e.fields.filter((f) => f.dictionary === code || f.list === code))
  const read = readRows(rows, former, users)
  const faults = [...read.faults, ...howFaults(how)]
  if (faults.length > 0) throw new ReleaseError(faults.slice(0, faultsMax))
  const next = withDictionary(document, replaced(former, read.codes, users, how))
  const remaining = checkRelease(next, undefined, document)
  if (remaining.length > 0) throw new ReleaseError(remaining)
  return next
}

function howFaults({ lastDay, source, complete, missing }: Replacement): Fault[] {
  const faults: Fault[] = []
  if (lastDay !== undefined && !isDate(lastDay))
    faults.push({ code: 'shape', pointer: '/lastDay', zh: '应为 YYYY-MM-DD', en: 'is no date YYYY-MM-DD' })
  if (source.title.trim() === '') faults.push({ code: 'shape', pointer: '/source/title', zh: '须写明文件', en: 'says no file' })
  if (complete && missing !== undefined)
    faults.push({ code: 'inconsistent', pointer: '/missing', zh: '完整的文件不应写明缺失', en: 'is complete, and says what is missing' })
  return faults
}

function readRows(
  rows: readonly OfficialRow[],
  former: DictionaryDocument,
  users: readonly Field[],
): { codes: DictionaryCode[]; faults: Fault[] } {
  const faults: Fault[] = []
  const codes: DictionaryCode[] = []
  const seen = new Map<string, number>()
  const { records, first } = byName(rows)
  const say = (i: number, column: string, zh: string, en: string) =>
    faults.push(fault(`/rows/${i + first}/${escapePointer(column)}`, `第 ${i + first} 行：${zh}`, `row ${i + first}: ${en}`))
  const longest = Math.min(...users.map((field) => field.length ?? (field.kind === 'code' ? openCodeLength : Infinity)))
  const formerCodes = new Set(former.codes.map((c) => c.code))
  for (const [i, record] of records.entries()) {
    // Spreadsheets end in empty rows.
    if (Object.values(record).every((value) => textOf(value) === '')) continue
    const row = readRow(record)
    const code = codeFault(row.code, formerCodes, longest)
    if (typeof code !== 'string') {
      say(i, 'code', code.zh, code.en)
      continue
    }
    const before = seen.get(code)
    if (before !== undefined) say(i, 'code', `代码 ${code} 与第 ${before} 行重复`, `the code ${code} is in row ${before} already`)
    seen.set(code, i + first)
    const nameZh = textOf(row.nameZh)
    if (nameZh === '') say(i, 'name_zh', '缺少名称', 'has no name')
    const days = { ...dayOf(row.validFrom, 'validFrom'), ...dayOf(row.validTo, 'validTo') }
    for (const [name, day] of Object.entries(days)) {
      if (isDate(day)) continue
      say(i, name, `${day} 不是 YYYY-MM-DD 的日期`, `${day} is no date YYYY-MM-DD`)
    }
    if (days.validFrom !== undefined && days.validTo !== undefined && days.validFrom > days.validTo)
      say(i, 'validTo', '有效期起止颠倒', 'ends before it begins')
    const note = [textOf(row.note), ...row.others].filter((text) => text !== '').join('；')
    codes.push({ code, nameZh, nameEn: textOf(row.nameEn), ...(note === '' ? {} : { note: note.slice(0, 4000) }), ...days })
  }
  if (codes.length === 0 && faults.length === 0) faults.push(fault('/rows', '文件没有数据行', 'the file has no rows'))
  return { codes, faults }
}

function fault(pointer: string, zh: string, en: string): Fault {
  return { code: 'shape', pointer, zh, en }
}

/** Rows as objects, and the number that people give the first of them. */
function byName(rows: readonly OfficialRow[]): { records: Readonly<Record<string, unknown>>[]; first: number } {
  if (!Array.isArray(rows[0])) return { records: rows.filter((row) => !Array.isArray(row)) as Record<string, unknown>[], first: 2 }
  const [names, ...values] = rows as readonly (readonly unknown[])[]
  const records = values.map((row) => Object.fromEntries(names!.map((name, i) => [textOf(name), row[i]])))
  return { records, first: 2 }
}

type Row = Readonly<Record<Column, unknown>> & { readonly others: readonly string[] }

function readRow(record: Readonly<Record<string, unknown>>): Row {
  const known = new Map<string, Column>(
    (Object.entries(columns) as [Column, readonly string[]][]).flatMap(([column, names]) => names.map((name) => [name, column] as const)),
  )
  const row: Record<Column, unknown> = {
    code: undefined,
    nameZh: undefined,
    nameEn: undefined,
    note: undefined,
    validFrom: undefined,
    validTo: undefined,
  }
  const others: string[] = []
  for (const [name, value] of Object.entries(record)) {
    const column = known.get(name.trim())
    if (column !== undefined) row[column] ??= value
    else if (textOf(value) !== '') others.push(`${name.trim()}：${textOf(value)}`)
  }
  return { ...row, others }
}

/** The code as text, or what is wrong with it. */
function codeFault(value: unknown, former: ReadonlySet<string>, longest: number): string | Words {
  if (typeof value === 'number')
    return {
      zh: `代码 ${value} 是数字，前导零可能已丢失，请改为文本`,
      en: `the code ${value} is a number; leading zeros may be lost, write it as text`,
    }
  const code = textOf(value)
  if (code === '') return { zh: '缺少代码', en: 'has no code' }
  if (/[\s\u0000-\u001F\u007F\uFFFD]/u.test(code) || !code.isWellFormed())
    return { zh: '代码中有空白或不可用的字符', en: 'the code holds white space or characters that cannot be used' }
  if ([...code].length > longest)
    return { zh: `代码 ${code} 超过字段长度 ${longest}`, en: `the code ${code} is longer than the field that holds it (${longest})` }
  const whole = [...former].find((known) => !former.has(code) && known.length > code.length && known === code.padStart(known.length, '0'))
  if (whole !== undefined)
    return {
      zh: `代码 ${code} 似乎丢失了前导零（原有 ${whole}）`,
      en: `the code ${code} seems to have lost a leading zero (there was ${whole})`,
    }
  return code
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim()
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

function dayOf<N extends 'validFrom' | 'validTo'>(value: unknown, name: N): Partial<Record<N, string>> {
  const text = value instanceof Date ? value.toISOString().slice(0, 10) : textOf(value)
  return text === '' ? {} : ({ [name]: text } as Record<N, string>)
}

function replaced(
  former: DictionaryDocument,
  codes: readonly DictionaryCode[],
  users: readonly Field[],
  { source, complete, missing, lastDay }: Replacement,
): DictionaryDocument {
  const listed = new Set(codes.map((c) => c.code))
  const gone = lastDay === undefined ? [] : former.codes.filter((c) => !listed.has(c.code))
  const unknownRest: Words = { zh: '文件未声明完整', en: 'the file is not said to be the whole table' }
  return {
    code: former.code,
    nameZh: former.nameZh,
    nameEn: former.nameEn,
    status: `official file: ${source.title}`,
    // Texts that only mention the list are never judged by it; see `Field.list`.
    closed: complete && users.every((field) => field.list === undefined),
    complete,
    ...(complete ? {} : { missing: missing ?? unknownRest }),
    source,
    codes: [...codes, ...gone.map((c) => ({ ...c, validTo: c.validTo !== undefined && c.validTo < lastDay! ? c.validTo : lastDay! }))],
  }
}

const incompleteMark = 'dictionary not complete: '

/** The fields that use the dictionary say whether it is complete; the rest of the release stays as it is. */
function withDictionary(document: ReleaseDocument, dictionary: DictionaryDocument): ReleaseDocument {
  const { signatures: _, ...unsigned } = document
  const marked = (field: Field): Field => {
    if (field.dictionary !== dictionary.code) return field
    const marks = field.provenance.filter((mark) => !mark.startsWith(incompleteMark))
    return { ...field, provenance: dictionary.closed ? marks : [...marks, `${incompleteMark}${dictionary.status}`] }
  }
  return {
    ...unsigned,
    revision: document.revision + 1,
    entities: document.entities.map((entity) => ({ ...entity, fields: entity.fields.map(marked) })),
    dictionaries: document.dictionaries.map((d) => (d.code === dictionary.code ? dictionary : d)),
  }
}
