import type { RecordOutcome } from '@huijiao/exchange'
import type { ProblemDocument, ProblemGroup } from '@huijiao/problem'

/** Excel takes a CSV for UTF-8 only when it begins with this mark. */
export const byteOrderMark = '\ufeff'

/**
 * One line of a CSV that a spreadsheet opens by a double click. A cell that a spreadsheet would take for a formula begins with an apostrophe
 * and so stays text: what stands in it came from somebody else's system.
 */
export function csvLine(cells: readonly unknown[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  // Full-width signs are formulas too in East Asian settings; a tab or line end may hide the sign that follows.
  const guarded = /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}

const severities = { error: '退回 error', doubt: '存疑 doubt', warning: '提醒 warning' } as const

type Column<Row> = readonly [head: string, cell: (row: Row) => unknown]

interface Listed {
  readonly record: RecordOutcome
  readonly problem: ProblemDocument
}

const placeOf = ({ place }: ProblemDocument) =>
  place === undefined ? '' : [place.sheet, place.cell ?? `第 ${place.row} 行`].filter((part) => part !== undefined).join(' ')

const columns: readonly Column<Listed>[] = [
  ['序号（从1起） no.', ({ record }) => record.index + 1],
  ['文件位置 place', ({ problem }) => placeOf(problem)],
  ['数据表 entity', ({ record }) => record.entity],
  ['来源行编号 sourceId', ({ record }) => record.sourceId],
  ['结果 outcome', ({ record }) => record.outcome],
  ['程度 severity', ({ problem }) => severities[problem.severity ?? 'error']],
  ['问题代码 code', ({ problem }) => problem.code],
  ['字段 field', ({ problem }) => problem.field],
  ['位置 pointer', ({ problem }) => problem.pointer],
  ['报送值 value', ({ problem }) => problem.value],
  ['可填 allowed', ({ problem }) => problem.allowed],
  ['问题', ({ problem }) => problem.title],
  ['说明', ({ problem }) => problem.detail],
  ['怎么改', ({ problem }) => problem.hint],
  ['修正（JSON Patch） fix', ({ problem }) => problem.fix],
  ['规则 rule', ({ problem }) => problem.rule],
  ['依据 basis', ({ problem }) => problem.basis],
  ['title', ({ problem }) => problem.en.title],
  ['detail', ({ problem }) => problem.en.detail],
  ['hint', ({ problem }) => problem.en.hint],
  ['说明页 page', ({ problem }) => problem.type],
]

export const problemHeader = csvLine(columns.map(([head]) => head))

/** The lines of one record, one a problem. */
export function problemLines(record: RecordOutcome): string {
  return (record.problems ?? []).map((problem) => csvLine(columns.map(([, cell]) => cell({ record, problem })))).join('')
}

const groupColumns: readonly Column<ProblemGroup>[] = [
  ['次数 count', (group) => group.count],
  ['可自动修正 fixes', (group) => group.fixes],
  ['程度 severity', (group) => severities[group.severity]],
  ['问题代码 code', (group) => group.code],
  ['字段 field', (group) => group.field],
  ['位置 pointer', (group) => group.pointer],
  ['问题', (group) => group.title],
  ['title', (group) => group.en.title],
  ['规则 rule', (group) => group.rule],
  [
    '首例序号（从1起） first no.',
    (group) => ((group.examples[0]?.record ?? null) === null ? '' : (group.examples[0]!.record as number) + 1),
  ],
  ['首例报送值 first value', (group) => group.examples[0]?.value],
  ['说明页 page', (group) => group.type],
]

export const groupHeader = csvLine(groupColumns.map(([head]) => head))
export const groupLine = (group: ProblemGroup): string => csvLine(groupColumns.map(([, cell]) => cell(group)))
