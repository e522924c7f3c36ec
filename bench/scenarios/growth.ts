/** What a full house costs: small submissions over many stored records, a gigabyte in one body, a thousand idle senders, a start. */
import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { request } from 'undici'
import { envelopeOf, projectLine, submissionBody } from '../data.ts'
import { type Figure, figure, median } from '../figures.ts'
import { type BenchHub, newId, push, read, startHub } from '../hub.ts'
import { milliseconds, peakMib, rate, residentMib, until, withClient } from '../measure.ts'
import { edgeOf, stockOf, storedIn } from '../stock.ts'
import type { Scenario } from '../scenario.ts'

/** How often a submission of each size is sent to either node. */
const turns = 40
const sizes = [1, 100, 1000] as const

export const flat: Scenario = {
  name: 'flat',
  zh: '存量增长后小批次的时间',
  en: 'Small submissions as what is stored grows',
  async run(plan) {
    const stock = await stockOf(plan)
    const small = await startHub(1)
    try {
      await push(small, submissionBody(newId(), 0, 10_000), 'accepted', 10_000)
      // Numbers that neither node has; a kept stock has those of the runs before.
      const next = new Map([
        [small, 1_200_000],
        [stock.hub, 1_200_000 + Math.max(0, (await storedIn(stock.hub)) - stock.total)],
      ])
      const one = async (hub: BenchHub, size: number) => {
        const from = next.get(hub) as number
        next.set(hub, from + size)
        const body = submissionBody(newId(), from, size)
        return await milliseconds(() => push(hub, body, 'accepted', size))
      }
      const results = []
      for (const size of sizes) {
        const [before, after]: [number[], number[]] = [[], []]
        // Both are asked in turn, so that what else the machine does meets them alike. The first ones pay for compiling.
        for (let at = -10; at < turns; at += 1) {
          const [few, many] = [await one(small, size), await one(stock.hub, size)]
          if (at >= 0) before.push(few)
          if (at >= 0) after.push(many)
        }
        const wal = [await walOf(small, () => one(small, size)), await walOf(stock.hub, () => one(stock.hub, size))]
        plan.say(
          `${size} 条一批：WAL ${wal.map(({ all, without }) => `${Math.round(all)}（不含整页 ${Math.round(without)}）`).join(' 对 ')} 字节`,
          'WAL of a submission right after a checkpoint, full-page images included (and without), at 10,000 and with all stored',
        )
        results.push({ size, before, after, wal: wal[1] as Wal })
      }
      const label = plan.quick ? '50k' : '1m'
      const figures = results.map(({ size, before, after }) =>
        figure({
          id: `flat_increment_${size}_${label}_vs_10k`,
          title: {
            zh: `${size} 条一批：已存 ${stock.total} 条时的时间，对比已存 1 万条`,
            en: `A submission of ${size}: time with ${stock.total} records stored, against 10,000`,
          },
          value: median(after),
          unit: 'ms',
          limit: median(before),
          goal: { kind: 'ratio-max', at: size === 1000 ? 1.8 : 1.3 },
          rounds: after,
        }),
      )
      const worst = figures.filter((one) => one.goal?.at === 1.3).reduce((a, b) => ((a.ratio as number) > (b.ratio as number) ? a : b))
      return [
        {
          ...worst,
          id: `flat_increment_${label}_vs_10k`,
          title: { zh: '1 条与 100 条一批中较差的一个', en: 'The worse of those of 1 and of 100' },
        },
        ...figures,
        ...results.flatMap(({ size, wal }) => [
          walFigure(`wal_increment_${size}_bytes`, size, wal.all, '含整页映像', 'full-page images included'),
          walFigure(`wal_increment_${size}_without_images_bytes`, size, wal.without, '不含整页映像', 'without full-page images'),
        ]),
      ]
    } finally {
      await small.stop()
    }
  },
}

interface Wal {
  readonly all: number
  readonly without: number
}

/** Bytes of WAL that some work writes right after a checkpoint, when every page it touches goes in whole; and what of it is not such a page. */
const walOf = (hub: BenchHub, work: () => Promise<unknown>): Promise<Wal> =>
  withClient(edgeOf(hub).databaseUrl, async (client) => {
    await client.query('create extension if not exists pg_walinspect')
    await client.query('checkpoint')
    const at = async () => (await client.query<{ at: string }>('select pg_current_wal_insert_lsn() as at')).rows[0]?.at as string
    const from = await at()
    await work()
    await client.query('select pg_log_standby_snapshot()')
    const to = await at()
    // Its page reader stops where the last record ends; what is written in the meantime is let out.
    const { rows } = await client.query<{ records: string; images: string }>(
      'select sum(record_size) as records, sum(fpi_size) as images from pg_get_wal_stats($1, $2)',
      [from, to],
    )
    const [records, images] = [Number(rows[0]?.records), Number(rows[0]?.images)]
    return { all: records + images, without: records }
  })

const walFigure = (id: string, size: number, value: number, zh: string, en: string): Figure =>
  figure({
    ...{ id, value, unit: 'bytes', limit: null, goal: null, rounds: [value] },
    title: { zh: `${size} 条一批的 WAL，${zh}`, en: `WAL of a submission of ${size}, ${en}` },
  })

