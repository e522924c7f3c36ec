/**
 * `npm start`: three nodes on one embedded PostgreSQL, the sample city, one record's whole path. Keeps running until Ctrl-C.
 * `--once` ends by itself and says by its exit code whether everything arrived as it must; `--fresh` begins anew.
 */
import { join, relative } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type EmbeddedPostgres, EmbeddedPostgresError, startEmbeddedPostgres, stopEmbeddedPostgres } from '@huijiao/database'
import { sampleCity, type SampleCity } from '../sample/city.ts'
import { todayInShanghai } from '../sample/days.ts'
import { expectationOf } from '../sample/expected.ts'
import { submitters } from '../sample/submitters.ts'
import { untilArrived } from './arrive.ts'
import { checkLogs } from './check-logs.ts'
import { checkBadFile, checkCustody } from './check-more.ts'
import { enrolAll } from './enrol.ts'
import { makeOperators } from './operators.ts'
import { checkPorts, type NodeProcess, startNode, stopLeftovers, stopNode, untilReady } from './node-process.ts'
import { removePidFile, runningPid, startMark, writePidFile } from './process-mark.ts'
import { pushSample } from './push.ts'
import { type DemoSettings, readDemoSettings } from './settings.ts'
import { showPath } from './show-path.ts'
import { demoFile, type DemoState, loadState, postgresDir, prepareDirectory, saveState, writeDemoFile } from './state.ts'
import { checkNation, checkParked, checkReceipts, type Finding } from './verify.ts'
import { DemoError, say, show } from './words.ts'

/** What runs, and is ended in reverse. */
interface Running {
  postgres: EmbeddedPostgres | null
  /** All nodes have been ready: from then on none of them may end by itself. */
  ready: boolean
  /** Nothing is started any more. */
  stopping: boolean
  readonly nodes: NodeProcess[]
}

async function main(): Promise<number> {
  const settings = readDemoSettings(process.argv.slice(2), process.env)
  const running: Running = { postgres: null, ready: false, stopping: false, nodes: [] }
  const interrupted = signalled()
  await prepareAlone(settings)
  try {
    const work = run(settings, running)
    const ended = await Promise.race([work, interrupted, died(running)])
    if (ended.signal !== undefined) say('\n正在停止…（再按一次 Ctrl-C 立即退出）', 'Stopping… (Ctrl-C once more to leave at once)')
    return ended.code
  } finally {
    await stopAll(settings, running)
  }
}

interface Ended {
  readonly code: number
  readonly signal?: string
}

/** One demo a directory: makes it, ends what a killed one left, clears it when asked, and looks whether the ports are free. */
async function prepareAlone(settings: DemoSettings): Promise<void> {
  const lock = join(settings.dir, 'demo.pid')
  const other = runningPid(lock)
  if (other !== null && other !== process.pid)
    throw new DemoError(
      `${settings.dir} 中已有一个演示在运行（进程 ${other}）`,
      `A demo is already running in ${settings.dir} (process ${other})`,
    )
  await stopLeftovers(settings)
  await prepareDirectory(settings)
  writePidFile(lock, process.pid)
  process.once('exit', () => removePidFile(lock))
  await checkPorts(settings)
}

async function run(settings: DemoSettings, running: Running): Promise<Ended> {
  const state = loadState(settings, todayInShanghai(new Date()))
  await startAll(settings, state, running)
  await enrolAll(settings, state)
  await makeOperators(settings, state)
  writeDemoFile(settings, state)
  const city = sampleCity(state.dayZero)
  const expectation = expectationOf(city)
  const fromProvince =
    [...expectation.records, ...expectation.ended].reduce((sum, record) => sum + record.versions, 0) -
    city.filings.filter((filing) => submitters[filing.submitter].tier === 'national').length
  const known = state.pushed
  const pushed = known && !settings.once ? null : await pushSample(settings, state, city.submissions)
  await untilArrived(settings, state, fromProvince)
  if (!known) {
    state.pushed = true
    saveState(settings, state)
  }
  if (known) say('示例数据上次已全部报送。', 'The sample was pushed by an earlier start.')
  const example = await showPath(settings, state, city.submissions)
  if (pushed === null || !settings.once) {
    tellWhatNext(settings, state, example)
    return await new Promise<never>(() => {})
  }
  say('\n核对…', 'Checking…')
  const findings = [
    ...checkReceipts(pushed),
    ...(await checkParked(settings, state, expectation, pushed)),
    ...(await checkNation(settings, state, expectation, pushed)),
    ...(await checkCustody(settings, state, expectation)),
    ...(await checkBadFile(settings, state)),
    ...(await checkLogs(settings)),
  ]
  return { code: conclude(findings, city, expectation.records.length) }
}

async function startAll(settings: DemoSettings, state: DemoState, running: Running): Promise<void> {
  running.postgres = await startEmbeddedPostgres({ dataDir: postgresDir(settings), onProgress: ({ zh, en }) => say(`${zh}…`, `${en}…`) })
  if (running.postgres.adopted) say('接管了仍在运行的 PostgreSQL。', 'Adopted the PostgreSQL that was still running.')
  for (const node of settings.nodes) await running.postgres.ensureDatabase(node.database)
  say('启动三个节点…', 'Starting the three nodes…')
  for (const node of settings.nodes)
    if (!running.stopping) running.nodes.push(startNode(settings, node, running.postgres.url(node.database), state.adminTokens[node.tier]))
  await Promise.all(running.nodes.map(untilReady))
  running.ready = true
}

