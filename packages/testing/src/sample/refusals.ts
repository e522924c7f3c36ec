import type { ProblemCode } from '@huijiao/problem'
import type { Filing, SampleRecord } from './filing.ts'
import { lastDay } from './schedule.ts'

type Data = Readonly<Record<string, string | number>>
interface Mistake {
  readonly code: ProblemCode
  /** The data with the mistake in it; null where this record cannot have it. */
  make(data: Data): Data | null
}

const without = (data: Data, field: string): Data => Object.fromEntries(Object.entries(data).filter(([name]) => name !== field))
const swapLast = (text: string) => text.slice(0, -1) + (text.endsWith('1') ? '2' : '1')
const replace = (data: Data, field: string, change: (value: string) => string): Data | null =>
  typeof data[field] === 'string' ? { ...data, [field]: change(data[field]) } : null

/** Mistakes as clerks make them, each with the problem that must be told. */
const mistakes: readonly Mistake[] = [
  { code: 'resident-id-invalid', make: (data) => (data.IDCardTypeNum === '1' ? replace(data, 'IDCard', swapLast) : null) },
  { code: 'credit-code-invalid', make: (data) => replace(data, 'ContractorCorpCode', swapLast) ?? replace(data, 'CorpCode', swapLast) },
  {
    code: 'date-invalid',
    make: (data) => replace(data, 'ContractDate', (date) => date.replaceAll('-', '/')) ?? replace(data, 'BDate', () => '2026-02-30'),
  },
  {
    code: 'code-unknown',
    make: (data) =>
      replace(data, 'IDCardTypeNum', () => '8') ?? replace(data, 'ContractTypeNum', () => '399') ?? replace(data, 'DataLevel', () => 'E'),
  },
  {
    code: 'field-missing',
    make: (data) => ('CheckPersonName' in data ? without(data, 'CheckPersonName') : 'UserName' in data ? without(data, 'UserName') : null),
  },
  {
    code: 'decimal-invalid',
    make: (data) => replace(data, 'ContractMoney', (money) => `${money}万元`) ?? replace(data, 'FactCost', (cost) => `约${cost}`),
  },
]

/** Records that nothing else refers to: a mistake in one of them holds up nobody. */
const leaves: ReadonlySet<string> = new Set([
  'TBContractRecordManage',
  'TBProjectDesignEconUserInfo',
  'TBPrjSafeUserInfo',
  'TBProjectCorpInfo',
  'TBPrjManageUserInfo',
  'TBProjectFinishManage',
  'TBProjectFinishCheckInfo',
])

/**
 * Gives one district its share of refused records: each is sent wrong first, and right the day after.
 * @param share of all that the district sends, between 0 and 0.5
 */
export function withRefusals(filings: readonly Filing[], submitter: Filing['submitter'], share: number): Filing[] {
  const own = filings.filter((filing) => filing.submitter === submitter)
  let open = Math.round((own.length * share) / (1 - share))
  let turn = 0
  return filings.flatMap((filing): Filing[] => {
    const { record } = filing
    if (open === 0 || filing.submitter !== submitter || record.data === undefined || !leaves.has(record.entity)) return [filing]
    for (let tries = 0; tries < mistakes.length; tries += 1) {
      const mistake = mistakes[turn % mistakes.length] as Mistake
      turn += 1
      const data = mistake.make(record.data)
      if (data === null) continue
      open -= 1
      const wrong: SampleRecord = { ...record, data }
      return [
        { ...filing, record: wrong, fate: { outcome: 'refused', code: mistake.code }, story: 'refusing-district' },
        { ...filing, day: Math.min(lastDay, filing.day + 1), story: 'mended' },
      ]
    }
    return [filing]
  })
}
