import type { DescribedField } from '@huijiao/exchange'
import type { Lang } from './words.ts'

/** 2026-09-01 → 2026年9月1日; in English as it is. */
export function dayText(value: string, lang: Lang): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})/.exec(value) ?? []
  return year === undefined || lang === 'en' ? value.slice(0, 10) : `${year}年${Number(month)}月${Number(day)}日`
}

/** An instant in Asia/Shanghai, to the second. */
export function instantText(value: string, lang: Lang): string {
  const at = new Date(value)
  if (Number.isNaN(at.getTime())) return value
  const local = new Date(at.getTime() + 8 * 3_600_000).toISOString()
  return `${dayText(local, lang)} ${local.slice(11, 19)}`
}

/** 18600.5 → 18,600.5; digits after the point as they were sent. */
export function amountText(value: string): string {
  const [whole = '', rest] = value.split('.')
  return /^-?\d+$/.test(whole) ? whole.replace(/\B(?=(\d{3})+$)/g, ',') + (rest === undefined ? '' : `.${rest}`) : value
}

/** A field's value as people read it. */
export function valueText(field: DescribedField, lang: Lang): string {
  const { value, kind, unit, text } = field
  if (text !== undefined) return text[lang]
  if (typeof value !== 'string')
    return value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  if (kind === 'date') return dayText(value, lang)
  if (kind === 'instant') return instantText(value, lang)
  if (kind === 'decimal' || kind === 'integer') return amountText(value) + (unit === undefined || field.zh.includes(unit) ? '' : ` ${unit}`)
  return value
}

/** The field's name, without the unit that stands in it when the value is an amount. */
export const labelText = (field: DescribedField, lang: Lang): string => field[lang] || field.zh

/** Names one after the other, with the mark of the language between them. */
export const listText = (names: readonly { readonly zh: string; readonly en: string }[], lang: Lang): string =>
  names.map((name) => name[lang] || name.zh).join(lang === 'en' ? ', ' : '、')
