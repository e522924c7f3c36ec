import { createRequire } from 'node:module'
import { globalOptions, exitCodesHelp, findCommand, helpOf, parseArguments, type Command } from './cli/command.ts'
import { showNodeProblem } from './cli/show-problem.ts'
import { processTerminal, spoken, type Language, type Terminal } from './cli/terminal.ts'
import { doctor } from './commands/doctor.ts'
import { logCheck } from './commands/log-check.ts'
import { node } from './commands/node.ts'
import { participantAdd } from './commands/participant-add.ts'
import { push } from './commands/push.ts'
import { validate } from './commands/validate.ts'
import { verify } from './commands/verify.ts'
import { NodeProblem } from './http/node-problem.ts'
import { ReceiptForged } from './submit.ts'
import { exitCodes, usage, UserError, type ExitCode } from './user-error.ts'

const commands: readonly Command[] = [push, validate, verify, logCheck, node, participantAdd, doctor]

/** Language and form of output as far as they can be told before the arguments are known to be right. */
function earlyTerminal(args: readonly string[]): Terminal {
  const at = args.indexOf('--lang')
  const lang = args.find((arg) => arg.startsWith('--lang='))?.slice('--lang='.length) ?? (at < 0 ? undefined : args[at + 1])
  return processTerminal(lang === 'zh' || lang === 'en' ? lang : 'both', args.includes('--json'))
}

async function run(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  const found = findCommand(commands, args)
  if (found === null) return withoutCommand(args, terminal)
  const parsed = parseArguments(found.command, found.rest)
  if (parsed.values['help'] === true) {
    terminal.out(helpOf(found.command, parsed.lang))
    return exitCodes.done
  }
  return await found.command.run({ ...parsed, terminal: processTerminal(parsed.lang, parsed.json), signal })
}

function withoutCommand(args: readonly string[], terminal: Terminal): ExitCode {
  const word = args.find((arg) => !arg.startsWith('-') && arg !== 'zh' && arg !== 'en')
  if (word !== undefined && word !== 'help') {
    throw usage(`没有此命令：${word}`, `unknown command: ${word}`, { zh: `可用命令：${names('、')}`, en: `commands: ${names(', ')}` })
  }
  if (args.includes('--version')) {
    terminal.out(`${(createRequire(import.meta.url)('../package.json') as { version: string }).version}\n`)
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

const args = process.argv.slice(2)
const terminal = earlyTerminal(args)
const interrupted = new AbortController()
const isNode = args[0] === 'node'
// The node stops in its own good order; every other command gives up what it waits for, and a second Ctrl-C ends it at once.
if (!isNode)
  process.once('SIGINT', () =>
    interrupted.abort(
      new UserError(exitCodes.interrupted, {
        zh: '已中断；再次运行同一命令可继续',
        en: 'interrupted; run the same command again to continue',
      }),
    ),
  )
// The reader of our output went away (`| head`): nothing to tell anybody.
process.stdout.on('error', () => process.exit(exitCodes.done))
try {
  process.exitCode = await run(args, terminal, interrupted.signal)
} catch (error) {
  const aborted = interrupted.signal.aborted && ((error as Error).name === 'AbortError' || error === interrupted.signal.reason)
  process.exitCode = explain(aborted ? interrupted.signal.reason : error, terminal)
}
