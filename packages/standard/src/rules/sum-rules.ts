import { report, type RuleMaker, hasFields } from './rule.ts'
import type { Data } from '../validate/subject.ts'

/** A field's number; NaN when it is absent or no plain decimal (areas of single works are texts in the standard). */
function numberIn(data: Data, code: string): number {
  const value = data[code]
  return typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : Number.NaN
}

/** Parts add up to their total, within the release's tolerance. */
export const totals: RuleMaker = (release, entity) => {
  const { severity, basis } = release.rules.sums
  const known = release.rules.sums.totals.filter((t) => t.entity === entity.code && hasFields(entity, t.total, ...t.parts))
  if (known.length === 0) return null
  return (data, _at, findings) => {
    for (const { total, parts, tolerance } of known) {
      const whole = numberIn(data, total)
      if (Number.isNaN(whole)) continue
      const sum = parts.reduce((before, part) => before + numberIn(data, part), 0)
      if (Number.isNaN(sum) || Math.abs(sum - whole) <= Math.max(whole * tolerance, 0.01)) continue
      const shown = String(Math.round(sum * 100) / 100)
      report(release, entity, data, findings, total, {
        code: 'sum-mismatch',
        rule: 'sum.total',
        severity,
        basis,
        detail: {
          zh: `${parts.join(' + ')} = ${shown}，${total} 为 ${whole}`,
          en: `${parts.join(' + ')} is ${shown}, ${total} is ${whole}`,
        },
      })
    }
  }
}

/** A part is not larger than its whole. */
export const partsOf: RuleMaker = (release, entity) => {
  const { severity, basis } = release.rules.sums
  const pairs = release.rules.sums.partsOf.filter((pair) => hasFields(entity, ...pair))
  if (pairs.length === 0) return null
  return (data, _at, findings) => {
    for (const [part, whole] of pairs) {
      const a = numberIn(data, part)
      const b = numberIn(data, whole)
      if (!(a > b) || findings.bad.has(whole)) continue
      report(release, entity, data, findings, part, {
        code: 'sum-mismatch',
        rule: 'sum.part',
        severity,
        basis,
        detail: { zh: `${part} ${a} 大于 ${whole} ${b}`, en: `${part} ${a} is more than ${whole} ${b}` },
      })
      return
    }
  }
}

/** A share lies between 0 and 100 per cent. */
export const shares: RuleMaker = (release, entity) => {
  const { severity, basis, fields } = release.rules.shares
  const known = fields.filter((code) => hasFields(entity, code))
  if (known.length === 0) return null
  return (data, _at, findings) => {
    for (let i = 0; i < known.length; i++) {
      const value = data[known[i]!]
      if (typeof value !== 'string' || findings.bad.has(known[i]!)) continue
      const share = Number(value)
      if (!(share < 0 || share > 100)) continue
      report(release, entity, data, findings, known[i]!, {
        code: 'share-doubtful',
        rule: 'share.range',
        severity,
        basis,
        allowed: '0–100',
        detail: { zh: `${known[i]} 为 ${value}%`, en: `${known[i]} is ${value} per cent` },
      })
    }
  }
}
