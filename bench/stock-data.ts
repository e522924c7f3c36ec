/** What a city has in store after years: projects and their companies, permits, conduct, some of it missing, doubled or in doubt. Synthetic. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { creditCodeCheck, organisationCodeCheck } from '@huijiao/standard'
import { envelopeOf, projectLine } from './data.ts'
import { newId } from './hub.ts'

export const places = ['历下', '市中', '槐荫', '天桥', '历城', '长清', '章丘', '济阳', '莱芜', '钢城', '平阴', '商河', '高新', '起步', '南山', '新旧'] // prettier-ignore
export const words = ['银杏', '丰茂', '博雅', '嘉禾', '清和', '德胜', '安澜', '景明', '明川', '万象', '盛德', '开元', '鹏举', '卓越', '祥瑞', '励勤', '海晏', '知行', '晨光', '恩泽', '长安', '重光', '行远', '乐山'] // prettier-ignore
export const kinds = ['花园', '小学', '医院', '公寓', '厂房', '大桥', '隧道', '广场', '图书馆', '体育馆', '污水厂', '管廊', '研发楼', '宿舍', '办公楼', '地铁站'] // prettier-ignore

export const pick = (list: readonly string[], at: number): string => list[at % list.length] as string

/** Every so many projects one has the name of the one before it: a person is asked whether they are one. */
const doubledEvery = 300
/** A name that has a word of each list and a number of its own; neighbours in the log have different words. */
const nameOf = (at: number): string => {
  const own = at % doubledEvery === doubledEvery - 1 ? at - 1 : at
  return `示例${pick(places, own * 7)}${pick(words, own * 11 + (own >> 9))}${pick(kinds, own * 13 + (own >> 5))}第${own}期（合成）`
}

/** A company's credit code of an unassigned region, with its check characters. */
export function codeOf(serial: number): string {
  const body = `MB${String(serial).padStart(6, '0')}`
  const organisation = body + organisationCodeCheck(body)
  return `91370199${organisation}${creditCodeCheck(`91370199${organisation}`)}`
}

/** How many projects a company has. */
export const projectsEach = 20

export const namedProject = (at: number): string =>
  projectLine(at)
    .replace(/"PrjName":"[^"]*"/, `"PrjName":"${nameOf(at)}"`)
    .replace('"91370199MA00DEM14Q"', `"${codeOf(Math.floor(at / projectsEach))}"`)

const numberOfProject = (at: number): string => /"PrjNum":"(\d{16})"/.exec(projectLine(at))?.[1] as string

/** A company; `told` by another source it lies in another street, which is a conflict for a person. */
export function companyLine(serial: number, told = 0): string {
  const code = codeOf(serial)
  return line('TBCorpBasicInfo', `C-${serial}`, {
    CorpName: `示例${pick(words, serial)}${pick(words, serial >> 3)}${serial}建设有限公司（合成）`,
    ...{ CorpCode: code, LicenseNum: code, ProvinceNum: '370000', CityNum: '370100', CountyNum: '370102' },
    ...{ Address: `示例路 ${serial + told} 号（合成）`, PostalCode: '259900' },
    ...{ LegalMan: '法示例', IDCardTypeNum: '1', LegalManIDCard: '37019918900101001X', LegalManDuty: '董事长', EconomicNum: '159' },
    ...{ RegPrin: '5000', PrincipalUnitNum: '1', CorpBirthDate: '2010-05-12', LinkMan: '联示例', LinkPhone: '10000000001' },
  })
}

const line = (entity: string, sourceId: string, data: object): string => JSON.stringify({ entity, operation: 'upsert', sourceId, data })

/** The smallest sound record of a table, as the published schema shows it. */
const smallest = (entity: string): object =>
  JSON.parse(readFileSync(resolve(import.meta.dirname, `../schemas/2018/valid/${entity}.minimal.json`), 'utf8')) as object
const [permit, conduct, person] = ['TBBuilderLicenceManage', 'TBCorpBadCreditInfo', 'TBRegPersonBasicInfo'].map(smallest) as [
  object,
  object,
  object,
]

/** Every so many permits one is of a project that is not here, and waits for it; every so many name a tender that is not here. */
const orphanEvery = 10
export const permitLine = (at: number): string => {
  const project = numberOfProject(at % orphanEvery === 0 ? 5_000_000 + at : at)
  return line('TBBuilderLicenceManage', `L-${at}`, {
    ...permit,
    ...{ BuilderLicenceNum: `${project}-SX-001`, PrjNum: project, BuiPrjName: nameOf(at) },
    ...(at % orphanEvery === 1 ? { TenderNum: `${project}-BD-001` } : {}),
  })
}

/** A punishment of a company that is public now. */
export const conductLine = (at: number, companies: number, day: Date): string => {
  const on = (days: number) => new Date(day.getTime() + days * 86_400_000).toISOString().slice(0, 10)
  const serial = at % companies
  return line('TBCorpBadCreditInfo', `B-${at}`, {
    ...conduct,
    ...{ CorpCode: codeOf(serial), CorpName: `示例${pick(words, serial)}${pick(words, serial >> 3)}${serial}建设有限公司（合成）` },
    ...{
      PunishNumber: `示建罚〔${on(-60).slice(0, 4)}〕${at} 号`,
      HappenDate: on(-90),
      PunishDate: on(-60),
      PublicBDate: on(-50),
      PublicEDate: on(300),
    },
  })
}

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
/** Somebody born in the 1890s in a region that was never assigned: nobody's number, with its check character. */
export function documentOf(at: number): string {
  const day = new Date(Date.UTC(1890, 0, 1 + Math.floor(at / 999))).toISOString().slice(0, 10).replaceAll('-', '')
  const body = `370102${day}${String((at % 999) + 1).padStart(3, '0')}`
  return body + '10X98765432'.charAt([...body].reduce((sum, digit, i) => sum + Number(digit) * (weights[i] as number), 0) % 11)
}
export const personLine = (at: number): string =>
  line('TBRegPersonBasicInfo', `R-${at}`, {
    ...person,
    PersonName: `${pick(['赵', '钱', '孙', '李', '周', '吴', '郑', '王'], at)}${pick(words, at * 5)}`,
    IDCard: documentOf(at),
  })

/** An NDJSON submission. */
export const bodyOf = (from: number, count: number, one: (at: number) => string): Buffer =>
  Buffer.from([JSON.stringify(envelopeOf(newId())), ...Array.from({ length: count }, (_, at) => one(from + at)), ''].join('\n'))
