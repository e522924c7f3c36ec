import { isCalendarDay } from '../check-digits.ts'
import { regionIndex } from '../regions.ts'
import { hasFields, report, type RuleMaker, ruleValues } from './rule.ts'

const { severity, basis, own } = ruleValues.numbers
const common = { code: 'number-inconsistent', severity, basis } as const

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48
}

/** yyMMdd in digits 7 to 12. */
function isShortDate(number: string): boolean {
  return isCalendarDay(2000 + twoDigits(number, 6), twoDigits(number, 8), twoDigits(number, 10))
}

/** Date and type inside the project number. */
export const projectNumber: RuleMaker = (release, entity) => {
  if (entity.code !== 'TBProjectInfo') return null
  return (data, _at, findings) => {
    const number = data['PrjNum']
    if (typeof number !== 'string' || number.length !== 16 || findings.bad.has('PrjNum')) return
    if (!isShortDate(number)) {
      const detail = {
        zh: `第 7–12 位 ${number.slice(6, 12)} 不是日期（yyMMdd）`,
        en: `Digits 7 to 12 (${number.slice(6, 12)}) are no date yyMMdd`,
      }
      report(release, entity, data, findings, 'PrjNum', { ...common, rule: 'number.date', detail })
    }
    const type = data['PrjTypeNum']
    if (typeof type === 'string' && !number.startsWith(type, 12) && !findings.bad.has('PrjTypeNum')) {
      const detail = {
        zh: `第 13–14 位为 ${number.slice(12, 14)}，PrjTypeNum 为 ${type}`,
        en: `Digits 13 and 14 are ${number.slice(12, 14)}, PrjTypeNum is ${type}`,
      }
      report(release, entity, data, findings, 'PrjNum', { ...common, rule: 'number.type', detail })
    }
  }
}

/** A phase's own number: PrjNum, two letters that say the phase, three digits. Permits also have a form of 18 digits. */
export const phaseNumber: RuleMaker = (release, entity) => {
  const field = entity.key.length === 1 ? entity.key[0]! : ''
  const rule = own[field]
  if (rule === undefined || !hasFields(entity, 'PrjNum')) return null
  return (data, _at, findings) => {
    const number = data[field]
    const project = data['PrjNum']
    if (typeof number !== 'string' || typeof project !== 'string' || findings.bad.has(field)) return
    const letters = typeof rule.letters === 'string' ? rule.letters : rule.letters[String(data[rule.by!])]
    if (number.length === 23 && number.startsWith(project) && letters !== undefined && number.startsWith(letters, 17)) return
    if (field === 'BuilderLicenceNum' && /^\d{18}$/.test(number)) {
      const words = permitFault(number)
      if (words !== null)
        report(release, entity, data, findings, field, { ...common, rule: 'number.permit', basis: 'RULES.md 1.3', detail: words })
      return
    }
    const match = /^(\d{16})-([A-Z]{2})-\d{3}$/.exec(number)
    if (match === null) return
    if (match[1] !== project) {
      const detail = {
        zh: `编号前 16 位 ${match[1]} 与 PrjNum ${project} 不同`,
        en: `The number begins with ${match[1]}, PrjNum is ${project}`,
      }
      report(release, entity, data, findings, field, { ...common, rule: 'number.project-part', detail })
    } else if (letters !== undefined && match[2] !== letters) {
      const detail = {
        zh: `编号字母为 ${match[2]}，此类记录应为 ${letters}`,
        en: `The letters are ${match[2]}; records of this kind have ${letters}`,
      }
      report(release, entity, data, findings, field, { ...common, rule: 'number.letters', detail })
    }
  }
}

function permitFault(number: string): { zh: string; en: string } | null {
  if (!regionIndex.isValid(number.slice(0, 6)))
    return { zh: `前六位 ${number.slice(0, 6)} 不是已知区划`, en: `The first six digits are no known region` }
  if (!isCalendarDay(Number(number.slice(6, 10)), Number(number.slice(10, 12)), Number(number.slice(12, 14))))
    return { zh: '第 7–14 位不是日期', en: 'Digits 7 to 14 are no date' }
  const trade = number.slice(16)
  if (trade === '01' || trade === '02') return null
  return {
    zh: `工程类别 ${trade} 不是 01、02（旧编号曾用 01–19）`,
    en: `The works class ${trade} is neither 01 nor 02 (older numbers use 01 to 19)`,
  }
}
