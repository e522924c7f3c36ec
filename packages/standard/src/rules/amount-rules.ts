import type { Data } from '../validate/subject.ts'
import { pointerOf } from '../validate/subject.ts'
import { hasFields, report, type RuleMaker } from './rule.ts'

/** Amounts count 10,000 yuan; one that is too large for any works, or for the area beside it, was probably sent in yuan. */
export const amountMagnitude: RuleMaker = (release, entity) => {
  const { severity, basis, max, perArea, perAreaMax, perAreaFrom } = release.rules.amounts
  const fields = entity.fields.filter((field) => field.unit === '万元')
  if (fields.length === 0) return null
  const limits = fields.map((field) => Number(max[field.code] ?? max['default']))
  const areas = fields.map((field) => perArea.find(([amount, area]) => amount === field.code && hasFields(entity, area))?.[1])
  return (data, _at, findings) => {
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i]!
      const text = data[field.code]
      if (typeof text !== 'string' || findings.bad.has(field.code)) continue
      const amount = Number(text)
      const area = areas[i] === undefined ? Number.NaN : areaOf(data, areas[i]!)
      const tooMuch = amount > limits[i]!
      const tooDense = area >= perAreaFrom && amount / area > perAreaMax
      if (!tooMuch && !tooDense && amount >= 0) continue
      const divided = tooMuch || tooDense ? divideByTenThousand(text, field.scale ?? 4) : null
      report(release, entity, data, findings, field.code, {
        code: 'amount-doubtful',
        rule: tooMuch ? 'amount.max' : tooDense ? 'amount.per-area' : 'amount.negative',
        severity,
        basis,
        detail: tooMuch
          ? {
              zh: `${field.nameZh} ${text} 万元，超过 ${limits[i]} 万元`,
              en: `${field.code} is ${text} × 10,000 yuan, more than ${limits[i]}`,
            }
          : tooDense
            ? {
                zh: `折合每平方米 ${(amount / area).toFixed(2)} 万元，超过 ${perAreaMax} 万元`,
                en: `That is ${(amount / area).toFixed(2)} × 10,000 yuan a square metre, more than ${perAreaMax}`,
              }
            : { zh: `${field.nameZh} 为负数`, en: `${field.code} is negative` },
        ...(divided === null ? {} : { fix: [{ op: 'replace', path: pointerOf(field.code), value: divided }] }),
      })
    }
  }
}

function areaOf(data: Data, code: string): number {
  const text = data[code]
  return typeof text === 'string' ? Number(text) : Number.NaN
}

/** `186005000` → `18600.5`: yuan as 10,000 yuan, by moving the point; null when the field's scale cannot hold it. */
export function divideByTenThousand(text: string, scale: number): string | null {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text)
  if (match === null) return null
  const digits = match[1]!.padStart(5, '0')
  const fraction = (digits.slice(-4) + (match[2] ?? '')).replace(/0+$/, '')
  if (fraction.length > scale) return null
  const whole = digits.slice(0, -4).replace(/^0+(?=\d)/, '')
  return fraction === '' ? whole : `${whole}.${fraction}`
}

/** `1.5` → `15000`: the other way. Null for what is no plain number. */
export function multiplyByTenThousand(text: string): string | null {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text)
  if (match === null) return null
  const fraction = (match[2] ?? '').padEnd(4, '0')
  const whole = (match[1]! + fraction.slice(0, 4)).replace(/^0+(?=\d)/, '')
  const rest = fraction.slice(4).replace(/0+$/, '')
  return rest === '' ? whole : `${whole}.${rest}`
}
