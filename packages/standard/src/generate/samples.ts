import type { FixOperation, ProblemCode } from '@huijiao/problem'
import { creditCodeCheck, residentIdCheck } from '../check-digits.ts'
import type { Entity, Field, ReleaseDocument } from '../model.ts'

export type Sample = Record<string, string | number>

/** One way to spoil the full sample, and the error it must raise, alone. Paths are relative to `data`. */
export interface InvalidCase {
  readonly what: string
  readonly patch: readonly FixOperation[]
  readonly problems: readonly { readonly code: ProblemCode; readonly pointer: string }[]
}

type Dictionaries = ReadonlyMap<string, ReleaseDocument['dictionaries'][number]>

/** Where the records of a sample are. A province's own release is shown in the province. */
interface SamplePlace {
  readonly province: string
  readonly city: string
  readonly county: string
}

const nationalPlace: SamplePlace = { province: '370000', city: '370100', county: '370102' }
const placeOfIssuer: Readonly<Record<string, SamplePlace>> = {
  '320000': { province: '320000', city: '320200', county: '320213' },
}

const projectIn = ({ county }: SamplePlace): string => `${county}2609010101`
// Region digits 370199 were never assigned, births lie in the 1890s: the codes are right, and nobody's.
const company = withCheck('91370199MA00DEM14', creditCodeCheck)
const person = withCheck('37010218900101001', residentIdCheck)

function withCheck(text: string, check: (text: string) => string | null): string {
  return text + check(text)!
}

/** Values that must fit together; every other field gets one by its kind. */
const fixed: Readonly<Record<string, string>> = {
  PrjTypeNum: '01',
  PrjFunctionNum: '100',
  ContractTypeNum: '301',
  TenderClassNum: '003',
  TenderTypeNum: '001',
  // Conduct D1-1-01 is a construction company's.
  CertTypeNum: '3',
  IDCardTypeNum: '1',
  CIDCardTypeNum: '1',
  SIDCardTypeNum: '1',
  SexNum: '1',
  Birthday: '1890-01-01',
  IsPublic: '1',
  DataSource: '1',
  DataLevel: 'C',
  CreditType: 'D1-1',
  HappenDate: '2026-08-01',
  PunishDate: '2026-09-01',
  CreateDate: '2026-11-01',
  CheckInTime: '2026-10-01',
  CostReportDate: '2026-10-01',
  OutDate: '2026-10-01',
  PostalCode: '250000',
  NationNum: '156',
}

function fixedIn(place: SamplePlace): Readonly<Record<string, string>> {
  const project = projectIn(place)
  return {
    ...fixed,
    PrjNum: project,
    PrjCode: `2608-${place.county}-04-01-000018`,
    TenderNum: `${project}-BD-001`,
    RecordNum: `${project}-HZ-001`,
    CensorNum: `${project}-TX-001`,
    BuilderLicenceNum: `${project}-SX-001`,
    PrjFinishNum: `${project}-JX-001`,
    PerfNum: `YJ-${project}-001`,
    UnitCode: `${project}-001`,
    PrjFinishCheckNum: `${project}-YS-001`,
  }
}

function valueOf(entity: Entity, field: Field, dictionaries: Dictionaries, place: SamplePlace): string | number {
  if (field.code === 'CreditCode' && entity.group === 'conduct') return 'D1-1-01'
  const known = fixedIn(place)[field.code]
  if (known !== undefined) return field.kind === 'instant' ? `${known}T09:30:00+08:00` : known
  switch (field.kind) {
    case 'code':
      return dictionaries.get(field.dictionary!)!.codes[0]!.code
    case 'region':
      return place[field.level === undefined || field.level === 'any' ? 'county' : field.level]
    case 'decimal':
      return field.scale === 0 ? '12' : '12.5'
    case 'integer':
      return 1
    case 'date':
      return isEnd(field.code) ? '2026-10-01' : '2026-09-01'
    case 'instant':
      return isEnd(field.code) ? '2026-10-01T09:30:00+08:00' : '2026-09-01T09:30:00+08:00'
    default:
      return textOf(field, place)
  }
}

function isEnd(code: string): boolean {
  return /(E|End|Effect|Valid|end)Date\d?$/.test(code) && code !== 'CensorEDate'
}

function textOf(field: Field, place: SamplePlace): string {
  if (field.check === 'resident-id') return person
  if (field.check === 'project-number') return projectIn(place)
  if (field.check !== undefined) return company
  const words = /Name|Man|User$/.test(field.code) && field.privacy !== 'open' ? '王示例' : `示例${field.nameZh}（合成）`
  return [...words].slice(0, field.length ?? 200).join('')
}

