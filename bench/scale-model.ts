/** What one record costs a node, as measured. */
export interface Coefficients {
  /** Records that were stored at each tier for this. */
  readonly records: number
  readonly tiers: readonly TierCost[]
  /** New records a second, one city node alone, everything on; sender, node and PostgreSQL on this machine. */
  readonly ingestPerSecond: number
  /** The same until the readers of the log have it all, too: search, likeness, sets for comparing. What a node can take day after day. */
  readonly readPerSecond: number
  /** From the city to the nation, three nodes and their databases on this machine. */
  readonly throughThreePerSecond: number
  /** Bytes of WAL a record at the city, its readers included: new, and sent again without a change. */
  readonly walNew: number
  readonly walUnchanged: number
  /** Bytes of a delivery's body a record, before compression. */
  readonly wire: number
  /** MiB of one node process that has just started, and at its peak while it took the records. */
  readonly idleMib: number
  readonly peakMib: number
  readonly processors: number
}

export interface TierCost {
  readonly tier: string
  /** Bytes of tables and indexes a new record, and a new version of one that is there. */
  readonly newBytes: number
  readonly versionBytes: number
  /** Of these, bytes of indexes. */
  readonly indexBytes: number
  readonly versionIndexBytes: number
  /** Bytes that every version adds outside version and stream: parts with their outcome pages, log, proofs, deliveries. */
  readonly besideBytes: number
}

/** What is assumed of one tier; nothing of it is measured, and no source gives it. */
export interface Assumed {
  readonly tier: 'county' | 'municipal' | 'provincial' | 'national'
  readonly zh: string
  readonly en: string
  /** Counties below it, itself included. */
  readonly counties: number
}

export interface Assumptions {
  /** New records that one county brings in a year. */
  readonly perCountyYear: number
  /** New versions of a record in its life, the first not counted. */
  readonly versions: number
  /** Years of stock that are loaded at the beginning. */
  readonly stockYears: number
  /** The busiest hour of a year, as a part of the year's records. */
  readonly peakHourShare: number
}

export const assumed: readonly Assumed[] = [
  { tier: 'county', zh: '县（区）', en: 'county', counties: 1 },
  { tier: 'municipal', zh: '地市', en: 'city', counties: 8 },
  { tier: 'provincial', zh: '省', en: 'province', counties: 92 },
  { tier: 'national', zh: '国家', en: 'nation', counties: 2844 },
]

export interface Sizing {
  readonly tier: Assumed
  readonly stock: number
  readonly perYear: number
  /** Versions stored a second in the busiest hour. */
  readonly peakPerSecond: number
  /** Bytes: after the stock is loaded, and what a year adds. */
  readonly diskStock: number
  readonly diskYear: number
  /** Bytes of WAL in the busiest hour. */
  readonly walPeakHour: number
  /** Bytes: one node process at its peak, and the indexes of the stock, which are best kept in memory. */
  readonly memory: number
  /** Seconds to load the stock at the measured rates of this machine: until all is acknowledged, and until all is found. */
  readonly loadSeconds: number
  readonly readSeconds: number
  /** Share that the busiest hour takes of what this machine can take in and read in that time. */
  readonly loadShare: number
}

/** What a tier needs, from what was measured and what is assumed. Storage of upper tiers is that which was measured there. */
export function sizingOf(tier: Assumed, cost: Coefficients, given: Assumptions): Sizing {
  const own = cost.tiers.find((one) => one.tier === (tier.tier === 'county' ? 'municipal' : tier.tier)) as TierCost
  const perYear = tier.counties * given.perCountyYear
  const stock = perYear * given.stockYears
  const versionsYear = perYear * (1 + given.versions)
  const peakPerSecond = (versionsYear * given.peakHourShare) / 3600
  const bytes = (records: number) => records * (own.newBytes + given.versions * own.versionBytes)
  return {
    tier,
    stock,
    perYear,
    peakPerSecond,
    diskStock: bytes(stock),
    diskYear: bytes(perYear),
    walPeakHour: peakPerSecond * 3600 * cost.walNew,
    memory: cost.peakMib * 1024 * 1024 + stock * (own.indexBytes + given.versions * own.versionIndexBytes),
    loadSeconds: (stock * (1 + given.versions)) / cost.ingestPerSecond,
    readSeconds: (stock * (1 + given.versions)) / cost.readPerSecond,
    loadShare: peakPerSecond / cost.readPerSecond,
  }
}

/** New records a year at which the busiest hour takes all that this machine can. */
export const primaryLimit = (cost: Coefficients, given: Assumptions): number =>
  (cost.readPerSecond * 3600) / (given.peakHourShare * (1 + given.versions))

