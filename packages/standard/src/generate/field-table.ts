import type { Field, FieldCheck, FieldKind, Privacy, RegionLevel } from '../model.ts'
import { type DictionaryTable } from './dictionary-tables.ts'
import { readRuling, type Repairs } from './sources.ts'

/** A row of an entity's CSV. `marks`, `unit`, `check` (empty: none) and `typeField` come from the rulings. */
export interface FieldRow {
  readonly code: string
  readonly name_zh: string
  readonly name_en: string
  readonly type: string
  readonly length: string
  readonly scale: string
  readonly constraint: string
  readonly dictionary: string
  readonly note: string
  readonly marks?: readonly string[]
  readonly unit?: '元'
  readonly check?: FieldCheck | ''
  readonly typeField?: string
}

interface PrivacyRuling {
  readonly marks: readonly { readonly privacy: Privacy; readonly entities: readonly string[]; readonly fields: readonly string[] }[]
}

const privacyRuling = readRuling<PrivacyRuling>('privacy.json')

export function privacyOf(entity: string, field: string): Privacy {
  const mark = privacyRuling.marks.find((m) => m.fields.includes(field) && (m.entities.includes('*') || m.entities.includes(entity)))
  return mark?.privacy ?? 'open'
}

/** The fields of an entity, from its table row. Notes are split into sources (kept per entity), provenance marks, and words for people. */
export function fieldOf(entity: string, row: FieldRow, repairs: Repairs, dictionaries: ReadonlyMap<string, DictionaryTable>): Field {
  const isList = dictionaries.get(row.dictionary)?.text === true
  const dictionary = row.dictionary === '' || isList ? undefined : row.dictionary
  const kind = kindOf(row, dictionary)
  const check = checkOf(row)
  const { marks, note } = splitNote(row.note)
  const provenance = [...(row.marks ?? []), ...marks]
  if (check?.startsWith('company-code') && Number(row.length) !== 18) provenance.push(`length repaired (${row.length} in the source)`)
  const table = dictionary === undefined ? undefined : dictionaries.get(dictionary)
  if (table !== undefined && !table.closed) provenance.push(`dictionary not complete: ${table.status}`)
  if (kind === 'decimal' && row.length === '') provenance.push('precision not given by the source')
  if (row.type === 'int' && row.length !== '' && dictionary === undefined)
    provenance.push(`source gives int a length of ${row.length}; not enforced`)
  const unit = row.unit ?? (/万元/.test(row.name_zh) && kind === 'decimal' ? '万元' : undefined)
  return {
    code: row.code,
    nameZh: row.name_zh,
    nameEn: row.name_en,
    kind,
    sourceType: sourceType(row),
    mandatory: row.constraint === 'M',
    conditional: row.constraint === 'C',
    ...lengthOf(row, kind, check, repairs),
    ...(kind === 'decimal' && row.length !== '' ? { precision: Number(row.length), scale: Number(row.scale || '0') } : {}),
    ...(dictionary === undefined || kind === 'region' ? {} : { dictionary }),
    ...(isList ? { list: row.dictionary } : {}),
    privacy: privacyOf(entity, row.code),
    provenance,
    ...(note === '' ? {} : { note }),
    ...(check === undefined ? {} : { check }),
    ...typeFieldOf(row, check),
    ...(repairs.others.fields.includes(row.code) ? { others: repairs.others.values } : {}),
    ...keyFormOf(row.code, check, repairs),
    ...(kind === 'region' ? { level: levelOf(row.code) } : {}),
    ...(unit === undefined ? {} : { unit }),
  }
}

function kindOf(row: FieldRow, dictionary: string | undefined): FieldKind {
  if (row.type === 'image') return 'attachment'
  if (dictionary === 'TBXZQDMDIC') return 'region'
  if (dictionary !== undefined) return 'code'
  if (row.type === 'date') return 'date'
  if (row.type === 'datetime' || row.type === 'timestamp') return 'instant'
  if (row.type === 'int') return 'integer'
  return ['decimal', 'numeric', 'float', 'double'].includes(row.type) ? 'decimal' : 'text'
}

function checkOf(row: FieldRow): FieldCheck | undefined {
  if (row.check !== undefined) return row.check === '' ? undefined : row.check
  // Where a project number is optional (conduct) it is history as often as not, and only looked at by the rules.
  if (row.code === 'PrjNum') return row.constraint === 'M' ? 'project-number' : undefined
  if (/(组织机构代码|统一社会信用代码|组织代码)/.test(row.name_zh) && row.code.endsWith('Code')) {
    return row.code === 'BuildCorpCode' ? 'company-code-or-other' : 'company-code'
  }
  return /IDCard(18)?$/.test(row.code) ? 'resident-id' : undefined
}

/** The document-type field that stands beside a document number; the cost engineer and the person in error have none. */
const typeFields: Readonly<Record<string, string>> = {
  IDCard: 'IDCardTypeNum',
  IDCard18: 'IDCardTypeNum',
  LegalManIDCard: 'IDCardTypeNum',
  PersonIDCard: 'IDCardTypeNum',
  SupervisionIDCard: 'SIDCardTypeNum',
}

function keyFormOf(code: string, check: FieldCheck | undefined, repairs: Repairs): Pick<Field, 'keyForm'> {
  const ruling = repairs.keyForms.find((r) => r.fields?.includes(code) === true || (r.check !== undefined && r.check === check))
  return ruling === undefined ? {} : { keyForm: ruling.form }
}

function typeFieldOf(row: FieldRow, check: FieldCheck | undefined): { typeField?: string } {
  if (check !== 'resident-id') return {}
  if (row.typeField !== undefined) return { typeField: row.typeField }
  if (row.code === 'ConstructorIDCard') return { typeField: row.name_zh.includes('/') ? 'IDCardTypeNum' : 'CIDCardTypeNum' }
  const typeField = typeFields[row.code]
  return typeField === undefined ? {} : { typeField }
}

function levelOf(code: string): RegionLevel {
  if (/Province(?:Num|Code)$/.test(code)) return 'province'
  if (/City(?:Num|Code)$/.test(code)) return 'city'
  return /County(?:Num|Code)$/.test(code) ? 'county' : 'any'
}

function lengthOf(row: FieldRow, kind: FieldKind, check: FieldCheck | undefined, repairs: Repairs): { length?: number } {
  if (kind !== 'text' && kind !== 'code') return {}
  if (check?.startsWith('company-code')) return { length: Math.max(...repairs.companyCode.lengths) }
  return row.length === '' || row.type === 'int' ? {} : { length: Number(row.length) }
}

function sourceType(row: FieldRow): string {
  if (row.length === '') return row.type
  return row.scale === '' ? `${row.type}(${row.length})` : `${row.type}(${row.length},${row.scale})`
}

const markWords = /inferred|proposed here|not found|not stated|taken as|not given|2018 form|single source|part of the primary key/

function splitNote(text: string): { marks: string[]; note: string } {
  const parts = text
    .split(/;\s*/)
    .map((part) => part.trim())
    .filter((part) => part !== '' && !part.startsWith('sources:'))
  return { marks: parts.filter((part) => markWords.test(part)), note: parts.filter((part) => !markWords.test(part)).join('; ') }
}
