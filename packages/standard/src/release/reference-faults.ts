import type { Clock, DictionaryDocument, Entity, Field, ReleaseDocument } from '../model.ts'
import { regionTableDigest } from '../divisions.ts'
import { regionIndex } from '../regions.ts'
import type { Fault, FaultCode } from './fault.ts'
import { releaseMappingFaults } from './release-mapping-faults.ts'

/** Collects faults under a pointer. */
export type Say = (code: FaultCode, pointer: string, zh: string, en: string) => void

/** What does not hang together in a document that has the right form: names of what is not there, what is there twice, bounds that cross. */
export function referenceFaults(document: ReleaseDocument): Fault[] {
  const faults: Fault[] = []
  const say: Say = (code, pointer, zh, en) => faults.push({ code, pointer, zh, en })
  headFaults(document, say)
  twice(
    document.entities.map((e) => e.code),
    '/entities',
    say,
  )
  twice(
    document.dictionaries.map((d) => d.code),
    '/dictionaries',
    say,
  )
  twice(
    document.clocks.map((c) => c.id),
    '/clocks',
    say,
  )
  const dictionaries = new Map(document.dictionaries.map((d) => [d.code, d]))
  for (const entity of document.entities) entityFaults(document, entity, dictionaries, say)
  for (const dictionary of document.dictionaries) dictionaryFaults(dictionary, say)
  const names = entityNames(document)
  for (const clock of document.clocks) clockFaults(clock, names, say)
  recordDateFaults(document, names, say)
  mappingFaults(document, dictionaries, say)
  releaseMappingFaults(document, say)
  regionFaults(document, say)
  patternFaults(document.rules, '/rules', say)
  return faults
}

function headFaults({ id, revision, basedOn, prefix, issuer }: ReleaseDocument, say: Say): void {
  if ((basedOn === null) !== (prefix === null))
    say(
      'inconsistent',
      '/prefix',
      '扩展版须同时有 basedOn 与 prefix',
      'an extension has both basedOn and prefix, a national release neither',
    )
  if (basedOn !== null && basedOn.id === id)
    say('inconsistent', '/basedOn/id', '不能以自身为基础', `${id} ${revision} cannot be based on itself`)
  // Another issuer of a national release has replaced dictionaries in it, for its own region; the node that loads it holds it to that.
  if (basedOn !== null && issuer === '000000') say('inconsistent', '/issuer', '扩展版由其地区发布', 'an extension is issued by its region')
  if (issuer !== '000000' && !regionIndex.isValid(issuer)) say('reference', '/issuer', `没有区划 ${issuer}`, `there is no region ${issuer}`)
}

function twice(codes: readonly string[], pointer: string, say: Say): void {
  const seen = new Set<string>()
  for (const code of codes) {
    if (seen.has(code)) say('duplicate', `${pointer}/${code}`, `${code} 出现多次`, `${code} is there more than once`)
    seen.add(code)
  }
}

function entityFaults(document: ReleaseDocument, entity: Entity, dictionaries: ReadonlyMap<string, DictionaryDocument>, say: Say): void {
  const at = `/entities/${entity.code}`
  if (entity.code in Object.prototype) say('shape', at, '不能使用此名称', `${entity.code} cannot be a name here`)
  if (entity.release !== document.id)
    say('inconsistent', `${at}/release`, `应为 ${document.id}`, `is ${entity.release}, the release is ${document.id}`)
  twice(
    entity.fields.map((f) => f.code),
    `${at}/fields`,
    say,
  )
  const fields = new Map(entity.fields.map((f) => [f.code, f]))
  for (const field of entity.fields) fieldFaults(field, fields, dictionaries, `${at}/fields/${field.code}`, say)
  twice(entity.key, `${at}/key`, say)
  for (const code of entity.key) {
    const field = fields.get(code)
    if (field === undefined) say('reference', `${at}/key`, `键字段 ${code} 不存在`, `the key field ${code} is not there`)
    else if (!field.mandatory || field.kind === 'attachment')
      say('inconsistent', `${at}/key`, `键字段 ${code} 须为必填且不是附件`, `the key field ${code} must be mandatory and no attachment`)
  }
  for (const code of ruledFields(entity))
    if (!fields.has(code)) say('reference', at, `没有字段 ${code}`, `names the field ${code}, which is not there`)
  for (const [i, condition] of entity.conditions.entries()) {
    for (const code of [condition.field, ...condition.require])
      if (!fields.has(code)) say('reference', `${at}/conditions/${i}`, `没有字段 ${code}`, `names the field ${code}, which is not there`)
  }
}

