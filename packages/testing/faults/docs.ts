import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { resolve } from 'node:path'
import type { CatchUp } from './catch-up.ts'
import { allClasses } from './classes/index.ts'
import { mended } from './findings.ts'
import { median } from './report.ts'
import type { RunResult } from './run.ts'

const figuresFile = resolve(import.meta.dirname, 'figures.json')
const docsFile = resolve(import.meta.dirname, '../../../docs/faults.md')

interface ClassRow {
  readonly faults: number
  readonly p50: number | null
  readonly max: number | null
}

/** The long run and the month, as they were measured last. */
interface Figures {
  run?: {
    readonly seed: string
    readonly queue: string
    readonly minutes: number
    readonly cores: number
    readonly faults: number
    readonly rounds: number
    readonly requests: number
    readonly withoutReceipt: number
    readonly submissions: number
    readonly records: number
    readonly duplicates: number
    readonly streams: number
    readonly versions: number
    readonly checkpoints: number
    readonly restarts: number
    readonly rssMaxMiB: Readonly<Record<string, number>>
    readonly findings: number
    readonly classes: Readonly<Record<string, ClassRow>>
  }
  catchUp?: Omit<CatchUp, 'findings'> & { readonly findings: number; readonly cores: number }
}

const readFigures = (): Figures => (existsSync(figuresFile) ? (JSON.parse(readFileSync(figuresFile, 'utf8')) as Figures) : {})

/** Keeps a run's figures, and writes docs/faults.md from all that are kept. */
export function keepRun(result: RunResult): void {
  const figures = readFigures()
  const mib = (bytes: number) => Math.round(bytes / 1024 ** 2)
  figures.run = {
    ...{ seed: result.seed, queue: result.queue, minutes: Math.round(result.seconds / 60), cores: cpus().length, faults: result.faults },
    ...{ rounds: result.rounds, requests: result.counters.requests, withoutReceipt: result.counters.failures },
    ...{ submissions: result.counters.submissions, records: result.counters.records, duplicates: result.counters.duplicates },
    ...{ streams: result.streams, versions: result.versions, checkpoints: result.checkpoints, restarts: result.restarts },
    rssMaxMiB: Object.fromEntries(Object.entries(result.rssMax).map(([name, bytes]) => [name, mib(bytes)])),
    findings: result.findings.length,
    classes: Object.fromEntries(
      [...result.figures]
        .filter(([, one]) => one.faults > 0)
        .map(([name, one]): [string, ClassRow] => [
          name,
          {
            faults: one.faults,
            p50: one.recoveries.length === 0 ? null : Math.round(median(one.recoveries)),
            max: one.recoveries.length === 0 ? null : Math.round(Math.max(...one.recoveries)),
          },
        ]),
    ),
  }
  save(figures)
}

export function keepCatchUp(result: CatchUp): void {
  save({ ...readFigures(), catchUp: { ...result, findings: result.findings.length, cores: cpus().length } })
}

function save(figures: Figures): void {
  writeFileSync(figuresFile, `${JSON.stringify(figures, null, 2)}\n`)
  writeFileSync(docsFile, faultsPage(figures))
}

const seconds = (ms: number | null) => (ms === null ? '—' : (ms / 1000).toFixed(ms < 10_000 ? 2 : 0))

