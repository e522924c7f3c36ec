import { company, project, type RuleCases } from './case.ts'

export const authenticityCases: Readonly<Record<string, RuleCases>> = {
  'check.credit-code': {
    valid: [
      ['TBContractRecordManage', {}, '校验位正确'],
      ['TBContractRecordManage', { ContractorCorpCode: '91370199D2143569X0' }, '组织机构代码在内'],
    ],
    invalid: [
      ['TBContractRecordManage', { ContractorCorpCode: '91370199MA00DEM141' }, '校验位写错：只有一种可能', 'error', 'credit-code-invalid', 'ContractorCorpCode', { ContractorCorpCode: company }],
      ['TBContractRecordManage', { ContractorCorpCode: '9137O199MA00DEM14Q' }, '字母 O 当作数字 0', 'error', 'credit-code-invalid', 'ContractorCorpCode', { ContractorCorpCode: company }],
      ['TBContractRecordManage', { ContractorCorpCode: '91370199MA0D0EM14Q' }, '相邻两位颠倒：只有一种换法同时满足两个校验位', 'error', 'credit-code-invalid', 'ContractorCorpCode', { ContractorCorpCode: company }],
      ['TBContractRecordManage', { ContractorCorpCode: '91370199ma00dem14q' }, '小写', 'error', 'credit-code-invalid', 'ContractorCorpCode', { ContractorCorpCode: company }],
      ['TBContractRecordManage', { ContractorCorpCode: '９１３７０１９９ＭＡ００ＤＥＭ１４Ｑ' }, '全角', 'error', 'credit-code-invalid', 'ContractorCorpCode', { ContractorCorpCode: company }],
      ['TBContractRecordManage', { ContractorCorpCode: '91370199MA0XL05DX1' }, '多种可能，不给补丁', 'error', 'credit-code-invalid', 'ContractorCorpCode', null],
    ],
  },
  'check.organisation-code': {
    valid: [
      ['TBContractRecordManage', { ContractorCorpCode: 'D2143569X' }, '9 位'],
      ['TBContractRecordManage', { ContractorCorpCode: 'D2143569-X' }, '带连字符'],
    ],
    invalid: [
      ['TBContractRecordManage', { ContractorCorpCode: 'D21435691' }, '校验位写错：只有一种可能', 'error', 'organisation-code-invalid', 'ContractorCorpCode', { ContractorCorpCode: 'D2143569X' }],
      ['TBCorpBasicInfo', { CorpCode: 'MA00DEN14', LicenseNum: company }, '写错一位，由同一记录的信用代码得出', 'error', 'organisation-code-invalid', 'CorpCode', { CorpCode: 'MA00DEM14' }],
    ],
  },
  'check.company-code': {
    valid: [['TBProjectInfo', { BuildCorpCode: '其它' }, '建设单位为特殊主体']],
    invalid: [
      ['TBContractRecordManage', { ContractorCorpCode: '91370199' }, '位数不对', 'error', 'company-code-invalid', 'ContractorCorpCode', null],
      ['TBContractRecordManage', { ContractorCorpCode: '91370199-MA00DEM14-Q' }, '多余的连字符', 'error', 'company-code-invalid', 'ContractorCorpCode', { ContractorCorpCode: company }],
      ['TBCorpBasicInfo', { CorpCode: '91370199MA00DEM', LicenseNum: company }, '按旧表长度截断为 15 位，由执照号复原', 'error', 'company-code-invalid', 'CorpCode', { CorpCode: company }],
    ],
  },
  'check.resident-id': {
    valid: [['TBRegPersonBasicInfo', { IDCard: 'E12345678', IDCardTypeNum: '3' }, '护照不按身份证校验']],
    invalid: [
      ['TBRegPersonBasicInfo', { IDCard: '370102189001010011' }, '校验位错；不给补丁', 'error', 'resident-id-invalid', 'IDCard', null],
      ['TBRegPersonBasicInfo', { IDCard: '37010218900101' }, '位数不对', 'error', 'resident-id-invalid', 'IDCard', null],
    ],
  },
  'check.resident-id-old': {
    valid: [['TBRegPersonBasicInfo', {}, '18 位']],
    invalid: [['TBRegPersonBasicInfo', { IDCard: '370102900101001' }, '15 位旧号码', 'warning', 'resident-id-old', 'IDCard', null]],
  },
  'check.certificate': {
    valid: [
      ['TBCorpCertInfo', { CertID: 'D253000012' }, 'RULES.md 的算例'],
      ['TBCorpCertInfo', { CertID: 'D253000013', CertTypeNum: '2' }, '不是建筑业证书'],
    ],
    invalid: [['TBCorpCertInfo', { CertID: 'D253000013' }, '校验位应为 2', 'warning', 'number-inconsistent', 'CertID', null]],
  },
  'placeholder.word': {
    valid: [
      ['TBProjectInfo', { Address: '无锡路 1 号' }, '只是以“无”开头'],
      ['TBProjectInfo', { PrjName: '测试中心改造工程' }, '只是以“测试”开头'],
    ],
    invalid: [
      ['TBProjectInfo', { Address: '无' }, '必填字段', 'error', 'placeholder-value', 'Address', null],
      ['TBProjectInfo', { FundSource: '暂无' }, '选填字段：删去', 'warning', 'placeholder-value', 'FundSource', { FundSource: undefined }],
      ['TBProjectInfo', { AllArea: '/' }, '选填的数值', 'error', 'placeholder-value', 'AllArea', { AllArea: undefined }],
      ['TBProjectInfo', { AllInvest: '-' }, '必填的数值', 'error', 'placeholder-value', 'AllInvest', null],
      ['TBProjectInfo', { EndDate: '无' }, '选填的日期', 'error', 'placeholder-value', 'EndDate', { EndDate: undefined }],
      ['TBContractRecordManage', { ContractorCorpCode: '组织机构代码' }, '表头当作值', 'error', 'placeholder-value', 'ContractorCorpCode', null],
      ['TBProjectInfo', { PrjName: '测试' }, '测试数据', 'error', 'placeholder-value', 'PrjName', null],
    ],
  },
  'placeholder.repeated': {
    valid: [['TBProjectInfo', { PrjApprovalNum: '1111' }, '不足六位']],
    invalid: [
      ['TBProjectInfo', { PrjApprovalNum: '111111' }, '选填字段：删去', 'warning', 'placeholder-value', 'PrjApprovalNum', { PrjApprovalNum: undefined }],
      ['TBCorpBasicInfo', { CorpCode: '000000000' }, '恰好满足 GB 11714 校验，仍是占位', 'error', 'placeholder-value', 'CorpCode', null],
      ['TBProjectInfo', { PrjNum: '1111111111111111' }, '项目编号', 'error', 'placeholder-value', 'PrjNum', null],
      ['TBProjectInfo', { CountyNum: '111111' }, '区划', 'error', 'placeholder-value', 'CountyNum', null],
    ],
  },
  'placeholder.run': {
    valid: [['TBProjectInfo', { PrjApprovalNum: '12345' }, '不足六位']],
    invalid: [
      ['TBProjectInfo', { PrjApprovalNum: '123456' }, '选填字段：删去', 'warning', 'placeholder-value', 'PrjApprovalNum', { PrjApprovalNum: undefined }],
      ['TBProjectInfo', { Address: 'qwerty' }, '键盘顺序', 'error', 'placeholder-value', 'Address', null],
      ['TBProjectInfo', { Address: '1q2w3e4r' }, '键盘斜排', 'error', 'placeholder-value', 'Address', null],
    ],
  },
  'placeholder.date': {
    valid: [['TBRegPersonBasicInfo', { Birthday: '1900-01-01', IDCardTypeNum: '3', IDCard: 'E12345678' }, '出生日期不按占位判断']],
    invalid: [
      ['TBProjectInfo', { BeginDete: '1900-01-01' }, '选填字段：删去', 'warning', 'placeholder-value', 'BeginDete', { BeginDete: undefined }],
      ['TBProjectInfo', { PrjApprovalDate: '1900-01-01' }, '必填字段', 'error', 'placeholder-value', 'PrjApprovalDate', null],
    ],
  },
  'excel.exponent': {
    valid: [['TBProjectInfo', { PrjApprovalNum: '9E17' }, '不是电子表格的写法']],
    invalid: [
      ['TBContractRecordManage', { ContractorCorpCode: '9.1370E+17' }, '信用代码', 'error', 'excel-damage', 'ContractorCorpCode', null],
      ['TBTenderInfo', { TenderNum: '3.70102E+17' }, '编号', 'error', 'excel-damage', 'TenderNum', null],
    ],
  },
  'excel.precision': {
    valid: [['TBBuilderLicenceManage', { BuilderLicenceNum: '370102202609010101' }, '18 位完整']],
    invalid: [
      ['TBBuilderLicenceManage', { BuilderLicenceNum: '370102202609010000' }, '末三位变成 000', 'error', 'excel-damage', 'BuilderLicenceNum', null],
      ['TBRegPersonBasicInfo', { IDCard: '370102189001011000' }, '身份证号末三位变成 000', 'error', 'excel-damage', 'IDCard', null],
    ],
  },
  'excel.leading-zero': {
    valid: [['TBCorpBasicInfo', { CorpCode: '024681357' }, '以 0 开头的组织机构代码']],
    invalid: [
      ['TBProjectInfo', { PrjTypeNum: '1' }, '字典代码 01', 'error', 'code-unknown', 'PrjTypeNum', { PrjTypeNum: '01' }],
      ['TBCorpBasicInfo', { CorpCode: '24681357' }, '补 0 后校验成立', 'error', 'company-code-invalid', 'CorpCode', { CorpCode: '024681357' }],
      ['TBCorpBasicInfo', { PostalCode: '10010' }, '邮政编码 010010', 'warning', 'excel-damage', 'PostalCode', { PostalCode: '010010' }],
    ],
  },
  'excel.error': {
    valid: [['TBProjectInfo', { Address: '示例路 #3 楼' }, '只是含有 #']],
    invalid: [
      ['TBProjectInfo', { FundSource: '#N/A' }, '选填字段：删去', 'error', 'excel-damage', 'FundSource', { FundSource: undefined }],
      ['TBProjectInfo', { Address: '#REF!' }, '必填字段', 'error', 'excel-damage', 'Address', null],
      ['TBProjectInfo', { AllInvest: '########' }, '列宽不够', 'error', 'excel-damage', 'AllInvest', null],
    ],
  },
  'excel.date': {
    valid: [['TBProjectInfo', { PrjApprovalNum: '46266' }, '不是日期字段']],
    invalid: [
      ['TBProjectInfo', { PrjApprovalDate: '46266' }, '1900 日期系统的 2026-09-01', 'error', 'date-invalid', 'PrjApprovalDate', { PrjApprovalDate: '2026-09-01' }],
      ['TBBuilderLicenceManage', { CreateDate: '46327.5' }, '带时间的序列号', 'error', 'date-invalid', 'CreateDate', { CreateDate: '2026-11-01T12:00:00+08:00' }],
    ],
  },
  'text.encoding': {
    valid: [
      ['TBProjectInfo', { PrjName: '溧阳·涞源（合成）' }, '生僻字不是乱码'],
      ['TBProjectInfo', { PrjName: 'Ⅰ 期 2×300 m² 示例厂房（合成）' }, '符号不是乱码'],
    ],
    invalid: [
      ['TBProjectInfo', { PrjName: '绀轰緥鑺卞洯浣忓畢宸ョ▼' }, 'UTF-8 当作 GBK 读出', 'error', 'text-garbled', 'PrjName', { PrjName: '示例花园住宅工程' }],
      ['TBProjectInfo', { Address: 'Ê¾ÀýÂ·Ò»ºÅ' }, 'GBK 当作西文读出', 'error', 'text-garbled', 'Address', { Address: '示例路一号' }],
      ['TBProjectInfo', { Address: 'ç¤ºä¾‹èŠ±å›­' }, 'UTF-8 当作西文读出', 'error', 'text-garbled', 'Address', { Address: '示例花园' }],
      ['TBProjectInfo', { Address: 'ç¤ºä¾‹è·¯ä¸€å·' }, 'UTF-8 当作西文读出，丢了一个字节，不给补丁', 'error', 'text-garbled', 'Address', null],
      ['TBProjectInfo', { FundSource: 'ѧУ' }, 'GBK 当作 UTF-8 读出', 'error', 'text-garbled', 'FundSource', { FundSource: '学校' }],
      ['TBProjectInfo', { PrjName: 'ʾ\ufffd\ufffd\ufffd԰' }, '字节已丢失，不给补丁', 'error', 'text-garbled', 'PrjName', null],
      ['TBProjectInfo', { Address: '锟斤拷锟斤拷路' }, '字节已丢失，不给补丁', 'error', 'text-garbled', 'Address', null],
    ],
  },
  'text.stray': {
    valid: [['TBProjectInfo', { PrjApprovalNum: '示发改审〔2026〕１８ 号' }, '文号中的汉字与全角照收']],
    invalid: [
      ['TBTenderInfo', { TenderNum: `${project} -BD-001` }, '编号中有空格', 'warning', 'characters-stray', 'TenderNum', { TenderNum: `${project}-BD-001` }],
      ['TBCorpBasicInfo', { OfficePhone: '００００－００００１３０' }, '电话为全角', 'warning', 'characters-stray', 'OfficePhone', { OfficePhone: '0000-0000130' }],
      ['TBProjectInfo', { PrjApprovalNum: "'2026001" }, '电子表格的文本前缀', 'warning', 'characters-stray', 'PrjApprovalNum', { PrjApprovalNum: '2026001' }],
      ['TBProjectInfo', { PrjName: '示例\u200b花园（合成）' }, '不可见字符', 'warning', 'characters-stray', 'PrjName', { PrjName: '示例花园（合成）' }],
    ],
  },
  'field.spaces': {
    valid: [['TBProjectInfo', { PrjName: '示例 花园（合成）' }, '中间的空格照收']],
    invalid: [['TBProjectInfo', { PrjName: ' 示例花园（合成）　' }, '首尾空白', 'warning', 'spaces-around', 'PrjName', { PrjName: '示例花园（合成）' }]],
  },
  'field.text': {
    valid: [['TBProjectInfo', { PrjSize: '一层\n二层' }, '换行照收']],
    invalid: [['TBProjectInfo', { PrjName: '示例\u0007花园（合成）' }, '控制字符', 'error', 'text-invalid', 'PrjName', { PrjName: '示例花园（合成）' }]],
  },
  'date.real': {
    valid: [['TBProjectInfo', { PrjApprovalDate: '2024-02-29' }, '闰日']],
    invalid: [
      ['TBProjectInfo', { PrjApprovalDate: '2018/6/31' }, '六月没有 31 日，不给补丁', 'error', 'date-invalid', 'PrjApprovalDate', null],
      ['TBProjectInfo', { PrjApprovalDate: '20180931' }, '九月没有 31 日，不给补丁', 'error', 'date-invalid', 'PrjApprovalDate', null],
      ['TBProjectInfo', { PrjApprovalDate: '2026-02-29' }, '不是闰年', 'error', 'date-invalid', 'PrjApprovalDate', null],
    ],
  },
}
