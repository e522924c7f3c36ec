/**
 * `npm test`: every test that needs no container. Arguments go to vitest: `npm test -- packages/merkle`, `npm test -- --project unit`.
 * The last line is plain, `N passed, N failed, N skipped`, for whoever (or whatever) reads only that.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepare, runOnProjectNode, say } from './bootstrap.mjs'
import { findBrowser } from '../services/console/test/find-browser.mjs'
import { findProgram } from './find-program.mjs'

const given = process.argv.slice(2)
const chosen = given.some((argument) => argument === '--project' || argument.startsWith('--project='))
const browser = findBrowser() !== undefined
const redis = Boolean(process.env.HUIJIAO_TEST_REDIS_URL) || findProgram('redis-server') !== undefined

function tellRedisMissing() {
  say(
    '⚠ 未找到 redis-server：本次不运行 Redis 队列后端的测试（*.redis.test.ts）。安装后重试：apt-get install redis-server、dnf install redis 或 brew install redis；也可设置 HUIJIAO_TEST_REDIS_URL。',
    '⚠ No redis-server here: the tests of the Redis queue backend (*.redis.test.ts) are left out. To run them: apt-get install redis-server, dnf install redis or brew install redis, or set HUIJIAO_TEST_REDIS_URL.',
  )
}

function tellBrowserMissing() {
  say(
    '⚠ 未找到 Chromium：本次不运行控制台的浏览器测试（*.browser.test.ts）。安装后重试：apt-get install chromium、dnf install chromium 或 brew install chromium；也可用 HUIJIAO_TEST_CHROMIUM 给出程序路径。',
    '⚠ No Chromium here: the browser tests of the console (*.browser.test.ts) are left out. To run them: apt-get install chromium, dnf install chromium or brew install chromium, or name the program in HUIJIAO_TEST_CHROMIUM.',
  )
}

/** @returns {{ passed: number, failed: number, skipped: number, failures: string[] }} what the reporter counted; failed when it never got to write */
function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return { passed: 0, failed: 1, skipped: 0, failures: ['the run ended before its results were written'] }
  }
}

await prepare()
const scratch = mkdtempSync(join(tmpdir(), 'huijiao-test-'))
const names = ['unit', 'postgres', ...(redis ? ['redis'] : [])]
/**
 * Projects by when they run, and those that run at once by themselves. Browsers and whole processes each have a file at a time, so the two stand side by
 * side; on a terminal, where each shows how far it is, one comes after the other.
 */
const steps =
  given.length > 0 || process.stdout.isTTY
    ? [[chosen ? [] : [...names, ...(browser ? ['browser'] : []), 'system']]]
    : [[names], [...(browser ? [['browser']] : []), ['system']]]
const leftOut = !chosen && !redis
const browserLeftOut = !chosen && !browser
if (leftOut) tellRedisMissing()
if (browserLeftOut) tellBrowserMissing()
// Tests ask a node for the pages that it serves.
if ((await runOnProjectNode(['services/console/scripts/build.mjs', '--if-stale'])) !== 0) process.exit(1)

/** @returns {Promise<{ code: number, counts: ReturnType<typeof readCounts> }>} */
async function run(projects) {
  const countsFile = join(scratch, `counts-${projects.join('-')}.json`)
  const args = ['run', '--config', 'vitest.workspace.ts', '--reporter=default', '--reporter=./scripts/count-reporter.mjs']
  const code = await runOnProjectNode(
    ['node_modules/vitest/vitest.mjs', ...args, ...projects.flatMap((name) => ['--project', name]), ...given],
    { env: { HUIJIAO_TEST_COUNTS: countsFile } },
  )
  return { code, counts: readCounts(countsFile) }
}

const results = []
for (const step of steps) results.push(...(await Promise.all(step.map(run))))
const code = results.find((one) => one.code !== 0)?.code ?? 0
const sum = (name) => results.reduce((count, one) => count + one.counts[name], 0)
const counts = {
  passed: sum('passed'),
  failed: sum('failed'),
  skipped: sum('skipped'),
  failures: results.flatMap((one) => one.counts.failures),
}
rmSync(scratch, { recursive: true, force: true })

if (leftOut) tellRedisMissing()
if (browserLeftOut) tellBrowserMissing()
if (counts.passed + counts.failed === 0) say('✗ 没有运行任何测试', '✗ no test ran')
for (const failure of counts.failures) process.stdout.write(`✗ ${failure}\n`)
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`)
process.exitCode = code !== 0 ? code : counts.failed > 0 || counts.passed === 0 ? 1 : 0
