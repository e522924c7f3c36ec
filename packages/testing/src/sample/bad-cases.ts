import type { ProblemCode } from '@huijiao/problem'
import type { SampleRecord } from './filing.ts'

type Data = Readonly<Record<string, unknown>>

/** Faultless records that the bad ones are made from. */
export interface Patterns {
  readonly project: SampleRecord
  readonly tender: SampleRecord
  readonly contract: SampleRecord
  readonly permit: SampleRecord
  readonly company: SampleRecord
  readonly person: SampleRecord
  readonly registration: SampleRecord
  readonly conduct: SampleRecord
  readonly designer: SampleRecord
}

/** One line of the bad file and its mended twin. */
export interface BadCase {
  readonly code: ProblemCode
  readonly pattern: keyof Patterns
  /** The data with the mistake; the pattern's own data is the mended form unless `mend` says otherwise. */
  readonly spoil?: (data: Data) => Data
  readonly mend?: (data: Data) => Data
  /** For what is wrong around the data: the whole record, or a line that is no JSON. */
  readonly spoilRecord?: (record: SampleRecord) => object | string
  readonly mendRecord?: (record: SampleRecord) => object
  /** Only a node that holds the records before it can tell; `validateRecord` cannot. */
  readonly byNode?: true
}

const without = (data: Data, field: string): Data => Object.fromEntries(Object.entries(data).filter(([name]) => name !== field))
const renamed = (data: Data, from: string, to: string): Data => ({ ...without(data, from), [to]: data[from] })
const text = (value: unknown) => String(value)
const lastChanged = (value: unknown) => text(value).slice(0, -1) + (text(value).endsWith('1') ? '2' : '1')

/** Fields: what the schema of an entity refuses. */
const fieldCases: readonly BadCase[] = [
  { code: 'field-missing', pattern: 'project', spoil: (data) => without(data, 'PrjName') },
  { code: 'field-empty', pattern: 'project', spoil: (data) => ({ ...data, PrjCode: '' }), mend: (data) => without(data, 'PrjCode') },
  { code: 'field-unknown', pattern: 'project', spoil: (data) => renamed(data, 'PrjName', 'prjname') },
  {
    code: 'type-wrong',
    pattern: 'project',
    spoil: (data) => ({ ...data, AllInvest: 18600.5 }),
    mend: (data) => ({ ...data, AllInvest: '18600.5' }),
  },
  { code: 'too-long', pattern: 'project', spoil: (data) => ({ ...data, PrjName: '示例'.repeat(130) }) },
  { code: 'text-invalid', pattern: 'project', spoil: (data) => ({ ...data, Address: '示例路\u00011号' }) },
  {
    code: 'decimal-invalid',
    pattern: 'project',
    spoil: (data) => ({ ...data, AllInvest: '1.86e4' }),
    mend: (data) => ({ ...data, AllInvest: '18600' }),
  },
  { code: 'integer-invalid', pattern: 'permit', spoil: (data) => ({ ...data, BargainDays: -30 }) },
  { code: 'date-invalid', pattern: 'project', spoil: (data) => ({ ...data, PrjApprovalDate: '2026-02-30' }) },
  { code: 'code-unknown', pattern: 'project', spoil: (data) => ({ ...data, PrjPropertyNum: '077' }) },
  { code: 'code-unlisted', pattern: 'registration', spoil: (data) => ({ ...data, RegTradeTypeNum1: '199998' }) },
]

/** Regions and numbers. */
const numberCases: readonly BadCase[] = [
  { code: 'region-unknown', pattern: 'project', spoil: (data) => ({ ...data, CountyNum: '370199' }) },
  { code: 'region-level-wrong', pattern: 'project', spoil: (data) => ({ ...data, CityNum: data.CountyNum }) },
  { code: 'region-not-nested', pattern: 'project', spoil: (data) => ({ ...data, CountyNum: '370202' }) },
  { code: 'region-abolished', pattern: 'conduct', spoil: (data) => ({ ...data, CountyNum: '371202' }) },
  { code: 'number-invalid', pattern: 'project', spoil: (data) => ({ ...data, PrjNum: text(data.PrjNum).slice(0, 15) }) },
  { code: 'number-region-mismatch', pattern: 'project', spoil: (data) => ({ ...data, PrjNum: `370103${text(data.PrjNum).slice(6)}` }) },
  {
    code: 'number-inconsistent',
    pattern: 'contract',
    spoil: (data) => ({ ...data, RecordNum: text(data.RecordNum).replace('-HZ-', '-HE-') }),
  },
]

