import type { Entity, Field, Release } from '@huijiao/standard/browser'
import type { SentRecord } from '../submissions/model.ts'
import type { Data } from './judge.ts'

/** The form of 2007 for reporting bad conduct; its fields are inferred. */
export const conductReport = 'BadConductReportForm2007'
const company = 'TBCorpBasicInfo'
const conduct = 'TBCorpBadCreditInfo'

/** Fields of the form that the records call otherwise: the conduct's own place and the site's address, which in the form stand beside the company's. */
const conductName: Readonly<Record<string, string>> = {
  HappenProvinceNum: 'ProvinceNum',
  HappenCityNum: 'CityNum',
  HappenCountyNum: 'CountyNum',
  PrjAddress: 'Address',
}
/** In the form they are the company's, and the conduct has others of this name. */
const companyOnly = new Set(['ProvinceNum', 'CityNum', 'CountyNum', 'Address'])

export interface ConductParts {
  readonly form: Entity
  readonly company: Entity
  readonly conduct: Entity
  /** Sections of the page: the two parts of the form, and what the two records need besides. */
  readonly sections: readonly { readonly name: 'company' | 'conduct' | 'more'; readonly fields: readonly Field[] }[]
}

/** The form of a release; null when the release has not all three tables. */
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
  return {
    form,
    company: firm,
    conduct: act,
    sections: [
      { name: 'company', fields: first },
      { name: 'conduct', fields: second },
      { name: 'more', fields: more },
    ],
  }
}

/** The two records that a filled form says; the company's only where it is wanted. */
export function recordsOfReport(parts: ConductParts, data: Data, withCompany: boolean): SentRecord[] {
  const own = (entity: Entity) => new Set(entity.fields.map((field) => field.code))
  const [ofCompany, ofConduct] = [own(parts.company), own(parts.conduct)]
  const companyData = Object.fromEntries(Object.entries(data).filter(([code]) => ofCompany.has(code)))
  const conductData = Object.fromEntries(
    Object.entries(data).flatMap(([code, value]) => {
      const name = conductName[code] ?? code
      return (companyOnly.has(code) && conductName[code] === undefined) || !ofConduct.has(name) ? [] : [[name, value]]
    }),
  )
  const code = String(data['CorpCode'] ?? '')
  return [
    ...(withCompany ? [{ entity: parts.company.code, sourceId: `QY-${code}`, data: companyData }] : []),
    {
      entity: parts.conduct.code,
      sourceId: `BL-${code}-${String(data['PunishNumber'] ?? '')}-${String(data['CreditCode'] ?? '')}`.slice(0, 100),
      data: conductData,
    },
  ]
}

/** Where a field of one of the records stands in the form. */
export function formField(parts: ConductParts, entity: string, code: string): string {
  if (entity !== parts.conduct.code) return code
  return Object.entries(conductName).find(([, name]) => name === code)?.[0] ?? code
}
