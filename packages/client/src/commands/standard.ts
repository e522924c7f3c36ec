import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { flag, text, type Call, type Command, type Option } from '../cli/command.ts'
import { instantWords } from '../cli/instant.ts'
import { printable, say, tell } from '../cli/terminal.ts'
import { exitCodes, usage, type ExitCode } from '../user-error.ts'
import { jsonOf, operatorOptions, postAdmin, readAdmin } from './operator.ts'

interface Loaded {
  readonly release: string
  readonly revision: number
  readonly issuer: string
  readonly digest: string
  readonly changed: boolean
  readonly effectiveFrom: string | null
  readonly signedBy: readonly string[]
  readonly shadowRun: number | null
}

interface Listed extends Omit<Loaded, 'changed' | 'shadowRun'> {
  readonly state: string
  readonly origin: string
  readonly source: string | null
}

const issuer: Option = {
  type: 'string',
  value: 'CODE',
  help: { zh: '发布机关的行政区划代码（同号多份时）', en: 'region code of the issuer, where several issued that number' },
}
const reason: Option = { type: 'string', value: 'TEXT', help: { zh: '理由，写入日志', en: 'why; it goes into the log' } }
const refused = { zh: '节点未接受', en: 'the node did not take it' }

/** The path of a release under `/standards`. */
export const pathOf = (release: string) => `/standards/${encodeURIComponent(release)}`

/** @throws UserError (usage) */
export function revisionOf(value: string | undefined): number {
  const revision = Number(value)
  if (!/^\d{1,9}$/.test(value ?? '') || revision < 1) throw usage('修订号应为正整数', 'a revision is a whole number from 1')
  return revision
}

export const standardList: Command = {
  name: 'standard list',
  usage: '--node URL --token-file FILE',
  summary: {
    zh: '列出节点上的数据标准：各修订、状态、生效时间、签名人。',
    en: 'Lists the releases of the standard at a node: revisions, states, instants, signers.',
  },
  options: operatorOptions,
  positionals: { min: 0, max: 0 },
  examples: ['huijiao standard list --node http://127.0.0.1:7101 --token-file token.txt'],
  run: async (call) => {
    const { items, refused: failed } = await readAdmin<{
      items: Listed[]
      refused: { release: string; revision: number; source: string }[]
    }>(call, '/standards')
    if (call.terminal.json) call.terminal.out(`${JSON.stringify({ items, refused: failed })}\n`)
    for (const one of items) {
      const from1970 = one.effectiveFrom === null || one.effectiveFrom.startsWith('1970-')
      const since = from1970 ? { zh: '', en: '' } : instantWords(one.effectiveFrom as string)
      const name = `${one.release} r${one.revision} (${one.issuer})`
      const from = one.source ?? one.origin
      tell(
        call.terminal,
        printable(`${name}  ${stateWords[one.state]?.zh ?? one.state}${since.zh === '' ? '' : ` ${since.zh}`}  来自 ${from}`),
        printable(`${name}  ${stateWords[one.state]?.en ?? one.state}${since.en === '' ? '' : ` ${since.en}`}  from ${from}`),
      )
    }
    for (const one of failed)
      say(
        call.terminal,
        printable(`曾拒绝 ${one.source} 的 ${one.release} r${one.revision}`),
        printable(`refused ${one.release} r${one.revision} from ${one.source}`),
        '! ',
      )
    return exitCodes.done
  },
}

const stateWords: Readonly<Record<string, { zh: string; en: string }>> = {
  'in-force': { zh: '现行', en: 'in force' },
  scheduled: { zh: '待生效', en: 'scheduled' },
  past: { zh: '已停用', en: 'past' },
  kept: { zh: '仅保存', en: 'kept' },
  'not-served': { zh: '本节点不用', en: 'not served here' },
}

export const standardLoad: Command = {
  name: 'standard load',
  usage: 'FILE --node URL --token-file FILE',
  summary: {
    zh: '装载一份已签名的数据标准。生效前节点对收到的记录试运行，报告见 standard shadow。',
    en: 'Loads a signed release of the standard. Until it counts, the node tries it on what comes in; see standard shadow.',
  },
  options: operatorOptions,
  positionals: { min: 1, max: 1 },
  refused,
  examples: ['huijiao standard load release-2018-r2.json --node http://127.0.0.1:7301 --token-file token.txt'],
  run: async (call) => {
    const bytes = readInput(call.positionals[0] as string)
    const loaded = jsonOf<Loaded>(await postAdmin(call, '/standards', { bytes, contentType: 'application/json' }))
    return showLoaded(call, loaded)
  },
}

function showLoaded({ terminal }: Call, loaded: Loaded): ExitCode {
  const { release, revision, issuer: by, changed, effectiveFrom, signedBy, shadowRun } = loaded
  if (terminal.json) terminal.out(`${JSON.stringify(loaded)}\n`)
  const name = `${release} r${revision} (${by})`
  if (changed) tell(terminal, `已装载 ${name}，签名人 ${signedBy.join('、')}`, `loaded ${name}, signed by ${signedBy.join(', ')}`, '✓ ')
  else tell(terminal, `${name} 早已装载`, `${name} was loaded before`, '✓ ')
  if (effectiveFrom === null) tell(terminal, '只保存，不生效：已有更新的修订', 'kept only: a newer one counts', '  ')
  else tell(terminal, `自 ${instantWords(effectiveFrom).zh} 生效`, `counts from ${instantWords(effectiveFrom).en}`, '  ')
  showShadowRun({ terminal }, shadowRun)
  return exitCodes.done
}

