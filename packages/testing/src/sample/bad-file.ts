import { type BadCase, badCases, type Patterns } from './bad-cases.ts'
import { sampleCity } from './city.ts'
import type { SampleRecord } from './filing.ts'
import { creditCode, organisationOf, residentId } from './identifiers.ts'
import { uuidOf } from './random.ts'

/** Faultless records of the sample city, one of each kind that the bad file spoils. */
export function patternsOf(): Patterns {
  const { filings } = sampleCity()
  const first = (entity: string, fits: (record: SampleRecord) => boolean = () => true): SampleRecord => {
    const found = filings.find(
      (filing) =>
        filing.standard === '2018' &&
        filing.fate.outcome === 'accepted' &&
        filing.story === undefined &&
        filing.record.entity === entity &&
        fits(filing.record),
    )
    if (found === undefined) throw new Error(`the sample has no plain ${entity}`)
    return found.record
  }
  const inCity = (record: SampleRecord) => record.data?.CountyNum === '370102'
  const ofCity = (record: SampleRecord) => String(record.data?.PrjNum).startsWith('370102')
  const project = first('TBProjectInfo', inCity)
  const number = `${String(project.data?.PrjNum).slice(0, 14)}97`
  // Keys of their own: whoever sends the mended file to a demo must not change the sample city.
  const own = ({ entity, operation, sourceId, data }: SampleRecord, key: Readonly<Record<string, string>>): SampleRecord => ({
    entity,
    operation,
    sourceId,
    data: { ...data, ...key },
  })
  const organisation = organisationOf(990)
  const company = creditCode('370199', organisation)
  return {
    project: own(project, { PrjNum: number }),
    tender: own(first('TBTenderInfo', ofCity), { PrjNum: number, TenderNum: `${number}-BD-001` }),
    contract: own(
      first('TBContractRecordManage', (record) => ofCity(record) && record.data?.ContractTypeNum === '301'),
      { PrjNum: number, RecordNum: `${number}-HZ-001` },
    ),
    permit: own(first('TBBuilderLicenceManage', ofCity), {
      PrjNum: number,
      BuilderLicenceNum: `${number}-SX-001`,
      CensorNum: `${number}-TX-001`,
      TenderNum: `${number}-BD-001`,
    }),
    company: own(first('TBCorpBasicInfo'), { CorpCode: company, LicenseNum: company, CorpName: '示例市错例置业有限公司（合成数据）' }),
    person: own(
      first('TBRegPersonBasicInfo', (record) => record.data?.IDCardTypeNum === '1'),
      { IDCard: residentId('370102', '18990928', 987), Birthday: '1899-09-28', SexNum: '1' },
    ),
    registration: own(
      first('TBRegPersonRegInfo', (record) => String(record.data?.SpecialtyTypNum) === '71'),
      { CertNum: 'SLBAD37000001' },
    ),
    conduct: own(
      first('TBCorpBadCreditInfo', (record) => record.data?.IsPublic === '1' && record.data.CountyNum === '370102'),
      { PunishNumber: '示建罚〔2026〕990号' },
    ),
    designer: own(first('TBProjectDesignEconUserInfo', ofCity), { PrjNum: number, CensorNum: `${number}-TX-001` }),
  }
}

const sourceIdOf = (badCase: BadCase) => `BAD-${badCase.code}`

/** The wrong line of a case: an object, or text that is no JSON. */
export function badLine(badCase: BadCase, patterns: Patterns): object | string {
  const record = { ...patterns[badCase.pattern], sourceId: sourceIdOf(badCase) }
  if (badCase.spoilRecord) return badCase.spoilRecord(record)
  return { ...record, data: badCase.spoil?.(record.data ?? {}) }
}

/** The same record as it should have been. */
export function mendedLine(badCase: BadCase, patterns: Patterns): object {
  const record = { ...patterns[badCase.pattern], sourceId: sourceIdOf(badCase) }
  if (badCase.mendRecord) return badCase.mendRecord(record)
  return badCase.mend ? { ...record, data: badCase.mend(record.data ?? {}) } : record
}

/** `bad.ndjson` and `bad.mended.ndjson`: one record a problem code, in the same order, as submissions that can be sent. */
export function badFiles(): [path: string, content: string][] {
  const patterns = patternsOf()
  const envelope = (name: string) => ({
    id: uuidOf(name),
    standard: '2018',
    producedAt: '2026-09-01T09:00:00+08:00',
    responsible: { unit: '示例市住房和城乡建设局（合成）', name: '王示例', account: 'u1000' },
  })
  const lines = (name: string, lineOf: (badCase: BadCase) => object | string) =>
    [envelope(name), ...badCases.map(lineOf)].map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('')
  return [
    ['bad.ndjson', lines('bad.ndjson', (badCase) => badLine(badCase, patterns))],
    ['bad.mended.ndjson', lines('bad.mended.ndjson', (badCase) => mendedLine(badCase, patterns))],
  ]
}
