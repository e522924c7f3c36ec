import { isResidentId } from '../check-digits.ts'
import type { Dictionary, Field } from '../model.ts'
import { otherBodies } from '../validate/ajv.ts'
import { type Finding, pointerOf } from '../validate/subject.ts'
import { report, type RuleMaker, ruleValues } from './rule.ts'

const words = new Set(ruleValues.placeholders.words)
const longestWord = Math.max(...[...words].map((word) => word.length))

/** Words that stand for nothing: an error in a mandatory field, a warning in an optional one. White space around a text: a warning. */
export const placeholders: RuleMaker = (release, entity) => {
  const fields = entity.fields.filter((field) => field.kind === 'text')
  const codes = fields.map((field) => field.code)
  const ownNames = fields.map((field) => field.nameZh)
  return (data, _at, findings) => {
    for (let i = 0; i < codes.length; i++) {
      const value = data[codes[i]!]
      if (typeof value !== 'string' || value.length === 0) continue
      const edges = isBlank(value.charCodeAt(0)) || isBlank(value.charCodeAt(value.length - 1))
      if (!edges && value !== ownNames[i] && (value.length > longestWord || !words.has(value))) continue
      const field = fields[i]!
      const bare = value.trim()
      if (bare === '' || words.has(bare) || bare === field.nameZh) {
        if (field.check !== 'company-code-or-other' || !otherBodies.has(bare))
          report(release, entity, data, findings, field.code, placeholder(field, bare))
      } else if (bare !== value) {
        report(release, entity, data, findings, field.code, {
          code: 'spaces-around',
          rule: 'field.spaces',
          severity: 'warning',
          detail: { zh: `${field.code} 首尾有空白`, en: `There is white space around ${field.code}` },
          fix: [{ op: 'replace', path: pointerOf(field.code), value: bare }],
        })
      }
    }
  }
}

function placeholder(field: Field, word: string): Finding {
  return {
    code: 'placeholder-value',
    rule: 'placeholder.word',
    severity: field.mandatory ? 'error' : 'warning',
    basis: ruleValues.placeholders.basis,
    detail: { zh: `${field.code} 填写的是占位内容“${word}”`, en: `${field.code} holds a placeholder (“${word}”)` },
    ...(field.mandatory ? {} : { fix: [{ op: 'remove', path: pointerOf(field.code) }] }),
  }
}

function isBlank(code: number): boolean {
  return code <= 32 || code === 0x3000 || code === 0xa0 || code === 0xfeff
}

const classifiedForm = new RegExp(ruleValues.classified.pattern, 'u')

/** Classified (涉密) projects are refused. */
export const classified: RuleMaker = (release, entity) => {
  const codes = ruleValues.classified.fields.filter((code) => entity.fields.some((field) => field.code === code))
  if (codes.length === 0) return null
  return (data, _at, findings) => {
    for (let i = 0; i < codes.length; i++) {
      const value = data[codes[i]!]
      if (typeof value !== 'string' || !value.includes('密') || !classifiedForm.test(value)) continue
      const { severity, basis } = ruleValues.classified
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

/** Identity numbers do not belong in free text, which is open. */
export const identityInText: RuleMaker = (release, entity) => {
  const codes = ruleValues.freeText.fields.filter((code) => entity.fields.some((field) => field.code === code))
  if (codes.length === 0) return null
  return (data, _at, findings) => {
    for (let i = 0; i < codes.length; i++) {
      const value = data[codes[i]!]
      if (typeof value !== 'string' || value.length < 18) continue
      const found = value.match(identityForm)
      if (found === null || !found.some((text) => isResidentId(text.toUpperCase()))) continue
      const field = entity.fields.find((f) => f.code === codes[i])!
      const detail = { zh: `${field.code} 的正文中有身份证号`, en: `The text of ${field.code} holds an identity number` }
      report(release, entity, data, findings, field.code, {
        code: 'identity-number-in-text',
        rule: 'text.identity-number',
        severity: 'warning',
        basis: ruleValues.freeText.basis,
        detail,
      })
    }
  }
}

/** Codes of dictionaries that are not complete here: taken, with a warning when unlisted. */
export const openDictionaries: RuleMaker = (release, entity) => {
  const open = entity.fields.flatMap((field) => {
    const dictionary = field.dictionary === undefined ? undefined : release.dictionaries.get(field.dictionary)
    return dictionary === undefined || dictionary.closed || dictionary.codes.size === 0 ? [] : [{ code: field.code, dictionary }]
  })
  if (open.length === 0) return null
  return (data, _at, findings) => {
    for (let i = 0; i < open.length; i++) {
      const { code, dictionary } = open[i]!
      const value = data[code]
      if (typeof value !== 'string' || dictionary.codes.has(value)) continue
      report(release, entity, data, findings, code, unlisted(code, dictionary))
    }
  }
}

function unlisted(code: string, dictionary: Dictionary): Finding {
  return {
    code: 'code-unlisted',
    rule: 'code.unlisted',
    severity: 'warning',
    basis: `数据字典 ${dictionary.code}（不完整：${dictionary.status}）`,
    detail: {
      zh: `${code} 的值不在本节点持有的 ${dictionary.code} 中`,
      en: `The value of ${code} is not among the codes of ${dictionary.code} held here`,
    },
  }
}