const unit = (value: number, steps: readonly string[], base: number): string => {
  let at = 0
  let rest = value
  for (; rest >= base && at < steps.length - 1; at += 1) rest /= base
  return `${rest >= 100 ? Math.round(rest) : Number(rest.toPrecision(2))} ${steps[at]}`
}
export const bytesText = (value: number): string => unit(value, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'], 1024)
export const countText = (value: number): string => Math.round(value).toLocaleString('en')
export function timeText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  return seconds < 5400
    ? `${Math.round(seconds / 60)} min`
    : seconds < 172_800
      ? `${(seconds / 3600).toFixed(1)} h`
      : `${(seconds / 86_400).toFixed(1)} d`
}

/** The measured part of docs/scale.md. */
export function scaleTables(cost: Coefficients, given: Assumptions): string {
  const rows = assumed.map((tier) => sizingOf(tier, cost, given))
  const limit = primaryLimit(cost, given)
  const per = (value: number) => `${Math.round(value)} B`
  return [
    `**测得 Measured**（${cost.processors} 个处理器，${countText(cost.records)} 条 1.2 KB 的工程项目，全部功能开启；数值随机器变化，比值更可靠 on ${cost.processors} processors, with ${countText(cost.records)} projects of 1.2 KB, everything on; figures drift with the machine）`,
    '',
    '| 每条记录 a record | 市 city | 省 province | 国家 nation |',
    '| --- | --: | --: | --: |',
    `| 新记录占用的磁盘 disk of a new record | ${cost.tiers.map((tier) => per(tier.newBytes)).join(' | ')} |`,
    `| 其中版本和流之外 of it beside versions and streams | ${cost.tiers.map((tier) => per(tier.besideBytes)).join(' | ')} |`,
    `| 新记录的索引 indexes of a new record | ${cost.tiers.map((tier) => per(tier.indexBytes)).join(' | ')} |`,
    `| 一个新版本 a further version | ${cost.tiers.map((tier) => per(tier.versionBytes)).join(' | ')} |`,
    '',
    '| | |',
    '| --- | --: |',
    `| WAL，新记录 a new record | ${per(cost.walNew)} |`,
    `| WAL，重报无变化 sent again unchanged | ${per(cost.walUnchanged)} |`,
    `| 投递正文，压缩前 body of a delivery, before compression | ${per(cost.wire)} |`,
    `| 单节点接收 one node takes | ${countText(cost.ingestPerSecond)} 条/秒 rec/s |`,
    `| 单节点接收并由读取程序（检索、疑似重复、对账集合等）读完 the same until its readers (search, likeness, sets for comparing, …) have it all | ${countText(cost.readPerSecond)} 条/秒 rec/s |`,
    `| 三级贯通，三个节点共用本机 through three tiers that share this machine | ${countText(cost.throughThreePerSecond)} 条/秒 rec/s |`,
    `| 节点进程内存：启动后 / 接收时最高 memory of a node process: started / most | ${Math.round(cost.idleMib)} / ${Math.round(cost.peakMib)} MiB |`,
    '',
    `**推算 Computed**，假定 assuming：每个区县每年 ${countText(given.perCountyYear)} 条新记录 new records a county and year；每条此后变更 ${given.versions} 次 further versions of each；存量 ${given.stockYears} 年 years of stock；最忙的一小时占全年的 ${(given.peakHourShare * 100).toFixed(2)} % of the year in its busiest hour。`,
    '',
    '| | 区县 counties | 存量 stock | 每年新增 a year | 最忙时 busiest hour | 占本机能力 of this machine | 存量磁盘 disk of the stock | 每年增加 growth a year | 最忙一小时 WAL of that hour | 内存至多 memory at most | 装载存量：受理 / 读完 loading the stock: taken / read |',
    '| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |',
    ...rows.map(
      (row) =>
        `| ${row.tier.zh} ${row.tier.en} | ${row.tier.counties} | ${countText(row.stock)} | ${countText(row.perYear)} | ${row.peakPerSecond < 10 ? row.peakPerSecond.toFixed(1) : countText(row.peakPerSecond)} 条/秒 rec/s | ${(row.loadShare * 100).toFixed(1)} % | ${bytesText(row.diskStock)} | ${bytesText(row.diskYear)} | ${bytesText(row.walPeakHour)} | ${bytesText(row.memory)} | ${timeText(row.loadSeconds)} / ${timeText(row.readSeconds)} |`,
    ),
    '',
    '内存：一个节点进程的最高占用加存量的索引；索引全在内存时，增量的耗时与存量无关；少于此数时，冷的部分由磁盘读入。Memory: one node process at its peak and all indexes of the stock. With them in memory an increment costs the same whatever is stored; with less, cold parts are read from disk.',
    '',
    `**本机单个主库的极限 Where one primary of this machine is full**：最忙一小时每秒受理并读完 ${countText(cost.readPerSecond)} 个版本，按上述假定相当于每年 ${countText(limit)} 条新记录，约 ${countText(limit / given.perCountyYear)} 个区县 versions a second taken in and read in the busiest hour, which under these assumptions is that many new records a year, of so many counties。`,
  ].join('\n')
}
