import type { Words } from '@huijiao/problem'
import type { EntityGroup, FieldCheck, FieldKind, Privacy } from '../model.ts'
import type { RuleKindName } from '../rules/catalogue.ts'

/** What people read for the words of the data. */
export const groupWords: Readonly<Record<EntityGroup, Words>> = {
  enterprise: { zh: '企业', en: 'Enterprises' },
  person: { zh: '人员', en: 'Persons' },
  project: { zh: '工程项目', en: 'Projects' },
  conduct: { zh: '信用行为', en: 'Conduct' },
}

export const kindWords: Readonly<Record<FieldKind, string>> = {
  text: '文本',
  code: '代码',
  region: '区划',
  decimal: '数值',
  integer: '整数',
  date: '日期',
  instant: '时间',
  attachment: '附件',
}

export const privacyWords: Readonly<Record<Privacy, string>> = { open: '公开', named: '限期公示 named', sealed: '加密 sealed' }

export const checkWords: Readonly<Record<FieldCheck, Words>> = {
  'company-code': { zh: '单位代码（9、10 或 18 位）', en: 'company code of 9, 10 or 18 characters' },
  'company-code-or-other': {
    zh: '单位代码、所列词语，或自然人的身份证号',
    en: 'company code, a listed word, or the id of a private person',
  },
  'resident-id': { zh: '居民身份证号', en: 'resident identity number' },
  'project-number': { zh: '项目编号（16 位）', en: 'project number of 16 digits' },
}

export const severityWords: Readonly<Record<string, string>> = { error: '退回 error', doubt: '存疑 doubt', warning: '提示 warning' }

export const ruleKindWords: Readonly<Record<RuleKindName, Words>> = {
  authenticity: { zh: '真实性', en: 'authenticity' },
  legality: { zh: '合法性', en: 'legality' },
  logic: { zh: '逻辑性', en: 'logic' },
  linkage: { zh: '关联性', en: 'linkage' },
}

export const clockWords: Readonly<Record<string, Words>> = {
  deadline: { zh: '时限', en: 'deadline' },
  notice: { zh: '公示', en: 'public notice' },
  term: { zh: '公布期限', en: 'publication term' },
  permanent: { zh: '长期', en: 'for good' },
}

/** What becomes of a record whose parent is missing. */
export const missingWords: Readonly<Record<string, string>> = {
  hold: '等待上级记录 hold',
  doubt: '存疑 doubt',
  warning: '提示 warning',
  none: '不判断 none',
}

export const ruleGroups: Readonly<Record<string, string>> = {
  about: '说明',
  dateOrder: '日期先后',
  dateFuture: '将来的日期',
  amounts: '金额数量级',
  placeholders: '占位内容',
  spreadsheet: '电子表格损坏',
  encoding: '编码错误',
  strayCharacters: '夹杂字符',
  codesInForce: '代码有效期',
  companyCodes: '单位代码',
  sums: '合计',
  shares: '比例',
  certificates: '资质证书编号',
  qualification: '资质与工程',
  conduct: '信用行为代码',
  residentIds: '身份证号',
  regions: '区划',
  openDictionaries: '开放的字典',
  classified: '涉密工程',
  numbers: '编号',
  publication: '公布',
  freeText: '正文筛查',
}

export const policyParts: Readonly<Record<string, string>> = {
  steps: '办理步骤',
  locked: '锁定的记录',
  claims: '数据等级的声明',
  qualification: '上报条件',
  reasons: '未达上报条件的说明',
  linkage: '关联',
  references: '记录之间的引用',
  authority: '一数一源',
  identity: '变更与重复',
  attachments: '附件',
  numbers: '赋码',
}

/** Members of a field, table, dictionary or code. */
export const memberWords: Readonly<Record<string, string>> = {
  nameZh: '中文名称',
  nameEn: '英文名称',
  kind: '类型',
  sourceType: '来源中的类型',
  mandatory: '必填',
  conditional: '条件必填',
  length: '长度',
  precision: '总位数',
  scale: '小数位数',
  dictionary: '字典',
  list: '清单',
  privacy: '隐私',
  provenance: '出处标注',
  note: '说明',
  check: '校验',
  typeField: '证件类型字段',
  others: '其他可填的词',
  keyForm: '比较形式',
  level: '区划级别',
  unit: '单位',
  key: '业务主键',
  group: '类别',
  version: '来源版本',
  place: '归属地区',
  confidence: '可信程度',
  sources: '来源',
  status: '来源',
  closed: '封闭',
  complete: '完整',
  missing: '缺少的内容',
  source: '官方文件',
  validFrom: '启用日期',
  validTo: '停用日期',
  basis: '依据',
  basedOn: '所扩展的版本',
  prefix: '前缀',
  issuer: '发布机关',
  effectiveFrom: '生效时间',
  privatePerson: '自然人',
}
