import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { count, text, type Call, type Command } from '../cli/command.ts'
import { startProgress } from '../cli/progress.ts'
import { printable, tell } from '../cli/terminal.ts'
import { exitCodes, usage, type ExitCode } from '../user-error.ts'
import { jsonOf, operatorOptions, postAdmin, readAdmin } from './operator.ts'

interface Run {
  readonly run: string
  readonly link: string
  readonly state: 'waiting' | 'comparing' | 'repairing' | 'equal' | 'diverged' | 'failed'
  readonly records: number | null
  readonly passes: number
  readonly rounds: number
  readonly bytes: { readonly sent: number; readonly received: number }
  readonly lostHere: number
  readonly found: {
    readonly lowerAhead: number
    readonly upperAhead: number
    readonly conflicts: number
    readonly leftOver: number
    readonly examples: { readonly upperAhead: readonly { readonly recordId: string; readonly entity: string; readonly stream: string }[] }
    readonly undelivered: {
      readonly count: number
      readonly more: boolean
      /** Absent in runs of older nodes. */
      readonly elsewhere?: { readonly count: number; readonly ranges: readonly { from: number; to: number; place: string }[] }
    } | null
  }
  readonly sentAgain: number
  readonly certificate: number | null
  readonly error: string | null
}

interface Listed {
  readonly items: readonly { readonly number: number; readonly run: string; readonly document: object }[]
}

export const reconcile: Command = {
  name: 'reconcile',
  usage: '[LINK] --node URL --token-file FILE',
  summary: {
    zh: '与上级对账：比较已报送与上级已入库的版本，缺失的自动补报，内容不一致的立案，一致时由双方签发一致性证明。不写通道名则逐个对账，不经 HTTP 的通道（文件夹、前置库）除外。',
    en: 'Compares what was delivered with what the upstream holds, sends again what is missing there, opens a case for two contents of one version, and has both sign when they hold the same. All links when none is named, but for those that do not go over HTTP (folders, front tables).',
  },
  options: {
    ...operatorOptions,
    certificate: {
      type: 'string',
      value: 'FILE',
      help: { zh: '把一致性证明存为文件（只对一条通道）', en: 'keep the equality certificate in this file (one link only)' },
    },
    wait: {
      type: 'string',
      value: 'SECONDS',
      help: { zh: '最多等待多少秒（默认 600）；对账本身不因此中止', en: 'wait at most so long (600); the comparison itself goes on' },
    },
  },
  positionals: { min: 0, max: 1 },
  refused: { zh: '双方不一致，或对账未能完成', en: 'they do not hold the same, or it could not be found out' },
  examples: [
    'huijiao reconcile --node http://127.0.0.1:7101 --token-file token.txt',
    'huijiao reconcile 370000 --certificate equality.json --node http://127.0.0.1:7101 --token-file token.txt',
  ],
  run: runReconcile,
}

const pollMs = 300

async function runReconcile(call: Call): Promise<ExitCode> {
  const [named] = call.positionals
  const file = text(call, 'certificate')
  const { links, skipped } = named === undefined ? await linkNames(call) : { links: [named], skipped: [] }
  if (links.length + skipped.length === 0) throw usage('该节点没有上报通道', 'this node has no upstream')
  if (file !== undefined && links.length > 1) throw usage('--certificate 须写明通道', '--certificate needs the name of a link')
  const runs: Run[] = []
  for (const link of links) {
    const run = await follow(call, await begin(call, link))
    runs.push(run)
    if (!call.terminal.json) show(call, run)
    if (file !== undefined && run.certificate !== null) await keep(call, run, file)
  }
  for (const link of skipped)
    if (!call.terminal.json)
      tell(
        call.terminal,
        `${link}：不经 HTTP，无法对账；可代以何种办法，见 huijiao reconcile ${link}`,
        `${link}: does not go over HTTP and cannot be compared; huijiao reconcile ${link} says what there is instead`,
        '! ',
      )
  if (call.terminal.json) call.terminal.out(`${JSON.stringify({ runs, skipped })}\n`)
  return runs.length > 0 && runs.every((run) => run.state === 'equal') ? exitCodes.done : exitCodes.refused
}

/** The node's links: those that can be compared, and those whose upstream does not answer at once. */
async function linkNames(call: Call): Promise<{ links: string[]; skipped: string[] }> {
  const { items } = await readAdmin<{ items: { name: string; configured: boolean; answersAtOnce?: boolean }[] }>(call, '/links')
  const own = items.filter((link) => link.configured)
  const names = (comparable: boolean) => own.filter((link) => (link.answersAtOnce ?? true) === comparable).map((link) => link.name)
  return { links: names(true), skipped: names(false) }
}

const pathOf = (link: string) => `/links/${encodeURIComponent(link)}`
const begin = async (call: Call, link: string): Promise<Run> => jsonOf<Run>(await postAdmin(call, `${pathOf(link)}/reconcile`, {}))

