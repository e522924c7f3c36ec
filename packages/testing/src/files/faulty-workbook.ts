import { type CellToWrite, templateWorkbook } from '@huijiao/files'
import type { ProblemCode } from '@huijiao/problem'
import { releases } from '@huijiao/standard'
import { creditCode, organisationOf } from '../sample/identifiers.ts'
import { randomOf } from '../sample/random.ts'

type Cell = CellToWrite['value']
type Row = Record<string, string>

/** One fault that was planted, and what stands there in truth. */
export interface PlantedFault {
  /** Row of the sheet, 1-based. */
  readonly row: number
  readonly field: string
  /** The problem that must name it. */
  readonly code: ProblemCode
  readonly truth: string
}

interface Kind {
  readonly code: ProblemCode
  readonly field: string
  readonly count: number
  readonly spoil: (row: Row) => Cell
}

const of = (row: Row, field: string) => row[field] as string
const fullWidth = (text: string) => text.replaceAll(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))

/** What people and spreadsheets do to a table, 37 times. */
const kinds: readonly Kind[] = [
  { code: 'cell-number-damaged', field: 'PrjTypeNum', count: 4, spoil: (row) => Number(row['PrjTypeNum']) },
  { code: 'cell-number-damaged', field: 'PrjNum', count: 3, spoil: (row) => Number(`${of(row, 'PrjNum').slice(0, 15)}0`) },
  {
    code: 'date-invalid',
    field: 'PrjApprovalDate',
    count: 4,
    spoil: (row) => of(row, 'PrjApprovalDate').replaceAll('-0', '-').replaceAll('-', '/'),
  },
  { code: 'date-invalid', field: 'PrjApprovalDate', count: 3, spoil: (row) => Number(of(row, 'PrjApprovalDate').replaceAll('-', '')) },
  { code: 'region-unknown', field: 'CityNum', count: 2, spoil: (row) => fullWidth(of(row, 'CityNum')) },
  { code: 'field-missing', field: 'PrjName', count: 3, spoil: () => null },
  { code: 'credit-code-invalid', field: 'BuildCorpCode', count: 3, spoil: (row) => of(row, 'BuildCorpCode').replace('XL', 'LX') },
  { code: 'credit-code-invalid', field: 'BuildCorpCode', count: 2, spoil: (row) => of(row, 'BuildCorpCode').toLowerCase() },
  { code: 'region-not-nested', field: 'CountyNum', count: 3, spoil: () => '370202' },
  { code: 'placeholder-value', field: 'Address', count: 2, spoil: () => '无' },
  { code: 'decimal-invalid', field: 'AllInvest', count: 2, spoil: (row) => of(row, 'AllInvest').replace(/^(\d+)(\d{3})/, '$1,$2') },
  { code: 'code-unknown', field: 'PrjPropertyNum', count: 2, spoil: () => '077' },
  { code: 'cell-error', field: 'BuildCorpName', count: 1, spoil: () => ({ error: '#N/A' }) },
  { code: 'cell-merged', field: 'PrjApprovalDepart', count: 1, spoil: () => null },
  { code: 'level-above-tier', field: 'DataLevel', count: 2, spoil: () => 'A' },
]

const rowsInAll = 500
const firstRow = 3

/** A faultless project of the city 370100; nobody's. */
function projectRow(at: number): Row {
  const random = randomOf(`faulty workbook ${at}`)
  const day = (offset: number) => new Date(Date.UTC(2019, 0, 7) + offset * 86_400_000).toISOString().slice(0, 10)
  const registered = day(at)
  const county = random.pick(['370102', '370103', '370104', '370105', '370112'])
  return {
    sourceId: `BX-${at + 1}`,
    PrjNum: `${county}${registered.slice(2).replaceAll('-', '')}01${String((at % 97) + 1).padStart(2, '0')}`,
    PrjName: `示例表格项目 ${at + 1}（合成）`,
    PrjTypeNum: '01',
    ProvinceNum: '370000',
    CityNum: '370100',
    CountyNum: county,
    Address: `示例路 ${at + 1} 号（合成）`,
    PrjApprovalDepart: '示例市发展和改革委员会（合成）',
    PrjApprovalDate: day(at - 90),
    BuildCorpName: `示例置业有限公司 ${at % 40}（合成）`,
    BuildCorpCode: creditCode('370199', organisationOf(4000 + (at % 40))),
    InvPropertyNum: '103',
    AllInvest: `${random.int(2000, 90_000)}.5`,
    PrjPropertyNum: '001',
    PrjFunctionNum: '100',
    IsMajor: '0',
    CheckDepartName: '示例市住房和城乡建设局（合成）',
    CheckPersonName: '李示例',
    DataSource: '1',
    DataLevel: 'B',
  }
}

/** The rows of the workbook as they should be. */
export const faultlessRows = (): Row[] => Array.from({ length: rowsInAll }, (_, at) => projectRow(at))

/** A workbook of 500 projects with 37 faults planted in it, one a row, always the same; as filled into the template of release 2018. */
export async function faultyWorkbook(): Promise<{ bytes: Buffer; faults: readonly PlantedFault[]; entity: string }> {
  const release = releases.get('2018')
  const entity = release?.entities.get('TBProjectInfo')
  if (release === undefined || entity === undefined) throw new Error('the standard has no TBProjectInfo')
  const rows: Record<string, Cell>[] = faultlessRows()
  const random = randomOf('faulty workbook places')
  const taken = new Set<number>()
  const faults: PlantedFault[] = []
  const merged: string[] = []
  const column = entity.fields.filter((field) => field.kind !== 'attachment').findIndex(({ code }) => code === 'PrjApprovalDepart') + 1
  for (const { code, field, count, spoil } of kinds) {
    for (let done = 0; done < count; done += 1) {
      let at = random.int(1, rowsInAll - 1)
      // A merged cell reaches into the row above, which must be a faultless one.
      while (taken.has(at) || taken.has(at - 1) || taken.has(at + 1)) at = random.int(1, rowsInAll - 1)
      taken.add(at)
      const row = rows[at] as Row
      faults.push({ row: at + firstRow, field, code, truth: of(row, field) })
      if (code === 'cell-merged') merged.push(`${letter(column)}${at + firstRow - 1}:${letter(column)}${at + firstRow}`)
      ;(rows[at] as Record<string, Cell>)[field] = spoil(row)
    }
  }
  return { bytes: await templateWorkbook(release, entity, { rows, merged }), faults, entity: entity.code }
}

const letter = (index: number) => String.fromCharCode(65 + index)
