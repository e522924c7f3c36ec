import { type FixOperation, type ProblemCode, type ProblemDocument, recordProblem, type Severity, type Words } from '@huijiao/problem'
import { creditCodeCheck, residentIdCheck } from '../check-digits.ts'
import { escapePointer } from '../key.ts'
import type { Entity, Field, Release } from '../model.ts'
import { regionIndex } from '../regions.ts'
import { privacyIn } from '../split.ts'
import { accepts, isCleanText, lengthOf } from './accepts.ts'
import { shown } from './mask.ts'
import { candidates } from './repair.ts'

export type Data = Readonly<Record<string, unknown>>

/** A field of the record under judgement, with everything an explanation needs. */
export interface Subject {
  readonly release: Release
  readonly entity: Entity
  readonly field: Field
  readonly data: Data
}

export interface Finding {
  readonly code: ProblemCode
  readonly rule: string
  readonly basis?: string
  readonly severity?: Severity
  readonly detail: Words
  readonly hint?: Words
  readonly allowed?: string
  readonly fix?: readonly FixOperation[]
}

export function pointerOf(field: string): string {
  return `/data/${escapePointer(field)}`
}

/** The table and its version, and whether what is demanded here was inferred. */
export function tableBasis(entity: Entity, field?: Field): string {
  const inferred = field?.provenance.some((mark) => mark.includes('inferred')) === true ? '（推定）' : ''
  return `数据标准 ${entity.version} ${entity.code}${field === undefined ? '' : `.${field.code}`}${inferred}`
}

/** Makes the problem of one field. A fix that would repeat a personal value is dropped: answers never carry one. */
export function fieldProblem(subject: Subject, finding: Finding): ProblemDocument {
  const { entity, field, data } = subject
  const personal = privacyIn(entity, field.code, data) !== 'open'
  const value = data[field.code]
  const fix = finding.fix?.filter((operation) => !personal || operation.value === undefined)
  return recordProblem(finding.code, {
    rule: finding.rule,
    basis: finding.basis ?? tableBasis(entity, field),
    severity: finding.severity ?? 'error',
    pointer: pointerOf(field.code),
    field: field.nameZh,
    ...(value === undefined ? {} : { value: shown(value, personal) }),
    ...(finding.allowed === undefined ? {} : { allowed: finding.allowed }),
    detail: finding.detail,
    ...(finding.hint === undefined ? {} : { hint: finding.hint }),
    ...(fix === undefined || fix.length === 0 ? {} : { fix }),
  })
}

