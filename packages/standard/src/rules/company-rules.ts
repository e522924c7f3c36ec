import { certificateCheck, isCreditCode, organisationCodeIn } from '../check-digits.ts'
import { regionIndexOf } from '../regions.ts'
import { hasFields, report, type RuleMaker, textIn } from './rule.ts'

/** Both codes of a company are of one company: the credit code contains the organisation code. */
export const companyCodes: RuleMaker = (release, entity) => {
  const { severity, basis, pairs } = release.rules.companyCodes
  const known = pairs.filter((pair) => hasFields(entity, ...pair))
  if (known.length === 0) return null
  return (data, _at, findings) => {
    for (const [codeField, licenceField] of known) {
      const code = textIn(data, codeField)
      const licence = textIn(data, licenceField)
      if (code === null || licence === null || licence === code || findings.bad.has(codeField)) continue
      // The licence field may hold a registration number of 15 digits, which says nothing about the codes.
      if (!isCreditCode(licence)) continue
      const organisation = code.length === 18 ? null : code.replace('-', '')
      if (organisation !== null && organisation === organisationCodeIn(licence)) continue
      report(release, entity, data, findings, licenceField, {
        code: 'company-codes-differ',
        rule: 'company.codes-linked',
        severity,
        basis,
        detail:
          organisation === null
            ? {
                zh: `${codeField} 与 ${licenceField} 是两个不同的统一社会信用代码`,
                en: `${codeField} and ${licenceField} are two different credit codes`,
              }
            : {
                zh: `${licenceField} 第 9–17 位 ${organisationCodeIn(licence)} 不是 ${codeField} ${organisation}`,
                en: `Characters 9 to 17 of ${licenceField} are ${organisationCodeIn(licence)}, ${codeField} is ${organisation}`,
              },
      })
    }
  }
}

const certificateForm = /^DW?([0-9])([0-9]{2})([0-9]{5})([0-9])$/

/** Qualification certificates of construction companies in their new form: province, level of the authority, check digit. */
export const certificateNumber: RuleMaker = (release, entity) => {
  const known = release.rules.certificates.fields[entity.code]
  if (known === undefined || !hasFields(entity, known.field, known.by)) return null
  const { severity, basis } = release.rules.certificates
  const regions = regionIndexOf(release)
  return (data, _at, findings) => {
    const number = data[known.field]
    if (typeof number !== 'string' || number.charCodeAt(0) !== 68 || data[known.by] !== known.value) return
    const match = certificateForm.exec(number)
    if (match === null) return
    const [, level, province, serial, check] = match as unknown as [string, string, string, string, string]
    const tell = (rule: string, zh: string, en: string) =>
      report(release, entity, data, findings, known.field, { code: 'number-inconsistent', rule, severity, basis, detail: { zh, en } })
    const right = certificateCheck(level + province + serial)
    if (right !== check) {
      tell(
        'check.certificate',
        `证书编号校验位应为 ${right}，为 ${check}（旧编号可能不符）`,
        `The check digit should be ${right}, it is ${check} (older numbers may fail)`,
      )
    }
    if (!'123'.includes(level)) tell('number.certificate', `许可机关级别 ${level} 不是 1–3`, `The level ${level} is none of 1 to 3`)
    else if (level !== '1' && regions.get(`${province}0000`) === undefined)
      tell('number.certificate', `第 3–4 位 ${province} 不是省级区划`, `${province} is no province`)
  }
}
