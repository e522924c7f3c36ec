import { resolve } from 'node:path'
import { text, type Call, type Command } from '../cli/command.ts'
import { tell } from '../cli/terminal.ts'
import { exitCodes, usage, type ExitCode } from '../user-error.ts'
import { runNode } from './backup.ts'
import { configOption } from './node.ts'

interface Moved {
  readonly from: number
  readonly to: number
  readonly directory: string
  readonly root: string
  readonly digest: string
}

export const logDetach: Command = {
  name: 'log detach',
  usage: '--to N --into DIR [--place TEXT] [--config FILE]',
  summary: {
    zh: '把日志的较早部分移出数据库：先写成文件并读回核对，再移出。节点可照常运行；尚有人需要的条目不移出。移出的一段仍由散列块证明，可用 log attach 放回。',
    en: 'Takes the oldest entries of the log out of the database: they are written to files, read back and held against the tiles first. The node may run meanwhile; what anybody still needs stays. The tiles prove them as before, and log attach puts them back.',
  },
  options: {
    ...configOption,
    to: {
      type: 'string',
      value: 'N',
      help: { zh: '移出第 N 条以前的（256 的倍数）', en: 'the entries before entry N, a multiple of 256' },
    },
    into: { type: 'string', value: 'DIR', help: { zh: '存入此目录下的新目录', en: 'a new directory is made in this one' } },
    place: {
      type: 'string',
      value: 'TEXT',
      help: {
        zh: '存放处的说明，任何需要这些条目的人都会看到（默认为 DIR）',
        en: 'where it is kept, in words that everybody is told who needs these entries (DIR)',
      },
    },
  },
  positionals: { min: 0, max: 0 },
  refused: { zh: '没有移出', en: 'nothing was taken out' },
  examples: ['huijiao log detach --to 1048576 --into /archive/log --place "档案室 2 号库"'],
  run: async (call) => {
    const [to, into, place] = [text(call, 'to'), text(call, 'into'), text(call, 'place')]
    if (to === undefined || !/^[1-9]\d{0,14}$/.test(to)) throw usage('缺少 --to 条数', '--to N is missing')
    if (into === undefined) throw usage('缺少 --into 目录', '--into DIR is missing')
    const args = ['--detach-log', to, '--into', resolve(into), '--place', place ?? into]
    return show(call, args, { zh: '移出日志', en: 'detaching' }, (moved) => ({
      zh: `日志第 ${moved.from} 至 ${moved.to - 1} 条已移出到 ${moved.directory}`,
      en: `entries ${moved.from} to ${moved.to - 1} of the log are in ${moved.directory} now`,
    }))
  },
}

export const logAttach: Command = {
  name: 'log attach',
  usage: 'DIR [--config FILE]',
  summary: {
    zh: '把移出的一段日志放回数据库：每个文件、每条叶子、每条正文和根都先核对，不符则不放回。',
    en: 'Puts a range of the log back that was taken out: every file, leaf, body and the root are checked, and nothing goes in when one is not what it was.',
  },
  options: configOption,
  positionals: { min: 1, max: 1 },
  refused: { zh: '没有放回', en: 'nothing was put back' },
  examples: ['huijiao log attach /archive/log/370100-log-0-1048576'],
  run: (call) =>
    show(call, ['--attach-log', resolve(call.positionals[0] as string)], { zh: '放回日志', en: 'attaching' }, (moved) => ({
      zh: `日志第 ${moved.from} 至 ${moved.to - 1} 条已放回数据库`,
      en: `entries ${moved.from} to ${moved.to - 1} of the log are in the database again`,
    })),
}

async function show(
  call: Call,
  args: readonly string[],
  label: { zh: string; en: string },
  wordsOf: (moved: Moved) => { zh: string; en: string },
): Promise<ExitCode> {
  const moved = await runNode<Moved>(call, args, label)
  if (moved === null) return exitCodes.refused
  if (call.terminal.json) {
    call.terminal.out(`${JSON.stringify(moved)}\n`)
    return exitCodes.done
  }
  const { zh, en } = wordsOf(moved)
  tell(call.terminal, zh, en, '✓ ')
  tell(call.terminal, `根 ${moved.root}；range.json 摘要 ${moved.digest}`, `root ${moved.root}; digest of range.json ${moved.digest}`, '  ')
  return exitCodes.done
}
