import { parseArgs } from 'node:util'
import type { Words } from '@huijiao/problem'
import { usage, type ExitCode } from '../user-error.ts'
import { spoken, type Language, type Terminal } from './terminal.ts'

export interface Option {
  readonly type: 'string' | 'boolean'
  /** What stands after the option in the help, such as `URL`. */
  readonly value?: string
  /** May be given several times. */
  readonly multiple?: true
  readonly help: Words
}

export type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** What a command was called with. Options keep the names they have on the command line. */
export interface Call {
  readonly values: Values
  readonly positionals: readonly string[]
  readonly terminal: Terminal
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
}

export interface Command {
  /** One word or two, such as `push` or `log check`. */
  readonly name: string
  /** What follows the name. */
  readonly usage: string
  readonly summary: Words
  readonly options: Readonly<Record<string, Option>>
  readonly positionals: { readonly min: number; readonly max: number }
  /** What exit code 1 means here; absent where it cannot happen. */
  readonly refused?: Words
  readonly examples?: readonly string[]
  run(call: Call): Promise<ExitCode>
}

/** Options every command takes. */
export const globalOptions: Readonly<Record<string, Option>> = {
  json: { type: 'boolean', help: { zh: '结果以 JSON 输出到标准输出', en: 'print the result as JSON on standard output' } },
  lang: { type: 'string', value: 'zh|en', help: { zh: '只用一种语言（默认中英对照）', en: 'one language only (default: both)' } },
  help: { type: 'boolean', help: { zh: '显示帮助', en: 'show this help' } },
}

/** The command that the arguments name, and what follows; null when they name none. */
export function findCommand(commands: readonly Command[], args: readonly string[]): { command: Command; rest: string[] } | null {
  for (const command of commands) {
    const words = command.name.split(' ')
    if (words.every((word, at) => args[at] === word)) return { command, rest: args.slice(words.length) }
  }
  return null
}

export interface Parsed {
  readonly values: Values
  readonly positionals: readonly string[]
  readonly lang: Language
  readonly json: boolean
}

/**
 * Reads the arguments of one command. Nothing is guessed: an unknown option, a missing value and a surplus argument are refused.
 * @throws UserError (usage)
 */
export function parseArguments(command: Pick<Command, 'name' | 'options' | 'positionals'>, args: readonly string[]): Parsed {
  const options = { ...command.options, ...globalOptions }
  const config = Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, { type: option.type, ...(option.multiple === true ? { multiple: true } : {}) }]),
  )
  let parsed: ReturnType<typeof parseArgs>
  try {
    parsed = parseArgs({ args: [...args], options: config, allowPositionals: true, strict: true })
  } catch (error) {
    throw argumentError(command.name, error as NodeJS.ErrnoException, Object.keys(options))
  }
  const values = parsed.values as Parsed['values']
  const lang = readLanguage(values['lang'])
  const { min, max } = command.positionals
  if (values['help'] !== true) {
    if (parsed.positionals.length < min) throw usage('缺少参数', 'an argument is missing', seeHelp(command.name))
    if (parsed.positionals.length > max)
      throw usage(`多余的参数：${parsed.positionals[max]}`, `surplus argument: ${parsed.positionals[max]}`, seeHelp(command.name))
  }
  return { values, positionals: parsed.positionals, lang, json: values['json'] === true }
}

export function seeHelp(name: string): Words {
  return { zh: `用法见 huijiao ${name} --help`, en: `see huijiao ${name} --help` }
}

function readLanguage(value: Values[string]): Language {
  if (value === undefined) return 'both'
  if (value === 'zh' || value === 'en') return value
  throw usage('--lang 只能是 zh 或 en', '--lang takes zh or en')
}

function argumentError(name: string, error: NodeJS.ErrnoException, known: readonly string[]): Error {
  const named = /'(-[^' ]*)/.exec(error.message)?.[1] ?? ''
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const near = nearest(named.replace(/^-+/, ''), known)
    return usage(
      `没有此选项：${named}${near ? `；是否为 --${near}？` : ''}`,
      `unknown option: ${named}${near ? `; did you mean --${near}?` : ''}`,
      seeHelp(name),
    )
  }
  if (error.code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
    return usage(`选项 ${named} 的值缺失或多余`, `option ${named} lacks its value, or takes none`, seeHelp(name))
  }
  return error
}

/** The known name within two edits of `name`, if most of it is right. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known.map((other) => ({ other, distance: editDistance(name, other) })).sort((a, b) => a.distance - b.distance)
  return ranked[0] !== undefined && ranked[0].distance <= Math.min(2, (name.length - 1) / 2) ? ranked[0].other : undefined
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** The help page of one command. */
export function helpOf(command: Command, lang: Language): string {
  const lines = [`huijiao ${command.name} ${command.usage}`.trimEnd(), '', spoken(lang, command.summary, '  '), '']
  for (const [name, option] of Object.entries({ ...command.options, ...globalOptions })) {
    lines.push(`  --${name}${option.value === undefined ? '' : ` ${option.value}`}`, spoken(lang, option.help, '      '))
  }
  lines.push('', spoken(lang, { zh: '退出码', en: 'Exit codes' }, '  '), exitCodesHelp(lang, command.refused))
  if (command.examples !== undefined) lines.push('', ...command.examples.map((example) => `  ${example}`))
  return `${lines.join('\n')}\n`
}

export function exitCodesHelp(lang: Language, refused?: Words): string {
  const one: Words = refused ?? { zh: '有记录被退回，或检查未通过', en: 'records were refused, or a check failed' }
  return [
    spoken(lang, { zh: '0 全部成功', en: '0 all is well' }, '    '),
    spoken(lang, { zh: `1 ${one.zh}`, en: `1 ${one.en}` }, '    '),
    spoken(lang, { zh: '2 命令、文件或设置有误', en: '2 a mistake in the command, a file or a setting' }, '    '),
    spoken(lang, { zh: '3 节点无法访问，或没有权限', en: '3 the node cannot be reached, or does not allow it' }, '    '),
    spoken(lang, { zh: '130 被 Ctrl-C 中断', en: '130 interrupted by Ctrl-C' }, '    '),
  ].join('\n')
}

/** A string option; undefined when it was not given. */
export function text(call: Pick<Call, 'values'>, name: string): string | undefined {
  const value = call.values[name]
  return typeof value === 'string' ? value : undefined
}

/** Every value of an option that may be given several times. */
export function texts(call: Pick<Call, 'values'>, name: string): readonly string[] {
  const value = call.values[name]
  return typeof value === 'object' ? value : []
}

export function flag(call: Pick<Call, 'values'>, name: string): boolean {
  return call.values[name] === true
}

/** A positive whole number. @throws UserError (usage) */
export function count(call: Pick<Call, 'values'>, name: string, fallback: number, max: number = Number.MAX_SAFE_INTEGER): number {
  const value = text(call, name)
  if (value === undefined) return fallback
  const number = /^\d{1,15}$/.test(value) ? Number(value) : 0
  if (number < 1 || number > max) throw usage(`--${name} 应为 1 至 ${max} 的整数`, `--${name} takes a whole number from 1 to ${max}`)
  return number
}
