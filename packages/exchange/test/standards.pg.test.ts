import { createHash } from 'node:crypto'
import { createSigningKey, publicKeyFromRaw, readSigningKey, signDocument, type VerifyingKey } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import { type ReleaseDocument, releaseDocument, releases, releaseText } from '@huijiao/standard'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  activateStandard,
  announceStandards,
  cancelActivation,
  type Caller,
  continueSubmission,
  judgeFor,
  type LoadedStandard,
  loadPolicy,
  loadStandard,
  openHub,
  policyInForce,
  readRecord,
  requalify,
  resolveHeld,
  sequenceLog,
  shadowReport,
  showStandards,
  signedStandard,
  startStoredShadow,
  stepShadows,
  submissionStatus,
} from '../src/index.ts'
import { type Activation, activeAt, comesAfter } from '../src/standards-store.ts'
import { enrol, openTestHub, project, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'
import { contract } from './two-tiers.ts'

const authority = readSigningKey('000000-standard', createSigningKey().privateKeyPem)
const keyOf = (keyId: string): VerifyingKey | null =>
  keyId === authority.keyId ? { algorithm: 'ed25519', publicKey: publicKeyFromRaw(authority.publicKey) } : null

type Changes = Partial<ReleaseDocument> & { readonly mandatory?: readonly string[] }

/** The national release of 2018 in a later revision; `mandatory` names fields of a project that it asks for. */
function revised(revision: number, { mandatory = [], ...more }: Changes = {}): ReleaseDocument {
  const document = releaseDocument(releases.get('2018')!)
  return {
    ...document,
    revision,
    entities: document.entities.map((entity) =>
      entity.code !== 'TBProjectInfo'
        ? entity
        : { ...entity, fields: entity.fields.map((field) => (mandatory.includes(field.code) ? { ...field, mandatory: true } : field)) },
    ),
    ...more,
  }
}

/** An extension of the national release for this province, as Jiangsu's, on a revision of the base. */
const extension = (base: number): ReleaseDocument => {
  const document = releaseDocument(releases.get('2018-js')!)
  return {
    ...document,
    id: '2018-sd',
    issuer: '370000',
    basedOn: { id: '2018', revision: base },
    entities: document.entities.map((one) => ({ ...one, release: '2018-sd' })),
  }
}
const weaker = (): ReleaseDocument => {
  const document = extension(1)
  return {
    ...document,
    entities: document.entities.map((entity) => ({ ...entity, fields: entity.fields.map((field) => ({ ...field, mandatory: false })) })),
  }
}

const signed = (document: ReleaseDocument, key = authority) => ({ ...document, signatures: [signDocument(releaseText(document), key)] })

let node: TestHub
let city: Caller
beforeEach(async () => {
  node = await openTestHub()
  city = await enrol(node.hub)
})
afterEach(() => node.close())

const load = (document: unknown, hub = node.hub): Promise<LoadedStandard> =>
  loadStandard(hub, { document, actor: 'operator:test', origin: 'file', source: null, keyOf })
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: Problem) => error.code,
  )
const entries = async () => {
  await sequenceLog(node.hub)
  const rows = await node.hub.db.selectFrom('log_entry').select(['body']).where('kind', '=', 'standard').orderBy('index').execute()
  return rows.map((row) => JSON.parse(row.body as string) as Record<string, unknown>)
}
const outcomeOf = async (sequence: number, hub = node.hub) =>
  receiptOf(await submit(hub, city, [upsert('TBProjectInfo', `XM-${sequence}`, project(sequence))])).records[0]?.outcome
const inMinutes = (minutes: number) => new Date(node.clock.now().getTime() + minutes * 60_000).toISOString()
const asks = { mandatory: ['AllArea'] }

