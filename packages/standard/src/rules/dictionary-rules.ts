import type { Severity } from '@huijiao/problem'
import type { Dictionary, DictionaryCode } from '../model.ts'
import { recordDateOf, validOn } from '../record-date.ts'
import type { Finding } from '../validate/subject.ts'
import { shanghaiDay } from './date-rules.ts'
import { report, type RuleMaker } from './rule.ts'

/** Codes of dictionaries that are not complete here: taken, with a warning when unlisted. */
export const openDictionaries: RuleMaker = (release, entity) => {
  const open = entity.fields.flatMap((field) => {
    const dictionary = field.dictionary === undefined ? undefined : release.dictionaries.get(field.dictionary)
    return dictionary === undefined || dictionary.closed || dictionary.codes.size === 0 ? [] : [{ code: field.code, dictionary }]
  })
  if (open.length === 0) return null
  const { severity } = release.rules.openDictionaries
  return (data, _at, findings) => {
    for (let i = 0; i < open.length; i++) {
      const { code, dictionary } = open[i]!
      const value = data[code]
      if (typeof value !== 'string' || dictionary.codes.has(value)) continue
      report(release, entity, data, findings, code, unlisted(code, dictionary, severity))
    }
  }
}

function unlisted(code: string, dictionary: Dictionary, severity: Severity): Finding {
  return {
    code: 'code-unlisted',
    rule: 'code.unlisted',
    severity,
    basis: `数据字典 ${dictionary.code}（不完整：${dictionary.status}）`,
    detail: {
      zh: `${code} 的值不在本节点持有的 ${dictionary.code} 中`,
      en: `The value of ${code} is not among the codes of ${dictionary.code} held here`,
    },
  }
}

/** Codes count from their first to their last day, at the record's own date. Costs nothing where no code has days. */
export const codesInForce: RuleMaker = (release, entity) => {
  const dated = entity.fields.flatMap((field) => {
    const dictionary = field.dictionary === undefined ? undefined : release.dictionaries.get(field.dictionary)
    const codes = [...(dictionary?.codes.values() ?? [])].filter((c) => c.validFrom !== undefined || c.validTo !== undefined)
    return dictionary === undefined || codes.length === 0
      ? []
      : [{ code: field.code, dictionary, codes: new Map(codes.map((c) => [c.code, c])) }]
  })
  if (dated.length === 0) return null
  const { severity, basis } = release.rules.codesInForce
  const dateOf = recordDateOf(release, entity, 'codes')
  return (data, at, findings) => {
    for (let i = 0; i < dated.length; i++) {
      const { code, dictionary, codes } = dated[i]!
      const known = codes.get(data[code] as string)
      if (known === undefined) continue
      const day = dateOf(data) ?? shanghaiDay(at)
      const state = validOn(known, day)
      if (state === 'yes') continue
      report(release, entity, data, findings, code, { ...outOfForce(code, dictionary, known, day, state), severity, basis })
    }
  }
}

function outOfForce(field: string, dictionary: Dictionary, code: DictionaryCode, day: string, state: 'not-yet' | 'no-more'): Finding {
  const bound = state === 'not-yet' ? code.validFrom! : code.validTo!
  const sameName = [...dictionary.codes.values()].filter((c) => c !== code && c.nameZh === code.nameZh && validOn(c, day) === 'yes')
  return {
    code: 'code-not-in-force',
    rule: 'code.validity',
    detail:
      state === 'not-yet'
        ? {
            zh: `代码 ${code.code} 自 ${bound} 起有效，记录日期为 ${day}`,
            en: `Code ${code.code} is in force from ${bound}; the record is of ${day}`,
          }
        : {
            zh: `代码 ${code.code} 至 ${bound} 有效，记录日期为 ${day}`,
            en: `Code ${code.code} was in force until ${bound}; the record is of ${day}`,
          },
    ...(sameName.length === 1 ? { fix: [{ op: 'replace', path: `/data/${field}`, value: sameName[0]!.code }] } : {}),
  }
}
