import type { Severity } from '@huijiao/problem'
import type { Tier } from '../policy/policy.ts'
import type { Change } from './rule-cases/case.ts'

/** Who hands a record in, and at which tier it enters. */
export interface ReceiveCaller {
  readonly tier: Tier
  /** Regions granted to the sender. */
  readonly regions: readonly string[]
}

type Line = { readonly upsert: string; readonly change?: Change } | { readonly withdraw: string; readonly key?: unknown }

interface Case {
  readonly note: string
  readonly caller: ReceiveCaller
  readonly line: Line
}

interface Wrong extends Case {
  readonly problems: readonly (readonly [severity: Severity, code: string, pointer: string])[]
  /** What the patch makes of the data; absent when there is none. */
  readonly mended?: Change
}

type Cases = { readonly valid: readonly Case[]; readonly invalid: readonly Wrong[] }

const city: ReceiveCaller = { tier: 'municipal', regions: ['370100'] }
const at = (tier: Tier, ...regions: string[]): ReceiveCaller => ({ tier, regions })
const project = '3701022609010101'

const keyFields: Cases = {
  valid: [
    { note: '键恰为 PrjNum', caller: city, line: { withdraw: 'TBProjectInfo', key: { PrjNum: project } } },
    { note: '以 sourceId 为键的表不需要 key', caller: city, line: { withdraw: 'TBProjectCostDetailInfo' } },
  ],
  invalid: [
    { note: '没有 key', caller: city, line: { withdraw: 'TBProjectInfo' }, problems: [['error', 'key-invalid', '/key']] },
    {
      note: '键值为空',
      caller: city,
      line: { withdraw: 'TBProjectInfo', key: { PrjNum: '' } },
      problems: [['error', 'key-invalid', '/key/PrjNum']],
    },
    {
      note: '键值须为字符串',
      caller: city,
      line: { withdraw: 'TBProjectInfo', key: { PrjNum: 37 } },
      problems: [['error', 'key-invalid', '/key/PrjNum']],
    },
    {
      note: '多了不是键的字段',
      caller: city,
      line: { withdraw: 'TBProjectInfo', key: { PrjNum: project, PrjName: '示例花园（合成）' } },
      problems: [['error', 'key-invalid', '/key/PrjName']],
    },
  ],
}

const dataLevel: Cases = {
  valid: [
    { note: '市级最高 B', caller: city, line: { upsert: 'TBProjectInfo', change: { DataLevel: 'B' } } },
    { note: '省级可为 A', caller: at('provincial', '370000'), line: { upsert: 'TBProjectInfo', change: { DataLevel: 'A' } } },
    { note: '自称较低的等级不受限', caller: at('county', '370102'), line: { upsert: 'TBProjectInfo', change: { DataLevel: 'D' } } },
  ],
  invalid: [
    {
      note: '市级自称 A',
      caller: city,
      line: { upsert: 'TBProjectInfo', change: { DataLevel: 'A' } },
      problems: [['error', 'level-above-tier', '/data/DataLevel']],
      mended: { DataLevel: 'B' },
    },
    {
      note: '区县自称 B',
      caller: at('county', '370102'),
      line: { upsert: 'TBProjectInfo', change: { DataLevel: 'B' } },
      problems: [['error', 'level-above-tier', '/data/DataLevel']],
      mended: { DataLevel: 'C' },
    },
  ],
}

const reportingRegion: Cases = {
  valid: [
    { note: '项目在获授权的市内', caller: city, line: { upsert: 'TBProjectInfo' } },
    { note: '授权到项目所在的区县即可', caller: at('municipal', '370102'), line: { upsert: 'TBProjectInfo' } },
    { note: '全省授权包含各市', caller: at('provincial', '370000'), line: { withdraw: 'TBProjectInfo', key: { PrjNum: project } } },
  ],
  invalid: [
    {
      note: '项目在别的市',
      caller: at('municipal', '370200'),
      line: { upsert: 'TBProjectInfo' },
      problems: [['error', 'region-not-granted', '/data']],
    },
    {
      note: '只获授权另一区县',
      caller: at('municipal', '370103'),
      line: { upsert: 'TBProjectInfo' },
      problems: [['error', 'region-not-granted', '/data']],
    },
    {
      note: '撤回别的市的项目',
      caller: at('municipal', '370200'),
      line: { withdraw: 'TBProjectInfo', key: { PrjNum: project } },
      problems: [['error', 'region-not-granted', '/key']],
    },
  ],
}

/** Records that pass and fail the rules that need more than one record's data: who sends it, where it enters, the key of a withdrawal. */
export const receiveCases: Readonly<Record<string, Cases>> = {
  'key.fields': keyFields,
  'claim.data-level': dataLevel,
  'grant.reporting-region': reportingRegion,
}
