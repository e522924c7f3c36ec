import { creditCodeCheck, organisationCodeCheck, residentIdCheck } from '@huijiao/standard'
import { type Hub, sequenceLog, watchIdentities } from '../src/index.ts'

/** Numbers what is pending and lets the reader of identities read to the end. */
export async function watch(hub: Hub): Promise<void> {
  await sequenceLog(hub)
  while (await watchIdentities(hub)) continue
  await sequenceLog(hub)
}

/** An organisation code with its check character. */
export const organisation = (body: string): string => body + organisationCodeCheck(body)

/** A credit code around an organisation code, of an unassigned region. */
export function creditCode(organisationCode: string, region = '370199'): string {
  const body = `91${region}${organisationCode}`
  return body + creditCodeCheck(body)
}

/** A company as the register has it; synthetic. */
export function company(serial: number, over: Record<string, unknown> = {}) {
  const code = creditCode(organisation(`MA0X${String(serial).padStart(4, '0')}`))
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
    LegalManIDCard: `37019918900101001${residentIdCheck('37019918900101001')}`,
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
