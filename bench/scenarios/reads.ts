/** Answers that people and programs wait for, while nothing else happens; and the log under full load. */
import { setTimeout as delay } from 'node:timers/promises'
import { submissionBody } from '../data.ts'
import { figure, median, percentile } from '../figures.ts'
import { type BenchNode, newId, push, read, startHub } from '../hub.ts'
import { milliseconds, withClient } from '../measure.ts'
import type { Scenario } from '../scenario.ts'

export const reads: Scenario = {
  name: 'reads',
  zh: '查询',
  en: 'Reads',
  async run({ bulk }) {
    const hub = await startHub(1)
    const { databaseUrl } = hub.nodes[0] as BenchNode
    try {
      await push(hub, submissionBody(newId(), 0, bulk), 'accepted', bulk)
      const ids = await withClient(databaseUrl, async (client) => {
        const { rows } = await client.query<{ id: string }>(
          `select replace(record_id::text, '-', '') as id from stream order by record_id limit 500`,
        )
        return rows.map((row) => `r_${row.id}`)
      })
      const times = async (each: (id: string) => Promise<unknown>) => {
        for (const id of ids.slice(0, 50)) await each(id)
        const list: number[] = []
        for (const id of ids.slice(50, 250)) list.push(await milliseconds(() => each(id)))
        return list
      }
      const one = (id: string, list: number[], zh: string, en: string, at: number | null) =>
        figure({
          ...{ id, title: { zh, en }, value: percentile(list, 0.95), unit: 'ms', limit: null, rounds: list },
          goal: at === null ? null : { kind: 'value-max', at },
        })
      return [
        one(
          'record_read_p95_ms',
          await times((id) => read(hub, `/v1/records/${id}`)),
          '读一条记录，第 95 百分位',
          'One record read, 95th percentile',
          null,
        ),
        one(
          'versions_read_p95_ms',
          await times((id) => read(hub, `/v1/records/${id}/versions`)),
          '一条记录的全部版本',
          'All versions of a record',
          null,
        ),
        one(
          'custody_read_p95_ms',
          await times((id) => read(hub, `/v1/records/${id}/custody`)),
          '流转轨迹（含证明）',
          'Custody of a record, proofs included',
          null,
        ),
        one('feed_read_p95_ms', await times(() => read(hub, '/v1/feed')), '回传结果一页', 'One page of the feed', null),
      ]
    } finally {
      await hub.stop()
    }
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
