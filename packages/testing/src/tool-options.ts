import { parseArgs, type ParseArgsConfig } from 'node:util'

/** What a tool of the repository was told cannot be used, or somebody asked what it takes. The message is for the terminal. */
export class ToolUsage extends Error {
  override readonly name = 'ToolUsage'
  readonly exitCode: 0 | 2

  constructor(message: string, exitCode: 0 | 2) {
    super(message)
    this.exitCode = exitCode
  }
}

/**
 * The options of a tool. `--help` is one of them always.
 * @param usage what the tool takes, as it is shown
 * @throws ToolUsage
 */
export function readToolOptions<const T extends NonNullable<ParseArgsConfig['options']>>(
  usage: string,
  options: T,
  args: readonly string[] = process.argv.slice(2),
) {
  let values: Record<string, unknown>
  try {
    values = parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean', default: false } } }).values
  } catch (error) {
    throw new ToolUsage(`${mistakeOf(error as NodeJS.ErrnoException)}\n\n${usage}`, 2)
  }
  if (values['help'] === true) throw new ToolUsage(usage, 0)
  return values as ReturnType<typeof parseArgs<{ options: T }>>['values']
}

/**
 * @returns the number that an option names
 * @throws ToolUsage when it is none, or outside the bounds
 */
export function numberOption(
  name: string,
  text: string,
  { min, whole = true }: { readonly min: number; readonly whole?: boolean },
): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isFinite(value) && value >= min && (!whole || Number.isInteger(value))) return value
  throw new ToolUsage(
    `✗ --${name} 须为${whole ? '整数' : '数'}，不小于 ${min}，不能是“${text}”\n✗ --${name} takes a ${whole ? 'whole ' : ''}number, ${min} or more, not “${text}”`,
    2,
  )
}

/** What `read` makes of the options; where they cannot be used, the process ends with words instead of a stack. Anything else is thrown on. */
export function orUsage<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ToolUsage)) throw error
    ;(error.exitCode === 0 ? process.stdout : process.stderr).write(`${error.message}\n`)
    process.exit(error.exitCode)
  }
}

function mistakeOf(error: NodeJS.ErrnoException): string {
  const named = /'(-[^' ]*)/.exec(error.message)?.[1] ?? /'([^']*)'/.exec(error.message)?.[1] ?? ''
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `✗ 没有此选项：${named}\n✗ unknown option: ${named}`
  if (error.code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE')
    return `✗ 选项 ${named} 的值缺失或多余\n✗ option ${named} lacks its value, or takes none`
  if (error.code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') return `✗ 多余的参数：${named}\n✗ surplus argument: ${named}`
  throw error
}