/** Codes of companies and persons. */
const identityCases: readonly BadCase[] = [
  { code: 'company-code-invalid', pattern: 'contract', spoil: (data) => ({ ...data, ContractorCorpCode: '91370199' }) },
  {
    code: 'credit-code-invalid',
    pattern: 'contract',
    spoil: (data) => ({ ...data, ContractorCorpCode: lastChanged(data.ContractorCorpCode) }),
  },
  { code: 'organisation-code-invalid', pattern: 'contract', spoil: (data) => ({ ...data, ContractorCorpCode: 'MA0XL0371' }) },
  { code: 'resident-id-invalid', pattern: 'person', spoil: (data) => ({ ...data, IDCard: lastChanged(data.IDCard) }) },
  {
    code: 'resident-id-old',
    pattern: 'person',
    spoil: (data) => ({ ...data, IDCard: text(data.IDCard).slice(0, 6) + text(data.IDCard).slice(8, 17) }),
  },
  { code: 'resident-id-inconsistent', pattern: 'person', spoil: (data) => ({ ...data, SexNum: data.SexNum === '1' ? '2' : '1' }) },
]

/** Values that are well formed and yet not believable. */
const senseCases: readonly BadCase[] = [
  { code: 'placeholder-value', pattern: 'company', spoil: (data) => ({ ...data, Address: '无' }) },
  { code: 'spaces-around', pattern: 'company', spoil: (data) => ({ ...data, CorpName: ` ${text(data.CorpName)}` }) },
  {
    code: 'date-order',
    pattern: 'conduct',
    spoil: (data) => ({ ...data, HappenDate: '2026-08-30', PunishDate: '2026-08-01', CreateDate: '2026-08-31' }),
  },
  { code: 'characters-stray', pattern: 'tender', spoil: (data) => ({ ...data, TenderNum: text(data.TenderNum).replace('-', ' -') }) },
  {
    code: 'text-garbled',
    pattern: 'project',
    spoil: (data) => ({ ...data, Address: '绀轰緥鑺卞洯浣忓畢宸ョ▼' }),
    mend: (data) => ({ ...data, Address: '示例花园住宅工程' }),
  },
  { code: 'excel-damage', pattern: 'contract', spoil: (data) => ({ ...data, ContractorCorpCode: '9.1370E+17' }) },
  { code: 'company-codes-differ', pattern: 'company', spoil: (data) => ({ ...data, LicenseNum: '91370199D2143569X0' }) },
  { code: 'conduct-code-inconsistent', pattern: 'conduct', spoil: (data) => ({ ...data, CreditCode: 'D1-1-01', CreditType: 'D1-2' }) },
  { code: 'qualification-doubtful', pattern: 'designer', spoil: (data) => ({ ...data, SpecialtyTypNum: '81' }) },
  { code: 'sum-mismatch', pattern: 'company', spoil: (data) => ({ ...data, RegPrin: '1000', FactRegPrin: '1200' }) },
  { code: 'share-doubtful', pattern: 'project', spoil: (data) => ({ ...data, NationalPercentTage: '250' }) },
  { code: 'date-future', pattern: 'company', spoil: (data) => ({ ...data, CorpBirthDate: '2096-01-01' }) },
  { code: 'amount-doubtful', pattern: 'contract', spoil: (data) => ({ ...data, ContractMoney: '186005000' }) },
  { code: 'classified-project', pattern: 'project', spoil: (data) => ({ ...data, PrjName: '示例机密级工程（合成数据）' }) },
  { code: 'condition-missing', pattern: 'conduct', spoil: (data) => without({ ...data, IsPublic: '1' }, 'PublicEDate') },
  {
    code: 'identity-number-in-text',
    pattern: 'conduct',
    spoil: (data) => ({ ...data, Content: '当事人证件号370102189007181056（合成）' }),
  },
  {
    code: 'problems-many',
    pattern: 'project',
    spoil: (data) => ({ ...data, ...Object.fromEntries(Array.from({ length: 210 }, (_, at) => [`x${at}`, '1'])) }),
  },
]

