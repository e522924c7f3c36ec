import { batchRecordsMax, type EntityGroup, type LinkFlow, parseEvery, parseWindow, type RateContract } from '@huijiao/exchange'

/** What of an upstream's configuration says what goes up, and when. */
export interface UpstreamFlow {
  /** Codes of the standard's tables, `*`, `*group` words; null: everything. */
  readonly entities: readonly string[] | null
  /** Name of a list of rules in the policy; null: that of the upstream's tier. */
  readonly rules: string | null
  /** 'hash': sealed texts stay here. */
  readonly sealed: 'text' | 'hash'
  readonly flow: LinkFlow
}

export const flowMembers = ['entities', 'rules', 'sealed', 'windows', 'rate', 'bodyBytes', 'records', 'groups'] as const

type Wrong = (zh: string, en: string) => void
type Members = Readonly<Record<string, unknown>>

/** Reads these members of one upstream, telling every mistake. What is wrong is left out of the answer. */
export function readFlow(entry: Members, wrong: Wrong): UpstreamFlow {
  const { rules, sealed } = entry
  if (rules !== undefined && (typeof rules !== 'string' || !/^[a-z][a-z0-9-]{0,39}$/.test(rules)))
    wrong(
      'rules 须为策略 qualification 中的名称（小写字母、数字、连字符）',
      'rules must be a name of a list in the policy’s qualification (lower case, digits, hyphens)',
    )
  if (sealed !== undefined && sealed !== 'text' && sealed !== 'hash') wrong('sealed 须为 text 或 hash', 'sealed must be text or hash')
  const windows = readWindows(entry['windows'], 'windows', wrong)
  const rate = readRate(entry['rate'], wrong)
  const bodyBytes = readCount(entry['bodyBytes'], 'bodyBytes', 16 * 1024, 1024 ** 3, wrong)
  const records = readCount(entry['records'], 'records', 1, batchRecordsMax, wrong)
  const groups = readGroups(entry['groups'], wrong)
  return {
    entities: readEntities(entry['entities'], 'entities', wrong),
    rules: typeof rules === 'string' ? rules : null,
    sealed: sealed === 'hash' ? 'hash' : 'text',
    flow: {
      ...(windows === null ? {} : { windows }),
      ...(rate === null ? {} : { rate }),
      ...(bodyBytes === null ? {} : { bodyBytes }),
      ...(records === null ? {} : { records }),
      ...(groups === null ? {} : { groups }),
    },
  }
}

function readEntities(value: unknown, name: string, wrong: Wrong): string[] | null {
  if (value === undefined) return null
  const good =
    Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string' && /^\*?[A-Za-z][\w-]{0,99}$|^\*$/.test(one))
  if (!good) wrong(`${name} 须为数据表代码的数组`, `${name} must be an array of entity codes`)
  return good ? (value as string[]) : null
}

function readWindows(value: unknown, name: string, wrong: Wrong): string[] | null {
  if (value === undefined) return null
  if (!Array.isArray(value) || value.length === 0 || value.some((one) => typeof one !== 'string' || parseWindow(one) === null)) {
    wrong(
      `${name} 须为时间窗的数组，如 "22:00-06:00"、"Sat,Sun 00:00-24:00"（北京时间）`,
      `${name} must be an array of windows such as "22:00-06:00" or "Sat,Sun 00:00-24:00" (Asia/Shanghai)`,
    )
    return null
  }
  return value as string[]
}

function readRate(value: unknown, wrong: Wrong): RateContract | null {
  if (value === undefined) return null
  const entry = (typeof value === 'object' && value !== null ? value : {}) as Members
  const given = Object.entries(entry)
  const good =
    given.length > 0 &&
    given.every(
      ([name, rate]) => ['requests', 'bytes', 'records'].includes(name) && typeof rate === 'number' && rate > 0 && Number.isFinite(rate),
    )
  if (!good)
    wrong(
      'rate 须为 {"requests","bytes","records"}，均为每秒的正数，至少一项',
      'rate must be {"requests","bytes","records"}, each a positive number a second, at least one of them',
    )
  return good ? (entry as RateContract) : null
}

function readCount(value: unknown, name: string, min: number, max: number, wrong: Wrong): number | null {
  if (value === undefined) return null
  const good = Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
  if (!good) wrong(`${name} 须为 ${min} 至 ${max} 的整数`, `${name} must be a whole number from ${min} to ${max}`)
  return good ? (value as number) : null
}

function readGroups(value: unknown, wrong: Wrong): EntityGroup[] | null {
  if (value === undefined) return null
  if (!Array.isArray(value) || value.length === 0 || value.length > 20) {
    wrong('groups 须为 1 至 20 项的数组', 'groups must be an array of 1 to 20 items')
    return null
  }
  const names = new Set<string>()
  return value.flatMap((item: unknown, position): EntityGroup[] => {
    const entry = (typeof item === 'object' && item !== null ? item : {}) as Members
    const place = `groups[${position}]`
    for (const member of Object.keys(entry))
      if (!['name', 'entities', 'windows', 'every'].includes(member))
        wrong(`${place} 没有成员 ${member}`, `${place} has no member ${member}`)
    const { name, every } = entry
    if (typeof name !== 'string' || !/^[a-z][a-z0-9-]{0,39}$/.test(name))
      wrong(`${place}.name 须为小写字母、数字、连字符`, `${place}.name must be lower case letters, digits and hyphens`)
    else if (names.has(name)) wrong(`${place}.name ${name} 重复`, `${place}.name ${name} occurs twice`)
    else names.add(name)
    if (entry['entities'] === undefined) wrong(`${place} 缺 entities`, `${place} has no entities`)
    const entities = readEntities(entry['entities'], `${place}.entities`, wrong)
    const windows = readWindows(entry['windows'], `${place}.windows`, wrong)
    if (every !== undefined && (typeof every !== 'string' || parseEvery(every) === null))
      wrong(
        `${place}.every 须为 "10m"、"2h"、"1d" 之类，至少 10s，且能整除一天`,
        `${place}.every must be such as "10m", "2h" or "1d", at least 10s, and divide a day evenly`,
      )
    return [
      {
        name: String(name),
        entities: entities ?? [],
        ...(windows === null ? {} : { windows }),
        ...(every === undefined ? {} : { every: String(every) }),
      },
    ]
  })
}
