import type { Company, CompanyKind } from './companies.ts'
import type { Calendar } from './days.ts'
import { cityPlaces, metropolitan, type Place, secondCity, secondCityOther, thirdCity } from './places.ts'
import { type Random, randomOf } from './random.ts'
import type { Staff, StaffRole } from './staff.ts'
import type { SubmitterKey } from './submitters.ts'

/** The six stages of a project; a project that reached one has the records of all before it. */
export const stages = ['project', 'tender', 'contract', 'review', 'permit', 'finish'] as const
export type Stage = (typeof stages)[number]

/** How many of the 200 projects reached each stage. */
export const funnel: Readonly<Record<Stage, number>> = { project: 200, tender: 170, contract: 160, review: 150, permit: 130, finish: 60 }

export interface Team {
  readonly survey: Company
  readonly design: Company
  readonly review: Company
  readonly supervision: Company
  readonly agency: Company
  readonly testing: Company
  readonly builders: readonly Company[]
  readonly manager: Staff
  readonly chief: Staff
}

export interface Project {
  readonly index: number
  readonly number: string
  readonly name: string
  readonly type: '01' | '02' | '99'
  /** TBPRJFUNCTIONDIC, a code that both releases have. */
  readonly use: string
  readonly release: '2014' | '2018'
  readonly place: Place
  readonly submitter: SubmitterKey
  /** How many stages it reached: 1 to 6. */
  readonly reached: number
  readonly developer: Company
  /** 万元 */
  readonly invest: number
  /** Square metres; 0 for municipal works, which have a length. */
  readonly area: number
  /** Metres. */
  readonly length: number
  readonly sections: number
  readonly permits: number
  readonly permitForm: 'sx' | 'eighteen'
  readonly directAward: boolean
  readonly consortium: boolean
  /** TBDATASOURCEDIC: 1 business handling, 3 backfill. */
  readonly source: '1' | '3'
  /** TBDATALEVELDIC */
  readonly level: 'A' | 'B' | 'C' | 'D'
  readonly team: Team
  /** Day of the event of each stage. */
  readonly days: Readonly<Record<Stage, number>>
}

interface Batch {
  readonly submitter: SubmitterKey
  readonly places: readonly Place[]
  readonly count: number
  readonly release: '2014' | '2018'
}

const batches: readonly Batch[] = [
  {
    submitter: 'city',
    places: [cityPlaces.centre, cityPlaces.west, cityPlaces.river, cityPlaces.hill, cityPlaces.merged],
    count: 76,
    release: '2018',
  },
  { submitter: 'south', places: [cityPlaces.south], count: 26, release: '2014' },
  { submitter: 'north', places: [cityPlaces.refusing], count: 22, release: '2018' },
  { submitter: 'east', places: [cityPlaces.late], count: 18, release: '2014' },
  { submitter: 'county', places: [cityPlaces.silent], count: 4, release: '2014' },
  { submitter: 'zone', places: [cityPlaces.zone], count: 12, release: '2018' },
  { submitter: 'second', places: [secondCity, secondCityOther], count: 18, release: '2018' },
  { submitter: 'third', places: [thirdCity], count: 14, release: '2014' },
  { submitter: 'metropolitan', places: [metropolitan], count: 10, release: '2018' },
]

const works = {
  '01': [
    ['100', '花园住宅小区'],
    ['300', '公共服务中心'],
    ['400', '商住综合楼'],
    ['700', '标准厂房'],
  ],
  '02': [
    ['014', '道路工程'],
    ['011', '排水管网工程'],
    ['013', '供热管线工程'],
  ],
  '99': [['999', '配套用房工程']],
} as const
const streets = [
  '一号',
  '二号',
  '东湖',
  '西湖',
  '南苑',
  '北苑',
  '河畔',
  '山前',
  '新桥',
  '古井',
  '书院',
  '梧桐',
  '银杏',
  '长堤',
  '平川',
  '云台',
]

/** Stage of every project: exactly the funnel, dealt out at random. */
function stagesReached(): number[] {
  const counts = stages.map((stage) => funnel[stage])
  const reached = counts.flatMap((count, at) => Array.from({ length: count - (counts[at + 1] ?? 0) }, () => at + 1))
  const random = randomOf('stages reached')
  for (let at = reached.length - 1; at > 0; at -= 1) {
    const other = random.int(0, at)
    ;[reached[at], reached[other]] = [reached[other] as number, reached[at] as number]
  }
  return reached
}

const near = (companies: readonly Company[], kind: CompanyKind, place: Place) => {
  const all = companies.filter((company) => company.kind === kind)
  const local = all.filter((company) => company.place.city === place.city)
  return local.length > 0 ? local : all
}

