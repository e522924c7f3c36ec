import type { ErrorObject } from 'ajv'
import { escapePointer } from '../pointer.ts'
import type { RuleValues } from '../rules/values.ts'
import { createAjv } from '../validate/ajv.ts'
import type { ValidateFunction } from '../validate/keywords.ts'
import type { Fault } from './fault.ts'
import { releaseSchema } from './shape.ts'

/** More faults than this help nobody. */
const faultsMax = 200

const validators = new WeakMap<RuleValues, ValidateFunction>()

/**
 * What keeps a document from having the form of a release.
 * @param rules the values of the rules that this build knows
 */
export function shapeFaults(document: unknown, rules: RuleValues): Fault[] {
  let validate = validators.get(rules)
  if (validate === undefined) validators.set(rules, (validate = createAjv().compile(releaseSchema(rules))))
  if (validate(document)) return []
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if')
  const faults = errors.slice(0, faultsMax).map((error) => faultOf(document, error))
  if (errors.length > faultsMax)
    faults.push({
      code: 'shape',
      pointer: '',
      zh: `另有 ${errors.length - faultsMax} 处未列出`,
      en: `${errors.length - faultsMax} more are not listed`,
    })
  return faults
}

function faultOf(document: unknown, error: ErrorObject): Fault {
  const params = error.params as Record<string, unknown>
  const pointer = named(document, error.instancePath)
  const said = (zh: string, en: string): Fault => ({ code: 'shape', pointer, zh, en })
  switch (error.keyword) {
    case 'required':
      return said(`缺少 ${String(params['missingProperty'])}`, `lacks ${String(params['missingProperty'])}`)
    case 'additionalProperties':
      return said(
        `不认识的成员 ${short(params['additionalProperty'])}`,
        `has the member ${short(params['additionalProperty'])}, which this build does not know`,
      )
    case 'type':
      return said(`类型应为 ${String(params['type'])}`, `is no ${String(params['type'])}`)
    case 'enum':
      return said(
        `须为 ${(params['allowedValues'] as unknown[]).join('、')} 之一`,
        `is none of ${(params['allowedValues'] as unknown[]).join(', ')}`,
      )
    case 'pattern':
      return said(`格式应为 ${String(params['pattern'])}`, `has not the form ${String(params['pattern'])}`)
    case 'format':
      return said(`应为 ${String(params['format'])}`, `is no ${String(params['format'])}`)
    case 'oneOf':
    case 'anyOf':
      return said('不属于任何允许的形式', 'has none of the forms that are allowed')
    default:
      return said(`不满足 ${error.keyword} ${JSON.stringify(params)}`, `fails ${error.keyword} ${JSON.stringify(params)}`)
  }
}

function short(value: unknown): string {
  return String(value).slice(0, 60)
}

/** Items of lists by their code or id, where they have one: an index says nothing to whoever wrote the document. */
function named(document: unknown, pointer: string): string {
  let value: unknown = document
  const segments = pointer.split('/').slice(1)
  const words = segments.map((segment) => {
    const member = segment.replaceAll('~1', '/').replaceAll('~0', '~')
    const isItem = Array.isArray(value)
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[member] : undefined
    if (!isItem || typeof value !== 'object' || value === null) return segment
    const { code, id } = value as Record<string, unknown>
    return typeof code === 'string' ? escapePointer(short(code)) : typeof id === 'string' ? escapePointer(short(id)) : segment
  })
  return words.length === 0 ? '' : `/${words.join('/')}`
}
