import type { ProblemDocument } from '@huijiao/problem/browser'
import type { Entity, Field, Release } from '@huijiao/standard/browser'
import type { SentRecord } from '../submissions/model.ts'
import { type Attached, named } from './attachment.ts'
import { type Data, fieldOf, judgeRecord } from './judge.ts'

/** The form of 2007 for reporting bad conduct; its fields are inferred. */
export const conductReport = 'BadConductReportForm2007'
const company = 'TBCorpBasicInfo'
const conduct = 'TBCorpBadCreditInfo'
const personConduct = 'TBRegPersonBadCreditInfo'

/** Fields of the form that the records call otherwise: the conduct's own place and the site's address, which in the form stand beside the company's. */
const conductName: Readonly<Record<string, string>> = {
  HappenProvinceNum: 'ProvinceNum',
  HappenCityNum: 'CityNum',
  HappenCountyNum: 'CountyNum',
  PrjAddress: 'Address',
}
/** In the form they are the company's, and the conduct has others of this name. */
const companyOnly = new Set(['ProvinceNum', 'CityNum', 'CountyNum', 'Address'])

/** What a person has alone: a fine of the company is never taken for one of the person's. */
const ownOfPerson = ['PersonName', 'IDCardTypeNum', 'IDCard18', 'SpecialtyTypNum', 'PunishMoney'] as const
/** What a person may have otherwise than the company; left empty, it is what the form says. */
export const sharedWithPerson: readonly string[] = [
  'CreditType',
  'CreditCode',
  'Content',
  'PunishEvidence',
  'PunishContent',
  'PunishNumber',
]
/** Class and code of a conduct belong together: who writes one for a person writes both. */
const together: readonly string[] = ['CreditType', 'CreditCode']

/** A registered person whom the same conduct concerns. */
export interface ReportPerson {
  /** Of the page; the record's source id is made of it, so that nothing personal stands there. */
  readonly id: string
  readonly data: Data
}

/** What the page holds. */
export interface ReportContent {
  readonly data: Data
  readonly withCompany: boolean
  readonly persons: readonly ReportPerson[]
  /** Evidence, named by the records of conduct. */
  readonly attachments: readonly Attached[]
}

export interface ConductParts {
  readonly form: Entity
  readonly company: Entity
  readonly conduct: Entity
  /** Null where the release has no table of persons' conduct. */
  readonly person: Entity | null
  /** Sections of the page: the two parts of the form, and what the records need besides. */
  readonly sections: readonly { readonly name: 'company' | 'conduct' | 'more'; readonly fields: readonly Field[] }[]
  /** What is asked of each person; only what has no answer in the form is mandatory. */
  readonly personFields: readonly Field[]
}

/** The form of a release; null when the release has not the tables. */
export function conductParts(release: Release, withCompany: boolean): ConductParts | null {
  const [form, firm, act] = [conductReport, company, conduct].map((code) => release.entities.get(code))
  if (form === undefined || firm === undefined || act === undefined) return null
  const ofCompany = new Set(firm.fields.map((field) => field.code))
  const inForm = new Set(form.fields.map((field) => field.code))
  const first = form.fields.filter((field) => ofCompany.has(field.code) && conductName[field.code] === undefined)
  const second = form.fields.filter((field) => !first.includes(field))
  const needed = (entity: Entity, named: (code: string) => boolean) =>
    entity.fields.filter(
      (field) =>
        field.kind !== 'attachment' &&
        !named(field.code) &&
        (field.mandatory || /^(Public[BE]Date|AuditUserName|AuditDate|LegalManIDCard)$/.test(field.code)),
    )
  const more = [
    ...(withCompany ? needed(firm, (code) => inForm.has(code)) : []),
    ...needed(act, (code) => inForm.has(code) || Object.values(conductName).includes(code)),
  ]
  const person = release.entities.get(personConduct) ?? null
  const asked = new Set<string>([...ownOfPerson, ...sharedWithPerson])
  return {
    form,
    company: firm,
    conduct: act,
    person,
    sections: [
      { name: 'company', fields: first },
      { name: 'conduct', fields: second },
      { name: 'more', fields: more },
    ],
    personFields: (person?.fields ?? [])
      .filter((field) => asked.has(field.code))
      .map((field) => (sharedWithPerson.includes(field.code) ? { ...field, mandatory: false } : field)),
  }
}

