/**
 * `npm run scale`: measures what one record costs (disk, WAL, link, time, memory) on real nodes, and computes from it what a county, a city, a province and
 * the nation need. `--docs` writes the tables into docs/scale.md; `--records N` measures with that many (20,000); `--county N`, `--versions N`, `--years N`
 * put other assumptions in place of ours.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { numberOption, orUsage, readToolOptions } from '@huijiao/testing'
import { submissionBody } from './data.ts'
import { type BenchHub, type BenchNode, newId, push, settled, startHub } from './hub.ts'
import { milliseconds, peakMib, residentMib, until, withClient } from './measure.ts'
import { type Assumptions, type Coefficients, scaleTables, type TierCost } from './scale-model.ts'

const page = join(import.meta.dirname, '../docs/scale.md')
const marks = ['<!-- figures: written by `npm run scale -- --docs` -->', '<!-- end of figures -->'] as const
const perBody = 2000

const usage = `npm run scale -- [--docs] [--records N] [--county N] [--versions N] [--years N] [--peak-hour SHARE]
  --docs             表格写入 docs/scale.md · puts the tables into docs/scale.md
  --records N        测量用的记录数，缺省 20000 · records to measure with
  --county N         每县每年新增记录，缺省 20000 · new records of a county in a year
  --versions N       每条记录的版本数，缺省 3 · versions of a record
  --years N          存量年数，缺省 5 · years of stock
  --peak-hour SHARE  最忙一小时占全年的比例，缺省 0.002 · share of a year that comes in its busiest hour`

function settings() {
  const given = readToolOptions(usage, {
    docs: { type: 'boolean', default: false },
    records: { type: 'string', default: '20000' },
    county: { type: 'string', default: '20000' },
    versions: { type: 'string', default: '3' },
    years: { type: 'string', default: '5' },
    'peak-hour': { type: 'string', default: '0.002' },
  })
  const assumed: Assumptions = {
    perCountyYear: numberOption('county', given.county, { min: 1 }),
    versions: numberOption('versions', given.versions, { min: 1, whole: false }),
    stockYears: numberOption('years', given.years, { min: 0, whole: false }),
    peakHourShare: numberOption('peak-hour', given['peak-hour'], { min: 0, whole: false }),
  }
  return { given, assumptions: assumed, records: numberOption('records', given.records, { min: 1 }) }
}

const { given, assumptions, records } = orUsage(settings)
const say = (text: string) => process.stderr.write(`${text}\n`)

interface Size {
  readonly all: number
  readonly records: number
  readonly indexes: number
}

/** Bytes of a node's tables with their indexes; `records`: those of versions and streams alone; `indexes`: of all tables. */
const sizeOf = (node: BenchNode): Promise<Size> =>
  withClient(node.databaseUrl, async (client) => {
    const { rows } = await client.query<{ name: string; bytes: string; indexes: string }>(
      `select c.relname as name, pg_total_relation_size(c.oid) as bytes, pg_indexes_size(c.oid) as indexes from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'public' and c.relkind = 'r'`,
    )
    const sum = (list: typeof rows) => list.reduce((total, row) => total + Number(row.bytes), 0)
    const indexes = rows.reduce((total, row) => total + Number(row.indexes), 0)
    return { all: sum(rows), records: sum(rows.filter(({ name }) => /^(version|stream)(_|$)/.test(name))), indexes }
  })

const walOf = (node: BenchNode): Promise<number> =>
  withClient(node.databaseUrl, async (client) =>
    Number((await client.query<{ at: string }>(`select pg_current_wal_lsn() - '0/0' as at`)).rows[0]?.at),
  )

async function pushAll(hub: BenchHub, from: number, count: number, variant: number, outcome: 'accepted' | 'unchanged'): Promise<void> {
  for (let at = 0; at < count; at += perBody) {
    const size = Math.min(perBody, count - at)
    await push(hub, submissionBody(newId(), from + at, size, variant), outcome, size)
  }
}

