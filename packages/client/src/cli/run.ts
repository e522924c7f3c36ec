import { createRequire } from 'node:module'
import { attach } from '../commands/attach.ts'
import { conformance } from '../commands/conformance.ts'
import { conformanceAdapter } from '../commands/conformance-adapter.ts'
import { backup, restore } from '../commands/backup.ts'
import { doctor } from '../commands/doctor.ts'
import { feed } from '../commands/feed.ts'
import { importCancel, importPause, importResume, importStatus } from '../commands/import.ts'
import { logCheck } from '../commands/log-check.ts'
import { logAttach, logDetach } from '../commands/log-range.ts'
import { versionsAttach, versionsCheck, versionsDetach } from '../commands/version-range.ts'
import { node } from '../commands/node.ts'
import { nodeKeyRotate, nodeKeyShow } from '../commands/node-key.ts'
import { simulate } from '../commands/simulate.ts'
import { number } from '../commands/number.ts'
import {
  operatorAdd,
  operatorDisable,
  operatorList,
  operatorResetPassword,
  operatorResetSecondFactor,
} from '../commands/operator-accounts.ts'
import { parkedList, parkedRetry } from '../commands/parked.ts'
import { participantAdd } from '../commands/participant-add.ts'
import { push } from '../commands/push.ts'
import { reconcile } from '../commands/reconcile.ts'
import { sendUpDecide, sendUpEnd, sendUpList } from '../commands/send-up.ts'
import { standardActivate, standardCancel, standardDictionary, standardList, standardLoad } from '../commands/standard.ts'
import { standardDiff, standardMap, standardPage } from '../commands/standard-compare.ts'
import { standardSign } from '../commands/standard-sign.ts'
import { standardShadow } from '../commands/standard-shadow.ts'
import { template } from '../commands/template.ts'
import { validate } from '../commands/validate.ts'
import { verify } from '../commands/verify.ts'
import { NodeProblem } from '../http/node-problem.ts'
import { OutcomesForged } from '../outcomes.ts'
import { ReceiptForged } from '../submit.ts'
import { exitCodes, usage, UserError, type ExitCode } from '../user-error.ts'
import { exitCodesHelp, findCommand, globalOptions, helpOf, parseArguments, type Command } from './command.ts'
import { showNodeProblem } from './show-problem.ts'
import { spoken, type Language, type Terminal } from './terminal.ts'

const commands: readonly Command[] = [
  push,
  importStatus,
  importPause,
  importResume,
  importCancel,
  validate,
  template,
  attach,
  number,
  feed,
  verify,
  reconcile,
  parkedList,
  parkedRetry,
  sendUpDecide,
  sendUpEnd,
  sendUpList,
  logCheck,
  logDetach,
  logAttach,
  versionsDetach,
  versionsAttach,
  versionsCheck,
  // Before `node`: the first whose words all stand there is taken.
  nodeKeyRotate,
  nodeKeyShow,
  node,
  simulate,
  participantAdd,
  operatorAdd,
  operatorList,
  operatorDisable,
  operatorResetPassword,
  operatorResetSecondFactor,
  standardList,
  standardLoad,
  standardShadow,
  standardActivate,
  standardCancel,
  standardDictionary,
  standardSign,
  standardDiff,
  standardMap,
  standardPage,
  doctor,
  backup,
  restore,
  conformance,
  conformanceAdapter,
]

/** Language and form of output as far as they can be told before the arguments are known to be right. */
function earlyTerminal(args: readonly string[], terminal: Terminal): Terminal {
  const at = args.indexOf('--lang')
  const lang = args.find((arg) => arg.startsWith('--lang='))?.slice('--lang='.length) ?? (at < 0 ? undefined : args[at + 1])
  return { ...terminal, lang: lang === 'zh' || lang === 'en' ? lang : 'both', json: args.includes('--json') }
}

async function run(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  const found = findCommand(commands, args)
  if (found === null) return withoutCommand(args, terminal)
  const parsed = parseArguments(found.command, found.rest)
  if (parsed.values['help'] === true) {
    terminal.out(helpOf(found.command, parsed.lang))
    return exitCodes.done
  }
  return await found.command.run({ ...parsed, terminal: { ...terminal, lang: parsed.lang, json: parsed.json }, signal })
}

