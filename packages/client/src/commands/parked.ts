import { count, flag, text, type Call, type Command, type Option } from '../cli/command.ts'
import { printable, tell } from '../cli/terminal.ts'
import { exitCodes, usage, type ExitCode } from '../user-error.ts'
import { jsonOf, operatorOptions, postAdmin, readAdmin } from './operator.ts'

interface Group {
  readonly link: string
  readonly reason: string
  readonly title: { readonly zh: string; readonly en: string }
  readonly entity: string
  readonly records: number
  readonly retried: number
  /** Absent from older nodes. */
  readonly unjudged?: number
  readonly oldest: string
  readonly regions: readonly string[]
  readonly fields: readonly string[]
  readonly examples: readonly string[]
}
interface Groups {
  readonly groups: readonly Group[]
  readonly ages: readonly {
    readonly link: string
    readonly oldest: string
    readonly oldestHours: number
    readonly older: readonly { readonly hours: number; readonly records: number }[]
  }[]
}
interface ParkedRecord {
  readonly link: string
  readonly recordId: string
  readonly entity: string
  readonly reportingRegion: string
  readonly stream: string
  readonly reason: string
  readonly retries: number
  readonly unjudged?: boolean
  readonly parkedAt: string
}

const filters = ['link', 'reason', 'entity', 'region', 'participant', 'record'] as const

const filterOptions: Readonly<Record<string, Option>> = {
  link: { type: 'string', value: 'LINK', help: { zh: '上报通道', en: 'link' } },
  reason: { type: 'string', value: 'CODE', help: { zh: '原因（问题代码）', en: 'reason (problem code)' } },
  entity: { type: 'string', value: 'ENTITY', help: { zh: '数据表', en: 'entity' } },
  region: { type: 'string', value: 'CODE', help: { zh: '行政区划代码或其开头', en: 'region code, or the beginning of one' } },
  participant: { type: 'string', value: 'STREAM', help: { zh: '来源：节点/接入单位', en: 'stream: node/participant' } },
  record: { type: 'string', value: 'ID', help: { zh: '记录编号', en: 'record id' } },
  unjudged: {
    type: 'boolean',
    help: { zh: '只限已发送而未收到回执的（上级可能已收下）', en: 'only those that were sent without a receipt, and may stand above' },
  },
}

export const parkedList: Command = {
  name: 'parked list',
  usage: '--node URL --token-file FILE',
  summary: {
    zh: '列出上级退回而待处理的记录：按原因归类，附积压时长。--records 逐条列出。',
    en: 'Shows the records that the level above refused and that are set aside: grouped by reason, with how long they have waited. --records lists them one by one.',
  },
  options: {
    ...operatorOptions,
    ...filterOptions,
    records: { type: 'boolean', help: { zh: '逐条列出', en: 'one by one' } },
    limit: {
      type: 'string',
      value: 'N',
      help: { zh: '--records 时最多列出多少条（默认 100，至多 500）', en: 'with --records: at most so many (100, at most 500)' },
    },
  },
  positionals: { min: 0, max: 0 },
  refused: { zh: '有待处理的记录', en: 'records are parked' },
  examples: [
    'huijiao parked list --node http://127.0.0.1:7101 --token-file token.txt',
    'huijiao parked list --records --reason region-not-granted --node http://127.0.0.1:7101 --token-file token.txt',
  ],
  run: runList,
}

export const parkedRetry: Command = {
  name: 'parked retry',
  usage: '(--reason CODE | --link LINK | … | --all) --node URL --token-file FILE',
  summary: {
    zh: '重发待处理的记录：按条件，或 --all 全部。内容有误的不必重发：来源改正后重新报送，原记录自行关闭。',
    en: 'Sends parked records again: those that the filters find, or --all. What is wrong in itself needs none: its source mends it and sends it, and this one is closed.',
  },
  options: { ...operatorOptions, ...filterOptions, all: { type: 'boolean', help: { zh: '全部', en: 'all of them' } } },
  positionals: { min: 0, max: 0 },
  examples: ['huijiao parked retry --reason region-not-granted --node http://127.0.0.1:7101 --token-file token.txt'],
  run: runRetry,
}

