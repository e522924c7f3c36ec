import { createHash } from 'node:crypto'
import { flag, text, type Call, type Command, type Option } from '../cli/command.ts'
import { duration, startProgress } from '../cli/progress.ts'
import { printable, tell } from '../cli/terminal.ts'
import type { Destination } from '../http/destination.ts'
import { getJson, type RequestBody, send } from '../http/send.ts'
import { progressWords } from '../push/storing.ts'
import { followProgress, progressOfAnswer, type StoringProgress, withProgress } from '../storing-progress.ts'
import { exitCodes, usage, type ExitCode } from '../user-error.ts'
import { credentialOptions, credentialsOf, destinationOf, patienceOf } from './common.ts'
import { operatorOf, operatorOptions } from './operator.ts'

const options: Readonly<Record<string, Option>> = {
  to: {
    type: 'string',
    value: 'URL',
    help: { zh: '节点地址（以报送单位身份）', en: 'address of the node (as the participant that sent it)' },
  },
  ...credentialOptions,
  ...operatorOptions,
  node: { type: 'string', value: 'URL', help: { zh: '节点地址（以节点管理员身份）', en: 'address of the node (as its operator)' } },
  participant: {
    type: 'string',
    value: 'ID',
    help: { zh: '管理员：哪个接入单位的批次（编号重复时需要）', en: 'operator: whose submission (needed when two used one id)' },
  },
}

export const importStatus: Command = {
  name: 'import status',
  usage: 'ID --to URL | --node URL',
  summary: {
    zh: '查看一个大批次的入库进度：已处理、退回、速率、剩余时间。--watch 一直看到结束。',
    en: 'Shows how far a large submission is: records done, refused, rate, time left. --watch looks on until it has ended.',
  },
  options: { ...options, watch: { type: 'boolean', help: { zh: '持续显示，直到结束', en: 'look on until it has ended' } } },
  positionals: { min: 1, max: 1 },
  refused: { zh: '批次已结束，有记录被退回，或被取消', en: 'it has ended with refused records, or was cancelled' },
  examples: ['huijiao import status 1e8ff4cc-25ea-4de4-aa4f-2531371bd198 --to http://127.0.0.1:7101 --key-file key.txt --watch'],
  run: runStatus,
}

const control = (act: 'pause' | 'resume' | 'cancel', zh: string, en: string): Command => ({
  name: `import ${act}`,
  usage: 'ID --to URL | --node URL',
  summary: { zh, en },
  options,
  positionals: { min: 1, max: 1 },
  refused: { zh: '批次的状态不允许', en: 'the state of the submission does not allow it' },
  examples: [`huijiao import ${act} 1e8ff4cc-25ea-4de4-aa4f-2531371bd198 --to http://127.0.0.1:7101 --key-file key.txt`],
  run: (call) => runControl(call, act),
})

export const importPause = control(
  'pause',
  '暂停入库：当前分段存完即停，已入库的保留。',
  'Pauses storing at the end of the part under way; what is stored stands.',
)
export const importResume = control(
  'resume',
  '恢复入库：从上一分段的末尾继续，不重不漏。管理员暂停的只能由管理员恢复。',
  'Goes on where the last part ended, doubling and losing nothing. What an operator paused only an operator resumes.',
)
export const importCancel = control(
  'cancel',
  '取消：已入库的保留，其余不再入库，节点签发“已取消”回执。此后同一批次编号不能续报，其余部分须换编号。',
  'Ends it: what is stored stands, the rest is not stored, and the node signs a receipt that says so. The rest can only be sent under another id.',
)

interface Target {
  readonly to: Destination
  /** Of the submission, with a query when it says whose. */
  readonly path: string
  readonly id: string
}

