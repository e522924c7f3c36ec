import { type Entity, isCompanyCode, organisationCodeOf, privacyIn, splitNumbers } from '@huijiao/standard'
import { numberForm } from './search-words.ts'

type Data = Readonly<Record<string, unknown>>

/** Fields that name a record, the first that it has counts; by group, because conduct also names its project and its company. */
const nameFields: Readonly<Record<string, readonly string[]>> = {
  enterprise: ['PerfName', 'ForeignCorpName', 'CorpName'],
  person: ['PersonName', 'UserName', 'CorpName'],
  conduct: ['PersonName', 'CorpName'],
  project: [
    'BuiPrjName', 'ConPrjName', 'CenPrjName', 'FinPrjName', 'TenderPrjName', 'CostPrjName', 'SubPrjName', 'BidsectionName', 'BidderName', 'WinbidderName',
    'UserName', 'CorpName', 'Mechanicsname', 'PrjName', 'SQCorpName',
  ],
} // prettier-ignore

/** Tables by which a subject is known; what hangs on it comes after it in a list. */
const firstTables = new Set(['TBCorpBasicInfo', 'TBRegPersonBasicInfo', 'TBProjectInfo', 'TCorpBasicInfo'])

/** Documents of people that say nothing of their work: a company's legal representative, whoever an error is laid to. */
const notOfWork = new Set(['LegalManIDCard', 'ErrPersonIDCard'])

/** What a record is found by, of one data. Tokens are texts here; stored, they are keyed digests. */
export interface SearchTraits {
  readonly rank: 0 | 1
  readonly name: string
  readonly number: string
  /** What it is: others name it by this. */
  readonly own: readonly string[]
  /** What it names. */
  readonly refs: readonly string[]
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The name by which a record is shown: of its open and named fields only. */
export function nameOf(entity: Entity, data: Data): string {
  const listed = nameFields[entity.group] ?? []
  const field =
    listed.find((code) => text(data[code]) !== '' && privacyIn(entity, code, data) !== 'sealed') ??
    entity.fields.find((one) => one.kind === 'text' && one.privacy === 'open' && one.nameZh.endsWith('名称') && text(data[one.code]) !== '')
      ?.code
  return field === undefined ? '' : text(data[field])
}

const isNumber = (entity: Entity, code: string): boolean => {
  const field = entity.fields.find((one) => one.code === code)
  return field?.kind === 'text' && field.privacy === 'open' && field.dictionary === undefined && !/(?:Name|Content|Cert)$/.test(code)
}

/** The field that holds the number by which a record is known; undefined where only sealed fields tell it. */
export function numberField(entity: Entity): string | undefined {
  const candidates = entity.key.filter((code) => isNumber(entity, code))
  const keyless = entity.key.length === 0 ? ['CostNum', 'PrjNum'].find((code) => isNumber(entity, code)) : undefined
  return candidates.find((code) => code !== 'CorpCode') ?? candidates[0] ?? keyless
}

const numberFields = new WeakMap<Entity, readonly string[]>()

/** Fields of numbers that others may have too, so that records meet in them. */
function numberFieldsOf(entity: Entity): readonly string[] {
  let known = numberFields.get(entity)
  if (known === undefined) {
    known = entity.fields
      .filter((field) => isNumber(entity, field.code) && /(?:Num|NUM|Number|Code|ID|No)$/.test(field.code))
      .map((one) => one.code)
    numberFields.set(entity, known)
  }
  return known
}

const personFields = new WeakMap<Entity, readonly string[]>()

function personFieldsOf(entity: Entity): readonly string[] {
  let known = personFields.get(entity)
  if (known === undefined) {
    known = entity.fields
      .filter((field) => field.check === 'resident-id' && field.privacy === 'sealed' && !notOfWork.has(field.code))
      .map((one) => one.code)
    personFields.set(entity, known)
  }
  return known
}

/** Whether the sealed text of a table's records is needed to find them. */
export const namesPersons = (entity: Entity): boolean => personFieldsOf(entity).length > 0

/** One token of a number; both codes of a company are one. */
export function numberToken(value: string): string {
  const form = numberForm(value)
  return isCompanyCode(form) ? `corp:${organisationCodeOf(form)}` : `no:${form}`
}

export const personToken = (document: string): string => `person:${document.trim().toUpperCase()}`

/**
 * What a record is found by and hangs together with.
 * @param data its fields, the sealed ones too when `namesPersons` says so
 */
export function searchTraits(entity: Entity, data: Data): SearchTraits {
  const field = numberField(entity)
  const number = field === undefined ? '' : text(data[field])
  const documents = personFieldsOf(entity).flatMap((code) => (text(data[code]) === '' ? [] : [personToken(text(data[code]))]))
  const numbers = numberFieldsOf(entity).flatMap((code) => {
    const value = text(data[code])
    // A private person's document in a developer's field is sealed in this very record.
    if (value.length < 4 || privacyIn(entity, code, data) !== 'open') return []
    return (value.length > 20 ? splitNumbers(value) : [value]).filter((one) => one.length >= 4).map(numberToken)
  })
  const own = ownTokens(entity, number, documents)
  return {
    rank: firstTables.has(entity.code) ? 0 : 1,
    name: nameOf(entity, data),
    number: numberForm(number),
    own,
    refs: [...new Set([...numbers, ...documents])].filter((one) => !own.includes(one)),
  }
}

function ownTokens(entity: Entity, number: string, documents: readonly string[]): string[] {
  if (entity.code === 'TBRegPersonBasicInfo') return [...documents]
  if (number === '') return []
  return entity.key.length === 1 || entity.code === 'TBCorpCertInfo' ? [numberToken(number)] : []
}
