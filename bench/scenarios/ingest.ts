/** What one city's system hands in at once: every kind of body, beside a durable `COPY` of the same records in the same run. */
import { measureCopy } from '../copy-limit.ts'
import { jsonBody, partlyBadBody, submissionBody } from '../data.ts'
import { figure, median } from '../figures.ts'
import { type BenchNode, newId, push, send, startHub } from '../hub.ts'
import { rate, withClient } from '../measure.ts'
import type { Scenario } from '../scenario.ts'

export const ingest: Scenario = {
  name: 'ingest',
  zh: '接收',
  en: 'Ingest',
  async run({ rounds, bulk, say }) {
    const hub = await startHub(1)
    const { databaseUrl } = hub.nodes[0] as BenchNode
    try {
      // A node that has run for a while is what is measured: the first records pay for compiling.
      await push(hub, submissionBody(newId(), 4_000_000, 20_000), 'accepted', 20_000)
      const limit: number[] = []
      const of = { fresh: [], same: [], changed: [], gzip: [], signed: [], bad: [], json: [], wal: [] } as Record<string, number[]>
      const add = (name: string, value: number) => of[name]?.push(value)
      const documents = Math.min(bulk, 2000)
      const wal = () =>
        withClient(databaseUrl, async (client) => {
          const { rows } = await client.query<{ bytes: string }>(`select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as bytes`)
          return Number(rows[0]?.bytes)
        })
      for (let round = 0; round < rounds; round += 1) {
        const from = round * 5 * bulk
        limit.push(await measureCopy(databaseUrl, from, bulk))
        const before = await wal()
        add('fresh', await rate(() => push(hub, submissionBody(newId(), from, bulk), 'accepted', bulk), bulk))
        add('wal', ((await wal()) - before) / bulk)
        add('same', await rate(() => push(hub, submissionBody(newId(), from, bulk), 'unchanged', bulk), bulk))
        add('changed', await rate(() => push(hub, submissionBody(newId(), from, bulk, 1), 'accepted', bulk), bulk))
        add('gzip', await rate(() => push(hub, submissionBody(newId(), from + bulk, bulk), 'accepted', bulk, { gzip: true }), bulk))
        add('signed', await rate(() => push(hub, submissionBody(newId(), from + 2 * bulk, bulk), 'accepted', bulk, { signed: true }), bulk))
        const bad = partlyBadBody(newId(), from + 3 * bulk, bulk)
        add(
          'bad',
          await rate(async () => {
            const counts = await send(hub, bad)
            if (counts['refused'] !== Math.floor(bulk / 10)) throw new Error(`refused: ${JSON.stringify(counts)}`)
          }, bulk),
        )
        const sending = { contentType: 'application/json' } as const
        const document = jsonBody(newId(), from + 4 * bulk, documents)
        add('json', await rate(() => push(hub, document, 'accepted', documents, sending), documents))
        say(
          `第 ${round + 1} 轮：COPY ${Math.round(limit.at(-1) as number)}，全新 ${Math.round(of['fresh']?.at(-1) as number)} 条/秒`,
          `Round ${round + 1}: COPY, all new, records a second`,
        )
      }
      const fresh = median(of['fresh'] as number[])
      const against = (id: string, key: string, zh: string, en: string, beside: number, goal: number | null) =>
        figure({
          ...{ id, title: { zh, en }, value: median(of[key] as number[]), unit: 'rec/s', limit: beside, rounds: of[key] as number[] },
          goal: goal === null ? null : { kind: 'ratio-min', at: goal },
        })
      return [
        against(
          'ingest_new_vs_copy',
          'fresh',
          '接收：全新记录（HTTP → 校验 → 版本 → 日志 → 落盘），对比 COPY',
          'Ingest, all new (HTTP → validated → versioned → logged → durable), against COPY',
          median(limit),
          0.3,
        ),
        against('ingest_unchanged_vs_new', 'same', '接收：全部无变化，对比全新', 'Ingest, all unchanged, against all new', fresh, 1.3),
        against('ingest_changed_vs_new', 'changed', '接收：全部有变化，对比全新', 'Ingest, all changed, against all new', fresh, null),
        against('ingest_gzip_vs_new', 'gzip', '接收：gzip 压缩，对比不压缩', 'Ingest, gzip, against plain', fresh, null),
        against('ingest_signed_vs_new', 'signed', '接收：签名请求，对比 API 密钥', 'Ingest, signed request, against API key', fresh, null),
        against('ingest_tenth_bad_vs_new', 'bad', '接收：一成退回，对比全新', 'Ingest, one in ten refused, against all new', fresh, null),
        against(
          'ingest_json_vs_new',
          'json',
          `接收：JSON 文档（${documents} 条一批），对比 NDJSON`,
          `Ingest, JSON documents of ${documents} records, against NDJSON`,
          fresh,
          null,
        ),
        figure({
          id: 'wal_bytes_per_record',
          title: { zh: '每条新记录的 WAL（含整页映像）', en: 'WAL of a new record, full-page images included' },
          value: median(of['wal'] as number[]),
          unit: 'bytes',
          limit: null,
          goal: null,
          rounds: of['wal'] as number[],
        }),
      ]
    } finally {
      await hub.stop()
    }
  },
}
