import { rulesOfKind } from './kind.ts'

const table = '数据标准的数据表（标准版本的 entities）'
const qualification = '推定；只看一条记录的字段（data/rulings/rules.json，qualification）'

const byRecord = rulesOfKind('legality', 'record', [
  ['field.mandatory', ['error'], ['field-missing'], '-', '必填字段须填写', 'Mandatory fields are filled', table],
  ['field.conditional', ['error'], ['field-missing'], '-', '视情况必填的字段，条件成立时须填写', 'Conditional fields are filled when their condition holds', 'RULES.md 4；标准版本的 conditions'],
  ['field.empty', ['error'], ['field-empty'], 'fix', '没有值的选填字段不写，不得为空字符串', 'An optional field without a value is left out, not empty', 'RULES.md 2.5'],
  ['field.unknown', ['error'], ['field-unknown'], 'fix', '只能有标准中的字段；仅大小写或全角不同的给出更名补丁', 'There are no fields but the standard’s; one that differs in letter case or width only is renamed', table],
  ['field.type', ['error'], ['type-wrong'], 'fix', '代码、编号、金额是字符串，个数是整数', 'Codes, numbers of things and amounts are strings, counts are integers', table],
  ['field.length', ['error'], ['too-long'], '-', '不得超过字段长度（按字符计），也不得截断', 'A value is not longer than its field, in characters, and never cut', table],
  ['field.decimal', ['error'], ['decimal-invalid'], 'fix', '数值是十进制字符串，不带科学计数法、千分位、单位', 'A decimal is written without exponent, separators or unit', table],
  ['field.integer', ['error'], ['integer-invalid'], '-', '个数是不小于 0 的整数', 'A count is an integer from 0', table],
  ['field.date', ['error'], ['date-invalid'], 'fix', '日期写作 YYYY-MM-DD', 'Dates are written YYYY-MM-DD', table],
  ['field.instant', ['error'], ['date-invalid'], 'fix', '时间写作带时区的 RFC 3339', 'Instants are written as RFC 3339 with an offset', table],
  ['code.dictionary', ['error'], ['code-unknown'], 'fix', '代码须在该标准版本的字典中', 'A code is in its dictionary, in the release of the submission', '数据字典（标准版本的 dictionaries）'],
  ['code.unlisted', ['warning'], ['code-unlisted'], '-', '所持字典不完整时，未收录的代码照收并提示', 'Where the dictionary held here is incomplete, an unlisted code is taken and noted', '领域裁定：我们的猜测不退回任何人的数据'],
  ['code.validity', ['doubt'], ['code-not-in-force'], 'fix', '代码在记录的日期须有效', 'A code is in force at the record’s date', 'data/rulings/record-dates.json（项目裁定）'],
  ['region.known', ['error'], ['region-unknown'], 'fix', '行政区划须是 GB/T 2260 代码或已登记的代码', 'A region is a code of GB/T 2260 or a registered one', 'GB/T 2260'],
  ['region.level', ['error'], ['region-level-wrong'], 'fix', '省、市、区县字段各填本级代码', 'Fields of province, city and county take codes of their level', 'GB/T 2260'],
  ['region.validity', ['warning'], ['region-abolished'], 'fix', '已撤销的区划只用于当时的记录', 'An abolished region is right for records of its time only', 'RULES.md 2.4 [law]'],
  ['project.classified', ['error', 'doubt', 'warning'], ['classified-project'], '-', '涉密工程不得报送（标准版本可改为只作标记）', 'Classified projects are refused, or flagged where the release says so', '渝建〔2018〕213号 非涉密；领域裁定'],
  ['publication.complete', ['warning'], ['condition-missing'], '-', '公布的行为信息须有公布起止日期、审核人和审核时间', 'Published conduct has its term, and who approved it when', 'RULES.md 4 [HLJ]'],
  ['text.identity-number', ['warning'], ['identity-number-in-text'], '-', '正文中不得含身份证号', 'Free text holds no identity numbers', '领域裁定：个人信息'],
  ['qualification.kind', ['doubt'], ['qualification-doubtful'], '-', '业绩所附资质的种类应与业绩类型一致（TBCorpPerformance 的 AptitudeContent 与 PerfTypeNum）', 'The qualification of a track record is of the kind of its works (AptitudeContent and PerfTypeNum of TBCorpPerformance)', qualification],
  ['qualification.role', ['doubt'], ['qualification-doubtful'], '-', '勘察设计人员的注册类型应与其角色相符（SpecialtyTypNum 与 PrjDuty）', 'Survey and design staff are registered for that profession (SpecialtyTypNum and PrjDuty)', qualification],
  ['qualification.safety', ['doubt'], ['qualification-doubtful'], '-', '安全考核证书写明类别（建安A、B、C）时应与人员类型相符（CertID 与 UserType）', 'A safety certificate that prints its class (建安A, B, C) is of the class of the post (CertID and UserType)', qualification],
  ['qualification.expired', ['doubt'], ['qualification-doubtful'], '-', '证书不应在工程许可或登记之前到期（CertendDate、EndDate 与编号中的日期）', 'A certificate did not end before the works were permitted or registered (CertendDate, EndDate and the date in their number)', qualification],
  ['record.problems', ['error'], ['problems-many'], '-', '一条记录最多列出 200 个问题，其余合计', 'At most 200 problems of one record are listed; the rest is summed up', '项目裁定'],
])

const byKey = rulesOfKind('legality', 'key', [
  ['key.fields', ['error'], ['key-invalid'], '-', '撤回和查询的 key 恰为数据表的键字段', 'The key of a withdrawal or look-up is exactly the entity’s key fields', 'RULES.md 3；标准版本的 key'],
])

const byNode = rulesOfKind('legality', 'node', [
  ['claim.data-level', ['error'], ['level-above-tier'], 'fix', '不得自称高于本级的数据等级', 'Nobody claims a data level above its own tier', 'TBDATALEVELDIC；领域裁定'],
  ['grant.reporting-region', ['error'], ['region-not-granted'], '-', '只报送获授权区域内的项目与行为', 'A participant reports for its granted regions only', '领域裁定：按项目或行为所在地'],
])

/** 合法性: the record is what the standard and the law allow. */
export const legality = [...byRecord, ...byKey, ...byNode]
