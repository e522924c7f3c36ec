import { decimal, fields, type SampleRecord } from './filing.ts'
import type { Calendar } from './days.ts'
import { checked, upsert } from './project-record.ts'
import type { Project } from './projects.ts'
import type { Staff } from './staff.ts'

const three = (value: number) => String(value).padStart(3, '0')

/**
 * Numbers of a project's construction permits, in one of the two forms that occur together: the project number with `-SX-`, or eighteen
 * digits of region, date, serial and works class.
 */
export function permitNumbers(project: Project, calendar: Calendar): string[] {
  const day = calendar.date(project.days.permit).replaceAll('-', '')
  // Works classes 03 to 19 stand in permits of older years; the standard of 2015 left 01 and 02.
  const older = project.reached === 6 && project.index % 4 === 1
  const works = older ? '07' : project.type === '02' ? '02' : '01'
  return Array.from({ length: project.permits }, (_, at) =>
    project.permitForm === 'sx'
      ? `${project.number}-SX-${three(at + 1)}`
      : `${project.place.county}${day}${String((project.index % 50) * 2 + at).padStart(2, '0')}${works}`,
  )
}

export const reviewNumber = (project: Project) => `${project.number}-TX-001`

/** TBProjectCensorInfo and who designed, surveyed and reviewed (TBProjectDesignEconUserInfo). */
export function reviewRecords(project: Project, calendar: Calendar, staff: readonly Staff[]): SampleRecord[] {
  const { team } = project
  const done = calendar.date(project.days.review)
  const registered = calendar.date(project.days.review + 1)
  const old = project.release === '2014'
  const passed = project.index % 7 !== 3
  const review = upsert(project, 'TBProjectCensorInfo', 'SC', {
    CensorNum: reviewNumber(project),
    PrjNum: project.number,
    CensorCorpName: team.review.name,
    CensorCorpCode: team.review.code,
    OneCensorIsPass: passed ? '1' : '0',
    OneCensorWfqtCount: passed ? 0 : 1 + (project.index % 3),
    ...(passed ? {} : { OneCensorWfqtContent: '示例强制性条文第1条（合成）' }),
    ...(old
      ? {
          EconCorpName: team.survey.name,
          EconCorpCode: team.survey.code,
          DesignCorpName: team.design.name,
          DesignCorpCode: team.design.code,
          CensorEDate: `${done}T16:30:00+08:00`,
          CreateDate: `${registered}T09:00:00+08:00`,
        }
      : { CenPrjName: project.name, CensorEDate: done, CreateDate: registered, ...checked(project) }),
  })
  const duties = [
    ['geotechnical', team.survey, '001', '01'],
    ['architect', team.design, '001', '09'],
    ['structural', team.design, '002', '10'],
    ['reviewer', team.review, '004', '10'],
  ] as const
  const people = duties.flatMap(([role, company, duty, specialty]) => {
    const person = staff.find((each) => each.role === role && each.company === company)
    if (person === undefined) return []
    return [
      upsert(project, 'TBProjectDesignEconUserInfo', `SJ-${duty}-${role.slice(0, 3)}`, {
        PrjNum: project.number,
        CensorNum: reviewNumber(project),
        CorpName: company.name,
        CorpCode: company.code,
        UserName: person.person.name,
        IDCardTypeNum: person.person.documentType,
        IDCard: person.person.document,
        SpecialtyTypNum: person.kind,
        PrjDuty: duty,
        ...(old ? {} : { SpeNum: specialty }),
      }),
    ]
  })
  return [review, ...people]
}

/** TBBuilderLicenceManage: what the two releases have in common, and the 2014 table's companies and persons. */
export function permitRecords(project: Project, calendar: Calendar): SampleRecord[] {
  const { team } = project
  return permitNumbers(project, calendar).map((number, at) => {
    const builder = team.builders[0]
    const issued = calendar.date(project.days.permit)
    const shared = fields({
      BuilderLicenceNum: number,
      PrjNum: project.number,
      CensorNum: reviewNumber(project),
      ContractMoney: decimal((project.invest * 0.7) / project.permits, 4),
      Area: project.area > 0 || project.release === '2014' ? decimal(project.area / project.permits) : undefined,
      ProjectPlanNum: `建字第${project.place.county}${calendar.date(project.days.review).slice(0, 4)}${three(project.index)}号（合成）`,
    })
    if (project.release === '2014') {
      return upsert(project, 'TBBuilderLicenceManage', `SG-${at + 1}`, {
        ...shared,
        IssueCertDate: issued,
        EconCorpName: team.survey.name,
        EconCorpCode: team.survey.code,
        DesignCorpName: team.design.name,
        DesignCorpCode: team.design.code,
        ConsCorpName: builder?.name,
        ConsCorpCode: builder?.code,
        SafetyCerID: builder?.safetyPermit ?? undefined,
        SuperCorpName: team.supervision.name,
        SuperCorpCode: team.supervision.code,
        ConstructorName: team.manager.person.name,
        CIDCardTypeNum: team.manager.person.documentType,
        ConstructorIDCard: team.manager.person.document,
        SupervisionName: team.chief.person.name,
        SIDCardTypeNum: team.chief.person.documentType,
        SupervisionIDCard: team.chief.person.document,
        CreateDate: issued,
      })
    }
    return upsert(project, 'TBBuilderLicenceManage', `SG-${at + 1}`, {
      ...shared,
      BuiPrjName: project.name,
      TenderNum: `${project.number}-BD-001`,
      BargainDays: 180 + (project.index % 12) * 30,
      ...(project.length > 0 ? { Length: decimal(project.length / project.permits, 4) } : {}),
      ReleaseDate: issued,
      CreateDate: `${issued}T15:20:00+08:00`,
      ...checked(project),
    })
  })
}
