import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { DetachedRange } from '@huijiao/merkle'
import type { Words } from '@huijiao/problem'
import type { Call, Command } from '../cli/command.ts'
import { startProgress } from '../cli/progress.ts'
import { printable, tell, type Terminal } from '../cli/terminal.ts'
import { exitCodes, UserError } from '../user-error.ts'
import { configOption, nodeArguments } from './node.ts'

export const backup: Command = {
  name: 'backup',
  usage: 'DIR [--config FILE]',
  summary: {
    zh: '备份一个节点到新目录：数据库（某一时刻的完整状态）、密钥、设置。节点可照常运行。备份未加密且含密钥，须像私钥一样保管（docs/backup.md）。',
    en: 'Saves a node to a new directory: its database as of one instant, its keys, its settings. The node may run meanwhile. The backup is not encrypted and holds the keys: keep it like a private key (docs/backup.md).',
  },
  options: configOption,
  positionals: { min: 1, max: 1 },
  refused: { zh: '备份没有完成', en: 'the backup was not completed' },
  examples: ['huijiao backup /backup/370100-20260901 --config node.env'],
  run: async (call) => {
    const directory = resolve(call.positionals[0] as string)
    const made = await runNode<{ log: LogFacts; rows: number; bytes: number }>(call, ['--backup', directory], { zh: '备份', en: 'saving' })
    if (made === null) return exitCodes.refused
    if (call.terminal.json) call.terminal.out(`${JSON.stringify(made)}\n`)
    else {
      const { log, rows, bytes } = made
      const size = `${(bytes / 1024 ** 2).toFixed(1)} MiB`
      tell(
        call.terminal,
        `已备份到 ${directory}：日志 ${log.size} 条，${rows} 行，${size}`,
        `saved to ${directory}: ${log.size} log entries, ${rows} rows, ${size}`,
        '✓ ',
      )
      tell(
        call.terminal,
        '其中有节点的私钥和全部数据，未加密：请像私钥一样保管',
        'it holds the node’s private keys and all its data, unencrypted: keep it like a private key',
        '! ',
      )
    }
    return exitCodes.done
  },
}

export const restore: Command = {
  name: 'restore',
  usage: 'DIR [--config FILE]',
  summary: {
    zh: '由备份恢复一个节点到空数据库：先核对每个文件，再写入密钥和数据，最后重算整个日志。启动后节点自行开始新纪元，并向上下级补回备份之后的数据。',
    en: 'Puts a node back from a backup into an empty database: every file is checked first, then keys and data are written, and the whole log is computed again. When it starts, the node begins a new epoch by itself, and gets back from its neighbours what came after the backup.',
  },
  options: configOption,
  positionals: { min: 1, max: 1 },
  refused: { zh: '没有恢复', en: 'nothing was restored' },
  examples: ['huijiao restore /backup/370100-20260901 --config node.env'],
  run: async (call) => {
    const directory = resolve(call.positionals[0] as string)
    const done = await runNode<{
      log: LogFacts
      madeAt: string
      entries: number
      detached: DetachedRange[]
      versionsDetached: DetachedRange[]
    }>(call, ['--restore', directory], {
      zh: '恢复',
      en: 'restoring',
    })
    if (done === null) return exitCodes.refused
    if (call.terminal.json) call.terminal.out(`${JSON.stringify(done)}\n`)
    else {
      tell(
        call.terminal,
        `已恢复到 ${done.madeAt} 的状态；日志 ${done.entries} 条全部核对无误`,
        `restored to the state of ${done.madeAt}; all ${done.entries} log entries check out`,
        '✓ ',
      )
      for (const range of done.detached) tellDetached(call.terminal, range)
      for (const range of done.versionsDetached) tellVersions(call.terminal, range)
      tell(
        call.terminal,
        '现在启动节点：它会开始新纪元，并向上下级补回此后的数据',
        'start the node now: it begins a new epoch and gets back what came later from its neighbours',
        '  ',
      )
    }
    return exitCodes.done
  },
}