describe('a release that is loaded', () => {
  it('counts from its instant by the clock, and not before', async () => {
    const loaded = await load(signed(revised(2, { ...asks, effectiveFrom: inMinutes(60) })))
    expect(loaded).toMatchObject({ changed: true, signedBy: ['000000-standard'], effectiveFrom: inMinutes(60) })
    expect(await outcomeOf(1)).toBe('accepted')
    node.clock.advance(60 * 60_000 - 1)
    expect(await outcomeOf(2)).toBe('accepted')
    node.clock.advance(1)
    expect(await outcomeOf(3)).toBe('refused')
    expect(node.hub.standards().releases.get('2018')?.revision).toBe(2)
    expect(node.hub.standards().releases.get('2014')?.revision).toBe(1)
  })

  it('that names no instant counts as soon as every process has heard of it', async () => {
    const { effectiveFrom } = await load(signed(revised(2, asks)))
    expect(effectiveFrom).toBe(new Date(node.clock.now().getTime() + 30_000).toISOString())
    expect(await outcomeOf(1)).toBe('accepted')
    node.clock.advance(30_000)
    expect(await outcomeOf(2)).toBe('refused')
  })

  it('is an entry when it is loaded, and another when it takes effect, once', async () => {
    await load(signed(revised(2, { effectiveFrom: inMinutes(5) })))
    expect(await announceStandards(node.hub)).toBe(0)
    node.clock.advance(5 * 60_000)
    expect(await announceStandards(node.hub)).toBe(1)
    expect(await announceStandards(node.hub)).toBe(0)
    expect((await entries()).map(({ action, release, revision }) => [action, release, revision])).toEqual([
      ['loaded', '2018', 2],
      ['in-force', '2018', 2],
    ])
  })

  it('is loaded once, however often it comes', async () => {
    const document = signed(revised(2))
    const first = await load(document)
    expect(await load(document)).toMatchObject({ changed: false, digest: first.digest, effectiveFrom: first.effectiveFrom })
    expect(await entries()).toHaveLength(1)
  })

  it('brings its policy along, and what the links passed over is judged again; an operator’s own policy stays', async () => {
    const { policy } = releases.get('2018')!
    await load(signed(revised(2, { policy: { ...policy, version: policy.version + 1 } })))
    expect((await policyInForce(node.hub, node.hub.db)).id).toBe(`${policy.id}@${policy.version}`)
    node.clock.advance(30_000)
    expect((await policyInForce(node.hub, node.hub.db)).id).toBe(`${policy.id}@${policy.version + 1}`)
    await announceStandards(node.hub)
    await sequenceLog(node.hub)
    const told = await node.hub.db.selectFrom('log_entry').select('subject').where('kind', '=', 'policy').execute()
    expect(told).toEqual([{ subject: `${policy.id}@${policy.version + 1}` }])
    expect(await requalify(node.hub)).toBe(true)
    await loadPolicy(node.hub, 'operator:test', { ...policy, id: 'own', version: 1 })
    await load(signed(revised(3, { policy: { ...policy, version: policy.version + 2 } })))
    node.clock.advance(60_000)
    await announceStandards(node.hub)
    expect((await policyInForce(node.hub, node.hub.db)).id).toBe('own@1')
  })
})

describe('a release that is refused', () => {
  const others = readSigningKey('other', createSigningKey().privateKeyPem)
  it.each([
    ['was signed by nobody', () => revised(2), 'standard-unsigned'],
    ['was signed by somebody whom this node does not trust', () => signed(revised(2), others), 'standard-unsigned'],
    ['was changed after it was signed', () => ({ ...signed(revised(2)), revision: 3 }), 'standard-unsigned'],
    ['comes from an authority that does not govern this place', () => signed(revised(2, { issuer: '320000' })), 'standard-invalid'],
    ['extends a release that is not here', () => signed(extension(9)), 'standard-invalid'],
    ['asks for less than the national rule', () => signed(weaker()), 'standard-invalid'],
    [
      'changes more than dictionaries of a release of another authority',
      () => signed(revised(2, { ...asks, issuer: '370000' })),
      'standard-invalid',
    ],
    ['is no document at all', () => [], 'standard-invalid'],
  ])('%s: nothing is kept but an entry', async (_, document, code) => {
    expect(await codeOf(load(document()))).toBe(code)
    expect((await entries()).map((body) => [body['action'], body['code']])).toEqual(Array.isArray(document()) ? [] : [['refused', code]])
    expect((await showStandards(node.hub)).every((one) => one.origin === 'built-in')).toBe(true)
  })

  it('says everything that is wrong with it', async () => {
    const broken = revised(2, { clocks: [] as never, regions: undefined as never, policy: { id: 'x' } as never })
    const error = await load(signed(JSON.parse(JSON.stringify(broken)) as ReleaseDocument)).catch((problem: Problem) => problem)
    expect(error).toBeInstanceOf(Problem)
    const { code, errors } = error as Problem
    expect(code).toBe('standard-invalid')
    expect(errors!.map((one) => one.pointer)).toEqual(expect.arrayContaining(['']))
    expect(errors!.length).toBeGreaterThan(1)
    expect(errors!.every((one) => one.detail !== '' && one.en.detail !== '')).toBe(true)
  })

  it('has a number that stands for another document', async () => {
    await load(signed(revised(2)))
    expect(await codeOf(load(signed(revised(2, { nameEn: 'another' }))))).toBe('standard-conflict')
  })
})

