import type { Company } from './companies.ts'
import { companyKinds } from './companies.ts'
import type { Calendar } from './days.ts'
import { fields, type SampleRecord } from './filing.ts'
import type { Place } from './places.ts'
import type { Staff } from './staff.ts'
import type { SubmitterKey } from './submitters.ts'

/** How a decision stands with its publication (公布). */
export type Publication = 'none' | 'running' | 'shortened' | 'extended' | 'expired' | 'revoked'

/** One decision on conduct, bad or good. */
export interface Decision {
  readonly serial: number
  readonly good: boolean
  readonly company: Company
  /** The registered person, when it is about a person. */
  readonly person: Staff | null
  readonly code: string
  readonly behaviour: string
  readonly place: Place
  readonly submitter: SubmitterKey
  /** Day of the decision. */
  readonly day: number
  readonly publication: Publication
  readonly document: string
  readonly departmentLevel: '1' | '2' | '3'
  readonly department: string
}

const happened = (decision: Decision) => ({
  ProvinceNum: decision.place.province,
  CityNum: decision.place.city,
  CountyNum: decision.place.county,
})

/** Published from the third day after the decision; half a year, or as the story says. */
function publication(decision: Decision, calendar: Calendar, later: boolean): Record<string, string> {
  if (decision.publication === 'none') return { IsPublic: '0' }
  // A revoked decision leaves the public view at once; what was sent before stays inside.
  if (decision.publication === 'revoked' && later) return { IsPublic: '0' }
  const from = decision.day + 3
  const terms: Readonly<Record<Exclude<Publication, 'none'>, number>> = {
    running: 365,
    revoked: 365,
    expired: 183,
    shortened: later ? 95 : 365,
    extended: later ? 365 : 183,
  }
  return {
    IsPublic: '1',
    PublicBDate: calendar.date(from),
    PublicEDate: calendar.date(from + terms[decision.publication]),
    AuditUserName: `审示例${decision.serial % 6}`,
    AuditDate: calendar.date(decision.day + 2),
  }
}

/**
 * TBCorp- or TBRegPerson-, Bad- or GoodCreditInfo.
 * @param later the version after the term was shortened or extended, or the decision revoked
 */
export function conductRecord(decision: Decision, calendar: Calendar, later = false): SampleRecord {
  const { company, person } = decision
  const subject = person
    ? {
        PersonName: person.person.name,
        IDCardTypeNum: person.person.documentType,
        IDCard18: person.person.document,
        SpecialtyTypNum: person.kind,
        CorpName: company.name,
        CorpCode: company.code,
      }
    : { CorpName: company.name, CorpCode: company.code, CertTypeNum: companyKinds[company.kind].aptitude ?? '99' }
  const filed = {
    DepartName: decision.department,
    UserName: `登示例${decision.serial % 8}`,
    CreateDate: calendar.date(Math.min(-1, decision.day + 1)),
    ...publication(decision, calendar, later),
  }
  const decided = decision.good
    ? {
        AwardDepartName: decision.department,
        AwardDepartType: decision.departmentLevel,
        AwardContent: `${decision.behaviour}（合成）`,
        AwardNumber: decision.document,
        AwardDate: calendar.date(decision.day),
      }
    : {
        CreditClassNum: '1',
        CreditType: decision.code.split('-').slice(0, 2).join('-'),
        CreditCode: decision.code,
        Content: `${decision.behaviour}（合成）`,
        HappenDate: calendar.date(decision.day - 45),
        PunishDepartName: decision.department,
        PunishDepartType: decision.departmentLevel,
        PunishEvidence: '示例处罚依据（合成）',
        PunishContent: `罚款${(1 + (decision.serial % 9)) * 10_000}元（合成）`,
        PunishNumber: decision.document,
        PunishDate: calendar.date(decision.day),
        PunishMoney: String((1 + (decision.serial % 9)) * 10_000),
      }
  const entity = `TB${person ? 'RegPerson' : 'Corp'}${decision.good ? 'Good' : 'Bad'}CreditInfo`
  return {
    entity,
    operation: 'upsert',
    sourceId: `${decision.good ? 'LH' : 'BL'}-${decision.serial}`,
    sourceVersion: later ? 2 : 1,
    enteredBy: `u${3_000 + (decision.serial % 9)}`,
    data: fields({ ...subject, ...happened(decision), ...decided, ...filed }),
  }
}
