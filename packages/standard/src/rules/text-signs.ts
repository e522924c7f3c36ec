import type { Field, Release } from '../model.ts'
import { type Finding, pointerOf } from '../validate/subject.ts'
import { maybeGarbled, readsAsBytes, ungarbled } from './encoding.ts'
import { report, type RuleMaker } from './rule.ts'
import { sentinelsOf } from './sentinels.ts'

/**
 * What stands for nothing, was damaged on its way, or holds characters that do not belong there. The scan of the texts has said whether any of
 * the record's texts deserves the look.
 */
export const textSigns: RuleMaker = (release, entity) => {
  // Codes of a dictionary that is open are texts to the schema.
  const fields = entity.fields.filter((field) => field.kind === 'text' || (field.kind === 'code' && isOpen(release, field)))
  return (data, _at, findings) => {
    if (!findings.odd) return
    for (const field of fields) {
      const value = data[field.code]
      if (typeof value !== 'string' || value.length === 0) continue
      const finding = emptyOrDamaged(release, field, value) ?? garbled(release, field, value) ?? stray(release, field, value)
      if (finding !== null) report(release, entity, data, findings, field.code, finding)
    }
  }
}

function isOpen(release: Release, field: Field): boolean {
  return field.dictionary !== undefined && release.dictionaries.get(field.dictionary)?.closed === false
}

/** A value that stands for nothing, or that a spreadsheet destroyed; null when it is neither. Also asked where the schema refuses the value. */
export function emptyOrDamaged(release: Release, field: Field, value: string): Finding | null {
  const sentinels = sentinelsOf(release)
  const bare = withoutStray(value, false)
  if (bare === '' || sentinels.isWord(bare) || bare === field.nameZh) {
    if (field.others?.includes(bare) === true) return null
    return placeholder(release, field, 'word', {
      zh: `${field.code} 填写的是占位内容“${bare}”`,
      en: `${field.code} holds a placeholder (“${bare}”)`,
    })
  }
  const { severity, basis } = release.rules.spreadsheet
  const remove = field.mandatory ? {} : { fix: [{ op: 'remove' as const, path: pointerOf(field.code) }] }
  if (sentinels.isSpreadsheetWord(bare)) {
    const detail = {
      zh: `${field.code} 的值是电子表格的错误标记 ${bare.slice(0, 8)}`,
      en: `${field.code} holds ${bare.slice(0, 8)}, which a spreadsheet writes for an error`,
    }
    return { code: 'excel-damage', rule: 'excel.error', severity, basis, detail, ...remove }
  }
  if (field.kind === 'decimal' || field.kind === 'integer' || field.kind === 'date' || field.kind === 'instant') return null
  if (sentinels.isExponent(bare)) {
    const detail = {
      zh: `${field.code} 被电子表格写成了科学计数法，末尾的数字已经丢失`,
      en: `A spreadsheet turned ${field.code} into an exponent; its last digits are lost`,
    }
    return { code: 'excel-damage', rule: 'excel.exponent', severity, basis, detail }
  }
  const plain = bare.normalize('NFKC')
  if (sentinels.isRepeated(plain))
    return placeholder(release, field, 'repeated', {
      zh: `${field.code} 是同一个字符的重复`,
      en: `${field.code} is one character again and again`,
    })
  if (sentinels.isRun(plain))
    return placeholder(release, field, 'run', {
      zh: `${field.code} 是键盘或数字的顺序字符`,
      en: `${field.code} is a run of keys or digits`,
    })
  return null
}

const inOptionalText = (field: Field): boolean => !field.mandatory && field.kind === 'text' && field.check === undefined

/** In a text field an optional placeholder is a warning; elsewhere the value does not fit the field at all, so it stays an error. */
function placeholder(release: Release, field: Field, sign: string, detail: { zh: string; en: string }): Finding {
  return {
    code: 'placeholder-value',
    rule: `placeholder.${sign}`,
    severity: inOptionalText(field) ? release.rules.placeholders.inOptional : release.rules.placeholders.inMandatory,
    basis: release.rules.placeholders.basis,
    detail,
    ...(field.mandatory ? {} : { fix: [{ op: 'remove', path: pointerOf(field.code) }] }),
  }
}

/** Text in a wrong encoding, with the text that was meant where nothing was lost. */
export function garbled(release: Release, field: Field, value: string): Finding | null {
  const { severity, basis, signs } = release.rules.encoding
  const lost = value.includes('\ufffd') || signs.some((sign) => value.includes(sign))
  const meant = lost || !maybeGarbled(value) ? null : ungarbled(value)
  if (!lost && meant === null && !readsAsBytes(value)) return null
  return {
    code: 'text-garbled',
    rule: 'text.encoding',
    severity,
    basis,
    detail:
      meant === null
        ? { zh: `${field.code} 的部分文字在编码转换中已经丢失`, en: `Part of ${field.code} was lost in a wrong encoding` }
        : { zh: `${field.code} 以一种编码写入、以另一种编码读出`, en: `${field.code} was written in one encoding and read in another` },
    ...(meant === null ? {} : { fix: [{ op: 'replace', path: pointerOf(field.code), value: meant }] }),
  }
}

function stray(release: Release, field: Field, value: string): Finding | null {
  const identifier = sentinelsOf(release).isIdentifier(field.code)
  const cleaned = withoutStray(value, identifier)
  if (cleaned === value || cleaned === '') return null
  const fix = [{ op: 'replace' as const, path: pointerOf(field.code), value: cleaned }]
  if (cleaned === value.trim()) {
    const detail = { zh: `${field.code} 首尾有空白`, en: `There is white space around ${field.code}` }
    return { code: 'spaces-around', rule: 'field.spaces', ...release.rules.strayCharacters.around, detail, fix }
  }
  const { severity, basis } = release.rules.strayCharacters
  const detail = identifier
    ? { zh: `${field.code} 中有空格、全角或不可见字符`, en: `${field.code} holds spaces, full-width or invisible characters` }
    : { zh: `${field.code} 中有不可见字符`, en: `${field.code} holds invisible characters` }
  return { code: 'characters-stray', rule: 'text.stray', severity, basis, detail, fix }
}

const invisible = /[\u200b-\u200f\u2028-\u202e\u2060\ufeff]/g
const han = /\p{Script=Han}/u

/**
 * Without white space around, invisible characters, and what spreadsheets put before a text. A number without Chinese in it also loses the
 * spaces inside and is written in half-width.
 */
export function withoutStray(value: string, identifier: boolean): string {
  const bare = value.replace(invisible, '').trim()
  if (!identifier) return bare
  const text = bare.replace(/^="(.*)"$/, '$1').replace(/^['’](?=[0-9A-Za-z])/, '')
  return han.test(text) ? text : text.normalize('NFKC').replace(/\s+/g, '')
}
