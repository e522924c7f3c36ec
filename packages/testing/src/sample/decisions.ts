import type { Company } from './companies.ts'
import type { Decision, Publication } from './conduct-records.ts'
import type { Calendar } from './days.ts'
import { cityPlaces, type Place, secondCity, thirdCity } from './places.ts'
import type { Staff } from './staff.ts'
import type { SubmitterKey } from './submitters.ts'

type CompanyKind = Company['kind']
interface Plan {
  readonly code: string
  readonly behaviour: string
  readonly kind: CompanyKind
  /** Day of the decision. */
  readonly day: number
  readonly publication?: Publication
  readonly submitter?: SubmitterKey
  readonly person?: true
}

/** 40 bad decisions: 22 with a listed national code, 6 of national form that the list held here does not show, 7 provincial, 5 of persons. */
const bad: readonly Plan[] = [
  { code: 'D1-1-01', behaviour: '超越本单位资质等级承揽工程', kind: 'builder', day: -1 },
  { code: 'D1-3-01', behaviour: '使用不合格建筑材料', kind: 'builder', day: -6 },
  { code: 'D1-2-05', behaviour: '将承包的工程违法分包', kind: 'builder', day: -12 },
  { code: 'A1-1-07', behaviour: '未取得施工许可证擅自施工', kind: 'developer', day: -1 },
  { code: 'A1-1-05', behaviour: '未按照国家规定办理工程质量监督手续', kind: 'developer', day: -6 },
  { code: 'E1-3-05', behaviour: '未依照工程建设强制性标准实施监理', kind: 'supervision', day: -14 },
  { code: 'D1-1-03', behaviour: '允许其他单位以本单位名义承揽工程', kind: 'builder', day: -210, publication: 'running' },
  { code: 'D1-2-02', behaviour: '相互串通投标', kind: 'builder', day: -188, publication: 'running' },
  { code: 'D1-3-02', behaviour: '未按照节能设计进行施工', kind: 'builder', day: -163, publication: 'running' },
  { code: 'D1-3-03', behaviour: '未对建筑材料进行检测', kind: 'builder', day: -141, publication: 'running' },
  { code: 'A1-1-03', behaviour: '违反建设工程规划许可证件的规定进行建设', kind: 'developer', day: -129, publication: 'running' },
  { code: 'A1-2-23', behaviour: '应当发布招标公告而不发布', kind: 'developer', day: -117, publication: 'running' },
  { code: 'D1-2-03', behaviour: '以他人名义投标', kind: 'builder', day: -96, publication: 'running' },
  { code: 'D1-1-05', behaviour: '出借《建筑业企业资质证书》', kind: 'builder', day: -84, publication: 'running' },
  { code: 'D1-2-04', behaviour: '不按照与招标人订立的合同履行义务，情节严重', kind: 'builder', day: -61, publication: 'running' },
  { code: 'D1-1-04', behaviour: '未在规定期限内办理资质变更手续', kind: 'subcontractor', day: -47, publication: 'running' },
  { code: 'D1-1-01', behaviour: '未取得资质证书承揽工程', kind: 'builder', day: -222, publication: 'shortened' },
  { code: 'D1-3-04', behaviour: '不向建设单位出具质量保修书', kind: 'builder', day: -205, publication: 'extended' },
  { code: 'D1-2-01', behaviour: '以行贿手段承揽业务', kind: 'builder', day: -150, publication: 'revoked' },
  { code: 'A1-1-04', behaviour: '必须实行工程监理而未实行', kind: 'developer', day: -230, publication: 'expired' },
  { code: 'D1-1-06', behaviour: '作业人员未取得证书上岗，情节严重', kind: 'subcontractor', day: -236, publication: 'expired' },
  { code: 'D1-3-01', behaviour: '在施工中偷工减料', kind: 'builder', day: -73, publication: 'running', submitter: 'market' },
  { code: 'D1-4-01', behaviour: '未设立安全生产管理机构', kind: 'builder', day: -170, publication: 'running' },
  { code: 'D1-4-07', behaviour: '未按规定设置安全警示标志', kind: 'builder', day: -133, publication: 'running' },
  { code: 'D1-4-12', behaviour: '未向作业人员提供安全防护用具', kind: 'builder', day: -88, publication: 'running' },
  { code: 'C1-2-03', behaviour: '未按照工程建设强制性标准进行设计', kind: 'design', day: -66, publication: 'running' },
  { code: 'B1-2-01', behaviour: '未按照工程建设强制性标准进行勘察', kind: 'survey', day: -52, publication: 'running' },
  { code: 'F1-1-02', behaviour: '在所代理的招标项目中投标', kind: 'agency', day: -39, publication: 'running' },
  { code: 'A2-1-02', behaviour: '不按核准内容进行招标', kind: 'developer', day: -159, publication: 'running' },
  { code: 'A2-1-06', behaviour: '未按照国家规定办理工程安全监督手续', kind: 'developer', day: -124, publication: 'running' },
  { code: 'A2-1-07', behaviour: '施工图设计文件未经审查，擅自施工', kind: 'developer', day: -92, publication: 'running' },
  { code: 'KC-003', behaviour: '以欺骗手段取得资质证书承揽业务', kind: 'survey', day: -80, publication: 'running' },
  { code: 'KC-004', behaviour: '允许其他单位以本单位名义承揽业务', kind: 'survey', day: -58, publication: 'running' },
  { code: 'SL-SG-011', behaviour: '扬尘治理措施不到位', kind: 'builder', day: -44, publication: 'running' },
  { code: 'SL-SG-024', behaviour: '未及时报送信用信息', kind: 'builder', day: -31, publication: 'running' },
  { code: 'M-1-01', behaviour: '提供虚假材料申请注册', kind: 'design', day: -178, publication: 'running', person: true },
  { code: 'M-1-02', behaviour: '以欺骗手段取得注册证书和执业印章', kind: 'design', day: -120, publication: 'running', person: true },
  { code: 'M-1-01', behaviour: '隐瞒有关情况申请注册', kind: 'supervision', day: -90, publication: 'running', person: true },
  { code: 'M-1-02', behaviour: '以贿赂手段取得注册证书', kind: 'builder', day: -55, publication: 'running', person: true },
  { code: 'M-1-01', behaviour: '提供虚假材料申请注册', kind: 'builder', day: -5, person: true },
]

