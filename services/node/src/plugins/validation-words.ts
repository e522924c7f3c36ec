import type { Words } from '@huijiao/problem'
import type { ErrorObject } from 'ajv'

/** What a validator says of one fault. `parentSchema` comes with `verbose`. */
export type Fault = Pick<ErrorObject, 'keyword' | 'instancePath' | 'params' | 'parentSchema' | 'schemaPath'>

const places: Readonly<Record<string, Words>> = {
  querystring: { zh: '查询参数', en: 'query' },
  params: { zh: '地址', en: 'path' },
  body: { zh: '请求体', en: 'body' },
  headers: { zh: '请求头', en: 'headers' },
}

/** A validator's faults for people: each with its place and what would be taken there. Values are not told, they may be personal. */
export function validationWords(faults: readonly Fault[], context = 'querystring'): Words {
  const { zh, en } = places[context] ?? (places['querystring'] as Words)
  // Alternatives fail one by one before they fail together; what is said of the whole is enough.
  const own = faults.filter((fault) => !/\/(?:anyOf|oneOf)\/\d/.test(fault.schemaPath))
  const told = (own.length === 0 ? faults : own).map((fault) => {
    const place = placeOf(fault)
    const words = wordsOf(fault)
    return { zh: place === '' ? words.zh : `${place} ${words.zh}`, en: place === '' ? words.en : `${place} ${words.en}` }
  })
  const unique = [...new Map(told.map((one) => [one.en, one])).values()].slice(0, 20)
  return { zh: `${zh}：${unique.map((one) => one.zh).join('；')}`, en: `${en}: ${unique.map((one) => one.en).join('; ')}` }
}

function placeOf({ instancePath, params }: Fault): string {
  const member = params['additionalProperty'] ?? params['unevaluatedProperty'] ?? params['missingProperty'] ?? params['propertyName']
  const path = instancePath.slice(1, 200)
  return typeof member === 'string' ? `${path === '' ? '' : `${path}/`}${member.slice(0, 60)}` : path
}

const types: Readonly<Record<string, Words>> = {
  boolean: { zh: ' true 或 false', en: 'true or false' },
  integer: { zh: '整数', en: 'an integer' },
  number: { zh: '数字', en: 'a number' },
  string: { zh: '文本', en: 'a text' },
  object: { zh: '对象', en: 'an object' },
  array: { zh: '数组', en: 'an array' },
  null: { zh: ' null', en: 'null' },
}

const formats: Readonly<Record<string, Words>> = {
  uuid: { zh: ' UUID', en: 'a UUID' },
  date: { zh: '日期（YYYY-MM-DD）', en: 'a date (YYYY-MM-DD)' },
  'date-time': {
    zh: '带时区的时刻（RFC 3339，如 2026-09-01T09:30:00+08:00）',
    en: 'an instant with its offset (RFC 3339, such as 2026-09-01T09:30:00+08:00)',
  },
}

const patterns: Readonly<Record<string, Words>> = {
  '^[0-9a-f]{64}$': { zh: '应为 SHA-256 摘要：64 位小写十六进制', en: 'must be a SHA-256 digest: 64 lower-case hexadecimal digits' },
}

function wordsOf(fault: Fault): Words {
  const { keyword, params } = fault
  const limit = String(params['limit'])
  switch (keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return unknownWords(fault)
    case 'required':
      return { zh: '为必填', en: 'is missing' }
    case 'type': {
      const wanted = [params['type']].flat().map((type) => types[String(type)] ?? { zh: String(type), en: String(type) })
      return { zh: `应为${wanted.map((one) => one.zh).join('或')}`, en: `must be ${wanted.map((one) => one.en).join(' or ')}` }
    }
    case 'enum': {
      const values = (params['allowedValues'] as readonly unknown[]).map(String)
      return { zh: `应为 ${values.join('、')} 之一`, en: `must be one of ${values.join(', ')}` }
    }
    case 'const':
      return { zh: `应为 ${String(params['allowedValue'])}`, en: `must be ${String(params['allowedValue'])}` }
    case 'format': {
      const format = formats[String(params['format'])] ?? { zh: `合乎格式 ${params['format']}`, en: `of the format ${params['format']}` }
      return { zh: `应为${format.zh}`, en: `must be ${format.en}` }
    }
    case 'pattern':
      return patterns[String(params['pattern'])] ?? { zh: `应合乎 ${params['pattern']}`, en: `must match ${params['pattern']}` }
    case 'minimum':
    case 'exclusiveMinimum':
      return {
        zh: `应${keyword === 'minimum' ? '不小于' : '大于'} ${limit}`,
        en: `must be ${keyword === 'minimum' ? 'at least' : 'more than'} ${limit}`,
      }
    case 'maximum':
    case 'exclusiveMaximum':
      return {
        zh: `应${keyword === 'maximum' ? '不大于' : '小于'} ${limit}`,
        en: `must be ${keyword === 'maximum' ? 'at most' : 'less than'} ${limit}`,
      }
    case 'minLength':
      return limit === '1'
        ? { zh: '不得为空', en: 'must not be empty' }
        : { zh: `至少 ${limit} 个字符`, en: `must have at least ${limit} characters` }
    case 'maxLength':
      return { zh: `最多 ${limit} 个字符`, en: `may have at most ${limit} characters` }
    case 'minItems':
    case 'minProperties':
      return { zh: `至少 ${limit} 项`, en: `must have at least ${limit}` }
    case 'maxItems':
    case 'maxProperties':
      return { zh: `最多 ${limit} 项`, en: `may have at most ${limit}` }
    case 'uniqueItems':
      return { zh: '不得重复', en: 'must not repeat' }
    case 'anyOf':
    case 'oneOf':
    case 'if':
      return { zh: '不是所列几种写法之一', en: 'has none of the forms that are described' }
    default:
      return { zh: `不合要求（${keyword}）`, en: `is not valid (${keyword})` }
  }
}

/** A member that is not taken: the one that was meant, or those that there are. */
function unknownWords({ params, parentSchema }: Fault): Words {
  const name = String(params['additionalProperty'] ?? params['unevaluatedProperty']).toLowerCase()
  const known = Object.keys((parentSchema?.['properties'] ?? {}) as object)
  const near = known.find((one) => one.toLowerCase() === name.replaceAll(/[-_]/g, ''))
  if (near !== undefined) return { zh: `应写作 ${near}`, en: `must be written ${near}` }
  if (known.length === 0) return { zh: '不接受任何参数', en: 'is unknown; none is taken' }
  return { zh: `没有这一项；可用：${known.join('、')}`, en: `is unknown; there are ${known.join(', ')}` }
}