/** Fields that say where a record belongs, or whether it is of a private person. */
function ruledFields({ place, privatePerson }: Entity): string[] {
  const person = privatePerson === undefined ? [] : [privatePerson.field, ...Object.keys(privatePerson.privacy)]
  return [...(place === null ? [] : [...place.region, ...place.numbers, ...place.reportedBy]), ...person]
}

function fieldFaults(
  field: Field,
  fields: ReadonlyMap<string, Field>,
  dictionaries: ReadonlyMap<string, DictionaryDocument>,
  at: string,
  say: Say,
): void {
  if (field.code in Object.prototype) say('shape', at, '不能使用此名称', `${field.code} cannot be a name here`)
  for (const code of [field.dictionary, field.list])
    if (code !== undefined && !dictionaries.has(code))
      say('reference', at, `没有字典 ${code}`, `names the dictionary ${code}, which is not there`)
  if (field.kind === 'code' && field.dictionary === undefined) say('inconsistent', at, '代码字段缺少字典', 'is a code without a dictionary')
  if (field.kind !== 'code' && field.dictionary !== undefined)
    say('inconsistent', at, '只有代码字段有字典', `is a ${field.kind}, which has no dictionary`)
  if ((field.kind === 'region') !== (field.level !== undefined))
    say('inconsistent', at, '区划字段须有级别，其他字段没有', 'a region has a level, nothing else has')
  if (field.kind !== 'text' && (field.check !== undefined || field.list !== undefined))
    say('inconsistent', at, '只有文本字段有校验或清单', 'only a text has a check or a list')
  if (field.kind !== 'text' && field.kind !== 'code' && field.length !== undefined)
    say('inconsistent', at, '此类字段没有长度', `a ${field.kind} has no length`)
  if ((field.precision === undefined) !== (field.scale === undefined) || (field.kind !== 'decimal' && field.precision !== undefined))
    say('inconsistent', at, '精度与小数位须同时给出，且只用于小数', 'precision and scale stand together, at decimals only')
  if ((field.scale ?? 0) > (field.precision ?? Infinity))
    say('inconsistent', at, '小数位多于精度', 'has more digits after the point than digits')
  if (field.mandatory && field.conditional) say('inconsistent', at, '不能既必填又有条件', 'cannot be both mandatory and conditional')
  if (field.typeField !== undefined && (field.check !== 'resident-id' || !fields.has(field.typeField)))
    say(
      'reference',
      at,
      `证件类型字段 ${field.typeField} 不存在或无校验`,
      `names the type field ${field.typeField}, which is not there or not used`,
    )
}

function dictionaryFaults(dictionary: DictionaryDocument, say: Say): void {
  const at = `/dictionaries/${dictionary.code}`
  twice(
    dictionary.codes.map((c) => c.code),
    at,
    say,
  )
  if (dictionary.closed && !dictionary.complete) say('inconsistent', at, '不完整的字典不能封闭', 'is not complete, so it cannot be closed')
  if (dictionary.complete && dictionary.missing !== undefined)
    say('inconsistent', at, '完整的字典不应写明缺失', 'is complete, and says what is missing')
  for (const { code, validFrom, validTo } of dictionary.codes) crossed(validFrom, validTo, `${at}/${code}`, say)
}

function crossed(from: string | undefined, to: string | undefined, at: string, say: Say): void {
  if (from !== undefined && to !== undefined && from > to)
    say('inconsistent', at, `有效期起止颠倒（${from}–${to}）`, `is valid from ${from} to ${to}`)
}

/** Entity codes and the words for groups. */
export function entityNames(document: ReleaseDocument): ReadonlySet<string> {
  return new Set(['*', '*enterprise', '*person', '*project', '*conduct', ...document.entities.map((e) => e.code)])
}

function unknownIn(list: readonly string[], names: ReadonlySet<string>, at: string, say: Say): void {
  for (const name of list) if (!names.has(name)) say('reference', at, `没有数据表 ${name}`, `names the entity ${name}, which is not there`)
}

