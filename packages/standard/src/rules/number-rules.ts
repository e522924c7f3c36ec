import { isCalendarDay } from '../check-digits.ts'
import type { Release } from '../model.ts'
import { regionIndexOf } from '../regions.ts'
import { type Finding, pointerOf } from '../validate/subject.ts'
import { inOneCity } from './region-rules.ts'
import { hasFields, report, type RuleMaker, textIn } from './rule.ts'
import { withoutStray } from './text-signs.ts'

type Words = Finding['detail']

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48
}

/** yyMMdd in digits 7 to 12. */
function isShortDate(number: string): boolean {
  return isCalendarDay(2000 + twoDigits(number, 6), twoDigits(number, 8), twoDigits(number, 10))
}

function inconsistent(release: Release, rule: string, detail: Words, more: Partial<Finding> = {}): Finding {
  const { severity, basis } = release.rules.numbers
  return { code: 'number-inconsistent', rule, severity, basis, detail, ...more }
}

/** Date, type and sequence inside the project number. */
export const projectNumber: RuleMaker = (release, entity) => {
  if (entity.code !== 'TBProjectInfo') return null
  return (data, _at, findings) => {
    const number = data['PrjNum']
    if (typeof number !== 'string' || number.length !== 16 || findings.bad.has('PrjNum')) return
    const tell = (rule: string, detail: Words) => report(release, entity, data, findings, 'PrjNum', inconsistent(release, rule, detail))
    if (!isShortDate(number)) {
      tell('number.date', {
        zh: `第 7–12 位 ${number.slice(6, 12)} 不是日期（yyMMdd）`,
        en: `Digits 7 to 12 (${number.slice(6, 12)}) are no date yyMMdd`,
      })
    }
    const type = data['PrjTypeNum']
    if (typeof type === 'string' && !number.startsWith(type, 12) && !findings.bad.has('PrjTypeNum')) {
      tell('number.type', {
        zh: `第 13–14 位为 ${number.slice(12, 14)}，PrjTypeNum 为 ${type}`,
        en: `Digits 13 and 14 are ${number.slice(12, 14)}, PrjTypeNum is ${type}`,
      })
    }
    if (number.endsWith('00')) {
      tell('number.sequence', {
        zh: '第 15–16 位顺序号为 00，应从 01 起；也可能是电子表格丢失了末位',
        en: 'Digits 15 and 16 are 00; the sequence begins with 01. A spreadsheet may have lost the last digit',
      })
    }
  }
}

const phaseForm = /^(\d{16})-([A-Z]{2})-(\d{3})$/

/** A phase number as it should be written, when only dashes, letter case, width or spaces differ; null otherwise. */
export function tidyPhaseNumber(number: string): string | null {
  if (number.length < 23 || number.length > 40) return null
  const tidy = number
    .normalize('NFKC')
    .toUpperCase()
    .replace(/\s+/g, '')
    .replace(/[_‐-―−]+/g, '-')
  return tidy !== number && phaseForm.test(tidy) ? tidy : null
}

/** A phase's own number: PrjNum, two letters that say the phase, three digits. Permits also have a form of 18 digits. */
export const phaseNumber: RuleMaker = (release, entity) => {
  const field = entity.key.length === 1 ? entity.key[0]! : ''
  const rule = release.rules.numbers.own[field]
  if (rule === undefined || !hasFields(entity, 'PrjNum')) return null
  return (data, _at, findings) => {
    const number = data[field]
    const project = data['PrjNum']
    if (typeof number !== 'string' || typeof project !== 'string' || findings.bad.has(field) || findings.bad.has('PrjNum')) return
    const letters = typeof rule.letters === 'string' ? rule.letters : rule.letters[String(data[rule.by!])]
    if (letters !== undefined && isPhaseNumberOf(number, project, letters)) return
    const finding = phaseFault(release, field, number, project, letters)
    if (finding !== null) report(release, entity, data, findings, field, finding)
  }
}

