import { creditCode, organisationOf } from './identifiers.ts'
import { personOf, type Person } from './people.ts'
import { cityPlaces, elsewhere, metropolitan, type Place, secondCity, thirdCity, unassignedRegion } from './places.ts'
import { randomOf } from './random.ts'

export type CompanyKind =
  | 'developer'
  | 'survey'
  | 'design'
  | 'builder'
  | 'subcontractor'
  | 'supervision'
  | 'agency'
  | 'cost'
  | 'review'
  | 'testing'
  | 'general'

interface KindFacts {
  readonly count: number
  readonly label: string
  /** TBAPTITUDEKINDDIC; developers hold no certificate in these tables. */
  readonly aptitude: string | null
  /** TBTRADETYPEDIC and TBTRADETYPEBOUNDDIC of the main qualification. */
  readonly trade: readonly [series: string, bound: string] | null
  /** TBCERTTITLELEVELDIC */
  readonly levels: readonly string[]
}

/** About 120 companies over all kinds of subject. */
export const companyKinds: Readonly<Record<CompanyKind, KindFacts>> = {
  developer: { count: 22, label: '置业有限公司', aptitude: null, trade: null, levels: [] },
  survey: { count: 8, label: '岩土勘察有限公司', aptitude: '1', trade: ['101520', '10152001'], levels: ['21', '22'] },
  design: { count: 12, label: '建筑设计有限公司', aptitude: '2', trade: ['102210', '10221001'], levels: ['21', '22'] },
  builder: { count: 30, label: '建设集团有限公司', aptitude: '3', trade: ['104010', '10401001'], levels: ['10', '11', '12', '13'] },
  subcontractor: { count: 8, label: '建筑劳务有限公司', aptitude: '3', trade: ['104030', '10403001'], levels: ['60'] },
  supervision: { count: 12, label: '工程监理有限公司', aptitude: '4', trade: ['105020', '10502001'], levels: ['21', '22'] },
  agency: { count: 8, label: '招标代理有限公司', aptitude: '5', trade: null, levels: [] },
  cost: { count: 6, label: '造价咨询有限公司', aptitude: '7', trade: null, levels: [] },
  review: { count: 5, label: '施工图审查有限公司', aptitude: '9', trade: null, levels: [] },
  testing: { count: 6, label: '工程检测有限公司', aptitude: '10', trade: null, levels: [] },
  general: { count: 3, label: '工程总承包有限公司', aptitude: '6', trade: null, levels: [] },
}

export interface Company {
  readonly serial: number
  readonly kind: CompanyKind
  readonly code: string
  /** Nine characters; the key under which an old system still knows the company. */
  readonly organisation: string
  readonly name: string
  /** The name before a change of name. */
  readonly formerName?: string
  readonly place: Place
  readonly legal: Person
  readonly level: string | null
  /** TBECONTYPEDIC */
  readonly economic: string
  readonly capital: number
  readonly foundedYear: number
  readonly safetyPermit: string | null
  readonly certificate: string | null
  readonly expired: boolean
  readonly foreign: boolean
}

const words = [
  '安澜',
  '博雅',
  '晨光',
  '德胜',
  '恩泽',
  '丰茂',
  '固本',
  '海晏',
  '嘉禾',
  '景明',
  '开元',
  '励勤',
  '明川',
  '宁远',
  '鹏举',
  '清和',
  '睿达',
  '盛德',
  '天成',
  '万象',
  '祥瑞',
  '雅正',
  '卓越',
  '知行',
  '中和',
]
const numerals = ['', '二', '三', '四']
const homes = [
  cityPlaces.centre,
  cityPlaces.south,
  cityPlaces.west,
  cityPlaces.hill,
  cityPlaces.centre,
  secondCity,
  thirdCity,
  cityPlaces.late,
]

function placeOf(kind: CompanyKind, at: number): Place {
  if (kind === 'builder' && (at === 27 || at === 28)) return elsewhere // contractors from outside the province, working in it
  if (kind === 'builder' && at === 29) return metropolitan
  if (kind === 'developer' && at === 21) return metropolitan
  return homes[at % homes.length] as Place
}

function companyOf(kind: CompanyKind, at: number, serial: number): Company {
  const facts = companyKinds[kind]
  const random = randomOf(`company ${kind} ${at}`)
  const place = placeOf(kind, at)
  const organisation = organisationOf(serial)
  const word = words[(at * 7 + serial) % words.length] as string
  const name = (brand: string) =>
    `${place.name.slice(0, place.name.indexOf('市') + 1 || 2)}${brand}${numerals[Math.floor(at / words.length)] ?? ''}${facts.label}（合成数据）`
  const builds = kind === 'builder' || kind === 'subcontractor'
  const renamed = (kind === 'builder' || kind === 'design') && at === 3
  const foreign = (kind === 'design' && at === 5) || (kind === 'developer' && at < 3 && at > 0)
  return {
    serial,
    kind,
    code: creditCode(unassignedRegion(place), organisation),
    organisation,
    name: name(word),
    ...(renamed ? { formerName: name(`${word}旧名`) } : {}),
    place,
    legal: personOf(2_000 + serial, place),
    level: facts.levels.length > 0 ? random.pick(facts.levels) : null,
    economic: foreign ? '310' : random.pick(['151', '159', '159', '160', '173']),
    capital: random.int(2, 120) * 100,
    foundedYear: random.int(1995, 2019),
    safetyPermit: builds ? `（鲁）JZ安许证字〔2024〕99${String(serial).padStart(4, '0')}` : null,
    certificate: facts.aptitude === null ? null : `SL${facts.aptitude.padStart(2, '0')}37${String(serial).padStart(6, '0')}`,
    expired: (kind === 'builder' && (at === 6 || at === 17)) || (kind === 'supervision' && at === 4),
    foreign,
  }
}

/** All companies, in the order of their running numbers. */
export function companiesOf(): Company[] {
  const companies: Company[] = []
  for (const kind of Object.keys(companyKinds) as CompanyKind[]) {
    for (let at = 0; at < companyKinds[kind].count; at += 1) companies.push(companyOf(kind, at, 100 + companies.length))
  }
  return companies
}
