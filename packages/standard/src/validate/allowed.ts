import type { Dictionary, Field, Release } from '../model.ts'

/** Codes that an answer lists; the whole dictionary stands at `/v1/dictionaries`. */
const listedMax = 12

/** The first codes of a dictionary with their names, and how many there are. */
export function codesOf(dictionary: Dictionary | undefined): string {
  if (dictionary === undefined) return ''
  const few: string[] = []
  for (const { code, nameZh } of dictionary.codes.values()) {
    few.push(`${code} ${nameZh}`)
    if (few.length === listedMax) break
  }
  const all = dictionary.codes.size
  return all > few.length ? `${few.join('、')} 等 ${all} 项` : few.join('、')
}

export const levelZh = { province: '省级', city: '地市级', county: '区县级', any: '' } as const

const checked: Readonly<Record<NonNullable<Field['check']>, string>> = {
  'company-code': '18 位统一社会信用代码，或 9 位（带连字符 10 位）组织机构代码',
  'company-code-or-other': '18 位统一社会信用代码，或 9 位（带连字符 10 位）组织机构代码',
  'resident-id': '18 位公民身份号码，或 15 位旧号码',
  'project-number': '16 位数字的项目编号',
}

/** What a field takes, in words for somebody who has to fill it. */
export function allowedIn(release: Release, field: Field): string {
  const unit = field.unit === undefined ? '' : `（${field.unit}）`
  switch (field.kind) {
    case 'code': {
      const dictionary = field.dictionary === undefined ? undefined : release.dictionaries.get(field.dictionary)
      return codesOf(dictionary) || `字典 ${field.dictionary} 中的代码`
    }
    case 'region':
      return `${levelZh[field.level ?? 'any']}行政区划代码（6 位数字）`
    case 'date':
      return 'YYYY-MM-DD'
    case 'instant':
      return 'YYYY-MM-DDTHH:mm:ss+08:00'
    case 'integer':
      return `整数${unit}`
    case 'decimal': {
      const scale = field.scale ?? 6
      return `十进制数的文本${unit}，整数部分最多 ${(field.precision ?? 15) - scale} 位，小数最多 ${scale} 位`
    }
    case 'attachment':
      return '附件'
    case 'text': {
      // A resident's number only where nothing says that the document may be another.
      const check = field.check === undefined || field.typeField !== undefined ? undefined : checked[field.check]
      const others = field.others === undefined ? '' : `；没有代码的写“${field.others.join('”或“')}”`
      return check === undefined ? `文本，最多 ${field.length ?? 4000} 个字符` : `${check}${others}`
    }
  }
}
