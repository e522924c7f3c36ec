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
  readonly digest: string
  readonly versions: number
  readonly moved: number
}

/** What `--older-than` ends with when nothing goes, and why. */
interface Nothing {
  readonly moved: null
  readonly from: number
  readonly may: number
  readonly atLeast: number
  readonly neededBy: string | null
}

export const versionsDetach: Command = {
  name: 'versions detach',
  usage: '(--to PART | --older-than DAYS [--at-least N]) --into DIR [--place TEXT] [--config FILE]',
  summary: {
    zh: '把较早版本的内容移出数据库：先写成文件并读回，按承诺值和日志中的根核对，再移出。节点可照常运行。现行、最新、待办的版本留下内容；移出的版本其身份、次序、承诺值仍在，可用 versions attach 放回。只整个分区移出，尚有人需要的不移出。--older-than 可每晚运行：够老又无人需要的不足 --at-least 个时什么也不做。',
    en: 'Takes the contents of old versions out of the database: they are written to files, read back and held against their commitments and the roots in the log first. The node may run meanwhile. What is in force, the latest, and what anybody has to do with keeps its content; of the others identity, order and commitment stay, and versions attach puts the contents back. Whole partitions go, and none that anybody still needs. With --older-than it can run every night: as long as fewer than --at-least versions are old enough and needed by nobody, it does nothing.',
  },
  options: {
    ...configOption,
    to: {
      type: 'string',
      value: 'PART',
      help: { zh: '移出此部分编号以前的（分区的末尾）', en: 'those before this part id, which is the end of a partition' },
    },
    'older-than': {
      type: 'string',
      value: 'DAYS',
      help: {
        zh: '移出已满 DAYS 天且无人需要的（HUIJIAO_VERSIONS_KEEP_DAYS 更长时以其为准）',
        en: 'those that are older and needed by nobody (HUIJIAO_VERSIONS_KEEP_DAYS rules when it is longer)',
      },
    },
    'at-least': {
      type: 'string',
      value: 'N',
      help: { zh: '可移出内容的版本不足 N 个时不移出（默认 1）', en: 'nothing goes as long as the contents of fewer versions may (1)' },
    },
    into: { type: 'string', value: 'DIR', help: { zh: '存入此目录下的新目录', en: 'a new directory is made in this one' } },
    place: {
      type: 'string',
      value: 'TEXT',
      help: {
        zh: '存放处的说明，任何需要这些内容的人都会看到（默认为 DIR）',
        en: 'where it is kept, in words that everybody is told who needs these contents (DIR)',
      },
    },
  },
  positionals: { min: 0, max: 0 },
  refused: { zh: '没有移出', en: 'nothing was taken out' },
  examples: [
    'huijiao versions detach --older-than 1825 --into /archive/versions --place "档案室 2 号库"',
    'huijiao versions detach --older-than 1825 --at-least 1000000 --into /archive/versions',
    'huijiao versions detach --to 65536 --into /archive/versions --place "档案室 2 号库"',
  ],
  run: async (call) => {
    const [to, days, atLeast] = [text(call, 'to'), text(call, 'older-than'), text(call, 'at-least')]
    const [into, place] = [text(call, 'into'), text(call, 'place')]
    if ((to === undefined) === (days === undefined)) throw usage('写明 --to 或 --older-than 之一', 'give either --to or --older-than')
    if (to !== undefined && (!/^[1-9]\d{0,14}$/.test(to) || atLeast !== undefined))
      throw usage('--to 后写部分编号，不与 --at-least 同用', '--to takes a part id, and no --at-least beside it')
    if (days !== undefined && !/^\d{1,5}$/.test(days)) throw usage('--older-than 后写天数', '--older-than takes days')
    if (atLeast !== undefined && !/^\d{1,15}$/.test(atLeast)) throw usage('--at-least 后写个数', '--at-least takes a number of versions')
    if (into === undefined) throw usage('缺少 --into 目录', '--into DIR is missing')
    const which = to === undefined ? ['--detach-older-versions', days as string] : ['--detach-versions', to]
    const where = [...(atLeast === undefined ? [] : ['--at-least', atLeast]), '--into', resolve(into), '--place', place ?? into]
    const done = await runNode<Moved | Nothing>(call, [...which, ...where], { zh: '移出版本', en: 'detaching' })
    return done?.moved === null ? nothing(call, done as Nothing) : show(call, done as Moved | null, takenOut)
  },
}