const ended = (run: Run): boolean => run.state === 'equal' || run.state === 'diverged' || run.state === 'failed'

/** Waits for the end of a comparison. Ctrl-C ends the waiting, not the comparison. */
async function follow(call: Call, begun: Run): Promise<Run> {
  const until = performance.now() + count(call, 'wait', 600, 86_400) * 1000
  const progress = startProgress(call.terminal, { zh: `对账 ${begun.link}`, en: `comparing with ${begun.link}` })
  let run = begun
  while (!ended(run) && performance.now() < until) {
    const { lowerAhead } = run.found
    const done = run.state === 'repairing' ? 2 : run.rounds > 0 ? 1 : 0
    progress.update(done, 3, {
      zh: `${stateZh[run.state]}，${run.rounds} 次往返，${bytesOf(run)} 字节，发现 ${lowerAhead} 条缺失`,
      en: `${run.state}, ${run.rounds} rounds, ${bytesOf(run)} bytes, ${lowerAhead} found missing`,
    })
    await sleep(pollMs, undefined, { signal: call.signal })
    run = await readAdmin<Run>(call, `${pathOf(run.link)}/reconcile/${run.run}`)
  }
  progress.clear()
  return run
}

const stateZh: Record<Run['state'], string> = {
  waiting: '等待',
  comparing: '比较中',
  repairing: '补报中',
  equal: '一致',
  diverged: '不一致',
  failed: '未能完成',
}
const bytesOf = (run: Run): number => run.bytes.sent + run.bytes.received

function show({ terminal }: Call, run: Run): void {
  const { found } = run
  const mark = run.state === 'equal' ? '✓ ' : ended(run) ? '✗ ' : '! '
  const zh = run.state === 'equal' ? `双方一致，证明第 ${run.certificate} 号` : stateZh[run.state]
  const en = run.state === 'equal' ? `both hold the same, certificate ${run.certificate}` : ended(run) ? run.state : `still ${run.state}`
  tell(terminal, `${run.link}：${zh}；${run.records ?? 0} 个版本`, `${run.link}: ${en}; ${run.records ?? 0} versions`, mark)
  tell(
    terminal,
    `${run.passes} 遍，${run.rounds} 次往返，${bytesOf(run)} 字节`,
    `${run.passes} passes, ${run.rounds} rounds, ${bytesOf(run)} bytes`,
    '  ',
  )
  const say = (count: number, zhText: string, enText: string) => {
    if (count > 0) tell(terminal, `${zhText} ${count}`, `${enText} ${count}`, '! ')
  }
  say(found.lowerAhead, '上级缺失：', 'missing above:')
  say(run.sentAgain, '已补报：', 'sent again:')
  say(found.leftOver, '补报后仍缺失（见待处理记录）：', 'still missing above (see what is parked):')
  say(found.conflicts, '内容不一致，已立案：', 'two contents of one version, a case is open:')
  say(found.upperAhead, '上级有而本级没有（未取回）：', 'above and not here (not fetched back):')
  for (const { recordId, entity, stream } of found.examples.upperAhead.slice(0, 5)) {
    const line = printable(`${recordId}  ${entity}  ${stream}`)
    tell(terminal, line, line, '    ')
  }
  say(run.lostHere, '本级数据库中丢失：', 'gone from this node’s database:')
  say(found.undelivered?.count ?? 0, '应报而未报：', 'qualify and never went up:')
  const { count: unknown = 0, ranges = [] } = found.undelivered?.elsewhere ?? {}
  say(
    unknown,
    '未报送，内容已移出，装回（huijiao versions attach）后方能判定：',
    'never went up, and known again when their contents are put back (huijiao versions attach):',
  )
  for (const { from, to, place } of ranges)
    tell(
      terminal,
      `部分编号 ${from} 至 ${to - 1}，存放于：${printable(place)}`,
      `parts ${from} to ${to - 1}, kept at: ${printable(place)}`,
      '    ',
    )
  if (run.error !== null) tell(terminal, `原因：${printable(run.error)}`, `why: ${printable(run.error)}`, '  ')
}

async function keep(call: Call, run: Run, file: string): Promise<void> {
  const { items } = await readAdmin<Listed>(call, `${pathOf(run.link)}/certificates?limit=5`)
  const found = items.find((one) => one.number === run.certificate)
  if (found === undefined) return
  try {
    writeFileSync(file, `${JSON.stringify(found.document, null, 2)}\n`)
  } catch (cause) {
    throw usage(`写不了文件 ${file}`, `cannot write ${file}: ${(cause as NodeJS.ErrnoException).code}`)
  }
  if (!call.terminal.json)
    tell(call.terminal, `证明已存为 ${file}；用 huijiao verify 核验`, `the certificate is in ${file}; check it with huijiao verify`, '  ')
}
