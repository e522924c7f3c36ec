import { collectProblems, type ProblemGroup } from '@huijiao/problem'
import { count, text, type Call, type Command } from '../cli/command.ts'
import { startProgress } from '../cli/progress.ts'
import { showGroups } from '../cli/show-groups.ts'
import { showNotes } from '../cli/show-notes.ts'
import { showProblems } from '../cli/show-problem.ts'
import { printable, spoken, tell } from '../cli/terminal.ts'
import { exitCodes, usage, type ExitCode } from '../user-error.ts'
import type { FileVerdict, Judged } from '../validate/validate-file.ts'
import type { TableVerdict } from '../validate/validate-table.ts'
import { tableCommandOptions, tableWordsOf } from './common.ts'

export const validate: Command = {
  name: 'validate',
  usage: 'FILE…',
  summary: {
    zh: '离线校验文件（JSON、NDJSON、CSV、Excel、XML），不需要节点和密钥；指出的问题与节点相同。授权范围、已存版本、上级记录是否存在，只有节点知道。',
    en: 'Judges files (JSON, NDJSON, CSV, Excel, XML) offline, without a node or a key, and finds the same problems as the node. Grants, versions already stored and missing parents only the node knows.',
  },
  options: {
    standard: {
      type: 'string',
      value: 'RELEASE',
      help: { zh: '数据标准版本（文件未写明时用，默认 2018）', en: 'standard release when the file names none (2018)' },
    },
    ...tableCommandOptions,
    annotate: {
      type: 'string',
      value: 'OUT.xlsx',
      help: {
        zh: '另存标注了问题的工作簿：有错的单元格着色并加批注（只用于 CSV、Excel、XML）',
        en: 'also write the workbook with its faulty cells coloured and noted (CSV, Excel, XML)',
      },
    },
    mend: {
      type: 'string',
      value: 'OUT',
      help: {
        zh: '另存按建议改好的文件，格式与原文件相同：只改给出了建议的地方（Excel、CSV、NDJSON、JSON）',
        en: 'also write the file in its own form with every proposed patch applied, and nothing else changed (Excel, CSV, NDJSON, JSON)',
      },
    },
    show: {
      type: 'string',
      value: 'N',
      help: { zh: '最多逐条列出多少条有问题的记录（默认 20）', en: 'most records with problems to list (20)' },
    },
  },
  positionals: { min: 1, max: Infinity },
  refused: { zh: '有记录会被退回，或信封有误', en: 'records would be refused, or an envelope is wrong' },
  examples: [
    'huijiao validate first.json',
    'huijiao validate projects.ndjson --show 5',
    'huijiao validate projects.ndjson --mend mended.ndjson',
    'huijiao validate 项目.xlsx --annotate 问题.xlsx --mend 改.xlsx',
  ],
  run: runValidate,
}

interface FileReport extends FileVerdict, Partial<Pick<TableVerdict, 'notes' | 'annotated'>> {
  readonly groups: readonly ProblemGroup[]
  readonly listed: Judged[]
}

async function runValidate(call: Call): Promise<ExitCode> {
  const { terminal } = call
  const show = count(call, 'show', 20)
  const now = new Date()
  for (const name of ['annotate', 'mend'])
    if (text(call, name) !== undefined && call.positionals.length > 1)
      throw usage(`--${name} 只能配一个文件`, `--${name} goes with one file`)
  const reports: FileReport[] = []
  for (const path of call.positionals) reports.push(await validateOne(call, path, show, now))
  if (terminal.json) terminal.out(`${JSON.stringify({ files: reports.map(asDocument) })}\n`)
  else for (const report of reports) print(call, report)
  return reports.some((report) => report.counts.refused > 0 || report.envelope.length > 0) ? exitCodes.refused : exitCodes.done
}

async function validateOne(call: Call, path: string, show: number, now: Date): Promise<FileReport> {
  // The standard's tables take a while to load, and the other commands do without them.
  const { validateFile } = await import('../validate/validate-file.ts')
  const { withRecordsAsked } = await import('../validate/envelope-shape.ts')
  const groups = collectProblems()
  const listed: Judged[] = []
  const progress = startProgress(call.terminal, { zh: '校验', en: 'validating' })
  const take = (judged: Judged) => {
    if (listed.length < show) listed.push(judged)
    for (const problem of judged.problems)
      groups.add(judged.line === null || problem.place !== undefined ? problem : { ...problem, place: { row: judged.line } }, judged.index)
  }
  try {
    const standard = text(call, 'standard')
    const watch = (done: number, total: number, records: number) => {
      if (records % 500 !== 0) return
      call.signal.throwIfAborted()
      progress.update(done, total, { zh: `${records} 条`, en: `${records} records` })
    }
    const { isTableFile } = await import('../validate/table-file.ts')
    if (await isTableFile(path)) {
      const { validateTable } = await import('../validate/validate-table.ts')
      const written = { annotate: text(call, 'annotate'), mend: text(call, 'mend') }
      const verdict = await validateTable({ path, standard, words: tableWordsOf(call), at: now, ...written }, take, watch)
      return { ...withRecordsAsked(verdict), groups: groups.list(), listed }
    }
    if (text(call, 'annotate') !== undefined) throw usage('--annotate 只用于 CSV、Excel、XML', '--annotate is for CSV, Excel and XML')
    const verdict = await validateFile(path, standard, now, take, watch, text(call, 'mend'))
    return { ...withRecordsAsked(verdict), groups: groups.list(), listed }
  } finally {
    progress.clear()
  }
}

