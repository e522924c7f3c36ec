/** One participant hands in a large import while another sends single records: how long these wait for their receipt, and until they are at the level above. */
import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { request } from 'undici'
import { submissionBody } from '../data.ts'
import { type Figure, figure, median, percentile } from '../figures.ts'
import { admin, type BenchNode, newId, push, startHub } from '../hub.ts'
import { withClient } from '../measure.ts'
import type { Scenario } from '../scenario.ts'

/** A single record is sent so often: well apart, so that they do not wait for each other. */
const everyMs = 200
/** No single record is delayed by more than this, whatever another participant hands in. */
const delayMaxMs = 1000

interface Waits {
  /** Milliseconds from sending to the receipt. */
  readonly receipt: number[]
  /** Milliseconds from sending until the database of the level above shows the record. */
  readonly arrival: number[]
}

export const fairness: Scenario = {
  name: 'fairness',
  zh: '一家大批导入时另一家的单条记录',
  en: 'Single records of one participant beside a large import of another',
  async run({ bulk, rounds, quick, say }) {
    const hub = await startHub(3)
    try {
      const edge = hub.nodes[0] as BenchNode
      await admin(edge, '/participants', { participantId: 'p-single', kind: 'system', name: '单条报送系统（合成）', regions: ['370100'] })
      const { secret } = (await admin(edge, '/participants/p-single/keys', { kind: 'api-key' })) as { secret: string }
      return await withClient((hub.nodes[1] as BenchNode).databaseUrl, async (client) => {
        const above = inTurn(client)
        let next = 6_000_000
        const one = () => oneRecord(edge, secret, above, next++)
        // Nodes that have run for a while are what is measured.
        await push(hub, submissionBody(newId(), 4_000_000, 2000), 'accepted', 2000)
        for (let at = 0; at < (quick ? 50 : 300); at += 1) await one()
        const alone: Waits = { receipt: [], arrival: [] }
        await sendUntil(() => alone.receipt.length >= (quick ? 50 : 150), one, alone)
        const beside: Waits = { receipt: [], arrival: [] }
        for (let round = 0; round < rounds; round += 1) {
          const have = await countAbove(above)
          const before = beside.receipt.length
          let received = false
          const importing = push(hub, submissionBody(newId(), round * bulk, bulk), 'accepted', bulk).finally(() => {
            received = true
          })
          // Until the last record of the import is above, too: behind it they would have to wait for as long as it takes.
          await sendUntil(async () => received && (await countAbove(above)) - have >= bulk + beside.receipt.length - before, one, beside)
          await importing
          say(
            `第 ${round + 1} 轮：导入 ${bulk} 条期间单条 ${beside.receipt.length - before} 条，最长 ${Math.round(Math.max(...beside.arrival))} 毫秒到达上级`,
            `Round ${round + 1}: ${beside.receipt.length - before} single records beside an import of ${bulk}; the slowest was above after the milliseconds named`,
          )
        }
        return [
          ...figuresOf('receipt', '回执', 'receipt', alone, beside),
          ...figuresOf('arrival', '到达上级', 'arrival above', alone, beside),
        ]
      })
    } finally {
      await hub.stop()
    }
  },
}

type Ask = <Row extends pg.QueryResultRow>(query: pg.QueryConfig) => Promise<pg.QueryResult<Row>>

/** One question after the other: several records are waited for over one connection. */
function inTurn(client: pg.Client): Ask {
  let turn: Promise<unknown> = Promise.resolve()
  return <Row extends pg.QueryResultRow>(query: pg.QueryConfig) => {
    const answer = turn.then(() => client.query<Row>(query))
    turn = answer.catch(() => undefined)
    return answer
  }
}

/** Sends single records, one every `everyMs` and each whether the last has arrived or not, until `over`; then waits for the last. */
async function sendUntil(over: () => boolean | Promise<boolean>, one: () => Promise<[number, number]>, waits: Waits): Promise<void> {
  const sent: Promise<unknown>[] = []
  const failed: unknown[] = []
  do {
    const turn = delay(everyMs)
    sent.push(
      one().then(
        ([receipt, arrival]) => {
          waits.receipt.push(receipt)
          waits.arrival.push(arrival)
        },
        (error: unknown) => void failed.push(error),
      ),
    )
    await turn
    if (failed.length > 0) throw failed[0]
  } while (!(await over()))
  await Promise.all(sent)
  if (failed.length > 0) throw failed[0]
}

/** @returns milliseconds until the receipt, and until the record is above */
async function oneRecord(edge: BenchNode, apiKey: string, above: Ask, sequence: number): Promise<[number, number]> {
  const body = submissionBody(newId(), sequence, 1)
  const started = performance.now()
  const answer = await request(`${edge.url}/v1/submissions`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${apiKey}` },
    body,
    headersTimeout: 0,
  })
  const text = await answer.body.text()
  const receipt = performance.now() - started
  if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}: ${text.slice(0, 500)}`)
  const { records } = JSON.parse(text) as { records: { outcome: string; recordId: string }[] }
  if (records[0]?.outcome !== 'accepted') throw new Error(`the record was not accepted: ${text.slice(0, 500)}`)
  const id = records[0].recordId.slice('r_'.length)
  for (;;) {
    // By name, so that the server plans it once: the asking must not compete with what is measured.
    const { rows } = await above({ name: 'arrived', text: 'select 1 from stream where record_id = $1::uuid limit 1', values: [id] })
    if (rows.length > 0) return [receipt, performance.now() - started]
    if (performance.now() - started > 600_000) throw new Error(`record B-${sequence} did not reach the level above within 600 s`)
    await delay(5)
  }
}

/** Records that the level above has taken, as its parts count them. */
async function countAbove(above: Ask): Promise<number> {
  const { rows } = await above<{ sum: string | null }>({ text: 'select sum(version_count) as sum from part' })
  return Number(rows[0]?.sum ?? 0)
}

function figuresOf(what: keyof Waits, zh: string, en: string, alone: Waits, beside: Waits): Figure[] {
  const usual = median(alone[what])
  const one = (id: string, title: Figure['title'], value: number, goal: Figure['goal'] = null, limit: number | null = usual) =>
    figure({ id: `fairness_${what}_${id}`, title, value, unit: 'ms', limit, goal, rounds: beside[what] })
  const slowest = Math.max(...beside[what])
  return [
    one(
      'p50_ms',
      {
        zh: `另一家大批导入时的单条记录：${zh}，中位，对比无导入时`,
        en: `A single record beside a large import: ${en}, median, against none beside it`,
      },
      median(beside[what]),
    ),
    one('p99_ms', { zh: '同上，第 99 百分位', en: 'The same, 99th percentile' }, percentile(beside[what], 0.99)),
    one('max_ms', { zh: '同上，最长', en: 'The same, the slowest' }, slowest),
    one(
      'delay_max_ms',
      { zh: `最长者比无导入时的中位多等`, en: 'By how much the slowest is behind the median with none beside it' },
      Math.max(0, slowest - usual),
      { kind: 'value-max', at: delayMaxMs },
      null,
    ),
  ]
}
