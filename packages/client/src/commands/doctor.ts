import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { text, type Call, type Command } from '../cli/command.ts'
import { printable, spoken, tell } from '../cli/terminal.ts'
import { checkDataDir, checkPort, checkSecretFiles } from '../doctor/check-machine.ts'
import { checkByNode } from '../doctor/check-node.ts'
import { checkUpstream, readUpstreams } from '../doctor/check-upstream.ts'
import { bad, ok, type Finding } from '../doctor/finding.ts'
import { exitCodes, type ExitCode } from '../user-error.ts'
import { configOption, nodeArguments } from './node.ts'

export const doctor: Command = {
  name: 'doctor',
  usage: '[--config FILE]',
  summary: {
    zh: '检查本机和一个节点的配置：设置、数据目录、数据库、密钥文件权限、端口、上级是否可达、时钟；每处问题都说明怎样改。不启动节点。',
    en: 'Checks this machine and a node’s configuration: settings, data directory, database, permissions of key files, port, upstreams, clock; says how to mend each. Does not start the node.',
  },
  options: configOption,
  positionals: { min: 0, max: 0 },
  refused: { zh: '有必须处理的问题', en: 'something has to be mended' },
  run: runDoctor,
}

async function runDoctor(call: Call): Promise<ExitCode> {
  const { terminal } = call
  const args = nodeArguments(call)
  const config = text(call, 'config')
  const settings = { ...(config === undefined ? {} : parseEnv(readFileSync(config, 'utf8'))), ...withoutEmpty(terminal.env) } as Record<
    string,
    string | undefined
  >
  const dataDir = settings['HUIJIAO_DATA_DIR'] ?? '.huijiao'
  const secretFiles = Object.entries(settings)
    .filter(([name, path]) => /^HUIJIAO_.*_FILE$/.test(name) && path !== undefined)
    .map(([, path]) => path as string)
  const port = Number(settings['HUIJIAO_PORT'] ?? 7100)
  const findings: Finding[] = [
    checkNodeVersion(),
    ...(await checkByNode(args, terminal.env)),
    ...(await checkDataDir(dataDir)),
    ...(await checkSecretFiles(dataDir, secretFiles)),
    ...(Number.isInteger(port) && port > 0 && port < 65_536 ? [await checkPort(settings['HUIJIAO_HOST'] ?? '127.0.0.1', port)] : []),
    ...(await Promise.all(readUpstreams(settings['HUIJIAO_UPSTREAMS']).map(checkUpstream))).flat(),
  ]
  const errors = findings.filter((finding) => finding.level === 'error').length
  const warnings = findings.filter((finding) => finding.level === 'warning').length
  if (terminal.json) terminal.out(`${JSON.stringify({ ok: errors === 0, errors, warnings, findings })}\n`)
  else print(call, findings, errors, warnings)
  return errors === 0 ? exitCodes.done : exitCodes.refused
}

/** An empty variable means absent, as the node reads it. */
function withoutEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
}

function checkNodeVersion(): Finding {
  const major = Number(process.versions.node.split('.')[0])
  if (major >= 24) return ok('runtime', `Node ${process.versions.node}`, `Node ${process.versions.node}`)
  return bad(
    'error',
    'runtime',
    { zh: `Node ${process.versions.node} 过旧，需要 24`, en: `Node ${process.versions.node} is too old, 24 is needed` },
    { zh: '在项目目录运行 npm ci，用 npx huijiao', en: 'run npm ci in the project and use npx huijiao' },
  )
}

const marks = { ok: '✓ ', warning: '! ', error: '✗ ' } as const

function print(call: Call, findings: readonly Finding[], errors: number, warnings: number): void {
  const { terminal } = call
  for (const { level, words, mend } of findings) {
    terminal.out(`${spoken(terminal.lang, { zh: printable(words.zh), en: printable(words.en) }, marks[level])}\n`)
    if (mend !== undefined)
      terminal.out(`${spoken(terminal.lang, { zh: `改法：${printable(mend.zh)}`, en: `mend: ${printable(mend.en)}` }, '    ')}\n`)
  }
  if (errors + warnings === 0) tell(terminal, '一切正常', 'all is well', '✓ ')
  else
    tell(
      terminal,
      `${errors} 处必须处理，${warnings} 处建议处理`,
      `${errors} to be mended, ${warnings} to be looked at`,
      errors > 0 ? '✗ ' : '! ',
    )
}