/** Where it is told what a revision would refuse, until it counts. Older nodes say nothing of it when they are asked to activate one. */
function showShadowRun({ terminal }: Pick<Call, 'terminal'>, run: number | null | undefined): void {
  if (typeof run !== 'number') return
  const command = `huijiao standard shadow --run ${run}`
  tell(terminal, `试运行 ${run}：${command}`, `shadow run ${run}: ${command}`, '  ')
}

export const standardActivate: Command = {
  name: 'standard activate',
  usage: 'RELEASE REVISION --reason TEXT --node URL --token-file FILE',
  summary: {
    zh: '改用某一修订：退回旧修订，或提前启用。已开始的批次仍按原修订。',
    en: 'Has a revision count: back to an older one, or ahead of its day. What has begun keeps what it began with.',
  },
  options: {
    ...operatorOptions,
    issuer,
    reason,
    from: {
      type: 'string',
      value: 'INSTANT',
      help: { zh: '自何时起（RFC 3339）；缺省尽快', en: 'from when (RFC 3339); soon when absent' },
    },
  },
  positionals: { min: 2, max: 2 },
  refused,
  examples: ['huijiao standard activate 2018 1 --reason 新修订有误 --node http://127.0.0.1:7101 --token-file token.txt'],
  run: async (call) => {
    const { release, body } = change(call)
    const from = text(call, 'from')
    const answer = await postAdmin(call, `${pathOf(release)}/activate`, { ...body, ...(from === undefined ? {} : { from }) })
    const done = jsonOf<{ release: string; revision: number; effectiveFrom: string; shadowRun?: number | null }>(answer)
    if (call.terminal.json) call.terminal.out(`${JSON.stringify(done)}\n`)
    const name = `${done.release} r${done.revision}`
    const since = instantWords(done.effectiveFrom)
    tell(call.terminal, `${name} 自 ${since.zh} 生效`, `${name} counts from ${since.en}`, '✓ ')
    showShadowRun(call, done.shadowRun)
    return exitCodes.done
  },
}

export const standardCancel: Command = {
  name: 'standard cancel',
  usage: 'RELEASE REVISION --reason TEXT --node URL --token-file FILE',
  summary: { zh: '撤销一个修订尚未到时的生效安排。', en: 'Takes back a revision that is to count later.' },
  options: { ...operatorOptions, issuer, reason },
  positionals: { min: 2, max: 2 },
  refused,
  examples: ['huijiao standard cancel 2018 2 --reason 试运行退回过多 --node http://127.0.0.1:7101 --token-file token.txt'],
  run: async (call) => {
    const { release, body } = change(call)
    const done = jsonOf<{ cancelled: number }>(await postAdmin(call, `${pathOf(release)}/cancel`, body))
    if (call.terminal.json) call.terminal.out(`${JSON.stringify(done)}\n`)
    tell(call.terminal, `已撤销 ${done.cancelled} 项安排`, `took back ${done.cancelled}`, '✓ ')
    return exitCodes.done
  },
}

function change(call: Call): { release: string; body: { revision: number; issuer?: string; reason: string } } {
  const [release, revision] = call.positionals as [string, string]
  const [why, by] = [text(call, 'reason'), text(call, 'issuer')]
  if (why === undefined || why.trim() === '') throw usage('须写明 --reason', '--reason is missing')
  return { release, body: { revision: revisionOf(revision), reason: why, ...(by === undefined ? {} : { issuer: by }) } }
}

const mediaTypes: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

