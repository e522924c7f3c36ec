import type { Clock, Condition, DictionaryDocument, Duration, Entity, Field, Privacy, ReleaseDocument } from '../model.ts'
import type { Fault } from './fault.ts'
import type { Say } from './reference-faults.ts'
import { policyWeaknesses, ruleWeaknesses, same } from './weaker.ts'

/**
 * Where an extension does not keep to the release that it extends: it may add under its prefix, and ask for more, never for less.
 * @param base the national release, of the id and revision that `basedOn` names
 */
export function extensionFaults(document: ReleaseDocument, base: ReleaseDocument): Fault[] {
  const faults: Fault[] = []
  const say: Say = (code, pointer, zh, en) => faults.push({ code, pointer, zh, en })
  const { basedOn, prefix } = document
  if (basedOn === null || prefix === null) {
    say('base', '/basedOn', '不是扩展版', 'is no extension')
    return faults
  }
  if (basedOn.id !== base.id || basedOn.revision !== base.revision)
    say(
      'base',
      '/basedOn',
      `以 ${basedOn.id} 第 ${basedOn.revision} 版为基础，比照的是 ${base.id} 第 ${base.revision} 版`,
      `is based on ${basedOn.id} revision ${basedOn.revision}, and was compared with ${base.id} revision ${base.revision}`,
    )
  entitiesKept(document, base, prefix, say)
  dictionariesKept(document, base, prefix, say)
  clocksKept(document, base, say)
  regionsKept(document, base, say)
  recordDatesKept(document, base, say)
  for (const mapping of base.mappings)
    if (!document.mappings.some((m) => same(m, mapping)))
      say('weaker', `/mappings/${mapping.from}-${mapping.to}`, '国家映射被删改', 'a national mapping was changed or removed')
  ruleWeaknesses(document.rules, base.rules, '/rules', say)
  policyWeaknesses(document, base, say)
  return faults
}

function entitiesKept(document: ReleaseDocument, base: ReleaseDocument, prefix: string, say: Say): void {
  const entities = new Map(document.entities.map((e) => [e.code, e]))
  for (const national of base.entities) {
    const own = entities.get(national.code)
    if (own === undefined) say('weaker', `/entities/${national.code}`, '国家数据表被删除', 'a national entity was removed')
    else entityKept(own, national, prefix, say)
  }
  const nationals = new Set(base.entities.map((e) => e.code))
  for (const { code } of document.entities)
    if (!nationals.has(code) && !code.startsWith(prefix))
      say('prefix', `/entities/${code}`, `自有数据表须以 ${prefix} 开头`, `an entity of its own begins with ${prefix}`)
}

function entityKept(own: Entity, national: Entity, prefix: string, say: Say): void {
  const at = `/entities/${national.code}`
  if (!same(own.key, national.key))
    say('weaker', `${at}/key`, '键被更改', `the key was changed from ${national.key.join(', ') || 'sourceId'}`)
  if (own.group !== national.group) say('weaker', `${at}/group`, '类别被更改', 'the group was changed')
  if (!same(own.place, national.place)) say('weaker', `${at}/place`, '所属地区的判定被更改', 'where its records belong was changed')
  if (!same(own.privatePerson, national.privatePerson))
    say('weaker', `${at}/privatePerson`, '自然人建设单位的隐私被更改', 'the privacy of private persons was changed')
  const fields = new Map(own.fields.map((f) => [f.code, f]))
  for (const field of national.fields) {
    const kept = fields.get(field.code)
    if (kept === undefined) say('weaker', `${at}/fields/${field.code}`, '国家字段被删除', 'a national field was removed')
    else fieldKept(kept, field, `${at}/fields/${field.code}`, say)
  }
  const nationals = new Set(national.fields.map((f) => f.code))
  for (const { code } of own.fields)
    if (!nationals.has(code) && !code.startsWith(prefix))
      say('prefix', `${at}/fields/${code}`, `自有字段须以 ${prefix} 开头`, `a field of its own begins with ${prefix}`)
  for (const condition of national.conditions)
    if (!own.conditions.some((c) => asksAsMuch(c, condition)))
      say('weaker', `${at}/conditions`, `${condition.field} 的条件被放宽`, `the condition on ${condition.field} was weakened`)
}

