import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReferenceRule } from '@huijiao/standard'

/**
 * Records that pass and records that fail each rule of linkage, with what the node holds besides. `make-linkage-vectors.ts` writes them down for
 * other implementations (`packages/standard/vectors/linkage`); a test holds the files to this and the node to the files.
 */
export interface LinkageRecord {
  readonly release: string
  readonly entity: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface LinkageCase extends LinkageRecord {
  readonly note: string
  /** The instant of judgement. */
  readonly at: string
  /** Tier of the node. */
  readonly tier: 'municipal' | 'provincial'
  /** What the node holds in force, in the order in which it came. */
  readonly with: readonly LinkageRecord[]
  /** References that the policy has besides those of the release. */
  readonly references?: readonly ReferenceRule[]
}

export interface LinkageProblem {
  readonly code: string
  readonly rule: string
  readonly pointer: string
  readonly severity: string
}

export interface LinkageVector {
  readonly rule: string
  readonly kind: 'linkage'
  readonly valid: readonly LinkageCase[]
  /** `outcome` at once; `held` becomes `refused` with `afterHold` when nothing comes in `holdDays`. */
  readonly invalid: readonly (LinkageCase & {
    readonly outcome: 'held' | 'accepted'
    readonly problems: readonly LinkageProblem[]
    readonly afterHold?: readonly LinkageProblem[]
  })[]
}

const top = join(import.meta.dirname, '..', '..', '..')
export const vectorsFolder = join(top, 'packages', 'standard', 'vectors', 'linkage')

const at = '2027-01-01T00:00:00Z'
const number = (serial: number) => `370102260901010${serial}`

type Change = Readonly<Record<string, unknown>>

/** The smallest valid record of a table, changed. */
function record(entity: string, change: Change = {}, release = '2018'): LinkageRecord {
  const text = readFileSync(join(top, 'schemas', release, 'valid', `${entity}.minimal.json`), 'utf8')
  const data = Object.entries({ ...(JSON.parse(text) as object), ...change }).filter(([, value]) => value !== undefined)
  return { release, entity, data: Object.fromEntries(data) }
}

const project = (serial = 1) => record('TBProjectInfo', { PrjNum: number(serial) })
const permit = (serial = 1, change: Change = {}) =>
  record('TBBuilderLicenceManage', { PrjNum: number(serial), BuilderLicenceNum: `${number(serial)}-SX-001`, ...change })

interface Sides {
  readonly child: LinkageRecord
  readonly parent: LinkageRecord
  readonly field: string
  /** What both need. */
  readonly base?: readonly LinkageRecord[]
  readonly tier?: LinkageCase['tier']
  readonly references?: readonly ReferenceRule[]
  readonly notes?: readonly [valid: string, invalid: string]
}

/** A reference: with its parent it passes; without it the record waits (`held`) or is noted (`warning`). */
function reference(rule: string, kind: 'held' | 'doubt' | 'warning', sides: Sides): LinkageVector {
  const { child, parent, field, base = [project()], tier = 'municipal', references } = sides
  const common = { ...child, at, tier, ...(references === undefined ? {} : { references }) }
  const pointer = `/data/${field}`
  const [valid, invalid] = sides.notes ?? ['所引用的记录已入库', '所引用的记录未到']
  const problem = (code: string, severity: string): LinkageProblem => ({ code, rule, pointer, severity })
  return {
    rule,
    kind: 'linkage',
    valid: [{ ...common, note: valid, with: [...base, parent] }],
    invalid: [
      kind === 'held'
        ? {
            ...common,
            note: invalid,
            with: base,
            outcome: 'held',
            problems: [problem('parent-missing', 'warning')],
            afterHold: [problem('parent-never-came', 'error')],
          }
        : { ...common, note: invalid, with: base, outcome: 'accepted', problems: [problem('reference-missing', kind)] },
    ],
  }
}

const credit = '91370199MA00DEM14Q'
const leader = (serial: number) =>
  record('TBProjectCorpInfo', { PrjNum: number(serial), UnitCode: `${number(serial)}-001`, CorpRoleNum: '3' })
const single = (serial: number) => record('TBUnitProjectInfo', { PrjNum: number(serial), UnitCode: `${number(serial)}-001` })

/** A table whose free field names another record, as a province's own table might. */
const own = (rule: string | undefined, child: string, parent: string, parentField: string): ReferenceRule => ({
  ...(rule === undefined ? {} : { rule }),
  children: [child],
  field: 'PrjCode',
  parent,
  parentField,
  onMissing: 'doubt',
  basis: 'a reference that a province adds',
})
const quality = (change: Change = {}) => record('TBProjectQualityCheck', { QualityNum: 'ZL-1', ...change })
const safety = (change: Change = {}) => record('TBProjectSafeCheck', { SafeNum: 'AQ-1', ...change })
const ring = [
  own('linkage.reference', 'TBProjectQualityCheck', 'TBProjectSafeCheck', 'SafeNum'),
  own('linkage.reference', 'TBProjectSafeCheck', 'TBProjectQualityCheck', 'QualityNum'),
]

/** All rules of linkage, in the order of the catalogue. */
export function linkageVectors(): LinkageVector[] {
  const finish = (change: Change) =>
    record('TBProjectFinishManage', { BuilderLicenceNum: `${number(1)}-SX-001`, DataSource: '1', BDate: '2026-09-02', ...change })
  const conduct = (change: Change) => record('TBCorpBadCreditInfo', change)
  const permits = [project(1), permit(1, { ReleaseDate: '2026-09-01', BargainDays: 60 }), project(2)]
  const together: readonly LinkageRecord[] = [...permits, single(1), single(2), leader(1)]
  const base = { at, tier: 'municipal' } as const
  return [
    reference('linkage.project', 'held', { child: record('TBTenderInfo'), parent: project(), field: 'PrjNum', base: [] }),
    reference('linkage.permit', 'held', {
      child: record('TBPrjMechanicsinfo', { BuilderLicenceNum: `${number(1)}-SX-001` }),
      parent: permit(),
      field: 'BuilderLicenceNum',
    }),
    reference('linkage.drawing-review', 'held', {
      child: record('TBProjectDesignEconUserInfo', { CensorNum: `${number(1)}-TX-001` }),
      parent: record('TBProjectCensorInfo', { CensorNum: `${number(1)}-TX-001` }),
      field: 'CensorNum',
    }),
    reference('linkage.tender', 'warning', {
      child: permit(1, { TenderNum: `${number(1)}-BD-001` }),
      parent: record('TBTenderInfo', { TenderNum: `${number(1)}-BD-001` }),
      field: 'TenderNum',
    }),
    reference('linkage.unit', 'warning', {
      child: record('TBUnitProjectTechParamInfo', { UnitCode: `${number(1)}-001` }),
      parent: single(1),
      field: 'UnitCode',
    }),
    reference('linkage.tender-project', 'warning', {
      child: record('TBTenderBidInfo', { TenderNum: 'ZB-1' }),
      parent: record('TBTenderProjectInfo', { TenderPrjNum: 'ZB-1' }),
      field: 'TenderNum',
      notes: ['招标项目已入库', '招标项目未到：各表中招标项目编号的字段名不同'],
    }),
    reference('linkage.bid-section', 'warning', {
      child: record('TBTenderBidderCorpInfo', { TenderprojectCode: 'ZB-1', BidsectionCode: 'BD-1' }),
      parent: record('TBTenderBidInfo', { TenderNum: 'ZB-1', BidsectionCode: 'BD-1' }),
      field: 'BidsectionCode',
      base: [project(), record('TBTenderProjectInfo', { TenderPrjNum: 'ZB-1' })],
    }),
    reference('linkage.cost', 'warning', {
      child: record('TBProjectCostDetailInfo', { CostNum: 'ZJ-1' }),
      parent: record('TBProjectCostInfo', { CostNum: 'ZJ-1' }),
      field: 'CostNum',
    }),
    reference('linkage.company', 'warning', {
      child: record('CorpSafetyPermit', { CorpCode: credit.slice(8, 17) }),
      parent: record('TBCorpBasicInfo', { CorpCode: credit }),
      field: 'CorpCode',
      base: [],
      tier: 'provincial',
      notes: ['企业以统一社会信用代码入库，引用写的是其中的组织机构代码', '企业库中没有此企业'],
    }),
    reference('linkage.person', 'warning', {
      child: record('TBRegPersonRegInfo', { IDCardTypeNum: '1', IDCard18: '370102189001010010' }),
      parent: record('TBRegPersonBasicInfo', { IDCardTypeNum: '1', IDCard: '370102189001010010' }),
      field: 'IDCard18',
      base: [record('TBCorpBasicInfo', { CorpCode: credit })],
      tier: 'provincial',
    }),
    reference('linkage.company-certificate', 'warning', {
      child: record('TBCorpCertDetailInfo', { CorpCode: credit, CertID: 'ZS-1' }),
      parent: record('TBCorpCertInfo', { CorpCode: credit, CertID: 'ZS-1' }),
      field: 'CertID',
      base: [record('TBCorpBasicInfo', { CorpCode: credit })],
      tier: 'provincial',
    }),
    reference('linkage.conduct-project', 'warning', {
      child: conduct({ PrjNum: number(1), PrjName: '示例项目（合成）', BuildCorpName: '示例建设单位（合成）', BuildCorpCode: credit }),
      parent: project(),
      field: 'PrjNum',
      base: [],
    }),
    {
      rule: 'linkage.conduct-code',
      kind: 'linkage',
      valid: [{ ...conduct({}), ...base, note: '代码在本节点所持清单中', with: [] }],
      invalid: [
        {
          ...conduct({ CreditCode: 'D1-1-97' }),
          ...base,
          note: '全国代码的形式，但不在所持的（不完整的）清单中',
          with: [],
          outcome: 'accepted',
          problems: [{ code: 'code-unlisted', rule: 'linkage.conduct-code', pointer: '/data/CreditCode', severity: 'warning' }],
        },
      ],
    },
    reference('linkage.reference', 'doubt', {
      child: quality({ PrjCode: 'AQ-1' }),
      parent: safety(),
      field: 'PrjCode',
      references: [own(undefined, 'TBProjectQualityCheck', 'TBProjectSafeCheck', 'SafeNum')],
    }),
    {
      rule: 'linkage.cycle',
      kind: 'linkage',
      valid: [{ ...quality({ PrjCode: 'AQ-1' }), ...base, references: ring, note: '引用到头', with: [project(), safety()] }],
      invalid: [
        {
          ...quality({ PrjCode: 'AQ-1' }),
          ...base,
          references: ring,
          note: '两条记录互相引用',
          with: [project(), safety({ PrjCode: 'ZL-1' })],
          outcome: 'accepted',
          problems: [{ code: 'reference-cycle', rule: 'linkage.cycle', pointer: '/data', severity: 'doubt' }],
        },
      ],
    },
    {
      rule: 'linkage.manager-overlap',
      kind: 'linkage',
      valid: [
        { ...leader(2), ...base, note: '前一工程合同期满后才开工', with: [...together, permit(2, { ReleaseDate: '2026-12-01' })] },
        { ...leader(2), ...base, note: '同一人任监理，不任施工负责人', with: [...together, permit(2)] },
      ].map((one, index) => (index === 1 ? { ...one, data: { ...one.data, CorpRoleNum: '4' } } : one)),
      invalid: [
        {
          ...leader(2),
          ...base,
          note: '两个项目的工期重叠',
          with: [...together, permit(2, { ReleaseDate: '2026-10-01' })],
          outcome: 'accepted',
          problems: [{ code: 'manager-overlap', rule: 'linkage.manager-overlap', pointer: '/data/PersonIDCard', severity: 'doubt' }],
        },
      ],
    },
    {
      rule: 'linkage.finish-before-permit',
      kind: 'linkage',
      valid: [{ ...finish({ EDate: '2026-12-01' }), ...base, note: '竣工在发证之后', with: [project(), permit()] }],
      invalid: [
        {
          ...finish({ BDate: '2026-05-01', EDate: '2026-08-01' }),
          ...base,
          note: '竣工在发证之前',
          with: [project(), permit()],
          outcome: 'accepted',
          problems: [{ code: 'finish-before-permit', rule: 'linkage.finish-before-permit', pointer: '/data/EDate', severity: 'warning' }],
        },
      ],
    },
  ]
}

const lines = (list: readonly object[]) => `[\n${list.map((one) => JSON.stringify(one)).join(',\n')}\n]`

/** The files, by name: one line a record, so that a change shows. */
export const vectorFiles = (): Map<string, string> =>
  new Map(
    linkageVectors().map(({ rule, kind, valid, invalid }) => [
      `${rule}.json`,
      `{"rule":${JSON.stringify(rule)},"kind":"${kind}",\n"valid":${lines(valid)},\n"invalid":${lines(invalid)}}\n`,
    ]),
  )
