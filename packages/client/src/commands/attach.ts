import { count, text, type Call, type Command } from '../cli/command.ts'
import { startProgress } from '../cli/progress.ts'
import { tell } from '../cli/terminal.ts'
import { LocalFileError, readLocalFile } from '../attachments/local-file.ts'
import { putAttachment } from '../attachments/put-attachment.ts'
import { exitCodes, usage, type ExitCode } from '../user-error.ts'
import { credentialOptions, credentialsOf, destinationOf, patienceOf } from './common.ts'

export const attach: Command = {
  name: 'attach',
  usage: 'FILE… --to URL',
  summary: {
    zh: '上传附件（PDF、OFD、JPEG、PNG、TIFF、Word、Excel），并打印记录中 attachments 应写的内容。重复运行不会重复存储。',
    en: 'Hands in attachments (PDF, OFD, JPEG, PNG, TIFF, Word, Excel) and prints what a record’s attachments should say. Running it again stores nothing twice.',
  },
  options: {
    to: { type: 'string', value: 'URL', help: { zh: '节点地址', en: 'address of the node' } },
    ...credentialOptions,
    kind: {
      type: 'string',
      value: 'TEXT',
      help: { zh: '附件种类，如 立项批复（默认 附件）', en: 'what they are, such as 立项批复 (附件)' },
    },
    'retry-seconds': {
      type: 'string',
      value: 'N',
      help: { zh: '节点不可用时最多重试多少秒（默认 300）', en: 'how long to keep trying while the node is away (300)' },
    },
  },
  positionals: { min: 1, max: Infinity },
  examples: ['huijiao attach 批复.pdf --kind 立项批复 --to http://127.0.0.1:7101 --key-file key.txt'],
  run: runAttach,
}

async function runAttach(call: Call): Promise<ExitCode> {
  const { terminal, positionals, signal } = call
  const to = destinationOf(call, 'to', credentialsOf(call))
  const progress = startProgress(terminal, { zh: '上传', en: 'attach' })
  const patience = patienceOf(call, count(call, 'retry-seconds', 300), () => progress.clear())
  const kind = text(call, 'kind') ?? '附件'
  const list: object[] = []
  const scans: object[] = []
  for (const [at, path] of positionals.entries()) {
    const file = await readLocalFile(path).catch((error: unknown) => {
      if (error instanceof LocalFileError) throw usage(error.words.zh, error.words.en)
      throw error
    })
    const { sent, scan } = await putAttachment(to, file, patience, signal)
    progress.update(at + 1, positionals.length, { zh: file.name, en: file.name })
    progress.clear()
    const entry = { kind, digest: `sha-256:${file.sha256.toString('hex')}`, mediaType: file.mediaType, name: file.name }
    list.push(entry)
    if (scan !== null) scans.push({ digest: entry.digest, ...scan })
    if (terminal.json) continue
    tell(
      terminal,
      `${path}：${sent ? '已上传' : '节点已有'}，${file.bytes} 字节`,
      `${path}: ${sent ? 'handed in' : 'already there'}, ${file.bytes} bytes`,
      '✓ ',
    )
    if (scan !== null && scan.state !== 'none') tell(terminal, scan.detail, scan.en.detail, '! ')
    terminal.out(`${JSON.stringify(entry)}\n`)
  }
  if (terminal.json) terminal.out(`${JSON.stringify({ attachments: list, ...(scans.length === 0 ? {} : { scans }) })}\n`)
  return exitCodes.done
}
