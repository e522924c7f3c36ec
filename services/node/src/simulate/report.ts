import type { CheckedLog, LinkEquality, TierHolds } from './conclude.ts'
import type { Mishaps } from './handover.ts'
import type { Tally } from './run.ts'
import type { SimulationSettings } from './settings.ts'
import { say } from './words.ts'

export interface SimulationReport {
  readonly ok: boolean
  readonly nodes: number
  readonly settings: SimulationSettings
  readonly packages: number
  readonly records: number
  readonly refused: number
  readonly unchanged: number
  /** Versions that the cities acknowledged, and those that the nation has. */
  readonly stored: number
  readonly arrived: number
  readonly missing: number
  /** Simulated time from a city's receipt to the nation's store, in seconds; whole minutes, because all nodes act once a minute. */
  readonly lagSeconds: { readonly p50: number; readonly p95: number; readonly p99: number; readonly most: number }
  readonly mishaps: Mishaps['counts'] | null
  /** `of`: each link with the number of its equality certificate, null where there is none. */
  readonly links: { readonly all: number; readonly equal: number; readonly of: readonly LinkEquality[] }
  readonly logs: { readonly all: number; readonly sound: number; readonly entries: number; readonly of: readonly CheckedLog[] }
  readonly tiers: readonly TierHolds[]
  /** KiB that a node adds to this process. */
  readonly memoryPerNodeKib: number
  /** KiB that a node takes in PostgreSQL, all its processes together; null when the server is not our own. */
  readonly serverMemoryPerNodeKib: number | null
  readonly seconds: number
  readonly contradictions: readonly string[]
}

export interface Facts {
  readonly settings: SimulationSettings
  readonly nodes: number
  readonly tally: Tally
  readonly missing: number
  readonly mishaps: Mishaps | null
  readonly links: readonly LinkEquality[]
  readonly logs: readonly CheckedLog[]
  readonly dayMs: number
  readonly memoryOfNodes: number
  readonly serverMemoryKib: number | null
  readonly tiers: readonly TierHolds[]
}

const tierWords = {
  municipal: { zh: '市级', en: 'Cities' },
  provincial: { zh: '省级', en: 'Provinces' },
  national: { zh: '国家级', en: 'Nation' },
} as const

/** Makes the report and prints it. */
export function report(facts: Facts): SimulationReport {
  const { tally, links, logs, missing } = facts
  const lags = tally.lagsMs.toSorted((a, b) => a - b)
  const lagAt = (share: number) => (lags[Math.max(0, Math.ceil(lags.length * share) - 1)] ?? 0) / 1000
  const unequal = links.filter((link) => link.certificate === null)
  const broken = logs.filter((log) => !log.ok)
  const result: SimulationReport = {
    ok: missing === 0 && tally.contradictions.length === 0 && unequal.length === 0 && broken.length === 0,
    nodes: facts.nodes,
    settings: facts.settings,
    ...{ packages: tally.packages, records: tally.records, refused: tally.refused, unchanged: tally.unchanged },
    ...{ stored: tally.stored, arrived: tally.arrived, missing },
    lagSeconds: { p50: lagAt(0.5), p95: lagAt(0.95), p99: lagAt(0.99), most: lagAt(1) },
    mishaps: facts.mishaps?.counts ?? null,
    links: { all: links.length, equal: links.length - unequal.length, of: links },
    logs: { all: logs.length, sound: logs.length - broken.length, entries: logs.reduce((sum, log) => sum + log.size, 0), of: logs },
    tiers: facts.tiers,
    memoryPerNodeKib: Math.round(facts.memoryOfNodes / 1024 / facts.nodes),
    serverMemoryPerNodeKib: facts.serverMemoryKib === null ? null : Math.round(facts.serverMemoryKib / facts.nodes),
    seconds: Math.round(facts.dayMs / 100) / 10,
    contradictions: tally.contradictions,
  }
  const { lagSeconds: lag, mishaps } = result
  const rate = Math.round((result.records * 1000) / facts.dayMs)
  say(
    `${result.packages} 个批次、${result.records} 条记录，用时 ${result.seconds} 秒（每秒 ${rate} 条）；退回 ${result.refused}，无变化 ${result.unchanged}`,
    `${result.packages} packages, ${result.records} records in ${result.seconds} s (${rate} a second); ${result.refused} refused, ${result.unchanged} unchanged`,
  )
  say(
    `各市受理 ${result.stored} 个版本，全国节点持有 ${result.arrived} 个；缺 ${missing} 个`,
    `The cities acknowledged ${result.stored} versions, the nation holds ${result.arrived}; ${missing} missing`,
  )
  for (const { tier, nodes, accepted, diskKib } of result.tiers)
    say(
      `${tierWords[tier].zh}：${nodes} 个节点，共受理 ${accepted} 个版本，磁盘 ${Math.round(diskKib / 1024)} MiB`,
      `${tierWords[tier].en}: ${nodes} node${nodes === 1 ? '' : 's'}, ${accepted} versions accepted, ${Math.round(diskKib / 1024)} MiB on disk`,
    )
  say(
    `市到国家的时延（模拟时间，按分钟计）：中位 ${lag.p50} 秒，95% ${lag.p95} 秒，99% ${lag.p99} 秒，最长 ${lag.most} 秒`,
    `Lag from city to nation (simulated, whole minutes): median ${lag.p50} s, 95 % ${lag.p95} s, 99 % ${lag.p99} s, longest ${lag.most} s`,
  )
  if (mishaps !== null)
    say(
      `注入的故障：链路中断时的发送 ${mishaps.cut} 次，回执丢失 ${mishaps.lostAnswers} 次，重复请求 ${mishaps.doubled} 次`,
      `Faults: ${mishaps.cut} sendings over a cut link, ${mishaps.lostAnswers} answers lost, ${mishaps.doubled} requests doubled`,
    )
  say(
    `对账：${result.links.equal}/${result.links.all} 条链路有相等证书；日志：${result.logs.sound}/${result.logs.all} 个核对无误，共 ${result.logs.entries} 条`,
    `Comparison: ${result.links.equal} of ${result.links.all} links have a certificate of equality; logs: ${result.logs.sound} of ${result.logs.all} check out, ${result.logs.entries} entries`,
  )
  const server = result.serverMemoryPerNodeKib
  say(
    `每个节点占内存约 ${result.memoryPerNodeKib} KiB${server === null ? '' : `，另在 PostgreSQL 中约 ${server} KiB`}`,
    `About ${result.memoryPerNodeKib} KiB of memory a node${server === null ? '' : `, and ${server} KiB in PostgreSQL`}`,
  )
  for (const link of unequal)
    say(`✗ ${link.from} 与 ${link.to} 不相等：${link.state}`, `${link.from} and ${link.to} are not equal: ${link.state}`)
  for (const log of broken) say(`✗ ${log.node} 的日志：${log.findings[0] ?? ''}`, `the log of ${log.node} does not check out`)
  for (const one of tally.contradictions.slice(0, 10)) say(`✗ 与预期不符：${one}`, 'contradicts what has to be')
  say(result.ok ? '✓ 全部相符。' : '✗ 有不符之处，见上。', result.ok ? 'Everything agrees.' : 'Something does not agree; see above.')
  return result
}
