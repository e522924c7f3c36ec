import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import type { Release, ReleaseDifference } from '@huijiao/standard'
import { text, type Call, type Command } from '../cli/command.ts'
import { showGroups } from '../cli/show-groups.ts'
import { printable, tell } from '../cli/terminal.ts'
import type { MappedFile } from '../standard/map-file.ts'
import { exitCodes, usage, UserError, type ExitCode } from '../user-error.ts'
import { tableCommandOptions, tableWordsOf } from './common.ts'

/** A built-in release by its id, or one from a file that ends in `.json`, checked as a node would. @throws UserError */
async function releaseNamed(name: string): Promise<Release> {
  // The standard's tables take a while to load, and the other commands do without them.
  const { loadRelease, ReleaseError, releases } = await import('@huijiao/standard')
  const known = releases.get(name)
  if (known !== undefined) return known
  if (!name.endsWith('.json'))
    throw usage(`没有数据标准 ${name}`, `there is no release ${name}`, {
      zh: `可用：${[...releases.keys()].join('、')}，或数据标准文件（.json）`,
      en: `there are ${[...releases.keys()].join(', ')}, or name the file of a release (.json)`,
    })
  let document: unknown
  try {
    document = JSON.parse(readFileSync(name, 'utf8'))
  } catch (error) {
    throw usage(`读不了 ${name}`, `cannot read ${name}: ${(error as Error).message}`)
  }
  try {
    return loadRelease(document)
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error
    const shown = error.faults.slice(0, 5)
    throw new UserError(exitCodes.refused, {
      zh: `${name} 不是可用的数据标准：${shown.map((fault) => `${fault.pointer} ${fault.zh}`).join('；')}`,
      en: `${name} is no release that can be used: ${shown.map((fault) => `${fault.pointer} ${fault.en}`).join('; ')}`,
    })
  }
}

export const standardDiff: Command = {
  name: 'standard diff',
  usage: 'RELEASE RELEASE',
  summary: {
    zh: '比较两版数据标准（版本号，或数据标准文件）：新增、删除、变更，更严还是放宽。不需要节点。',
    en: 'Compares two releases (ids, or files of releases): added, removed, changed, stricter or weaker. Needs no node.',
  },
  options: { html: { type: 'string', value: 'FILE', help: { zh: '另存为网页', en: 'also write it as a page' } } },
  positionals: { min: 2, max: 2 },
  examples: ['huijiao standard diff 2014 2018', 'huijiao standard diff 2018 release-2018-r2.json --html 差别.html'],
  run: runDiff,
}

async function runDiff(call: Call): Promise<ExitCode> {
  const { differencePage, diffReleases } = await import('@huijiao/standard')
  const [from, to] = call.positionals as [string, string]
  const difference = diffReleases(await releaseNamed(from), await releaseNamed(to))
  const file = text(call, 'html')
  if (file !== undefined) writeFileSync(file, differencePage(difference))
  if (call.terminal.json) call.terminal.out(`${JSON.stringify(difference)}\n`)
  else showDifference(call, difference)
  if (file !== undefined) tell(call.terminal, `已写入 ${file}`, `written to ${file}`, '✓ ')
  return exitCodes.done
}

const effects = { stricter: ['更严', 'stricter'], weaker: ['放宽', 'weaker'], different: ['不同', 'different'], none: ['', ''] } as const
const signs = { added: '+', removed: '-', changed: '~' } as const

function showDifference({ terminal }: Call, { from, to, effects: counts, changes, unchanged }: ReleaseDifference): void {
  tell(
    terminal,
    `${from.id} r${from.revision} → ${to.id} r${to.revision}：更严 ${counts.stricter}，放宽 ${counts.weaker}，判断不同 ${counts.different}，不影响判断 ${counts.none}；未变 ${unchanged.entities.length} 个数据表`,
    `${from.id} r${from.revision} → ${to.id} r${to.revision}: ${counts.stricter} stricter, ${counts.weaker} weaker, ${counts.different} different, ${counts.none} not judged by; ${unchanged.entities.length} tables as they were`,
  )
  for (const change of changes.filter((one) => one.effect !== 'none')) {
    const [zh, en] = effects[change.effect]
    const values = change.member === undefined ? '' : `  ${brief(change.before)} → ${brief(change.after)}`
    const line = (name: string, effect: string) => printable(`${signs[change.kind]} ${change.at} ${name}${values}  [${effect}]`)
    tell(terminal, line(change.name ?? '', zh), line(change.nameEn ?? '', en), '  ')
  }
}

function brief(value: unknown): string {
  const shown = JSON.stringify(value) ?? '—'
  return shown.length <= 60 ? shown : `${shown.slice(0, 59)}…`
}

