/**
 * Business keys of the entities that the sample uses, written down from the standard's index on purpose: the expectation must not come from
 * the code it is held against. Empty: keyed by the sender's own row number.
 */
export const keyFields: Readonly<Record<string, readonly string[]>> = {
  TBCorpBasicInfo: ['CorpCode'],
  TBCorpCertInfo: ['CorpCode', 'CertTypeNum', 'CertID'],
  TBCorpCertDetailInfo: ['CorpCode', 'CertID', 'TradeTypeNum', 'TradeBoundNum'],
  TBCorpForeignInfo: ['CorpCode', 'ForeignCorpName'],
  CorpSafetyPermit: ['SafetyCerID'],
  TBRegPersonBasicInfo: ['IDCardTypeNum', 'IDCard'],
  TBRegPersonRegInfo: ['IDCardTypeNum', 'IDCard18', 'SpecialtyTypNum', 'CertNum'],
  PersonSiteStaffCert: ['IDCardTypeNum', 'IDCard', 'JobCertType', 'CertNo'],
  TBProjectInfo: ['PrjNum'],
  TBTenderInfo: ['TenderNum'],
  TBContractRecordManage: ['RecordNum'],
  TBProjectCensorInfo: ['CensorNum'],
  TBProjectDesignEconUserInfo: ['CensorNum', 'CorpCode', 'IDCardTypeNum', 'IDCard', 'PrjDuty'],
  TBBuilderLicenceManage: ['BuilderLicenceNum'],
  TBProjectBuilderUserInfo: ['BuilderLicenceNum', 'CorpCode', 'IDCardTypeNum', 'IDCard', 'UserType'],
  TBPrjSafeUserInfo: ['BuilderLicenceNum', 'CorpCode', 'IDCardTypeNum', 'IDCard', 'UserType'],
  TBPrjManageUserInfo: ['BuilderLicenceNum', 'CorpCode', 'IDCardTypeNum', 'IDCard', 'PostCertName'],
  TBPrjOperationWorkerInfo: ['BuilderLicenceNum', 'IDCardTypeNum', 'IDCard', 'WorkTypeNum'],
  TBPrjSuperViserInfo: ['BuilderLicenceNum', 'CorpCode', 'IDCardTypeNum', 'IDCard'],
  TBPrjSpotCheckinfo: [],
  TBUnitProjectInfo: ['UnitCode'],
  TBProjectCorpInfo: ['PrjNum', 'UnitCode', 'CorpRoleNum', 'CorpCode', 'PersonIDCard'],
  TBProjectFinishManage: ['PrjFinishNum'],
  TBProjectFinishCheckInfo: ['PrjFinishCheckNum'],
  TBCorpBadCreditInfo: ['CorpCode', 'PunishNumber', 'CreditCode'],
  TBCorpGoodCreditInfo: ['CorpCode', 'AwardNumber'],
  TBRegPersonBadCreditInfo: ['IDCardTypeNum', 'IDCard18', 'PunishNumber', 'CreditCode'],
  TBRegPersonGoodCreditInfo: ['IDCardTypeNum', 'IDCard18', 'AwardNumber'],
}

/** A record's business key; null when it is keyed by its sender's row number. */
export function keyOf(entity: string, data: Readonly<Record<string, string | number>>): Record<string, string> | null {
  const names = keyFields[entity]
  if (names === undefined) throw new Error(`the sample has no key for ${entity}`)
  return names.length === 0 ? null : Object.fromEntries(names.map((name) => [name, String(data[name])]))
}

/** 〔〕 and [] and （） around the year of a document are one. */
export const comparable = (text: string): string => text.replace(/[〔［[(（【]/g, '〔').replace(/[〕］\])）】]/g, '〕')
