import { readFileSync, writeFileSync } from 'node:fs'
import type { Kit, Vector } from '@huijiao/conformance'
import { count, flag, text, texts, type Call, type Command } from '../cli/command.ts'
import { startProgress } from '../cli/progress.ts'
import { say, tell } from '../cli/terminal.ts'
import type { ConformanceReport } from '../conformance/run.ts'
import { showReport } from '../conformance/show-report.ts'
import type { Target } from '../conformance/target.ts'
import { readCredentials, readNodeUrl } from '../http/destination.ts'
import { send } from '../http/send.ts'
import { exitCodes, usage, type ExitCode } from '../user-error.ts'
import { credentialOptions, patienceOf } from './common.ts'

export const conformance: Command = {
  name: 'conformance',
  usage: 'URL | COMMAND…',
  summary: {
    zh: '用一致性检验包检验厂商的系统：COMMAND 是逐行应答的程序（校验、规范化、摘要、签名、验回执），URL 是接收 POST /v1/submissions?dryRun=true 的地址（只检验校验）。不入库。',
    en: 'Holds a vendor’s system against the conformance kit: COMMAND is a program that answers line by line (validate, canonical text, digests, signing, receipts), URL an address that takes POST /v1/submissions?dryRun=true (validation only). Nothing is stored.',
  },
  options: {
    kit: {
      type: 'string',
      value: 'FILE|URL',
      help: {
        zh: '检验包：文件，或节点地址（取其 /conformance/kit.ndjson）；默认用本程序自带的',
        en: 'the kit: a file, or the address of a node (its /conformance/kit.ndjson); this program’s own when absent',
      },
    },
    only: {
      type: 'string',
      value: 'PREFIX',
      multiple: true,
      help: {
        zh: '只检验编号以此开头的例子，如 sign、rule/check.；可多次给出',
        en: 'only vectors whose id begins so, such as sign or rule/check.; may be given several times',
      },
    },
    strict: {
      type: 'boolean',
      help: {
        zh: '问题代码和规则编号也必须相同（默认只要求指出位置）',
        en: 'codes and rule ids must be ours too (by default only places are demanded)',
      },
    },
    report: { type: 'string', value: 'FILE', help: { zh: '把完整报告写入文件（JSON）', en: 'write the whole report to a file (JSON)' } },
    show: { type: 'string', value: 'N', help: { zh: '最多列出多少项不符（默认 20）', en: 'most findings to list (20)' } },
    'idle-seconds': {
      type: 'string',
      value: 'N',
      help: { zh: '程序多久没有应答即放弃（默认 30）', en: 'give the program up when nothing comes for so long (30)' },
    },
    ...credentialOptions,
  },
  positionals: { min: 1, max: Infinity },
  refused: { zh: '有例子不符，或没有一项能检验', en: 'a vector failed, or nothing could be judged' },
  examples: [
    'huijiao conformance "huijiao conformance-adapter"',
    'huijiao conformance -- python3 examples/python/conformance_adapter.py',
    'huijiao conformance http://127.0.0.1:7101 --key-file key.txt',
  ],
  run: runCommand,
}

async function runCommand(call: Call): Promise<ExitCode> {
  const { terminal } = call
  const kit = await kitOf(call)
  const vectors = chosen(kit, texts(call, 'only'))
  const progress = startProgress(terminal, { zh: '检验', en: 'checking' })
  const target = await targetOf(call, () => progress.clear())
  const { runConformance } = await import('../conformance/run.ts')
  let report: ConformanceReport
  try {
    report = await runConformance(kit, vectors, target, { strict: flag(call, 'strict') }, (done, total) =>
      progress.update(done, total, { zh: `${done}/${total}`, en: `${done} of ${total}` }),
    )
  } finally {
    progress.clear()
  }
  const file = text(call, 'report')
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`)
  if (terminal.json) terminal.out(`${JSON.stringify(report)}\n`)
  else conclude(call, report)
  return report.conforms ? exitCodes.done : exitCodes.refused
}

async function kitOf(call: Call): Promise<Kit> {
  // The standard's tables take a while to load, and the other commands do without them.
  const { conformanceKit, parseKit } = await import('@huijiao/conformance')
  const from = text(call, 'kit')
  if (from === undefined) return conformanceKit()
  try {
    if (!/^https?:\/\//.test(from)) return parseKit(readFileSync(from, 'utf8'))
    const path = '/conformance/kit.ndjson'
    const answer = await send({ url: readNodeUrl(from), credentials: null }, { method: 'GET', path }, patienceOf(call, 30), call.signal)
    return parseKit(answer.body.toString('utf8'))
  } catch (error) {
    if (error instanceof RangeError || (error as NodeJS.ErrnoException).code === 'ENOENT')
      throw usage(`不是检验包：${from}（${(error as Error).message}）`, `not a kit: ${from} (${(error as Error).message})`)
    throw error
  }
}

function chosen(kit: Kit, only: readonly string[]): readonly Vector[] {
  const vectors = only.length === 0 ? kit.vectors : kit.vectors.filter((vector) => only.some((prefix) => vector.id.startsWith(prefix)))
  if (vectors.length === 0)
    throw usage('没有这样的例子', 'there are no such vectors', { zh: '编号见 /conformance', en: 'ids are listed at /conformance' })
  return vectors
}

async function targetOf(call: Call, quiet: () => void): Promise<Target> {
  const { positionals, signal, terminal } = call
  const [first] = positionals as [string]
  if (positionals.length === 1 && /^https?:\/\//.test(first)) {
    const credentials = readCredentials({
      keyFile: text(call, 'key-file'),
      keyId: text(call, 'key-id'),
      apiKey: terminal.env['HUIJIAO_API_KEY'],
    })
    const { urlTarget } = await import('../conformance/url-target.ts')
    return urlTarget({ url: readNodeUrl(first), credentials }, patienceOf(call, 60, quiet), signal)
  }
  const { commandTarget } = await import('../conformance/command-target.ts')
  return commandTarget(positionals, {
    idleMs: count(call, 'idle-seconds', 30, 86_400) * 1000,
    signal,
    onStderr: (message) => {
      quiet()
      terminal.err(message)
    },
  })
}

function conclude(call: Call, report: ConformanceReport): void {
  const { terminal } = call
  const { totals, kit, target } = report
  terminal.out(showReport(terminal.lang, report, count(call, 'show', 20)))
  const releases = kit.releases.map((release) => `${release.id}@${release.revision}`).join(', ')
  tell(terminal, `检验包 ${kit.digest}（标准 ${releases}）`, `kit ${kit.digest} (releases ${releases})`, '  ')
  for (const one of kit.served?.filter((release) => !release.vectors) ?? [])
    tell(
      terminal,
      `给出检验包的节点现行 ${one.id}@${one.revision}（${one.issuer} 发布，${one.digest}），例子不是按它制成的：与之有关的不符须人工核对`,
      `the node that gave the kit judges by ${one.id}@${one.revision} (issued by ${one.issuer}, ${one.digest}), which the vectors were not made by: look at what differs there`,
      '! ',
    )
  tell(
    terminal,
    `${target.name}：${totals.vectors} 例，通过 ${totals.passed}，失败 ${totals.failed}，略过 ${totals.skipped}`,
    `${target.name}: ${totals.vectors} vectors, ${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`,
    report.conforms ? '✓ ' : '✗ ',
  )
  if (totals.passed + totals.failed === 0) say(terminal, '没有一项能检验', 'nothing could be judged', '! ')
}
