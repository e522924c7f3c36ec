import type { FixOperation, ProblemDocument } from '@huijiao/problem/browser'
import { applyFix, type Entity, type Field, type Release, shapeProblems, validateRecord, withoutNulls } from '@huijiao/standard/browser'
import type { SentRecord } from '../submissions/model.ts'

export type Data = Readonly<Record<string, unknown>>

/** The node's own judgement of a record's data, in the page. */
export function judge(release: Release, entity: Entity, data: Data, at = new Date()): ProblemDocument[] {
  return validateRecord(release, entity, withoutNulls(data), at)
}

/** The node's own judgement of a whole record: what stands around its data (source id, attachments), and the data. */
export function judgeRecord(release: Release, record: SentRecord): ProblemDocument[] {
  const entity = release.entities.get(record.entity)
  return [...shapeProblems({ operation: 'upsert', ...record }), ...(entity === undefined ? [] : judge(release, entity, record.data ?? {}))]
}

/** Code of the field that a problem points at; null for what is wrong with the record as a whole. */
export function fieldOf(problem: { readonly pointer?: string }): string | null {
  const match = /^\/(?:data|key)\/([^/]+)/.exec(problem.pointer ?? '')
  return match === null ? null : (match[1] as string).replaceAll('~1', '/').replaceAll('~0', '~')
}

export const isError = (problem: { readonly severity?: string }): boolean => (problem.severity ?? 'error') === 'error'

/** The data with an offered fix: paths are relative to the record. */
export function mended(data: Data, fix: readonly FixOperation[]): Data {
  return applyFix(data, fix)
}

/** What a person typed as the standard writes it: nothing is left out, whole numbers become numbers. */
export function withValue(data: Data, field: Field, text: string | undefined): Data {
  const { [field.code]: _old, ...rest } = data
  if (text === undefined || text === '') return rest
  const value = field.kind === 'integer' && /^\d{1,10}$/.test(text) ? Number(text) : text
  // In its old place, so that a record reads the same after a change.
  return Object.hasOwn(data, field.code)
    ? Object.fromEntries(Object.entries(data).map(([name, old]) => [name, name === field.code ? value : old]))
    : { ...data, [field.code]: value }
}

export const textOf = (value: unknown): string =>
  value === undefined || value === null
    ? ''
    : typeof value === 'string'
      ? value
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value)

export type SectionName = 'identity' | 'place' | 'parties' | 'classes' | 'amounts' | 'dates' | 'texts' | 'review'

const sectionOrder: readonly SectionName[] = ['identity', 'place', 'parties', 'classes', 'amounts', 'dates', 'texts', 'review']

/** Fields of data source and review stand at the end of every table of the standard. */
const reviewFields =
  /^(DataSource|DataLevel|Check(Depart|Person)Name|AuditUserName|AuditDate|CreateDate|CreateUser|UserName|DepartName|IsPublic|Public[BE]Date|UpdateDate)$/

function sectionOf(entity: Entity, field: Field): SectionName {
  if (entity.key.includes(field.code) && field.kind !== 'code' && field.check === undefined) return 'identity'
  if (reviewFields.test(field.code)) return 'review'
  if (field.kind === 'region' || /Address|PostalCode|Location/.test(field.code)) return 'place'
  if (field.check === 'company-code' || field.check === 'company-code-or-other' || field.check === 'resident-id') return 'parties'
  if (field.privacy !== 'open' || /(Corp|Person|Man|User|Unit|Depart|Agency)Name$|IDCardType|Phone|Tel$|EMail/.test(field.code))
    return 'parties'
  if (field.check === 'project-number' || (/(Num|Code|Name|CertID|CerID)$/.test(field.code) && field.kind === 'text')) return 'identity'
  if (field.kind === 'code') return 'classes'
  if (field.kind === 'decimal' || field.kind === 'integer') return 'amounts'
  if (field.kind === 'date' || field.kind === 'instant') return 'dates'
  return 'texts'
}

export interface Section {
  readonly name: SectionName
  readonly fields: readonly Field[]
}

/** A table's fields in groups as a person fills them; within each in the standard's order. Images are attachments and no part of a record. */
export function sectionsOf(entity: Entity): Section[] {
  const fields = entity.fields.filter((field) => field.kind !== 'attachment')
  return sectionOrder.flatMap((name) => {
    const own = fields.filter((field) => sectionOf(entity, field) === name)
    return own.length === 0 ? [] : [{ name, fields: own }]
  })
}