/** The usual case, without allocation. */
function isPhaseNumberOf(number: string, project: string, letters: string): boolean {
  return (
    number.length === 23 &&
    number.charCodeAt(16) === 45 &&
    number.charCodeAt(19) === 45 &&
    number.startsWith(project) &&
    number.startsWith(letters, 17) &&
    !number.endsWith('000')
  )
}

function phaseFault(release: Release, field: string, sent: string, project: string, letters: string | undefined): Finding | null {
  // Spaces and full-width characters are told by the rules over texts.
  const number = withoutStray(sent, true)
  const tidy = tidyPhaseNumber(number)
  if (tidy !== null) {
    const detail = { zh: `编号应写作 ${tidy}`, en: `The number is written ${tidy}` }
    return inconsistent(release, 'number.form', detail, { fix: [{ op: 'replace', path: pointerOf(field), value: tidy }] })
  }
  const match = phaseForm.exec(number)
  if (match === null) return null
  if (match[1] !== project) {
    return inconsistent(release, 'number.project-part', {
      zh: `编号前 16 位 ${match[1]} 与 PrjNum ${project} 不同`,
      en: `The number begins with ${match[1]}, PrjNum is ${project}`,
    })
  }
  if (letters !== undefined && match[2] !== letters) {
    return inconsistent(release, 'number.letters', {
      zh: `编号字母为 ${match[2]}，此类记录应为 ${letters}`,
      en: `The letters are ${match[2]}; records of this kind have ${letters}`,
    })
  }
  if (match[3] !== '000') return null
  return inconsistent(release, 'number.sequence', { zh: '顺序号为 000，应从 001 起', en: 'The serial is 000; it begins with 001' })
}

/** Numbers of other phases that a record refers to belong to the record's own project. */
export const referredNumbers: RuleMaker = (release, entity) => {
  if (!hasFields(entity, 'PrjNum')) return null
  const codes = Object.keys(release.rules.numbers.own).filter((code) => hasFields(entity, code) && !entity.key.includes(code))
  const keys = entity.key.length > 1 ? Object.keys(release.rules.numbers.own).filter((code) => entity.key.includes(code)) : []
  const fields = [...codes, ...keys]
  if (fields.length === 0) return null
  return (data, _at, findings) => {
    const project = data['PrjNum']
    if (typeof project !== 'string' || project.length !== 16 || findings.bad.has('PrjNum')) return
    for (let i = 0; i < fields.length; i++) {
      const number = data[fields[i]!]
      if (typeof number !== 'string' || number.length !== 23 || number.startsWith(project) || !phaseForm.test(number)) continue
      report(
        release,
        entity,
        data,
        findings,
        fields[i]!,
        inconsistent(release, 'number.project-part', {
          zh: `${fields[i]} 前 16 位 ${number.slice(0, 16)} 与 PrjNum ${project} 不同`,
          en: `${fields[i]} begins with ${number.slice(0, 16)}, PrjNum is ${project}`,
        }),
      )
    }
  }
}

