import { creditCodeCheck, residentIdCheck } from '../check-digits.ts'
import type { Field, Release } from '../model.ts'
import { regionIndexOf } from '../regions.ts'
import { lengthOf } from './accepts.ts'
import { codesOf, levelZh } from './allowed.ts'
import { holdsIdentityNumber } from './mask.ts'
import { withLeadingZeros } from './repair.ts'
import { withZeros } from './repair-company-code.ts'
import { serialDate, unrealDay } from './repair-date.ts'
import { type Finding, pointerOf, type Subject } from './subject.ts'

/** Why the schema refuses a string that is not empty and has no bad characters, by the kind of its field. */
export function reason(subject: Subject, value: string): Finding {
  switch (subject.field.kind) {
    case 'code':
      return unknownCode(subject, value)
    case 'region':
      return unknownRegion(subject, value)
    case 'decimal':
      return wrongDecimal(subject, value)
    case 'date':
    case 'instant':
      return wrongDate(subject, value)
    default:
      return wrongText(subject, value)
  }
}

const calendar = 'GB/T 7408（公历日期）'

function wrongDate({ field, release }: Subject, value: string): Finding {
  const instant = field.kind === 'instant'
  const allowed = instant ? 'YYYY-MM-DDTHH:mm:ss+08:00' : 'YYYY-MM-DD'
  const unreal = unrealDay(value)
  if (unreal !== null) {
    const [year, month, day] = unreal.split('-').map(Number) as [number, number, number]
    return {
      code: 'date-invalid',
      rule: 'date.real',
      basis: calendar,
      allowed,
      detail: { zh: `${year} 年 ${month} 月没有 ${day} 日`, en: `There is no day ${day} in month ${month} of ${year}` },
    }
  }
  const serial = serialDate(release, value.trim())
  if (serial !== null) {
    return {
      code: 'date-invalid',
      rule: 'excel.date',
      basis: release.rules.spreadsheet.basis,
      allowed,
      detail: {
        zh: `${field.code} 是电子表格的日期序列号，按 1900 日期系统为 ${serial.day}`,
        en: `${field.code} is a spreadsheet's serial number; counted from 1900 it is ${serial.day}`,
      },
    }
  }
  return {
    code: 'date-invalid',
    rule: instant ? 'field.instant' : 'field.date',
    allowed,
    detail: instant
      ? { zh: `${field.code} 不是带时区的时间（RFC 3339）`, en: `${field.code} is no instant with an offset (RFC 3339)` }
      : { zh: `${field.code} 不是真实日期或写法不符`, en: `${field.code} is no real date written YYYY-MM-DD` },
  }
}

function unknownCode({ field, release }: Subject, value: string): Finding {
  const dictionary = field.dictionary === undefined ? undefined : release.dictionaries.get(field.dictionary)
  const allowed = codesOf(dictionary)
  const zeros = withLeadingZeros(dictionary, value)
  if (zeros !== null) {
    return {
      code: 'code-unknown',
      rule: 'excel.leading-zero',
      basis: release.rules.spreadsheet.basis,
      allowed,
      detail: { zh: `${field.code} 前面的 0 丢失，应为 ${zeros}`, en: `${field.code} has lost its leading zeros; it is ${zeros}` },
    }
  }
  return {
    code: 'code-unknown',
    rule: 'code.dictionary',
    basis: `数据字典 ${field.dictionary}（标准版本 ${release.id}）`,
    allowed,
    detail: {
      zh: `${field.code} 的值不在字典 ${field.dictionary} 中（标准版本 ${release.id}）`,
      en: `The value of ${field.code} is not in ${field.dictionary} of release ${release.id}`,
    },
  }
}

function unknownRegion({ field, release }: Subject, value: string): Finding {
  const regions = regionIndexOf(release)
  const region = regions.get(value)
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
    ...(fix !== null && regions.isOfLevel(fix, level) ? { fix: [{ op: 'replace', path: pointerOf(field.code), value: fix }] } : {}),
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

function wrongText({ field, release }: Subject, value: string): Finding {
  const count = lengthOf(value)
  if (field.check?.startsWith('company-code')) return wrongCompanyCode(release, field, value.trim())
  if (field.check === 'resident-id' && count <= (field.length ?? count))
    return rounded(release, field, value) ?? wrongResidentId(field, value)
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

/** Eighteen digits of which a spreadsheet kept fifteen and wrote 0 for the rest. */
function rounded(release: Release, field: Field, value: string): Finding | null {
  if (!/^\d{15}000$/.test(value)) return null
  const { severity, basis } = release.rules.spreadsheet
  return {
    code: 'excel-damage',
    rule: 'excel.precision',
    severity,
    basis,
    detail: {
      zh: `${field.code} 末三位为 000 且校验不符：电子表格只保留 15 位数字`,
      en: `${field.code} ends with 000 and fails its check: a spreadsheet keeps 15 digits only`,
    },
  }
}

function wrongCompanyCode(release: Release, field: Field, value: string): Finding {
  const count = lengthOf(value)
  const damaged = rounded(release, field, value)
  if (damaged !== null) return damaged
  if (withZeros(value).length === 1) {
    return {
      code: 'company-code-invalid',
      rule: 'excel.leading-zero',
      basis: release.rules.spreadsheet.basis,
      detail: {
        zh: `${field.code} 有 ${count} 位数字，补足前面的 0 后是合格的组织机构代码`,
        en: `${field.code} has ${count} digits; with its leading zeros it is a sound organisation code`,
      },
    }
  }
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
          ? creditCodeCheck(value.toUpperCase()) === null
            ? { zh: `${field.code} 含有统一社会信用代码不使用的字符`, en: `${field.code} has characters that a credit code does not use` }
            : { zh: `${field.code} 中的字母须大写`, en: `The letters of ${field.code} must be capitals` }
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
    ...(count > 10 && count < 18
      ? {
          hint: {
            zh: '像是被截断的统一社会信用代码：18 位须完整保留，不得按旧表长度截断',
            en: 'It looks like a credit code that was cut: keep all 18 characters, whatever the old table’s length',
          },
        }
      : {}),
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
