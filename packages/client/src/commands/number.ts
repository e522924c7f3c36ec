import { createHash, randomUUID } from 'node:crypto'
import { count, text, type Call, type Command } from '../cli/command.ts'
import { tell } from '../cli/terminal.ts'
import { send } from '../http/send.ts'
import { exitCodes, usage, type ExitCode } from '../user-error.ts'
import { credentialOptions, credentialsOf, destinationOf, patienceOf } from './common.ts'

export const number: Command = {
  name: 'number',
  usage: 'ENTITY --to URL',
  summary: {
    zh: '申请一个项目编号（--region --type）或阶段编号（--project，按类别加 --class）。同一 --id 永远得到同一个编号。',
    en: 'Asks for a project number (--region --type) or a phase number (--project, with --class where there are classes). The same --id always gets the same number.',
  },
  options: {
    to: { type: 'string', value: 'URL', help: { zh: '节点地址', en: 'address of the node' } },
    ...credentialOptions,
    region: {
      type: 'string',
      value: 'CODE',
      help: { zh: '项目：登记机关的区划代码', en: 'project: region code of the registering authority' },
    },
    type: { type: 'string', value: 'CODE', help: { zh: '项目：分类代码（TBPRJTYPEDIC）', en: 'project: type (TBPRJTYPEDIC)' } },
    date: {
      type: 'string',
      value: 'YYYY-MM-DD',
      help: { zh: '项目：登记日期（默认今天，北京时间）', en: 'project: day of registration (today in Asia/Shanghai)' },
    },
    project: { type: 'string', value: 'NUMBER', help: { zh: '阶段：项目编号', en: 'phase: the project’s number' } },
    class: {
      type: 'string',
      value: 'CODE',
      help: { zh: '阶段：类别代码，如合同类别', en: 'phase: code of its class, such as the contract’s type' },
    },
    standard: { type: 'string', value: 'RELEASE', help: { zh: '数据标准版本（默认 2018）', en: 'standard release (2018)' } },
    id: {
      type: 'string',
      value: 'UUID',
      help: {
        zh: '请求编号；中断后用同一个重试（默认随机，先行打印）',
        en: 'id of the request; use it again after an interruption (random, printed first)',
      },
    },
    'retry-seconds': {
      type: 'string',
      value: 'N',
      help: { zh: '节点不可用时最多重试多少秒（默认 300）', en: 'how long to keep trying while the node is away (300)' },
    },
  },
  positionals: { min: 1, max: 1 },
  refused: { zh: '节点没有给出编号', en: 'the node gave no number' },
  examples: [
    'huijiao number TBProjectInfo --region 370102 --type 01 --to http://127.0.0.1:7101 --key-file key.txt',
    'huijiao number TBContractRecordManage --project 3701022609010101 --class 301 --to http://127.0.0.1:7101 --key-file key.txt',
  ],
  run: runNumber,
}

const members = { region: 'region', type: 'type', date: 'date', project: 'prjNum', class: 'class', standard: 'standard' } as const

async function runNumber(call: Call): Promise<ExitCode> {
  const { terminal, positionals, signal } = call
  const to = destinationOf(call, 'to', credentialsOf(call))
  const id = text(call, 'id') ?? randomUUID()
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) throw usage('--id 应为 UUID', '--id must be a UUID')
  if (text(call, 'id') === undefined && !terminal.json) terminal.err(`id ${id}\n`)
  const asked = Object.fromEntries(
    Object.entries(members).flatMap(([option, member]) => (text(call, option) === undefined ? [] : [[member, text(call, option)]])),
  )
  const bytes = Buffer.from(JSON.stringify({ id, entity: positionals[0], ...asked }))
  const body = {
    contentType: 'application/json',
    contentEncoding: null,
    sha256: createHash('sha256').update(bytes).digest(),
    content: bytes,
  }
  // Safe to repeat: the node knows the request by its id.
  const answer = await send(to, { method: 'POST', path: '/v1/numbers', body }, patienceOf(call, count(call, 'retry-seconds', 300)), signal)
  const given = JSON.parse(answer.body.toString('utf8')) as { number: string; field: string; issuer: { node: string } }
  if (terminal.json) terminal.out(`${answer.body.toString('utf8')}\n`)
  else
    tell(
      terminal,
      `${given.field} ${given.number}（由 ${given.issuer.node} 编发）`,
      `${given.field} ${given.number} (given by ${given.issuer.node})`,
      '✓ ',
    )
  return exitCodes.done
}
