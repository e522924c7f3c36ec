import { setTimeout as sleep } from 'node:timers/promises'
import { count, text, type Call, type Command } from '../cli/command.ts'
import { startProgress } from '../cli/progress.ts'
import { printable, tell } from '../cli/terminal.ts'
import { exitCodes, usage, type ExitCode } from '../user-error.ts'
import { jsonOf, operatorOptions, postAdmin, readAdmin } from './operator.ts'
import { pathOf, revisionOf } from './standard.ts'

interface Report {
  readonly run: number
  readonly release: string
  readonly revision: number
  readonly kind: 'live' | 'stored'
  readonly state: 'running' | 'finished' | 'cancelled'
  readonly progress: { readonly done: number; readonly total: number | null }
  readonly judged: number
  readonly wouldRefuse: number
  readonly wouldDoubt: number
  readonly passedOver: number
  /** Absent in the answer of an older node. */
  readonly elsewhere?: number
  readonly findings: readonly {
    readonly severity: string
    readonly code: string
    readonly entity: string
    readonly field: string
    readonly participant: string
    readonly count: number
    readonly examples: readonly { readonly recordId: string; readonly value?: unknown }[]
  }[]
}

const pollMs = 500

export const standardShadow: Command = {
  name: 'standard shadow',
  usage: '[RELEASE REVISION [--days N] | --run N] --node URL --token-file FILE',
  summary: {
    zh: '试运行：用已装载的修订判断近 N 天入库的记录，不改动任何数据；或查看某次试运行的报告。',
    en: 'A run in the shadow: judges what was stored in the last days by a loaded revision, changing nothing; or shows the report of a run.',
  },
  options: {
    ...operatorOptions,
    days: { type: 'string', value: 'N', help: { zh: '近多少天（默认 30）', en: 'how many days back (30)' } },
    issuer: { type: 'string', value: 'CODE', help: { zh: '发布机关（同号多份时）', en: 'the issuer, where several issued that number' } },
    run: { type: 'string', value: 'N', help: { zh: '查看这次试运行', en: 'show this run' } },
  },
  positionals: { min: 0, max: 2 },
  refused: { zh: '新修订会退回一些记录', en: 'some records would be refused' },
  examples: [
    'huijiao standard shadow 2018 2 --days 90 --node http://127.0.0.1:7101 --token-file token.txt',
    'huijiao standard shadow --run 3 --node http://127.0.0.1:7101 --token-file token.txt',
  ],
  run: runShadow,
}

async function runShadow(call: Call): Promise<ExitCode> {
  const [release, revision] = call.positionals
  const given = text(call, 'run')
  if ((given === undefined) === (release === undefined) || (release !== undefined && revision === undefined))
    throw usage('给出 RELEASE REVISION，或 --run', 'give RELEASE REVISION, or --run')
  const run = given === undefined ? await begin(call, release as string, revision) : revisionOf(given)
  const report = given === undefined ? await follow(call, run) : await reportOf(call, run)
  show(call, report)
  return report.wouldRefuse > 0 ? exitCodes.refused : exitCodes.done
}

async function begin(call: Call, release: string, revision: string | undefined): Promise<number> {
  const issuer = text(call, 'issuer')
  const body = { revision: revisionOf(revision), days: count(call, 'days', 30, 36_500), ...(issuer === undefined ? {} : { issuer }) }
  return jsonOf<{ run: number }>(await postAdmin(call, `${pathOf(release)}/shadow`, body)).run
}

const reportOf = (call: Call, run: number) => readAdmin<Report>(call, `/shadow-runs/${run}`)

/** Waits for the end of a run over stored records. Ctrl-C ends the waiting, not the run. */
async function follow(call: Call, run: number): Promise<Report> {
  const progress = startProgress(call.terminal, { zh: '试运行', en: 'shadow run' })
  for (;;) {
    const report = await reportOf(call, run)
    const { done, total } = report.progress
    progress.update(done, total ?? done, {
      zh: `${done}/${total ?? '?'}，会退回 ${report.wouldRefuse}`,
      en: `${done}/${total ?? '?'}, would refuse ${report.wouldRefuse}`,
    })
    if (report.state !== 'running') {
      progress.clear()
      return report
    }
    await sleep(pollMs, undefined, { signal: call.signal })
  }
}

const findingsShown = 20

function show({ terminal }: Call, report: Report): void {
  if (terminal.json) {
    terminal.out(`${JSON.stringify(report)}\n`)
    return
  }
  const { release, revision, run, judged, wouldRefuse, wouldDoubt, passedOver, elsewhere = 0, state } = report
  const going = state === 'running'
  tell(
    terminal,
    `试运行 ${run}：${release} r${revision}${going ? '（进行中）' : ''}`,
    `run ${run}: ${release} r${revision}${going ? ' (still running)' : ''}`,
  )
  tell(
    terminal,
    `判断 ${judged} 条：会退回 ${wouldRefuse}，会存疑 ${wouldDoubt}；未判断 ${passedOver}`,
    `${judged} judged: ${wouldRefuse} would be refused, ${wouldDoubt} doubted; ${passedOver} not judged`,
    wouldRefuse > 0 ? '! ' : '✓ ',
  )
  if (elsewhere > 0)
    tell(
      terminal,
      `另有 ${elsewhere} 条的内容已移出数据库，未判断；用 versions attach 放回后可再试运行`,
      `${elsewhere} more were not judged: their contents were taken out of the database; run it again once versions attach has put them back`,
      '  ',
    )
  for (const one of report.findings.slice(0, findingsShown)) {
    const example = one.examples[0]
    const value = example?.value === undefined ? '' : ` ${JSON.stringify(example.value)}`
    const line = printable(`${one.count} × ${one.code}  ${one.entity}.${one.field}  ${one.participant}  ${example?.recordId ?? ''}${value}`)
    tell(terminal, line, line, '  ')
  }
  const more = report.findings.length - findingsShown
  if (more > 0) tell(terminal, `另有 ${more} 类，见 --json`, `${more} more kinds, see --json`, '  ')
}
