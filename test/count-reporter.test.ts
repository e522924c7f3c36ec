import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { root } from './sources.ts'

const folder = mkdtempSync(join(tmpdir(), 'huijiao-count-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs vitest on the given files with the reporter that `npm test` uses; returns what it counted. */
async function countsOf(files: Record<string, string>): Promise<unknown> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'vitest.config.mjs'), 'export default { test: { globals: true, include: ["*.test.mjs"] } }')
  const counts = join(folder, 'counts.json')
  const args = [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--root',
    folder,
    '--config',
    join(folder, 'vitest.config.mjs'),
    `--reporter=${join(root, 'scripts/count-reporter.mjs')}`,
  ]
  // A run with a failure ends with another code; only the counts matter here.
  await promisify(execFile)(process.execPath, args, { cwd: root, env: { ...process.env, HUIJIAO_TEST_COUNTS: counts } }).catch(
    () => undefined,
  )
  return JSON.parse(readFileSync(counts, 'utf8'))
}

describe('the counts behind the closing line of npm test', () => {
  it('tell passed, failed and skipped tests, files that do not load and errors outside tests', async () => {
    const counts = await countsOf({
      'good.test.mjs': "it('passes', () => {}); it('passes too', () => {}); it.skip('waits', () => {}); it.todo('is planned')",
      'bad.test.mjs': "it('fails', () => { throw new Error('no') })",
      'broken.test.mjs': "import './nowhere.mjs'",
      'set-up.test.mjs': "describe('a group', () => { beforeAll(() => { throw new Error('no') }); it('never runs', () => {}) })",
      'outside.test.mjs':
        "it('leaves an error behind', async () => { setTimeout(() => { throw new Error('late') }, 0); await new Promise((done) => setTimeout(done, 50)) })",
    })
    expect(counts).toMatchObject({ passed: 3, failed: 4, skipped: 3 })
    expect((counts as { failures: string[] }).failures.map((failure) => failure.split('\n')[0]).toSorted()).toEqual([
      'bad.test.mjs > fails: no',
      expect.stringMatching(/^broken\.test\.mjs: .*nowhere/),
      'outside any test: late',
      'set-up.test.mjs > a group: no',
    ])
  }, 60_000)
})
