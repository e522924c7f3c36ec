/** What a full house costs: small submissions over many stored records, a gigabyte in one body, a thousand idle senders, a start. */
import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { request } from 'undici'
import { envelopeOf, projectLine, submissionBody } from '../data.ts'
import { type Figure, figure, median } from '../figures.ts'
import { type BenchHub, type BenchNode, newId, push, read, startHub } from '../hub.ts'
import { milliseconds, peakMib, rate, residentMib, until } from '../measure.ts'
import type { Scenario } from '../scenario.ts'

const edgeOf = (hub: BenchHub) => hub.nodes[0] as BenchNode

export const flat: Scenario = {
  name: 'flat',
  zh: '存量增长后小批次的时间',
  en: 'Small submissions as what is stored grows',
  async run({ quick, say }) {
    const hub = await startHub(1)
    const large = quick ? 100_000 : 1_000_000
    try {
      let next = 0
      const grow = async (to: number) => {
        for (; next < to; next += 10_000) {
          await push(hub, submissionBody(newId(), next, 10_000), 'accepted', 10_000)
          if (next % 100_000 === 0 && next > 0) say(`已入库 ${next} 条`, `${next} records stored`)
        }
      }
      let extra = 7_000_000
      const times = async (size: number) => {
        const list: number[] = []
        for (let at = 0; at < 25; at += 1) {
          const body = submissionBody(newId(), extra, size)
          extra += size
          list.push(await milliseconds(() => push(hub, body, 'accepted', size)))
        }
        return list
      }
      await grow(10_000)
      for (const size of [1, 100, 1000]) await times(size)
      const before = { 1: await times(1), 100: await times(100), 1000: await times(1000) }
      await grow(large)
      const after = { 1: await times(1), 100: await times(100), 1000: await times(1000) }
      return ([1, 100, 1000] as const).map((size) =>
        figure({
          id: `flat_increment_${size}_${quick ? '100k' : '1m'}_vs_10k`,
          title: {
            zh: `${size} 条一批：已存 ${large} 条时的时间，对比已存 1 万条`,
            en: `A submission of ${size}: time with ${large} records stored, against 10,000`,
          },
          value: median(after[size]),
          unit: 'ms',
          limit: median(before[size]),
          goal: { kind: 'ratio-max', at: size === 1000 ? 1.8 : 1.3 },
          rounds: after[size],
        }),
      )
    } finally {
      await hub.stop()
    }
  },
}

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
  await until(
    'the submission is stored',
    async () => ((await read(hub, `/v1/submissions/${id}`)) as { state: string }).state === 'finished',
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
          id: 'rss_1gb_over_idle_mib',
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
