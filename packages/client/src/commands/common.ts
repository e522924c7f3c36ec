import { text, type Call, type Option } from '../cli/command.ts'
import { say } from '../cli/terminal.ts'
import { readableByOthers, readCredentials, readNodeUrl, type Credentials, type Destination } from '../http/destination.ts'
import { defaultPatience, type Patience } from '../http/send.ts'
import { usage } from '../user-error.ts'

/** Options of the commands that act as a participant. */
export const credentialOptions: Readonly<Record<string, Option>> = {
  'key-file': {
    type: 'string',
    value: 'FILE',
    help: {
      zh: '密钥文件：一行 API 密钥，或 PEM 私钥（用于签名）；缺省用环境变量 HUIJIAO_API_KEY',
      en: 'file with the API key on one line, or a private key in PEM to sign with; HUIJIAO_API_KEY when absent',
    },
  },
  'key-id': {
    type: 'string',
    value: 'ID',
    help: { zh: '私钥的编号（用私钥签名时必填）', en: 'id of the private key (needed when signing)' },
  },
}

/** @throws UserError (usage) when there are none */
export function credentialsOf(call: Call): Credentials {
  const keyFile = text(call, 'key-file')
  const credentials = readCredentials({ keyFile, keyId: text(call, 'key-id'), apiKey: call.terminal.env['HUIJIAO_API_KEY'] })
  if (credentials === null) {
    throw usage('缺少密钥', 'a key is needed', {
      zh: '用 --key-file 指定密钥文件，或设置环境变量 HUIJIAO_API_KEY；密钥由节点管理员发放（huijiao participant add）',
      en: 'name a file with --key-file or set HUIJIAO_API_KEY; the node’s operator gives keys (huijiao participant add)',
    })
  }
  if (keyFile !== undefined && readableByOthers(keyFile))
    say(
      call.terminal,
      `${keyFile} 可被其他用户读取，请执行 chmod 600 ${keyFile}`,
      `${keyFile} can be read by others; run chmod 600 ${keyFile}`,
      '! ',
    )
  return credentials
}

/** A node named by an option. @throws UserError (usage) */
export function destinationOf(call: Call, option: string, credentials: Credentials | null): Destination {
  const url = text(call, option)
  if (url === undefined) throw usage(`缺少 --${option} 节点地址`, `--${option} with the node's address is missing`)
  const destination = { url: readNodeUrl(url), credentials }
  const { protocol, hostname } = new URL(destination.url)
  if (credentials?.kind === 'api-key' && protocol === 'http:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) {
    say(call.terminal, '密钥将以明文经 http 传输，请改用 https', 'the key will travel in clear over http; use https', '! ')
  }
  return destination
}

/** Keeps trying for `seconds` and says so. */
export function patienceOf(call: Call, seconds: number, quiet: () => void = () => {}): Patience {
  return {
    ...defaultPatience,
    totalMs: seconds * 1000,
    onRetry: ({ reason, delayMs }) => {
      quiet()
      const wait = (delayMs / 1000).toFixed(1)
      say(call.terminal, `${reason.zh}；${wait} 秒后用同样的内容重试`, `${reason.en}; the same bytes go again in ${wait} s`, '… ')
    },
  }
}

/** Options that say of a file of rows what the file does not say itself. */
export const tableCommandOptions: Readonly<Record<string, Option>> = {
  entity: {
    type: 'string',
    value: 'ENTITY',
    help: {
      zh: 'CSV、Excel、XML：数据表代码或中文名（工作表或文件以其命名时不必给）',
      en: 'CSV, Excel, XML: code or Chinese name of the entity (not needed when the sheet or the file is named after it)',
    },
  },
  sheet: { type: 'string', value: 'NAME', help: { zh: 'Excel：只读取此工作表', en: 'Excel: read this sheet only' } },
  charset: {
    type: 'string',
    value: 'utf-8|gbk|gb18030',
    help: { zh: 'CSV、XML：文字编码（默认自动识别）', en: 'CSV, XML: text encoding (found by itself)' },
  },
  values: {
    type: 'string',
    value: 'plain|base64-gbk|base64-utf8',
    help: { zh: 'XML：值的写法（默认 plain）', en: 'XML: how values are written (plain)' },
  },
}

/** @throws UserError (usage) */
export function tableWordsOf(call: Call): {
  entity?: string
  sheet?: string
  charset?: string
  values?: 'plain' | 'base64-gbk' | 'base64-utf8'
} {
  const [entity, sheet, charset, values] = ['entity', 'sheet', 'charset', 'values'].map((name) => text(call, name))
  if (values !== undefined && values !== 'plain' && values !== 'base64-gbk' && values !== 'base64-utf8')
    throw usage('--values 只能是 plain、base64-gbk、base64-utf8', '--values takes plain, base64-gbk or base64-utf8')
  return {
    ...(entity === undefined ? {} : { entity }),
    ...(sheet === undefined ? {} : { sheet }),
    ...(charset === undefined ? {} : { charset }),
    ...(values === undefined ? {} : { values }),
  }
}