/**
 * A record with the mandatory fields only, and one with every field.
 * @param issuer of the entity's release: the samples of a province's own lie in the province
 */
export function validSamples(entity: Entity, dictionaries: Dictionaries, issuer = '000000'): { minimal: Sample; full: Sample } {
  const place = placeOfIssuer[issuer] ?? nationalPlace
  const fields = entity.fields.filter((field) => field.kind !== 'attachment')
  const sample = (chosen: readonly Field[]): Sample =>
    Object.fromEntries(chosen.map((field) => [field.code, valueOf(entity, field, dictionaries, place)]))
  const conditional = new Set(entity.conditions.filter((c) => c.kind === 'unless').flatMap((c) => c.require))
  const published = ['PublicBDate', 'PublicEDate', 'AuditUserName', 'AuditDate']
  return {
    minimal: sample(fields.filter((field) => field.mandatory || conditional.has(field.code) || published.includes(field.code))),
    full: sample(fields),
  }
}

const wrongByKind: Readonly<Partial<Record<Field['kind'], readonly [string, ProblemCode]>>> = {
  region: ['379999', 'region-unknown'],
  decimal: ['1e3', 'decimal-invalid'],
  date: ['2026-02-30', 'date-invalid'],
  instant: ['2026-09-01 09:30', 'date-invalid'],
}

/** Each mandatory field left out, each code, region, decimal, date and check digit wrong, and a few mistakes any record can have. */
export function invalidCases(entity: Entity, dictionaries: Dictionaries, issuer?: string): InvalidCase[] {
  const { full } = validSamples(entity, dictionaries, issuer)
  const fields = entity.fields.filter((field) => field.kind !== 'attachment')
  return [
    ...fields
      .filter((field) => field.mandatory)
      .map((field) => spoiled(`without ${field.code}`, field, 'field-missing', { op: 'remove', path: `/${field.code}` })),
    ...fields.flatMap((field) => wrongValue(field, full, dictionaries)),
    ...anyRecord(fields),
  ]
}

function spoiled(what: string, field: Field, code: ProblemCode, operation: FixOperation): InvalidCase {
  return { what, patch: [operation], problems: [{ code, pointer: `/data/${field.code}` }] }
}

function replaced(what: string, field: Field, code: ProblemCode, value: unknown): InvalidCase {
  return spoiled(what, field, code, { op: 'replace', path: `/${field.code}`, value })
}

function wrongValue(field: Field, full: Sample, dictionaries: Dictionaries): InvalidCase[] {
  const byKind = wrongByKind[field.kind]
  if (byKind !== undefined) return [replaced(`${field.code} wrong`, field, byKind[1], byKind[0])]
  if (field.kind === 'integer') return [replaced(`${field.code} negative`, field, 'integer-invalid', -1)]
  if (field.kind === 'code')
    return dictionaries.get(field.dictionary!)!.closed ? [replaced(`${field.code} not in its dictionary`, field, 'code-unknown', '~')] : []
  const sent = String(full[field.code])
  if (field.check === 'resident-id')
    return [replaced(`${field.code} with a wrong check digit`, field, 'resident-id-invalid', otherLast(sent))]
  if (field.check?.startsWith('company-code'))
    return [replaced(`${field.code} with a wrong check character`, field, 'credit-code-invalid', otherLast(sent))]
  return field.check === 'project-number' ? [replaced('a project number of 15 digits', field, 'number-invalid', sent.slice(0, 15))] : []
}

function otherLast(text: string): string {
  return text.slice(0, -1) + (text.endsWith('1') ? '2' : '1')
}

function anyRecord(fields: readonly Field[]): InvalidCase[] {
  const texts = fields.filter((field) => field.kind === 'text' && field.check === undefined && field.length !== undefined)
  const shortest = texts.toSorted((a, b) => a.length! - b.length!)[0]
  const optional = fields.find((field) => !field.mandatory && !field.conditional && field.kind === 'text')
  const code = fields.find((field) => field.kind === 'code')
  return [
    {
      what: 'a field that the standard does not have',
      patch: [{ op: 'add', path: '/NoSuchField', value: '1' }],
      problems: [{ code: 'field-unknown', pointer: '/data/NoSuchField' }],
    },
    ...(shortest === undefined
      ? []
      : [replaced(`${shortest.code} one character too long`, shortest, 'too-long', '示'.repeat(shortest.length! + 1))]),
    ...(optional === undefined ? [] : [replaced(`${optional.code} empty`, optional, 'field-empty', '')]),
    ...(code === undefined ? [] : [replaced(`${code.code} as a number`, code, 'type-wrong', 1)]),
    ...(texts[0] === undefined ? [] : [replaced(`${texts[0].code} with NUL`, texts[0], 'text-invalid', '示例\u0000')]),
  ]
}