function asDocument(report: FileReport): object {
  const { groups, listed, envelope, ...verdict } = report
  return {
    ...verdict,
    // What a record refers to is known to the node alone; its dry run says it.
    linkage: { checked: false },
    envelope: envelope.map(({ pointer, words }) => ({ pointer, detail: words.zh, en: { detail: words.en } })),
    groups,
    details: listed,
  }
}

function print(call: Call, report: FileReport): void {
  const { terminal } = call
  const { lang } = terminal
  if (report.notes !== undefined) showNotes(terminal, report.notes)
  for (const fault of report.envelope)
    tell(terminal, `信封 ${fault.pointer}：${fault.words.zh}`, `envelope ${fault.pointer}: ${fault.words.en}`, '✗ ')
  if (report.groups.length > 0) {
    tell(terminal, '问题归类：', 'problems by kind:')
    terminal.out(showGroups(lang, report.groups, '  '))
    tell(terminal, '逐条：', 'record by record:')
  }
  for (const judged of report.listed) {
    const zh = judged.line === null ? `第 ${judged.index + 1} 条` : `第 ${judged.line} 行`
    const en = judged.line === null ? `record ${judged.index + 1}` : `line ${judged.line}`
    const what = printable([judged.entity, judged.sourceId].filter((part) => part !== null).join(' '))
    terminal.out(`${spoken(lang, { zh: `${zh} ${what}`, en: `${en} ${what}` }, '· ')}\n${showProblems(lang, judged.problems, '    ')}`)
  }
  showTheRest(call, report)
  const { faultless, warned, doubtful, refused } = report.counts
  tell(
    terminal,
    `${report.file}：${report.records} 条（标准 ${report.standard}），无问题 ${faultless}，有提醒 ${warned}，存疑 ${doubtful}，会被退回 ${refused}`,
    `${report.file}: ${report.records} records (release ${report.standard}), ${faultless} faultless, ${warned} with warnings, ${doubtful} doubtful, ${refused} would be refused`,
    refused > 0 || report.envelope.length > 0 ? '✗ ' : '✓ ',
  )
  tell(
    terminal,
    '关联性未校验：所引用的记录（项目、施工许可等）是否已入库只有节点知道，可向节点试报（dryRun=true）',
    'linkage was not checked: only the node knows whether what a record refers to is there; a dry run asks it (dryRun=true)',
    '  ',
  )
}

/** How many are not on the screen, and how to see them and to read more about a kind. */
function showTheRest({ terminal, values }: Call, report: FileReport): void {
  const { faultless } = report.counts
  const hidden = report.records - faultless - report.listed.length
  if (hidden > 0)
    tell(
      terminal,
      `另有 ${hidden} 条有问题的记录未列出：加 --show ${report.records - faultless} 全部列出，或加 --json 供程序使用`,
      `${hidden} more records with problems are not listed: --show ${report.records - faultless} lists them all, --json is for programs`,
      '  ',
    )
  const first = report.groups[0]
  if (first !== undefined && values['json'] !== true)
    tell(
      terminal,
      `每个代码的说明：节点网址加 ${first.type}，或项目文档 docs${first.type}.md`,
      `what a code means: the node’s address and ${first.type}, or docs${first.type}.md of the project`,
      '  ',
    )
  if (report.annotated !== undefined)
    tell(terminal, `标注了问题的工作簿：${report.annotated}`, `the workbook with its problems: ${report.annotated}`, '  ')
  if (report.mended !== undefined)
    tell(
      terminal,
      `按建议改好的文件：${report.mended.file}（改了 ${report.mended.cells} 处，其余 ${report.mended.byHand} 个问题须人工改）`,
      `the mended file: ${report.mended.file} (${report.mended.cells} places changed, ${report.mended.byHand} problems are left to do by hand)`,
      '  ',
    )
}
