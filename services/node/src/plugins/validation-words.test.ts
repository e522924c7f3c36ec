import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { validationWords } from './validation-words.ts'

const ajv = new Ajv2020({ allErrors: true, strict: false, verbose: true, coerceTypes: true })
;(formats as unknown as (ajv: Ajv2020) => void)(ajv)

const told = (schema: object, value: unknown, context?: string) => {
  const validate = ajv.compile(schema)
  expect(validate(value)).toBe(false)
  return validationWords(validate.errors ?? [], context)
}
const query = (properties: object) => ({ type: 'object', additionalProperties: false, properties })

describe('what a person reads about a parameter', () => {
  it('is the right spelling of a misspelt one', () => {
    expect(told(query({ dryRun: { type: 'boolean' } }), { dryrun: 'true' })).toEqual({
      zh: '查询参数：dryrun 应写作 dryRun',
      en: 'query: dryrun must be written dryRun',
    })
    expect(told(query({ dryRun: { type: 'boolean' } }), { dry_run: 'true' }).zh).toBe('查询参数：dry_run 应写作 dryRun')
  })

  it('is which there are, when there is none like it', () => {
    expect(told(query({ limit: {}, cursor: {} }), { page: '2' })).toEqual({
      zh: '查询参数：page 没有这一项；可用：limit、cursor',
      en: 'query: page is unknown; there are limit, cursor',
    })
    expect(told(query({}), { page: '2' }).zh).toBe('查询参数：page 不接受任何参数')
  })

  it('is what would be taken, all of it at once, in words and without the value', () => {
    const schema = {
      type: 'object',
      required: ['purpose'],
      properties: {
        purpose: { type: 'string' },
        limit: { type: 'integer', minimum: 1, maximum: 500 },
        state: { enum: ['open', 'settled'] },
        from: { format: 'date' },
        name: { type: 'string', minLength: 1 },
      },
    }
    const words = told(schema, { limit: '900', state: '张示例', from: '20260901', name: '' }, 'body')
    expect(words.zh).toBe(
      '请求体：purpose 为必填；limit 应不大于 500；state 应为 open、settled 之一；from 应为日期（YYYY-MM-DD）；name 不得为空',
    )
    expect(words.en).toBe(
      'body: purpose is missing; limit must be at most 500; state must be one of open, settled; from must be a date (YYYY-MM-DD); name must not be empty',
    )
    expect(told(query({ dryRun: { type: 'boolean' } }), { dryRun: 'maybe' }).zh).toBe('查询参数：dryRun 应为 true 或 false')
  })

  it('does not recite every alternative that failed', () => {
    const schema = { type: 'object', properties: { end: { oneOf: [{ required: ['key'] }, { required: ['recordId'] }] } } }
    expect(told(schema, { end: {} }, 'body')).toEqual({
      zh: '请求体：end 不是所列几种写法之一',
      en: 'body: end has none of the forms that are described',
    })
  })
})