export function missing(subject: Subject, condition?: { zh: string; en: string; basis: string }): ProblemDocument {
  const { field } = subject
  return fieldProblem(subject, {
    code: 'field-missing',
    rule: condition === undefined ? 'field.mandatory' : 'field.conditional',
    ...(condition === undefined ? {} : { basis: condition.basis }),
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
  if (subject.field.kind === 'integer') return wrongInteger(subject, value)
  if (!isCleanText(value)) return unclean(subject, value)
  return fieldProblem(subject, { fix: replacement(subject, value), ...reason(subject, value) })
}

function empty(subject: Subject): ProblemDocument {
  const { field } = subject
  return fieldProblem(subject, {
    code: 'field-empty',
    rule: 'field.empty',
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
  const dictionary = field.dictionary === undefined ? undefined : release.dictionaries.get(field.dictionary)
  const list = candidates(field, text, dictionary)
  const value = (itself ? [text, ...list] : list).find(
    (candidate) => (itself || candidate !== text) && accepts(field, candidate, data, dictionary),
  )
  return value === undefined ? [] : [{ op: 'replace', path: pointerOf(field.code), value }]
}

function reason(subject: Subject, value: string): Finding {
  switch (subject.field.kind) {
    case 'code':
      return unknownCode(subject)
    case 'region':
      return unknownRegion(subject, value)
    case 'decimal':
      return wrongDecimal(subject, value)
    case 'date':
      return {
        code: 'date-invalid',
        rule: 'field.date',
        allowed: 'YYYY-MM-DD',
        detail: { zh: `${subject.field.code} 不是真实日期或写法不符`, en: `${subject.field.code} is no real date written YYYY-MM-DD` },
      }
    case 'instant':
      return {
        code: 'date-invalid',
        rule: 'field.instant',
        allowed: 'YYYY-MM-DDTHH:mm:ss+08:00',
        detail: {
          zh: `${subject.field.code} 不是带时区的时间（RFC 3339）`,
          en: `${subject.field.code} is no instant with an offset (RFC 3339)`,
        },
      }
    default:
      return wrongText(subject, value)
  }
}

function unknownCode({ field, release }: Subject): Finding {
  const dictionary = field.dictionary === undefined ? undefined : release.dictionaries.get(field.dictionary)
  const codes = [...(dictionary?.codes.values() ?? [])]
  const few = codes.slice(0, 12).map((c) => `${c.code} ${c.nameZh}`)
  return {
    code: 'code-unknown',
    rule: 'code.dictionary',
    basis: `数据字典 ${field.dictionary}（标准版本 ${release.id}）`,
    allowed: codes.length > few.length ? `${few.join('、')} 等 ${codes.length} 项` : few.join('、'),
    detail: {
      zh: `${field.code} 的值不在字典 ${field.dictionary} 中（标准版本 ${release.id}）`,
      en: `The value of ${field.code} is not in ${field.dictionary} of release ${release.id}`,
    },
  }
}

const levelZh = { province: '省级', city: '地市级', county: '区县级', any: '' }

function unknownRegion({ field }: Subject, value: string): Finding {
  const region = regionIndex.get(value)
  if (region === undefined) {
    return {
      code: 'region-unknown',
      rule: 'region.known',
      basis: 'GB/T 2260',
      detail: { zh: `${field.code} 的值不是已知的行政区划代码`, en: `The value of ${field.code} is no known region code` },
    }
  }
  const level = field.level ?? 'any'
  const fix =
    level === 'province' ? `${value.slice(0, 2)}0000` : level === 'city' && region.level === 'county' ? `${value.slice(0, 4)}00` : null
  return {
    code: 'region-level-wrong',
    rule: 'region.level',
    basis: 'GB/T 2260',
    allowed: `${levelZh[level]}代码`,
    detail: {
      zh: `${field.code} 须为${levelZh[level]}代码，${value} ${region.nameZh} 是${levelZh[region.level]}`,
      en: `${field.code} takes a ${level} code; ${value} is a ${region.level}`,
    },
    ...(fix !== null && regionIndex.isOfLevel(fix, level) ? { fix: [{ op: 'replace', path: pointerOf(field.code), value: fix }] } : {}),
  }
}

function wrongDecimal({ field }: Subject, value: string): Finding {
  const scale = field.scale ?? 6
  const whole = (field.precision ?? 15) - scale
  const plain = /^-?(\d+)(?:\.(\d+))?$/.exec(value)
  const allowed = `整数部分最多 ${whole} 位，小数最多 ${scale} 位`
  const zh =
    plain === null ? '不是十进制数' : `整数部分 ${plain[1]!.length} 位、小数 ${plain[2]?.length ?? 0} 位，最多 ${whole} 位和 ${scale} 位`
  const en =
    plain === null
      ? 'is no plain decimal'
      : `has ${plain[1]!.length} digits and ${plain[2]?.length ?? 0} decimals; at most ${whole} and ${scale}`
  return { code: 'decimal-invalid', rule: 'field.decimal', allowed, detail: { zh: `${field.code} ${zh}`, en: `${field.code} ${en}` } }
}

function wrongText(subject: Subject, value: string): Finding {
  const { field } = subject
  const count = lengthOf(value)
  if (field.check?.startsWith('company-code')) return wrongCompanyCode(field, value.trim())
  if (field.check === 'resident-id' && count <= (field.length ?? count)) return wrongResidentId(field, value)
  if (field.check === 'project-number') {
    return {
      code: 'number-invalid',
      rule: 'number.project',
      basis: 'RULES.md 1.1（项目编号 16 位）',
      detail: { zh: `${field.code} 须为 16 位数字，收到 ${count} 个字符`, en: `${field.code} must be 16 digits; ${count} characters came` },
    }
  }
  return {
    code: 'too-long',
    rule: 'field.length',
    allowed: `最多 ${field.length} 个字符`,
    detail: {
      zh: `${field.code} 有 ${count} 个字符，最多 ${field.length} 个`,
      en: `${field.code} has ${count} characters; at most ${field.length}`,
    },
  }
}

function wrongCompanyCode(field: Field, value: string): Finding {
  const count = lengthOf(value)
  if (count === 18) {
    const check = creditCodeCheck(value)
    return {
      code: 'credit-code-invalid',
      rule: 'check.credit-code',
      basis: 'GB 32100-2015',
      detail:
        check === null
          ? { zh: `${field.code} 含有统一社会信用代码不使用的字符`, en: `${field.code} has characters that a credit code does not use` }
          : {
              zh: `${field.code} 的校验位不符：按前 17 位计算，第 18 位应为 ${check}`,
              en: `The check character of ${field.code} is wrong: the first 17 give ${check}`,
            },
    }
  }
  if (count === 9 || (count === 10 && value[8] === '-')) {
    return {
      code: 'organisation-code-invalid',
      rule: 'check.organisation-code',
      basis: 'GB 11714',
      detail: {
        zh: `${field.code} 的组织机构代码校验位不符`,
        en: `The check character of the organisation code in ${field.code} is wrong`,
      },
    }
  }
  return {
    code: 'company-code-invalid',
    rule: 'check.company-code',
    basis: 'GB 32100-2015、GB 11714',
    allowed: '18 位统一社会信用代码，或 9 位（带连字符 10 位）组织机构代码',
    detail: {
      zh: `${field.code} 有 ${count} 个字符，应为 18 位或 9、10 位`,
      en: `${field.code} has ${count} characters; 18, or 9 or 10, are due`,
    },
  }
}

function wrongResidentId(field: Field, value: string): Finding {
  const check = value.length === 18 ? residentIdCheck(value) : null
  const wrongCheck = check !== null && check !== value[17]
  const zh =
    value.length !== 18
      ? `有 ${lengthOf(value)} 个字符，身份证号为 18 位`
      : wrongCheck
        ? `校验位不符：按前 17 位计算，末位应为 ${check}`
        : '出生日期或格式不符'
  const en =
    value.length !== 18
      ? `has ${lengthOf(value)} characters; an identity number has 18`
      : wrongCheck
        ? `has a wrong check character: the first 17 give ${check}`
        : 'has no real date of birth, or a wrong form'
  return {
    code: 'resident-id-invalid',
    rule: 'check.resident-id',
    basis: 'GB 11643',
    detail: { zh: `${field.code} ${zh}`, en: `${field.code} ${en}` },
  }
}
