/**
 * `npm run check`: everything that can be judged without running the product: types, lint, layout, directions of imports, generated files,
 * the lock file. Every step runs, so that one run tells all that is wrong. `npm run check -- types lint` runs only those.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, prepare, root, runOnProjectNode, say } from './bootstrap.mjs'

const types = ['node_modules/typescript/bin/tsc', '--noEmit', '-p']
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.workspace.ts', '--project', 'unit', '--reporter=default']

/** Registries differ from place to place; the lock file holds names, versions and digests only. */
function lockNamesNoRegistry() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const named = Object.entries(packages).filter(([, entry]) => /^[a-z+]+:\/\//.test(entry.resolved ?? ''))
  for (const [path] of named) process.stderr.write(`${path} names the registry it came from\n`)
  return named.length === 0 ? 0 : 1
}

/** Known vulnerabilities, told but never fatal: a check must not depend on the network or on the day. */
async function audit() {
  const npm = process.env.npm_execpath
  if (npm && existsSync(npm)) await runOnProjectNode([npm, 'audit', '--omit=dev', '--fetch-retries=0', '--fetch-timeout=15000'])
  return 0
}

const steps = [
  {
    name: 'types',
    zh: '类型',
    en: 'types',
    run: async () => {
      const server = await runOnProjectNode([...types, '.'])
      return (await runOnProjectNode([...types, 'services/console'])) || server
    },
  },
  { name: 'lint', zh: '静态检查', en: 'lint', run: () => runOnProjectNode(['node_modules/oxlint/bin/oxlint', '--deny-warnings']) },
  { name: 'format', zh: '代码格式', en: 'layout', run: () => runOnProjectNode(['node_modules/oxfmt/bin/oxfmt', '--check', '.']) },
  {
    name: 'imports',
    zh: '导入方向与仓库',
    en: 'import directions and repository',
    run: () => runOnProjectNode([...vitest, 'test/import-directions', 'test/repository']),
  },
  {
    name: 'generated',
    zh: '生成的文件',
    en: 'generated files',
    run: () =>
      existsSync(join(root, 'scripts/generate.mjs'))
        ? runOnProjectNode(['scripts/generate.mjs', '--check'])
        : fail('缺少 scripts/generate.mjs', 'scripts/generate.mjs is missing'),
  },
  { name: 'lock', zh: '锁文件', en: 'lock file', run: lockNamesNoRegistry },
  { name: 'audit', zh: '已知漏洞（仅供参考）', en: 'known vulnerabilities (for information)', run: audit },
]

await prepare()
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name))
if (unknown.length > 0)
  fail(
    `没有这样的检查：${unknown.join('、')}`,
    `no such check: ${unknown.join(', ')}; there are ${steps.map((step) => step.name).join(', ')}`,
  )

const failed = []
for (const step of steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  process.stderr.write(`\n── ${step.zh} / ${step.en} (${step.name})\n`)
  if ((await step.run()) !== 0) failed.push(step)
}

process.stderr.write('\n')
if (failed.length > 0) fail(`未通过：${failed.map((step) => step.zh).join('、')}`, `failed: ${failed.map((step) => step.name).join(', ')}`)
say('✓ 全部检查通过', '✓ every check passed')
