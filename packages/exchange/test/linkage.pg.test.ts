import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultPolicy, parsePolicy, type PolicyDocument } from '@huijiao/standard'
import { type SampleCity, sampleCity, submitters, type SubmitterKey } from '@huijiao/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Caller, dismissFinding, findLinkage, type Hub, listFindings, resolveHeld, sequenceLog, sweepHeld } from '../src/index.ts'
import { enrol, openTestHub, project, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'

/** Numbers what is pending and lets the readers of the log come to rest. */
async function settle(hub: Hub): Promise<void> {
  do await sequenceLog(hub)
  while ((await resolveHeld(hub)) || (await sweepHeld(hub)) > 0 || (await findLinkage(hub)))
  await sequenceLog(hub)
}

type Outcomes = Map<string, string>

/** Sends what the sample's submitters of some tiers send, day by day. @returns the outcome of every record of which another one was meant */
async function sendSample(hub: Hub, city: SampleCity, tiers: readonly string[], also: readonly string[] = []): Promise<Outcomes> {
  const callers = new Map<SubmitterKey, Caller>()
  const strange: Outcomes = new Map()
  const submissions = city.submissions.filter((one) => tiers.includes(submitters[one.submitter].tier))
  for (const submission of submissions.toSorted((a, b) => a.day - b.day)) {
    const { name, regions } = submitters[submission.submitter]
    const caller = callers.get(submission.submitter) ?? (await enrol(hub, `p-${name}`, [...regions, ...also]))
    callers.set(submission.submitter, caller)
    const { id, standard } = submission.envelope
    const receipt = receiptOf(await submit(hub, caller, submission.records, { id, standard, ndjson: true }))
    for (const [index, filing] of submission.filings.entries()) {
      const outcome = receipt.records.find((one) => one.index === index)?.outcome ?? 'accepted'
      if (outcome !== filing.fate.outcome)
        strange.set(`${filing.submitter} ${filing.record.entity} ${filing.record.sourceId}`, `${filing.fate.outcome} → ${outcome}`)
    }
  }
  return strange
}

describe('the sample city', () => {
  let node: TestHub
  let strange: Outcomes
  const city = sampleCity()
  beforeAll(async () => {
    node = await openTestHub()
    strange = await sendSample(node.hub, city, ['municipal'])
    await settle(node.hub)
  }, 120_000)
  afterAll(() => node.close())

  it('is judged as its author meant it, record by record', () => {
    expect([...strange]).toEqual([])
  })

  it('shows every person who leads works of two projects at once, and nobody else', async () => {
    const found = await findingsOf(node.hub, 'linkage.manager-overlap')
    const expected = overlaps(city)
    expect(new Set(found.map((one) => one.sourceId))).toEqual(new Set(expected.keys()))
    for (const { sourceId, problem } of found)
      expect(new Set(problem.en.detail.match(/r_[0-9a-f]{32}/g))).toEqual(new Set(await recordsOf(node.hub, expected.get(sourceId) ?? [])))
    const sites = city.stories['three-sites'].map((index) => `CJ-3-${index + 1}`)
    expect(sites).toHaveLength(3)
    for (const site of sites) expect(expected.get(site)).toEqual(expect.arrayContaining(sites.filter((other) => other !== site)))
  })

  it('shows works that were finished before their permit, and no others', async () => {
    const found = await findingsOf(node.hub, 'linkage.finish-before-permit')
    expect(found.map((one) => one.severity)).toEqual(found.map(() => 'warning'))
    expect(new Set(found.map((one) => one.sourceId))).toEqual(new Set(tooEarly(city)))
    expect(found.length).toBeGreaterThan(0)
  })

  it('keeps what was accepted: a finding stands beside the record', async () => {
    const rows = await node.hub.db
      .selectFrom('finding')
      .innerJoin('version', (join) =>
        join.onRef('version.part_id', '=', 'finding.part_id').onRef('version.ordinal', '=', 'finding.ordinal'),
      )
      .select('version.state')
      .execute()
    expect(new Set(rows.map((row) => row.state))).toEqual(new Set(['accepted']))
  })

  it('keeps no name and no number of a person in what is projected', async () => {
    const { db } = node.hub
    const kept = JSON.stringify([
      await db.selectFrom('finding').selectAll().execute(),
      await db.selectFrom('link_fact').selectAll().execute(),
      await db.selectFrom('key_alias').selectAll().execute(),
      await db.selectFrom('held').selectAll().execute(),
    ])
    const personal = new Set(
      city.filings.flatMap(({ record: { data = {} } }) =>
        ['PersonIDCard', 'ConstructorIDCard', 'IDCard', 'PersonName', 'ConstructorName', 'UserName'].flatMap((field) =>
          typeof data[field] === 'string' ? [data[field]] : [],
        ),
      ),
    )
    expect(personal.size).toBeGreaterThan(100)
    expect([...personal].filter((value) => kept.includes(value))).toEqual([])
  })
})

describe('the sample province', () => {
  it('finds every company and person that is referred to in its register, by either code, and accepts what it accepted', async () => {
    const node = await openTestHub({ name: '370000', region: '370000', tier: 'provincial' })
    try {
      const city = sampleCity()
      expect([...(await sendSample(node.hub, city, ['municipal', 'provincial'], ['370000']))]).toEqual([])
      await settle(node.hub)
      for (const rule of ['linkage.company', 'linkage.person', 'linkage.company-certificate'])
        expect(await findingsOf(node.hub, rule), rule).toEqual([])
      const named = city.filings.filter(({ record, fate }) => fate.outcome === 'accepted' && record.entity === 'TBRegPersonRegInfo')
      expect(named.length).toBeGreaterThan(50)
      // One of them that nobody has registered is found at once.
      const [first] = named
      const stranger = { ...first?.record.data, CorpCode: '91370199MA00DEM14Q' }
      const caller = await enrol(node.hub, 'p-late', ['370000'])
      const { problems = [] } = receiptOf(await submit(node.hub, caller, [upsert('TBRegPersonRegInfo', 'late', stranger)])).records[0] ?? {}
      expect(problems.filter((one) => (one as { severity?: string }).severity === 'error')).toEqual([])
      await settle(node.hub)
      expect((await findingsOf(node.hub, 'linkage.company')).map((one) => one.sourceId)).toEqual(['late'])
    } finally {
      await node.close()
    }
  }, 120_000)
})

describe('what several records show together', () => {
  let node: TestHub
  let caller: Caller
  const sample = sampleCity().filings.filter((one) => one.fate.outcome === 'accepted' && one.standard === '2018')
  const schemaSample = (entity: string) =>
    JSON.parse(
      readFileSync(join(import.meta.dirname, '..', '..', '..', 'schemas', '2018', 'valid', `${entity}.minimal.json`), 'utf8'),
    ) as object
  const pattern = (entity: string) => sample.find((one) => one.record.entity === entity)?.record.data ?? schemaSample(entity)
  const number = (sequence: number) => (project(sequence) as { PrjNum: string }).PrjNum
  const person = { IDCardTypeNum: '1', PersonIDCard: '11010519491231002X' }

  beforeEach(async () => {
    node = await openTestHub()
    caller = await enrol(node.hub)
  })
  afterEach(() => node.close())

  const send = async (hub: Hub, records: readonly object[]) => {
    const receipt = receiptOf(await submit(hub, caller, records, { ndjson: true }))
    expect(receipt.records.filter((one) => one.outcome === 'refused').flatMap((one) => one.problems)).toEqual([])
    await settle(hub)
    return receipt
  }
  const permitNumber = (sequence: number) => `${number(sequence)}-SX-001`
  const permit = (sequence: number, over: object = {}) => ({
    ...pattern('TBBuilderLicenceManage'),
    PrjNum: number(sequence),
    BuilderLicenceNum: permitNumber(sequence),
    TenderNum: undefined,
    CensorNum: undefined,
    ReleaseDate: '2026-01-01',
    BargainDays: 200,
    ...over,
  })
  /** A project with its permit, and a leader of its works. */
  const works = (sequence: number, over: object = {}) => [
    upsert('TBProjectInfo', `P-${sequence}`, project(sequence)),
    upsert('TBBuilderLicenceManage', `L-${sequence}`, permit(sequence, over)),
  ]
  const leader = (sequence: number, over: object = {}) =>
    upsert('TBProjectCorpInfo', `M-${sequence}`, {
      ...pattern('TBProjectCorpInfo'),
      PrjNum: number(sequence),
      UnitCode: `${number(sequence)}-001`,
      CorpRoleNum: '3',
      ...person,
      ...over,
    })
  const overlapping = async (hub: Hub) => (await findingsOf(hub, 'linkage.manager-overlap')).map((one) => one.sourceId)

  it('comes and goes with the dates: a finish on record ends the works, and with them the doubt', async () => {
    const { hub } = node
    await send(hub, [...works(1), leader(1), ...works(2, { ReleaseDate: '2026-06-01' }), leader(2)])
    expect(await overlapping(hub)).toEqual(['M-1', 'M-2'])
    const finish = {
      ...pattern('TBProjectFinishManage'),
      PrjNum: number(1),
      BuilderLicenceNum: permitNumber(1),
      PrjFinishNum: `${number(1)}-JX-001`,
      DataSource: '1',
    }
    await send(hub, [upsert('TBProjectFinishManage', 'F-1', { ...finish, BDate: '2026-01-05', EDate: '2026-05-20' })])
    expect(await overlapping(hub)).toEqual([])
    expect((await findingsOf(hub, 'linkage.manager-overlap', 'settled')).map((one) => one.settled)).toEqual([
      'no-longer-so',
      'no-longer-so',
    ])
    await send(hub, [upsert('TBProjectFinishManage', 'F-1', { ...finish, BDate: '2026-01-05', EDate: '2026-07-20' })])
    expect(await overlapping(hub)).toEqual(['M-1', 'M-2'])
  })

  it('goes when the record that named the leader names another one', async () => {
    const { hub } = node
    const old = sampleCity().filings.filter((one) => one.standard === '2014' && one.record.entity === 'TBBuilderLicenceManage')
    const first = old[0]?.record.data ?? {}
    const other = old.map((one) => one.record.data ?? {}).find((one) => one.ConstructorIDCard !== first.ConstructorIDCard)
    const leads = ({ ConstructorName, CIDCardTypeNum, ConstructorIDCard }: typeof first) => ({
      ConstructorName,
      CIDCardTypeNum,
      ConstructorIDCard,
    })
    const permit2014 = (sequence: number, by: typeof first) =>
      upsert('TBBuilderLicenceManage', `L-${sequence}`, {
        ...first,
        ...leads(by),
        PrjNum: number(sequence),
        BuilderLicenceNum: permitNumber(sequence),
        CensorNum: undefined,
        IssueCertDate: '2026-01-01',
      })
    await send(hub, [upsert('TBProjectInfo', 'P-1', project(1)), upsert('TBProjectInfo', 'P-2', project(2))])
    await submit(hub, caller, [permit2014(1, first), permit2014(2, first)], { standard: '2014' })
    await settle(hub)
    expect(await overlapping(hub)).toEqual(['L-1', 'L-2'])
    await submit(hub, caller, [permit2014(2, other ?? {})], { standard: '2014' })
    await settle(hub)
    expect(await overlapping(hub)).toEqual([])
    expect((await findingsOf(hub, 'linkage.manager-overlap', 'settled')).map((one) => one.settled)).toEqual([
      'no-longer-so',
      'later-version',
    ])
  })

  it('is no doubt for two permits of one project, for works one after the other, or for somebody else', async () => {
    const { hub } = node
    const second = upsert('TBBuilderLicenceManage', 'L-1b', permit(1, { BuilderLicenceNum: `${number(1)}-SX-002` }))
    await send(hub, [...works(1), second, leader(1), leader(1, { UnitCode: `${number(1)}-002` })])
    await send(hub, [...works(2, { ReleaseDate: '2026-07-20' }), leader(2)])
    await send(hub, [...works(3), leader(3, { CorpRoleNum: '4' })])
    expect(await overlapping(hub)).toEqual([])
  })

  it('names a reference that is only noted while its parent is missing, and no longer', async () => {
    const { hub } = node
    await send(hub, works(1, { TenderNum: `${number(1)}-BD-001` }))
    expect(await findingsOf(hub, 'linkage.tender')).toMatchObject([
      { sourceId: 'L-1', severity: 'warning', problem: { code: 'reference-missing', pointer: '/data/TenderNum' } },
    ])
    const tender = { ...pattern('TBTenderInfo'), PrjNum: number(1), TenderNum: `${number(1)}-BD-001` }
    await send(hub, [upsert('TBTenderInfo', 'Z-1', tender)])
    expect(await findingsOf(hub, 'linkage.tender')).toEqual([])
    expect((await findingsOf(hub, 'linkage.tender', 'settled')).map((one) => one.settled)).toEqual(['parent-came'])
  })

  it('is closed by a later version of the record that no longer says so', async () => {
    const { hub } = node
    await send(hub, works(1, { TenderNum: `${number(1)}-BD-001` }))
    await send(hub, works(1))
    expect(await findingsOf(hub, 'linkage.tender')).toEqual([])
    expect((await findingsOf(hub, 'linkage.tender', 'settled')).map((one) => one.settled)).toEqual(['later-version'])
  })

  it('may be cleared by a person, with a reason that is an entry, and stays so when it is judged again', async () => {
    const { hub } = node
    await send(hub, [...works(1), leader(1), ...works(2), leader(2)])
    const [first] = await listFindings(hub.db, { limit: 1 })
    await dismissFinding(hub, 'operator:test', first!.finding_no, '两项目为同一工程的相邻标段')
    await expect(dismissFinding(hub, 'operator:test', first!.finding_no, '再次')).rejects.toMatchObject({ code: 'not-found' })
    await send(hub, [...works(3), leader(3)])
    expect(await findingsOf(hub, 'linkage.manager-overlap', 'dismissed')).toHaveLength(1)
    const entry = await hub.db
      .selectFrom('log_entry')
      .select('body')
      .where('actor', '=', 'operator:test')
      .orderBy('index', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    expect(JSON.parse(entry.body as string)).toMatchObject({ decision: 'dismissed', reason: '两项目为同一工程的相邻标段' })
  })

  it('takes the same number of statements for 10 records and for 2,000', async () => {
    const counts: number[] = []
    for (const size of [10, 2000]) {
      const other = await openTestHub()
      try {
        caller = await enrol(other.hub)
        const sequences = Array.from({ length: size }, (_, at) => at)
        await submit(
          other.hub,
          caller,
          sequences.map((one) => upsert('TBProjectInfo', `P-${one}`, project(one))),
          { ndjson: true },
        )
        await submit(
          other.hub,
          caller,
          sequences.map((one) => upsert('TBBuilderLicenceManage', `L-${one}`, permit(one, { TenderNum: `${number(one)}-BD-001` }))),
          { ndjson: true },
        )
        await sequenceLog(other.hub)
        const { hub, statements } = counting(other.hub)
        while (await findLinkage(hub)) await sequenceLog(other.hub)
        expect(await findingsOf(other.hub, 'linkage.tender')).toHaveLength(size)
        counts.push(statements())
      } finally {
        await other.close()
      }
    }
    // 2,000 records are two parts or three, each judged with one set of statements.
    expect(counts[0]).toBeLessThan(30)
    expect(counts[1]).toBeLessThan(3 * (counts[0] as number))
  }, 120_000)

  describe('a ring', () => {
    /** Two tables whose free field `PrjCode` names a record of the other one: the national tables have no such pair. */
    const withRing = (hub: Hub, onMissing: 'hold' | 'warning'): Hub => {
      const document = structuredClone(defaultPolicy.document) as PolicyDocument
      const rule = (child: string, parent: string, parentField: string) =>
        ({ rule: 'linkage.ring', children: [child], field: 'PrjCode', parent, parentField, onMissing, basis: 'test' }) as const
      const policy = parsePolicy({
        ...document,
        references: [
          ...document.references,
          rule('TBProjectQualityCheck', 'TBProjectSafeCheck', 'SafeNum'),
          rule('TBProjectSafeCheck', 'TBProjectQualityCheck', 'QualityNum'),
          rule('TBProjectInfo', 'TBProjectInfo', 'PrjNum'),
        ],
      })
      return { ...hub, policy: () => policy }
    }
    const quality = (names?: string) =>
      upsert('TBProjectQualityCheck', 'Q-1', { ...pattern('TBProjectQualityCheck'), PrjNum: number(1), QualityNum: 'ZL-1', PrjCode: names })
    const safety = (names?: string) =>
      upsert('TBProjectSafeCheck', 'S-1', { ...pattern('TBProjectSafeCheck'), PrjNum: number(1), SafeNum: 'AQ-1', PrjCode: names })
    const states = async (hub: Hub) =>
      (
        await hub.db
          .selectFrom('version')
          .select(['source_id', 'state'])
          .where('entity', 'like', '%Check')
          .orderBy('part_id')
          .orderBy('ordinal')
          .execute()
      ).map((one) => [one.source_id, one.state])

    it('is a doubt at every record in it, until one of them is mended', async () => {
      const hub = withRing(node.hub, 'warning')
      await send(hub, [upsert('TBProjectInfo', 'P-1', project(1)), quality('AQ-1'), safety('ZL-1')])
      expect((await findingsOf(hub, 'linkage.cycle')).map((one) => [one.sourceId, one.severity])).toEqual([
        ['Q-1', 'doubt'],
        ['S-1', 'doubt'],
      ])
      expect(await states(hub)).toEqual([
        ['Q-1', 'accepted'],
        ['S-1', 'accepted'],
      ])
      await send(hub, [safety()])
      expect(await findingsOf(hub, 'linkage.cycle')).toEqual([])
    })

    it('whose records wait for each other is not waited for: they are doubtful at once', async () => {
      const hub = withRing(node.hub, 'hold')
      await send(hub, [upsert('TBProjectInfo', 'P-1', project(1)), quality('AQ-1'), safety('ZL-1')])
      expect(await states(hub)).toEqual([
        ['Q-1', 'doubtful'],
        ['S-1', 'doubtful'],
      ])
      expect(await hub.db.selectFrom('held').selectAll().execute()).toEqual([])
      expect(await findingsOf(hub, 'linkage.cycle')).toHaveLength(2)
    })

    it('of one record is found too', async () => {
      const hub = withRing(node.hub, 'warning')
      await send(hub, [upsert('TBProjectInfo', 'P-1', project(1, { PrjCode: number(1) }))])
      expect(await findingsOf(hub, 'linkage.cycle')).toMatchObject([{ sourceId: 'P-1', problem: { detail: '本记录引用了自身' } }])
    })
  })
})

/** A hub whose statements are counted. */
function counting(hub: Hub): { hub: Hub; statements: () => number } {
  let count = 0
  const db = hub.db.withPlugin({
    transformQuery: ({ node }) => {
      count += 1
      return node
    },
    transformResult: async ({ result }) => result,
  })
  return { hub: { ...hub, db }, statements: () => count }
}

/** Source ids of records that name a leader, with those of the other projects whose works run at the same time: by a model that knows no SQL. */
function overlaps(city: SampleCity): Map<string, string[]> {
  const data = city.filings.flatMap(({ record, fate, submitter }) =>
    record.data !== undefined && fate.outcome === 'accepted' && submitters[submitter].tier === 'municipal'
      ? [{ record, data: record.data }]
      : [],
  )
  const of = (...entities: string[]) => data.filter(({ record }) => entities.includes(record.entity))
  const after = (date: unknown, days: number) =>
    new Date(Date.parse(`${String(date)}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
  const finished = new Map<string, string>()
  for (const { data: finish } of of('TBProjectFinishManage', 'TBProjectFinishCheckInfo'))
    for (const permit of String(finish.BuilderLicenceNum).split(/[,;，；、\s]+/)) {
      const date = String(finish.EDate)
      if ((finished.get(permit) ?? '') < date) finished.set(permit, date)
    }
  const works = new Map<string, { from: string; to: string; permit: string }[]>()
  for (const { data: permit } of of('TBBuilderLicenceManage')) {
    const from = String(permit.ReleaseDate ?? permit.IssueCertDate)
    const to =
      finished.get(String(permit.BuilderLicenceNum)) ?? after(from, typeof permit.BargainDays === 'number' ? permit.BargainDays : 365)
    const list = works.get(String(permit.PrjNum)) ?? []
    works.set(String(permit.PrjNum), [...list, { from, to, permit: String(permit.BuilderLicenceNum) }])
  }
  const leads = new Map<string, { person: string; project: string; sourceId: string; from: string; to: string }>()
  for (const { record, data: one } of of('TBBuilderLicenceManage', 'TBProjectCorpInfo')) {
    const number = one.ConstructorIDCard ?? (['3', '5'].includes(String(one.CorpRoleNum)) ? one.PersonIDCard : undefined)
    const permit = record.entity === 'TBBuilderLicenceManage' ? one.BuilderLicenceNum : undefined
    const own = (works.get(String(one.PrjNum)) ?? []).filter((work) => permit === undefined || work.permit === permit)
    const name = `${String(number)} ${String(one.PrjNum)}`
    if (number === undefined || own.length === 0 || leads.has(name)) continue
    const from = own.map((work) => work.from).toSorted()[0] as string
    const to = own
      .map((work) => work.to)
      .toSorted()
      .at(-1) as string
    leads.set(name, { person: String(number), project: String(one.PrjNum), sourceId: record.sourceId, from, to })
  }
  const found = new Map<string, string[]>()
  for (const a of leads.values())
    for (const b of leads.values())
      if (a.person === b.person && a.project !== b.project && a.from < b.to && b.from < a.to)
        found.set(a.sourceId, [...(found.get(a.sourceId) ?? []), b.sourceId])
  return found
}

function tooEarly(city: SampleCity): string[] {
  const data = city.filings.flatMap(({ record, fate }) => (record.data !== undefined && fate.outcome === 'accepted' ? [record] : []))
  const issued = new Map(
    data
      .filter((one) => one.entity === 'TBBuilderLicenceManage')
      .map(({ data: one = {} }) => [one.BuilderLicenceNum, String(one.ReleaseDate ?? one.IssueCertDate)]),
  )
  return data
    .filter((one) => one.entity.startsWith('TBProjectFinish'))
    .filter(({ data: one = {} }) =>
      String(one.BuilderLicenceNum)
        .split(/[,;，；、\s]+/)
        .some((permit) => (issued.get(permit) ?? '') > String(one.EDate)),
    )
    .map((one) => one.sourceId)
}

interface Found {
  readonly sourceId: string
  readonly state: string
  readonly severity: string
  readonly settled: string | null
  readonly problem: { readonly code: string; readonly detail: string; readonly en: { readonly detail: string } }
}

/** Findings of a rule with the source ids of the versions they are about; open ones, or those of another state. */
async function findingsOf(hub: Hub, rule: string, state: 'open' | 'settled' | 'dismissed' = 'open'): Promise<Found[]> {
  const rows = await hub.db
    .selectFrom('finding')
    .innerJoin('version', (join) => join.onRef('version.part_id', '=', 'finding.part_id').onRef('version.ordinal', '=', 'finding.ordinal'))
    .select(['source_id', 'finding.state', 'severity', 'settle_reason', 'problem'])
    .where('rule', '=', rule)
    .where('finding.state', '=', state)
    .orderBy('finding_no')
    .execute()
  return rows.map((row) => ({
    sourceId: row.source_id as string,
    state: row.state,
    severity: row.severity,
    settled: row.settle_reason,
    problem: row.problem as Found['problem'],
  }))
}

async function recordsOf(hub: Hub, sourceIds: readonly string[]): Promise<string[]> {
  if (sourceIds.length === 0) return []
  const rows = await hub.db
    .selectFrom('version')
    .select('record_id')
    .where('source_id', 'in', [...sourceIds])
    .execute()
  return rows.map((row) => `r_${row.record_id.replaceAll('-', '')}`)
}
