/** What one city's system hands in at once: every kind of body, beside a durable `COPY` of the same records in the same run. */
import { measureCopy } from '../copy-limit.ts'
import { jsonBody, partlyBadBody, submissionBody } from '../data.ts'
import { figure, median } from '../figures.ts'
import { type BenchNode, newId, push, readied, type Sending, sent, settled, startHub } from '../hub.ts'
import { rate, withClient } from '../measure.ts'
import type { Scenario } from '../scenario.ts'

type Outcome = 'accepted' | 'unchanged' | 'refused'

/** `records`: in the body, when not all of them have the outcome. */
type Facts = Sending & { readonly records?: number }

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
      const of = { fresh: [], same: [], changed: [], gzip: [], signed: [], bad: [], json: [], wal: [], read: [] } as Record<
        string,
        number[]
      >
      const add = (name: string, value: number) => of[name]?.push(value)
      /** The rate of one body that has the machine to itself: neither what came before it nor the making of it is measured. */
      const alone = async (name: string, body: Buffer, outcome: Outcome, count: number, of: Facts = {}) => {
        await settled(hub)
        const send = readied(hub, body, of)
        add(name, await rate(() => sent(send, outcome, count), of.records ?? count))
      }
      const documents = Math.min(bulk, 2000)
      const wal = () =>
        withClient(databaseUrl, async (client) => {
          const { rows } = await client.query<{ bytes: string }>(`select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as bytes`)
          return Number(rows[0]?.bytes)
        })
      for (let round = 0; round < rounds; round += 1) {
        const from = round * 5 * bulk
        await settled(hub)
        limit.push(await measureCopy(databaseUrl, from, bulk))
        await settled(hub)
        const before = await wal()
        await alone('fresh', submissionBody(newId(), from, bulk), 'accepted', bulk)
        add('wal', ((await wal()) - before) / bulk)
        add('read', await rate(() => settled(hub), bulk))
        await alone('same', submissionBody(newId(), from, bulk), 'unchanged', bulk)
        await alone('changed', submissionBody(newId(), from, bulk, 1), 'accepted', bulk)
        await alone('gzip', submissionBody(newId(), from + bulk, bulk), 'accepted', bulk, { gzip: true })
        await alone('signed', submissionBody(newId(), from + 2 * bulk, bulk), 'accepted', bulk, { signed: true })
        await alone('bad', partlyBadBody(newId(), from + 3 * bulk, bulk), 'refused', Math.floor(bulk / 10), { records: bulk })
        const document = jsonBody(newId(), from + 4 * bulk, documents)
        await alone('json', document, 'accepted', documents, { contentType: 'application/json' })
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
        against(
          'readers_vs_new',
          'read',
          '接收之后：检索、疑似重复、对账集合等读取程序跟上的速度，对比接收',
          'After ingest: the readers of the log (search, likeness, sets for comparing, …) until all is read, against ingest',
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
