import { readFileSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Config, ConfigError, readConfig, unknownSettings } from './config.ts'
import { lineOf, wordsOf } from './words-of.ts'
import type { Worker } from './worker.ts'

const usage = `huijiao node: 启动一个节点 · run one node
  --config FILE   NAME=value 各行；环境变量优先 · lines of NAME=value; the environment wins
  --new-epoch     以本处为现用节点，开始新的纪元 · go on with this node whatever its neighbours know: begin a new epoch
  --backup DIR    备份到新目录：数据库、密钥、设置 · save database, keys and settings to a new directory
  --restore DIR   由备份恢复到空数据库；启动后开始新纪元 · put a backup back into an empty database
  --detach-log N --into DIR [--place TEXT]
                  把日志第 N 条以前移出数据库，存入 DIR · take the log before entry N out of the database, into DIR
  --detach-older DAYS --into DIR [--at-least N] [--place TEXT]
                  把已满 DAYS 天且无人需要的移出，不足 N 条则不移 · take out what is older than DAYS days and needed by nobody, N entries or more
  --attach-log DIR  把移出的一段放回 · put a range back that was taken out
  --detach-versions N --into DIR [--place TEXT]
                  把部分编号 N 以前较早版本的内容移出数据库，存入 DIR · take the contents of old versions before part N out of the database, into DIR
  --detach-older-versions DAYS --into DIR [--at-least N] [--place TEXT]
                  把已满 DAYS 天且无人需要的移出，不足 N 个则不移 · take out what is older than DAYS days and needed by nobody, N versions or more
  --attach-versions DIR  放回 · put them back
  --check-versions DIR   只核对该目录 · only check that directory
  --failure-json  失败的原因以 JSON 输出，供程序读取 · say why it failed as JSON, for programs
  --check         只检查配置与环境，输出 JSON · check configuration and surroundings, print JSON
Settings: docs/configuration.md
`

interface Values {
  config?: string
  check?: boolean
  'new-epoch'?: boolean
  backup?: string
  restore?: string
  'detach-log'?: string
  'detach-older'?: string
  'at-least'?: string
  into?: string
  place?: string
  'attach-log'?: string
  'detach-versions'?: string
  'detach-older-versions'?: string
  'attach-versions'?: string
  'check-versions'?: string
  'failure-json'?: boolean
  help?: boolean
}

/** Exit codes: 0 stopped as asked, 1 failed while running, 2 wrong configuration or arguments. */
async function main(): Promise<number> {
  const { values, problem } = readArguments()
  if (problem !== null || values.help === true) {
    process.stderr.write(`${problem === null ? '' : `${problem}\n`}${usage}`)
    return problem === null ? 0 : 2
  }
  const file = readConfigFile(values.config)
  if (file === null) return 2
  if (values.check === true) {
    const { checkConfiguration } = await import('./check.ts')
    const findings = await checkConfiguration(process.env, file)
    process.stdout.write(`${JSON.stringify({ findings }, null, 2)}\n`)
    return findings.some((finding) => finding.level === 'error') ? 2 : 0
  }
  let config: Config
  try {
    config = readConfig(process.env, file)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const mistake of error.mistakes) process.stderr.write(`✗ ${mistake.setting}: ${mistake.zh}\n  ${mistake.setting}: ${mistake.en}\n`)
    return 2
  }
  if (values.backup !== undefined || values.restore !== undefined) return await copy(config, values, file)
  if ((values['detach-log'] ?? values['detach-older'] ?? values['attach-log']) !== undefined) return await moveRange(config, values, 'log')
  if (versionOptions.some((name) => values[name] !== undefined)) return await moveRange(config, values, 'versions')
  return await run(config, values['new-epoch'] === true)
}

/** Undefined when none was named; null when it cannot be read, which was told. */
function readConfigFile(path: string | undefined): string | undefined | null {
  if (path === undefined) return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    process.stderr.write(`✗ --config ${path}: ${lineOf(error)}\n`)
    return null
  }
}

/** Says why nothing came of it: to a person, or as a line of JSON like those of the progress to a program that speaks one language only. */
function tellFailure(error: unknown, { 'failure-json': json }: Values): void {
  const line = json === true ? JSON.stringify({ failed: wordsOf(error) }) : `✗ ${lineOf(error)}`
  process.stderr.write(`${line}\n`)
}

/** Given by the first signal to stop; another one, later, ends the process at once. A terminal and whoever started this may send the same one twice. */
function stopSignal(): AbortSignal {
  const stop = new AbortController()
  let at = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (at > 0 && performance.now() - at > 1000) process.exit(130)
      at ||= performance.now()
      stop.abort()
    })
  // Whoever started this is gone: the work goes on and says nothing more.
  process.stderr.on('error', () => undefined)
  process.stdout.on('error', () => undefined)
  return stop.signal
}

/** Tells progress as lines of JSON, not too often. */
function progressLines(): (what: string, done: number, of: number) => void {
  let told = 0
  return (what, done, of) => {
    if (performance.now() - told < 200) return
    told = performance.now()
    process.stderr.write(`${JSON.stringify({ progress: { what, done, of } })}\n`)
  }
}

/** Options of which each asks for something that is done with ranges of versions. */
const versionOptions = ['detach-versions', 'detach-older-versions', 'attach-versions', 'check-versions'] as const

/** Takes a range of the log or of the versions out of the database or puts one back; prints one JSON document at the end. */
async function moveRange(config: Config, values: Values, what: 'log' | 'versions'): Promise<number> {
  const asked = { ...values, onProgress: progressLines() }
  try {
    const moved =
      what === 'log'
        ? await (await import('./backup/move-log.ts')).moveLog(config, asked)
        : await (await import('./backup/move-versions.ts')).moveVersions(config, asked)
    process.stdout.write(`${JSON.stringify(moved)}\n`)
    return 0
  } catch (error) {
    tellFailure(error, values)
    return 1
  }
}

