import type { ReleaseDocument } from '../model.ts'
import type { Say } from './reference-faults.ts'

/** What a mapping with an earlier release names in this one must be there; the earlier one is not at hand. */
export function releaseMappingFaults(document: ReleaseDocument, say: Say): void {
  const entities = new Map(document.entities.map((e) => [e.code, new Set(e.fields.map((f) => f.code))]))
  const dictionaries = new Map(document.dictionaries.map((d) => [d.code, new Set(d.codes.map((c) => c.code))]))
  for (const mapping of document.releaseMappings ?? []) {
    const at = `/releaseMappings/${mapping.with}`
    if (mapping.with === document.id) say('inconsistent', at, '不能与自身对照', 'a release is not mapped to itself')
    const laterOf = new Map(mapping.entities.flatMap(({ earlier, later }) => (earlier === null ? [] : [[earlier, later] as const])))
    for (const { later } of mapping.entities)
      if (later !== null && !entities.has(later)) say('reference', `${at}/entities`, `没有数据表 ${later}`, `there is no entity ${later}`)
    for (const { entity, later } of mapping.fields) {
      const own = laterOf.get(entity) ?? entity
      if (later !== null && entities.get(own)?.has(later) !== true)
        say('reference', `${at}/fields`, `${own} 没有字段 ${later}`, `${own} has no field ${later}`)
    }
    for (const { dictionary, direction, from, to } of mapping.codes) {
      const codes = dictionaries.get(dictionary)
      if (codes === undefined) say('reference', `${at}/codes`, `没有字典 ${dictionary}`, `there is no dictionary ${dictionary}`)
      else if (to !== null && direction === 'forward' && !codes.has(to))
        say('reference', `${at}/codes`, `${dictionary} 没有代码 ${to}`, `${dictionary} has no code ${to}`)
      else if (direction === 'back' && !codes.has(from))
        say('reference', `${at}/codes`, `${dictionary} 没有代码 ${from}`, `${dictionary} has no code ${from}`)
    }
  }
}
