import type { Dictionary, Entity, Field, Release } from '@huijiao/standard'

/** The header of a field's column in our template: its Chinese name, a star when it is mandatory, its unit. */
export function headerOf(field: Field): string {
  const unit = field.unit !== undefined && !field.nameZh.includes(field.unit) ? `（${field.unit}）` : ''
  return `${field.mandatory ? '* ' : ''}${field.nameZh}${unit}`
}

const kindWords: Readonly<Record<Field['kind'], readonly [zh: string, en: string]>> = {
  text: ['文本', 'text'],
  code: ['代码（文本）', 'code (text)'],
  region: ['行政区划代码（六位文本）', 'region code (six digits, text)'],
  decimal: ['数值', 'decimal'],
  integer: ['整数', 'whole number'],
  date: ['日期，如 2026-09-01', 'date, such as 2026-09-01'],
  instant: ['时间，如 2026-09-01 09:30:00', 'date and time, such as 2026-09-01 09:30:00'],
  attachment: ['附件', 'attachment'],
}

/** What the standard says of a field, for the note on its header: Chinese first, then English. */
export function fieldNote(release: Release, entity: Entity, field: Field): string {
  const dictionary = field.dictionary === undefined ? undefined : release.dictionaries.get(field.dictionary)
  const conditions = entity.conditions.filter((condition) => condition.require.includes(field.code))
  const zh = [
    `${field.nameZh}（${field.code}）`,
    `${field.mandatory ? '必填' : field.conditional || conditions.length > 0 ? '视情况必填' : '选填'} · ${kindWords[field.kind][0]}${boundsOf(field, 'zh')}`,
    ...(entity.key.includes(field.code) ? ['业务主键'] : []),
    ...(field.unit === undefined ? [] : [`单位：${field.unit}`]),
    ...(dictionary === undefined ? [] : [dictionaryWords(dictionary)]),
    ...conditions.map((condition) =>
      condition.kind === 'with' ? `填写 ${condition.field} 时必填` : `除 ${condition.field} 为 ${condition.values.join('、')} 外必填`,
    ),
    ...(field.privacy === 'sealed' ? ['加密保存，不公开'] : field.privacy === 'named' ? ['按规定期限公布'] : []),
    ...(field.provenance.length === 0 ? [] : [`推定（非官方原文）：${field.provenance.join('；')}`]),
  ]
  const en = [
    `${field.nameEn}: ${field.mandatory ? 'mandatory' : field.conditional || conditions.length > 0 ? 'mandatory in some cases' : 'optional'}, ${kindWords[field.kind][1]}${boundsOf(field, 'en')}`,
    ...(dictionary === undefined
      ? []
      : [`dictionary ${dictionary.code}, ${dictionary.codes.size} codes${dictionary.closed ? '' : ', not complete here'}`]),
    ...(field.provenance.length === 0 ? [] : ['partly inferred, not from the official text']),
  ]
  return [...zh, ...en].join('\n')
}

function boundsOf(field: Field, lang: 'zh' | 'en'): string {
  if (field.length !== undefined && (field.kind === 'text' || field.kind === 'code'))
    return lang === 'zh' ? `，至多 ${field.length} 字` : `, at most ${field.length} characters`
  if (field.precision === undefined) return ''
  const whole = field.precision - (field.scale ?? 0)
  return lang === 'zh'
    ? `，整数至多 ${whole} 位，小数至多 ${field.scale ?? 0} 位`
    : `, ${whole} digits before the point and ${field.scale ?? 0} after it`
}

function dictionaryWords(dictionary: Dictionary): string {
  return `字典 ${dictionary.code}（${dictionary.nameZh}），${dictionary.codes.size} 个代码${dictionary.closed ? '' : '；本处所列不完整，未列出的代码也可填写'}`
}
