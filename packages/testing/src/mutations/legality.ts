import type { Field } from '@huijiao/standard'
import { type Base, inOneField, type Mutator, textsOf, withoutField } from './mutation.ts'

const closed = ({ release }: Base, field: Field) =>
  field.kind === 'code' && release.dictionaries.get(field.dictionary ?? '')?.closed === true

/** The name of a code that no other code of its dictionary shares. */
function nameOf({ release }: Base, field: Field, value: string): string | null {
  const codes = [...(release.dictionaries.get(field.dictionary ?? '')?.codes.values() ?? [])]
  const name = codes.find(({ code }) => code === value)?.nameZh
  return name === undefined || codes.filter(({ nameZh }) => nameZh === name).length > 1 ? null : name
}

/** 合法性: what the standard's tables and the law allow. */
export const legalityMutators: readonly Mutator[] = [
  {
    kind: 'field-left-out',
    zh: '缺少必填字段',
    spoil: (base, random) => {
      const present = textsOf(base, (field) => field.mandatory)
      const [field] = random.pick(present)
      return { data: withoutField(base.data, field.code), field: field.code, rule: 'field.mandatory' }
    },
  },
  {
    kind: 'empty-string',
    zh: '空字符串',
    spoil: inOneField(
      'field.empty',
      (field) => !field.conditional,
      () => '',
    ),
  },
  {
    kind: 'name-in-other-case',
    zh: '字段名大小写',
    spoil: (base, random) => {
      const [field] = random.pick(textsOf(base, (f) => f.code !== f.code.toLowerCase()))
      const name = random.pick([field.code.toLowerCase(), field.code.toUpperCase()])
      if (name === field.code) return null
      return { data: { ...withoutField(base.data, field.code), [name]: base.data[field.code] }, field: name, rule: 'field.unknown' }
    },
  },
  {
    kind: 'unknown-field',
    zh: '标准中没有的字段',
    spoil: (base) => ({ data: { ...base.data, LocalRemark: '示例' }, field: 'LocalRemark', rule: 'field.unknown' }),
  },
  {
    kind: 'number-for-text',
    zh: '编码、金额写成数字',
    spoil: inOneField(
      'field.type',
      (field, value) =>
        (field.kind === 'decimal' || field.kind === 'code' || field.kind === 'region') && /^[1-9]\d{0,8}(?:\.\d{1,3})?$/.test(value),
      (value) => Number(value),
    ),
  },
  {
    kind: 'too-long',
    zh: '超长',
    spoil: inOneField(
      'field.length',
      (field) => field.kind === 'text' && field.check === undefined && (field.length ?? 0) > 0,
      (_value, _random, field) => '示'.repeat((field.length ?? 0) + 1),
    ),
  },
  {
    kind: 'separators',
    zh: '千分位',
    spoil: inOneField(
      'field.decimal',
      (field, value) => field.kind === 'decimal' && /^\d{4,}/.test(value),
      (value) => value.replace(/^(\d+)(\d{3})/, '$1,$2'),
    ),
  },
  {
    kind: 'unit-written',
    zh: '金额带单位',
    spoil: inOneField(
      'field.decimal',
      (field) => field.kind === 'decimal' && field.unit === '万元',
      (value) => `${value}万元`,
    ),
  },
  {
    kind: 'exponent',
    zh: '金额写成科学计数法',
    spoil: inOneField(
      'field.decimal',
      (field, value) => field.kind === 'decimal' && /^[1-9]\d{2,5}$/.test(value),
      (value) => `${value.charAt(0)}.${value.slice(1)}E+${String(value.length - 1).padStart(2, '0')}`,
    ),
  },
  {
    kind: 'negative-count',
    zh: '个数为负',
    spoil: (base, random) => {
      const counts = base.entity.fields.filter((field) => field.kind === 'integer' && field.code in base.data)
      if (counts.length === 0) return null
      const field = random.pick(counts)
      return { data: { ...base.data, [field.code]: -3 }, field: field.code, rule: 'field.integer' }
    },
  },
  {
    kind: 'date-slashes',
    zh: '日期用斜线',
    spoil: inOneField(
      'field.date',
      (field) => field.kind === 'date',
      (value) => value.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, '$1/$2/$3'),
    ),
  },
  {
    kind: 'date-compact',
    zh: '日期连写',
    spoil: inOneField(
      'field.date',
      (field) => field.kind === 'date',
      (value) => value.replaceAll('-', ''),
    ),
  },
  {
    kind: 'date-chinese',
    zh: '日期写成中文',
    spoil: inOneField(
      'field.date',
      (field) => field.kind === 'date',
      (value) => value.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, '$1年$2月$3日'),
    ),
  },
  {
    kind: 'instant-without-offset',
    zh: '时间没有时区',
    spoil: inOneField(
      'field.instant',
      (field, value) => field.kind === 'instant' && value.endsWith('+08:00'),
      (value) => value.replace('T', ' ').replace('+08:00', ''),
    ),
  },
  {
    kind: 'code-of-no-dictionary',
    zh: '字典中没有的代码',
    spoil: inOneField(
      'code.dictionary',
      (field, _value, base) => closed(base, field),
      () => '～',
    ),
  },
  {
    kind: 'name-for-code',
    zh: '代码写成名称',
    spoil: inOneField(
      'code.dictionary',
      (field, value, base) => closed(base, field) && nameOf(base, field, value) !== null && nameOf(base, field, value) !== '无',
      (value, _random, field, base) => nameOf(base, field, value),
    ),
  },
  {
    kind: 'code-in-lower-case',
    zh: '代码小写',
    spoil: inOneField(
      'code.dictionary',
      (field, value, base) => closed(base, field) && /^[A-Z]$/.test(value),
      (value) => value.toLowerCase(),
    ),
  },
  {
    kind: 'region-unknown',
    zh: '没有的区划',
    spoil: inOneField(
      'region.known',
      (field) => field.kind === 'region',
      (value) => `${value.slice(0, 4)}98`,
    ),
  },
  {
    kind: 'region-short',
    zh: '区划只写两位或四位',
    spoil: inOneField(
      'region.known',
      (field, value) => field.kind === 'region' && value.endsWith('00'),
      (value) => value.replace(/(?:00)+$/, ''),
    ),
  },
  {
    kind: 'region-twelve-digits',
    zh: '区划写成 12 位',
    spoil: inOneField(
      'region.known',
      (field) => field.kind === 'region',
      (value) => `${value}000000`,
    ),
  },
  {
    kind: 'region-level',
    zh: '省、市填了下级代码',
    spoil: (base, random) => {
      const { data } = base
      if (typeof data['CityNum'] !== 'string' || typeof data['CountyNum'] !== 'string' || data['CityNum'] === data['CountyNum']) return null
      if (String(data['CountyNum']).slice(0, 4) !== String(data['CityNum']).slice(0, 4)) return null
      return random.chance(0.5)
        ? { data: { ...data, ProvinceNum: data['CityNum'] }, field: 'ProvinceNum', rule: 'region.level' }
        : { data: { ...data, CityNum: data['CountyNum'] }, field: 'CityNum', rule: 'region.level' }
    },
  },
  {
    kind: 'region-abolished',
    zh: '已撤销的区划',
    spoil: ({ data }) =>
      data['CountyNum'] === '370116' && !/^\d{6}1[0-8]/.test(String(data['PrjNum']))
        ? { data: { ...data, CountyNum: '371202' }, field: 'CountyNum', rule: 'region.validity' }
        : null,
  },
  {
    kind: 'classified',
    zh: '涉密工程',
    spoil: inOneField(
      'project.classified',
      (field) => /^(?:PrjName|BuiPrjName|ConPrjName|TenderPrjName|PrjSize)$/.test(field.code),
      (_value, random) => random.pick(['示例涉密工程（合成）', '示例机密级用房（合成）']),
    ),
  },
  {
    kind: 'identity-number-in-text',
    zh: '正文含身份证号',
    spoil: inOneField(
      'text.identity-number',
      (field) => /^(?:Content|PunishContent|AwardContent)$/.test(field.code),
      () => '当事人证件号370102189001010010（合成）',
    ),
  },
  {
    kind: 'publication-without-term',
    zh: '公布而无期限',
    spoil: ({ data }) =>
      data['IsPublic'] === '1' && data['PublicEDate'] !== undefined
        ? { data: withoutField(data, 'PublicEDate'), field: 'PublicEDate', rule: 'publication.complete' }
        : null,
  },
  {
    kind: 'certificate-expired',
    zh: '证书早已到期',
    spoil: ({ entity, data }) => {
      const field = { TBPrjManageUserInfo: 'CertendDate', TBPrjSuperViserInfo: 'CertendDate', TBPrjOperationWorkerInfo: 'EndDate' }[
        entity.code
      ]
      return field === undefined || data[field] === undefined
        ? null
        : { data: { ...data, [field]: '2010-05-05' }, field, rule: 'qualification.expired' }
    },
  },
  {
    kind: 'registration-of-another-profession',
    zh: '注册类型与角色不符',
    spoil: ({ entity, data }) =>
      entity.code === 'TBProjectDesignEconUserInfo' && data['SpecialtyTypNum'] !== undefined
        ? { data: { ...data, SpecialtyTypNum: '81' }, field: 'SpecialtyTypNum', rule: 'qualification.role' }
        : null,
  },
]