describe('the authority’s own node', () => {
  it('publishes by loading: it signs what has no signature, and a node below can verify that', async () => {
    const nation = await openTestHub({ name: '000000', region: '000000', tier: 'national' })
    try {
      const loaded = await load(revised(2, asks), nation.hub)
      expect(loaded.signedBy).toEqual(['000000-1'])
      const { text } = await signedStandard(nation.hub, { release: '2018', revision: 2 })
      const key = { algorithm: 'ed25519' as const, publicKey: publicKeyFromRaw(nation.hub.signingKey.publicKey) }
      const below = await loadStandard(node.hub, {
        document: JSON.parse(text),
        actor: 'node',
        origin: 'upstream',
        source: '000000',
        keyOf: (keyId) => (keyId === '000000-1' ? key : null),
      })
      expect(below).toMatchObject({ changed: true, digest: loaded.digest, signedBy: ['000000-1'] })
    } finally {
      await nation.close()
    }
  })
})

describe('a submission under way', () => {
  it('keeps the revision it began with, also when it goes on after a restart', async () => {
    const records = Array.from({ length: 3 }, (_, index) => upsert('TBProjectInfo', `XM-${index}`, project(index)))
    const answer = await submit(node.hub, city, records, { respondAsync: true, ndjson: true })
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    await load(signed(revised(2, asks)))
    node.clock.advance(3_600_000)
    // Another process, which never saw the old revision in force.
    const { db, node: facts, signingKey, digestSecret, sealer, clock, spoolDir, log } = node.hub
    const restarted = await openHub(db, { ...facts, signingKey, digestSecret, sealer, clock, spoolDir, log })
    expect(await continueSubmission(restarted, answer.submissionNo)).toBe('finished')
    const row = await db.selectFrom('submission').select(['counts', 'standards']).executeTakeFirstOrThrow()
    expect(row.counts).toMatchObject({ accepted: 3, refused: 0 })
    expect(Object.keys(row.standards!)).toEqual(['2018'])
    const judged = [{ release: '2018', revision: 1, issuer: '000000' }]
    const submissionRow = await db.selectFrom('submission').selectAll().executeTakeFirstOrThrow()
    expect((await submissionStatus(restarted, submissionRow)).judgedBy).toEqual(judged)
    const { body } = await db.selectFrom('log_pending').select('body').where('kind', '=', 'part').executeTakeFirstOrThrow()
    expect(JSON.parse(body)).toMatchObject({ submission: { standard: '2018', judgedBy: judged } })
    expect(await outcomeOf(50)).toBe('refused')
  })

  it('of a record that waits for its parent is judged, when it comes, by what it began with', async () => {
    // Recorded before it was concluded: a warning now, a doubt in the next revision.
    const early = (more: object = {}) => contract(1, { CreateDate: '2024-05-01', ...more })
    const held = receiptOf(await submit(node.hub, city, [upsert('TBContractRecordManage', 'HT-1', early())]))
    expect(held.records[0]?.outcome).toBe('held')
    const document = revised(2)
    const { rules } = document
    await load(signed({ ...document, rules: { ...rules, dateOrder: { ...rules.dateOrder, severity: 'doubt' } } }))
    node.clock.advance(3_600_000)
    await submit(node.hub, city, [upsert('TBProjectInfo', 'XM-1', project(1))])
    await sequenceLog(node.hub)
    while (await resolveHeld(node.hub)) continue
    const { inForce } = await readRecord(node.hub, held.records[0]!.recordId!, { unmask: false })
    expect(inForce?.state).toBe('accepted')
    const next = await submit(node.hub, city, [upsert('TBContractRecordManage', 'HT-1', early({ ContractNum: 'HT-1-2' }))])
    expect(receiptOf(next).records[0]?.outcome).toBe('doubtful')
  })
})