export const standardPage: Command = {
  name: 'standard page',
  usage: 'RELEASE --out FILE.html',
  summary: {
    zh: '把一版数据标准的全部内容写成一个网页：数据表、字段、字典、规则、期限、对照。不需要节点。',
    en: 'Writes a whole release as one page: tables, fields, dictionaries, rules, clocks, mappings. Needs no node.',
  },
  options: { out: { type: 'string', value: 'FILE', help: { zh: '写入的文件', en: 'file to write' } } },
  positionals: { min: 1, max: 1 },
  examples: ['huijiao standard page 2018 --out 数据标准2018.html'],
  run: async (call) => {
    const out = text(call, 'out')
    if (out === undefined) throw usage('须给出 --out', '--out is missing')
    const { releasePage } = await import('@huijiao/standard')
    const release = await releaseNamed(call.positionals[0] as string)
    writeFileSync(out, releasePage(release))
    if (call.terminal.json) call.terminal.out(`${JSON.stringify({ release: release.id, revision: release.revision, file: out })}\n`)
    tell(call.terminal, `${release.id} r${release.revision} 已写入 ${out}`, `${release.id} r${release.revision} written to ${out}`, '✓ ')
    return exitCodes.done
  },
}

export const standardMap: Command = {
  name: 'standard map',
  usage: 'FILE --from RELEASE --to RELEASE',
  summary: {
    zh: '把一个文件的记录换成另一版数据标准的说法（仅供导出）：不截断、不猜测，丢失什么逐项说明。不需要节点。',
    en: 'Says the records of a file in the words of another release (for export): nothing is cut or guessed, and what is lost is listed. Needs no node.',
  },
  options: {
    from: { type: 'string', value: 'RELEASE', help: { zh: '文件所用的版本', en: 'release of the file' } },
    to: { type: 'string', value: 'RELEASE', help: { zh: '换成的版本', en: 'release to say it in' } },
    out: {
      type: 'string',
      value: 'FILE',
      help: {
        zh: '结果（NDJSON）写入此文件；缺省写到标准输出（与 --json 同用时只给报告）',
        en: 'file for the result (NDJSON); standard output when absent (with --json: the report only)',
      },
    },
    ...tableCommandOptions,
  },
  positionals: { min: 1, max: 1 },
  refused: {
    zh: '有记录没有对应的数据表，或在另一版中会被退回',
    en: 'records have no counterpart, or the other release would refuse them',
  },
  examples: ['huijiao standard map 项目2014.ndjson --from 2014 --to 2018 --out 项目2018.ndjson'],
  run: runMap,
}

async function runMap(call: Call): Promise<ExitCode> {
  const [from, to, out] = [text(call, 'from'), text(call, 'to'), text(call, 'out')]
  if (from === undefined || to === undefined) throw usage('须给出 --from 与 --to', '--from and --to are needed')
  const { mapFile } = await import('../standard/map-file.ts')
  const releases = { from: await releaseNamed(from), to: await releaseNamed(to), words: tableWordsOf(call), at: new Date() }
  const { terminal } = call
  const file = out === undefined ? null : openSync(out, 'w')
  try {
    const write = (line: object) => {
      if (file !== null) writeSync(file, `${JSON.stringify(line)}\n`)
      else if (!terminal.json) terminal.out(`${JSON.stringify(line)}\n`)
    }
    const report = await mapFile(call.positionals[0] as string, releases, write, call.signal)
    if (terminal.json) terminal.out(`${JSON.stringify(report)}\n`)
    // The records have standard output to themselves when they go there.
    else showMapped(out === undefined ? { ...call, terminal: { ...terminal, out: terminal.err } } : call, report)
    return report.counts.unmapped + report.counts.wouldBeRefused > 0 ? exitCodes.refused : exitCodes.done
  } finally {
    if (file !== null) closeSync(file)
  }
}

const lostShown = 40

function showMapped({ terminal }: Call, { from, to, records, counts, lost, assumed, problems }: MappedFile): void {
  tell(
    terminal,
    `${from} → ${to}：${records} 条，完整 ${counts.whole}，有丢失 ${counts.lossy}，未能转换 ${counts.unmapped}；转换后会被退回 ${counts.wouldBeRefused}`,
    `${from} → ${to}: ${records} records, ${counts.whole} whole, ${counts.lossy} with losses, ${counts.unmapped} not mapped; ${counts.wouldBeRefused} of the result would be refused`,
  )
  for (const one of lost.slice(0, lostShown)) {
    const at = `${one.count} × ${one.entity}${one.field === null ? '' : `.${one.field}`}`
    const choice =
      one.candidates === undefined ? ['', ''] : [`（可选 ${one.candidates.join('、')}）`, ` (candidates ${one.candidates.join(', ')})`]
    tell(
      terminal,
      printable(`${at} ${one.name}：${one.zh}${choice[0]}`),
      printable(`${at}: ${one.en}${choice[1]}`),
      one.partly ? '~ ' : '- ',
    )
  }
  if (lost.length > lostShown)
    tell(terminal, `另有 ${lost.length - lostShown} 类，见 --json`, `${lost.length - lostShown} more kinds, see --json`, '  ')
  for (const one of assumed)
    tell(
      terminal,
      printable(`${one.count} × ${one.entity}${one.pointer}：${one.zh}`),
      printable(`${one.count} × ${one.entity}${one.pointer}: ${one.en}`),
      '+ ',
    )
  if (problems.length > 0) terminal.out(showGroups(terminal.lang, problems, '  '))
}
