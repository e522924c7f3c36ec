import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  isCertificate,
  verifyCertificate,
  verifyCustody,
  type CustodyCheck,
  type CustodyReport,
  type EqualityCertificate,
} from '@huijiao/merkle'
import { type NamedAttachment, parseAttachmentsText } from '@huijiao/standard'
import { text, texts, type Call, type Command } from '../cli/command.ts'
import { printable, say, spoken, tell, type Terminal } from '../cli/terminal.ts'
import { readNodeUrl } from '../http/destination.ts'
import { keysOf, nodeFacts } from '../node-facts.ts'
import { isReceipt, verifyReceipt, type Receipt } from '../receipt.ts'
import { readTrustFile, type TrustedKey } from '../trust.ts'
import { exitCodes, usage, UserError, type ExitCode } from '../user-error.ts'
import { patienceOf } from './common.ts'

export const verify: Command = {
  name: 'verify',
  usage: 'FILE',
  summary: {
    zh: '离线核验一份流转轨迹（/v1/records/{recordId}/custody）、一张回执，或一份对账的一致性证明：内容、承诺、每一级的日志证明和快照签名。',
    en: 'Verifies a chain of custody (/v1/records/{recordId}/custody), a receipt, or an equality certificate offline: content, commitment, and at every tier the log proof and the signature.',
  },
  options: {
    trust: {
      type: 'string',
      value: 'FILE',
      help: {
        zh: '可信的节点公钥文件，每行一个；缺省用环境变量 HUIJIAO_TRUST 所指文件',
        en: 'file of the nodes’ verifier keys you trust, one a line; the file HUIJIAO_TRUST names when absent',
      },
    },
    node: {
      type: 'string',
      value: 'URL',
      multiple: true,
      help: {
        zh: '向该节点询问其公钥并予以信任（可多次给出）；须经可信网络',
        en: 'ask this node for its keys and trust them (may be repeated); over a network you trust',
      },
    },
  },
  positionals: { min: 1, max: 1 },
  refused: {
    zh: '有一项不成立，或没有可信公钥、因而未能证明',
    en: 'a check failed, or no trusted key was given, so that nothing is proven',
  },
  examples: [
    'huijiao verify c.json --trust keys.txt',
    'huijiao verify c.json --node http://127.0.0.1:7101 --node http://127.0.0.1:7201 --node http://127.0.0.1:7301',
  ],
  run: runVerify,
}

const bundleBytesMax = 64 * 1024 * 1024

async function runVerify(call: Call): Promise<ExitCode> {
  const document = readDocument(call.positionals[0] as string)
  const trusted = await trustedKeys(call)
  if (isReceipt(document)) return concludeReceipt(call.terminal, document, trusted)
  if (isCertificate(document)) return concludeCertificate(call.terminal, document, trusted)
  const report = verifyCustody(
    document,
    trusted?.map((key) => key.text),
  )
  const attachments = attachmentsIn(document, report)
  if (call.terminal.json) call.terminal.out(`${JSON.stringify({ kind: 'custody', ...report, attachments })}\n`)
  else printCustody(call.terminal, report, attachments)
  return report.outcome === 'verified' ? exitCodes.done : exitCodes.refused
}

function readDocument(path: string): unknown {
  let content: string
  try {
    if (statSync(path).size > bundleBytesMax) throw usage(`${path} 过大`, `${path} is too large`)
    content = readFileSync(path, 'utf8')
  } catch (cause) {
    if (cause instanceof UserError) throw cause
    throw usage(`读不了文件 ${path}`, `cannot read ${path}: ${(cause as NodeJS.ErrnoException).code}`)
  }
  try {
    return JSON.parse(content) as unknown
  } catch {
    throw usage(`${path} 不是 JSON`, `${path} is not JSON`)
  }
}

/**
 * The keys to hold signatures against; undefined when nobody named any. As a last resort those of the demonstration that runs in this
 * directory (`.huijiao/demo.json`), which is said aloud.
 */
async function trustedKeys(call: Call): Promise<readonly TrustedKey[] | undefined> {
  const { terminal } = call
  const file = text(call, 'trust') ?? (terminal.env['HUIJIAO_TRUST'] || undefined)
  const urls = texts(call, 'node')
  if (file !== undefined || urls.length > 0) return [...(file === undefined ? [] : readTrustFile(file)), ...(await keysFrom(call, urls))]
  const demo = join(terminal.env['HUIJIAO_DEMO_DIR'] ?? '.huijiao', 'demo.json')
  if (!existsSync(demo)) return undefined
  try {
    const { nodes } = JSON.parse(readFileSync(demo, 'utf8')) as { nodes: { url: string }[] }
    const keys = await keysFrom(
      call,
      nodes.map((node) => node.url),
    )
    say(
      terminal,
      `未给 --trust，公钥取自本目录的演示节点（${demo}）`,
      `no --trust: the keys are those of the demonstration in this directory (${demo})`,
      '! ',
    )
    return keys
  } catch {
    return undefined
  }
}

