import { collectProblems, type ProblemGroups } from '@huijiao/problem'
import { count, flag, text, type Call, type Command } from '../cli/command.ts'
import { startProgress, type Progress } from '../cli/progress.ts'
import { showGroups } from '../cli/show-groups.ts'
import { showProblems } from '../cli/show-problem.ts'
import { printable, say, spoken } from '../cli/terminal.ts'
import { send } from '../http/send.ts'
import { defaultChunkLimits } from '../push/chunk.ts'
import type { Envelope } from '../push/input.ts'
import { pushFile, type PushOptions, type PushResult, type PushTotals, type PushWatcher } from '../push/push-file.ts'
import type { Refusal } from '../push/refused.ts'
import { progressWords } from '../push/storing.ts'
import type { Compression } from '../submit.ts'
import { readTrustFile } from '../trust.ts'
import { exitCodes, usage, type ExitCode } from '../user-error.ts'
import { isTableFile } from '../validate/table-file.ts'
import { conclude, hasRefusals, plural } from './push-conclude.ts'
import { credentialOptions, credentialsOf, destinationOf, patienceOf, tableCommandOptions, tableWordsOf } from './common.ts'

export const push: Command = {
  name: 'push',
  usage: 'FILE… --to URL',
  summary: {
    zh: '报送文件：JSON 批次（≤16 MiB）、NDJSON 批次，每行一条记录的 NDJSON（任意大小，自动分批），CSV、Excel（.xlsx）或 XML。中断后重新运行同一命令即可继续，不会重复入库。',
    en: 'Pushes files: a JSON submission (16 MiB at most), an NDJSON submission, NDJSON of one record a line (any size, cut into submissions), CSV, Excel (.xlsx) or XML. Run the same command again after an interruption: it continues and doubles nothing.',
  },
  options: {
    to: { type: 'string', value: 'URL', help: { zh: '节点地址', en: 'address of the node' } },
    ...credentialOptions,
    standard: { type: 'string', value: 'RELEASE', help: { zh: '数据标准版本（默认 2018）', en: 'standard release (2018)' } },
    'responsible-unit': {
      type: 'string',
      value: 'TEXT',
      help: { zh: '报送单位（文件不带信封时必填）', en: 'the unit that answers for it (needed when the file has no envelope)' },
    },
    'responsible-name': {
      type: 'string',
      value: 'TEXT',
      help: { zh: '责任人姓名（同上）', en: 'the person who answers for it (likewise)' },
    },
    'responsible-account': { type: 'string', value: 'TEXT', help: { zh: '责任人账号', en: 'that person’s account' } },
    'produced-at': {
      type: 'string',
      value: 'INSTANT',
      help: { zh: '数据产生时刻，RFC 3339（默认为文件修改时间）', en: 'when the data was produced, RFC 3339 (the file’s time)' },
    },
    ...tableCommandOptions,
    legacy: {
      type: 'boolean',
      help: { zh: '标明为存量数据（须有节点管理员的许可）', en: 'mark it as existing stock (the node’s operator has to permit that)' },
    },
    mode: {
      type: 'string',
      value: 'partial|atomic',
      help: {
        zh: 'partial（默认）逐条入库；atomic 每批全部入库或全部退回',
        en: 'partial (default) stores what is right; atomic stores all of a submission or nothing',
      },
    },
    'dry-run': { type: 'boolean', help: { zh: '只由节点校验，不入库', en: 'let the node judge, store nothing' } },
    records: { type: 'string', value: 'N', help: { zh: '每批最多记录数（默认 20000）', en: 'most records in a submission (20000)' } },
    compress: { type: 'string', value: 'gzip|zstd', help: { zh: '压缩传输', en: 'compress what is sent' } },
    trust: {
      type: 'string',
      value: 'FILE',
      help: {
        zh: '节点公钥文件；给出后回执签名不符即停止',
        en: 'file of the nodes’ verifier keys; a receipt that none of them signed stops the push',
      },
    },
    state: {
      type: 'string',
      value: 'FILE',
      help: { zh: '续传状态文件（默认 FILE.huijiao-state.json）', en: 'state file (FILE.huijiao-state.json)' },
    },
    restart: { type: 'boolean', help: { zh: '忽略续传状态，从头开始', en: 'ignore the state and begin anew' } },
    'retry-seconds': {
      type: 'string',
      value: 'N',
      help: { zh: '节点不可用时最多重试多少秒（默认 300）', en: 'how long to keep trying while the node is away (300)' },
    },
    show: {
      type: 'string',
      value: 'N',
      help: {
        zh: '屏幕上最多列出多少条退回记录（默认 20；全部写入 FILE.refused.ndjson）',
        en: 'most refused records to print (20; all are in FILE.refused.ndjson)',
      },
    },
  },
  positionals: { min: 1, max: Infinity },
  refused: { zh: '有记录被退回，或节点未接受某个批次', en: 'records were refused, or the node did not take a submission' },
  examples: [
    'huijiao push first.json --to http://127.0.0.1:7101 --key-file key.txt',
    'huijiao push projects.ndjson --to https://hub.example.gov.cn --responsible-unit 示例市住建局 --responsible-name 王示例',
  ],
  run: runPush,
}

