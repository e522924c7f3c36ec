import { creditCodeCheck, organisationCodeCheck, residentIdCheck } from '@huijiao/standard'

/** A company as the register has it; synthetic, of a region that is not assigned. */
export function company(serial: number, over: Record<string, unknown> = {}): Record<string, string> {
  const organisation = `MA0X${String(serial).padStart(4, '0')}`
  const body = `91370199${organisation}${organisationCodeCheck(organisation)}`
  const code = body + creditCodeCheck(body)
  const resident = '37019918900101001'
  return {
    CorpName: `示例第${serial}建设有限公司（合成）`,
    CorpCode: code,
    LicenseNum: code,
    ProvinceNum: '370000',
    CityNum: '370100',
    CountyNum: '370102',
    Address: `示例路 ${serial} 号（合成）`,
    PostalCode: '259900',
    LegalMan: '法示例',
    IDCardTypeNum: '1',
    LegalManIDCard: resident + residentIdCheck(resident),
    LegalManDuty: '董事长',
    EconomicNum: '159',
    RegPrin: '5000',
    PrincipalUnitNum: '1',
    CorpBirthDate: '2010-05-12',
    LinkMan: '联示例',
    LinkPhone: '10000000001',
    ...over,
  }
}