function clockFaults(clock: Clock, names: ReadonlySet<string>, say: Say): void {
  const at = `/clocks/${clock.id}`
  const { kind, least, most } = clock
  const fits =
    kind === 'permanent'
      ? least === undefined && most === undefined
      : kind === 'term'
        ? least !== undefined || most !== undefined
        : least === undefined && most !== undefined
  if (!fits) say('inconsistent', at, `${kind} 的时长不完整或多余`, `has not the durations of a ${kind}`)
  unknownIn(clock.entities, names, at, say)
}

function recordDateFaults(document: ReleaseDocument, names: ReadonlySet<string>, say: Say): void {
  const known = new Set(document.entities.flatMap((e) => e.fields.map((f) => f.code)))
  for (const [i, rule] of document.recordDates.entries()) {
    unknownIn(rule.entities, names, `/recordDates/${i}`, say)
    for (const from of rule.from)
      if (!known.has(from.replace('number:', '')))
        say('reference', `/recordDates/${i}`, `没有字段 ${from}`, `names the field ${from}, which no entity has`)
  }
}

function mappingFaults(document: ReleaseDocument, dictionaries: ReadonlyMap<string, DictionaryDocument>, say: Say): void {
  for (const { from, to, codes } of document.mappings) {
    const at = `/mappings/${from}-${to}`
    const [source, target] = [dictionaries.get(from), dictionaries.get(to)]
    for (const [code, dictionary] of [
      [from, source],
      [to, target],
    ] as const)
      if (dictionary === undefined) say('reference', at, `没有字典 ${code}`, `names the dictionary ${code}, which is not there`)
    for (const [left, right] of Object.entries(codes)) {
      if (source !== undefined && !source.codes.some((c) => c.code === left))
        say('reference', at, `${from} 没有代码 ${left}`, `${from} has no code ${left}`)
      if (target !== undefined && !target.codes.some((c) => c.code === right))
        say('reference', at, `${to} 没有代码 ${right}`, `${to} has no code ${right}`)
    }
  }
}

function regionFaults({ regions }: ReleaseDocument, say: Say): void {
  if (regions.table.digest !== regionTableDigest())
    say(
      'region-table',
      '/regions/table/digest',
      `本版本程序所持区划表为 ${regionTableDigest()}`,
      `this build holds the table ${regionTableDigest()}`,
    )
  twice(
    regions.registered.map((r) => r.code),
    '/regions/registered',
    say,
  )
  twice(
    regions.succession.map((r) => r.code),
    '/regions/succession',
    say,
  )
  const registered = new Map(regions.registered.map((r) => [r.code, r]))
  const known = (code: string): boolean => regionIndex.isValid(code) || (registered.get(code)?.kind ?? 'made-up') !== 'made-up'
  for (const { code, kind, parent, successor, validFrom, validTo } of regions.registered) {
    const at = `/regions/registered/${code}`
    crossed(validFrom, validTo, at, say)
    if (kind === 'made-up' && successor === undefined)
      say('inconsistent', at, '自编代码须写明正式代码', 'is made up, and does not say which code is meant')
    if (successor !== undefined && !known(successor)) say('reference', at, `没有区划 ${successor}`, `there is no region ${successor}`)
    if (parent !== null && !known(parent)) say('reference', at, `没有区划 ${parent}`, `there is no region ${parent}`)
  }
  const ends = new Map(regions.succession.map((s) => [s.code, s.successor]))
  for (const { code, successor } of regions.succession) {
    const at = `/regions/succession/${code}`
    if (!known(code)) say('reference', at, `没有区划 ${code}`, `there is no region ${code}`)
    if (!known(successor)) say('reference', at, `没有区划 ${successor}`, `there is no region ${successor}`)
    // Look-ups follow one step only, so a chain is written out to its end.
    if (ends.has(successor) || successor === code)
      say('inconsistent', at, `后继 ${successor} 自身已撤销`, `its successor ${successor} is abolished itself`)
  }
}

/** Patterns in the values of the rules must compile. */
function patternFaults(value: unknown, at: string, say: Say): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    if (typeof member !== 'string' || !/^pattern$|Pattern$/.test(name)) patternFaults(member, `${at}/${name}`, say)
    else if (!compiles(member)) say('inconsistent', `${at}/${name}`, '正则表达式无效', 'is no regular expression')
  }
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp
  } catch {
    return false
  }
}
