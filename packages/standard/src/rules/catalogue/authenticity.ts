import { rulesOfKind } from './kind.ts'

const spreadsheet = '项目裁定（data/rulings/rules.json，spreadsheet）；RULES.md 未提及'

/** 真实性: the value is what it claims to be, and came whole. */
export const authenticity = rulesOfKind('authenticity', 'record', [
  ['check.credit-code', ['error'], ['credit-code-invalid'], 'fix', '统一社会信用代码的校验位须正确', 'The check character of a unified social credit code is right', 'GB 32100-2015（RULES.md 2.2）'],
  ['check.organisation-code', ['error'], ['organisation-code-invalid'], 'fix', '组织机构代码的校验位须正确', 'The check character of an organisation code is right', 'GB 11714（RULES.md 2.1）'],
  ['check.company-code', ['error'], ['company-code-invalid'], 'fix', '单位代码须为 18 位信用代码，或 9 位（带连字符 10 位）组织机构代码，不得截断', 'A company code has 18 characters, or 9 (10 with hyphen), and is never cut', 'GB 32100-2015、GB 11714；领域裁定：各版本一律 9、10 或 18 位'],
  ['check.resident-id', ['error'], ['resident-id-invalid'], '-', '身份证号的校验位和出生日期须正确；号码不在答复中重复，故不给补丁', 'Check character and date of birth of an identity number are right; answers never repeat one, so there is no patch', 'GB 11643（RULES.md 2.3）'],
  ['check.resident-id-old', ['warning'], ['resident-id-old'], '-', '15 位旧身份证号可接收，应改报 18 位', 'Identity numbers of 15 digits are taken; 18 characters are due', 'GB 11643；领域裁定'],
  ['check.certificate', ['warning'], ['number-inconsistent'], '-', '建筑业企业资质证书新编号的校验位应正确（旧编号可能不符）', 'The check digit of a construction company’s certificate number holds (older numbers may fail)', 'RULES.md 1.5 [1: HLJ]'],
  ['placeholder.word', ['error', 'warning'], ['placeholder-value'], 'fix', '不得以“无”“/”“-”“测试”等占位内容充数', 'Words such as 无, /, - or 测试 stand for nothing', 'RULES.md 2.5、6.6'],
  ['placeholder.repeated', ['error', 'warning'], ['placeholder-value'], 'fix', '不得填写 111111 一类的重复字符', 'One character again and again, such as 111111, stands for nothing', 'RULES.md 6.6；重复次数为项目裁定'],
  ['placeholder.run', ['error', 'warning'], ['placeholder-value'], 'fix', '不得填写 123456、qwerty 一类的顺序字符', 'A run of keys or digits, such as 123456 or qwerty, stands for nothing', 'RULES.md 6.6；顺序表为项目裁定'],
  ['placeholder.date', ['error', 'warning'], ['placeholder-value'], 'fix', '不得填写 1900-01-01 一类的占位日期', 'Dates such as 1900-01-01 stand for none', 'RULES.md 6.6；日期表为项目裁定'],
  ['excel.exponent', ['error'], ['excel-damage'], '-', '编号不得是 9.1370E+17 一类的科学计数法，末位已丢失', 'A number written as 9.1370E+17 has lost its last digits', spreadsheet],
  ['excel.precision', ['error'], ['excel-damage'], '-', '18 位数字不得被截为 15 位有效数字加 000', 'Eighteen digits are not fifteen and 000', spreadsheet],
  ['excel.leading-zero', ['error', 'warning'], ['code-unknown', 'company-code-invalid', 'excel-damage'], 'fix', '代码前面的 0 不得丢失', 'Codes keep their leading zeros', spreadsheet],
  ['excel.error', ['error'], ['excel-damage'], 'fix', '不得填写 #N/A、#REF! 等电子表格错误标记', 'Error marks of a spreadsheet such as #N/A are no values', spreadsheet],
  ['excel.date', ['error'], ['date-invalid'], 'fix', '日期不得是电子表格的序列号（如 45536）', 'A date is not a spreadsheet’s serial number such as 45536', spreadsheet],
  ['text.encoding', ['error'], ['text-garbled'], 'fix', '文本不得是乱码；GBK 与 UTF-8 互错而未丢字节的，给出原文', 'Text is not garbled; where GBK and UTF-8 were confused and nothing was lost, the text that was meant is offered', 'RULES.md 6.1（真实交换中 GBK 与 UTF-8 并存）'],
  ['text.stray', ['warning'], ['characters-stray'], 'fix', '编号、代码、电话用半角，不含空格和不可见字符', 'Numbers, codes and telephones are in half-width, without spaces or invisible characters', '项目裁定（data/rulings/rules.json，strayCharacters）'],
  ['field.spaces', ['warning'], ['spaces-around'], 'fix', '值的首尾不得有空白', 'There is no white space around a value', 'RULES.md 2.5'],
  ['field.text', ['error'], ['text-invalid'], 'fix', '文本不得含控制字符或半个代理对', 'A text has no control characters and no half of a surrogate pair', 'RFC 8259、RFC 8785'],
  ['date.real', ['error'], ['date-invalid'], '-', '日期须是真实存在的一天；2018-06-31 没有补丁', 'A date is a day that exists; there is no patch for 2018-06-31', 'GB/T 7408（公历日期）'],
])
