import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ReleaseMapping } from '../crosswalk/model.ts'
import type { Clock, Entity, EntityGroup, Field, RecordDateRule, ReleaseDocument, ReleaseId } from '../model.ts'
import type { PolicyDocument } from '../policy/policy.ts'
import type { RuleValues } from '../rules/values.ts'
import { dictionariesOf, dictionaryTables } from './dictionary-tables.ts'
import { extended } from './extension.ts'
import { fieldOf, type FieldRow } from './field-table.ts'
import { placeOf, privatePersonOf } from './place-table.ts'
import { regionRules } from './region-rules.ts'
import { dataDir, readCsv, readJson, readRuling, type Repairs } from './sources.ts'

/** Which tables a release has: the 2018 project tables replace their 2014 form, everything else is shared. */
function tablesOf(release: ReleaseId): Record<string, string>[] {
  const national = readCsv('index.csv').filter((row) => !row['path']!.includes('/provincial/'))
  const newForm = new Set(national.filter((row) => row['path']!.includes('/v2018/')).map((row) => row['code']))
  const chosen = national.filter((row) => {
    const is2018 = row['version']!.startsWith('2018')
    if (release === '2014') return !is2018
    // TBProjectBuilderUserInfo became TBPrjSafeUserInfo in 2018.
    return is2018 || !(newForm.has(row['code']) || row['code'] === 'TBProjectBuilderUserInfo')
  })
  return chosen.sort((a, b) => (a['code']! < b['code']! ? -1 : 1))
}

type ReleaseHead = Pick<
  ReleaseDocument,
  'id' | 'revision' | 'nameZh' | 'nameEn' | 'basedOn' | 'prefix' | 'issuer' | 'effectiveFrom' | 'basis'
>

/** The releases that are built, as `data/releases.json` names them. */
export const releaseHeads: readonly ReleaseHead[] = readJson<{ releases: ReleaseHead[] }>('releases.json').releases

/** Reads the tables, applies the rulings, and gives the release as it is committed. */
export function buildRelease(release: ReleaseId): ReleaseDocument {
  const document = withoutWords(release)
  return { ...document, basisEn: englishBasesOf(document) }
}

function withoutWords(release: ReleaseId): ReleaseDocument {
  const head = releaseHeads.find(({ id }) => id === release)!
  if (head.basedOn !== null) return extended(head, withoutWords(head.basedOn.id))
  const repairs = readRuling<Repairs>('repairs.json')
  const dictionaries = dictionaryTables(release, repairs)
  const entities = tablesOf(release).map((row): Entity => {
    const code = row['code']!
    const rows = repeat(code, readCsv(row['path']!) as unknown as FieldRow[], repairs)
    const key = repairs.keys.find((k) => k.entity === code)?.key ?? row['unique_key']!.split('+')
    const fields = rows.map((r): Field => fieldOf(code, repaired(code, r, repairs), repairs, dictionaries))
    const missing = key.filter((k) => !fields.some((f) => f.code === k && f.mandatory))
    if (missing.length > 0) throw new Error(`${release} ${code}: key field ${missing.join(', ')} is not a mandatory field`)
    return {
      code,
      release,
      nameZh: row['name_zh']!,
      nameEn: row['name_en']!,
      group: row['group'] as EntityGroup,
      version: row['version']!,
      fields,
      key,
      conditions: repairs.conditions.filter((c) => c.entity === code).map(({ entity: _, ...condition }) => condition),
      place: placeOf(row['group'] as EntityGroup, fields),
      ...privatePersonOf(fields),
      confidence: row['confidence']!,
      sources: row['sources']!.split('+'),
      provenance: entityMarks(row, repairs),
    }
  })
  return {
    ...head,
    entities,
    dictionaries: dictionariesOf(dictionaries, entities),
    rules: readRuling<RuleValues>('rules.json'),
    policy: readJson<PolicyDocument>('policy.json'),
    clocks: clocksOf(entities),
    regions: regionRules(),
    recordDates: recordDatesOf(entities),
    mappings: [],
    ...releaseMappingsOf(release),
  }
}