const privacyRank: Readonly<Record<Privacy, number>> = { open: 0, named: 1, sealed: 2 }

/** More than the national digits before the point, or after it. */
function widened(own: Field, national: Field): boolean {
  if (national.precision === undefined) return false
  if (own.precision === undefined) return true
  return own.precision - own.scale! > national.precision - national.scale! || own.scale! > national.scale!
}

/** Where a field asks for less than another one. */
export function fieldKept(own: Field, national: Field, at: string, say: Say): void {
  if (own.kind !== national.kind)
    return say('weaker', at, `类型由 ${national.kind} 改为 ${own.kind}`, `was changed from ${national.kind} to ${own.kind}`)
  if (national.mandatory && !own.mandatory) say('weaker', at, '必填字段改为可空', 'was mandatory')
  if (national.conditional && !own.conditional && !own.mandatory) say('weaker', at, '条件必填改为可空', 'was conditional')
  if (national.length !== undefined && (own.length === undefined || own.length > national.length))
    say('weaker', at, `长度由 ${national.length} 放宽`, `is longer than ${national.length}`)
  if (widened(own, national)) say('weaker', at, '数值位数放宽', `has more digits than decimal(${national.precision},${national.scale})`)
  if (national.dictionary !== own.dictionary)
    say('weaker', at, `字典 ${national.dictionary} 被更换`, `uses another dictionary than ${national.dictionary}`)
  if (national.list !== undefined && own.list !== national.list)
    say('weaker', at, `清单 ${national.list} 被更换`, `uses another list than ${national.list}`)
  if (national.check !== undefined && (own.check !== national.check || own.typeField !== national.typeField))
    say('weaker', at, `校验 ${national.check} 被取消或更换`, `has not the check ${national.check} as the national field has it`)
  if (!(own.others ?? []).every((value) => national.others?.includes(value) === true))
    say('weaker', at, '校验之外可填的值增加', 'takes more words beside its check')
  if (own.keyForm !== national.keyForm) say('weaker', at, '键的比较形式被更改', 'is compared in another form')
  if (national.level !== undefined && national.level !== 'any' && own.level !== national.level)
    say('weaker', at, '区划级别被更换', `is a region of another level than ${national.level}`)
  if (national.unit !== own.unit) say('weaker', at, '计量单位被更换', `has another unit than ${national.unit ?? 'none'}`)
  if (privacyRank[own.privacy] < privacyRank[national.privacy])
    say(
      'weaker',
      at,
      `隐私级别由 ${national.privacy} 降为 ${own.privacy}`,
      `shows more: ${own.privacy}, where the nation says ${national.privacy}`,
    )
}

/** Whether a condition asks for at least what another one does: the same occasion or more of them, the same fields or more. */
export function asksAsMuch(own: Condition, national: Condition): boolean {
  if (own.kind !== national.kind || own.field !== national.field) return false
  if (!national.require.every((field) => own.require.includes(field))) return false
  return own.kind !== 'unless' || national.kind !== 'unless' || own.values.every((value) => national.values.includes(value))
}

function dictionariesKept(document: ReleaseDocument, base: ReleaseDocument, prefix: string, say: Say): void {
  const dictionaries = new Map(document.dictionaries.map((d) => [d.code, d]))
  const lists = new Set(base.entities.flatMap((e) => e.fields.map((f) => f.list)))
  for (const national of base.dictionaries) {
    const at = `/dictionaries/${national.code}`
    const own = dictionaries.get(national.code)
    if (own === undefined) say('weaker', at, '国家字典被删除', 'a national dictionary was removed')
    else dictionaryKept(own, national, national.closed || lists.has(national.code), at, say)
  }
  const nationals = new Set(base.dictionaries.map((d) => d.code))
  for (const { code } of document.dictionaries)
    if (!nationals.has(code) && !code.startsWith(prefix))
      say('prefix', `/dictionaries/${code}`, `自有字典须以 ${prefix} 开头`, `a dictionary of its own begins with ${prefix}`)
}

