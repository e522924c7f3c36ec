import type { Calendar } from './days.ts'
import { decimal, fields, type SampleRecord } from './filing.ts'
import type { Project } from './projects.ts'
import { randomOf } from './random.ts'
import { permitNumbers } from './permits.ts'
import { checked, upsert } from './project-record.ts'
import { submitters } from './submitters.ts'

const region = (project: Project) => ({ ProvinceNum: project.place.province, CityNum: project.place.city, CountyNum: project.place.county })
const developer = (project: Project) => ({ BuildCorpName: project.developer.name, BuildCorpCode: project.developer.code })
const size = (project: Project) => (project.area > 0 ? `总建筑面积${project.area}平方米` : `线路总长${project.length}米`)

/** TBProjectInfo. */
export function projectRecord(project: Project, calendar: Calendar): SampleRecord {
  const common = {
    PrjNum: project.number,
    PrjName: project.name,
    PrjTypeNum: project.type,
    ...developer(project),
    ...region(project),
    PrjApprovalNum: `示审批〔${calendar.date(project.days.project).slice(0, 4)}〕${project.index + 1}号`,
    PrjApprovalLevelNum: project.index % 5 === 0 ? '003' : '004',
    AllInvest: decimal(project.invest),
    PrjSize: size(project),
    PrjPropertyNum: project.index % 11 === 6 ? '003' : '001',
    PrjFunctionNum: project.use,
  }
  if (project.release === '2014') {
    return upsert(project, 'TBProjectInfo', 'XM', {
      ...common,
      ...(project.area > 0 ? { AllArea: decimal(project.area) } : {}),
      ...(project.reached >= 6 ? { BDate: calendar.date(project.days.permit + 7), EDate: calendar.date(project.days.finish) } : {}),
      CreateDate: calendar.date(project.days.project + 1),
    })
  }
  return upsert(project, 'TBProjectInfo', 'XM', {
    ...common,
    PrjCode: `2026-${project.place.county}-47-${project.type}-${String(990_000 + project.index)}`,
    Address: `${project.place.name}示例路${project.index + 1}号（合成）`,
    LocationX: decimal(100 + project.index / 1000, 4),
    LocationY: decimal(20 + project.index / 1000, 4),
    PrjApprovalDepart: '示例市行政审批服务局（合成）',
    PrjApprovalDate: calendar.date(project.days.project - 5),
    InvPropertyNum: project.index % 4 === 0 ? '101' : '103',
    ...(project.area > 0 ? { AllArea: decimal(project.area) } : { AllLength: decimal(project.length) }),
    IsMajor: project.index % 17 === 0 ? '1' : '0',
    ...checked(project),
  })
}

/** TBTenderInfo: one award for each section, and one for supervision where it was tendered. */
export function tenderRecords(project: Project, calendar: Calendar): SampleRecord[] {
  const awards = [
    ...Array.from({ length: project.sections }, (_, section) => ({ letters: 'BD', serial: section + 1, construction: true, section })),
    ...(project.index % 3 === 0 ? [{ letters: 'BE', serial: 1, construction: false, section: 0 }] : []),
  ]
  return awards.map(({ letters, serial, construction, section }) => {
    const builder = project.team.builders[section] ?? project.team.builders[0]
    const winner = construction && builder ? builder : project.team.supervision
    const leader = construction ? project.team.manager : project.team.chief
    // A constructor of another company cannot lead a section that company did not win: then the notice names nobody.
    const named = leader.company === winner
    const number = `${project.number}-${letters}-${String(serial).padStart(3, '0')}`
    return upsert(project, 'TBTenderInfo', `ZB-${letters}${serial}`, {
      TenderNum: number,
      PrjNum: project.number,
      TenderClassNum: construction ? '003' : '004',
      TenderTypeNum: project.directAward ? '003' : project.index % 6 === 1 ? '002' : '001',
      TenderResultDate: calendar.date(project.days.tender),
      TenderMoney: decimal((project.invest * (construction ? 0.7 : 0.012)) / project.sections, 4),
      PrjSize: size(project),
      Area: decimal(project.area / project.sections),
      ...(project.directAward ? {} : { AgencyCorpName: project.team.agency.name, AgencyCorpCode: project.team.agency.code }),
      TenderCorpName: winner.name,
      TenderCorpCode: winner.code,
      ...(named
        ? { ConstructorName: leader.person.name, IDCardTypeNum: leader.person.documentType, ConstructorIDCard: leader.person.document }
        : {}),
      CreateDate: calendar.date(project.days.tender + 1),
      ...(project.release === '2018' ? { TenderPrjName: project.name, ...checked(project) } : {}),
    })
  })
}

