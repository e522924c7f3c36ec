import { rulesOfKind } from './kind.ts'

const magnitude = '数量级为本项目所定，来源均未给出（data/rulings/rules.json，amounts）'

/** 逻辑性: what the record says in two places agrees. */
export const logic = rulesOfKind('logic', 'record', [
  ['number.project', ['error'], ['number-invalid'], 'fix', '项目编号为 16 位数字', 'A project number has 16 digits', 'RULES.md 1.1 [2+]'],
  ['number.region', ['error', 'doubt'], ['number-region-mismatch'], '-', '项目编号前六位是项目区县，或其上级主管部门，或同一地市的开发区；省扩展版中与上报地区同在一个地市（推定，存疑）', 'The first six digits of a project number are its county, an authority above it, or a zone of its city; under a province’s release they are of the reporting region’s city (inferred, a doubt)', 'RULES.md 1.1'],
  ['number.date', ['warning'], ['number-inconsistent'], '-', '项目编号第 7–12 位是登记日期 yyMMdd', 'Digits 7 to 12 of a project number are a date yyMMdd', 'RULES.md 1.1'],
  ['number.type', ['warning'], ['number-inconsistent'], '-', '项目编号第 13–14 位等于项目分类', 'Digits 13 and 14 of a project number are its type', 'RULES.md 1.1'],
  ['number.sequence', ['warning'], ['number-inconsistent'], '-', '顺序号从 01（阶段编号从 001）起', 'Sequences begin with 01, those of phases with 001', 'RULES.md 1.1、1.2'],
  ['number.form', ['warning'], ['number-inconsistent'], 'fix', '阶段编号写作 PrjNum-XX-NNN，半角大写', 'Numbers of phases are written PrjNum-XX-NNN, in half-width capitals', 'RULES.md 1.2'],
  ['number.project-part', ['warning'], ['number-inconsistent'], '-', '阶段编号（含所引用的）前 16 位是本项目的编号', 'Numbers of phases, those referred to as well, begin with the record’s own project number', 'RULES.md 1.2；HLJ 例外，故为提示'],
  ['number.letters', ['warning'], ['number-inconsistent'], '-', '阶段编号的两个字母与招标类型、合同类别或阶段相符', 'The two letters fit the tender class, the contract type or the phase', 'RULES.md 1.2 [2+]'],
  ['number.permit', ['warning'], ['number-inconsistent'], '-', '18 位施工许可证编号：区划 6、日期 8、顺序 2、类别 2（01、02）', 'Permit numbers of 18 digits: region 6, date 8, sequence 2, class 2 (01, 02)', 'RULES.md 1.3 [1]'],
  ['number.permit-date', ['warning'], ['number-inconsistent'], '-', '18 位施工许可证编号中的日期是发证日期（早年为备案日期）', 'The date in a permit number of 18 digits is that of issue (in older ones, of filing)', 'RULES.md 1.3 [1]；领域裁定'],
  ['number.permit-region', ['warning'], ['number-inconsistent'], '-', '18 位施工许可证编号的区划与项目编号同在一个地市', 'The region in a permit number of 18 digits is in the city of the project number', 'RULES.md 1.3 [1]；推定'],
  ['number.track-record', ['warning'], ['number-inconsistent'], '-', '业绩编号为 YJ-PrjNum-NNN', 'A track record number is YJ-PrjNum-NNN', 'RULES.md 1.5 [1: PAGE2]'],
  ['number.unit', ['warning'], ['number-inconsistent'], '-', '单体编码写作 PrjNum-NNN 时，前 16 位是本项目的编号', 'A works code of the form PrjNum-NNN begins with the record’s own project number', 'RULES.md 1.4 [1: HLJ]'],
  ['number.certificate', ['warning'], ['number-inconsistent'], '-', '建筑业企业资质证书新编号：许可机关级别 1–3、省级区划 2 位', 'A construction company’s certificate number has the level 1 to 3 and a province', 'RULES.md 1.5 [1: HLJ]'],
  ['region.nesting', ['error'], ['region-not-nested'], 'fix', '区县在市内，市在省内；省扩展版的上报地区在该省内', 'The county is in the city, the city in the province; who reports under a province’s release is in the province', 'GB/T 2260；RULES.md 2.4（推定）'],
  ['company.codes-linked', ['doubt'], ['company-codes-differ'], '-', '两种单位代码并存时，信用代码第 9–17 位是组织机构代码', 'Where both company codes are there, characters 9 to 17 of the credit code are the organisation code', 'GB 32100-2015；RULES.md 2.2'],
  ['person.resident-id', ['warning'], ['resident-id-inconsistent'], '-', '出生日期和性别与身份证号一致', 'Date of birth and sex agree with the identity number', 'GB 11643'],
  ['conduct.class', ['warning'], ['conduct-code-inconsistent'], '-', '行为代码在所填的类别之中', 'A conduct code is in the class beside it', '不良行为认定标准的编码（data/conduct）'],
  ['conduct.subject', ['warning'], ['conduct-code-inconsistent'], '-', '行为代码的主体与企业类型相符', 'The subject of a conduct code is the kind of the company', '不良行为认定标准的编码（data/conduct）；推定'],
  ['amount.max', ['doubt'], ['amount-doubtful'], 'fix', '金额以万元计；大得不像工程的多半是元', 'Amounts count 10,000 yuan; one too large for any works was sent in yuan', magnitude],
  ['amount.per-area', ['doubt'], ['amount-doubtful'], 'fix', '每平方米金额过大的多半是元', 'An amount too large for the area beside it was sent in yuan', magnitude],
  ['amount.negative', ['doubt'], ['amount-doubtful'], '-', '金额不为负', 'Amounts are not negative', magnitude],
  ['sum.total', ['warning'], ['sum-mismatch'], '-', '分项之和等于合计', 'Parts add up to their total', '由字段名推定'],
  ['sum.part', ['warning'], ['sum-mismatch'], '-', '部分不大于整体', 'A part is not larger than its whole', '由字段名推定'],
  ['share.range', ['warning'], ['share-doubtful'], '-', '比例在 0 到 100 之间', 'A share is from 0 to 100 per cent', '推定'],
  ['date.order', ['warning'], ['date-order'], '-', '日期先后合乎次序，如处罚截止不早于处罚；只作提示，补录数据会打破它', 'Dates are in their order, such as the end of a penalty after its day; a warning, because backfilled history breaks it', 'RULES.md 4（推定）；PunishEDate、PublicEDate [1: HLJ]'],
  ['date.future', ['warning'], ['date-future'], '-', '已发生之事的日期不在将来', 'What has happened is not in the future', '项目裁定'],
])
