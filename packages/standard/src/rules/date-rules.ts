import { pointerOf } from '../validate/subject.ts'
import { hasFields, report, type RuleMaker } from './rule.ts'

/** Events come in their order. Only the day is compared. */
export const dateOrder: RuleMaker = (release, entity) => {
  const { severity, basis, pairs, pairsOf } = release.rules.dateOrder
  const known = [...pairs, ...(pairsOf[entity.code] ?? [])].filter(([before, after]) => hasFields(entity, before, after))
  if (known.length === 0) return null
  const firsts = known.map(([first]) => first)
  const seconds = known.map(([, second]) => second)
  return (data, _at, findings) => {
    for (let i = 0; i < known.length; i++) {
      const first = firsts[i]!
      const second = seconds[i]!
      const before = data[first]
      const after = data[second]
      if (typeof before !== 'string' || typeof after !== 'string' || after >= before || after.startsWith(before)) continue
      if (after.slice(0, 10) >= before.slice(0, 10) || findings.bad.has(first) || findings.bad.has(second)) continue
      const [a, b] = [first, second].map((code) => entity.fields.find((f) => f.code === code)!)
      report(release, entity, data, findings, second, {
        code: 'date-order',
        rule: 'date.order',
        severity,
        basis,
        detail: {
          zh: `${b!.nameZh}（${after.slice(0, 10)}）早于${a!.nameZh}（${before.slice(0, 10)}）`,
          en: `${second} ${after.slice(0, 10)} is before ${first} ${before.slice(0, 10)}`,
        },
      })
    }
  }
}

let cachedDay = Number.NaN
let cachedText = ''

/** The day of an instant in Asia/Shanghai, which has had no summer time since 1991. */
export function shanghaiDay(at: Date): string {
  const day = Math.floor((at.getTime() + 8 * 3_600_000) / 86_400_000)
  if (day !== cachedDay) {
    cachedDay = day
    cachedText = new Date(day * 86_400_000).toISOString().slice(0, 10)
  }
  return cachedText
}

export const dateFuture: RuleMaker = (release, entity) => {
  const { severity, basis, fields } = release.rules.dateFuture
  const known = fields.filter((field) => hasFields(entity, field))
  if (known.length === 0) return null
  return (data, at, findings) => {
    const today = shanghaiDay(at)
    for (let i = 0; i < known.length; i++) {
      const value = data[known[i]!]
      if (typeof value !== 'string' || value <= today || value.slice(0, 10) <= today) continue
      const detail = { zh: `${known[i]} 晚于今天（${today}）`, en: `${known[i]} is later than today (${today})` }
      report(release, entity, data, findings, known[i]!, { code: 'date-future', rule: 'date.future', severity, basis, detail })
    }
  }
}

/** Dates that programs write when they have none. */
export const dateSentinel: RuleMaker = (release, entity) => {
  const { basis, dates, datesNot, inMandatory, inOptional } = release.rules.placeholders
  const sentinels = new Set(dates)
  const fields = entity.fields.filter((field) => (field.kind === 'date' || field.kind === 'instant') && !datesNot.includes(field.code))
  if (fields.length === 0) return null
  const codes = fields.map((field) => field.code)
  return (data, _at, findings) => {
    for (let i = 0; i < codes.length; i++) {
      const value = data[codes[i]!]
      // Only years that begin 00, 18, 190 or 9 can be one of them.
      if (typeof value !== 'string' || value.startsWith('20') || !sentinels.has(value.slice(0, 10))) continue
      const field = fields[i]!
      report(release, entity, data, findings, field.code, {
        code: 'placeholder-value',
        rule: 'placeholder.date',
        severity: field.mandatory ? inMandatory : inOptional,
        basis,
        detail: { zh: `${field.code} 是占位日期`, en: `${field.code} is a placeholder date` },
        ...(field.mandatory ? {} : { fix: [{ op: 'remove', path: pointerOf(field.code) }] }),
      })
      // A placeholder is told once: its order and its future mean nothing.
      findings.bad.add(field.code)
    }
  }
}