/** The page `docs/faults.md`. */
export function faultsPage({ run, catchUp }: Figures): string {
  const rows = allClasses.map((one) => {
    const row = run?.classes[one.name]
    return `| \`${one.name}\` | ${one.zh}<br>${one.en} | ${row?.faults ?? 0} | ${seconds(row?.p50 ?? null)} | ${seconds(row?.max ?? null)} |`
  })
  const hit = Object.keys(run?.classes ?? {}).length
  return `# Injected faults · 故障注入

Written by \`npm run faults -- … --write-docs\` (packages/testing/faults); a run that finds something is not written down as passed.

由 \`npm run faults -- … --write-docs\` 写成；有发现的运行不会写作通过。

\`\`\`sh
npm run faults -- --seed 1 --minutes 3                  # two cities, a province, the nation, a platform; real PostgreSQL, Redis and proxies
npm run faults -- --seed 7 --minutes 5 --queue redis --classes process,postgres
npm run faults -- --catch-up 100000                     # a month without the level above
\`\`\`

## What is done · 做什么

Real node processes (two cities, a province, the nation, and the platform of a provincial government, to which the first city has a second way up with a cursor and rules of its own), two PostgreSQL clusters, a Redis for each
node that keeps its queues there, and a TCP proxy of our own between every pair. Business systems send new records, updates, withdrawals, stale and repeated versions, bad records, children before their parents, duplicates, and
large imports, and go on until they hold the signed receipt. Beside that, faults of ${allClasses.length} classes, chosen by the seed. Each round ends with everything healed, and then
a model of its own, plain data without a line of the engine, says what every node must hold: each acknowledged version once, in its stream's order, with the same
commitment everywhere; at the nation and at the platform exactly what qualified there; while one of the two ways up is spoilt, what is new goes up the other; nothing parked that was not wrong; every refusal with its reason; every skip counted; receipts
unchanged to the byte; each log computed again from its leaves, every checkpoint that was ever signed or served a prefix of it, up to a fork that the log itself names, and signed by the key that was in force; each part's root over the records that are
really stored. At last the engine's own comparison of each link must find both sides equal. Time decides nothing: as long as anything moves, the harness waits.

真实的节点进程（两市、一省、国家，以及省级政府平台——第一个市另有一条通往它的上报通道，游标与规则各自独立）、两个 PostgreSQL、每节点各自的 Redis，任意两者之间都有自己的 TCP 代理。业务系统报送新增、更新、撤回、旧版本、重复、错误记录、先子后父、大批量导入，
直到拿到签名回执为止；同时按种子注入 ${allClasses.length} 类故障。每轮结束后全部愈合，由一个独立的模型（纯数据，不含引擎的任何代码）判定各节点应有的内容。

**A fault counts** when it really hit something: a live connection, an operation under way, a process. An injection that met nobody is not counted. What lasts a while counts once.
**Recovery** is the time from the end of a fault to the next good answer through the place that was hit. **Said by a fault point** inside the process, because a
full or read-only disk cannot be made everywhere: \`disk-ENOSPC\`, \`disk-EROFS\`, \`disk-EIO\`; the clock is an offset of the node's own that only the harness can set. All others are
done from outside: \`small-disk-full\` and \`disk-mounted-read-only\` mount a real small disk under the spool; \`postgres-disk-full\`, \`postgres-wal-full\` and \`postgres-disk-read-only\` fill the real disk (ext4) on which one of the two
clusters lies with the data directories of its nodes, or have the kernel find an error in it and make it read-only under whoever writes. Where no disk can be made they are left out, loudly, and counted nowhere. The cluster on that disk syncs as in production, since what was not synced is gone when it breaks; the other runs without fsync: there processes end, no power is cut.

## Figures · 数据

${
  run === undefined
    ? 'No long run has been written down yet. · 尚无记录的长时运行。'
    : `| | |
| --- | --- |
| seed, queues · 种子、队列 | ${run.seed}, ${run.queue} |
| injected faults · 注入故障 | **${run.faults}** |
| classes that hit · 命中类别 | **${hit}** |
| open findings · 未决发现 | **${run.findings}** |
| minutes, cores, rounds · 分钟、核、轮 | ${run.minutes}, ${run.cores}, ${run.rounds} |
| requests, without a receipt · 请求、未得回执 | ${run.requests}, ${run.withoutReceipt} |
| submissions, records, duplicates · 批次、记录、重复 | ${run.submissions}, ${run.records}, ${run.duplicates} |
| streams and versions judged · 核对的流与版本 | ${run.streams}, ${run.versions} |
| checkpoints seen by outsiders · 外部所见快照 | ${run.checkpoints} |
| process restarts · 进程重启 | ${run.restarts} |
| highest resident set, MiB · 内存峰值 | ${Object.entries(run.rssMaxMiB)
        .map(([name, mib]) => `${name} ${mib}`)
        .join(', ')} |`
}

## A month's silence · 离线一个月

${
  catchUp === undefined
    ? 'Not measured yet. · 尚未测量。'
    : `${catchUp.records} records in ${catchUp.days} days of a driven clock while the level above is away, then the line comes back; ${catchUp.cores} cores for the whole hub, ${catchUp.findings} findings.
上级离线期间以推进的时钟按 ${catchUp.days} 天报送 ${catchUp.records} 条，随后线路恢复。

| | records a second · 条/秒 | against plain ingest · 对比接收 |
| --- | --- | --- |
| plain ingest at the city · 市级接收 | ${catchUp.ingest} | 1 |
| catching up, province holds all · 省级补齐 | ${catchUp.toProvince} | ${(catchUp.toProvince / catchUp.ingest).toFixed(2)} |
| catching up, nation holds all · 国家补齐 | ${catchUp.toNation} | ${(catchUp.toNation / catchUp.ingest).toFixed(2)} |`
}

## Faults by class · 各类故障

| class | what · 内容 | faults · 次数 | recovery p50, s | max, s |
| --- | --- | ---: | ---: | ---: |
${rows.join('\n')}

## Found and mended · 发现与修复

${mended.map((one) => `- **Seed ${one.seed}** (${one.classes}). ${one.en}\n  ${one.zh}\n  Test: ${one.test}`).join('\n')}
`
}
