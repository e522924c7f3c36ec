import { type AutomaticSuccession, regionIndex, type RegionIndex } from '@huijiao/standard'
import { organisationOf } from './comparable.ts'
import { normalName, renumbered } from './duplicate-traits.ts'

type Data = Readonly<Record<string, unknown>>

/** What a rule says of two records: `b` stands for `a` now. */
export interface FoundSuccession {
  readonly rule: AutomaticSuccession
  readonly reason: string
}

type Rule = (old: Data, now: Data, regions: RegionIndex) => boolean

const credit = (code: unknown): boolean => typeof code === 'string' && /^[0-9A-Z]{18}$/.test(code)

const rules: Readonly<Record<AutomaticSuccession, { readonly entity: string; readonly says: Rule; readonly reason: string }>> = {
  'organisation-code-in-credit-code': {
    entity: 'TBCorpBasicInfo',
    reason: '统一社会信用代码第 9 至 17 位即该组织机构代码 · the credit code contains the organisation code',
    says: (old, now) =>
      !credit(old['CorpCode']) &&
      credit(now['CorpCode']) &&
      organisationOf(old['CorpCode']) !== null &&
      organisationOf(old['CorpCode']) === organisationOf(now['CorpCode']),
  },
  'region-of-project-number': {
    entity: 'TBProjectInfo',
    reason:
      '项目编号前六位的行政区划已由继任代码替代，其余各位及名称相同 · the number under the successor of its region’s code, with the same name',
    says: (old, now, regions) => {
      const [before, after] = [old['PrjNum'], now['PrjNum']]
      if (typeof before !== 'string' || typeof after !== 'string' || before === after) return false
      return (
        regions.successorOf(before.slice(0, 6)) === after.slice(0, 6) &&
        renumbered(before, regions) === after &&
        normalName(old['PrjName']) !== null &&
        normalName(old['PrjName']) === normalName(now['PrjName'])
      )
    },
  },
}

/**
 * The first of the policy's rules by which the data itself says that one record's number became the other's.
 * @param regions divisions as the release of the record that is now has them
 */
export function automaticSuccession(
  enabled: readonly AutomaticSuccession[],
  entity: string,
  old: Data,
  now: Data,
  regions: RegionIndex = regionIndex,
): FoundSuccession | null {
  const rule = enabled.find((one) => rules[one].entity === entity && rules[one].says(old, now, regions))
  return rule === undefined ? null : { rule, reason: rules[rule].reason }
}
