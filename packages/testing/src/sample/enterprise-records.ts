import { type Company, companyKinds } from './companies.ts'
import type { Calendar } from './days.ts'
import { fields, type SampleRecord } from './filing.ts'
import { officePhoneOf } from './identifiers.ts'

const upsert = (
  entity: string,
  sourceId: string,
  data: Readonly<Record<string, string | number | undefined>>,
  sourceVersion?: number,
): SampleRecord => ({
  entity,
  operation: 'upsert',
  sourceId,
  ...(sourceVersion === undefined ? {} : { sourceVersion }),
  enteredBy: 'u1001',
  data: fields(data),
})
const seat = (company: Company) => ({
  ProvinceNum: company.place.province,
  CityNum: company.place.city,
  CountyNum: company.place.county,
  Address: `${company.place.name}合成大街${company.serial}号`,
})

/** TBCorpBasicInfo. `change` gives what another version or another source says differently. */
export function companyRecord(
  company: Company,
  sourceId: string,
  change: Readonly<Record<string, string>> = {},
  sourceVersion?: number,
): SampleRecord {
  const { legal } = company
  return upsert(
    'TBCorpBasicInfo',
    sourceId,
    {
      CorpName: company.formerName ?? company.name,
      CorpCode: company.code,
      LicenseNum: company.code,
      ...seat(company),
      PostalCode: '259900',
      LegalMan: legal.name,
      IDCardTypeNum: legal.documentType,
      LegalManIDCard: legal.document,
      LegalManDuty: '董事长',
      EconomicNum: company.economic,
      RegPrin: String(company.capital),
      PrincipalUnitNum: '1',
      CorpBirthDate: `${company.foundedYear}-0${1 + (company.serial % 9)}-1${company.serial % 10}`,
      OfficePhone: officePhoneOf(company.serial),
      LinkMan: `联示例${company.serial % 10}`,
      LinkPhone: legal.mobile,
      Description: '合成数据，非真实企业',
      ...change,
    },
    sourceVersion,
  )
}

/** A company that an old system still knows by its nine-character organisation code: its record before the credit code came. */
export function companyUnderOldCode(company: Company, sourceId: string): SampleRecord {
  return companyRecord(company, sourceId, {
    CorpCode: company.organisation,
    LicenseNum: `3701990${String(company.serial).padStart(8, '0')}`,
  })
}

/** TBCorpCertInfo and its TBCorpCertDetailInfo. An expired one says so by its last day and by its status. */
export function certificateRecords(company: Company, calendar: Calendar): SampleRecord[] {
  const { aptitude, trade } = companyKinds[company.kind]
  if (aptitude === null || company.certificate === null) return []
  const identity = { CorpName: company.name, CorpCode: company.code, CertTypeNum: aptitude, CertID: company.certificate }
  const from = company.expired ? -1_900 : -700
  const certificate = upsert('TBCorpCertInfo', `ZS-${company.serial}`, {
    ...identity,
    TitleLevelNum: company.level ?? undefined,
    ...seat(company),
    LegalMan: company.legal.name,
    TechMan: `技示例${company.serial % 10}`,
    OrganName: '示例省住房和城乡建设厅（合成）',
    OrganDate: calendar.date(from - (company.serial % 300)),
    EndDate: calendar.date(company.expired ? -20 - (company.serial % 60) : from + 1_826 - (company.serial % 300)),
    IsValid: company.expired ? '2' : '1',
  })
  if (trade === null || company.level === null) return [certificate]
  const detail = upsert('TBCorpCertDetailInfo', `ZX-${company.serial}`, {
    ...identity,
    TradeTypeNum: trade[0],
    TradeBoundNum: trade[1],
    TitleLevelNum: company.level,
    IsMaster: '1',
    NoteDate: calendar.date(from - (company.serial % 300)),
    AddTypeNum: '001',
    CertTradeStatusNum: company.expired ? '002' : '001',
    ...(company.expired ? { CertTradeModifyDate: calendar.date(-19), CertTradeModifyMark: '有效期届满未延续（合成）' } : {}),
  })
  return [certificate, detail]
}

/** CorpSafetyPermit of those that build. */
export function safetyPermitRecord(company: Company, calendar: Calendar): SampleRecord[] {
  if (company.safetyPermit === null) return []
  const issued = company.expired ? -1_130 : -400 - (company.serial % 300)
  return [
    upsert('CorpSafetyPermit', `AX-${company.serial}`, {
      CorpName: company.name,
      CorpCode: company.code,
      SafetyCerID: company.safetyPermit,
      OrganName: '示例省住房和城乡建设厅（合成）',
      OrganDate: calendar.date(issued),
      EndDate: calendar.date(issued + 1_096),
      IsValid: company.expired ? '2' : '1',
    }),
  ]
}

/** TBCorpForeignInfo of a joint venture. */
export function foreignRecord(company: Company): SampleRecord[] {
  if (!company.foreign) return []
  return [
    upsert('TBCorpForeignInfo', `WZ-${company.serial}`, {
      CorpName: company.name,
      CorpCode: company.code,
      ForeignCorpName: `示例境外投资${company.serial}（合成）`,
      NationNum: '702',
      PrincipalUnitNum: '2',
      RegPrin: String(company.capital / 4),
      PercentTage: '25',
      ForeignIvestor: '0',
    }),
  ]
}