const awards = [
  '获评年度优质工程',
  '获评安全文明标准化工地',
  '获评建筑业先进企业',
  '获得工程建设工法',
  '参与抢险救灾受到表彰',
  '获评绿色施工示范工程',
]
const awardedKinds: readonly CompanyKind[] = ['builder', 'builder', 'design', 'supervision', 'builder', 'survey']

const places: Readonly<Partial<Record<SubmitterKey, Place>>> = {
  city: cityPlaces.centre,
  south: cityPlaces.south,
  second: secondCity,
  third: thirdCity,
  market: cityPlaces.west,
}
const turn: readonly SubmitterKey[] = ['city', 'city', 'city', 'second', 'city', 'third', 'city', 'south']

/** The 60 decisions of the sample. */
export function decisionsOf(calendar: Calendar, companies: readonly Company[], staff: readonly Staff[]): Decision[] {
  const pickCompany = (kind: CompanyKind, at: number) => {
    const all = companies.filter((company) => company.kind === kind)
    return all[(at * 5) % all.length] as Company
  }
  const make = (serial: number, at: number, plan: Plan, good: boolean): Decision => {
    const submitter = plan.submitter ?? (turn[at % turn.length] as SubmitterKey)
    const place = places[submitter] ?? cityPlaces.centre
    const members = plan.person
      ? staff.filter((person) => person.company.kind === plan.kind && ['constructor', 'supervisor', 'architect'].includes(person.role))
      : []
    const member = members[(at * 5) % Math.max(1, members.length)]
    const year = calendar.date(plan.day).slice(0, 4)
    const market = submitter === 'market'
    return {
      serial,
      good,
      company: member?.company ?? pickCompany(plan.kind, at),
      person: member ?? null,
      code: plan.code,
      behaviour: plan.behaviour,
      place,
      submitter,
      day: plan.day,
      publication: plan.publication ?? 'none',
      document: good ? `示建奖〔${year}〕${serial}号` : `${market ? '示市监罚' : '示建罚'}〔${year}〕${serial}号`,
      departmentLevel: submitter === 'south' ? '3' : '2',
      department: market ? '示例市市场监督管理局（合成）' : `${place.name}住房和城乡建设局（合成）`,
    }
  }
  const punishments = bad.map((plan, at) => make(at + 1, at, plan, false))
  const rewards = Array.from({ length: 20 }, (_, at) =>
    make(
      101 + at,
      at,
      {
        code: '',
        behaviour: awards[at % awards.length] as string,
        kind: awardedKinds[at % awardedKinds.length] as CompanyKind,
        day: -240 + at * 12,
        publication: 'running',
        ...(at % 7 === 4 ? { person: true } : {}),
      },
      true,
    ),
  )
  return [...punishments, ...rewards]
}
