import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { numberOption, readToolOptions, ToolUsage } from './tool-options.ts'

const options = { rounds: { type: 'string', default: '3' }, docs: { type: 'boolean', default: false } } as const
const read = (...args: string[]) => readToolOptions('npm run tool -- [--rounds N] [--docs]', options, args)
const told = (work: () => unknown): ToolUsage => {
  try {
    work()
  } catch (error) {
    if (error instanceof ToolUsage) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('options of a tool', () => {
  it('are what was given, or what counts otherwise', () => {
    expect(read('--docs')).toMatchObject({ rounds: '3', docs: true })
    expect(numberOption('rounds', read('--rounds', '5').rounds, { min: 1 })).toBe(5)
    expect(numberOption('share', '0.002', { min: 0, whole: false })).toBe(0.002)
  })

  it.each([
    [['--nonsense'], '没有此选项：--nonsense', 'unknown option: --nonsense'],
    [['--rounds'], '选项 --rounds 的值缺失', 'option --rounds lacks its value'],
    [['--docs=1'], '选项 --docs 的值', 'or takes none'],
    [['again'], '多余的参数：again', 'surplus argument: again'],
  ])('that cannot be used are told in both languages, with what there is: %j', (args, zh, en) => {
    const { message, exitCode } = told(() => read(...args))
    expect(exitCode).toBe(2)
    for (const words of [zh, en, 'npm run tool --']) expect(message).toContain(words)
  })

  it.each(['', 'many', '0', '1.5', '-2', 'Infinity'])('that is to be a whole number above 0 is not “%s”', (text) => {
    expect(told(() => numberOption('rounds', text, { min: 1 }))).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/--rounds 须为整数[^]*--rounds takes a whole number/),
    })
  })

  it.each([
    ['bench/main.ts', '--rounds'],
    ['bench/scale.ts', '--county'],
    ['packages/testing/faults/main.ts', '--seed'],
  ])('%s says what it takes, and ends with 2 and no stack when it is given something else', async (program, option) => {
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, [join(import.meta.dirname, '../../..', program), ...args]).then(
        ({ stdout }) => ({ code: 0, text: stdout }),
        (error: { code: number; stderr: string }) => ({ code: error.code, text: error.stderr }),
      )
    expect(await run('--help')).toEqual({ code: 0, text: expect.stringContaining(option) })
    const refused = await run('--nonsense')
    expect(refused).toEqual({ code: 2, text: expect.stringMatching(/没有此选项：--nonsense[^]*unknown option: --nonsense/) })
    expect(refused.text).not.toMatch(/^\s+at /m)
    const number = await run(option, '')
    expect(number).toEqual({ code: 2, text: expect.stringContaining(option) })
  })
})
