import { creditCodeCheck, residentIdCheck } from '../check-digits.ts'
import type { Field } from '../model.ts'
import { regionIndex } from '../regions.ts'
import { lengthOf } from './accepts.ts'
import { holdsIdentityNumber } from './mask.ts'
import { type Finding, pointerOf, type Subject } from './subject.ts'

/** Why the schema refuses a string that is not empty and has no bad characters, by the kind of its field. */
export function reason(subject: Subject, value: string): Finding {
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
  if (holdsIdentityNumber(value)) {
    if (field.check === 'company-code-or-other') return wrongResidentId(field, value)
    return {
      code: 'company-code-invalid',
      rule: 'check.company-code',
      basis: 'GB 32100-2015',
      detail: {
        zh: `${field.code} 填写的像是身份证号，应为单位代码`,
        en: `${field.code} looks like an identity number; a company code is due`,
      },
    }
  }
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
