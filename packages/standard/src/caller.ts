import { type ProblemDocument, recordProblem } from '@huijiao/problem'
import type { PolicyDocument, Tier } from './policy/policy.ts'

/** `DataLevel` as sent is a claim: nobody may claim a level above the tier at which the record enters. A is the highest. */
export function levelClaim(claims: PolicyDocument['claims'], tier: Tier, data: Readonly<Record<string, unknown>>): ProblemDocument | null {
  const highest = claims.dataLevelHighest[tier]
  const claimed = data['DataLevel']
  if (typeof claimed !== 'string' || !/^[A-D]$/.test(claimed) || claimed >= highest) return null
  return recordProblem('level-above-tier', {
    pointer: '/data/DataLevel',
    field: '数据等级',
    rule: 'claim.data-level',
    basis: claims.basis,
    value: claimed,
    allowed: ['A', 'B', 'C', 'D'].filter((one) => one >= highest).join(', '),
    detail: {
      zh: `本节点最高可认定 ${highest} 级，记录自称 ${claimed} 级`,
      en: `This node attains level ${highest} at most; the record claims ${claimed}`,
    },
    fix: [{ op: 'replace', path: '/data/DataLevel', value: highest }],
  })
}

/** A record is for a region that its sender may not report for. @param at where the record says it: `/data`, or `/key` of a withdrawal */
export function regionNotGranted(foreign: string, granted: readonly string[], at: '/data' | '/key'): ProblemDocument {
  return recordProblem('region-not-granted', {
    pointer: at,
    rule: 'grant.reporting-region',
    value: foreign,
    allowed: granted.join(', '),
    detail: {
      zh: `${foreign} 不在本单位获授权的区域（${granted.join('、')}）内`,
      en: `${foreign} is not in the regions granted to this participant (${granted.join(', ')})`,
    },
  })
}
