import { isDate, isInstant } from '../check-digits.ts'
import type { Field, Release } from '../model.ts'
import { decimalPattern, textPattern } from '../patterns.ts'
import { regionIndexOf } from '../regions.ts'
import { passesCheck } from './keywords.ts'

const textForm = new RegExp(textPattern, 'u')
const decimalForms = new Map<string, RegExp>()

export function decimalForm(field: Field): RegExp {
  const pattern = decimalPattern(field.precision, field.scale)
  const form = decimalForms.get(pattern) ?? new RegExp(pattern, 'u')
  decimalForms.set(pattern, form)
  return form
}

export function isCleanText(text: string): boolean {
  return textForm.test(text)
}

export function lengthOf(text: string): number {
  return [...text].length
}

/** Whether the schema would take this string in this field; used to test a fix before it is offered. */
export function accepts(release: Release, field: Field, value: string, data: Readonly<Record<string, unknown>>): boolean {
  if (value === '' || !isCleanText(value)) return false
  const dictionary = field.dictionary === undefined ? undefined : release.dictionaries.get(field.dictionary)
  switch (field.kind) {
    case 'code':
      if (dictionary?.closed === true) return dictionary.codes.has(value)
      return dictionary?.code === 'TBNATIONALDIC' ? /^\d{3}$/.test(value) : lengthOf(value) <= (field.length ?? 20)
    case 'region':
      return regionIndexOf(release).isOfLevel(value, field.level ?? 'any')
    case 'decimal':
      return decimalForm(field).test(value)
    case 'date':
      return isDate(value)
    case 'instant':
      return isInstant(value)
    case 'text':
      if (field.length !== undefined && lengthOf(value) > field.length) return false
      return field.check === undefined || passesCheck(field.check, field.typeField, value, data, field.others)
    default:
      return false
  }
}
