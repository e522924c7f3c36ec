import { collectProblems, type ProblemDocument } from '@huijiao/problem'
import { fixWords, severityOf, severityWords } from './problem-words.ts'
import type { FileNotes } from './table.ts'
import type { Mark } from './xlsx/edit-styles.ts'
import { sheetNames } from './xlsx/own-sheets.ts'
import type { CellToWrite, SheetToWrite } from './xlsx/write.ts'

/** Problems that are listed one by one; the groups count them all. */
const listedMax = 20_000

/** The sheet that sums up the problems: by kind first, then one by one. */
export function summarySheet(
  problems: readonly ProblemDocument[],
  notes: FileNotes | undefined,
  styleOf: (mark: Mark) => number,
): SheetToWrite {
  const groups = collectProblems()
  for (const problem of problems) groups.add(problem)
  const mark = (severity: Mark): CellToWrite => ({
    value: `${severityWords[severity].zh} ${severityWords[severity].en}`,
    style: styleOf(severity),
  })
  const counts = { error: 0, doubt: 0, warning: 0 }
  for (const problem of problems) counts[severityOf(problem)] += 1
  return {
    name: sheetNames.summary,
    columns: [14, 12, 30, 34, 46, 46, 26, 46, 46, 24].map((width) => ({ width })),
    rows: [
      [
        `共 ${problems.length} 个问题：错误 ${counts.error}，存疑 ${counts.doubt}，提醒 ${counts.warning}。改好后可直接再报本文件，此表不会被读取。`,
      ],
      [
        `${problems.length} problems: ${counts.error} errors, ${counts.doubt} doubts, ${counts.warning} warnings. Mend the cells and send this very file; this sheet is not read.`,
      ],
      ...fileLines(notes),
      [],
      ['程度 severity', '次数 count', '字段 field', '代码 code', '问题', 'problem', '例 examples', '规则 rule'],
      ...groups
        .list()
        .map((group) => [
          mark(group.severity),
          { value: group.count },
          group.field ?? '',
          group.code,
          group.title,
          group.en.title,
          group.examples.map(({ place, record }) => place?.cell ?? String((record ?? 0) + 1)).join(', '),
          group.rule ?? '',
        ]),
      [],
      ['程度 severity', '单元格 cell', '列 column', '代码 code', '说明', '办法', '建议改为 suggested', 'detail', 'hint', '工作表 sheet'],
      ...problems.slice(0, listedMax).map((problem) => {
        const fix = fixWords(problem)
        return [
          mark(severityOf(problem)),
          problem.place?.cell ?? (problem.place === undefined ? `#${(problem.record ?? 0) + 1}` : `${problem.place.row}`),
          problem.place?.column ?? problem.field ?? '',
          problem.code,
          problem.detail,
          problem.hint,
          fix.zh,
          problem.en.detail,
          problem.en.hint,
          problem.place?.sheet ?? '',
        ]
      }),
      ...(problems.length > listedMax
        ? [[`其余 ${problems.length - listedMax} 个未列出 · ${problems.length - listedMax} more are not listed`]]
        : []),
    ],
  }
}

function fileLines(notes: FileNotes | undefined): string[][] {
  return (notes?.sheets ?? []).flatMap(({ sheet, entity, unknownColumns, missingColumns }) => [
    ...(unknownColumns ?? []).map(({ column, cell, near }) => [
      `${sheet ?? entity}：列“${column}”${cell === undefined ? '' : `（${cell}）`}不是字段，未读取${near.length === 0 ? '' : `；是否为 ${near.join('、')}？`}`,
    ]),
    ...(missingColumns === undefined ? [] : [[`${sheet ?? entity}：缺少必填列 ${missingColumns.join('、')}`]]),
  ])
}
