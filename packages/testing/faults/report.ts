import { writeFile } from 'node:fs/promises'
import { allClasses } from './classes/index.ts'
import type { RunResult } from './run.ts'
import type { FaultSettings } from './settings.ts'

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}

const seconds = (ms: number) => (ms < 10_000 ? (ms / 1000).toFixed(2) : (ms / 1000).toFixed(0))

export async function printReport(settings: FaultSettings, result: RunResult): Promise<void> {
  const rows = [...result.figures].filter(([, one]) => one.faults > 0).sort(([a], [b]) => place(a) - place(b))
  const out = (text: string) => void process.stdout.write(`${text}\n`)
  out('')
  out(`${'故障类别 class'.padEnd(34)}${'次数 faults'.padStart(10)}  恢复 recovery p50 / max (s)`)
  for (const [name, one] of rows) {
    const recovery = one.recoveries.length === 0 ? '—' : `${seconds(median(one.recoveries))} / ${seconds(Math.max(...one.recoveries))}`
    out(`${name.padEnd(34)}${String(one.faults).padStart(10)}  ${recovery}`)
  }
  const { counters } = result
  out('')
  out(`种子 seed ${result.seed}  队列 queue ${result.queue}  ${result.rounds} 轮 rounds  ${Math.round(result.seconds)} s`)
  out(`故障 faults ${result.faults}（${rows.length} 类 classes）  进程重启 restarts ${result.restarts}`)
  out(
    `请求 requests ${counters.requests}（${counters.failures} 次未得回执 without a receipt）  批次 submissions ${counters.submissions}  记录 records ${counters.records}  重复 duplicates ${counters.duplicates}`,
  )
  out(`核对 judged: ${result.streams} 流 streams, ${result.versions} 版本 versions, ${result.checkpoints} 快照 checkpoints`)
  out(
    `内存峰值 highest resident set: ${Object.entries(result.rssMax)
      .map(([name, bytes]) => `${name} ${Math.round(bytes / 1024 ** 2)} MiB`)
      .join(', ')}`,
  )
  if (result.skipped.length > 0) out(`! 跳过，未计入 SKIPPED and not counted: ${result.skipped.join(', ')}`)
  for (const trouble of result.troubles.slice(0, 10)) out(`· 未能注入 not injected: ${trouble}`)
  if (settings.json !== null)
    await writeFile(settings.json, `${JSON.stringify({ ...result, figures: Object.fromEntries(result.figures) }, null, 1)}\n`)
  if (result.findings.length === 0) return out('✓ 无异常\n✓ nothing amiss')
  for (const finding of result.findings.slice(0, 30)) out(`✗ ${finding}`)
  out(`✗ ${result.findings.length} 处异常；种子 ${result.seed}，时间线与日志：${result.dir}`)
  out(`✗ ${result.findings.length} findings; seed ${result.seed}, timeline and logs: ${result.dir}`)
}

const place = (name: string) => allClasses.findIndex((one) => one.name === name)
