import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { text, type Call, type Command } from '../cli/command.ts'
import { usage, type ExitCode } from '../user-error.ts'

/** The node program lies beside this package in the project; an outsider who has the client alone has none. */
export const nodeProgram = fileURLToPath(new URL('../../../../services/node/src/main.ts', import.meta.url))

/**
 * With which options and environment the node program runs, as in the image. Objects that are needed for a moment fill 16 MiB, not 64, before they are looked
 * through; and glibc does not keep an arena for every thread (docs/profiles/memory.md).
 */
const nodeOptions = ['--max-semi-space-size=16']
const nodeEnvironment = { MALLOC_ARENA_MAX: '2' }

/** @throws UserError (usage) when the node program is not installed */
export function nodeArguments(call: Pick<Call, 'values'>, extra: readonly string[] = []): string[] {
  if (!existsSync(nodeProgram))
    throw usage('本机没有安装节点程序', 'the node program is not installed here', {
      zh: '在汇交项目目录中运行',
      en: 'run this inside the huijiao project',
    })
  const config = text(call, 'config')
  if (config !== undefined && !existsSync(config)) throw usage(`没有文件 ${config}`, `there is no file ${config}`)
  return [nodeProgram, ...(config === undefined ? [] : ['--config', config]), ...extra]
}

export const configOption = {
  config: {
    type: 'string',
    value: 'FILE',
    help: { zh: '配置文件（每行 名称=值）；环境变量优先', en: 'configuration file of NAME=value lines; the environment wins' },
  },
} as const

export const node: Command = {
  name: 'node',
  usage: '[--config FILE] [--new-epoch]',
  summary: {
    zh: '启动一个节点。配置取自环境变量 HUIJIAO_*（见 docs/configuration.md）；Ctrl-C 正常停止。',
    en: 'Starts a node. Its configuration comes from the environment, HUIJIAO_* (docs/configuration.md); Ctrl-C stops it in good order.',
  },
  options: {
    ...configOption,
    'new-epoch': {
      type: 'boolean',
      help: {
        zh: '以本处为现用节点，开始新的纪元（见 docs/backup.md）',
        en: 'go on with this node whatever its neighbours know: begin a new epoch (docs/backup.md)',
      },
    },
  },
  positionals: { min: 0, max: 0 },
  refused: { zh: '节点运行中失败', en: 'the node failed' },
  run: (call) =>
    new Promise<ExitCode>((resolve, reject) => {
      const program = nodeArguments(call, call.values['new-epoch'] === true ? ['--new-epoch'] : [])
      const child = spawn(process.execPath, [...nodeOptions, ...program], {
        env: { ...nodeEnvironment, ...call.terminal.env },
        stdio: 'inherit',
      })
      // A terminal sends Ctrl-C to the whole foreground group, so the node has it already; a second copy would read as "at once".
      const relay = (signal: NodeJS.Signals) => void (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal))
      const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
      for (const signal of signals) process.on(signal, relay)
      child.on('error', reject)
      child.on('exit', (code, signal) => {
        for (const name of signals) process.off(name, relay)
        resolve((code ?? 128 + (signal === null ? 0 : constants.signals[signal])) as ExitCode)
      })
    }),
}