/** Where a person wrote what a record holds: in the form, or at a person of it. */
export interface Place {
  readonly person: number | null
  readonly code: string
}

export interface ReportRecord {
  readonly record: SentRecord
  readonly placeOf: (code: string) => Place
}

/** The records that a filled page says: the company's where it is wanted, its conduct's, and one for each person. */
export function recordsOfReport(parts: ConductParts, { data, withCompany, persons, attachments }: ReportContent): ReportRecord[] {
  const own = (entity: Entity) => new Set(entity.fields.map((field) => field.code))
  const [ofCompany, ofConduct] = [own(parts.company), own(parts.conduct)]
  const companyData = Object.fromEntries(Object.entries(data).filter(([code]) => ofCompany.has(code)))
  const conductData: Data = Object.fromEntries(
    Object.entries(data).flatMap(([code, value]) => {
      const name = conductName[code] ?? code
      return (companyOnly.has(code) && conductName[code] === undefined) || !ofConduct.has(name) ? [] : [[name, value]]
    }),
  )
  const evidence = named(attachments)
  const inForm = (code: string): Place => ({ person: null, code: formField(code) })
  const firm = String(data['CorpCode'] ?? '')
  return [
    ...(withCompany
      ? [
          {
            record: { entity: parts.company.code, sourceId: `QY-${firm}`, data: companyData },
            placeOf: (code: string): Place => ({ person: null, code }),
          },
        ]
      : []),
    {
      record: {
        entity: parts.conduct.code,
        sourceId: `BL-${firm}-${String(data['PunishNumber'] ?? '')}-${String(data['CreditCode'] ?? '')}`.slice(0, 100),
        data: conductData,
        ...evidence,
      },
      placeOf: inForm,
    },
    ...(parts.person === null ? [] : persons).map((person, at) => {
      const table = parts.person as Entity
      const isOwn = ownFields(person.data)
      return {
        record: { entity: table.code, sourceId: `RY-${person.id}`, data: personData(table, conductData, person.data, isOwn), ...evidence },
        placeOf: (code: string): Place => (isOwn.has(code) ? { person: at, code } : inForm(code)),
      }
    }),
  ]
}

/** What a person says alone; the rest is what the form says. */
function ownFields(data: Data): ReadonlySet<string> {
  const written = sharedWithPerson.filter((code) => data[code] !== undefined)
  return new Set([...ownOfPerson, ...written, ...(written.some((code) => together.includes(code)) ? together : [])])
}

const personData = (table: Entity, conductData: Data, own: Data, isOwn: ReadonlySet<string>): Data =>
  Object.fromEntries(
    table.fields.flatMap(({ code }) => {
      const value = isOwn.has(code) ? own[code] : conductData[code]
      return value === undefined ? [] : [[code, value]]
    }),
  )

/** Where a field of the conduct stands in the form. */
const formField = (code: string): string => Object.entries(conductName).find(([, name]) => name === code)?.[0] ?? code

/** A problem of one of the records, told where the person wrote what is wrong. */
export interface PlacedProblem {
  /** Position of the person; null for the form itself. */
  readonly person: number | null
  readonly problem: ProblemDocument
}

/** Problems of the records, in their order, as problems of the page; what several records say of one field is told once. */
export function placed(records: readonly ReportRecord[], found: readonly (readonly ProblemDocument[])[]): PlacedProblem[] {
  const told = new Map<string, PlacedProblem>()
  for (const [at, { placeOf }] of records.entries())
    for (const problem of found[at] ?? []) {
      const code = fieldOf(problem)
      const place = code === null ? null : placeOf(code)
      const moved = (path: string) => (place === null ? path : path.replace(`/data/${code}`, `/data/${place.code}`))
      const own: ProblemDocument = {
        ...problem,
        pointer: moved(problem.pointer ?? ''),
        ...(problem.fix === undefined ? {} : { fix: problem.fix.map((one) => ({ ...one, path: moved(one.path) })) }),
      }
      const key = `${place?.person ?? ''} ${own.code} ${own.pointer}`
      if (!told.has(key)) told.set(key, { person: place?.person ?? null, problem: own })
    }
  return [...told.values()]
}

/** What is wrong with the page as it stands, by the node's own validators. */
export function judgeReport(release: Release, records: readonly ReportRecord[]): PlacedProblem[] {
  return placed(
    records,
    records.map(({ record }) => judgeRecord(release, record)),
  )
}