const takenOut = ({ from, to, directory, versions, moved }: Moved) => ({
  zh: `部分编号 ${from} 至 ${to - 1} 的 ${versions} 个版本已写入 ${directory}，其中 ${moved} 个的内容已移出数据库`,
  en: `the ${versions} versions of parts ${from} to ${to - 1} are in ${directory}; the contents of ${moved} of them are in the database no more`,
})

export const versionsAttach: Command = {
  name: 'versions attach',
  usage: 'DIR [--config FILE]',
  summary: {
    zh: '把移出的版本内容放回数据库：每个文件、每个版本的承诺值、每个部分的根都先核对，不符则不放回。',
    en: 'Puts the contents of versions back that were taken out: every file, commitment and root is checked, and nothing goes in when one is not what it was.',
  },
  options: configOption,
  positionals: { min: 1, max: 1 },
  refused: { zh: '没有放回', en: 'nothing was put back' },
  examples: ['huijiao versions attach /archive/versions/370100-versions-0-65536'],
  run: async (call) => {
    const args = ['--attach-versions', resolve(call.positionals[0] as string)]
    return show(call, await runNode<Moved>(call, args, { zh: '放回版本', en: 'attaching' }), ({ from, to, moved }) => ({
      zh: `部分编号 ${from} 至 ${to - 1} 中 ${moved} 个版本的内容已放回数据库`,
      en: `the contents of ${moved} versions of parts ${from} to ${to - 1} are in the database again`,
    }))
  },
}

/** What `versions check` prints. */
interface Checked {
  readonly from: number
  readonly to: number
  readonly directory: string
  readonly digest: string
  readonly parts: number
  readonly versions: number
  readonly standing: boolean
}

export const versionsCheck: Command = {
  name: 'versions check',
  usage: 'DIR [--config FILE]',
  summary: {
    zh: '核对移出的版本内容，如同放回时一样读一遍，但不放回：每个文件的摘要、每个版本的承诺值、每个部分在日志中的根。',
    en: 'Reads what was taken out as putting it back would, and puts nothing back: the digest of every file, the commitment of every version, and the root of every part in the log.',
  },
  options: configOption,
  positionals: { min: 1, max: 1 },
  refused: { zh: '核对不符', en: 'it does not check out' },
  examples: ['huijiao versions check /archive/versions/370100-versions-0-65536'],
  run: async (call) => {
    const args = ['--check-versions', resolve(call.positionals[0] as string)]
    return show(
      call,
      await runNode<Checked>(call, args, { zh: '核对版本', en: 'checking' }),
      ({ from, to, parts, versions, standing }) => ({
        zh: `部分编号 ${from} 至 ${to - 1}：${parts} 个部分、${versions} 个版本核对无误${standing ? '' : '；数据库中没有移出这一段'}`,
        en: `parts ${from} to ${to - 1}: ${parts} parts and ${versions} versions check out${standing ? '' : '; the range is not detached now'}`,
      }),
    )
  },
}

/** That nothing was to be done is no failure. */
function nothing(call: Call, done: Nothing): ExitCode {
  if (call.terminal.json) call.terminal.out(`${JSON.stringify(done)}\n`)
  else {
    const { from, may, atLeast, neededBy } = done
    const held =
      neededBy === null
        ? { zh: '', en: '' }
        : { zh: `；仍有人需要：${printable(neededBy)}`, en: `; still needed by ${printable(neededBy)}` }
    tell(
      call.terminal,
      `没有移出：部分编号 ${from} 起的整个分区中，够老又无人需要的有 ${may} 个，至少 ${atLeast} 个才移${held.zh}`,
      `nothing was taken out: in whole partitions from part ${from} on, ${may} versions are old enough and needed by nobody, and ${atLeast} go at least${held.en}`,
      '  ',
    )
  }
  return exitCodes.done
}

function show<T extends { readonly digest: string }>(
  call: Call,
  done: T | null,
  wordsOf: (done: T) => { zh: string; en: string },
): ExitCode {
  if (done === null) return exitCodes.refused
  if (call.terminal.json) {
    call.terminal.out(`${JSON.stringify(done)}\n`)
    return exitCodes.done
  }
  const { zh, en } = wordsOf(done)
  tell(call.terminal, zh, en, '✓ ')
  tell(call.terminal, `range.json 摘要 ${done.digest}`, `digest of range.json ${done.digest}`, '  ')
  return exitCodes.done
}
