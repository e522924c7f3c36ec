/**
 * `npm run bench [-- --quick] [--json FILE]`: the real nodes over real HTTP, each figure beside a limit measured in the same run.
 * Absolute figures drift with the machine; ratios are what counts.
 */
import { writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { measureCopy } from './copy-limit.ts'
import { submissionBody } from './data.ts'
import { describe, type Figure, figure, machine, median, percentile } from './figures.ts'
import { type BenchHub, type BenchNode, newId, push, startHub } from './hub.ts'
import { measureValidation } from './validate.ts'

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' }, rounds: { type: 'string', default: '3' } },
})
const rounds = Number(options.rounds)
const bulk = options.quick ? 20_000 : 100_000
const singles = options.quick ? 200 : 400
const warmSingles = 600
const say = (zh: string, en: string) => console.log(`${zh}\n  ${en}`)

const figures: Figure[] = []
say(`机器：${machine()}；每轮 ${bulk} 条，共 ${rounds} 轮`, `Machine: ${machine()}; ${bulk} records a round, ${rounds} rounds`)
figures.push(measureValidation(rounds))
await measureIngest()
await measureTiers()
console.log(`\n${describe(figures)}\n`)
if (options.json !== undefined)
  await writeFile(options.json, `${JSON.stringify({ machine: machine(), records: bulk, figures }, null, 2)}\n`)

async function measureIngest(): Promise<void> {
  const hub = await startHub(1)
  try {
    const fresh: number[] = []
    const same: number[] = []
    const limit: number[] = []
    // A node that has run for a while is what is measured: the first twenty thousand records pay for compiling.
    await push(hub, submissionBody(newId(), 4_000_000, 20_000), 'accepted', 20_000)
    for (let round = 0; round < rounds; round += 1) {
      const from = round * bulk
      limit.push(await measureCopy((hub.nodes[0] as BenchNode).databaseUrl, from, bulk))
      fresh.push(await rate(() => push(hub, submissionBody(newId(), from, bulk), 'accepted', bulk), bulk))
      same.push(await rate(() => push(hub, submissionBody(newId(), from, bulk), 'unchanged', bulk), bulk))
      say(
        `第 ${round + 1} 轮：COPY ${Math.round(limit.at(-1) as number)}，全新 ${Math.round(fresh.at(-1) as number)}，无变化 ${Math.round(same.at(-1) as number)} 条/秒`,
        `Round ${round + 1}: COPY, all new, all unchanged, records a second`,
      )
    }
    figures.push(
      figure({
        id: 'ingest_new_vs_copy',
        title: {
          zh: '接收：全新记录（HTTP → 校验 → 版本 → 日志 → 落盘）',
          en: 'Ingest, all new (HTTP → validated → versioned → logged → durable)',
        },
        value: median(fresh),
        unit: 'rec/s',
        limit: median(limit),
        goal: { kind: 'ratio-min', at: 0.15 },
        rounds: fresh,
      }),
      figure({
        id: 'ingest_unchanged_vs_new',
        title: { zh: '接收：全部无变化，对比全新', en: 'Ingest, all unchanged, against all new' },
        value: median(same),
        unit: 'rec/s',
        limit: median(fresh),
        goal: { kind: 'ratio-min', at: 1 },
        rounds: same,
      }),
    )
  } finally {
    await hub.stop()
  }
}

async function measureTiers(): Promise<void> {
  const hub = await startHub(3)
  const nation = new pg.Client({ connectionString: (hub.nodes[2] as BenchNode).databaseUrl })
  await nation.connect()
  try {
    const limit = await measureCopy((hub.nodes[0] as BenchNode).databaseUrl, 0, bulk)
    await push(hub, submissionBody(newId(), 4_000_000, 2000), 'accepted', 2000)
    await untilNation(nation, 2000)
    const tiers: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const have = await countNation(nation)
      tiers.push(
        await rate(async () => {
          await push(hub, submissionBody(newId(), round * bulk, bulk), 'accepted', bulk)
          await untilNation(nation, have + bulk)
        }, bulk),
      )
      say(
        `第 ${round + 1} 轮：市 → 省 → 国家 ${Math.round(tiers.at(-1) as number)} 条/秒`,
        `Round ${round + 1}: city → province → nation, records a second`,
      )
    }
    figures.push(
      figure({
        id: 'three_tiers_vs_copy',
        title: { zh: '三级贯通：市 → 省 → 国家', en: 'Three tiers: city → province → nation' },
        value: median(tiers),
        unit: 'rec/s',
        limit,
        goal: null,
        rounds: tiers,
      }),
    )
    const waits: number[] = []
    // As with ingest, nodes that have run for a while are what is measured.
    for (let at = 0; at < warmSingles; at += 1) await single(hub, nation, 6_000_000 + at)
    for (let at = 0; at < singles; at += 1) {
      waits.push(await single(hub, nation, 5_000_000 + at))
      // One record alone: what the last one left to settle on its way back is done before the next.
      await delay(100)
    }
    figures.push(
      figure({
        id: 'single_record_p50_ms',
        title: { zh: '单条记录：市受理到国家可见，中位', en: 'One record, city to visible at the nation, median' },
        value: median(waits),
        unit: 'ms',
        limit: null,
        goal: { kind: 'value-max', at: 30 },
        rounds: waits,
      }),
      figure({
        id: 'single_record_p99_ms',
        title: { zh: '同上，第 99 百分位', en: 'The same, 99th percentile' },
        value: percentile(waits, 0.99),
        unit: 'ms',
        limit: null,
        goal: { kind: 'value-max', at: 100 },
        rounds: waits,
      }),
    )
  } finally {
    await nation.end()
    await hub.stop()
  }
}

/** From sending one record to the city until the nation's database shows it, in milliseconds. */
async function single(hub: BenchHub, nation: pg.Client, sequence: number): Promise<number> {
  const last = await nation.query<{ part: number }>('select coalesce(max(part_id), 0) as part from part')
  const body = submissionBody(newId(), sequence, 1)
  const started = performance.now()
  await push(hub, body, 'accepted', 1)
  for (;;) {
    // By name, so that the server plans it once: the asking must not compete with what is measured.
    const { rows } = await nation.query({
      name: 'arrived',
      text: 'select 1 from version where part_id > $2 and source_id = $1 limit 1',
      values: [`B-${sequence}`, last.rows[0]?.part],
    })
    if (rows.length > 0) return performance.now() - started
    if (performance.now() - started > 30_000) throw new Error(`record B-${sequence} did not reach the nation within 30 s`)
    // Asking without a pause would take the processors from the nodes that are measured.
    await delay(2)
  }
}

async function countNation(nation: pg.Client): Promise<number> {
  const { rows } = await nation.query<{ sum: string | null }>('select sum(version_count) as sum from part')
  return Number(rows[0]?.sum ?? 0)
}

async function untilNation(nation: pg.Client, count: number): Promise<void> {
  const started = performance.now()
  while ((await countNation(nation)) < count) {
    if (performance.now() - started > 600_000) throw new Error(`the nation has ${await countNation(nation)} of ${count} after ten minutes`)
    await delay(50)
  }
}

async function rate(work: () => Promise<void>, count: number): Promise<number> {
  const started = performance.now()
  await work()
  return count / ((performance.now() - started) / 1000)
}