export const standardDictionary: Command = {
  name: 'standard dictionary',
  usage: 'RELEASE CODE FILE --title TEXT (--complete | --incomplete) --node URL --token-file FILE',
  summary: {
    zh: '用官方文件（CSV 或 Excel）替换一个字典；结果是本节点签名的新修订。',
    en: 'Replaces a dictionary by an official file (CSV or Excel); the result is a revision that the node signs.',
  },
  options: {
    ...operatorOptions,
    title: { type: 'string', value: 'TEXT', help: { zh: '文件名称', en: 'what the file is' } },
    reference: { type: 'string', value: 'TEXT', help: { zh: '文号或出处', en: 'its number, or where it is' } },
    date: { type: 'string', value: 'YYYY-MM-DD', help: { zh: '文件日期', en: 'day of the file' } },
    complete: { type: 'boolean', help: { zh: '文件是完整的代码表', en: 'the file is the whole table' } },
    incomplete: { type: 'boolean', help: { zh: '文件不完整；未列代码仍只警告', en: 'it is not; codes it lacks stay warnings' } },
    missing: { type: 'string', value: 'TEXT', help: { zh: '缺少什么', en: 'what is missing' } },
    'last-day': {
      type: 'string',
      value: 'YYYY-MM-DD',
      help: { zh: '文件中不再出现的代码的末日；缺省即删去', en: 'last day of codes that it has no more; dropped when absent' },
    },
    sheet: { type: 'string', value: 'NAME', help: { zh: '工作表', en: 'sheet of the workbook' } },
    from: {
      type: 'string',
      value: 'INSTANT',
      help: { zh: '自何时起（RFC 3339）；缺省尽快', en: 'from when (RFC 3339); soon when absent' },
    },
    check: { type: 'boolean', help: { zh: '只列出差异，不替换', en: 'only say what it would change' } },
  },
  positionals: { min: 3, max: 3 },
  refused,
  examples: [
    'huijiao standard dictionary 2018 TBCORPBADDIC 不良行为记录.xlsx --title 全国建筑市场各方主体不良行为记录认定标准 --incomplete --node http://127.0.0.1:7101 --token-file token.txt',
  ],
  run: async (call) => {
    const [release, code, file] = call.positionals as [string, string, string]
    const contentType = mediaTypes[extname(file).toLowerCase()]
    if (contentType === undefined) throw usage('文件应为 .csv 或 .xlsx', 'the file must be .csv or .xlsx')
    if (flag(call, 'complete') === flag(call, 'incomplete'))
      throw usage('--complete 与 --incomplete 须且只能给一个', 'give either --complete or --incomplete')
    if (text(call, 'title') === undefined) throw usage('须写明 --title', '--title is missing')
    const query = new URLSearchParams({ complete: String(flag(call, 'complete')) })
    for (const [option, name] of Object.entries({
      title: 'title',
      reference: 'reference',
      date: 'date',
      missing: 'missing',
      'last-day': 'lastDay',
      sheet: 'sheet',
      from: 'from',
    })) {
      const value = text(call, option)
      if (value !== undefined) query.set(name, value)
    }
    const bytes = readInput(file)
    const check = flag(call, 'check')
    const path = `${pathOf(release)}/dictionaries/${encodeURIComponent(code)}${check ? '/check' : ''}?${query}`
    const answer = await postAdmin(call, path, { bytes, contentType })
    return check ? showDifference(call, jsonOf<Difference>(answer)) : showLoaded(call, jsonOf<Loaded>(answer))
  },
}

interface Difference {
  readonly release: string
  readonly revision: number
  readonly counts: Readonly<Record<'added' | 'changed' | 'ended' | 'removed' | 'same', number>>
  readonly changes: readonly {
    readonly code: string
    readonly kind: string
    readonly before: { readonly nameZh: string } | null
    readonly after: { readonly nameZh: string } | null
  }[]
  readonly more: boolean
  /** Stored records that use a code which would end, go or be renamed; older nodes do not say. */
  readonly use?: { readonly records: number; readonly more: boolean; readonly codes: Readonly<Record<string, number>> }
}

const kindWords: Readonly<Record<string, { zh: string; en: string }>> = {
  added: { zh: '新增', en: 'added' },
  changed: { zh: '变更', en: 'changed' },
  ended: { zh: '停用', en: 'ended' },
  removed: { zh: '删除', en: 'dropped' },
}

function showDifference({ terminal }: Call, difference: Difference): ExitCode {
  const { release, revision, counts, changes, more, use } = difference
  if (terminal.json) terminal.out(`${JSON.stringify(difference)}\n`)
  tell(
    terminal,
    `将成为 ${release} r${revision}：新增 ${counts.added}，变更 ${counts.changed}，停用 ${counts.ended}，删除 ${counts.removed}，不变 ${counts.same}`,
    `would be ${release} r${revision}: ${counts.added} added, ${counts.changed} changed, ${counts.ended} ended, ${counts.removed} dropped, ${counts.same} unchanged`,
  )
  if (use !== undefined) {
    const least = use.more ? { zh: '至少 ', en: 'at least ' } : { zh: '', en: '' }
    tell(
      terminal,
      `已入库记录中有 ${least.zh}${use.records} 条用到停用、删除、改名或改期的代码；替换不改动它们`,
      `${least.en}${use.records} stored records use codes that would end, go, be renamed or count for other days; they stay as they are`,
    )
  }
  for (const { code, kind, before, after } of changes) {
    const used = use?.codes[code]
    const [was, is] = [before?.nameZh, after?.nameZh]
    const name = was === undefined || is === undefined || was === is ? (is ?? was) : `${was} → ${is}`
    tell(
      terminal,
      printable(`${kindWords[kind]?.zh ?? kind}  ${code}  ${name}${used === undefined ? '' : `（${used} 条记录）`}`),
      printable(`${kindWords[kind]?.en ?? kind}  ${code}  ${name}${used === undefined ? '' : ` (${used} records)`}`),
      '  ',
    )
  }
  if (more) tell(terminal, '其余未列出', 'and more', '  ')
  return exitCodes.done
}

/** @throws UserError (usage) when the file cannot be read */
export function readInput(path: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(path))
  } catch (error) {
    throw usage(`读不了 ${path}`, `cannot read ${path}: ${(error as Error).message}`)
  }
}