function withoutCommand(args: readonly string[], terminal: Terminal): ExitCode {
  const word = args.find((arg) => !arg.startsWith('-') && arg !== 'zh' && arg !== 'en')
  if (word !== undefined && word !== 'help') {
    // `huijiao standard`: the word of several commands.
    const group = commands.filter((command) => command.name.startsWith(`${word} `))
    if (group.length > 0) {
      const help = `${group.map((command) => `  huijiao ${command.name} ${command.usage}\n${spoken(terminal.lang, command.summary, '    ')}\n`).join('\n')}`
      if (!args.includes('--help')) {
        terminal.err(help)
        return exitCodes.usage
      }
      terminal.out(help)
      return exitCodes.done
    }
    throw usage(`没有此命令：${word}`, `unknown command: ${word}`, { zh: `可用命令：${names('、')}`, en: `commands: ${names(', ')}` })
  }
  if (args.includes('--version')) {
    terminal.out(`${(createRequire(import.meta.url)('../../package.json') as { version: string }).version}\n`)
    return exitCodes.done
  }
  const { values } = parseArguments(
    { name: '', options: { version: { type: 'boolean', help: { zh: '', en: '' } } }, positionals: { min: 0, max: 1 } },
    args,
  )
  const help = generalHelp(terminal.lang)
  if (values['help'] === true || word === 'help') terminal.out(help)
  else terminal.err(help)
  return values['help'] === true || word === 'help' ? exitCodes.done : exitCodes.usage
}

function names(separator: string): string {
  return commands.map((command) => command.name).join(separator)
}

function generalHelp(lang: Language): string {
  const lines = commands.map((command) => `  huijiao ${command.name} ${command.usage}\n${spoken(lang, command.summary, '      ')}\n`)
  const options = Object.entries(globalOptions).map(
    ([name, option]) => `  --${name}${option.value === undefined ? '' : ` ${option.value}`}\n${spoken(lang, option.help, '      ')}`,
  )
  return `huijiao · 汇交\n\n${lines.join('\n')}\n${options.join('\n')}\n\n${spoken(lang, { zh: '退出码', en: 'Exit codes' }, '  ')}\n${exitCodesHelp(lang)}\n`
}

/** Turns an error into words and an exit code. Only what is our own mistake shows a stack. */
function explain(error: unknown, terminal: Terminal): ExitCode {
  const { lang } = terminal
  if (error instanceof UserError) {
    terminal.err(`${spoken(lang, error.words, '✗ ')}\n`)
    if (error.hint !== undefined) terminal.err(`${spoken(lang, error.hint, '  ')}\n`)
    return error.exitCode
  }
  if (error instanceof NodeProblem) {
    terminal.err(showNodeProblem(lang, error))
    if (terminal.json) terminal.out(`${JSON.stringify({ problem: { status: error.status, ...error.document } })}\n`)
    return error.unauthorised || error.status >= 500 || error.status === 429 ? exitCodes.unreachable : exitCodes.refused
  }
  if (error instanceof ReceiptForged) {
    terminal.err(
      `${spoken(lang, { zh: '回执的签名与所信任的节点公钥不符，已停止', en: 'the receipt is not signed by a trusted key of the node; stopped' }, '✗ ')}\n`,
    )
    return exitCodes.refused
  }
  if (error instanceof OutcomesForged) {
    terminal.err(
      `${spoken(lang, { zh: '逐条结果与回执中的摘要不符，已停止', en: 'the outcome list does not have the digest in the receipt; stopped' }, '✗ ')}\n`,
    )
    return exitCodes.refused
  }
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    const path = (error as NodeJS.ErrnoException).path ?? ''
    terminal.err(`${spoken(lang, { zh: `无法写入或读取 ${path}（${code}）`, en: `cannot write or read ${path} (${code})` }, '✗ ')}\n`)
    return exitCodes.usage
  }
  terminal.err(
    `${spoken(lang, { zh: '程序自身出错，请把以下内容报告给开发者', en: 'this is our mistake; please report what follows' }, '✗ ')}\n${(error as Error).stack ?? String(error)}\n`,
  )
  return exitCodes.refused
}

/**
 * Runs the command that the arguments name.
 * @param base where it writes; language and form are taken from the arguments
 * @returns its exit code; whatever goes wrong is told on the terminal, never thrown
 */
export async function runHuijiao(args: readonly string[], base: Terminal, signal: AbortSignal): Promise<ExitCode> {
  const terminal = earlyTerminal(args, base)
  try {
    return await run(args, terminal, signal)
  } catch (error) {
    const aborted = signal.aborted && ((error as Error).name === 'AbortError' || error === signal.reason)
    return explain(aborted ? signal.reason : error, terminal)
  }
}
