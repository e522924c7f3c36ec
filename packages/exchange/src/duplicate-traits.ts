import { regionIndex, type RegionIndex } from '@huijiao/standard'
import { normalText, organisationOf } from './comparable.ts'

type Data = Readonly<Record<string, unknown>>

/** Something that likens records of one table: those that share it are compared. */
export interface Trait {
  readonly kind: string
  readonly text: string
}

export interface Likeness {
  /** 0 to 1. */
  readonly score: number
  /** What speaks for one record, and (with `-` before it) what against. */
  readonly reasons: readonly string[]
}

const numerals = '一二三四五六七八九'

/** A name without what people write differently: width of characters, brackets, punctuation, letter case, 一期 for 1期. */
export function normalName(name: unknown): string | null {
  if (typeof name !== 'string') return null
  const text = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/([一二三四五六七八九])(?=期|标段|号|区)/g, (digit) => String(numerals.indexOf(digit) + 1))
    .replace(/[\p{P}\p{S}\p{Z}\s]/gu, '')
  return text.length < 2 ? null : text
}

/** A document's number without what people write differently, beyond the brackets that keys ignore: 第, dashes, zeros in front. */
export function strongNumber(number: unknown): string | null {
  if (typeof number !== 'string') return null
  const text = normalText(number)
    .replace(/[\p{Pd}－]/gu, '-')
    .replaceAll('第', '')
    .replace(/(?<!\d)0+(?=\d)/g, '')
  return text.length < 3 ? null : text
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? normalText(value) : null)
const county = (data: Data, regions: RegionIndex): string | null => {
  const code = data['CountyNum'] ?? data['CityNum']
  return typeof code === 'string' ? (regions.successorOf(code) ?? code) : null
}

/** Regions that replaced another one, by the divisions of a release. */
const successors = new WeakMap<RegionIndex, ReadonlySet<string>>()

function successorsIn(regions: RegionIndex): ReadonlySet<string> {
  let known = successors.get(regions)
  if (known === undefined)
    successors.set(regions, (known = new Set([...regions.codes()].flatMap((code) => regions.successorOf(code) ?? []))))
  return known
}

/** A project's number with its region as it is called now; null where no region changed its code, so that the number says nothing more than itself. */
export function renumbered(number: unknown, regions: RegionIndex = regionIndex): string | null {
  if (typeof number !== 'string' || !/^\d{16}$/.test(number)) return null
  const region = number.slice(0, 6)
  const successor = regions.successorOf(region)
  if (successor !== null) return `${successor}${number.slice(6)}`
  return successorsIn(regions).has(region) ? number : null
}

const developer = (data: Data): string | null => organisationOf(data['BuildCorpCode']) ?? text(data['BuildCorpName'])

interface Kind {
  /** What a person compares. */
  readonly shown: readonly string[]
  traits(data: Data, regions: RegionIndex): (readonly [kind: string, ...parts: (string | null)[]])[]
  /** With the divisions of the release of each. */
  compare(a: Data, b: Data, ofA: RegionIndex, ofB: RegionIndex): (readonly [reason: string, weight: number])[]
}

const alike = (a: string | null, b: string | null): boolean => a !== null && a === b
const unlike = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b
const amount = (value: unknown): string | null => (typeof value === 'string' && Number(value) > 0 ? String(Number(value)) : null)

const project: Kind = {
  shown: [
    'PrjNum',
    'PrjCode',
    'PrjName',
    'PrjTypeNum',
    'CountyNum',
    'BuildCorpName',
    'BuildCorpCode',
    'PrjApprovalNum',
    'AllInvest',
    'AllArea',
    'AllLength',
  ],
  traits: (data, regions) => [
    ['name-county', normalName(data['PrjName']), county(data, regions)],
    ['name-developer', normalName(data['PrjName']), developer(data)],
    ['project-code', text(data['PrjCode'])],
    ['approval', strongNumber(data['PrjApprovalNum']), developer(data)],
    ['renumbered', renumbered(data['PrjNum'], regions)],
  ],
  compare: (a, b, ofA, ofB) => {
    const found: [string, number][] = []
    const size = (data: Data) => amount(data['AllArea']) ?? amount(data['AllLength'])
    if (alike(normalName(a['PrjName']), normalName(b['PrjName']))) found.push(['name', 0.45])
    if (alike(county(a, ofA), county(b, ofB))) found.push(['county', 0.1])
    if (alike(developer(a), developer(b))) found.push(['developer', 0.15])
    if (alike(amount(a['AllInvest']), amount(b['AllInvest']))) found.push(['investment', 0.15])
    if (alike(size(a), size(b))) found.push(['size', 0.15])
    if (alike(text(a['PrjCode']), text(b['PrjCode']))) found.push(['project-code', 0.3])
    if (alike(strongNumber(a['PrjApprovalNum']), strongNumber(b['PrjApprovalNum']))) found.push(['approval', 0.3])
    if (alike(renumbered(a['PrjNum'], ofA), renumbered(b['PrjNum'], ofB))) found.push(['renumbered', 0.5])
    if (unlike(text(a['PrjTypeNum']), text(b['PrjTypeNum']))) found.push(['-type', -0.3])
    return found
  },
}