/** Permit numbers of 18 digits: region, date of issue, sequence, class of works (RULES.md 1.3). */
export const permitNumber: RuleMaker = (release, entity) => {
  const field = 'BuilderLicenceNum'
  if (entity.key.length !== 1 || entity.key[0] !== field || !hasFields(entity, 'PrjNum')) return null
  const issued = ['ReleaseDate', 'IssueCertDate'].find((code) => hasFields(entity, code))
  const regions = regionIndexOf(release)
  return (data, _at, findings) => {
    const number = data[field]
    if (typeof number !== 'string' || number.length !== 18 || !/^\d{18}$/.test(number) || findings.bad.has(field)) return
    const tell = (rule: string, detail: Words, more: Partial<Finding> = {}) =>
      report(release, entity, data, findings, field, inconsistent(release, rule, detail, { basis: 'RULES.md 1.3', ...more }))
    if (number.endsWith('000')) {
      tell(
        'excel.precision',
        {
          zh: '末三位为 000：电子表格只保留 15 位数字，其余写成 0',
          en: 'It ends with 000: a spreadsheet keeps 15 digits and writes 0 for the rest',
        },
        { code: 'excel-damage', severity: release.rules.spreadsheet.severity, basis: release.rules.spreadsheet.basis },
      )
      return
    }
    const fault = permitFault(release, number)
    if (fault !== null) tell('number.permit', fault)
    const day = issued === undefined ? null : textIn(data, issued)
    const own = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`
    if (fault === null && day !== null && !findings.bad.has(issued!) && !day.startsWith(own)) {
      tell('number.permit-date', {
        zh: `编号中的日期为 ${own}，${issued} 为 ${day.slice(0, 10)}（早年编号用的是备案日期）`,
        en: `The number's date is ${own}, ${issued} is ${day.slice(0, 10)} (older numbers carry the filing date)`,
      })
    }
    const project = textIn(data, 'PrjNum')
    const place = project !== null && project.length === 16 ? project.slice(0, 6) : null
    if (place === null || !regions.isValid(place) || !regions.isValid(number.slice(0, 6))) return
    if (!inOneCity(regions, number.slice(0, 6), place)) {
      tell('number.permit-region', {
        zh: `编号前六位 ${number.slice(0, 6)} 与项目编号的区划 ${place} 不在同一地市`,
        en: `The number begins with ${number.slice(0, 6)}, the project's with ${place}: not the same city`,
      })
    }
  }
}

function permitFault(release: Release, number: string): Words | null {
  if (!regionIndexOf(release).isValid(number.slice(0, 6)))
    return { zh: `前六位 ${number.slice(0, 6)} 不是已知区划`, en: `The first six digits are no known region` }
  if (!isCalendarDay(Number(number.slice(6, 10)), Number(number.slice(10, 12)), Number(number.slice(12, 14))))
    return { zh: '第 7–14 位不是日期', en: 'Digits 7 to 14 are no date' }
  const { permitClasses } = release.rules.numbers
  const trade = number.slice(16)
  if (permitClasses.includes(trade)) return null
  return {
    zh: `工程类别 ${trade} 不是 ${permitClasses.join('、')}（旧编号曾用 01–19）`,
    en: `The works class ${trade} is not one of ${permitClasses.join(', ')} (older numbers use 01 to 19)`,
  }
}

/** Track record numbers and numbers of single works carry the project number. */
export const derivedNumbers: RuleMaker = (release, entity) => {
  const { trackRecord, unit } = release.rules.numbers
  if (!hasFields(entity, 'PrjNum')) return null
  const track = hasFields(entity, trackRecord.field)
  const single = hasFields(entity, unit.field)
  if (!track && !single) return null
  return (data, _at, findings) => {
    const project = textIn(data, 'PrjNum')
    if (project === null || findings.bad.has('PrjNum')) return
    const number = track ? textIn(data, trackRecord.field) : null
    if (number !== null && !(number.length === 23 && number.startsWith(`${trackRecord.prefix}${project}-`) && /\d{3}$/.test(number))) {
      const { basis, field, prefix } = trackRecord
      const detail = {
        zh: `业绩编号应为 ${prefix}${project}- 加三位数字`,
        en: `A track record number is ${prefix}${project}- and three digits`,
      }
      report(release, entity, data, findings, field, inconsistent(release, 'number.track-record', detail, { basis }))
    }
    const code = single ? textIn(data, unit.field) : null
    if (code === null || code.startsWith(project) || !/^\d{16}-\d{3}$/.test(code)) return
    const detail = {
      zh: `单体编码前 16 位 ${code.slice(0, 16)} 与 PrjNum ${project} 不同`,
      en: `The code of the works begins with ${code.slice(0, 16)}, PrjNum is ${project}`,
    }
    report(release, entity, data, findings, unit.field, inconsistent(release, 'number.unit', detail, { basis: unit.basis }))
  }
}