describe('a province’s extension', () => {
  it('is taken where it governs, never weaker than the nation, and its own records are not due at the nation', async () => {
    const loaded = await load(signed(extension(1)))
    node.clock.advance(30_000)
    expect(loaded).toMatchObject({ release: '2018-sd', issuer: '370000' })
    expect([...node.hub.standards().releases.keys()]).toEqual(['2014', '2018', '2018-sd'])
    const { policy } = await policyInForce(node.hub, node.hub.db)
    const own = { entity: 'JS_aj_gcjbxx', state: 'accepted', data: () => ({}) }
    expect(judgeFor(policy, { upstream_tier: 'national', entities: null, rules: null })(own)).toEqual({
      qualifies: false,
      reason: 'provincial-entity',
      kind: 'not-due',
    })
    expect(judgeFor(policy, { upstream_tier: 'provincial', entities: null, rules: null })(own)).toEqual({ qualifies: true })
    expect(policy.reason('provincial-entity').zh).toContain('省级扩展')
  })

  it('of another province is served only where the configuration says so, and adds what it says of its own tables', async () => {
    expect(node.hub.standards().releases.has('2018-js')).toBe(false)
    const { db, node: facts, signingKey, digestSecret, sealer, clock, spoolDir, log } = node.hub
    const parts = { ...facts, signingKey, digestSecret, sealer, clock, spoolDir, log }
    const serving = await openHub(db, { ...parts, served: ['2018', '2018-js'] })
    expect([...serving.standards().releases.keys()]).toEqual(['2018', '2018-js'])
    const { id, document } = serving.policy()
    expect(id).toBe('huijiao-first-cut+2018-js.1')
    expect(document.references.filter((rule) => rule.children.includes('JS_aj_gcjbxx'))).toHaveLength(1)
    expect(node.hub.policy().id).toBe('huijiao-first-cut')
  })
})

describe('going back', () => {
  it('is an operator’s decision, an entry, and counts from an instant like everything else', async () => {
    await load(signed(revised(2, asks)))
    node.clock.advance(30_000)
    await announceStandards(node.hub)
    expect(await outcomeOf(1)).toBe('refused')
    await activateStandard(node.hub, 'operator:test', { release: '2018', revision: 1 }, { reason: '新版有误' })
    expect(await outcomeOf(2)).toBe('refused')
    node.clock.advance(30_000)
    expect(await outcomeOf(3)).toBe('accepted')
    await announceStandards(node.hub)
    expect((await entries()).map(({ action, revision }) => [action, revision])).toEqual([
      ['loaded', 2],
      ['in-force', 2],
      ['activated', 1],
      ['in-force', 1],
    ])
  })

  it('stays so when the same newer revision is offered again, and a still newer one comes after it', async () => {
    await load(signed(revised(3, asks)))
    node.clock.advance(30_000)
    await activateStandard(node.hub, 'operator:test', { release: '2018', revision: 1 }, { reason: '新版有误' })
    node.clock.advance(30_000)
    await load(signed(revised(3, asks)))
    expect((await load(signed(revised(2, asks)))).effectiveFrom).toBeNull()
    node.clock.advance(60_000)
    expect(await outcomeOf(1)).toBe('accepted')
    await load(signed(revised(4, asks)))
    node.clock.advance(60_000)
    expect(await outcomeOf(2)).toBe('refused')
  })

  it('before the instant takes back what is scheduled, but not in the last moments', async () => {
    await load(signed(revised(2, { ...asks, effectiveFrom: inMinutes(10) })))
    await load(signed(revised(3, { ...asks, effectiveFrom: inMinutes(20) })))
    await cancelActivation(node.hub, 'operator:test', { release: '2018', revision: 2 }, '推迟')
    node.clock.advance(11 * 60_000)
    expect(await outcomeOf(1)).toBe('accepted')
    node.clock.advance(9 * 60_000 - 20_000)
    expect(await codeOf(cancelActivation(node.hub, 'operator:test', { release: '2018', revision: 3 }, '推迟'))).toBe('standard-conflict')
    node.clock.advance(20_000)
    expect(await outcomeOf(2)).toBe('refused')
  })
})