async function keysFrom(call: Call, urls: readonly string[]): Promise<TrustedKey[]> {
  const patience = patienceOf(call, 0)
  return (
    await Promise.all(urls.map(async (url) => keysOf(await nodeFacts({ url: readNodeUrl(url), credentials: null }, patience, call.signal))))
  ).flat()
}

const marks = { ok: '✓ ', failed: '✗ ', skipped: '– ' } as const

/** The attachments that the record names, once the content is known to have the commitment; null when their list is not shown. */
function attachmentsIn(document: unknown, report: CustodyReport): readonly NamedAttachment[] | null {
  if (report.checks.some((check) => check.check === 'content' && check.status !== 'ok')) return null
  const told = (document as { content?: { attachments?: { text?: unknown } } | null }).content?.attachments
  if (told === undefined) return []
  return typeof told.text === 'string' ? parseAttachmentsText(told.text) : null
}

function printCustody(terminal: Terminal, report: CustodyReport, attachments: readonly NamedAttachment[] | null): void {
  for (const check of report.checks) terminal.out(`${line(terminal, check)}\n`)
  for (const { kind, name, digest } of attachments ?? [])
    tell(
      terminal,
      `附件 ${printable(kind)} ${printable(name)} ${digest}`,
      `attachment ${printable(kind)} ${printable(name)} ${digest}`,
      '  ',
    )
  const path = report.path.join(' → ')
  if (report.outcome === 'verified') tell(terminal, `核验通过：${path}`, `verified: ${path}`, '✓ ')
  else if (report.outcome === 'failed') tell(terminal, '核验未通过', 'not verified', '✗ ')
  else
    tell(
      terminal,
      '各项自洽，但没有可信公钥，不能证明；请用 --trust 或 --node 给出',
      'it holds together, but proves nothing without trusted keys; give them with --trust or --node',
      '✗ ',
    )
}

function line(terminal: Terminal, { status, node, zh, en, why }: CustodyCheck): string {
  const where = node === null ? '' : `${node} `
  const words = {
    zh: `${where}${zh}${why === undefined ? '' : `：${why.zh}`}`,
    en: `${where}${en}${why === undefined ? '' : `: ${why.en}`}`,
  }
  return spoken(terminal.lang, { zh: printable(words.zh), en: printable(words.en) }, marks[status])
}

function concludeReceipt(terminal: Terminal, receipt: Receipt, trusted: readonly TrustedKey[] | undefined): ExitCode {
  const finding = verifyReceipt(receipt, trusted ?? [])
  const outcome = trusted === undefined ? 'unproven' : finding.state === 'verified' ? 'verified' : 'failed'
  if (terminal.json) {
    terminal.out(`${JSON.stringify({ kind: 'receipt', outcome, submission: receipt.submission.id, signature: finding })}\n`)
  } else if (outcome === 'verified' && finding.state === 'verified') {
    tell(
      terminal,
      `回执由 ${finding.keyName} 签发，签名成立：${receipt.submission.id}`,
      `the receipt is signed by ${finding.keyName}: ${receipt.submission.id}`,
      '✓ ',
    )
  } else if (outcome === 'failed') {
    tell(terminal, '回执签名不成立，或不是所信任的节点签发', 'the receipt’s signature does not hold, or is not by a trusted node', '✗ ')
  } else {
    tell(
      terminal,
      '没有可信公钥，不能证明；请用 --trust 或 --node 给出',
      'nothing is proven without trusted keys; give them with --trust or --node',
      '✗ ',
    )
  }
  return outcome === 'verified' ? exitCodes.done : exitCodes.refused
}

function concludeCertificate(terminal: Terminal, certificate: EqualityCertificate, trusted: readonly TrustedKey[] | undefined): ExitCode {
  const report = verifyCertificate(
    certificate,
    trusted?.map((key) => key.text),
  )
  const { lower, upper, cut, count } = certificate
  if (terminal.json) {
    const told = { lower: lower.node, upper: upper.node, cut, count, madeAt: certificate.madeAt }
    terminal.out(`${JSON.stringify({ kind: 'equality', ...report, ...told })}\n`)
    return report.outcome === 'verified' ? exitCodes.done : exitCodes.refused
  }
  for (const { zh, en } of report.problems) tell(terminal, printable(zh), printable(en), '✗ ')
  const nodes = printable(`${lower.node} = ${upper.node}`)
  if (report.outcome === 'verified')
    tell(
      terminal,
      `一致性证明成立：${nodes}，截至 ${lower.node} 日志第 ${cut.index} 条之前，${count} 个版本，双方签名有效`,
      `the certificate holds: ${nodes}, ${count} versions below entry ${cut.index} of ${lower.node}’s log, signed by both`,
      '✓ ',
    )
  else if (report.outcome === 'failed') tell(terminal, '一致性证明不成立', 'the certificate does not hold', '✗ ')
  else
    tell(
      terminal,
      '摘要自洽，但缺少其中一方或双方的可信公钥，不能证明；请用 --trust 或 --node 给出',
      'it holds together, but a trusted key of one node or both is missing; give them with --trust or --node',
      '✗ ',
    )
  return report.outcome === 'verified' ? exitCodes.done : exitCodes.refused
}