/** Saves a node or puts one back; prints one JSON document at the end, and progress as lines of JSON to the other channel. */
async function copy(config: Config, values: Values, file: string | undefined): Promise<number> {
  const onProgress = progressLines()
  const signal = stopSignal()
  try {
    if (values.backup !== undefined) {
      const env = { ...(file === undefined ? {} : (await import('node:util')).parseEnv(file)), ...process.env }
      const { manifest } = await (await import('./backup/backup.ts')).backup(config, env, values.backup, onProgress, signal)
      const rows = manifest.database.tables.reduce((sum, table) => sum + table.rows, 0)
      const bytes = manifest.database.tables.reduce((sum, table) => sum + table.bytes, 0)
      process.stdout.write(
        `${JSON.stringify({ directory: values.backup, node: manifest.node, log: manifest.log, rows, bytes, note: manifest.note })}\n`,
      )
    } else {
      const restored = await (await import('./backup/restore.ts')).restore(config, values.restore as string, onProgress, signal)
      const { manifest, ...checked } = restored
      process.stdout.write(`${JSON.stringify({ node: manifest.node, log: manifest.log, madeAt: manifest.madeAt, ...checked })}\n`)
    }
    return 0
  } catch (error) {
    tellFailure(error, values)
    return signal.aborted ? 130 : 1
  }
}

async function run(config: Config, newEpoch: boolean): Promise<number> {
  const stopAsked = signalled()
  // Only now: a wrong configuration is told at once, without loading schemas and libraries first.
  const { createContext } = await import('./context.ts')
  const context = await createContext(config, { newEpoch })
  const { log } = context
  for (const name of unknownSettings(process.env)) log.warn({ setting: name }, 'there is no such setting; check the spelling')
  if (config.secrets.adminToken === null) log.warn({}, 'HUIJIAO_ADMIN_TOKEN is not set: the admin API is closed')
  const app = config.roles.has('api') ? await (await import('./app.ts')).buildApp(context) : null
  let worker: Worker | null = null
  let folders: { stop(): Promise<void> } | null = null
  try {
    if (config.roles.has('worker')) worker = await (await import('./worker.ts')).startWorker(context)
    if (worker !== null && config.folders.length > 0) {
      const [{ buildApp }, { serveFolders }] = await Promise.all([import('./app.ts'), import('./transport/folder-serve.ts')])
      folders = serveFolders(context, app ?? (await buildApp(context)))
    }
    if (app !== null) {
      const address = await app.listen({ host: config.http.host, port: config.http.port })
      log.info(
        { address, region: config.node.region, tier: config.node.tier, epoch: context.hub.node.epoch, queue: context.queues.backend },
        'listening',
      )
    } else log.info({}, 'working')
    // What was loaded is kept now: a process that is killed says no goodbye.
    setImmediate(flushCompileCache)
    const signal = await stopAsked
    if (app !== null && config.http.drainMs > 0) {
      log.info({ signal, ms: config.http.drainMs }, 'draining: not ready any more, still serving')
      context.beginDrain()
      await delay(config.http.drainMs)
    }
    log.info({ signal }, 'stopping: what is under way is finished first')
  } finally {
    context.beginStop()
    // Requests drain first: they may still add work, which the worker then finishes or leaves to the next start.
    if (app !== null) await withinGrace(app.close(), config.http.stopGraceMs, () => app.server.closeAllConnections())
    if (folders !== null) await withinGrace(folders.stop(), config.http.stopGraceMs)
    if (worker !== null) await withinGrace(worker.stop(), config.http.stopGraceMs)
    await context.close()
  }
  log.info({}, 'stopped')
  return 0
}

function readArguments(): { values: Values; problem: string | null } {
  try {
    const { values } = parseArgs({
      options: {
        config: { type: 'string' },
        check: { type: 'boolean' },
        'new-epoch': { type: 'boolean' },
        backup: { type: 'string' },
        restore: { type: 'string' },
        'detach-log': { type: 'string' },
        'detach-older': { type: 'string' },
        'at-least': { type: 'string' },
        into: { type: 'string' },
        place: { type: 'string' },
        'attach-log': { type: 'string' },
        'detach-versions': { type: 'string' },
        'detach-older-versions': { type: 'string' },
        'attach-versions': { type: 'string' },
        'check-versions': { type: 'string' },
        'failure-json': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    return { values: values as Values, problem: null }
  } catch (error) {
    return { values: {}, problem: (error as Error).message }
  }
}

/** The first signal asks for an orderly stop; a second one ends the process at once. */
function signalled(): Promise<string> {
  return new Promise((resolve) => {
    let asked = false
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130)
        asked = true
        resolve(signal)
      })
    }
  })
}

async function withinGrace(work: Promise<unknown>, graceMs: number, onLate: () => void = () => {}): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      onLate()
      resolve()
    }, graceMs)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}

main().then(
  (code) => {
    process.exitCode = code
    // Whatever still holds the process (a keep-alive socket of an upstream) must not keep a stopped node alive.
    setTimeout(() => process.exit(code), 1000).unref()
  },
  (error: unknown) => {
    process.stderr.write(`✗ ${lineOf(error)}\n`)
    if (process.env['HUIJIAO_LOG_LEVEL'] === 'debug' && error instanceof Error) process.stderr.write(`${error.stack}\n`)
    process.exit(1)
  },
)
