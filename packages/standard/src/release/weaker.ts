import type { PolicyDocument } from '../policy/policy.ts'
import type { ReleaseDocument } from '../model.ts'
import type { Say } from './reference-faults.ts'
import { sameValue } from '../same-value.ts'

/** Equal but for their basis, which an extension may word for itself. */
export function same(a: unknown, b: unknown): boolean {
  return sameValue(withoutBasis(a), withoutBasis(b))
}

function withoutBasis(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutBasis(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'basis' && name !== 'about')
      .map(([name, member]) => [name, withoutBasis(member)]),
  )
}

const severityRank: Readonly<Record<string, number>> = { warning: 1, doubt: 2, error: 3 }

/**
 * Where the values of an extension's rules find less than the national ones. A severity may rise, a list may grow (a list of exceptions,
 * whose name ends in `Not`, may shrink), a highest amount (`max` and `…Max`) may fall; a member may be added. Every other value stays as it is.
 */
export function ruleWeaknesses(own: unknown, national: unknown, at: string, say: Say, name = ''): void {
  if (name === 'basis' || name === 'about') return
  if (name === 'severity') {
    if ((severityRank[String(own)] ?? 0) < severityRank[String(national)]!)
      say(
        'weaker',
        at,
        `严重程度由 ${String(national)} 降为 ${String(own)}`,
        `is only a ${String(own)}, where the nation says ${String(national)}`,
      )
  } else if (Array.isArray(national)) listKept(own, national, at, say, name)
  else if (typeof national === 'object' && national !== null) {
    for (const [member, value] of Object.entries(national)) {
      const kept = typeof own === 'object' && own !== null ? (own as Record<string, unknown>)[member] : undefined
      if (kept === undefined) say('weaker', `${at}/${member}`, '国家规则的取值被删除', 'a national value was removed')
      else ruleWeaknesses(kept, value, `${at}/${member}`, say, /^max$|Max$/.test(name) ? name : member)
    }
  } else if (own !== national && !isLowerLimit(own, national, name))
    say('weaker', at, '国家规则的取值被更改', `was changed from ${JSON.stringify(national)} to ${JSON.stringify(own)}`)
}

function isLowerLimit(own: unknown, national: unknown, name: string): boolean {
  return /^max$|Max$/.test(name) && Number(own) <= Number(national)
}

function listKept(own: unknown, national: readonly unknown[], at: string, say: Say, name: string): void {
  const rows: readonly unknown[] = Array.isArray(own) ? own : []
  const [all, kept] = name.endsWith('Not') ? [rows, national] : [national, rows]
  const lost = all.filter((row) => !kept.some((other) => same(row, other)))
  if (lost.length > 0) say('weaker', at, `国家清单被放宽：${words(lost)}`, `finds less than the national list: ${words(lost)}`)
}

function words(rows: readonly unknown[]): string {
  const shown = rows.slice(0, 5).map((row) => JSON.stringify(row))
  return rows.length > 5 ? `${shown.join(', ')} …` : shown.join(', ')
}

const order = {
  onChange: ['update', 'case'],
  withdraw: ['until-in-force', 'never'],
  initialState: ['accepted', 'pending_review'],
} as const

/** Where the extension's policy lets through, or up, what the national one does not. */
export function policyWeaknesses(document: ReleaseDocument, base: ReleaseDocument, say: Say): void {
  const [own, national] = [document.policy, base.policy]
  for (const { code, group } of base.entities) {
    const [mine, theirs] = [stepsOf(own, code, group), stepsOf(national, code, group)]
    if (theirs === undefined) continue
    for (const step of ['onChange', 'withdraw', 'initialState'] as const) {
      const ranks: readonly string[] = order[step]
      if (mine === undefined || ranks.indexOf(mine[step]) < ranks.indexOf(theirs[step]))
        say(
          'weaker',
          `/policy/steps/${code}/${step}`,
          '办理步骤被放宽',
          `is ${mine?.[step] ?? 'absent'}, where the nation says ${theirs[step]}`,
        )
    }
  }
  if (!same(own.locked, national.locked)) say('weaker', '/policy/locked', '锁定规则被更改', 'the rule on locked records was changed')
  for (const [tier, level] of Object.entries(national.claims.dataLevelHighest)) {
    const claimed = (own.claims.dataLevelHighest as Readonly<Record<string, string>>)[tier] ?? ''
    // A is the highest level, so an earlier letter claims more.
    if (claimed < level)
      say(
        'weaker',
        `/policy/claims/dataLevelHighest/${tier}`,
        '可声明的数据等级被提高',
        `may claim ${claimed}, where the nation says ${level}`,
      )
  }
  for (const [tier, rules] of Object.entries(national.qualification))
    for (const rule of rules)
      if (!own.qualification[tier]?.some((r) => same(r, rule)))
        say(
          'weaker',
          `/policy/qualification/${tier}/${rule.id}`,
          '国家上报条件被删改',
          'a national rule on what goes up was changed or removed',
        )
  for (const reference of national.references)
    if (!own.references.some((r) => same(r, reference)))
      say(
        'weaker',
        `/policy/references/${reference.field}-${reference.parent}`,
        '国家关联规则被删改',
        `the national reference from ${reference.field} to ${reference.parent} was changed or removed`,
      )
}

function stepsOf(policy: PolicyDocument, entity: string, group: string): PolicyDocument['steps'][number] | undefined {
  return policy.steps.find(({ entities }) => entities.includes('*') || entities.includes(entity) || entities.includes(`*${group}`))
}
