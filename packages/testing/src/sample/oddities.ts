import { conductRecord, type Decision } from './conduct-records.ts'
import type { Calendar } from './days.ts'
import { accepted, type Fate, fields, type Filing, type SampleRecord } from './filing.ts'
import { elsewhere, enclave } from './places.ts'
import { projectRecord, tenderRecords } from './project-records.ts'
import type { Project } from './projects.ts'

/** A project that is not among the two hundred, made after the pattern of one that is. */
const besides = (pattern: Project, number: string, name: string, more: Partial<Project> = {}): Project => ({
  ...pattern,
  index: 900 + Number(number.slice(-2)),
  number,
  name,
  reached: 1,
  days: { ...pattern.days, project: -40, tender: -20, contract: -15, review: -12, permit: -9, finish: -5 },
  ...more,
})

/** What makes the screens of a fresh start worth looking at: held, parked, refused, withdrawn, superseded, doubtful. */
export function oddFilings(
  projects: readonly Project[],
  calendar: Calendar,
  others: readonly Filing[],
  decisions: readonly Decision[],
): Filing[] {
  const pattern = projects.find(
    (project) =>
      project.submitter === 'city' &&
      project.release === '2018' &&
      project.type === '01' &&
      project.developer.code.length === 18 &&
      project.reached === 5 &&
      project.sections === 1,
  )
  if (pattern === undefined) throw new Error('the sample has no project to take as a pattern')
  const filings: Filing[] = []
  const file = (day: number, record: SampleRecord, fate: Fate, story: string, more: Partial<Filing> = {}) =>
    filings.push({ submitter: 'city', day, standard: '2018', record, fate, story, ...more })
  const number = (serial: number) => `${pattern.place.county}${calendar.date(-40).slice(2).replaceAll('-', '')}01${serial}`
  const tenderOf = (project: Project) => tenderRecords(project, calendar).slice(0, 1)

  // Held: a tender of a project, and a safety officer of a permit, that nobody ever reports.
  for (const record of tenderOf(besides(pattern, number(91), '示例从未上报的项目（合成数据）')))
    file(-20, record, { outcome: 'held' }, 'held-tender')
  const safety = others.find((filing) => filing.submitter === 'city' && filing.record.entity === 'TBPrjSafeUserInfo')?.record
  if (safety?.data)
    file(
      -9,
      { ...safety, sourceId: 'AQ-无此证', data: { ...safety.data, BuilderLicenceNum: `${String(safety.data.PrjNum)}-SX-099` } },
      { outcome: 'held' },
      'held-safety',
    )
  // Held, and then withdrawn by its sender: nothing of it is left waiting.
  for (const record of tenderOf(besides(pattern, number(92), '示例重复登记的项目（合成数据）'))) {
    file(-18, record, { outcome: 'held' }, 'withdrawn')
    file(
      -17,
      {
        entity: record.entity,
        operation: 'withdraw',
        sourceId: record.sourceId,
        key: fields({ TenderNum: record.data?.TenderNum }) as Record<string, string>,
        reason: '重复报送',
      },
      accepted,
      'withdrawn',
    )
  }
  // 元 for 万元 in one contract: kept, but doubtful until somebody has looked.
  const plain = others.find(
    (filing) => filing.submitter === 'city' && filing.record.entity === 'TBContractRecordManage' && filing.day < -60,
  )?.record
  if (plain?.data)
    file(
      -15,
      {
        ...plain,
        sourceId: `${plain.sourceId}-补`,
        data: { ...plain.data, RecordNum: `${String(plain.data.RecordNum).slice(0, -3)}009`, ContractMoney: '136500000' },
      },
      { outcome: 'doubtful' },
      'doubtful-contract',
    )
  // Classified works must not travel here.
  file(
    -16,
    projectRecord(besides(pattern, number(93), '示例涉密工程（合成数据）'), calendar),
    { outcome: 'refused', code: 'classified-project' },
    'classified',
  )
  // Reported by the market party itself and not yet reviewed: data level D.
  file(
    -14,
    projectRecord(besides(pattern, number(94), '示例企业自行填报的项目（合成数据）', { level: 'D' }), calendar),
    accepted,
    'level-d',
  )
  // A project in the enclave: this node has granted it, the province has not; its tender has an ordinary number and is parked with it.
  const parked = besides(pattern, `${enclave.county}${number(95).slice(6)}`, '示例市飞地产业园（合成数据）', { place: enclave })
  file(-13, projectRecord(parked, calendar), accepted, 'parked-region', { parkedAt: { link: '370000', reasons: ['region-not-granted'] } })
  for (const record of tenderOf(parked))
    file(-12, record, accepted, 'parked-with-parent', { parkedAt: { link: '370000', reasons: ['parent-parked', 'region-not-granted'] } })

  // An award in another province: parked one link further up.
  const award = decisions.find((decision) => decision.good && decision.person === null)
  if (award) {
    const record = conductRecord(
      { ...award, serial: 199, place: elsewhere, submitter: 'market', document: award.document.replace(/\d+号$/, '199号') },
      calendar,
    )
    file(-8, record, accepted, 'parked-other-province', {
      submitter: 'market',
      parkedAt: { link: '000000', reasons: ['region-not-granted'] },
    })
  }

  // What is in force is corrected, not withdrawn; conduct is never withdrawn.
  const contract = others.find(
    (filing) => filing.submitter === 'city' && filing.record.entity === 'TBContractRecordManage' && filing.day < -100,
  )?.record
  if (contract)
    file(
      -11,
      {
        entity: contract.entity,
        operation: 'withdraw',
        sourceId: contract.sourceId,
        key: { RecordNum: String(contract.data?.RecordNum) },
        reason: '合同已解除',
      },
      { outcome: 'refused', code: 'withdraw-in-force' },
      'withdraw-in-force',
    )
  const conduct = others.find(
    (filing) => filing.submitter === 'city' && filing.record.entity === 'TBCorpBadCreditInfo' && filing.day < -100,
  )?.record
  if (conduct?.data) {
    const { CorpCode, PunishNumber, CreditCode } = conduct.data
    file(
      -11,
      {
        entity: conduct.entity,
        operation: 'withdraw',
        sourceId: conduct.sourceId,
        key: { CorpCode: String(CorpCode), PunishNumber: String(PunishNumber), CreditCode: String(CreditCode) },
        reason: '决定已撤销',
      },
      { outcome: 'refused', code: 'withdraw-conduct' },
      'withdraw-conduct',
    )
  }
  return filings
}

/** A register that sends an old state after a new one, and another content under a version it has used. */
export function registerOddities(others: readonly Filing[]): Filing[] {
  const second = others.find((filing) => filing.story === 'name-change')
  const first = others.find((filing) => filing.record.sourceId === second?.record.sourceId && filing.record.sourceVersion === 1)
  if (second === undefined || first?.record.data === undefined || second.record.data === undefined)
    throw new Error('the sample has no change of name')
  const late = { submitter: 'registry', day: -3, standard: '2018' } as const
  return [
    { ...late, record: first.record, fate: { outcome: 'superseded' }, story: 'late-old-version' },
    {
      ...late,
      record: { ...second.record, data: { ...second.record.data, Address: '示例市又一地址1号（合成）' } },
      fate: { outcome: 'refused', code: 'source-version-conflict' },
      story: 'version-used-twice',
    },
  ]
}