describe('two processes on one database', () => {
  it('judge alike at every instant, though only one of them loaded the release', async () => {
    const { db, node: facts, signingKey, digestSecret, sealer, clock, spoolDir, log } = node.hub
    const other = await openHub(db, { ...facts, signingKey, digestSecret, sealer, clock, spoolDir, log })
    await load(signed(revised(2, asks)))
    for (let step = 0; step < 8; step += 1) {
      expect(await outcomeOf(100 + step, other)).toBe(await outcomeOf(150 + step))
      node.clock.advance(7_000)
    }
    expect(await outcomeOf(200, other)).toBe('refused')
  })

  it('keep one document when both load the same', async () => {
    const document = signed(revised(2))
    const both = await Promise.all([load(document), load(document)])
    expect(both.map((one) => one.changed).toSorted()).toEqual([false, true])
    expect(await entries()).toHaveLength(1)
  })
})

describe('a newer program', () => {
  it('brings its revision as a change like any other, and what began under the older one keeps it', async () => {
    const { db, node: facts, signingKey, digestSecret, sealer, clock, spoolDir, log } = node.hub
    const answer = await submit(node.hub, city, [upsert('TBProjectInfo', 'XM-1', project(1))], { respondAsync: true, ndjson: true })
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    // As if this program's release had been revision 0 when the node began: other rules, under which the record passes.
    const before = revised(0, { mandatory: [], nameEn: 'before' })
    const text = releaseText(before)
    const row = await db.selectFrom('standard').select('standard_no').where('release', '=', '2018').executeTakeFirstOrThrow()
    await db
      .updateTable('standard')
      .set({ revision: 0, document: text, digest: createHash('sha256').update(text).digest() })
      .where('standard_no', '=', row.standard_no)
      .execute()
    const newer = await openHub(db, { ...facts, signingKey, digestSecret, sealer, clock, spoolDir, log })
    expect(newer.standards().releases.get('2018')?.nameEn).toBe('before')
    expect((await entries()).map(({ action, origin, revision }) => [action, origin, revision])).toEqual([['loaded', 'built-in', 1]])
    node.clock.advance(30_000)
    expect(newer.standards().releases.get('2018')).toBe(releases.get('2018'))
    expect(await continueSubmission(newer, answer.submissionNo)).toBe('finished')
    const submission = await db.selectFrom('submission').selectAll().executeTakeFirstOrThrow()
    expect((await submissionStatus(newer, submission)).judgedBy).toEqual([{ release: '2018', revision: 0, issuer: '000000' }])
    await openHub(db, { ...facts, signingKey, digestSecret, sealer, clock, spoolDir, log })
    expect(await entries()).toHaveLength(1)
  })
})