function teamOf(random: Random, companies: readonly Company[], staff: readonly Staff[], place: Place, index: number): Team {
  const one = (kind: CompanyKind) => random.pick(near(companies, kind, place))
  // Every tenth project is built by a contractor from somewhere else, every twentieth by one from outside the province.
  const away = companies.filter((company) => company.kind === 'builder' && (index % 20 !== 4 || company.place.province !== place.province))
  const builders = index % 10 === 4 ? away : near(companies, 'builder', place)
  const first = random.pick(builders)
  const second = random.pick(builders)
  const supervision = one('supervision')
  const member = (company: Company, role: StaffRole) =>
    random.pick(staff.filter((person) => person.company === company && person.role === role))
  return {
    survey: one('survey'),
    design: one('design'),
    review: one('review'),
    supervision,
    agency: one('agency'),
    testing: one('testing'),
    builders: first === second ? [first] : [first, second],
    manager: member(first, 'constructor'),
    chief: member(supervision, 'supervisor'),
  }
}

/** Days of the stages. Projects that are finished began years ago; their history is loaded at the beginning. */
function daysOf(random: Random, reached: number, submitter: SubmitterKey): Record<Stage, number> {
  const silent = submitter === 'county'
  const finish = silent ? random.int(-265, -240) : random.int(-255, -6)
  const start =
    reached === 6 ? finish - random.int(520, 900) : silent ? random.int(-330, -270) : -262 + Math.floor(250 * random.next() ** 1.3)
  const latest = silent ? -235 : -3
  const after = (day: number, from: number, to: number) =>
    reached === 6 ? day + random.int(from, to) : Math.min(latest, day + random.int(from, to))
  const tender = after(start, 14, 32)
  const contract = after(tender, 6, 20)
  const review = after(start, 16, 40)
  const permit = after(Math.max(contract, review), 4, 20)
  return { project: start, tender, contract, review, permit, finish }
}

/** Who has confirmed it: the city what it collects itself, a district its own; a city that reports to the province has some confirmed there. */
function levelOf(submitter: SubmitterKey, index: number): Project['level'] {
  if (submitter === 'second') return index % 3 === 0 ? 'A' : 'B'
  return submitter === 'city' ? 'B' : 'C'
}

const twoDigits = (value: number) => String(value).padStart(2, '0')

/** The 200 projects of the sample, in three cities, a zone and a district of a province-level city. */
export function projectsOf(calendar: Calendar, companies: readonly Company[], staff: readonly Staff[]): Project[] {
  const reachedBy = stagesReached()
  const sequence = new Map<string, number>()
  const projects: Project[] = []
  for (const batch of batches) {
    for (let at = 0; at < batch.count; at += 1) {
      const index = projects.length
      const random = randomOf(`project ${index}`)
      const place = batch.places[at % batch.places.length] as Place
      const type = random.chance(0.22) ? '02' : random.chance(0.06) ? '99' : '01'
      const [use, noun] = random.pick<readonly [string, string]>(works[type])
      const reached = reachedBy[index] as number
      const days = daysOf(random, reached, batch.submitter)
      const slot = place.county + calendar.date(days.project).slice(2).replaceAll('-', '') + type
      sequence.set(slot, (sequence.get(slot) ?? 0) + 1)
      const developers = near(companies, 'developer', place)
      const area = type === '02' ? 0 : random.int(20, 1_800) * 100
      // 2,500 to 6,000 yuan a square metre; a road or a pipe costs what it costs.
      const invest = area > 0 ? Math.round((area * random.int(25, 60)) / 100) : random.int(6, 900) * 100
      projects.push({
        index,
        number: slot + twoDigits(sequence.get(slot) as number),
        name: `${place.name}${streets[index % streets.length]}${noun}${Math.floor(index / streets.length) + 1}期（合成数据）`,
        type,
        use,
        release: batch.release,
        place,
        submitter: batch.submitter,
        reached,
        developer: random.pick(developers),
        invest,
        area,
        length: type === '02' ? random.int(4, 180) * 50 : 0,
        sections: index % 14 === 3 ? 2 : 1,
        permits: index % 14 === 3 || index % 21 === 5 ? 2 : 1,
        permitForm: random.chance(0.4) ? 'eighteen' : 'sx',
        directAward: random.chance(0.1),
        consortium: index % 33 === 8,
        source: index % 9 === 7 ? '3' : '1',
        level: levelOf(batch.submitter, index),
        team: teamOf(random, companies, staff, place, index),
        days,
      })
    }
  }
  return projects
}