/** The English of those bases that the document holds, by their Chinese text (`data/rulings/bases.json`). */
function englishBasesOf(document: ReleaseDocument): Record<string, string> {
  const { bases } = readRuling<{ bases: Record<string, string> }>('bases.json')
  const held = new Set<string>()
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [name, member] of Object.entries(value))
      if ((name === 'basis' || name === 'holdBasis') && typeof member === 'string') held.add(member)
      else walk(member)
  }
  walk(document)
  return Object.fromEntries(Object.entries(bases).filter(([basis]) => held.has(basis)))
}

/** `data/mappings/<earlier>-<later>.json`, held by the later release. */
function releaseMappingsOf(release: ReleaseId): Pick<ReleaseDocument, 'releaseMappings'> {
  const held = releaseHeads.filter((head) => existsSync(join(dataDir, `mappings/${head.id}-${release}.json`)))
  if (held.length === 0) return {}
  return {
    releaseMappings: held.map(({ id }) => {
      const { entities, fields, codes, basis } = readJson<ReleaseMapping>(`mappings/${id}-${release}.json`)
      return { with: id, basis, entities, fields, codes }
    }),
  }
}

/** Rulings name tables of every release; a release takes what speaks of its own. */
function namedHere(list: readonly string[], entities: readonly Entity[]): string[] {
  return list.filter((name) => name.startsWith('*') || entities.some((entity) => entity.code === name))
}

function clocksOf(entities: readonly Entity[]): Clock[] {
  const { clocks } = readJson<{ clocks: Clock[] }>('clocks.json')
  return clocks.map((clock) => ({ ...clock, entities: namedHere(clock.entities, entities) })).filter((clock) => clock.entities.length > 0)
}

function recordDatesOf(entities: readonly Entity[]): RecordDateRule[] {
  const fields = new Set(entities.flatMap((entity) => entity.fields.map((field) => field.code)))
  return readRuling<{ rules: RecordDateRule[] }>('record-dates.json')
    .rules.map((rule) => ({
      ...rule,
      entities: namedHere(rule.entities, entities),
      from: rule.from.filter((from) => fields.has(from.replace('number:', ''))),
    }))
    .filter((rule) => rule.entities.length > 0 && rule.from.length > 0)
}

function repaired(entity: string, row: FieldRow, repairs: Repairs): FieldRow {
  const ruling = repairs.fields.find((f) => f.entity === entity && f.field === row.code)
  if (ruling === undefined) return row
  const { dictionary } = ruling.set
  if (dictionary !== undefined && row.dictionary !== '') return row
  return { ...row, ...ruling.set, marks: [ruling.mark] }
}

function repeat(entity: string, rows: FieldRow[], repairs: Repairs): FieldRow[] {
  const ruling = repairs.repeats.find((r) => r.entity === entity)
  if (ruling === undefined) return rows
  const repeated = rows.filter((row) => ruling.fields.includes(row.code))
  const numbered = Array.from({ length: ruling.times }, (_, i) =>
    repeated.map((row) => ({
      ...row,
      code: `${row.code}${i + 1}`,
      name_zh: `${row.name_zh}${i + 1}`,
      name_en: `${row.name_en} ${i + 1}`,
      constraint: i === 0 ? row.constraint : 'O',
      marks: ['suffix 1-8 from the source’s note'],
    })),
  ).flat()
  return [...rows.filter((row) => !ruling.fields.includes(row.code)), ...numbered]
}

function entityMarks(row: Record<string, string>, repairs: Repairs): string[] {
  const marks = repairs.entities.filter((e) => e.entity === row['code']).map((e) => e.mark)
  if (/inferred|reconstructed/.test(`${row['version']} ${row['confidence']}`)) marks.push(`${row['version']}; ${row['confidence']}`)
  if (row['unique_key']!.includes('+')) marks.push('key inferred')
  return marks
}
