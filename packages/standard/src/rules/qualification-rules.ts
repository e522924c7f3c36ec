import { isCalendarDay } from '../check-digits.ts'
import { recordDateOf } from '../record-date.ts'
import type { Data } from '../validate/subject.ts'
import { hasFields, report, type RuleMaker, textIn } from './rule.ts'

/*
 * Whether a qualification covers the works, as far as one record says both. What the company or person really holds stands in other records:
 * see the rules of kind linkage. All of it is inferred, so none of it refuses.
 */

/** TBCorpPerformance: the qualification that is printed is of the kind of works that were done. */
export const qualificationKind: RuleMaker = (release, entity) => {
  const { severity, basis, kinds } = release.rules.qualification
  if (entity.code !== kinds.entity || !hasFields(entity, kinds.field, kinds.by)) return null
  const forms = new Map(Object.entries(kinds.words).map(([kind, words]) => [kind, new RegExp(words, 'u')]))
  const any = new RegExp(Object.values(kinds.words).join('|'), 'u')
  return (data, _at, findings) => {
    const content = data[kinds.field]
    const form = forms.get(data[kinds.by] as string)
    if (typeof content !== 'string' || form === undefined || form.test(content) || !any.test(content)) return
    report(release, entity, data, findings, kinds.field, {
      code: 'qualification-doubtful',
      rule: 'qualification.kind',
      severity,
      basis,
      detail: {
        zh: `${kinds.by} 为 ${String(data[kinds.by])}，${kinds.field} 写的是另一类资质`,
        en: `${kinds.by} is ${String(data[kinds.by])}; ${kinds.field} names a qualification of another kind`,
      },
    })
  }
}

/** Survey and design staff are not registered as constructors, supervisors or cost engineers. */
export const qualificationRole: RuleMaker = (release, entity) => {
  const { severity, basis, roles } = release.rules.qualification
  if (entity.code !== roles.entity || !hasFields(entity, roles.field, roles.by)) return null
  const refused = new Set(roles.refused)
  return (data, _at, findings) => {
    const value = data[roles.field]
    if (typeof value !== 'string' || !refused.has(value)) return
    report(release, entity, data, findings, roles.field, {
      code: 'qualification-doubtful',
      rule: 'qualification.role',
      severity,
      basis,
      detail: {
        zh: `${roles.field} ${value} 是另一专业的注册，与 ${roles.by} 所填的勘察设计角色不符`,
        en: `${roles.field} ${value} is a registration of another profession than the role in ${roles.by} asks`,
      },
    })
  }
}

/** A safety certificate that prints its class (建安A, B, C) is of the class of the post. */
export const qualificationSafety: RuleMaker = (release, entity) => {
  const { severity, basis, safety } = release.rules.qualification
  if (!safety.entities.includes(entity.code) || !hasFields(entity, safety.field, safety.by)) return null
  const form = new RegExp(safety.pattern, 'u')
  return (data, _at, findings) => {
    const value = data[safety.field]
    const due = safety.letters[data[safety.by] as string]
    if (typeof value !== 'string' || due === undefined || value.charCodeAt(0) < 128) return
    const letter = form.exec(value.normalize('NFKC'))?.[1]
    if (letter === undefined || letter === due) return
    report(release, entity, data, findings, safety.field, {
      code: 'qualification-doubtful',
      rule: 'qualification.safety',
      severity,
      basis,
      detail: {
        zh: `${safety.by} ${String(data[safety.by])} 应持 ${due} 类证书，证书为 ${letter} 类`,
        en: `${safety.by} ${String(data[safety.by])} needs a certificate of class ${due}; this is class ${letter}`,
      },
    })
  }
}

/** A certificate that ended before the works were permitted does not cover them. */
export const qualificationExpired: RuleMaker = (release, entity) => {
  const { severity, basis, expires } = release.rules.qualification
  const field = expires[entity.code]
  if (field === undefined || !hasFields(entity, field)) return null
  const projectDay = recordDateOf(release, entity, 'regions')
  return (data, _at, findings) => {
    const end = textIn(data, field)
    if (end === null || findings.bad.has(field)) return
    const works = permitDay(data) ?? projectDay(data)
    if (works === null || end >= works) return
    report(release, entity, data, findings, field, {
      code: 'qualification-doubtful',
      rule: 'qualification.expired',
      severity,
      basis,
      detail: {
        zh: `证书有效期至 ${end}，工程的许可或登记日期为 ${works}（取自编号）`,
        en: `The certificate ended on ${end}; the works were permitted or registered on ${works}, by the date in their number`,
      },
    })
  }
}

/** The date of issue in a permit number of 18 digits. */
function permitDay(data: Data): string | null {
  const number = textIn(data, 'BuilderLicenceNum')
  if (number === null || number.length !== 18 || !/^\d{18}$/.test(number)) return null
  const [year, month, day] = [number.slice(6, 10), number.slice(10, 12), number.slice(12, 14)]
  return isCalendarDay(Number(year), Number(month), Number(day)) ? `${year}-${month}-${day}` : null
}

const nationalCode = /^([A-I]1)-[1-9]-[0-9]{2}$/

/** A conduct code lies in its class, and its subject is the kind of company that the record names. Codes of other lists are not judged. */
export const conductCode: RuleMaker = (release, entity) => {
  const { severity, basis, classField, codeField, subjects, by } = release.rules.conduct
  if (entity.group !== 'conduct' || !hasFields(entity, classField, codeField)) return null
  const judgesSubject = hasFields(entity, by)
  return (data, _at, findings) => {
    const code = data[codeField]
    if (typeof code !== 'string' || findings.bad.has(codeField)) return
    const match = nationalCode.exec(code)
    if (match === null) return
    const tell = (rule: string, zh: string, en: string) =>
      report(release, entity, data, findings, codeField, { code: 'conduct-code-inconsistent', rule, severity, basis, detail: { zh, en } })
    const group = textIn(data, classField)
    // Only where the class is a code too: the source does not say whether it is the code or the name.
    if (group !== null && /^[A-I]1-[1-9]$/.test(group) && !code.startsWith(`${group}-`))
      tell('conduct.class', `${codeField} ${code} 不在类别 ${group} 中`, `${codeField} ${code} is not in class ${group}`)
    const kinds = subjects[match[1]!]
    const kind = judgesSubject ? textIn(data, by) : null
    if (kinds === undefined || kind === null || kinds.includes(kind) || findings.bad.has(by)) return
    tell(
      'conduct.subject',
      `${codeField} ${code} 是${match[1]} 类主体的行为，${by} 为 ${kind}`,
      `${codeField} ${code} is conduct of subject ${match[1]}; ${by} is ${kind}`,
    )
  }
}