interface LogFacts {
  readonly size: number
}

/** Says of a range of the log that it was not read, and where it is. */
export function tellDetached(terminal: Terminal, { from, to, place, digest }: DetachedRange): void {
  tell(
    terminal,
    `日志第 ${from} 至 ${to - 1} 条已移出数据库，未读：${printable(place)}（range.json 摘要 ${digest}）`,
    `entries ${from} to ${to - 1} of the log are detached and were not read: ${printable(place)} (digest of range.json ${digest})`,
    '! ',
  )
}

function tellVersions(terminal: Terminal, { from, to, place, digest }: DetachedRange): void {
  tell(
    terminal,
    `部分编号 ${from} 至 ${to - 1} 中较早版本的内容仍在数据库之外：${printable(place)}（range.json 摘要 ${digest}）`,
    `the contents of old versions of parts ${from} to ${to - 1} are detached: ${printable(place)} (digest of range.json ${digest})`,
    '! ',
  )
}

/** Runs the node program, shows its progress, and reads the document that it prints. Null when it failed; it has said why. */
export async function runNode<T>(call: Call, args: readonly string[], label: { zh: string; en: string }): Promise<T | null> {
  const child = spawn(process.execPath, nodeArguments(call, [...args, '--failure-json']), {
    env: call.terminal.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stopped = false
  const stop = () => {
    stopped = true
    child.kill('SIGTERM')
  }
  call.signal.addEventListener('abort', stop, { once: true })
  // Who ends this program, and not the whole group, would leave the other one working for nobody.
  const signals = ['SIGTERM', 'SIGHUP'] as const
  for (const name of signals) process.on(name, stop)
  const progress = startProgress(call.terminal, label)
  const said: string[] = []
  let out = ''
  let failed: Words | null = null
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  createInterface({ input: child.stderr }).on('line', (line) => {
    const told = progressOf(line)
    const words = failureOf(line)
    if (words !== null) failed = words
    else if (told === null) said.push(line)
    else progress.update(told.done, told.of, { zh: told.what, en: told.what })
  })
  const code = await new Promise<number | null>((done, fail) => {
    child.on('error', fail)
    child.on('close', done)
  })
  progress.clear()
  call.signal.removeEventListener('abort', stop)
  for (const name of signals) process.off(name, stop)
  // What came to its end before the signal did is done.
  if (code === 0) return JSON.parse(out) as T
  const why = failed ?? wordsOfLines(said)
  if (stopped || code === exitCodes.interrupted) throw new UserError(exitCodes.interrupted, failed ?? interrupted)
  throw new UserError(code === 2 ? exitCodes.usage : exitCodes.refused, { zh: printable(why.zh), en: printable(why.en) })
}

const interrupted: Words = { zh: '已中断；可再次运行同一命令', en: 'interrupted; the same command can be run again' }

/** Why nothing came of it, as the node program says it. */
function failureOf(line: string): Words | null {
  return line.startsWith('{"failed"') ? (JSON.parse(line) as { failed: Words }).failed : null
}

/** Mistakes in the settings are lines in Chinese with a mark, each with an English one below it; a program that did not start says what it says. */
function wordsOfLines(lines: readonly string[]): Words {
  const [zh, en] = [lines.filter((line) => line.startsWith('✗ ')), lines.filter((line) => line.startsWith('  '))]
  const joined = (of: readonly string[]): string =>
    of
      .map((line) => line.slice(2))
      .join('; ')
      .slice(0, 2000)
  if (zh.length > 0 && zh.length === en.length && zh.length + en.length === lines.length) return { zh: joined(zh), en: joined(en) }
  const all = lines.join(' ').replace(/^✗ /, '').slice(0, 2000)
  return { zh: all, en: all }
}

function progressOf(line: string): { what: string; done: number; of: number } | null {
  if (!line.startsWith('{"progress"')) return null
  return (JSON.parse(line) as { progress: { what: string; done: number; of: number } }).progress
}
