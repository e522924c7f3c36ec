import { isResidentId } from '../check-digits.ts'
import { hasFields, report, type RuleMaker } from './rule.ts'

/** Classified (涉密) projects are refused, or flagged where the release says so. */
export const classified: RuleMaker = (release, entity) => {
  const { severity, basis, pattern, fields } = release.rules.classified
  const codes = fields.filter((code) => hasFields(entity, code))
  if (codes.length === 0) return null
  const form = new RegExp(pattern, 'u')
  return (data, _at, findings) => {
    for (let i = 0; i < codes.length; i++) {
      const value = data[codes[i]!]
      if (typeof value !== 'string' || !value.includes('密') || !form.test(value)) continue
      const detail = { zh: `${codes[i]} 的内容表明是涉密工程`, en: `${codes[i]} says that the project is classified` }
      report(release, entity, data, findings, codes[i]!, {
        code: 'classified-project',
        rule: 'project.classified',
        severity,
        basis,
        detail,
      })
      return
    }
  }
}

const identityForm = /(?<!\d)[1-9]\d{5}(?:18|19|20)\d{9}[\dXx](?!\d)/g

/** The resident identity numbers with a right check character that stand in a text. */
export const identityNumbersIn = (text: string): string[] =>
  (text.match(identityForm) ?? []).map((found) => found.toUpperCase()).filter((found) => isResidentId(found))

/** Identity numbers do not belong in free text, which is open. */
export const identityInText: RuleMaker = (release, entity) => {
  const { severity, basis, fields } = release.rules.freeText
  const codes = fields.filter((code) => hasFields(entity, code))
  if (codes.length === 0) return null
  return (data, _at, findings) => {
    for (let i = 0; i < codes.length; i++) {
      const value = data[codes[i]!]
      if (typeof value !== 'string' || value.length < 18) continue
      if (identityNumbersIn(value).length === 0) continue
      report(release, entity, data, findings, codes[i]!, {
        code: 'identity-number-in-text',
        rule: 'text.identity-number',
        severity,
        basis,
        detail: { zh: `${codes[i]} 的正文中有身份证号`, en: `The text of ${codes[i]} holds an identity number` },
      })
    }
  }
}

/** Numbers that always have the same count of digits, such as postal codes, lose a zero in front when a spreadsheet reads them. */
export const fixedDigits: RuleMaker = (release, entity) => {
  const { fixedDigits: counts, fixedDigitsSeverity: severity, basis } = release.rules.spreadsheet
  const fields = Object.entries(counts).filter(([code]) => hasFields(entity, code))
  if (fields.length === 0) return null
  return (data, _at, findings) => {
    for (const [code, count] of fields) {
      const value = data[code]
      if (typeof value !== 'string' || value.length >= count || value.length < count - 2 || !/^[1-9]\d*$/.test(value)) continue
      report(release, entity, data, findings, code, {
        code: 'excel-damage',
        rule: 'excel.leading-zero',
        severity,
        basis,
        detail: { zh: `${code} 应为 ${count} 位，前面的 0 可能已丢失`, en: `${code} has ${count} digits; a leading 0 may be lost` },
        fix: [{ op: 'replace', path: `/data/${code}`, value: value.padStart(count, '0') }],
      })
    }
  }
}
