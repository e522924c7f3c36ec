import { company, project, type RuleCases } from './case.ts'

export const logicCases: Readonly<Record<string, RuleCases>> = {
  'number.project': {
    valid: [['TBProjectInfo', { PrjNum: '3701002609010101' }, '市级主管部门的编号']],
    invalid: [
      ['TBProjectInfo', { PrjNum: '37010226090101' }, '14 位', 'error', 'number-invalid', 'PrjNum', null],
      ['TBProjectInfo', { PrjNum: '370102-260901-0101' }, '多余的连字符', 'error', 'number-invalid', 'PrjNum', { PrjNum: project }],
      ['TBProjectInfo', { PrjNum: '３７０１０２２６０９０１０１０１' }, '全角', 'error', 'number-invalid', 'PrjNum', { PrjNum: project }],
    ],
  },
  'number.region': {
    valid: [
      ['TBProjectInfo', { PrjNum: '3701712609010101' }, '同市开发区的编号'],
      ['TBProjectInfo', { PrjNum: '3712021609010101', CountyNum: '370116' }, '区县的旧代码'],
      ['JS_aj_gcjbxx', { xmbm: '3202002609010101', sbdqbm: '320214' }, '省扩展版：编号为市级，由区上报', { release: '2018-js' }],
      ['JS_aj_gcjbxx', { sbdqbm: '320000' }, '省扩展版：由省级上报', { release: '2018-js' }],
    ],
    invalid: [
      ['TBProjectInfo', { PrjNum: '3701032609010101' }, '另一区县', 'error', 'number-region-mismatch', 'PrjNum', null],
      ['TBProjectInfo', { PrjNum: '3799992609010101' }, '没有此区划', 'error', 'number-region-mismatch', 'PrjNum', null],
      ['JS_zj_gcjbxx', { prjNum: '3201022609010101' }, '省扩展版：上报地区在另一地市（推定）', 'doubt', 'number-region-mismatch', 'prjNum', null, { release: '2018-js' }],
      ['JS_xm_gcdjb_dtxm', { PrjNum: '3701022609010101' }, '省扩展版：外省的项目编号（推定）', 'doubt', 'number-region-mismatch', 'PrjNum', null, { release: '2018-js' }],
      ['TBTenderInfo', { JS_sbdqbm: '320102' }, '省里加在国家表上的上报地区在另一地市（推定）', 'doubt', 'number-region-mismatch', 'PrjNum', null, { release: '2018-js' }],
    ],
  },
  'number.date': {
    valid: [['TBProjectInfo', {}, '260901']],
    invalid: [['TBProjectInfo', { PrjNum: '3701022613010101' }, '没有 13 月', 'warning', 'number-inconsistent', 'PrjNum', null]],
  },
  'number.type': {
    valid: [['TBProjectInfo', { PrjNum: '3701022609010201', PrjTypeNum: '02' }, '分类 02']],
    invalid: [['TBProjectInfo', { PrjNum: '3701022609010201' }, '编号为 02，分类为 01', 'warning', 'number-inconsistent', 'PrjNum', null]],
  },
  'number.sequence': {
    valid: [['TBProjectInfo', { PrjNum: '3701022609010199' }, '当日第 99 个']],
    invalid: [
      ['TBProjectInfo', { PrjNum: '3701022609010100' }, '顺序号 00', 'warning', 'number-inconsistent', 'PrjNum', null],
      ['TBTenderInfo', { TenderNum: `${project}-BD-000` }, '顺序号 000', 'warning', 'number-inconsistent', 'TenderNum', null],
    ],
  },
  'number.form': {
    valid: [['TBTenderInfo', { TenderNum: '本地编号 2026-18' }, '地方编号照收']],
    invalid: [
      ['TBTenderInfo', { TenderNum: `${project}-bd-001` }, '小写', 'warning', 'number-inconsistent', 'TenderNum', { TenderNum: `${project}-BD-001` }],
      ['TBTenderInfo', { TenderNum: `${project}—BD—001` }, '破折号', 'warning', 'number-inconsistent', 'TenderNum', { TenderNum: `${project}-BD-001` }],
    ],
  },
  'number.project-part': {
    valid: [['TBPrjSafeUserInfo', { BuilderLicenceNum: '370102202609010101' }, '18 位许可编号不含项目编号']],
    invalid: [
      ['TBTenderInfo', { TenderNum: '3701022609010102-BD-001' }, '另一项目的编号', 'warning', 'number-inconsistent', 'TenderNum', null],
      ['TBPrjSafeUserInfo', { BuilderLicenceNum: '3701022609010102-SX-001' }, '引用另一项目的许可', 'warning', 'number-inconsistent', 'BuilderLicenceNum', null],
    ],
  },
  'number.letters': {
    valid: [['TBTenderInfo', { TenderNum: `${project}-BE-001`, TenderClassNum: '004' }, '监理招标 BE']],
    invalid: [
      ['TBTenderInfo', { TenderNum: `${project}-BE-001` }, '施工招标应为 BD', 'warning', 'number-inconsistent', 'TenderNum', null],
      ['TBContractRecordManage', { RecordNum: `${project}-HE-001` }, '施工总承包合同应为 HZ', 'warning', 'number-inconsistent', 'RecordNum', null],
    ],
  },
  'number.permit': {
    valid: [['TBBuilderLicenceManage', { BuilderLicenceNum: '370102202609010102' }, '市政 02']],
    invalid: [
      ['TBBuilderLicenceManage', { BuilderLicenceNum: '370102202609010119' }, '旧类别 19', 'warning', 'number-inconsistent', 'BuilderLicenceNum', null],
      ['TBBuilderLicenceManage', { BuilderLicenceNum: '370102202613010101' }, '没有 13 月', 'warning', 'number-inconsistent', 'BuilderLicenceNum', null],
    ],
  },
  'number.permit-date': {
    valid: [['TBBuilderLicenceManage', { BuilderLicenceNum: '370102202609010101' }, '与发证日期相同']],
    invalid: [['TBBuilderLicenceManage', { BuilderLicenceNum: '370102202608310101' }, '与发证日期不同', 'warning', 'number-inconsistent', 'BuilderLicenceNum', null]],
  },
  'number.permit-region': {
    valid: [['TBBuilderLicenceManage', { BuilderLicenceNum: '370171202609010101' }, '同市开发区']],
    invalid: [['TBBuilderLicenceManage', { BuilderLicenceNum: '370202202609010101' }, '另一地市', 'warning', 'number-inconsistent', 'BuilderLicenceNum', null]],
  },
  'number.track-record': {
    valid: [['TBCorpPerformance', {}, 'YJ-PrjNum-001']],
    invalid: [['TBCorpPerformance', { PerfNum: 'YJ-3701022609010102-001' }, '另一项目', 'warning', 'number-inconsistent', 'PerfNum', null]],
  },
  'number.unit': {
    valid: [['TBUnitProjectInfo', { UnitCode: '本地单体 18' }, '地方编号照收']],
    invalid: [['TBUnitProjectInfo', { UnitCode: '3701022609010102-001' }, '另一项目', 'warning', 'number-inconsistent', 'UnitCode', null]],
  },
  'number.certificate': {
    valid: [['TBCorpCertInfo', { CertID: 'DW253000012' }, '外商投资企业']],
    invalid: [['TBCorpCertInfo', { CertID: 'D053000018' }, '级别 0', 'warning', 'number-inconsistent', 'CertID', null]],
  },
  'region.nesting': {
    valid: [
      ['TBProjectInfo', { ProvinceNum: '110000', CityNum: '110100', CountyNum: '110105', PrjNum: '1101052609010101' }, '直辖市的区'],
      ['JS_TCorpBasicInfo', { ProvinceCode: '370000', CityCode: '370100', CountyCode: '370102' }, '江苏自有表：外省注册的企业', { release: '2018-js' }],
    ],
    invalid: [
      ['TBProjectInfo', { CountyNum: '370203' }, '项目编号与市一致：区县写错', 'error', 'region-not-nested', 'CountyNum', { CountyNum: '370102' }],
      ['TBProjectInfo', { CityNum: '370200' }, '项目编号与区县一致：市写错', 'error', 'region-not-nested', 'CountyNum', { CityNum: '370100' }],
      ['TBProjectInfo', { ProvinceNum: '320000' }, '省写错', 'error', 'region-not-nested', 'ProvinceNum', { ProvinceNum: '370000' }],
      ['TBCorpBasicInfo', { CountyNum: '320102' }, '没有编号可对照，不给补丁', 'error', 'region-not-nested', 'CountyNum', null],
      ['JS_TCorpBasicInfo', { CountyCode: '370102' }, '江苏自有表：区县不在市内', 'error', 'region-not-nested', 'CountyCode', null, { release: '2018-js' }],
      ['JS_TCorpBasicInfo', { ProvinceCode: '370000' }, '江苏自有表：市不在省内', 'error', 'region-not-nested', 'ProvinceCode', { ProvinceCode: '320000' }, { release: '2018-js' }],
      ['JS_aj_gcjbxx', { sbdqbm: '370102' }, '上报地区不在本省（推定）', 'error', 'region-not-nested', 'sbdqbm', null, { release: '2018-js' }],
      ['TBProjectInfo', { JS_sbdqbm: '370102' }, '省里加在国家表上的上报地区不在本省（推定）', 'error', 'region-not-nested', 'JS_sbdqbm', null, { release: '2018-js' }],
    ],
  },
  'company.codes-linked': {
    valid: [
      ['TBCorpBasicInfo', { CorpCode: 'MA00DEM14', LicenseNum: company }, '信用代码包含组织机构代码'],
      ['TBCorpBasicInfo', { CorpCode: company, LicenseNum: '370199000000102' }, '15 位注册号不判断'],
    ],
    invalid: [
      ['TBCorpBasicInfo', { CorpCode: 'D2143569X', LicenseNum: company }, '两家单位的代码', 'doubt', 'company-codes-differ', 'LicenseNum', null],
      ['TBCorpBasicInfo', { CorpCode: '91370199D2143569X0', LicenseNum: company }, '两个信用代码', 'doubt', 'company-codes-differ', 'LicenseNum', null],
    ],
  },
  'person.resident-id': {
    valid: [['TBRegPersonBasicInfo', {}, '一致']],
    invalid: [
      ['TBRegPersonBasicInfo', { Birthday: '1890-01-02' }, '出生日期不一致', 'warning', 'resident-id-inconsistent', 'Birthday', null],
      ['TBRegPersonBasicInfo', { SexNum: '2' }, '性别不一致', 'warning', 'resident-id-inconsistent', 'SexNum', null],
    ],
  },
  'conduct.class': {
    valid: [['TBCorpBadCreditInfo', { CreditType: '资质' }, '写类别名称的不判断']],
    invalid: [['TBCorpBadCreditInfo', { CreditType: 'D1-2' }, 'D1-1-01 不在 D1-2 中', 'warning', 'conduct-code-inconsistent', 'CreditCode', null]],
  },
  'conduct.subject': {
    valid: [['TBCorpBadCreditInfo', { CreditCode: 'A1-1-01', CreditType: 'A1-1', CertTypeNum: '99' }, '建设单位没有对应的企业类型，不判断']],
    invalid: [['TBCorpBadCreditInfo', { CertTypeNum: '4' }, '施工单位的行为，监理企业', 'warning', 'conduct-code-inconsistent', 'CreditCode', null]],
  },
  'amount.max': {
    valid: [['TBContractRecordManage', { ContractMoney: '999999' }, '在限度之内']],
    invalid: [['TBContractRecordManage', { ContractMoney: '186005000' }, '把元当作万元', 'doubt', 'amount-doubtful', 'ContractMoney', { ContractMoney: '18600.5' }]],
  },
  'amount.per-area': {
    valid: [['TBTenderInfo', { TenderMoney: '520000', Area: '52000' }, '每平方米 10 万元']],
    invalid: [['TBTenderInfo', { TenderMoney: '520001', Area: '52000' }, '把元当作万元', 'doubt', 'amount-doubtful', 'TenderMoney', { TenderMoney: '52.0001' }]],
  },
  'amount.negative': {
    valid: [['TBTenderInfo', { TenderMoney: '0' }, '零']],
    invalid: [['TBTenderInfo', { TenderMoney: '-1' }, '负数', 'doubt', 'amount-doubtful', 'TenderMoney', null]],
  },
  'sum.total': {
    valid: [['TBUnitProjectInfo', { FloorBuildArea: '100', BottomFloorBuildArea: '30', BuildArea: '130.5', RfBottomArea: '20' }, '差额在容许之内']],
    invalid: [['TBUnitProjectInfo', { FloorBuildArea: '100', BottomFloorBuildArea: '30', BuildArea: '150', RfBottomArea: '20' }, '100 + 30 ≠ 150', 'warning', 'sum-mismatch', 'BuildArea', null]],
  },
  'sum.part': {
    valid: [['TBCorpBasicInfo', { RegPrin: '100', FactRegPrin: '100' }, '实收等于注册']],
    invalid: [['TBCorpBasicInfo', { RegPrin: '100', FactRegPrin: '120' }, '实收大于注册', 'warning', 'sum-mismatch', 'FactRegPrin', null]],
  },
  'share.range': {
    valid: [['TBProjectInfo', { NationalPercentTage: '100' }, '全部国有']],
    invalid: [['TBProjectInfo', { NationalPercentTage: '120' }, '超过 100%', 'warning', 'share-doubtful', 'NationalPercentTage', null]],
  },
  'date.order': {
    valid: [['TBCorpBadCreditInfo', { PunishDate: '2026-09-01', PunishEDate: '2026-09-01' }, '同一天']],
    invalid: [
      ['TBCorpBadCreditInfo', { PunishEDate: '2026-08-31' }, '截止早于处罚', 'warning', 'date-order', 'PunishEDate', null],
      ['TBProjectFinishManage', { BDate: '2026-10-02' }, '竣工早于开工', 'warning', 'date-order', 'EDate', null],
    ],
  },
  'date.future': {
    valid: [['TBTenderInfo', {}, '北京时间的当天', { at: '2026-10-31T16:00:00Z' }]],
    invalid: [['TBTenderInfo', {}, '北京时间的前一天', 'warning', 'date-future', 'CreateDate', null, { at: '2026-10-31T15:59:59Z' }]],
  },
}
