import type { Calendar } from './days.ts'
import { fields, type SampleRecord } from './filing.ts'
import { isRegistered, type Staff } from './staff.ts'

const upsert = (entity: string, sourceId: string, data: Readonly<Record<string, string | number | undefined>>): SampleRecord => ({
  entity,
  operation: 'upsert',
  sourceId,
  enteredBy: 'u1002',
  data: fields(data),
})

/** RegTradeTypeNum of the first registered specialty. Architects and engineers have codes that the lists held here do not show. */
const specialties: Readonly<Record<string, string>> = {
  '81': '10401001',
  '82': '10401010',
  '71': '105010',
  '91': '109020',
  '1': '101010',
  '11': '102010',
  '21': '103010',
}

/** TBRegPersonBasicInfo and TBRegPersonRegInfo of a registered person, PersonSiteStaffCert of anybody else. */
export function personRecords(staff: Staff, calendar: Calendar): SampleRecord[] {
  const { person, company } = staff
  const issued = -300 - (person.serial % 400)
  if (!isRegistered(staff.role)) {
    return [
      upsert('PersonSiteStaffCert', `GWZ-${person.serial}`, {
        PersonName: person.name,
        IDCardTypeNum: person.documentType,
        IDCard: person.document,
        CorpName: company.name,
        CorpCode: company.code,
        JobCertType: staff.kind,
        CertNo: staff.certificate,
        IssueDate: calendar.date(issued),
        IssueOrgan: '示例省住房和城乡建设厅（合成）',
        ValidDate: calendar.date(issued + 1_096),
        Status: '1',
      }),
    ]
  }
  return [
    upsert('TBRegPersonBasicInfo', `ZC-${person.serial}`, {
      PersonName: person.name,
      SexNum: person.sex,
      IDCardTypeNum: person.documentType,
      IDCard: person.document,
      Birthday: person.birthday,
      NationalityNum: person.name.includes('·') ? '05' : '01',
      EduLevelNum: '20',
      Mobile: person.mobile,
    }),
    upsert('TBRegPersonRegInfo', `ZCX-${person.serial}`, {
      PersonName: person.name,
      IDCardTypeNum: person.documentType,
      IDCard18: person.document,
      SpecialtyTypNum: staff.kind,
      CertNum: staff.certificate,
      AwardDate: calendar.date(issued),
      AwardDepart: '示例省住房和城乡建设厅（合成）',
      EffectDate: calendar.date(issued + 1_096),
      CorpName: company.name,
      CorpCode: company.code,
      RegTradeTypeNum1: specialties[staff.kind],
    }),
  ]
}
