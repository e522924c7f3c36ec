import { isOldResidentId, isResidentId } from '../check-digits.ts'
import type { Field } from '../model.ts'
import { hasFields, report, type RuleMaker } from './rule.ts'

/** 15-digit numbers are taken with a warning. */
export const oldResidentId: RuleMaker = (release, entity) => {
  const fields = entity.fields.filter((field) => field.check === 'resident-id' || field.check === 'company-code-or-other')
  if (fields.length === 0) return null
  return (data, _at, findings) => {
    for (let i = 0; i < fields.length; i++) {
      const field: Field = fields[i]!
      const value = data[field.code]
      if (typeof value !== 'string' || value.length !== 15 || !isOldResidentId(value)) continue
      if (field.typeField !== undefined && data[field.typeField] !== '1') continue
      report(release, entity, data, findings, field.code, {
        code: 'resident-id-old',
        rule: 'check.resident-id-old',
        ...release.rules.residentIds.old,
        detail: { zh: `${field.code} 是 15 位旧号码`, en: `${field.code} is an old number of 15 digits` },
      })
    }
  }
}

/** Date of birth and sex inside the identity number. */
export const residentIdAgrees: RuleMaker = (release, entity) => {
  if (!hasFields(entity, 'IDCard', 'IDCardTypeNum', 'Birthday', 'SexNum')) return null
  return (data, _at, findings) => {
    const id = data['IDCard']
    if (typeof id !== 'string' || data['IDCardTypeNum'] !== '1' || !isResidentId(id)) return
    const birth = `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`
    const common = { code: 'resident-id-inconsistent', rule: 'person.resident-id', ...release.rules.residentIds.agreement } as const
    if (typeof data['Birthday'] === 'string' && data['Birthday'] !== birth) {
      const detail = { zh: '出生日期与身份证号不一致', en: 'The date of birth is not the one in the identity number' }
      report(release, entity, data, findings, 'Birthday', { ...common, detail })
    }
    const sex = Number(id[16]) % 2 === 1 ? '1' : '2'
    if ((data['SexNum'] === '1' || data['SexNum'] === '2') && data['SexNum'] !== sex) {
      const detail = { zh: '性别与身份证号不一致', en: 'The sex is not the one in the identity number' }
      report(release, entity, data, findings, 'SexNum', { ...common, detail })
    }
  }
}

/** What is published says from when, until when, and who approved it. */
export const publicationComplete: RuleMaker = (release, entity) => {
  const { severity, basis, require } = release.rules.publication
  if (!hasFields(entity, 'IsPublic', ...require)) return null
  return (data, _at, findings) => {
    if (data['IsPublic'] !== '1') return
    for (let i = 0; i < require.length; i++) {
      if (data[require[i]!] !== undefined || findings.bad.has(require[i]!)) continue
      const detail = { zh: `IsPublic 为 1 时应填写 ${require[i]}`, en: `${require[i]} is due when IsPublic is 1` }
      report(release, entity, data, findings, require[i]!, {
        code: 'condition-missing',
        rule: 'publication.complete',
        severity,
        basis,
        detail,
      })
    }
  }
}
