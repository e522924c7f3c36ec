import { count, text, type Call, type Command, type Option } from '../cli/command.ts'
import { instantWords } from '../cli/instant.ts'
import { printable, tell } from '../cli/terminal.ts'
import { exitCodes, usage, type ExitCode } from '../user-error.ts'
import { jsonOf, operatorOptions, postAdmin, readAdmin } from './operator.ts'

interface Decided {
  readonly recordId: string
  readonly entity: string
  readonly versions: number
}
interface Decision {
  readonly recordId: string
  readonly entity: string
  readonly reportingRegion: string | null
  readonly document: string | null
  readonly reason: string
  readonly actor: string
  readonly madeAt: string
  readonly ended: { readonly at: string; readonly actor: string; readonly reason: string } | null
}

const refused = { zh: '节点未接受', en: 'the node did not take it' }
const reasonOption: Option = { type: 'string', value: 'TEXT', help: { zh: '理由，记入审计日志', en: 'why; it stands in the log' } }

export const sendUpDecide: Command = {
  name: 'send-up decide',
  usage: 'RECORD --reason TEXT [--document NUMBER] --node URL --token-file FILE',
  summary: {
    zh: '决定上报：政策的条件把一条记录留在本级，而条件写明可由决定放行（如情节严重的地方行为代码）。该记录及其后的版本带标记上报，其他条件照常判断。',
    en: 'Decides that a record goes up although a rule of the policy keeps it here, where the rule says that a decision may overcome it (a serious conduct of a provincial code). It and its later versions go up flagged; all other rules count as before.',
  },
  options: {
    reason: reasonOption,
    document: { type: 'string', value: 'NUMBER', help: { zh: '决定文号', en: 'number of the document in which it was decided' } },
    ...operatorOptions,
  },
  positionals: { min: 1, max: 1 },
  refused,
  examples: [
    'huijiao send-up decide r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d --reason 情节严重 --document 示建函〔2026〕12号 --node http://127.0.0.1:7201 --token-file token.txt',
  ],
  run: async (call) => {
    const document = text(call, 'document')
    const made = await post(call, 'send-up', { ...(document === undefined ? {} : { document }) })
    return told(call, made, '决定上报', 'it goes up')
  },
}

export const sendUpEnd: Command = {
  name: 'send-up end',
  usage: 'RECORD --reason TEXT --node URL --token-file FILE',
  summary: {
    zh: '撤销上报决定：已上报的在上级终止，其后的版本留在本级。',
    en: 'Takes such a decision back: what went up is ended above, and later versions stay here again.',
  },
  options: { reason: reasonOption, ...operatorOptions },
  positionals: { min: 1, max: 1 },
  refused,
  examples: [
    'huijiao send-up end r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d --reason 复议后撤销 --node http://127.0.0.1:7201 --token-file token.txt',
  ],
  run: async (call) => told(call, await post(call, 'send-up/end', {}), '已撤销上报决定', 'the decision is taken back'),
}

export const sendUpList: Command = {
  name: 'send-up list',
  usage: '--node URL --token-file FILE',
  summary: { zh: '列出上报决定，最新的在前。', en: 'Lists the decisions to send up, newest first.' },
  options: {
    state: { type: 'string', value: 'standing|ended', help: { zh: '现行的，或已撤销的', en: 'those that stand, or those taken back' } },
    entity: { type: 'string', value: 'ENTITY', help: { zh: '数据表', en: 'entity' } },
    record: { type: 'string', value: 'ID', help: { zh: '记录编号', en: 'record id' } },
    limit: { type: 'string', value: 'N', help: { zh: '最多列出多少条（默认 100，至多 500）', en: 'at most so many (100, at most 500)' } },
    ...operatorOptions,
  },
  positionals: { min: 0, max: 0 },
  examples: ['huijiao send-up list --state standing --node http://127.0.0.1:7201 --token-file token.txt'],
  run: runList,
}

/** @throws UserError (usage) for what is no record id, before the node is asked */
function recordOf(id: string | undefined): string {
  if (id === undefined || !/^r_[0-9a-f]{32}$/.test(id))
    throw usage('记录编号应为 r_ 加 32 位十六进制数，见回执的 recordId', 'a record id is r_ and 32 hex digits, as recordId in a receipt')
  return id
}

async function post(call: Call, path: 'send-up' | 'send-up/end', more: object): Promise<Decided> {
  const record = recordOf(call.positionals[0])
  const reason = text(call, 'reason')?.trim() ?? ''
  if (reason === '') throw usage('缺少 --reason 理由', '--reason is missing')
  return jsonOf<Decided>(await postAdmin(call, `/records/${record}/${path}`, { reason, ...more }))
}

function told({ terminal }: Call, made: Decided, zh: string, en: string): ExitCode {
  if (terminal.json) terminal.out(`${JSON.stringify(made)}\n`)
  const { recordId, entity, versions } = made
  tell(
    terminal,
    printable(`${zh}：${entity} ${recordId}，${versions} 个版本`),
    printable(`${en}: ${entity} ${recordId}, ${versions} versions`),
    '✓ ',
  )
  return exitCodes.done
}

async function runList(call: Call): Promise<ExitCode> {
  const { terminal } = call
  const [state, entity, record] = ['state', 'entity', 'record'].map((name) => text(call, name))
  if (state !== undefined && state !== 'standing' && state !== 'ended')
    throw usage('--state 只能是 standing 或 ended', '--state takes standing or ended')
  const limit = count(call, 'limit', 100, 500)
  const query = new URLSearchParams({
    limit: String(limit),
    ...(state === undefined ? {} : { state }),
    ...(entity === undefined ? {} : { entity }),
    ...(record === undefined ? {} : { record: recordOf(record) }),
  })
  const page = await readAdmin<{ items: Decision[]; next: string | null }>(call, `/sent-up?${query.toString()}`)
  if (terminal.json) terminal.out(`${JSON.stringify(page)}\n`)
  if (page.items.length === 0) tell(terminal, '没有上报决定', 'no decisions to send up', '✓ ')
  for (const { recordId, entity: table, document, reason, actor, madeAt, ended } of page.items) {
    const [made, end] = [instantWords(madeAt), ended === null ? null : instantWords(ended.at)]
    const what = [recordId, table, ...(document === null ? [] : [document]), reason].join('  ')
    tell(
      terminal,
      printable(
        `${made.zh}  ${actor}  ${what}${ended === null || end === null ? '' : `  已撤销：${end.zh} ${ended.actor} ${ended.reason}`}`,
      ),
      printable(
        `${made.en}  ${actor}  ${what}${ended === null || end === null ? '' : `  taken back: ${end.en} ${ended.actor} ${ended.reason}`}`,
      ),
      ended === null ? '• ' : '  ',
    )
  }
  if (page.next !== null) tell(terminal, `只列出前 ${limit} 条`, `the first ${limit} only`, '… ')
  return exitCodes.done
}
