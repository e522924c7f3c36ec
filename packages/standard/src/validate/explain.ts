import type { FixOperation, ProblemDocument } from '@huijiao/problem'
import { emptyOrDamaged, garbled } from '../rules/text-signs.ts'
import { allowedIn } from './allowed.ts'
import { accepts, isCleanText } from './accepts.ts'
import { reason } from './reasons.ts'
import { candidates } from './repair.ts'
import { fieldProblem, pointerOf, type Subject } from './subject.ts'

export function missing(subject: Subject, condition?: { zh: string; en: string; basis: string }): ProblemDocument {
  const { field } = subject
  return fieldProblem(subject, {
    code: 'field-missing',
    rule: condition === undefined ? 'field.mandatory' : 'field.conditional',
    ...(condition === undefined ? {} : { basis: condition.basis }),
    allowed: allowedIn(subject.release, field),
    detail: {
      zh: `缺少 ${field.code}（${field.nameZh}）${condition === undefined ? '' : `：${condition.zh}`}`,
      en: `${field.code} (${field.nameEn}) is missing${condition === undefined ? '' : `: ${condition.en}`}`,
    },
  })
}

/** Says why the schema refuses this value, in one problem: the most telling reason, not every keyword that failed. */
export function explain(subject: Subject): ProblemDocument {
  const value = subject.data[subject.field.code]
  if (typeof value !== 'string') return subject.field.kind === 'integer' ? wrongInteger(subject, value) : wrongType(subject, value)
  if (value === '') return empty(subject)
  if (!isCleanText(value)) return unclean(subject, value)
  // What stands for nothing, or was damaged, is told as that, whatever else the field would say of it.
  const finding = emptyOrDamaged(subject.release, subject.field, value) ?? garbled(subject.release, subject.field, value)
  // Here the schema refuses the value, so it is an error whatever the rule's own severity.
  if (finding !== null) return fieldProblem(subject, { ...finding, severity: 'error' })
  if (subject.field.kind === 'integer') return wrongInteger(subject, value)
  return fieldProblem(subject, { fix: replacement(subject, value), ...reason(subject, value) })
}

function empty(subject: Subject): ProblemDocument {
  const { field } = subject
  return fieldProblem(subject, {
    code: 'field-empty',
    rule: 'field.empty',
    ...(field.mandatory ? { allowed: allowedIn(subject.release, field) } : {}),
    detail: field.mandatory
      ? { zh: `必填字段 ${field.code}（${field.nameZh}）为空字符串`, en: `${field.code} (${field.nameEn}) is mandatory and empty` }
      : { zh: `选填字段 ${field.code} 为空字符串；没有值时不要写`, en: `${field.code} is optional and empty; leave it out` },
    ...(field.mandatory ? {} : { fix: [{ op: 'remove', path: pointerOf(field.code) }] }),
  })
}

function wrongType(subject: Subject, value: unknown): ProblemDocument {
  const { field } = subject
  if (value === null) {
    return fieldProblem(subject, {
      code: 'type-wrong',
      rule: 'field.type',
      detail: { zh: `${field.code} 为 null`, en: `${field.code} is null` },
      fix: [{ op: 'remove', path: pointerOf(field.code) }],
    })
  }
  const text = typeof value === 'boolean' ? (field.dictionary === 'ENUM_YESNO' ? String(Number(value)) : null) : safeNumberText(value)
  return fieldProblem(subject, {
    code: 'type-wrong',
    rule: 'field.type',
    allowed: '字符串',
    detail: { zh: `${field.code} 须为字符串，收到${typeZh(value)}`, en: `${field.code} must be a string, not ${typeEn(value)}` },
    ...(text === null ? {} : { fix: replacement(subject, text, true) }),
  })
}

/** A number as the digits that were surely sent; null when a double may already have lost some. */
function safeNumberText(value: unknown): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) return null
  return String(value)
}

function wrongInteger(subject: Subject, value: unknown): ProblemDocument {
  const { field } = subject
  const number = typeof value === 'string' && /^\s*\d{1,9}\s*$/.test(value.normalize('NFKC')) ? Number(value.normalize('NFKC')) : null
  const isNumber = typeof value === 'number'
  return fieldProblem(subject, {
    code: isNumber ? 'integer-invalid' : value === '' ? 'field-empty' : 'type-wrong',
    rule: isNumber ? 'field.integer' : 'field.type',
    allowed: '0 至 2147483647 的整数',
    detail: isNumber
      ? {
          zh: `${field.code} 须为 0 至 2147483647 的整数，收到 ${value}`,
          en: `${field.code} must be an integer from 0 to 2147483647, not ${value}`,
        }
      : { zh: `${field.code} 须为整数，收到${typeZh(value)}`, en: `${field.code} must be an integer, not ${typeEn(value)}` },
    ...(number !== null ? { fix: [{ op: 'replace', path: pointerOf(field.code), value: number }] } : {}),
    ...((value === '' || value === null) && !field.mandatory ? { fix: [{ op: 'remove', path: pointerOf(field.code) }] } : {}),
  })
}

function typeZh(value: unknown): string {
  if (value === null) return ' null'
  if (Array.isArray(value)) return '数组'
  return (
    { string: '字符串', number: '数字', boolean: '布尔值', object: '对象' }[typeof value as 'string' | 'number' | 'boolean' | 'object'] ??
    '其他类型'
  )
}

function typeEn(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function unclean(subject: Subject, value: string): ProblemDocument {
  const { field } = subject
  const stripped = value.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g, '')
  const position = [...value].findIndex((character) => !isCleanText(character)) + 1
  return fieldProblem(subject, {
    code: 'text-invalid',
    rule: 'field.text',
    detail: { zh: `${field.code} 的第 ${position} 个字符不能保存`, en: `Character ${position} of ${field.code} cannot be kept` },
    ...(value.isWellFormed() ? { fix: replacement(subject, stripped, true) } : {}),
  })
}

/** A patch when some other way to write the value would be accepted. */
export function replacement(subject: Subject, text: string, itself = false): FixOperation[] {
  const { field, data, release } = subject
  const list = candidates(subject, text)
  const value = (itself ? [text, ...list] : list).find(
    (candidate) => (itself || candidate !== text) && accepts(release, field, candidate, data),
  )
  return value === undefined ? [] : [{ op: 'replace', path: pointerOf(field.code), value }]
}