describe('a run in the shadow', () => {
  const runToEnd = async () => {
    await sequenceLog(node.hub)
    while (await stepShadows(node.hub)) continue
  }

  it('watches what comes in until the release counts, and says what would have been refused, to whom and where', async () => {
    const { shadowRun } = await load(signed(revised(2, { ...asks, effectiveFrom: inMinutes(60) })))
    for (let index = 0; index < 7; index += 1) await outcomeOf(index)
    await submit(node.hub, city, [upsert('TBProjectInfo', 'XM-50', project(50, { AllArea: '1200.5' }))])
    await runToEnd()
    const report = await shadowReport(node.hub.db, shadowRun!)
    expect(report).toMatchObject({
      kind: 'live',
      state: 'running',
      judged: 8,
      wouldRefuse: 7,
      byCode: [{ severity: 'error', code: 'field-missing', count: 7 }],
      byParticipant: [{ participant: '370100/p-city', count: 7 }],
      findings: [{ code: 'field-missing', entity: 'TBProjectInfo', field: 'AllArea', count: 7 }],
    })
    expect(report.findings[0]!.examples).toHaveLength(5)
    node.clock.advance(61 * 60_000)
    await runToEnd()
    expect((await shadowReport(node.hub.db, shadowRun!)).state).toBe('finished')
  })

  it('over stored records counts each once, whoever steps it and wherever it is cut off', async () => {
    await submit(
      node.hub,
      city,
      Array.from({ length: 1200 }, (_, index) => upsert('TBProjectInfo', `XM-${index}`, project(index))),
    )
    await sequenceLog(node.hub)
    await load(signed(revised(2, { ...asks, effectiveFrom: inMinutes(0.5) })))
    const standard = (await showStandards(node.hub)).find((one) => one.revision === 2)!
    const { standard_no } = await node.hub.db
      .selectFrom('standard')
      .select('standard_no')
      .where('revision', '=', 2)
      .executeTakeFirstOrThrow()
    expect(standard.state).toBe('scheduled')
    const run = await startStoredShadow(node.hub, 'operator:test', { standardNo: standard_no, days: 30 })
    const steps = await Promise.all([stepShadows(node.hub), stepShadows(node.hub), stepShadows(node.hub)])
    expect(steps).toContain(true)
    const half = await shadowReport(node.hub.db, run)
    expect(half.progress).toMatchObject({ total: 1200 })
    expect(half.progress.done).toBeLessThan(1200)
    await runToEnd()
    const report = await shadowReport(node.hub.db, run)
    expect(report).toMatchObject({
      kind: 'stored',
      state: 'finished',
      judged: 1200,
      wouldRefuse: 1200,
      progress: { done: 1200, total: 1200 },
    })
  })

  it('shows no personal value', async () => {
    const document = revised(2)
    const strict = {
      ...document,
      entities: document.entities.map((entity) =>
        entity.code !== 'TBProjectInfo'
          ? entity
          : { ...entity, fields: entity.fields.map((field) => (field.code === 'CheckPersonName' ? { ...field, length: 2 } : field)) },
      ),
    }
    const { shadowRun } = await load(signed({ ...strict, effectiveFrom: inMinutes(60) }))
    await outcomeOf(1)
    await runToEnd()
    const report = await shadowReport(node.hub.db, shadowRun!)
    expect(report).toMatchObject({ wouldRefuse: 1, findings: [{ field: 'CheckPersonName' }] })
    expect(JSON.stringify(report)).not.toContain('李示例')
  })
})

describe('what counts at an instant', () => {
  const base = { digest: Buffer.alloc(32), decidedAt: new Date(0), decidedBy: 'x', reason: null, announcedAt: null }
  const activation = fc.record({
    id: fc.constantFrom('2014', '2018'),
    issuer: fc.constantFrom('000000', '370100'),
    revision: fc.integer({ min: 1, max: 4 }),
    at: fc.integer({ min: 0, max: 50 }),
    cancelled: fc.boolean(),
  })
  const made = (list: readonly { id: string; issuer: string; revision: number; at: number; cancelled: boolean }[]): Activation[] =>
    list.map((one, index) => ({
      ...base,
      ...one,
      standardNo: index,
      activationNo: index,
      effectiveFrom: new Date(one.at),
      cancelledAt: one.cancelled ? new Date(0) : null,
    }))

  it('does not depend on the order in which the decisions are read, and never changes for the past', () => {
    fc.assert(
      fc.property(fc.array(activation), fc.array(activation), fc.integer({ min: 0, max: 50 }), (list, later, at) => {
        const all = made(list)
        const found = activeAt(all, '2018', at)
        expect(activeAt(all.toReversed(), '2018', at)).toBe(found)
        const ahead = made(later.map((one) => ({ ...one, at: at + 1 + one.at })))
        expect(activeAt([...all, ...ahead], '2018', at)).toBe(found)
      }),
    )
  })

  it('is never an older revision of the same issuer by itself', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (revisions) => {
        const list: Activation[] = []
        for (const [at, revision] of revisions.entries()) {
          const one = { id: '2018', issuer: '000000', revision, at, cancelled: false }
          if (comesAfter(list, one, at)) list.push(...made([one]).map((row) => ({ ...row, activationNo: at, standardNo: at })))
          expect(activeAt(list, '2018', at)?.revision).toBe(Math.max(...revisions.slice(0, at + 1)))
        }
      }),
    )
  })
})
