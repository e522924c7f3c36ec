import type { SentFile } from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'

/** What may be said around a file of rows: in the query, or as fields of a form. */
export interface FileParams {
  readonly id?: string
  readonly standard?: string
  readonly producedAt?: string
  readonly responsibleUnit?: string
  readonly responsibleName?: string
  readonly responsibleAccount?: string
  readonly entity?: string
  readonly sheet?: string
  readonly charset?: string
  readonly values?: 'plain' | 'base64-gbk' | 'base64-utf8'
  readonly name?: string
  readonly legacy?: boolean
}

const text = (maxLength: number, description: string, examples?: readonly string[]) =>
  ({ type: 'string', maxLength, description, ...(examples === undefined ? {} : { examples }) }) as const

/** JSON Schema of the parameters, for the query of the route. */
export const fileParams = {
  id: text(
    36,
    'A file: the submission’s id; without one it is made from the file and the rest, so that the same upload gets the same receipt · 文件报送的批次编号（UUID），可不填',
  ),
  standard: text(60, 'A file: standard release · 数据标准版本', ['2018']),
  producedAt: text(40, 'A file: when the data was produced, RFC 3339 · 数据产生时刻'),
  responsibleUnit: text(200, 'A file: the unit that answers for it · 报送单位'),
  responsibleName: text(200, 'A file: the person who answers for it · 责任人'),
  responsibleAccount: text(200, 'A file: that person’s account · 责任人账号'),
  entity: text(
    100,
    'A file: code or Chinese name of the entity, when neither the sheet nor the file is named after it · 数据表代码或中文名',
    ['TBProjectInfo'],
  ),
  sheet: text(100, 'A workbook: read this sheet only · 只读取此工作表'),
  charset: text(40, 'CSV or XML: its encoding when it is not to be detected · 文字编码（utf-8、gbk、gb18030）'),
  values: { enum: ['plain', 'base64-gbk', 'base64-utf8'], description: 'XML: how values are written · XML 中值的写法' },
  name: text(255, 'A file: its name · 文件名'),
  legacy: { type: 'boolean', description: 'A file: existing stock, which needs a permission · 存量数据（须有许可）' },
} as const

const names = Object.keys(fileParams) as (keyof FileParams)[]

/** Whether anything is said that only a file has. */
export function fileParamsGiven(query: object): string[] {
  return names.filter((name) => name in query)
}

/**
 * The envelope and the options of a file.
 * @param said the query, a form's `envelope`, a form's fields: the later wins
 * @throws Problem parameter-invalid
 */
export function sentFileOf(said: readonly FileParams[], mediaType: string | undefined, keepUntil: Date | null): SentFile {
  const { id, standard, producedAt, responsibleUnit, responsibleName, responsibleAccount, legacy, ...options }: FileParams = Object.assign(
    {},
    ...said.map(withoutEmpty),
  )
  const person = withoutEmpty({ unit: responsibleUnit, name: responsibleName, account: responsibleAccount })
  return {
    envelope: withoutEmpty({
      id,
      standard,
      producedAt,
      ...(String(legacy) === 'true' ? { legacy: true } : {}),
      ...(Object.keys(person).length === 0 ? {} : { responsible: person }),
    }),
    options: { ...options, ...(mediaType === undefined ? {} : { mediaType }) },
    keepUntil,
  }
}

/** A form sends an empty text for what was left empty. */
function withoutEmpty<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined && member !== '')) as T
}

/** The `envelope` of a form, in the form of the contract or of the parameters. @throws Problem parameter-invalid */
export function envelopeField(text: string): FileParams {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalid('envelope 应为 JSON', 'envelope must be JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('envelope 应为 JSON 对象', 'envelope must be a JSON object')
  const { responsible, ...others } = value as Record<string, unknown>
  const person = (typeof responsible === 'object' && responsible !== null ? responsible : {}) as Record<string, unknown>
  const flat = {
    ...others,
    ...('unit' in person ? { responsibleUnit: person['unit'] } : {}),
    ...('name' in person ? { responsibleName: person['name'] } : {}),
    ...('account' in person ? { responsibleAccount: person['account'] } : {}),
  }
  for (const [name, member] of Object.entries(flat)) formField(name, member)
  return flat as FileParams
}

/** Holds one field of a form to the parameters. @throws Problem parameter-invalid */
export function formField(name: string, value: unknown): void {
  if (!names.includes(name as keyof FileParams))
    throw invalid(
      `没有参数 ${name.slice(0, 60)}；可用：${names.join('、')}`,
      `There is no parameter ${name.slice(0, 60)}; there are ${names.join(', ')}`,
    )
  if (name === 'legacy') {
    if (['true', 'false', ''].includes(String(value))) return
    throw invalid('legacy 应为 true 或 false', 'legacy must be true or false')
  }
  const { maxLength } = fileParams[name as keyof FileParams] as { maxLength?: number }
  if (typeof value !== 'string' || value.length > (maxLength ?? 40)) throw invalid(`${name} 应为文本`, `${name} must be a text`)
  const allowed: readonly string[] = fileParams.values.enum
  if (name === 'values' && value !== '' && !allowed.includes(value))
    throw invalid(`values 只能是 ${allowed.join('、')}`, `values takes ${allowed.join(', ')}`)
}

export const invalid = (zh: string, en: string): Problem => new Problem('parameter-invalid', { zh, en })
