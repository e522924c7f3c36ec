/** City to nation: how much a second, and how long one record takes. */
import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { submissionBody } from '../data.ts'
import { figure, median, percentile } from '../figures.ts'
import { type BenchHub, type BenchNode, newId, push, readied, sent, settled, startHub } from '../hub.ts'
import { rate, until, withClient } from '../measure.ts'
import { measureReplication } from '../replication-limit.ts'
import type { Scenario } from '../scenario.ts'

const nationOf = (hub: BenchHub) => (hub.nodes[2] as BenchNode).databaseUrl

export const tiers: Scenario = {
  name: 'tiers',
  zh: '市 → 省 → 国家',
  en: 'City → province → nation',
  async run({ rounds, bulk, say }) {
    const limits = await measureReplication(bulk, rounds)
    const hub = await startHub(3)
    try {
      return await withClient(nationOf(hub), async (nation) => {
        await push(hub, submissionBody(newId(), 4_000_000, 2000), 'accepted', 2000)
        await untilNation(nation, 2000)
        const values: number[] = []
        for (let round = 0; round < rounds; round += 1) {
          const have = await countNation(nation)
          const send = readied(hub, submissionBody(newId(), round * bulk, bulk))
          await settled(hub)
          values.push(
            await rate(async () => {
              await sent(send, 'accepted', bulk)
              await untilNation(nation, have + bulk)
            }, bulk),
          )
          say(
            `第 ${round + 1} 轮：市 → 省 → 国家 ${Math.round(values.at(-1) as number)} 条/秒`,
            `Round ${round + 1}: city → province → nation, records a second`,
          )
        }
        const wire = await withClient((hub.nodes[0] as BenchNode).databaseUrl, async (city) => {
          const { rows } = await city.query<{ bytes: number }>(
            `select (sum(body_bytes) / sum(record_count))::float8 as bytes from delivery where state = 'finished' and record_count >= 500`,
          )
          return rows[0]?.bytes ?? null
        })
        return [
          figure({
            id: 'sync_vs_logical_replication',
            title: {
              zh: '三级贯通，对比三个 PostgreSQL 集群间的逻辑复制（不校验、不留痕）',
              en: 'Three tiers, against logical replication over three PostgreSQL clusters (no validation, no audit)',
            },
            value: median(values),
            unit: 'rec/s',
            limit: median(limits),
            goal: { kind: 'ratio-min', at: 0.25 },
            rounds: values,
          }),
          ...(wire === null
            ? []
            : [
                figure({
                  id: 'delivery_bytes_per_record',
                  title: { zh: '投递中每条记录的字节（压缩前）', en: 'Bytes a record in a delivery, before compression' },
                  value: wire,
                  unit: 'bytes',
                  limit: null,
                  goal: null,
                  rounds: [wire],
                }),
              ]),
        ]
      })
    } finally {
      await hub.stop()
    }
  },
}

export const single: Scenario = {
  name: 'single',
  zh: '单条记录的时延',
  en: 'Latency of one record',
  async run({ quick }) {
    const hub = await startHub(3)
    try {
      return await withClient(nationOf(hub), async (nation) => {
        const waits: number[] = []
        // As with ingest, nodes that have run for a while are what is measured.
        for (let at = 0; at < 600; at += 1) await oneRecord(hub, nation, 6_000_000 + at)
        await settled(hub)
        for (let at = 0; at < (quick ? 200 : 400); at += 1) {
          waits.push(await oneRecord(hub, nation, 5_000_000 + at))
          // One record alone: what the last one left to settle on its way back is done before the next.
          await delay(100)
        }
        const one = (id: string, value: number, at: number, zh: string, en: string) =>
          figure({ id, title: { zh, en }, value, unit: 'ms', limit: null, goal: { kind: 'value-max', at }, rounds: waits })
        return [
          one(
            'single_record_p50_ms',
            median(waits),
            12,
            '单条记录：市受理到国家可见，中位',
            'One record, city to visible at the nation, median',
          ),
          one('single_record_p99_ms', percentile(waits, 0.99), 40, '同上，第 99 百分位', 'The same, 99th percentile'),
        ]
      })
    } finally {
      await hub.stop()
    }
  },
}

export const catchUp: Scenario = {
  name: 'catch-up',
  zh: '上级中断后的补报',
  en: 'Catching up after an outage above',
  async run({ bulk, rounds }) {
    const hub = await startHub(3)
    try {
      return await withClient(nationOf(hub), async (nation) => {
        await push(hub, submissionBody(newId(), 4_000_000, 2000), 'accepted', 2000)
        await untilNation(nation, 2000)
        const province = hub.nodes[1] as BenchNode
        const plain: number[] = []
        const values: number[] = []
        for (let round = 0; round < rounds; round += 1) {
          const have = await countNation(nation)
          await settled(hub)
          await province.stop()
          const send = readied(hub, submissionBody(newId(), round * bulk, bulk))
          plain.push(await rate(() => sent(send, 'accepted', bulk), bulk))
          values.push(
            await rate(async () => {
              await province.start()
              await untilNation(nation, have + bulk)
            }, bulk),
          )
        }
        return [
          figure({
            id: 'catch_up_vs_ingest',
            title: {
              zh: '省级停机期间积压的记录，从省级启动到全部到达国家，对比接收',
              en: 'What gathered while the province was down, from its start until all is at the nation, against ingest',
            },
            value: median(values),
            unit: 'rec/s',
            limit: median(plain),
            goal: null,
            rounds: values,
          }),
        ]
      })
    } finally {
      await hub.stop()
    }
  },
}

/** From sending one record to the city until the nation's database shows it, in milliseconds. */
async function oneRecord(hub: BenchHub, nation: pg.Client, sequence: number): Promise<number> {
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

const untilNation = (nation: pg.Client, count: number) =>
  until(`${count} records at the nation`, async () => (await countNation(nation)) >= count)
