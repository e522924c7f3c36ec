import type { Random } from '../src/sample/random.ts'

/** One record as its sender writes it. */
export interface SentRecord {
  readonly entity: string
  readonly operation: 'upsert' | 'withdraw'
  readonly sourceId: string
  readonly sourceVersion?: number
  readonly enteredBy?: string
  readonly data?: Readonly<Record<string, string>>
  readonly key?: Readonly<Record<string, string>>
  readonly reason?: string
}

/** A county in which a lane's projects lie, and the days of their numbers, so that no two lanes ever use one number. */
export interface Range {
  readonly county: string
  readonly dayFrom: number
}

const company = '91370199MA00DEM14Q'

/** Number of a project: county, a day, kind, running number. Ninety-nine fit a day. */
export function projectNumber({ county, dayFrom }: Range, serial: number): string {
  const day = new Date(Date.UTC(2000, 0, 1 + dayFrom + Math.floor(serial / 99))).toISOString()
  return `${county}${day.slice(2, 10).replaceAll('-', '')}01${String((serial % 99) + 1).padStart(2, '0')}`
}

/** A project. `content` is a decimal of its own for each version, by which a stored version is known again. */
export function project(number: string, sourceId: string, content: string, level: 'C' | 'D', sourceVersion?: number): SentRecord {
  return {
    entity: 'TBProjectInfo',
    operation: 'upsert',
    sourceId,
    ...(sourceVersion === undefined ? {} : { sourceVersion }),
    enteredBy: 'u2048',
    data: {
      PrjCode: `2000-${number.slice(0, 6)}-47-01-${number.slice(-6)}`,
      PrjNum: number,
      PrjName: `示例工程 ${number}（合成数据，用于故障试验）`,
      PrjTypeNum: '01',
      ProvinceNum: '370000',
      CityNum: `${number.slice(0, 4)}00`,
      CountyNum: number.slice(0, 6),
      Address: '示例市示例区示例大道（合成）',
      LocationX: '117.0000000',
      LocationY: '36.6500000',
      PrjApprovalNum: `示发改审〔2000〕${number.slice(-6)} 号`,
      PrjApprovalLevelNum: '003',
      PrjApprovalDepart: '示例市发展和改革委员会（合成）',
      PrjApprovalDate: '1999-11-11',
      BuildCorpName: '示例置业有限公司（合成）',
      BuildCorpCode: company,
      InvPropertyNum: '103',
      AllInvest: content,
      AllArea: '125000.25',
      PrjSize: '总建筑面积十二万五千平方米（合成）',
      PrjPropertyNum: '001',
      PrjFunctionNum: '100',
      IsMajor: '0',
      CheckDepartName: '示例市住房和城乡建设局（合成）',
      CheckPersonName: '李示例',
      DataSource: '1',
      DataLevel: level,
    },
  }
}

/** A contract of a project: held until the project is there. */
export function contract(projectNo: string, sourceId: string, content: string, sourceVersion?: number): SentRecord {
  return {
    entity: 'TBContractRecordManage',
    operation: 'upsert',
    sourceId,
    ...(sourceVersion === undefined ? {} : { sourceVersion }),
    enteredBy: 'u2048',
    data: {
      RecordNum: `${projectNo}-HZ-001`,
      PrjNum: projectNo,
      ContractNum: `SLHT-${projectNo}`,
      ContractTypeNum: '301',
      ContractMoney: content,
      PrjSize: '总建筑面积十二万五千平方米（合成）',
      ContractDate: '2000-02-01',
      PropietorCorpName: '示例置业有限公司（合成）',
      PropietorCorpCode: company,
      ContractorCorpName: '示例建设集团有限公司（合成）',
      ContractorCorpCode: company,
      CreateDate: '2000-02-02',
      ConPrjName: '示例工程（合成）',
      CheckDepartName: '示例市住房和城乡建设局（合成）',
      CheckPersonName: '李示例',
      DataSource: '1',
      DataLevel: 'C',
    },
  }
}

export function withdrawal(number: string, sourceId: string): SentRecord {
  return { entity: 'TBProjectInfo', operation: 'withdraw', sourceId, key: { PrjNum: number }, reason: '重复报送（合成）' }
}

/** Ways in which a record is bad, and the member that its refusal must name. */
const spoilt: readonly { readonly member: string; readonly value: string | null }[] = [
  { member: 'PrjName', value: null },
  { member: 'CountyNum', value: '320102' },
  { member: 'PrjTypeNum', value: '97' },
  { member: 'AllInvest', value: 'viel' },
  { member: 'PrjApprovalDate', value: '1999-02-30' },
  { member: 'NoSuchField', value: '1' },
]

export function spoil(record: SentRecord, random: Random): { readonly record: SentRecord; readonly member: string } {
  const { member, value } = random.pick(spoilt)
  const { [member]: _, ...rest } = record.data ?? {}
  return { record: { ...record, data: value === null ? rest : { ...rest, [member]: value } }, member }
}