/** As the participant with `--to`, as the operator with `--node`. @throws UserError (usage) */
function targetOf(call: Call): Target {
  const id = call.positionals[0] as string
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) throw usage('批次编号应为 UUID', 'the id of a submission is a UUID')
  const asOperator = text(call, 'node') !== undefined
  if (asOperator === (text(call, 'to') !== undefined))
    throw usage(
      '用 --to（报送单位）或 --node（管理员）之一给出节点地址',
      'name the node with --to (participant) or with --node (operator), one of them',
    )
  const participant = text(call, 'participant')
  if (!asOperator && participant !== undefined) throw usage('--participant 与 --node 同用', '--participant goes with --node')
  const query = participant === undefined ? '' : `?participant=${encodeURIComponent(participant)}`
  return asOperator
    ? { id, to: operatorOf(call), path: `/admin/v1/submissions/${id}${query}` }
    : { id, to: destinationOf(call, 'to', credentialsOf(call)), path: `/v1/submissions/${id}` }
}

async function runStatus(call: Call): Promise<ExitCode> {
  const { terminal, signal } = call
  const target = targetOf(call)
  const patience = patienceOf(call, 30)
  let document = await getJson(target.to, withProgress(target.path), patience, signal)
  let now = progressOfAnswer(document)
  if (flag(call, 'watch') && !hasEnded(now)) {
    const bar = startProgress(terminal, { zh: '入库', en: 'storing' })
    try {
      for await (now of followProgress(target.to, target.path, patience, signal))
        bar.update(now.share ?? 0, 1, progressWords(now), now.secondsLeft)
    } finally {
      bar.clear()
    }
    document = await getJson(target.to, withProgress(target.path), patience, signal)
    now = progressOfAnswer(document)
  }
  show(call, target.id, now, document)
  return hasEnded(now) && (now.outcome === 'cancelled' || (now.records?.refused ?? 0) > 0) ? exitCodes.refused : exitCodes.done
}

/** A signature of a POST covers the digest of its body, also of an empty one. */
const nothing: RequestBody = {
  contentType: 'application/octet-stream',
  contentEncoding: null,
  sha256: createHash('sha256').digest(),
  content: new Uint8Array(0),
}

async function runControl(call: Call, act: 'pause' | 'resume' | 'cancel'): Promise<ExitCode> {
  const target = targetOf(call)
  const [address, query] = target.path.split('?')
  const path = `${address}/${act}${query === undefined ? '' : `?${query}`}`
  // Safe to repeat: pausing what is paused, or cancelling what is cancelled, changes nothing.
  const asked = { method: 'POST', path, ...(target.path.startsWith('/admin/') ? {} : { body: nothing }) } as const
  const answer = await send(target.to, asked, patienceOf(call, 30), call.signal)
  const document = JSON.parse(answer.body.toString('utf8')) as unknown
  show(call, target.id, progressOfAnswer(document), document)
  return exitCodes.done
}

const hasEnded = (now: StoringProgress) => now.state === 'finished'

const states: Readonly<Record<StoringProgress['state'], { zh: string; en: string }>> = {
  storing: { zh: '正在入库', en: 'being stored' },
  paused: { zh: '已暂停', en: 'paused' },
  finished: { zh: '已入库完毕', en: 'stored' },
  incomplete: {
    zh: '节点丢失了原文：请重报同一文件，从断点继续',
    en: 'the node lost the body: push the same file again, and it continues',
  },
}

function show(call: Call, id: string, now: StoringProgress, document: unknown): void {
  const { terminal } = call
  if (terminal.json) return void terminal.out(`${JSON.stringify(document)}\n`)
  const state = now.outcome === 'cancelled' ? { zh: '已取消，其余未入库', en: 'cancelled, the rest is not stored' } : states[now.state]
  const by = now.paused === null ? '' : ` (${printable(now.paused.by)})`
  tell(
    terminal,
    `${id}：${state.zh}${by}`,
    `${id}: ${state.en}${by}`,
    now.state === 'finished' && now.outcome !== 'cancelled' ? '✓ ' : '→ ',
  )
  const words = progressWords({ ...now, state: 'storing' })
  const share = now.share === null || now.state === 'finished' ? '' : ` ${Math.floor(now.share * 100)}%`
  const left =
    now.secondsLeft === null ? { zh: '', en: '' } : { zh: `，还需 ${duration(now.secondsLeft)}`, en: `, ${duration(now.secondsLeft)} left` }
  tell(terminal, `${words.zh}${left.zh}${share}`, `${words.en}${left.en}${share}`, '  ')
}
