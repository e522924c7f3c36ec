import type {
  Clock,
  DictionaryMapping,
  Entity,
  EntityGroup,
  Field,
  FieldCheck,
  Privacy,
  RecordDateRule,
  ReleaseDocument,
} from '../model.ts'
import type { PolicyDocument, ReferenceRule } from '../policy/policy.ts'
import { dictionariesOf, dictionaryTables, type DictionaryTable } from './dictionary-tables.ts'
import { fieldOf, type FieldRow } from './field-table.ts'
import { placeOf, privatePersonOf } from './place-table.ts'
import { readCsv, readJson, readRuling, type Repairs } from './sources.ts'

/** `data/extensions/<release>.json`: what a province adds to a national release. */
interface Extension {
  readonly versions: readonly string[]
  readonly mark: string
  readonly closed: { readonly basis: string }
  readonly transport: { readonly fields: Readonly<Record<string, string>>; readonly basis: string }
  readonly additions: {
    readonly version: string
    readonly entities: Readonly<Record<string, string>>
    readonly constraint: string
    readonly mark: string
  }
  readonly national: { readonly mark: string }
  readonly fields: readonly {
    readonly entity: string
    readonly field: string
    readonly set: { readonly dictionary?: string; readonly check?: FieldCheck | ''; readonly typeField?: string }
    readonly mark: string
  }[]
  readonly dictionaries: readonly {
    readonly code: string
    readonly nameZh: string
    readonly nameEn: string
    readonly status: string
    readonly codes: readonly (readonly [code: string, nameZh: string, nameEn: string])[]
  }[]
  readonly privacy: readonly { readonly privacy: Privacy; readonly fields: readonly string[] }[]
  readonly rules: Readonly<Record<string, unknown>>
  readonly notDueNational: { readonly basis: string; readonly zh: string; readonly en: string }
  readonly references: readonly ReferenceRule[]
  readonly recordDates: readonly RecordDateRule[]
  readonly clocks: readonly Clock[]
  readonly mappings: readonly DictionaryMapping[]
}

type Head = Pick<ReleaseDocument, 'id' | 'revision' | 'nameZh' | 'nameEn' | 'basedOn' | 'prefix' | 'issuer' | 'effectiveFrom' | 'basis'>

/** Puts a province's tables, fields and rulings on top of a national release, of which nothing is changed. */
export function extended(head: Head, base: ReleaseDocument): ReleaseDocument {
  const extension = readJson<Extension>(`extensions/${head.id}.json`)
  const repairs = readRuling<Repairs>('repairs.json')
  const tables = provincialDictionaries(base, extension, head.prefix!, repairs)
  const entities = [
    ...base.entities.map((entity) => withAdditions({ ...entity, release: head.id }, extension, head.prefix!, repairs, tables)),
    ...ownEntities(head, extension, repairs, tables),
  ]
  const nationals = new Set(base.entities.map((entity) => entity.code))
  const ownCodes = entities.map((entity) => entity.code).filter((code) => !nationals.has(code))
  return {
    ...base,
    ...head,
    rules: merged(base.rules, extension.rules) as ReleaseDocument['rules'],
    policy: {
      ...base.policy,
      id: `${base.policy.id}-${head.id}`,
      references: [...base.policy.references, ...extension.references],
      ...staysInProvince(base.policy, ownCodes, extension.notDueNational),
    },
    clocks: [...base.clocks, ...extension.clocks],
    recordDates: [...extension.recordDates, ...base.recordDates],
    mappings: [...base.mappings, ...extension.mappings],
    entities: entities.sort((a, b) => (a.code < b.code ? -1 : 1)),
    dictionaries: [...base.dictionaries, ...dictionariesOf(tables, entities, new Set(base.dictionaries.map((d) => d.code)))].sort((a, b) =>
      a.code < b.code ? -1 : 1,
    ),
  }
}

/** The nation does not know a province's own tables: their records are not due there, instead of being refused by it one by one. */
function staysInProvince(
  policy: PolicyDocument,
  ownCodes: readonly string[],
  { basis, zh, en }: Extension['notDueNational'],
): Pick<PolicyDocument, 'qualification' | 'reasons'> {
  const rule = {
    id: 'national.provincial-entity',
    basis,
    when: { type: 'object', properties: { entity: { type: 'string', enum: ownCodes } }, required: ['entity'] },
    verdict: { qualifies: false as const, reason: 'provincial-entity', kind: 'not-due' as const },
  }
  return {
    qualification: {
      ...policy.qualification,
      national: [...(policy.qualification['national'] ?? policy.qualification['default'] ?? []), rule],
    },
    reasons: { ...policy.reasons, 'provincial-entity': { zh, en } },
  }
}

