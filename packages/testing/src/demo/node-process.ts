import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { removePidFile, runningPid, stopProcess, writePidFile } from './process-mark.ts'
import type { DemoNode, DemoSettings } from './settings.ts'
import { DemoError, say } from './words.ts'

const program = resolve(import.meta.dirname, '../../../../services/node/src/main.ts')
/** Leftovers may have a database to drain into, or none. */
const leftoverGraceMs = 10_000

const pidFile = (settings: DemoSettings, node: DemoNode) => join(settings.dir, `${node.tier}.pid`)

export interface NodeProcess {
  readonly node: DemoNode
  readonly child: ChildProcess
  /** Settles when the process ends. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** Ends node processes that an earlier demo left behind when it was killed: they hold the ports and the databases. */
export async function stopLeftovers(settings: DemoSettings): Promise<void> {
  for (const node of settings.nodes) {
    const file = pidFile(settings, node)
    const pid = runningPid(file)
    if (pid !== null) {
      say(
        `上次未正常结束，停止遗留的 ${node.tier} 节点（进程 ${pid}）`,
        `The last run did not end by itself; stopping its ${node.tier} node (process ${pid})`,
      )
      await stopProcess(pid, leftoverGraceMs)
    }
    removePidFile(file)
  }
}

/** @throws DemoError naming the first port that is taken */
export async function checkPorts(settings: DemoSettings): Promise<void> {
  for (const node of settings.nodes) {
    if (await isFree(node.port)) continue
    throw new DemoError(
      `端口 ${node.port}（${node.tier} 节点）已被占用。停掉占用它的程序，或换一组端口：HUIJIAO_DEMO_PORT=8000 npm start`,
      `Port ${node.port} (of the ${node.tier} node) is in use. Stop what uses it, or move the ports: HUIJIAO_DEMO_PORT=8000 npm start`,
    )
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const server = createServer()
    server.once('error', () => settle(false))
    server.listen(port, '127.0.0.1', () => server.close(() => settle(true)))
  })
}

/** Starts one node as its own process, its log in its own file. */
export function startNode(settings: DemoSettings, node: DemoNode, databaseUrl: string, adminToken: string): NodeProcess {
  const upstream = settings.nodes.find((each) => each.tier === node.upstream)
  const log = openSync(node.logFile, 'a', 0o600)
  try {
    const child = spawn(process.execPath, ['--max-semi-space-size=16', program], {
      stdio: ['ignore', log, log],
      // A process group of its own: Ctrl-C is for the demo, which stops the nodes one after the other.
      detached: process.platform !== 'win32',
      // These options, and this of the environment, as with `huijiao node`.
      env: {
        MALLOC_ARENA_MAX: '2',
        ...withoutOurSettings(process.env),
        HUIJIAO_NAME: node.region,
        HUIJIAO_SYNTHETIC: 'yes',
        HUIJIAO_REGION: node.region,
        HUIJIAO_TIER: node.tier,
        HUIJIAO_HOST: '127.0.0.1',
        HUIJIAO_PORT: String(node.port),
        HUIJIAO_DATA_DIR: node.dataDir,
        HUIJIAO_DATABASE_URL: databaseUrl,
        HUIJIAO_ADMIN_TOKEN: adminToken,
        HUIJIAO_UPSTREAMS: JSON.stringify(upstream ? [{ name: upstream.region, url: upstream.url, tier: upstream.tier }] : []),
      },
    })
    if (child.pid !== undefined) writePidFile(pidFile(settings, node), child.pid)
    const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((settle) => {
      child.once('exit', (code, signal) => settle({ code, signal }))
      child.once('error', () => settle({ code: 1, signal: null }))
    })
    return { node, child, ended }
  } finally {
    closeSync(log)
  }
}

/** The demo's nodes are configured by the demo alone. */
function withoutOurSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('HUIJIAO_')))
}

/** Waits until `/readyz` says yes. @throws DemoError when the process ends first, or after two minutes */
export async function untilReady({ node, ended }: NodeProcess): Promise<void> {
  let over: { code: number | null } | undefined
  void ended.then((how) => (over = how))
  for (const until = Date.now() + 120_000; Date.now() < until; await delay(100)) {
    if (over !== undefined)
      throw new DemoError(
        `${node.tier} 节点没有启动（退出码 ${over.code}）。日志末尾：\n${await tail(node.logFile)}`,
        `The ${node.tier} node did not start (exit code ${over.code}); the end of its log stands above. Log: ${node.logFile}`,
      )
    const answer = await fetch(`${node.url}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => null)
    if (answer?.ok) return void (await answer.arrayBuffer())
  }
  throw new DemoError(
    `${node.tier} 节点两分钟内未就绪，日志：${node.logFile}`,
    `The ${node.tier} node was not ready within two minutes; its log: ${node.logFile}`,
  )
}

async function tail(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-6).join('\n')
}

/** Ends a node gracefully; it drains what is under way. */
export async function stopNode(settings: DemoSettings, { node, child, ended }: NodeProcess, graceMs: number): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    await stopProcess(child.pid, graceMs)
    await ended
  }
  removePidFile(pidFile(settings, node))
}