function dictionaryKept(own: DictionaryDocument, national: DictionaryDocument, fixed: boolean, at: string, say: Say): void {
  if (national.closed && !own.closed) say('weaker', at, '封闭字典被放开', 'was closed, and takes any code now')
  const codes = new Map(own.codes.map((c) => [c.code, c]))
  for (const code of national.codes) {
    const kept = codes.get(code.code)
    if (kept === undefined) say('weaker', `${at}/${code.code}`, '国家代码被删除', 'a national code was removed')
    else if (kept.nameZh !== code.nameZh || kept.validFrom !== code.validFrom || kept.validTo !== code.validTo)
      say('weaker', `${at}/${code.code}`, '国家代码的含义或有效期被更改', 'the meaning or the validity of a national code was changed')
  }
  if (!fixed) return
  const nationals = new Set(national.codes.map((c) => c.code))
  for (const { code } of own.codes)
    if (!nationals.has(code))
      say('weaker', `${at}/${code}`, '不能向国家字典增加代码', 'a code was added to a national table, which would refuse it')
}

const hours = { hour: 1, day: 24, month: 30 * 24, year: 365 * 24 } as const

function lengthOf(duration: Duration | undefined, none: number): number {
  return duration === undefined ? none : duration.amount * hours[duration.unit]
}

/** Who must act has no more time, who may object or is shown has no less. */
export function clocksKept(document: ReleaseDocument, base: ReleaseDocument, say: Say): void {
  for (const national of base.clocks) {
    const at = `/clocks/${national.id}`
    const own = document.clocks.find((c) => c.id === national.id)
    if (own === undefined) say('weaker', at, '国家期限被删除', 'a national period was removed')
    else if (own.kind !== national.kind || own.from !== national.from || own.until !== national.until || !coversAll(own, national))
      say('weaker', at, '国家期限的起止或范围被更改', 'begins, ends or applies in another way than the national one')
    else if (isLooser(own, national)) say('weaker', at, '期限被放宽', 'gives more time, or shows for less')
  }
}

function coversAll(own: Clock, national: Clock): boolean {
  return national.entities.every((entity) => own.entities.includes(entity))
}

function isLooser(own: Clock, national: Clock): boolean {
  if (national.kind === 'deadline')
    return (
      lengthOf(own.most, Infinity) > lengthOf(national.most, Infinity) ||
      (own.days === 'working' && national.days === 'natural') ||
      (own.rollsOver && !national.rollsOver)
    )
  if (national.kind === 'notice') return lengthOf(own.most, 0) < lengthOf(national.most, 0)
  return lengthOf(own.least, 0) < lengthOf(national.least, 0) || lengthOf(own.most, Infinity) < lengthOf(national.least, 0)
}

function regionsKept(document: ReleaseDocument, base: ReleaseDocument, say: Say): void {
  for (const rule of ['cityAsCounty', 'municipalityAsCity'] as const)
    if (document.regions.levels[rule] && !base.regions.levels[rule])
      say('weaker', `/regions/levels/${rule}`, '区划级别被放宽', 'takes codes of another level')
  for (const part of ['registered', 'succession'] as const) {
    const rows = new Map<string, unknown>(document.regions[part].map((row) => [row.code, row]))
    for (const row of base.regions[part])
      if (!same(rows.get(row.code), row))
        say('weaker', `/regions/${part}/${row.code}`, '国家区划规定被删改', 'a national ruling on a region was changed or removed')
  }
}

/** National records are judged at the same date everywhere. */
function recordDatesKept(document: ReleaseDocument, base: ReleaseDocument, say: Say): void {
  const nationals = new Set(base.entities.map((e) => e.code))
  const national = document.recordDates.filter((rule) => rule.entities.some((name) => name.startsWith('*') || nationals.has(name)))
  if (!same(national, base.recordDates))
    say('weaker', '/recordDates', '国家记录的判定日期被更改', 'national records would be judged at another date')
}