const company: Kind = {
  shown: ['CorpCode', 'CorpName', 'LicenseNum', 'CountyNum', 'Address', 'LegalMan', 'CorpBirthDate'],
  traits: (data) => [
    ['organisation', organisationOf(data['CorpCode'])],
    ['name', normalName(data['CorpName'])],
    ['licence', data['LicenseNum'] === data['CorpCode'] ? null : text(data['LicenseNum'])],
  ],
  compare: (a, b, ofA, ofB) => {
    const found: [string, number][] = []
    if (alike(organisationOf(a['CorpCode']), organisationOf(b['CorpCode']))) found.push(['organisation', 0.9])
    if (alike(normalName(a['CorpName']), normalName(b['CorpName']))) found.push(['name', 0.7])
    if (alike(text(a['LicenseNum']), text(b['LicenseNum']))) found.push(['licence', 0.4])
    if (alike(normalName(a['LegalMan']), normalName(b['LegalMan']))) found.push(['legal-representative', 0.1])
    if (alike(county(a, ofA), county(b, ofB))) found.push(['county', 0.1])
    return found
  },
}

/** One decision may find several things, so the code of the conduct counts with its number. */
const conduct: Kind = {
  shown: ['PunishNumber', 'AwardNumber', 'CreditCode', 'CorpName', 'CorpCode', 'PersonName', 'PunishDate', 'AwardDate'],
  traits: (data) => [['decision', decisionNumber(data), text(data['CreditCode']) ?? '-', subject(data)]],
  compare: (a, b) => {
    const found: [string, number][] = []
    if (alike(decisionNumber(a), decisionNumber(b))) found.push(['decision-number', 0.5])
    if (alike(subject(a), subject(b))) found.push(['subject', 0.2])
    if ((text(a['CreditCode']) ?? '-') === (text(b['CreditCode']) ?? '-')) found.push(['conduct-code', 0.1])
    if (alike(text(a['PunishDate'] ?? a['AwardDate']), text(b['PunishDate'] ?? b['AwardDate']))) found.push(['date', 0.2])
    return found
  },
}
const decisionNumber = (data: Data) => strongNumber(data['PunishNumber'] ?? data['AwardNumber'])
/** Whom it is about: a person's name where there is one, else the company. */
const subject = (data: Data) => normalName(data['PersonName']) ?? organisationOf(data['CorpCode']) ?? normalName(data['CorpName'])

const kinds: Readonly<Record<string, Kind>> = {
  TBProjectInfo: project,
  TBCorpBasicInfo: company,
  TBCorpBadCreditInfo: conduct,
  TBCorpGoodCreditInfo: conduct,
  TBRegPersonBadCreditInfo: conduct,
  TBRegPersonGoodCreditInfo: conduct,
}

/** The tables in which duplicates are looked for. Persons are not: their numbers are sealed, and sealed texts decide nothing. */
export const watchedEntities: readonly string[] = Object.keys(kinds)

/** What a record may share with another of its table. Of open and named fields only. */
export function traitsOf(entity: string, data: Data, regions: RegionIndex = regionIndex): Trait[] {
  return (kinds[entity]?.traits(data, regions) ?? []).flatMap(([kind, ...parts]) =>
    parts.some((part) => part === null) ? [] : [{ kind, text: parts.join('\0') }],
  )
}

/** The fields that a person is shown of a pair, in their order. */
export const shownFields = (entity: string): readonly string[] => kinds[entity]?.shown ?? []

/** How much two records of a table look like one. */
export function likenessOf(entity: string, a: Data, b: Data, ofA: RegionIndex = regionIndex, ofB: RegionIndex = ofA): Likeness {
  const found = kinds[entity]?.compare(a, b, ofA, ofB) ?? []
  const score = found.reduce((sum, [, weight]) => sum + weight, 0)
  return { score: Math.round(Math.min(1, Math.max(0, score)) * 100) / 100, reasons: found.map(([reason]) => reason) }
}
