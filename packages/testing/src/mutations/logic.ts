import { isCreditCode } from '@huijiao/standard'
import { inOneField, type Mutator } from './mutation.ts'

const phase = /^\d{16}-[A-Z]{2}-\d{3}$/
const ownNumber: Readonly<Record<string, string>> = {
  TBTenderInfo: 'TenderNum',
  TBContractRecordManage: 'RecordNum',
  TBProjectCensorInfo: 'CensorNum',
  TBBuilderLicenceManage: 'BuilderLicenceNum',
  TBProjectFinishManage: 'PrjFinishNum',
}
const isOwn = (entity: string, field: string) => ownNumber[entity] === field

/** Two fields that have an order, in the tables of the sample. */
const orders: readonly (readonly [string, string])[] = [
  ['BDate', 'EDate'],
  ['PunishDate', 'PunishEDate'],
  ['PublicBDate', 'PublicEDate'],
  ['AwardDate', 'EffectDate'],
  ['OrganDate', 'EndDate'],
  ['ContractDate', 'CreateDate'],
  ['TenderResultDate', 'CreateDate'],
]

const shiftSite = (number: string) => `${number.slice(0, 15)}${number.charAt(15) === '9' ? '8' : '9'}${number.slice(16)}`

/** 逻辑性: what a record says in two places. */
export const logicMutators: readonly Mutator[] = [
  {
    kind: 'project-number-short',
    zh: '项目编号少一位',
    spoil: inOneField(
      'number.project',
      (field) => field.check === 'project-number',
      (value) => value.slice(0, 15),
    ),
  },
  {
    kind: 'project-number-region',
    zh: '项目编号的区划不是本项目的',
    spoil: ({ entity, data }) =>
      entity.code === 'TBProjectInfo'
        ? {
            data: { ...data, PrjNum: `${data['CityNum'] === '370200' ? '370302' : '370202'}${String(data['PrjNum']).slice(6)}` },
            field: 'PrjNum',
            rule: 'number.region',
          }
        : null,
  },
  {
    kind: 'project-number-date',
    zh: '项目编号中没有这一天',
    spoil: ({ entity, data }) =>
      entity.code === 'TBProjectInfo'
        ? {
            data: { ...data, PrjNum: `${String(data['PrjNum']).slice(0, 8)}13${String(data['PrjNum']).slice(10)}` },
            field: 'PrjNum',
            rule: 'number.date',
          }
        : null,
  },
  {
    kind: 'project-number-type',
    zh: '项目编号中的分类不同',
    spoil: ({ entity, data }) =>
      entity.code === 'TBProjectInfo' && data['PrjTypeNum'] !== '99'
        ? {
            data: { ...data, PrjNum: `${String(data['PrjNum']).slice(0, 12)}99${String(data['PrjNum']).slice(14)}` },
            field: 'PrjNum',
            rule: 'number.type',
          }
        : null,
  },
  {
    kind: 'project-number-sequence',
    zh: '项目编号顺序号 00',
    spoil: ({ entity, data }) =>
      entity.code === 'TBProjectInfo'
        ? { data: { ...data, PrjNum: `${String(data['PrjNum']).slice(0, 14)}00` }, field: 'PrjNum', rule: 'number.sequence' }
        : null,
  },
  {
    kind: 'phase-number-lower-case',
    zh: '阶段编号小写',
    spoil: inOneField(
      'number.form',
      (field, value, { entity }) => isOwn(entity.code, field.code) && phase.test(value),
      (value) => value.toLowerCase(),
    ),
  },
  {
    kind: 'phase-number-dashes',
    zh: '阶段编号用破折号',
    spoil: inOneField(
      'number.form',
      (field, value, { entity }) => isOwn(entity.code, field.code) && phase.test(value),
      (value) => value.replaceAll('-', '—'),
    ),
  },
  {
    kind: 'phase-number-letters',
    zh: '阶段编号字母不符',
    spoil: inOneField(
      'number.letters',
      (field, value, { entity }) => isOwn(entity.code, field.code) && phase.test(value),
      (value) => value.replace(/-[A-Z]{2}-/, '-QU-'),
    ),
  },
  {
    kind: 'phase-number-of-another-project',
    zh: '阶段编号属于另一项目',
    spoil: inOneField(
      'number.project-part',
      (field, value) => /^(?:TenderNum|RecordNum|CensorNum|BuilderLicenceNum|PrjFinishNum)$/.test(field.code) && phase.test(value),
      (value) => shiftSite(value),
    ),
  },
  {
    kind: 'unit-of-another-project',
    zh: '单体编码属于另一项目',
    spoil: inOneField(
      'number.unit',
      (field, value, { entity }) =>
        field.code === 'UnitCode' && /^\d{16}-\d{3}$/.test(value) && entity.fields.some(({ code }) => code === 'PrjNum'),
      (value) => shiftSite(value),
    ),
  },
  {
    kind: 'county-of-another-city',
    zh: '区县不在城市内',
    spoil: ({ data }) =>
      typeof data['CountyNum'] === 'string' && typeof data['CityNum'] === 'string' && data['ProvinceNum'] === '370000'
        ? {
            data: { ...data, CountyNum: String(data['CityNum']).startsWith('3702') ? '370302' : '370202' },
            field: 'CountyNum',
            rule: 'region.nesting',
          }
        : null,
  },
  {
    kind: 'another-province',
    zh: '省填错',
    spoil: ({ data }) =>
      data['ProvinceNum'] === '370000' && typeof data['CountyNum'] === 'string'
        ? { data: { ...data, ProvinceNum: '320000' }, field: 'ProvinceNum', rule: 'region.nesting' }
        : null,
  },
  {
    kind: 'codes-of-two-companies',
    zh: '两种单位代码不是同一单位',
    spoil: ({ data }) =>
      typeof data['LicenseNum'] === 'string' && typeof data['CorpCode'] === 'string' && isCreditCode(data['CorpCode'])
        ? { data: { ...data, LicenseNum: '91370199D2143569X0' }, field: 'LicenseNum', rule: 'company.codes-linked' }
        : null,
  },
  {
    kind: 'sex',
    zh: '性别与身份证号不符',
    spoil: ({ data }) =>
      data['IDCardTypeNum'] === '1' &&
      typeof data['IDCard'] === 'string' &&
      data['IDCard'].length === 18 &&
      /^[12]$/.test(String(data['SexNum']))
        ? { data: { ...data, SexNum: data['SexNum'] === '1' ? '2' : '1' }, field: 'SexNum', rule: 'person.resident-id' }
        : null,
  },
  {
    kind: 'conduct-code-of-another-subject',
    zh: '行为代码与企业类型不符',
    spoil: ({ entity, data }) =>
      entity.code === 'TBCorpBadCreditInfo' && String(data['CreditCode']).startsWith('D1-')
        ? { data: { ...data, CertTypeNum: '4' }, field: 'CreditCode', rule: 'conduct.subject' }
        : null,
  },
  {
    kind: 'yuan-for-ten-thousand',
    zh: '元当作万元',
    spoil: inOneField(
      'amount.max',
      (field, value) => field.unit === '万元' && /^\d+(?:\.\d+)?$/.test(value) && Number(value) > 1000,
      (value) => {
        const [whole, fraction = ''] = value.split('.') as [string, string?]
        const moved = `${whole}${fraction.padEnd(4, '0')}`
        return moved.length > 11 ? null : moved
      },
    ),
  },
  {
    kind: 'negative-amount',
    zh: '金额为负',
    spoil: inOneField(
      'amount.negative',
      (field, value) => field.unit === '万元' && !value.startsWith('-') && Number(value) > 0,
      (value) => `-${value}`,
    ),
  },
  {
    kind: 'paid-in-above-registered',
    zh: '实收资本大于注册资本',
    spoil: ({ data }) =>
      data['RegPrin'] !== undefined && data['FactRegPrin'] !== undefined && Number(data['RegPrin']) < 100_000
        ? { data: { ...data, FactRegPrin: String(Number(data['RegPrin']) + 100) }, field: 'FactRegPrin', rule: 'sum.part' }
        : null,
  },
  {
    kind: 'share-above-hundred',
    zh: '比例超过 100',
    spoil: inOneField(
      'share.range',
      (field) => field.code.endsWith('PercentTage'),
      () => '250',
    ),
  },
  {
    kind: 'dates-reversed',
    zh: '日期先后颠倒',
    spoil: ({ data }, random) => {
      const [first, second] = random.pick(orders)
      const a = data[first]
      return typeof a === 'string' &&
        a.length === 10 &&
        typeof data[second] === 'string' &&
        String(data[second]).length === 10 &&
        second !== 'CreateDate'
        ? { data: { ...data, [second]: `${Number(a.slice(0, 4)) - 1}${a.slice(4, 8)}01` }, field: second, rule: 'date.order' }
        : null
    },
  },
  {
    kind: 'date-in-the-future',
    zh: '日期在将来',
    spoil: inOneField(
      'date.future',
      (field, value) => /^(?:CorpBirthDate|PrjApprovalDate|OrganDate|IssueDate|CreateDate)$/.test(field.code) && value.length === 10,
      () => '2096-01-01',
    ),
  },
]
