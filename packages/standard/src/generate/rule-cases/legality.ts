import type { Expected, RuleCases } from './case.ts'

const extra = Object.fromEntries(Array.from({ length: 210 }, (_, i) => [`Extra${i}`, '1']))
const unknown = (i: number): Expected => ['error', 'field-unknown', 'field.unknown', `Extra${i}`]

export const legalityCases: Readonly<Record<string, RuleCases>> = {
  'field.mandatory': {
    valid: [['TBProjectInfo', { FundSource: undefined }, '选填字段可以没有']],
    invalid: [['TBProjectInfo', { PrjName: undefined }, '必填字段没有', 'error', 'field-missing', 'PrjName', null]],
  },
  'field.conditional': {
    valid: [['TBTenderInfo', { AgencyCorpName: undefined, AgencyCorpCode: undefined, TenderTypeNum: '003' }, '直接发包可以没有代理机构']],
    invalid: [
      ['TBTenderInfo', { AgencyCorpName: undefined }, '公开招标须有代理机构', 'error', 'field-missing', 'AgencyCorpName', null],
      ['TBTenderInfo', { IDCardTypeNum: undefined }, '有证件号码须有证件类型', 'error', 'field-missing', 'IDCardTypeNum', null],
    ],
  },
  'field.empty': {
    valid: [['TBProjectInfo', { FundSource: undefined }, '没有值就不写']],
    invalid: [
      ['TBProjectInfo', { FundSource: '' }, '选填字段：删去', 'error', 'field-empty', 'FundSource', { FundSource: undefined }],
      ['TBProjectInfo', { PrjName: '' }, '必填字段', 'error', 'field-empty', 'PrjName', null],
    ],
  },
  'field.unknown': {
    valid: [['TBProjectInfo', {}, '只有标准中的字段']],
    invalid: [
      ['TBProjectInfo', { PrjName: undefined, prjname: '示例花园（合成）' }, '只差大小写：更名', 'error', 'field-unknown', 'prjname', { PrjName: '示例花园（合成）', prjname: undefined }],
      ['TBProjectInfo', { PrjName: undefined, ＰｒｊＮａｍｅ: '示例花园（合成）' }, '全角字段名：更名', 'error', 'field-unknown', 'ＰｒｊＮａｍｅ', { PrjName: '示例花园（合成）', ＰｒｊＮａｍｅ: undefined }],
      ['TBProjectInfo', { BuildPlanNum: undefined, BuldPlanNum: '地字第 1 号' }, '另一版本的字段：只问不改', 'error', 'field-unknown', 'BuldPlanNum', null],
    ],
  },
  'field.type': {
    valid: [['TBBuilderLicenceManage', { BargainDays: 360 }, '个数是整数']],
    invalid: [
      ['TBProjectInfo', { PrjTypeNum: 1 }, '代码写成数字', 'error', 'type-wrong', 'PrjTypeNum', { PrjTypeNum: '01' }],
      ['TBProjectInfo', { AllInvest: 18600.5 }, '金额写成数字', 'error', 'type-wrong', 'AllInvest', { AllInvest: '18600.5' }],
      ['TBBuilderLicenceManage', { BargainDays: '360' }, '个数写成字符串', 'error', 'type-wrong', 'BargainDays', { BargainDays: 360 }],
      ['TBProjectInfo', { IsMajor: true }, '布尔值', 'error', 'type-wrong', 'IsMajor', { IsMajor: '1' }],
    ],
  },
  'field.length': {
    valid: [['TBProjectInfo', { FundSource: '示'.repeat(200) }, '恰好 200 个字符']],
    invalid: [['TBProjectInfo', { FundSource: '示'.repeat(201) }, '多一个字符；不得截断', 'error', 'too-long', 'FundSource', null]],
  },
  'field.decimal': {
    valid: [['TBContractRecordManage', { ContractMoney: '18600.5' }, '十进制字符串']],
    invalid: [
      ['TBContractRecordManage', { ContractMoney: '18,600.5' }, '千分位', 'error', 'decimal-invalid', 'ContractMoney', { ContractMoney: '18600.5' }],
      ['TBContractRecordManage', { ContractMoney: '1.86005E+04' }, '科学计数法，位数未丢', 'error', 'decimal-invalid', 'ContractMoney', { ContractMoney: '18600.5' }],
      ['TBContractRecordManage', { ContractMoney: '18600.5万元' }, '写了单位', 'error', 'decimal-invalid', 'ContractMoney', { ContractMoney: '18600.5' }],
      ['TBContractRecordManage', { ContractMoney: '186005000元' }, '写了另一单位', 'error', 'decimal-invalid', 'ContractMoney', { ContractMoney: '18600.5' }],
      ['TBContractRecordManage', { ContractMoney: '1.5亿元' }, '写了另一单位', 'error', 'decimal-invalid', 'ContractMoney', { ContractMoney: '15000' }],
      ['TBContractRecordManage', { ContractMoney: '１２.５' }, '全角', 'error', 'decimal-invalid', 'ContractMoney', { ContractMoney: '12.5' }],
      ['TBContractRecordManage', { ContractMoney: '约 100' }, '不是数', 'error', 'decimal-invalid', 'ContractMoney', null],
      ['TBContractRecordManage', { ContractMoney: '1.23456' }, '小数过多，不四舍五入', 'error', 'decimal-invalid', 'ContractMoney', null],
    ],
  },
  'field.integer': {
    valid: [['TBBuilderLicenceManage', { BargainDays: 0 }, '零']],
    invalid: [['TBBuilderLicenceManage', { BargainDays: -30 }, '负数', 'error', 'integer-invalid', 'BargainDays', null]],
  },
  'field.date': {
    valid: [['TBProjectInfo', { PrjApprovalDate: '2018-06-30' }, 'YYYY-MM-DD']],
    invalid: [
      ['TBProjectInfo', { PrjApprovalDate: '2018/6/30' }, '斜线', 'error', 'date-invalid', 'PrjApprovalDate', { PrjApprovalDate: '2018-06-30' }],
      ['TBProjectInfo', { PrjApprovalDate: '20180930' }, '连写', 'error', 'date-invalid', 'PrjApprovalDate', { PrjApprovalDate: '2018-09-30' }],
      ['TBProjectInfo', { PrjApprovalDate: '2018年9月30日' }, '中文', 'error', 'date-invalid', 'PrjApprovalDate', { PrjApprovalDate: '2018-09-30' }],
      ['TBProjectInfo', { PrjApprovalDate: '2026-08-31T16:00:00Z' }, '时间：按 Asia/Shanghai 的那一天', 'error', 'date-invalid', 'PrjApprovalDate', { PrjApprovalDate: '2026-09-01' }],
      ['TBProjectInfo', { PrjApprovalDate: '明天' }, '不是日期', 'error', 'date-invalid', 'PrjApprovalDate', null],
    ],
  },
  'field.instant': {
    valid: [['TBBuilderLicenceManage', { CreateDate: '2026-11-01T01:30:00Z' }, 'UTC']],
    invalid: [['TBBuilderLicenceManage', { CreateDate: '2026-11-01 09:30:00' }, '没有时区：按北京时间', 'error', 'date-invalid', 'CreateDate', { CreateDate: '2026-11-01T09:30:00+08:00' }]],
  },
  'code.dictionary': {
    valid: [['TBProjectInfo', { PrjTypeNum: '02', PrjNum: '3701022609010201' }, '字典中的代码']],
    invalid: [
      ['TBProjectInfo', { PrjPropertyNum: '077' }, '没有此代码', 'error', 'code-unknown', 'PrjPropertyNum', null],
      ['TBProjectInfo', { DataLevel: 'c' }, '小写', 'error', 'code-unknown', 'DataLevel', { DataLevel: 'C' }],
      ['TBProjectInfo', { PrjTypeNum: '房屋建筑工程' }, '写了名称', 'error', 'code-unknown', 'PrjTypeNum', { PrjTypeNum: '01' }],
      ['TBProjectInfo', { PrjTypeNum: '０１' }, '全角', 'error', 'code-unknown', 'PrjTypeNum', { PrjTypeNum: '01' }],
    ],
  },
  'code.unlisted': {
    valid: [['TBCorpBadCreditInfo', { CreditCode: 'KC-001' }, '行为代码不按字典判断']],
    invalid: [['TBCorpBadCreditInfo', { CreditClassNum: '7' }, '所持字典不完整', 'warning', 'code-unlisted', 'CreditClassNum', null]],
  },
  'code.validity': {
    valid: [['TBContractRecordManage', { ContractDate: '2019-01-01' }, '代码有效期内', { releaseWith: { '/dictionaries/TBCONTRACTTYPEDIC/301/validTo': '2020-12-31' } }]],
    invalid: [
      ['TBContractRecordManage', { ContractDate: '2021-01-01' }, '代码已停用', 'doubt', 'code-not-in-force', 'ContractTypeNum', null, { releaseWith: { '/dictionaries/TBCONTRACTTYPEDIC/301/validTo': '2020-12-31' } }],
      ['TBContractRecordManage', { ContractDate: '2021-01-01' }, '代码尚未启用', 'doubt', 'code-not-in-force', 'ContractTypeNum', null, { releaseWith: { '/dictionaries/TBCONTRACTTYPEDIC/301/validFrom': '2022-01-01' } }],
      ['TBProjectInfo', {}, '旧代码有同名的新代码', 'doubt', 'code-not-in-force', 'PrjFunctionNum', { PrjFunctionNum: '200' }, { releaseWith: { '/dictionaries/TBPRJFUNCTIONDIC/100/validTo': '2020-12-31', '/dictionaries/TBPRJFUNCTIONDIC/200/nameZh': '居住建筑' } }],
    ],
  },
  'region.known': {
    valid: [['TBProjectInfo', { CountyNum: '370171', PrjNum: '3701712609010101' }, '已登记的开发区代码']],
    invalid: [
      ['TBProjectInfo', { CountyNum: '370199' }, '没有此代码', 'error', 'region-unknown', 'CountyNum', null],
      ['TBProjectInfo', { CountyNum: '３７０１０２' }, '全角', 'error', 'region-unknown', 'CountyNum', { CountyNum: '370102' }],
      ['TBProjectInfo', { ProvinceNum: '37' }, '只写了两位', 'error', 'region-unknown', 'ProvinceNum', { ProvinceNum: '370000' }],
      ['TBProjectInfo', { CountyNum: '370102000000' }, '统计用 12 位代码', 'error', 'region-unknown', 'CountyNum', { CountyNum: '370102' }],
      ['TBProjectInfo', { ProvinceNum: '320000', CityNum: '320200', PrjNum: '3202132609010101', CountyNum: '320207' }, '地方自编代码', 'error', 'region-unknown', 'CountyNum', { CountyNum: '320213' }],
    ],
  },
  'region.level': {
    valid: [['TBProjectInfo', { ProvinceNum: '440000', CityNum: '441900', CountyNum: '441900', PrjNum: '4419002609010101' }, '不设区县的市']],
    invalid: [
      ['TBProjectInfo', { ProvinceNum: '370100' }, '省填了市', 'error', 'region-level-wrong', 'ProvinceNum', { ProvinceNum: '370000' }],
      ['TBProjectInfo', { CityNum: '370102' }, '市填了区', 'error', 'region-level-wrong', 'CityNum', { CityNum: '370100' }],
    ],
  },
  'region.validity': {
    valid: [['TBProjectInfo', { CityNum: '371200', CountyNum: '371202', PrjNum: '3712021609010101' }, '当时有效的旧代码']],
    invalid: [['TBProjectInfo', { CountyNum: '371202', PrjNum: '3701162609010101' }, '撤销之后仍用旧代码', 'warning', 'region-abolished', 'CountyNum', { CountyNum: '370116' }]],
  },
  'project.classified': {
    valid: [['TBProjectInfo', { PrjName: '示例密云水库（非涉密）工程（合成）' }, '写明非涉密']],
    invalid: [
      ['TBProjectInfo', { PrjName: '示例涉密工程（合成）' }, '退回', 'error', 'classified-project', 'PrjName', null],
      ['TBProjectInfo', { PrjSize: '机密级用房 2000 平方米' }, '建设规模中写明', 'error', 'classified-project', 'PrjSize', null],
      ['JS_aj_gcjbxx', { gcmc: '示例涉密工程（合成）' }, '省扩展版的自有表', 'error', 'classified-project', 'gcmc', null, { release: '2018-js' }],
      ['TBProjectInfo', { PrjName: '示例涉密工程（合成）' }, '标准版本规定只作标记', 'doubt', 'classified-project', 'PrjName', null, { releaseWith: { '/rules/classified/severity': 'doubt' } }],
    ],
  },
  'publication.complete': {
    valid: [['TBCorpBadCreditInfo', { IsPublic: '0', PublicBDate: undefined, PublicEDate: undefined, AuditUserName: undefined, AuditDate: undefined }, '未公布']],
    invalid: [['TBCorpBadCreditInfo', { PublicEDate: undefined }, '已公布而没有结束日期', 'warning', 'condition-missing', 'PublicEDate', null]],
  },
  'text.identity-number': {
    valid: [['TBCorpBadCreditInfo', { PunishContent: '罚款 370102 元（合成）' }, '只是数字']],
    invalid: [['TBCorpBadCreditInfo', { PunishContent: '对王示例（370102189001010010）罚款（合成）' }, '正文含身份证号', 'warning', 'identity-number-in-text', 'PunishContent', null]],
  },
  'qualification.kind': {
    valid: [
      ['TBCorpPerformance', { PerfTypeNum: '3', AptitudeContent: '建筑工程施工总承包一级' }, '施工业绩，施工资质'],
      ['TBCorpPerformance', { PerfTypeNum: '4', AptitudeContent: '房屋建筑甲级' }, '看不出种类的不判断'],
    ],
    invalid: [['TBCorpPerformance', { PerfTypeNum: '4', AptitudeContent: '建筑工程施工总承包一级' }, '监理业绩，施工资质', 'doubt', 'qualification-doubtful', 'AptitudeContent', null]],
  },
  'qualification.role': {
    valid: [['TBProjectDesignEconUserInfo', { SpecialtyTypNum: '11' }, '注册结构工程师']],
    invalid: [['TBProjectDesignEconUserInfo', { SpecialtyTypNum: '81' }, '注册建造师任勘察设计角色', 'doubt', 'qualification-doubtful', 'SpecialtyTypNum', null]],
  },
  'qualification.safety': {
    valid: [
      ['TBPrjSafeUserInfo', { UserType: '2', CertID: '示建安B（2026）0000001' }, '项目负责人持 B 证'],
      ['TBPrjSafeUserInfo', { UserType: '2', CertID: 'SLSAF37000189' }, '证书编号看不出类别'],
    ],
    invalid: [['TBPrjSafeUserInfo', { UserType: '2', CertID: '示建安C（2026）0000001' }, '项目负责人持 C 证', 'doubt', 'qualification-doubtful', 'CertID', null]],
  },
  'qualification.expired': {
    valid: [['TBPrjManageUserInfo', { CertendDate: '2026-09-01' }, '登记当天仍有效']],
    invalid: [
      ['TBPrjManageUserInfo', { CertendDate: '2026-08-31' }, '项目登记前已到期', 'doubt', 'qualification-doubtful', 'CertendDate', null],
      ['TBPrjOperationWorkerInfo', { EndDate: '2026-10-01', BuilderLicenceNum: '370102202610020101' }, '许可前已到期', 'doubt', 'qualification-doubtful', 'EndDate', null],
    ],
  },
  'record.problems': {
    valid: [['TBProjectInfo', {}, '没有问题']],
    invalid: [['TBProjectInfo', extra, '210 个未知字段，列出 200 个', 'error', 'problems-many', '', null, { beside: Array.from({ length: 200 }, (_, i) => unknown(i)) }]],
  },
}