function filterOf(call: Call): Record<string, string | true> {
  const texts = filters.flatMap((name) => {
    const value = text(call, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(texts), ...(flag(call, 'unjudged') ? { unjudged: true as const } : {}) }
}

const queryOf = (filter: Record<string, string | true>): string =>
  new URLSearchParams(Object.entries(filter).map(([name, value]): [string, string] => [name, String(value)])).toString()

async function runList(call: Call): Promise<ExitCode> {
  const filter = filterOf(call)
  if (flag(call, 'records')) {
    const limit = count(call, 'limit', 100, 500)
    const page = await readAdmin<{ items: ParkedRecord[]; next: string | null }>(
      call,
      `/parked?${queryOf({ ...filter, limit: String(limit) })}`,
    )
    if (call.terminal.json) call.terminal.out(`${JSON.stringify(page)}\n`)
    for (const one of page.items) {
      const mark = one.unjudged === true ? '  未收到回执 / no receipt' : ''
      const line = printable(`${one.parkedAt}  ${one.link}  ${one.recordId}  ${one.entity}  ${one.reportingRegion}  ${one.reason}${mark}`)
      tell(call.terminal, line, line)
    }
    if (page.next !== null) tell(call.terminal, `只列出前 ${limit} 条`, `the first ${limit} only`, '… ')
    return page.items.length > 0 ? exitCodes.refused : exitCodes.done
  }
  const query = queryOf(filter)
  const found = await readAdmin<Groups>(call, `/parked/groups${query === '' ? '' : `?${query}`}`)
  if (call.terminal.json) call.terminal.out(`${JSON.stringify(found)}\n`)
  else showGroups(call, found)
  return found.groups.length > 0 ? exitCodes.refused : exitCodes.done
}

function showGroups({ terminal }: Call, { groups, ages }: Groups): void {
  const total = groups.reduce((sum, one) => sum + one.records, 0)
  if (total === 0) return tell(terminal, '没有待处理的记录', 'nothing is parked', '✓ ')
  tell(terminal, `待处理 ${total} 条`, `${total} records are parked`, '! ')
  const unjudged = groups.reduce((sum, one) => sum + (one.unjudged ?? 0), 0)
  if (unjudged > 0)
    tell(
      terminal,
      `其中 ${unjudged} 条已发送而未收到回执，上级可能已收下；重发或对账后按回执结清`,
      `${unjudged} of them were sent without a receipt and may stand above; sending them again, or a comparison, settles them`,
      '  ',
    )
  for (const one of groups) {
    const where = `${one.link}  ${one.entity}  ${one.regions.join(',')}`
    tell(
      terminal,
      printable(
        `${one.records} 条  ${one.reason}（${one.title.zh}）  ${where}${one.fields.length > 0 ? `  ${one.fields.join('、')}` : ''}`,
      ),
      printable(`${one.records}  ${one.reason} (${one.title.en})  ${where}`),
      '  ',
    )
  }
  for (const { link, oldestHours, older } of ages) {
    const late = older.filter((one) => one.records > 0).at(-1)
    tell(
      terminal,
      printable(`${link}：最久 ${oldestHours} 小时${late === undefined ? '' : `，${late.records} 条超过 ${late.hours} 小时`}`),
      printable(`${link}: the oldest ${oldestHours} h${late === undefined ? '' : `, ${late.records} older than ${late.hours} h`}`),
      late === undefined ? '  ' : '! ',
    )
  }
}

async function runRetry(call: Call): Promise<ExitCode> {
  const filter = filterOf(call)
  const all = flag(call, 'all')
  if (all === Object.keys(filter).length > 0) throw usage('给出条件，或 --all，二者之一', 'give filters or --all, one of them')
  const links = all ? (await readAdmin<{ items: { name: string }[] }>(call, '/links')).items.map(({ name }) => ({ link: name })) : [filter]
  let retried = 0
  for (const one of links) retried += jsonOf<{ retried: number }>(await postAdmin(call, '/parked/retry', { filter: one })).retried
  if (call.terminal.json) call.terminal.out(`${JSON.stringify({ retried })}\n`)
  else tell(call.terminal, `重发 ${retried} 条`, `${retried} records go again`, '✓ ')
  return exitCodes.done
}
