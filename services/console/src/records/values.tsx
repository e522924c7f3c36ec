import { languageNow } from '../i18n/index.ts'
import { instantText } from '../parts/format.ts'
import type { FieldShown, RecordListed, Words } from './types.ts'

/** Words in the language of the page; Chinese where there are no others. */
export const said = (words: Words): string => (languageNow() === 'en' ? words.en || words.zh : words.zh)

/** A field's value as Chinese users write it. */
export function valueText(field: FieldShown): string {
  const { value, kind, unit, text } = field
  if (text !== undefined) return said(text)
  if (value === null || value === undefined) return ''
  if (typeof value === 'object') return JSON.stringify(value)
  const plain = String(value)
  if (kind === 'instant') return instantText(plain)
  if (kind === 'decimal' || kind === 'integer') return grouped(plain) + (unit === undefined || field.zh.includes(unit) ? '' : ` ${unit}`)
  return plain
}

/** 18600.5 → 18,600.5; digits after the point as they were sent. */
function grouped(text: string): string {
  const [whole = '', rest] = text.split('.')
  return /^-?\d+$/.test(whole) ? whole.replace(/\B(?=(\d{3})+$)/g, ',') + (rest === undefined ? '' : `.${rest}`) : text
}

export const nameOf = (record: Pick<RecordListed, 'name' | 'number' | 'entityName'>): string =>
  record.name || record.number || said(record.entityName)

/** A value, with its code beside it where it is a word for one. */
export function Value({ field }: { field: FieldShown }) {
  if (field.hidden === true) return <span className="muted mono">***</span>
  const coded = field.text !== undefined && typeof field.value === 'string' && field.kind === 'code'
  return (
    <span className="break number">
      {valueText(field)}
      {coded && <small className="muted mono"> {field.value as string}</small>}
    </span>
  )
}