async function runPush(call: Call): Promise<ExitCode> {
  const { terminal, positionals, signal } = call
  const progress = startProgress(terminal, { zh: '报送', en: 'push' })
  const patience = patienceOf(call, count(call, 'retry-seconds', 300), () => progress.clear())
  const options: PushOptions = {
    to: destinationOf(call, 'to', credentialsOf(call)),
    mode: oneOf(call, 'mode', ['partial', 'atomic']) ?? 'partial',
    envelope: givenEnvelope(call),
    limits: { ...defaultChunkLimits, recordsMax: count(call, 'records', defaultChunkLimits.recordsMax, 1_000_000) },
    compression: (oneOf(call, 'compress', ['gzip', 'zstd']) ?? 'none') as Compression,
    trust: text(call, 'trust') === undefined ? [] : readTrustFile(text(call, 'trust') as string),
    restart: flag(call, 'restart'),
    dryRun: flag(call, 'dry-run'),
    patience,
    signal,
    ...(text(call, 'state') === undefined ? {} : { stateFile: text(call, 'state') as string }),
  }
  if (options.stateFile !== undefined && positionals.length > 1) throw usage('--state 只能配一个文件', '--state goes with one file')
  // Asks who we are before a large body is on its way: a refused key then gets its answer in words, not as a broken connection.
  await send(options.to, { method: 'GET', path: '/v1/standards' }, patience, signal)
  const results: PushResult[] = []
  const refused: Refused[] = []
  let left = count(call, 'show', 20)
  for (const path of positionals) {
    const seen: Seen = { groups: collectProblems(), shown: [], showMax: left, records: 0, storing: null }
    try {
      const watch = watcher(call, path, progress, seen)
      results.push((await isTableFile(path)) ? await pushTable(path, call, options, watch) : await pushFile(path, options, watch))
    } finally {
      progress.clear()
      if (signal.aborted && seen.storing !== null) sayItGoesOn(call, seen.storing)
      // Also when the node took nothing more: what it refused before is told.
      showRefused(call, path, seen)
      left -= seen.shown.length
    }
    refused.push(seen)
  }
  for (const result of results) conclude(call, result, options.dryRun)
  if (terminal.json) {
    const files = results.map((result, at) => ({ ...result, groups: (refused[at] as Refused).groups.list() }))
    terminal.out(`${JSON.stringify({ dryRun: options.dryRun, files })}\n`)
  }
  return results.some(hasRefusals) ? exitCodes.refused : exitCodes.done
}

/** What is kept of a file's refusals for the screen: their kinds, and the first of them. */
interface Refused {
  readonly groups: ProblemGroups
  readonly shown: Refusal[]
  readonly showMax: number
  records: number
}

interface Seen extends Refused {
  /** Id of the submission that the node stores in the background just now. */
  storing: string | null
}

/** After Ctrl-C: the node has the whole of the submission and goes on without us. */
function sayItGoesOn(call: Call, id: string): void {
  const rest = `${id} --to ${text(call, 'to')}`
  say(
    call.terminal,
    `节点已收全批次 ${id}，仍在继续入库。查看：huijiao import status ${rest}；暂停或取消：huijiao import pause|cancel ${rest}`,
    `the node has the whole of submission ${id} and goes on storing it. To look: huijiao import status ${rest}; to stop it: huijiao import pause|cancel ${rest}`,
    '→ ',
  )
}

/** The kinds as a short table first, then the first records. */
function showRefused(call: Call, path: string, { groups, shown, records }: Refused): void {
  const { terminal } = call
  if (records === 0) return
  say(terminal, `${path}：退回 ${records} 条，问题归类：`, `${path}: ${plural(records, 'record')} refused, by kind:`, '✗ ')
  terminal.err(showGroups(terminal.lang, groups.list(), '  '))
  for (const refusal of shown) terminal.err(showRefusal(call, refusal))
  if (records > shown.length)
    say(terminal, `另有 ${records - shown.length} 条退回未列出`, `${records - shown.length} more refused records are not listed`, '  ')
}

