import type { Calendar } from './days.ts'
import { decimal, type SampleRecord } from './filing.ts'
import { permitNumbers, reviewNumber } from './permits.ts'
import { upsert } from './project-record.ts'
import type { Project } from './projects.ts'
import type { Staff } from './staff.ts'

const at = (staff: readonly Staff[], project: Project, roles: readonly Staff['role'][]) =>
  staff.filter((person) => person.company === project.team.builders[0] && roles.includes(person.role))
const identity = (person: Staff) => ({
  UserName: person.person.name,
  IDCardTypeNum: person.person.documentType,
  IDCard: person.person.document,
})
const employer = (person: Staff) => ({ CorpName: person.company.name, CorpCode: person.company.code })
const safetyType: Readonly<Record<string, string>> = { safetyA: '1', safetyB: '2', safetyC: '3' }
const posts: Readonly<Record<string, string>> = {
  '0201': '施工员',
  '0202': '质量员',
  '0205': '资料员',
  '0206': '材料员',
  '0208': '劳务员',
  '0211': '标准员',
}
const trades: Readonly<Record<string, string>> = { '0312': '170', '0313': '030', '0302': '130', '0303': '090' }

/** The safety trio of a site: TBProjectBuilderUserInfo (2014) or TBPrjSafeUserInfo (2018). */
function safetyStaff(project: Project, permit: string, staff: readonly Staff[]): SampleRecord[] {
  return at(staff, project, ['safetyA', 'safetyB', 'safetyC']).map((person) =>
    upsert(
      project,
      project.release === '2014' ? 'TBProjectBuilderUserInfo' : 'TBPrjSafeUserInfo',
      `AQ-${permit.slice(-6)}-${person.role.slice(-1)}`,
      {
        PrjNum: project.number,
        BuilderLicenceNum: permit,
        ...employer(person),
        SafetyCerID: person.company.safetyPermit ?? undefined,
        ...identity(person),
        CertID: person.certificate,
        UserType: safetyType[person.role],
      },
    ),
  )
}

/** A single works of the project (TBUnitProjectInfo) with the companies and leaders that take part in it (TBProjectCorpInfo). */
function singleWorks(project: Project): SampleRecord[] {
  const code = `${project.number}-001`
  const { team } = project
  const builder = team.builders[0]
  const unit = upsert(project, 'TBUnitProjectInfo', 'DT', {
    PrjNum: project.number,
    UnitCode: code,
    SubPrjName: `${project.name}1号单体`,
    Invest: decimal(project.invest * 0.7),
    ...(project.area > 0
      ? { BuildArea: decimal(project.area), FloorCount: String(3 + (project.index % 28)), StructureTypeNum: '004' }
      : { SubProjectLength: decimal(project.length) }),
    CensorNum: reviewNumber(project),
    SeismicIntensityScale: '003',
    ISSuperHightBuilding: '0',
    IsGreenBuilding: project.index % 2 === 0 ? '1' : '0',
    ...(project.index % 2 === 0 ? { GreenBuidingLevel: '001' } : {}),
  })
  const leaders = [
    ['3', builder, team.manager],
    ['4', team.supervision, team.chief],
  ] as const
  const companies = leaders.flatMap(([role, company, leader]) =>
    company === undefined
      ? []
      : [
          upsert(project, 'TBProjectCorpInfo', `CJ-${role}`, {
            PrjNum: project.number,
            UnitCode: code,
            CorpRoleNum: role,
            CorpName: company.name,
            CorpCode: company.code,
            PersonName: leader.person.name,
            IDCardTypeNum: leader.person.documentType,
            PersonIDCard: leader.person.document,
            PersonPhone: leader.person.mobile,
          }),
        ],
  )
  return [unit, ...companies]
}

function sitePosts(project: Project, permit: string, calendar: Calendar, staff: readonly Staff[]): SampleRecord[] {
  return at(staff, project, ['post']).map((person) => {
    const post = posts[person.kind] ?? '施工员'
    return upsert(project, 'TBPrjManageUserInfo', `GW-${permit.slice(-6)}-${person.person.serial}`, {
      PrjNum: project.number,
      BuilderLicenceNum: permit,
      ...employer(person),
      ...identity(person),
      PostName: post,
      PostCertName: post,
      PostcertNum: person.certificate,
      CertendDate: calendar.date(500),
      OrganName: '示例省住房和城乡建设厅（合成）',
    })
  })
}

function siteTrades(project: Project, permit: string, calendar: Calendar, staff: readonly Staff[]): SampleRecord[] {
  return at(staff, project, ['trade']).map((person) =>
    upsert(project, 'TBPrjOperationWorkerInfo', `TZ-${permit.slice(-6)}-${person.person.serial}`, {
      PrjNum: project.number,
      BuilderLicenceNum: permit,
      ...employer(person),
      ...identity(person),
      WorkTypeNum: trades[person.kind] ?? '130',
      CertNum: person.certificate,
      EndDate: calendar.date(400),
    }),
  )
}

function siteSupervisor(project: Project, permit: string, calendar: Calendar): SampleRecord {
  const { chief } = project.team
  return upsert(project, 'TBPrjSuperViserInfo', `JL-${permit.slice(-6)}`, {
    PrjNum: project.number,
    BuilderLicenceNum: permit,
    ...employer(chief),
    ...identity(chief),
    SuperViserPostNum: '001',
    PostCertName: '注册监理工程师',
    PostcertNum: chief.certificate,
    CertendDate: calendar.date(600),
    OrganName: '示例省住房和城乡建设厅（合成）',
  })
}

/** An inspection of the site (TBPrjSpotCheckinfo): the table whose records are keyed by the sender's own number. */
function inspection(project: Project, permit: string, calendar: Calendar): SampleRecord {
  const day = calendar.date(project.reached === 6 ? project.days.finish - 60 : Math.min(-2, project.days.permit + 12))
  return upsert(project, 'TBPrjSpotCheckinfo', 'JC', {
    PrjNum: project.number,
    BuilderLicenceNum: permit,
    PrjName: project.name,
    CheckUser: `检示例${project.index % 7}`,
    CheckDate: day,
    SpotHead: project.team.manager.person.name,
    CreateUser: `登示例${project.index % 5}`,
    CreateDate: day,
    ToCheckCorp: (project.team.builders[0]?.name ?? '').slice(0, 200),
    CheckContent: '施工现场安全防护检查（合成）',
    CheckResult: project.index % 4 === 1 ? '责令限期整改' : '符合要求',
  })
}

/** Everything about the sites of a project's permits. */
export function siteRecords(project: Project, calendar: Calendar, staff: readonly Staff[]): SampleRecord[] {
  const permits = permitNumbers(project, calendar)
  const safety = permits.flatMap((permit) => safetyStaff(project, permit, staff))
  const first = permits[0]
  if (project.release === '2014' || first === undefined) return safety
  const posted =
    project.index % 2 === 0
      ? [
          ...sitePosts(project, first, calendar, staff),
          ...siteTrades(project, first, calendar, staff),
          siteSupervisor(project, first, calendar),
        ]
      : []
  return [...safety, ...singleWorks(project), ...posted, ...(project.index % 3 === 1 ? [inspection(project, first, calendar)] : [])]
}
