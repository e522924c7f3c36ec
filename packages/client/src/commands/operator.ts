import { createHash } from 'node:crypto'
import { text, type Call, type Option } from '../cli/command.ts'
import { readSecretFile, type Destination } from '../http/destination.ts'
import { send, type Answer } from '../http/send.ts'
import { usage } from '../user-error.ts'
import { destinationOf, patienceOf } from './common.ts'

/** Options of the commands that act as an operator. */
export const operatorOptions: Readonly<Record<string, Option>> = {
  node: { type: 'string', value: 'URL', help: { zh: '节点地址', en: 'address of the node' } },
  'token-file': {
    type: 'string',
    value: 'FILE',
    help: { zh: '管理令牌文件；缺省用环境变量 HUIJIAO_ADMIN_TOKEN', en: 'file with the operator token; HUIJIAO_ADMIN_TOKEN when absent' },
  },
}

/** @throws UserError (usage) when there is no token */
export function operatorToken(call: Call): string {
  const file = text(call, 'token-file')
  const token = file === undefined ? (call.terminal.env['HUIJIAO_ADMIN_TOKEN'] ?? '').trim() : readSecretFile(file)
  if (!/^[\x21-\x7e]+$/.test(token))
    throw usage('缺少管理令牌', 'the operator token is missing', {
      zh: '用 --token-file 指定文件，或设置环境变量 HUIJIAO_ADMIN_TOKEN',
      en: 'name a file with --token-file or set HUIJIAO_ADMIN_TOKEN',
    })
  return token
}

/** The node that `--node` names, as its operator. */
export const operatorOf = (call: Call): Destination => destinationOf(call, 'node', { kind: 'api-key', secret: operatorToken(call) })

/** Reads a document of the admin API. */
export async function readAdmin<Document>(call: Call, path: string): Promise<Document> {
  const answer = await send(operatorOf(call), { method: 'GET', path: `/admin/v1${path}` }, patienceOf(call, 30), call.signal)
  return JSON.parse(answer.body.toString('utf8')) as Document
}

/** Changes something in the admin API, once. */
export const patchAdmin = (call: Call, path: string, content: object): Promise<Answer> => postAdmin(call, path, content, 'PATCH')

/** Sends something to the admin API, once: an operator looks before a second try. */
export async function postAdmin(
  call: Call,
  path: string,
  content: { readonly bytes: Uint8Array<ArrayBuffer>; readonly contentType: string } | object,
  method: 'POST' | 'PATCH' = 'POST',
): Promise<Answer> {
  const { bytes, contentType } =
    'bytes' in content
      ? (content as { bytes: Uint8Array<ArrayBuffer>; contentType: string })
      : { bytes: new Uint8Array(Buffer.from(JSON.stringify(content))), contentType: 'application/json' }
  const body = { contentType, contentEncoding: null, sha256: createHash('sha256').update(bytes).digest(), content: bytes }
  return await send(operatorOf(call), { method, path: `/admin/v1${path}`, body }, { ...patienceOf(call, 0), totalMs: 0 }, call.signal)
}

export const jsonOf = <Document>(answer: Answer): Document => JSON.parse(answer.body.toString('utf8')) as Document