/** The reader of files is loaded only for a file. */
async function pushTable(path: string, call: Call, options: PushOptions, watch: PushWatcher): Promise<PushResult> {
  const table = await import('../push/push-table.ts')
  return await table.pushTable(path, tableWordsOf(call), options, watch)
}

function givenEnvelope(call: Call): Envelope {
  const [unit, name, account] = [text(call, 'responsible-unit'), text(call, 'responsible-name'), text(call, 'responsible-account')]
  const [standard, producedAt] = [text(call, 'standard'), text(call, 'produced-at')]
  if ((unit === undefined) !== (name === undefined) || (account !== undefined && unit === undefined)) {
    throw usage('--responsible-unit 与 --responsible-name 须同时给出', '--responsible-unit and --responsible-name go together')
  }
  return {
    ...(standard === undefined ? {} : { standard }),
    ...(producedAt === undefined ? {} : { producedAt }),
    ...(flag(call, 'legacy') ? { legacy: true } : {}),
    ...(unit === undefined || name === undefined ? {} : { responsible: { unit, name, ...(account === undefined ? {} : { account }) } }),
  }
}

function oneOf<T extends string>(call: Call, name: string, among: readonly T[]): T | undefined {
  const value = text(call, name)
  if (value === undefined || among.includes(value as T)) return value as T | undefined
  throw usage(`--${name} 只能是 ${among.join('、')}`, `--${name} takes ${among.join(' or ')}`)
}

function watcher(call: Call, path: string, progress: Progress, seen: Seen): PushWatcher {
  const { terminal } = call
  return {
    progress: (done, total, totals) => {
      seen.storing = null
      const { records, refused } = sumOf(totals)
      progress.update(done, total, { zh: `${records} 条，退回 ${refused}`, en: `${records} records, ${refused} refused` })
    },
    storing: (id, { from, to, total }, now, totals) => {
      seen.storing = id
      const done = from + (to - from) * (now.share ?? 0)
      // What the node tells is of this submission; when more of the file follows, the bar reckons by itself.
      progress.update(done, total, progressWords(now, sumOf(totals)), to < total ? undefined : now.secondsLeft)
    },
    refusals: (list) => {
      seen.shown.push(...list.slice(0, seen.showMax - seen.shown.length))
      seen.records += list.length
      for (const { line, index, problems } of list)
        for (const problem of problems)
          seen.groups.add(line === null || problem.place !== undefined ? problem : { ...problem, place: { row: line } }, index ?? undefined)
    },
    attached: (file, sent) => {
      progress.clear()
      say(
        terminal,
        `附件 ${printable(file.name)} ${sent ? '已上传' : '节点已有'}（${file.bytes} 字节）`,
        `attachment ${printable(file.name)} ${sent ? 'handed in' : 'already there'} (${file.bytes} bytes)`,
        '→ ',
      )
    },
    resumed: (chunks) =>
      say(
        terminal,
        `${path}：接着上次继续，已有 ${chunks} 个批次的回执`,
        `${path}: continuing, ${plural(chunks, 'receipt')} already here`,
        '→ ',
      ),
    changed: () =>
      say(
        terminal,
        `${path} 的内容与上次不同，从头开始（相同的记录会答“无变化”）`,
        `${path} is not the file it was, beginning anew (identical records answer unchanged)`,
        '→ ',
      ),
  }
}

function sumOf(totals: PushTotals): { records: number; refused: number } {
  const records = Object.values(totals.counts).reduce((sum, value) => sum + value, 0) + totals.unsent
  return { records, refused: (totals.counts['refused'] ?? 0) + totals.unsent }
}

function showRefusal(call: Call, refusal: Refusal): string {
  const { lang } = call.terminal
  const place =
    refusal.line === null
      ? { zh: `第 ${(refusal.index ?? 0) + 1} 条`, en: `record ${(refusal.index ?? 0) + 1}` }
      : { zh: `第 ${refusal.line} 行`, en: `line ${refusal.line}` }
  const what = printable([refusal.entity, refusal.sourceId].filter((part) => part !== null).join(' '))
  const head = spoken(lang, { zh: `${place.zh} ${what} 退回`, en: `${place.en} ${what} refused` }, '✗ ')
  return `${head}\n${showProblems(lang, refusal.problems, '    ')}`
}
