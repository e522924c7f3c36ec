import { resolve } from 'node:path'
import { text, type Call, type Command } from '../cli/command.ts'
import { printable, tell } from '../cli/terminal.ts'
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

/** What `--older-than` ends with: a range, or nothing, and why. */
type Old =
  | { readonly moved: Moved }
  | { readonly moved: null; readonly may: number; readonly atLeast: number; readonly neededBy: string | null }

export const logDetach: Command = {
  name: 'log detach',
  usage: '(--to N | --older-than DAYS [--at-least N]) --into DIR [--place TEXT] [--config FILE]',
  summary: {
    zh: '把日志的较早部分移出数据库：先写成文件并读回核对，再移出。节点可照常运行；尚有人需要的条目不移出。移出的一段仍由散列块证明，可用 log attach 放回。--older-than 可每晚运行：够老又无人需要的不足 --at-least 条时什么也不做。',
    en: 'Takes the oldest entries of the log out of the database: they are written to files, read back and held against the tiles first. The node may run meanwhile; what anybody still needs stays. The tiles prove them as before, and log attach puts them back. With --older-than it can run every night: as long as fewer than --at-least entries are old enough and needed by nobody, it does nothing.',
  },
  options: {
    ...configOption,
    to: {
      type: 'string',
      value: 'N',
      help: { zh: '移出第 N 条以前的（256 的倍数）', en: 'the entries before entry N, a multiple of 256' },
    },
    'older-than': {
      type: 'string',
      value: 'DAYS',
      help: {
        zh: '移出已满 DAYS 天且无人需要的（HUIJIAO_LOG_KEEP_DAYS 更长时以其为准）',
        en: 'the entries that are older and needed by nobody (HUIJIAO_LOG_KEEP_DAYS rules when it is longer)',
      },
    },
    'at-least': {
      type: 'string',
      value: 'N',
      help: { zh: '不足 N 条时不移出（默认 1048576，即一个分区）', en: 'nothing goes as long as fewer may (1048576, a partition)' },
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
  examples: [
    'huijiao log detach --to 1048576 --into /archive/log --place "档案室 2 号库"',
    'huijiao log detach --older-than 1095 --into /archive/log --place "档案室 2 号库"',
  ],
  run: async (call) => {
    const [to, days, atLeast] = [text(call, 'to'), text(call, 'older-than'), text(call, 'at-least')]
    const [into, place] = [text(call, 'into'), text(call, 'place')]
    if ((to === undefined) === (days === undefined)) throw usage('写明 --to 或 --older-than 之一', 'give either --to or --older-than')
    if (to !== undefined && (!/^[1-9]\d{0,14}$/.test(to) || atLeast !== undefined))
      throw usage('--to 后写条数，不与 --at-least 同用', '--to takes a number of entries, and no --at-least beside it')
    if (days !== undefined && !/^\d{1,5}$/.test(days)) throw usage('--older-than 后写天数', '--older-than takes days')
    if (atLeast !== undefined && !/^\d{1,15}$/.test(atLeast)) throw usage('--at-least 后写条数', '--at-least takes a number of entries')
    if (into === undefined) throw usage('缺少 --into 目录', '--into DIR is missing')
    const where = ['--into', resolve(into), '--place', place ?? into]
    if (days !== undefined) {
      const more = atLeast === undefined ? [] : ['--at-least', atLeast]
      return old(call, await runNode<Old>(call, ['--detach-older', days, ...more, ...where], detaching))
    }
    return show(call, await runNode<Moved>(call, ['--detach-log', to as string, ...where], detaching), takenOut)
  },
}

const detaching = { zh: '移出日志', en: 'detaching' }
const takenOut = (moved: Moved) => ({
  zh: `日志第 ${moved.from} 至 ${moved.to - 1} 条已移出到 ${moved.directory}`,
  en: `entries ${moved.from} to ${moved.to - 1} of the log are in ${moved.directory} now`,
})

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
  run: async (call) => {
    const args = ['--attach-log', resolve(call.positionals[0] as string)]
    return show(call, await runNode<Moved>(call, args, { zh: '放回日志', en: 'attaching' }), (moved) => ({
      zh: `日志第 ${moved.from} 至 ${moved.to - 1} 条已放回数据库`,
      en: `entries ${moved.from} to ${moved.to - 1} of the log are in the database again`,
    }))
  },
}

/** What `--older-than` did. That nothing was to be done is no failure. */
function old(call: Call, done: Old | null): ExitCode {
  if (done === null) return exitCodes.refused
  if (call.terminal.json) call.terminal.out(`${JSON.stringify(done)}\n`)
  else if (done.moved !== null) return show(call, done.moved, takenOut)
  else {
    const { may, atLeast, neededBy } = done
    const held =
      neededBy === null
        ? { zh: '', en: '' }
        : { zh: `；仍有人需要：${printable(neededBy)}`, en: `; still needed by ${printable(neededBy)}` }
    tell(
      call.terminal,
      `没有移出：够老又无人需要的有 ${may} 条，至少 ${atLeast} 条才移${held.zh}`,
      `nothing was taken out: ${may} entries are old enough and needed by nobody, and ${atLeast} go at least${held.en}`,
      '  ',
    )
  }
  return exitCodes.done
}

function show(call: Call, moved: Moved | null, wordsOf: (moved: Moved) => { zh: string; en: string }): ExitCode {
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