/** TBContractRecordManage: construction by section, supervision, now and then design; four with a consortium. */
export function contractRecords(project: Project, calendar: Calendar): SampleRecord[] {
  const sections = Array.from({ length: project.sections }, (_, section) => {
    const contractor = project.team.builders[section] ?? project.team.builders[0]
    return { letters: 'HZ', serial: section + 1, type: '301', share: 0.7 / project.sections, contractor }
  })
  const others = [
    ...(project.index % 3 === 0 ? [{ letters: 'HE', serial: 1, type: '400', share: 0.012, contractor: project.team.supervision }] : []),
    ...(project.index % 8 === 2 ? [{ letters: 'HA', serial: 1, type: '200', share: 0.02, contractor: project.team.design }] : []),
  ]
  return [...sections, ...others].flatMap(({ letters, serial, type, share, contractor }) => {
    if (contractor === undefined) return []
    const partner = type === '301' && project.consortium ? project.team.builders[1] : undefined
    return [
      upsert(project, 'TBContractRecordManage', `HT-${letters}${serial}`, {
        RecordNum: `${project.number}-${letters}-${String(serial).padStart(3, '0')}`,
        PrjNum: project.number,
        ContractNum: `SLHT-${project.index + 1}-${letters}-${serial}`,
        ContractTypeNum: type,
        ContractMoney: decimal(project.invest * share, 4),
        PrjSize: size(project),
        ContractDate: calendar.date(project.days.contract),
        PropietorCorpName: project.developer.name,
        PropietorCorpCode: project.developer.code,
        ContractorCorpName: contractor.name,
        ContractorCorpCode: contractor.code,
        ...(partner ? { UnionCorpName: partner.name, UnionCorpCode: partner.code } : {}),
        CreateDate: calendar.date(project.days.contract + 1),
        ...(project.release === '2018' ? { ConPrjName: project.name, ...checked(project) } : {}),
      }),
    ]
  })
}

/** TBProjectFinishManage by permit, and in the 2018 release TBProjectFinishCheckInfo before it. */
export function finishRecords(project: Project, calendar: Calendar): SampleRecord[] {
  const random = randomOf(`finish ${project.index}`)
  return permitNumbers(project, calendar).flatMap((permit, at) => {
    const facts = fields({
      PrjNum: project.number,
      BuilderLicenceNum: permit,
      FactCost: decimal((project.invest * random.int(90, 108)) / 100 / project.permits, 4),
      FactArea: decimal(project.area / project.permits),
      FactSize: size(project),
      PrjStructureTypeNum: project.area > 0 ? '004' : undefined,
      BDate: calendar.date(project.days.permit + 7),
      EDate: calendar.date(project.days.finish),
    })
    const serial = String(at + 1).padStart(3, '0')
    const record = (data: Record<string, string | number>) =>
      upsert(project, 'TBProjectFinishManage', `JG-${serial}`, { PrjFinishNum: `${project.number}-JX-${serial}`, ...facts, ...data })
    if (project.release === '2014')
      return [
        record({
          QCCorpName: project.team.testing.name,
          QCCorpCode: project.team.testing.code,
          CreateDate: calendar.date(project.days.finish + 2),
        }),
      ]
    const measured = { FinPrjName: project.name, Length: decimal(project.length / project.permits), Span: '0', ...checked(project) }
    const acceptance = upsert(project, 'TBProjectFinishCheckInfo', `YS-${serial}`, {
      PrjFinishCheckNum: `${project.number}-YS-${serial}`,
      ...facts,
      ...measured,
      CreateDate: calendar.date(project.days.finish + 1),
    })
    return [acceptance, record(measured)]
  })
}

/** Who answers for a project's submissions. */
export const responsibleUnit = (project: Project) => submitters[project.submitter].unit