function provincialDictionaries(
  base: ReleaseDocument,
  extension: Extension,
  prefix: string,
  repairs: Repairs,
): Map<string, DictionaryTable> {
  const tables = dictionaryTables(base.id, repairs)
  for (const [code, table] of tables) {
    if (!code.startsWith(prefix)) continue
    const { missing: _, ...known } = table
    tables.set(code, { ...known, closed: true, complete: true })
  }
  for (const { codes, ...head } of extension.dictionaries) {
    const rows = codes.map(([code, nameZh, nameEn]) => ({ code, nameZh, nameEn }))
    tables.set(head.code, { ...head, closed: true, complete: true, text: false, codes: rows })
  }
  return tables
}

/** The fields that the province added to a national table, under its prefix. */
function withAdditions(
  entity: Entity,
  extension: Extension,
  prefix: string,
  repairs: Repairs,
  tables: ReadonlyMap<string, DictionaryTable>,
): Entity {
  const { version, entities, constraint, mark } = extension.additions
  const rows = readCsv('entities/provincial/local-additions-2014.csv').filter(
    (row) =>
      row['implementer'] === version &&
      entities[row['entity']!] === entity.code &&
      !Object.hasOwn(extension.transport.fields, row['code']!),
  )
  if (rows.length === 0) return entity
  const fields = rows.map((row): Field => {
    const demanded = row['constraint'] === constraint ? [] : [`${row['constraint']} in the province's 2014 form`]
    const added = { ...(row as unknown as FieldRow), constraint, marks: [`${mark} (${row['code']} in the source)`, ...demanded] }
    return ownField(entity.code, { ...added, code: `${prefix}${row['code']}` }, extension, repairs, tables)
  })
  return { ...entity, fields: [...entity.fields, ...fields] }
}

function ownEntities(head: Head, extension: Extension, repairs: Repairs, tables: ReadonlyMap<string, DictionaryTable>): Entity[] {
  const rows = readCsv('index.csv').filter((row) => extension.versions.includes(row['version']!))
  return rows.map((row): Entity => {
    const code = `${head.prefix!}${row['code']!}`
    const fields = (readCsv(row['path']!) as unknown as FieldRow[])
      .filter((field) => !Object.hasOwn(extension.transport.fields, field.code))
      .map((field) => ownField(code, field, extension, repairs, tables))
    const key = row['unique_key']!.split('+')
    return {
      code,
      release: head.id,
      nameZh: row['name_zh']!,
      nameEn: row['name_en']!,
      group: row['group'] as EntityGroup,
      version: row['version']!,
      fields,
      key,
      conditions: [],
      place: placeOf(row['group'] as EntityGroup, fields),
      ...privatePersonOf(fields),
      confidence: row['confidence']!,
      sources: row['sources']!.split('+'),
      provenance: [extension.mark, ...(key.length > 1 ? ['key inferred'] : [])],
    }
  })
}

function ownField(
  entity: string,
  row: FieldRow,
  extension: Extension,
  repairs: Repairs,
  tables: ReadonlyMap<string, DictionaryTable>,
): Field {
  const rulings = extension.fields.filter((r) => r.field === row.code && (r.entity === '*' || r.entity === entity))
  const set = Object.assign({}, ...rulings.map((r) => r.set)) as Extension['fields'][number]['set']
  const dictionary = set.dictionary ?? row.dictionary
  const usesNational = dictionary.startsWith('TB') && tables.get(dictionary)?.text === false
  const marks = [...(row.marks ?? []), ...rulings.map((r) => r.mark), ...(usesNational ? [extension.national.mark] : [])]
  const field = fieldOf(entity, { ...row, ...set, dictionary, marks }, repairs, tables)
  const privacy = extension.privacy.find((mark) => mark.fields.includes(row.code))?.privacy
  return privacy === undefined ? field : { ...field, privacy }
}

/** Members are added, lists grow, nothing is replaced. */
function merged(base: unknown, own: unknown): unknown {
  if (own === undefined) return base
  if (Array.isArray(base)) return [...base, ...(own as unknown[])]
  if (typeof base !== 'object' || base === null || typeof own !== 'object' || own === null) return own
  const members = new Set([...Object.keys(base), ...Object.keys(own)])
  return Object.fromEntries(
    [...members].map((name) => [name, merged((base as Record<string, unknown>)[name], (own as Record<string, unknown>)[name])]),
  )
}
