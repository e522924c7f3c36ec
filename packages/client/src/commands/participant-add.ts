import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { parsePublicKey } from '@huijiao/identity'
import { text, type Call, type Command } from '../cli/command.ts'
import { say, tell } from '../cli/terminal.ts'
import { send, type Patience } from '../http/send.ts'
import type { Destination } from '../http/destination.ts'
import { exitCodes, usage, UserError, type ExitCode } from '../user-error.ts'
import { destinationOf, patienceOf } from './common.ts'
import { operatorOptions, operatorToken } from './operator.ts'

export const participantAdd: Command = {
  name: 'participant add',
  usage: 'NAME --regions CODE[,CODE…] --node URL --token-file FILE',
  summary: {
    zh: '在节点上登记一个接入单位，并发给它一把密钥。API 密钥只显示这一次。',
    en: 'Enrols a participant at a node and gives it a key. An API key is shown this once.',
  },
  options: {
    regions: {
      type: 'string',
      value: 'CODES',
      help: {
        zh: '授权的行政区划代码，逗号分隔；370100 含其下各区县',
        en: 'region codes it may send for, with commas; 370100 covers its counties',
      },
    },
    ...operatorOptions,
    kind: {
      type: 'string',
      value: 'system|node',
      help: { zh: 'system（默认）业务系统；node 下级节点', en: 'system (default) for a business system, node for a lower node' },
    },
    'node-name': {
      type: 'string',
      value: 'NAME',
      help: { zh: '下级节点的节点名（kind 为 node 时必填）', en: 'name of the lower node (needed with --kind node)' },
    },
    'public-key': {
      type: 'string',
      value: 'FILE',
      help: {
        zh: '登记其公钥（PEM）用于签名，而不发 API 密钥',
        en: 'register its public key (PEM) for signing instead of giving an API key',
      },
    },
    'key-id': { type: 'string', value: 'ID', help: { zh: '该公钥的编号', en: 'id of that public key' } },
    'key-out': {
      type: 'string',
      value: 'FILE',
      help: {
        zh: '把 API 密钥写入新文件（仅本人可读），不显示在屏幕上',
        en: 'write the API key to a new file only you can read, instead of showing it',
      },
    },
  },
  positionals: { min: 1, max: 1 },
  refused: { zh: '节点未接受', en: 'the node did not take it' },
  examples: [
    'huijiao participant add 示例市项目系统 --regions 370102,370103 --node http://127.0.0.1:7101 --token-file token.txt --key-out key.txt',
  ],
  run: runParticipantAdd,
}

async function runParticipantAdd(call: Call): Promise<ExitCode> {
  const { terminal } = call
  const name = (call.positionals[0] as string).trim()
  const regions = (text(call, 'regions') ?? '')
    .split(',')
    .map((code) => code.trim())
    .filter((code) => code !== '')
  if (regions.length === 0 || regions.some((code) => !/^\d{6}$/.test(code)))
    throw usage('--regions 应为六位行政区划代码，逗号分隔', '--regions takes six-digit region codes with commas')
  const kind = text(call, 'kind') ?? 'system'
  const nodeName = text(call, 'node-name')
  if (kind !== 'system' && kind !== 'node') throw usage('--kind 只能是 system 或 node', '--kind takes system or node')
  if ((kind === 'node') !== (nodeName !== undefined))
    throw usage('--kind node 须与 --node-name 一同给出', '--kind node and --node-name go together')
  const publicKey = readPublicKey(call)
  const keyOut = text(call, 'key-out')
  const node = destinationOf(call, 'node', { kind: 'api-key', secret: operatorToken(call) })
  // A POST that creates something is not sent again by itself: a lost answer would leave two participants.
  const once: Patience = { ...patienceOf(call, 0), totalMs: 0 }
  const participant = await postJson(
    node,
    '/admin/v1/participants',
    { kind, name, regions, ...(nodeName === undefined ? {} : { nodeName }) },
    once,
  )
  const id = readText(participant, 'participantId', 'id')
  const key = await postJson(node, `/admin/v1/participants/${encodeURIComponent(id)}/keys`, publicKey ?? { kind: 'api-key' }, once)
  const keyId = readText(key, 'keyId', 'id')
  const secret = publicKey === null ? readText(key, 'secret', 'apiKey') : null
  if (secret !== null && keyOut !== undefined) writeFileSync(keyOut, `${secret}\n`, { mode: 0o600, flag: 'wx' })
  if (terminal.json) {
    terminal.out(
      `${JSON.stringify({ participantId: id, name, kind, regions, keyId, ...(secret === null || keyOut !== undefined ? {} : { apiKey: secret }), ...(keyOut === undefined ? {} : { keyFile: keyOut }) })}\n`,
    )
    return exitCodes.done
  }
  tell(terminal, `已登记接入单位 ${name}：${id}，授权 ${regions.join('、')}`, `enrolled ${name}: ${id}, for ${regions.join(', ')}`, '✓ ')
  tell(terminal, `密钥编号 ${keyId}`, `key id ${keyId}`, '  ')
  if (secret !== null && keyOut === undefined) {
    terminal.out(`${secret}\n`)
    say(terminal, '请立即妥善保存：以上 API 密钥只显示这一次', 'keep the API key above now: it is shown this once', '! ')
  } else if (keyOut !== undefined && secret !== null) {
    tell(terminal, `API 密钥已写入 ${keyOut}`, `the API key is in ${keyOut}`, '  ')
  }
  return exitCodes.done
}

interface PublicKeyBody {
  readonly kind: 'ed25519' | 'ecdsa-p256-sha256'
  readonly keyId: string
  readonly publicKey: string
}

function readPublicKey(call: Call): PublicKeyBody | null {
  const [file, keyId] = [text(call, 'public-key'), text(call, 'key-id')]
  if ((file === undefined) !== (keyId === undefined))
    throw usage('--public-key 与 --key-id 须同时给出', '--public-key and --key-id go together')
  if (file === undefined || keyId === undefined) return null
  const publicKey = readFileSync(file, 'utf8').trim()
  try {
    return { kind: parsePublicKey(publicKey).algorithm, keyId, publicKey }
  } catch (cause) {
    throw usage(`${file} 不是可用的公钥`, `${file} is not a usable public key: ${(cause as Error).message}`)
  }
}

async function postJson(to: Destination, path: string, document: object, patience: Patience): Promise<Record<string, unknown>> {
  const bytes = Buffer.from(JSON.stringify(document))
  const body = {
    contentType: 'application/json',
    contentEncoding: null,
    sha256: createHash('sha256').update(bytes).digest(),
    content: bytes,
  }
  const answer = await send(to, { method: 'POST', path, body }, patience)
  return JSON.parse(answer.body.toString('utf8')) as Record<string, unknown>
}

function readText(document: Record<string, unknown>, ...names: readonly string[]): string {
  const value = names.map((name) => document[name]).find((one) => typeof one === 'string')
  if (typeof value === 'string') return value
  throw new UserError(exitCodes.unreachable, { zh: '节点的答复不是预期的格式', en: `the node's answer has no ${names[0]}` })
}
