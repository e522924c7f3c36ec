import type { Field, Release } from '@huijiao/standard/browser'

/** A value as a person reads it: a code with its name beside it. */
export function valueText(
  language: string,
  release: Release,
  field: Field | undefined,
  value: unknown,
  regionName: (code: string) => string | null,
): string {
  if (value === undefined || value === null) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (field === undefined) return text
  if (field.kind === 'region') return regionName(text) === null ? text : `${regionName(text)} ${text}`
  const code = field.dictionary === undefined ? undefined : release.dictionaries.get(field.dictionary)?.codes.get(text)
  // Codes of a dictionary that somebody loaded may have no English name.
  return code === undefined ? text : `${text} ${language === 'en' && code.nameEn !== '' ? code.nameEn : code.nameZh}`
}

/** The unit of a field; the standard writes it in Chinese only. */
export const unitIn = (language: string, unit: string): string => (language === 'en' ? (units[unit] ?? unit) : unit)
const units: Readonly<Record<string, string>> = { 元: 'yuan', 万元: '10,000 yuan' }