/** An NDJSON body of `count` projects, made while it is sent. */
function* lines(id: string, from: number, count: number): Generator<string> {
  yield `${JSON.stringify(envelopeOf(id))}\n`
  for (let at = 0; at < count; at += 200)
    yield `${Array.from({ length: Math.min(200, count - at) }, (_, i) => projectLine(from + at + i)).join('\n')}\n`
}

async function pushStream(hub: BenchHub, from: number, count: number): Promise<void> {
  const id = newId()
  const answer = await request(`${edgeOf(hub).url}/v1/submissions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.apiKey}`, 'content-type': 'application/x-ndjson' },
    body: Readable.from(lines(id, from, count)),
    headersTimeout: 0,
  })
  const text = await answer.body.text()
  if (answer.statusCode !== 200 && answer.statusCode !== 202) throw new Error(`status ${answer.statusCode}: ${text.slice(0, 300)}`)
  // Where `huijiao push` asks: the whole state of a submission names each of its thousand parts.
  await until(
    'the submission is stored',
    async () => ((await read(hub, `/v1/submissions/${id}/progress`)) as { state: string }).state === 'finished',
    1200,
  )
}

export const memory: Scenario = {
  name: 'memory',
  zh: '一个 1 GB 的请求体',
  en: 'One body of 1 GB',
  long: true,
  async run() {
    const hub = await startHub(1)
    const pid = edgeOf(hub).process.pid as number
    try {
      await push(hub, submissionBody(newId(), 4_000_000, 20_000), 'accepted', 20_000)
      const idle = await residentMib(pid)
      if (idle === null) return []
      const small = 80_000
      const large = 10 * small
      let rates = { small: 0, large: 0 }
      const first = await peakMib(pid, async () => (rates = { ...rates, small: await rate(() => pushStream(hub, 0, small), small) }))
      const second = await peakMib(pid, async () => (rates = { ...rates, large: await rate(() => pushStream(hub, small, large), large) }))
      const over = (second as number) - idle
      return [
        figure({
          id: 'rss_1gb_mib',
          title: { zh: '1 GB NDJSON：内存峰值超出空闲时', en: 'NDJSON of 1 GB: peak memory over idle' },
          ...{ value: over, unit: 'MiB', limit: null, goal: { kind: 'value-max', at: 150 }, rounds: [over] },
        }),
        figure({
          id: 'rss_1gb_vs_100mb',
          title: { zh: '1 GB 的内存峰值，对比 100 MB', en: 'Peak memory of 1 GB, against 100 MB' },
          ...{ value: second as number, unit: 'MiB', limit: first, goal: { kind: 'ratio-max', at: 1.1 }, rounds: [second as number] },
        }),
        figure({
          id: 'ingest_1gb_vs_100mb',
          title: { zh: '1 GB 的接收速度，对比 100 MB', en: 'Rate of 1 GB, against 100 MB' },
          ...{ value: rates.large, unit: 'rec/s', limit: rates.small, goal: { kind: 'ratio-min', at: 0.8 }, rounds: [rates.large] },
        }),
      ]
    } finally {
      await hub.stop()
    }
  },
}

export const idleSenders: Scenario = {
  name: 'idle-senders',
  zh: '1000 个空闲的长连接',
  en: '1,000 idle keep-alive senders',
  async run() {
    const hub = await startHub(1)
    const { url, process } = edgeOf(hub)
    const sockets: Socket[] = []
    try {
      await push(hub, submissionBody(newId(), 0, 100), 'accepted', 100)
      const before = await residentMib(process.pid as number)
      if (before === null) return []
      const { hostname, port } = new URL(url)
      for (let at = 0; at < 1000; at += 1) sockets.push(await idleSender(hostname, Number(port)))
      const value = ((await residentMib(process.pid as number)) as number) - before
      return [
        figure({
          id: 'idle_senders_1000_mib',
          title: { zh: '1000 个空闲长连接多占的内存', en: 'Memory that 1,000 idle keep-alive senders add' },
          ...{ value, unit: 'MiB', limit: null, goal: { kind: 'value-max', at: 64 }, rounds: [value] },
        }),
      ]
    } finally {
      for (const socket of sockets) socket.destroy()
      await hub.stop()
    }
  },
}

/** A sender that was answered once and keeps its connection. */
function idleSender(host: string, port: number): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = connect(port, host, () => socket.write(`GET /livez HTTP/1.1\r\nhost: ${host}\r\n\r\n`))
    socket.once('data', () => done(socket))
    socket.once('error', fail)
  })
}

export const start: Scenario = {
  name: 'start',
  zh: '节点启动',
  en: 'Start of a node',
  async run({ rounds }) {
    const hub = await startHub(1)
    try {
      await push(hub, submissionBody(newId(), 0, 5000), 'accepted', 5000)
      const values: number[] = []
      for (let round = 0; round < Math.max(3, rounds); round += 1) {
        await edgeOf(hub).stop()
        values.push(await milliseconds(() => edgeOf(hub).start()))
      }
      return [
        figure({
          id: 'start_ready_ms',
          title: { zh: '节点在已有数据库上从启动到就绪', en: 'A node on an existing database, from start to ready' },
          ...{ value: median(values), unit: 'ms', limit: null, goal: { kind: 'value-max', at: 2000 }, rounds: values },
        }),
      ] satisfies Figure[]
    } finally {
      await hub.stop()
    }
  },
}