/** What is wrong around the data, or only a node can know. */
const recordCases: readonly BadCase[] = [
  { code: 'entity-unknown', pattern: 'project', spoilRecord: (record) => ({ ...record, entity: 'tbprojectinfo' }), byNode: true },
  { code: 'record-malformed', pattern: 'project', spoilRecord: (record) => ({ ...record, operation: 'insert' }), byNode: true },
  { code: 'line-malformed', pattern: 'project', spoilRecord: (record) => JSON.stringify(record).slice(0, -2), byNode: true },
  {
    code: 'number-unsafe',
    pattern: 'permit',
    spoilRecord: (record) =>
      JSON.stringify({ ...record, sourceVersion: 7 }).replace('"sourceVersion":7', '"sourceVersion":90071992547409931'),
    byNode: true,
  },
  {
    code: 'attachment-missing',
    pattern: 'project',
    spoilRecord: (record) => ({
      ...record,
      attachments: [{ kind: '立项批复', digest: `sha-256:${'0'.repeat(64)}`, mediaType: 'application/pdf', name: '批复.pdf' }],
    }),
    byNode: true,
  },
  { code: 'region-not-granted', pattern: 'conduct', spoil: (data) => ({ ...data, CityNum: '370200', CountyNum: '370202' }), byNode: true },
  { code: 'level-above-tier', pattern: 'project', spoil: (data) => ({ ...data, DataLevel: 'A' }), byNode: true },
  {
    code: 'key-invalid',
    pattern: 'tender',
    spoilRecord: ({ entity, sourceId }) => ({ entity, operation: 'withdraw', sourceId, key: {}, reason: '重复报送' }),
    mendRecord: ({ entity, sourceId, data }) => ({
      entity,
      operation: 'withdraw',
      sourceId,
      key: { TenderNum: `${text(data?.TenderNum).slice(0, -3)}077` },
      reason: '重复报送',
    }),
  },
  {
    code: 'withdraw-conduct',
    pattern: 'conduct',
    spoilRecord: ({ entity, sourceId, data }) => ({
      entity,
      operation: 'withdraw',
      sourceId,
      key: { CorpCode: data?.CorpCode, PunishNumber: data?.PunishNumber, CreditCode: data?.CreditCode },
      reason: '决定已撤销',
    }),
    byNode: true,
  },
]

export const badCases: readonly BadCase[] = [...fieldCases, ...numberCases, ...identityCases, ...senseCases, ...recordCases]

/**
 * Codes that no single line of a file can show: they need a history, another node, a body of its own or a mode, and have tests where they
 * arise.
 */
export const notInAFile: Readonly<Partial<Record<ProblemCode, string>>> = {
  'record-too-large': 'a line of more than 1 MiB',
  'attachment-type-differs': 'needs an attachment that was handed in',
  'source-version-conflict': 'needs an earlier version',
  'withdraw-in-force': 'needs a record in force',
  'parent-missing': 'held rather than refused; the sample city has two',
  'parent-never-came': 'needs the end of the time for which a record is held',
  'reference-missing': 'needs a node that holds the other records',
  'reference-cycle': 'needs a node that holds the other records',
  'manager-overlap': 'needs several permits',
  'finish-before-permit': 'needs a permit and a finish; the sample city has one',
  'row-malformed': 'of CSV and workbooks',
  'cell-error': 'of a workbook',
  'cell-formula-empty': 'of a workbook',
  'cell-merged': 'of a workbook',
  'cell-number-damaged': 'of a workbook',
  'code-not-in-force': 'needs a release whose codes have days; no source dates one, so the built-in releases have none',
  'atomic-rolled-back': 'needs mode=atomic',
  'origin-not-granted': 'between nodes',
  'version-conflict': 'between nodes',
  'record-id-conflict': 'between nodes',
  'release-unknown': 'between nodes',
  'far-refused': 'of front tables',
  'custody-invalid': 'between nodes',
}