function tellWhatNext(
  settings: DemoSettings,
  state: DemoState,
  { submissionId, recordId }: { submissionId: string; recordId: string },
): void {
  const file = `./${relative(process.cwd(), demoFile(settings))}`
  const [municipal, provincial, national] = settings.nodes
  say('\n✓ 就绪。三个节点的控制台：', '✓ Ready. The consoles of the three nodes:')
  for (const node of settings.nodes) show(`  ${node.tier.padEnd(12)}${node.url}/console/   log: ${relative(process.cwd(), node.logFile)}`)
  say(
    '\n演示登录（合成账号，各节点相同的用户名，口令不同）：',
    'Demo sign-in (synthetic accounts; the same user names at each node, other passwords):',
  )
  for (const node of settings.nodes) {
    const accounts = (state.operators?.[node.tier] ?? []).map(({ userName, password }) => `${userName} / ${password}`)
    show(`  ${node.tier.padEnd(12)}${accounts.join('\n              ')}`)
  }
  say(
    `\n这些口令、各节点的管理令牌和接入单位密钥都在 ${file}（队列页 ${municipal?.url}/admin/queues，任意用户名，令牌作口令）`,
    `These passwords, the operator tokens and a participant's key are in ${file} (queues at ${municipal?.url}/admin/queues: any user name, the token as password)`,
  )
  say('\n接下来可以试：', 'Three commands to try next:')
  show(
    `  curl -s -H "Authorization: Bearer $(node -p "require('${file}').participant.apiKey")" ${municipal?.url}/v1/submissions/${submissionId}`,
  )
  show(`  curl -s -H "Authorization: Bearer $(node -p "require('${file}').nodes[1].adminToken")" ${provincial?.url}/admin/v1/links`)
  // What it has seen of the log is remembered beside the demo, so that --fresh forgets it with the node's key.
  show(`  npx huijiao log check ${national?.url} --state ./${relative(process.cwd(), join(settings.dir, 'national.seen'))}`)
  show(`\n  record ${recordId}`)
  say(
    '\nCtrl-C 停止。再次 npm start 沿用现有状态；npm start -- --fresh 重新开始。',
    'Ctrl-C stops. The next npm start finds this state; npm start -- --fresh begins anew.',
  )
}

function conclude(findings: readonly Finding[], city: SampleCity, records: number): number {
  if (findings.length === 0) {
    say(
      `✓ 全国节点恰好持有预期的 ${records} 条记录；应退回的均已退回；三个节点的日志核对无误（${city.submissions.length} 个批次，${city.filings.length} 条）。`,
      `✓ The nation holds exactly the ${records} expected records; what had to be refused was refused; all three logs check out (${city.submissions.length} submissions, ${city.filings.length} records).`,
    )
    return 0
  }
  for (const finding of findings.slice(0, 20)) say(`✗ ${finding.zh}`, `  ${finding.en}`)
  say(`✗ 共 ${findings.length} 处不符。`, `✗ ${findings.length} things are not as they must be.`)
  return 1
}

/** Settles at the first Ctrl-C or SIGTERM; the second one ends the process at once. */
function signalled(): Promise<Ended> {
  return new Promise((settle) => {
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      process.once(signal, () => {
        settle({ code: 0, signal })
        process.once(signal, () => process.exit(code))
      })
    }
  })
}

/** Fails when a node or the database ends by itself. */
async function died(running: Running): Promise<never> {
  for (; ; await delay(200)) {
    if (!running.ready || running.stopping) continue
    const gone = running.nodes.find(({ child }) => child.exitCode !== null || child.signalCode !== null)
    if (gone) throw endedByItself(gone.node.tier, String(gone.child.signalCode ?? gone.child.exitCode), gone.node.logFile)
    if (running.postgres !== null && startMark(running.postgres.pid) === null)
      throw endedByItself('PostgreSQL', 'no process', `${running.postgres.dataDir}.log`)
  }
}

function endedByItself(what: string, how: string, log: string): DemoError {
  return new DemoError(
    `${what} 意外结束（${how}），日志：${log}。再次 npm start 即可继续，已回执的数据不会丢失`,
    `${what} ended unexpectedly (${how}); its log: ${log}. Another npm start goes on from here; nothing acknowledged is lost`,
  )
}

/** Nodes first, the lower before the upper, then the database they use. */
async function stopAll(settings: DemoSettings, running: Running): Promise<void> {
  running.stopping = true
  // Without its database a node has nothing to drain.
  const graceMs = running.postgres !== null && startMark(running.postgres.pid) === null ? 500 : 25_000
  for (const node of running.nodes) await stopNode(settings, node, graceMs)
  await stopEmbeddedPostgres(postgresDir(settings))
}

function tell(error: unknown): void {
  if (error instanceof DemoError || error instanceof EmbeddedPostgresError) say(`\n✗ ${error.words.zh}`, `✗ ${error.words.en}`)
  else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
}

let code = 1
try {
  code = await main()
} catch (error) {
  tell(error)
}
// What was under way when the demo was stopped (a request, a wait) must not keep it alive.
process.stdout.write('', () => process.exit(code))
