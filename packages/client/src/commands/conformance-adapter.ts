import type { Request, Task } from '@huijiao/conformance'
import type { Call, Command } from '../cli/command.ts'
import { linesOf } from '../conformance/lines.ts'
import { exitCodes, type ExitCode } from '../user-error.ts'

export const conformanceAdapter: Command = {
  name: 'conformance-adapter',
  usage: '',
  summary: {
    zh: '一致性检验的参考程序：从标准输入逐行读取，向标准输出逐行应答。厂商的程序与它形式相同。',
    en: 'The reference program of the conformance kit: reads lines on standard input, answers lines on standard output. A vendor’s program has the same form.',
  },
  options: {},
  positionals: { min: 0, max: 0 },
  examples: ['huijiao conformance "huijiao conformance-adapter"'],
  run: runAdapter,
}

async function runAdapter({ terminal, signal }: Call): Promise<ExitCode> {
  const answerLine = await loadAnswerLine()
  for await (const line of linesOf(process.stdin)) {
    signal.throwIfAborted()
    if (line.trim() === '') continue
    terminal.out(`${JSON.stringify(answerLine(line))}\n`)
  }
  return exitCodes.done
}

/**
 * Answers one line for one line, whatever it holds: an adapter that dies over a line it does not know leaves the others unanswered. The
 * standard's tables take a while to load, and the other commands do without them.
 */
export async function loadAnswerLine(): Promise<(line: string) => object> {
  const { referenceAnswer, tasks } = await import('@huijiao/conformance')
  return (line) => {
    try {
      const request = JSON.parse(line) as Request
      if (!tasks.includes(request.do as Task)) return { id: request.id, skipped: `no such task: ${String(request.do)}` }
      return referenceAnswer(request)
    } catch (error) {
      return { id: null, skipped: (error as Error).message }
    }
  }
}