/** Until the top holds as many versions as were sent. */
const untilAbove = (hub: BenchHub, versions: number) =>
  withClient((hub.nodes.at(-1) as BenchNode).databaseUrl, (client) =>
    until(
      'the nation',
      async () => Number((await client.query<{ n: string }>('select count(*) as n from version')).rows[0]?.n) >= versions,
    ),
  )

async function oneNode(count: number) {
  const hub = await startHub(1)
  try {
    const [node] = hub.nodes as [BenchNode]
    const idleMib = (await residentMib(node.process.pid as number)) ?? 0
    await pushAll(hub, 5_000_000, perBody, 0, 'accepted')
    await settled(hub)
    let ms = 0
    let readMs = 0
    let wal = await walOf(node)
    const peak = await peakMib(node.process.pid as number, async () => {
      ms = await milliseconds(() => pushAll(hub, 0, count, 0, 'accepted'))
      readMs = await milliseconds(() => settled(hub))
    })
    const walNew = ((await walOf(node)) - wal) / count
    wal = await walOf(node)
    await pushAll(hub, 0, count, 0, 'unchanged')
    await settled(hub)
    return {
      ...{ idleMib, peakMib: peak ?? 0, walNew, walUnchanged: ((await walOf(node)) - wal) / count },
      ...{ ingestPerSecond: count / (ms / 1000), readPerSecond: count / ((ms + readMs) / 1000) },
    }
  } finally {
    await hub.stop()
  }
}

async function threeTiers(count: number) {
  const hub = await startHub(3)
  try {
    await pushAll(hub, 5_000_000, perBody, 0, 'accepted')
    await untilAbove(hub, perBody)
    const sizes = () => Promise.all(hub.nodes.map(sizeOf))
    await settled(hub)
    const empty = await sizes()
    const ms = await milliseconds(async () => {
      await pushAll(hub, 0, count, 0, 'accepted')
      await untilAbove(hub, perBody + count)
    })
    // Only then search, likeness and the sets for comparing have the rows that they keep of it.
    await settled(hub)
    const stored = await sizes()
    await pushAll(hub, 0, count, 1, 'accepted')
    await untilAbove(hub, perBody + 2 * count)
    await settled(hub)
    const changed = await sizes()
    const tiers = ['municipal', 'provincial', 'national'].map((tier, at): TierCost => {
      const [a, b, c] = [empty, stored, changed].map((list) => list[at] as Size) as [Size, Size, Size]
      return {
        tier,
        newBytes: (b.all - a.all) / count,
        versionBytes: (c.all - b.all) / count,
        indexBytes: (b.indexes - a.indexes) / count,
        versionIndexBytes: (c.indexes - b.indexes) / count,
        besideBytes: (b.all - a.all - (b.records - a.records)) / count,
      }
    })
    const wire = await withClient((hub.nodes[0] as BenchNode).databaseUrl, async (client) => {
      const { rows } = await client.query<{ bytes: number }>(
        `select (sum(body_bytes) / sum(record_count))::float8 as bytes from delivery where state = 'finished' and record_count >= 500`,
      )
      return rows[0]?.bytes ?? 0
    })
    return { tiers, wire, throughThreePerSecond: count / (ms / 1000) }
  } finally {
    await hub.stop()
  }
}

say(`一个节点，${records} 条… One node…`)
const one = await oneNode(records)
say('三级节点… Three tiers…')
const three = await threeTiers(records)
const cost: Coefficients = { records, processors: cpus().length, ...one, ...three }
const text = scaleTables(cost, assumptions)
process.stdout.write(`${text}\n`)
if (given.docs) {
  const before = readFileSync(page, 'utf8')
  const [head, rest] = before.split(marks[0]) as [string, string]
  writeFileSync(page, `${head}${marks[0]}\n\n${text}\n\n${marks[1]}${rest.split(marks[1])[1]}`)
  say(`docs/scale.md`)
}
