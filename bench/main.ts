/**
 * `npm run bench [-- --quick] [--only NAME,…] [--rounds N] [--json FILE] [--docs] [--stock DIR]`: the real nodes over real HTTP, each figure beside a limit
 * measured in the same run. The million stored records are made once a run; `--stock` keeps them in a directory for the next one. Absolute figures drift with the machine; ratios are what counts.
 */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { numberOption, orUsage, readToolOptions, ToolUsage } from '@huijiao/testing'
import { describe, type Figure, machine } from './figures.ts'
import { writeDocs } from './docs.ts'
import type { Plan, Scenario } from './scenario.ts'
import { core } from './scenarios/core.ts'
import { demo } from './scenarios/demo.ts'
import { fairness } from './scenarios/fairness.ts'
import { flat, idleSenders, memory, start } from './scenarios/growth.ts'
import { ingest } from './scenarios/ingest.ts'
import { proofs } from './scenarios/proofs.ts'
import { reads, sequencing } from './scenarios/reads.ts'
import { pages } from './scenarios/pages.ts'
import { search } from './scenarios/search.ts'
import { smallSenders } from './scenarios/small-senders.ts'
import { catchUp, single, tiers } from './scenarios/tiers.ts'
import { endStock } from './stock.ts'
import { filling } from './scenarios/stock.ts'
import { wire } from './scenarios/wire.ts'
import { validation } from './scenarios/validation.ts'

const scenarios: readonly Scenario[] = [
  validation,
  ingest,
  core,
  smallSenders,
  fairness,
  tiers,
  wire,
  single,
  catchUp,
  sequencing,
  filling,
  flat,
  reads,
  search,
  pages,
  proofs,
  start,
  demo,
  idleSenders,
  memory,
]

const usage = `npm run bench -- [--quick] [--only NAME,…] [--rounds N] [--json FILE] [--docs] [--stock DIR] [--list]
  --quick        几分钟即完，数据较少 · in minutes, with less data
  --only NAME,…  只测所列各项，名称见 --list · only these, named by --list
  --rounds N     每项轮数，缺省 3 · rounds of each, 3 unless said
  --json FILE    结果写入文件 · the figures for machines
  --docs         结果写入 docs/benchmarks.md · puts the figures into docs/benchmarks.md
  --stock DIR    保留一百万条存量供下次使用 · keeps the million stored records there for the next run
  --list         列出全部测量项 · names all that is measured`
const say = (zh: string, en: string) => console.log(`${zh}\n  ${en}`)

function settings() {
  const options = readToolOptions(usage, {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
    docs: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    stock: { type: 'string' },
  })
  const plan: Plan = {
    ...{ quick: options.quick, rounds: numberOption('rounds', options.rounds, { min: 1 }), bulk: options.quick ? 20_000 : 100_000, say },
    ...(options.stock === undefined ? {} : { stockIn: resolve(options.stock) }),
  }
  const names = options.only?.split(',')
  const unknown = names?.filter((name) => !scenarios.some((one) => one.name === name)) ?? []
  if (unknown.length > 0)
    throw new ToolUsage(
      `✗ 没有名为 ${unknown.join('、')} 的测量；--list 列出全部\n✗ There is nothing to measure named ${unknown.join(', ')}; --list names all`,
      2,
    )
  return { options, plan, names }
}

const { options, plan, names } = orUsage(settings)
if (options.list) {
  for (const { name, zh, en, long } of scenarios)
    console.log(`${name.padEnd(16)}${zh} · ${en}${long === true ? '（--quick 略去 · left out by --quick）' : ''}`)
  process.exit(0)
}
const chosen = scenarios.filter((one) => (names === undefined ? !(plan.quick && one.long === true) : names.includes(one.name)))

say(
  `机器：${machine()}；每轮 ${plan.bulk} 条，共 ${plan.rounds} 轮`,
  `Machine: ${machine()}; ${plan.bulk} records a round, ${plan.rounds} rounds`,
)
const figures: Figure[] = []
const failed: string[] = []
for (const [at, scenario] of chosen.entries()) {
  say(`[${at + 1}/${chosen.length}] ${scenario.zh}`, scenario.en)
  try {
    figures.push(...(await scenario.run(plan)))
  } catch (error) {
    // One that fails is told and named at the end; what the others measured stands.
    failed.push(scenario.name)
    console.error(error)
  }
}
await endStock()
console.log(`\n${describe(figures)}\n`)
const report = {
  measured: new Date().toISOString().slice(0, 10),
  machine: machine(),
  records: plan.bulk,
  rounds: plan.rounds,
  quick: plan.quick,
  figures,
}
if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`)
if (options.docs)
  await writeDocs(resolve(import.meta.dirname, '../docs/benchmarks.md'), resolve(import.meta.dirname, 'figures.json'), report)
if (failed.length > 0) {
  say(`未能测量：${failed.join('、')}`, `Not measured: ${failed.join(', ')}`)
  process.exitCode = 1
}
