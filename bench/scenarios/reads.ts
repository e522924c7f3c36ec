/** Answers that programs wait for, on a node with years of records; and the log under full load. */
import { setTimeout as delay } from 'node:timers/promises'
import { p95, type Question, timesOf } from '../ask.ts'
import { submissionBody } from '../data.ts'
import { figure, median, percentile } from '../figures.ts'
import { type BenchNode, newId, push, read, startHub } from '../hub.ts'
import { withClient } from '../measure.ts'
import type { Plan, Scenario } from '../scenario.ts'
import { edgeOf, type Stock, stockOf } from '../stock.ts'

interface Subject {
  readonly id: string
  readonly entity: string
  readonly number: string
}

/** Places of the feed: its beginning, and about a tenth, half and nearly all of it. */
async function feedPlaces({ hub }: Stock): Promise<string[]> {
  const places: string[] = []
  let after = ''
  for (let page = 0; page < 40; page += 1) {
    const { cursor, more } = (await read(hub, `/v1/feed?limit=500${after}`)) as { cursor: string; more: boolean }
    after = `&after=${encodeURIComponent(cursor)}`
    if (page % 10 === 0) places.push(after)
    if (!more) break
  }
  return ['', ...places, after]
}

export const reads: Scenario = {
  name: 'reads',
  zh: '程序的查询',
  en: 'What programs ask',
  async run(plan: Plan) {
    const stock = await stockOf(plan)
    const node = edgeOf(stock.hub)
    const subjects = await withClient(node.databaseUrl, async (client) => {
      const { rows } = await client.query<Subject>(
        `(select 'r_' || replace(record_id::text, '-', '') as id, entity, number from search_record where entity = 'TBProjectInfo' order by md5(key_digest::text) limit 150)
         union all
         (select 'r_' || replace(record_id::text, '-', '') as id, entity, number from search_record where entity = 'TBCorpBasicInfo' order by md5(key_digest::text) limit 50)`,
      )
      return rows
    })
    const system = { authorization: `Bearer ${stock.hub.apiKey}` }
    const ids = subjects.map(({ id }) => id)
    const one = async (id: string, zh: string, en: string, questions: readonly Question[]) =>
      p95(id, zh, en, await timesOf(node, system, questions, 200))
    const lookups = subjects.map(({ entity, number }) => ({
      path: '/v1/records/lookup',
      body: { entity, key: entity === 'TBProjectInfo' ? { PrjNum: number } : { CorpCode: number } },
    }))
    const places = await feedPlaces(stock)
    return [
      await one(
        'gate_lookup_p95_ms',
        '按编号、信用代码核对一条记录（关口查询）',
        'A record by its number or code, as a gate asks',
        lookups,
      ),
      await one('record_read_p95_ms', '读一条记录', 'One record read', ids.map((id) => `/v1/records/${id}`)), // prettier-ignore
      await one('versions_read_p95_ms', '一条记录的全部版本', 'All versions of a record', ids.map((id) => `/v1/records/${id}/versions`)), // prettier-ignore
      await one('custody_read_p95_ms', '流转轨迹（含证明）', 'Custody of a record, proofs included', ids.map((id) => `/v1/records/${id}/custody`)), // prettier-ignore
      await one('feed_read_p95_ms', '回传结果一页', 'One page of the feed', places.map((place) => `/v1/feed?limit=100${place}`)), // prettier-ignore
      await one('feed_records_read_p95_ms', '回传记录一页', 'One page of the feed of records', [ '/v1/feed?kinds=records&limit=100', '/v1/feed?kinds=outcomes,records&limit=100' ]), // prettier-ignore
    ]
  },
}

export const sequencing: Scenario = {
  name: 'sequencing',
  zh: '满载时的日志编号',
  en: 'Numbering of the log at full load',
  async run({ bulk, rounds }) {
    const hub = await startHub(1)
    const { databaseUrl } = hub.nodes[0] as BenchNode
    try {
      await push(hub, submissionBody(newId(), 4_000_000, 20_000), 'accepted', 20_000)
      const waits: number[] = []
      await withClient(databaseUrl, async (client) => {
        for (let round = 0; round < rounds; round += 1) {
          let running = true
          const sending = push(hub, submissionBody(newId(), round * bulk, bulk), 'accepted', bulk).finally(() => (running = false))
          while (running) {
            // The oldest that is not numbered yet: what a receipt promises with `logBy`.
            const { rows } = await client.query<{ instant: Date | null }>('select min(instant) as instant from log_pending')
            waits.push(rows[0]?.instant ? Date.now() - rows[0].instant.getTime() : 0)
            await delay(10)
          }
          await sending
        }
      })
      return [
        figure({
          id: 'log_wait_p99_ms',
          title: {
            zh: '满载接收时条目等待编号，第 99 百分位',
            en: 'Wait of an entry for its number while receiving at full load, 99th percentile',
          },
          value: percentile(waits, 0.99),
          unit: 'ms',
          limit: null,
          goal: { kind: 'value-max', at: 250 },
          rounds: [median(waits), percentile(waits, 0.99)],
        }),
      ]
    } finally {
      await hub.stop()
    }
  },
}
