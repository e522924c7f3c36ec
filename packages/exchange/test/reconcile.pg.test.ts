import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifierKey, verifyCertificate } from '@huijiao/merkle'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type Caller,
  catchUpSets,
  detachLog,
  type Hub,
  listCertificates,
  listParked,
  listReconcileCases,
  loadPolicy,
  readLogHead,
  type ReconcileRequest,
  type SendReconcile,
  sequenceLog,
  settleReconcileCase,
  type ShownRun,
} from '../src/index.ts'
import { addPendingEntry } from '../src/log.ts'
import { withLeftOver } from '../src/reconcile-gap.ts'
import { attachCold, border, detachCold, growOld, place } from './cold-versions.ts'
import { keepingLevels } from './levels-policy.ts'
import { askAbove, reconcileTiers } from './reconcile-tiers.ts'
import { enrol, project, submit, upsert } from './test-hub.ts'
import { deliver, forwardAll, inShizhong, openTiers, type Tiers, versionsOf } from './two-tiers.ts'

let tiers: Tiers
let city: Caller
beforeEach(async () => {
  tiers = await openTiers()
  city = await enrol(tiers.lower.hub)
})
afterEach(() => tiers.close())

const ask = (over: { before?: (request: ReconcileRequest) => Promise<void> } = {}): SendReconcile => askAbove(tiers, over.before)
const reconcile = (send: SendReconcile = ask()): Promise<ShownRun> => reconcileTiers(tiers, send)

const fill = async (from: number, to: number, over: Record<string, unknown> = {}) => {
  const records = Array.from({ length: to - from }, (_, at) => upsert('TBProjectInfo', `XM-${from + at}`, project(from + at, over)))
  await submit(tiers.lower.hub, city, records)
  await forwardAll(tiers.lower.hub, tiers.linkNo, tiers.send)
  await Promise.all([sequenceLog(tiers.lower.hub), sequenceLog(tiers.upper.hub)])
}

/** Removes versions above with all that tells of them in their streams, as a crash of a disk would: nothing of the engine is asked. */
async function loseAbove(recordIds: readonly string[], streamsToo: boolean): Promise<void> {
  const { db } = tiers.upper.hub
  await db.deleteFrom('version').where('record_id', 'in', recordIds).execute()
  if (streamsToo) await db.deleteFrom('stream').where('record_id', 'in', recordIds).execute()
}

const above = async () =>
  (await versionsOf(tiers.upper.hub)).map((one) => `${one.stream} ${one.record_id} ${one.epoch}.${one.n} ${one.commitment}`).sort()
const below = async () =>
  (await versionsOf(tiers.lower.hub)).map((one) => `${one.stream} ${one.record_id} ${one.epoch}.${one.n} ${one.commitment}`).sort()
/** Each stream with the versions that its head, last and in-force places lead to. */
const streamsOf = async (hub: Hub): Promise<string[]> => {
  const places = new Map(
    (await hub.db.selectFrom('version').selectAll().execute()).map((row) => [`${row.part_id}/${row.ordinal}`, `${row.epoch}.${row.n}`]),
  )
  const rows = await hub.db.selectFrom('stream').selectAll().execute()
  return rows
    .map((row) => {
      const [head, force] = [places.get(`${row.head_part}/${row.head_ordinal}`), places.get(`${row.force_part}/${row.force_ordinal}`)]
      expect(places.has(`${row.last_part}/${row.last_ordinal}`)).toBe(true)
      return `${row.record_id} ${row.epoch}.${row.n} ${row.head_state} head ${head} in force ${force}`
    })
    .sort()
}
const entries = async (hub: Hub) =>
  (await hub.db.selectFrom('log_entry').select(['body']).where('kind', '=', 'reconcile').orderBy('index').execute()).map(
    (row) => (JSON.parse(row.body as string) as { action: string }).action,
  )

describe('two nodes that hold the same', () => {
  it('find it out in one round, and both sign a certificate that anybody can verify', async () => {
    await fill(0, 30)
    await fill(10, 20, { PrjName: '改名 （合成）' })
    const run = await reconcile()
    expect(run).toMatchObject({
      state: 'equal',
      rounds: 1,
      passes: 1,
      records: 40,
      sentAgain: 0,
      lostHere: 0,
      found: { lowerAhead: 0, upperAhead: 0, conflicts: 0 },
    })
    expect(run.bytes.sent + run.bytes.received).toBeLessThan(2000)
    const [certificate] = await listCertificates(tiers.lower.hub.db, { side: 'up', peer: tiers.linkName, limit: 1 })
    const [there] = await listCertificates(tiers.upper.hub.db, { side: 'down', peer: tiers.caller.participantId, limit: 1 })
    expect(there?.document).toEqual(certificate?.document)
    expect(certificate?.document).toMatchObject({
      certificate: 'equality',
      lower: { node: '370100', tier: 'municipal' },
      upper: { node: '370000', region: '370000', tier: 'provincial' },
      count: 40,
      groups: [['2026-09', 'TBProjectInfo', 40, expect.stringMatching(/^sha-256:/)]],
    })
    const keys = [tiers.lower.hub, tiers.upper.hub].map((hub) => verifierKey(hub.node.name, hub.signingKey.publicKey))
    expect(verifyCertificate(certificate?.document, keys)).toEqual({ outcome: 'verified', problems: [], signedBy: ['370100', '370000'] })
    expect(verifyCertificate({ ...certificate?.document, count: 41 }, keys).outcome).toBe('failed')
    expect(verifyCertificate(certificate?.document, keys.slice(0, 1)).outcome).toBe('unproven')
    expect(await entries(tiers.lower.hub)).toEqual(['equal'])
    expect(await entries(tiers.upper.hub)).toEqual(['equal'])
  })

  it('do not look through one table for each row of another, however few rows the server takes them for', async () => {
    await fill(0, 30)
    await reconcile()
    const { db } = tiers.lower.hub
    await sql`update pg_class set reltuples = 1, relpages = greatest(1, pg_relation_size(oid) / 8192)::int
      where relname in ('reconcile_item', 'reconcile_group', 'version_0', 'part', 'submission', 'log_entry_0')`.execute(db)
    const link = await db.selectFrom('link').selectAll().where('link_no', '=', tiers.linkNo).executeTakeFirstOrThrow()
    const plan = await withLeftOver(db, link, 1, async (trx, statement) => {
      const { rows } = await sql<{ 'QUERY PLAN': string }>`explain ${statement}`.execute(trx)
      return rows.map((row) => row['QUERY PLAN']).join('\n')
    })
    expect(plan).toContain('Anti Join')
    expect(plan).not.toContain('Nested Loop')
  })

  it('keep no value of any record for it', async () => {
    await fill(0, 3)
    await reconcile()
    for (const hub of [tiers.lower.hub, tiers.upper.hub]) {
      const tables = [
        'reconcile_set',
        'reconcile_group',
        'reconcile_item',
        'reconcile_bucket',
        'reconcile_run',
        'reconcile_certificate',
      ] as const
      const text = JSON.stringify(await Promise.all(tables.map((table) => hub.db.selectFrom(table).selectAll().execute())))
      for (const word of ['李示例', '示例花园', '91370199MA00DEM14Q', '370102200101']) expect(text).not.toContain(word)
    }
  })

  it('does not count what was refused or has not gone up', async () => {
    const { lower, upper, linkNo, caller } = tiers
    await fill(0, 5)
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'B', inShizhong(40)), upsert('TBProjectInfo', 'C', project(41))])
    await forwardAll(lower.hub, linkNo, (_link, request) => deliver(upper.hub, { ...caller, regions: ['370102'] }, request))
    expect(await listParked(lower.hub.db, { limit: 10 })).toHaveLength(1)
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'later', project(50))])
    await sequenceLog(lower.hub)
    expect(await reconcile()).toMatchObject({ state: 'equal', records: 6, found: { undelivered: { count: 0 } } })
  })
})

describe('what the upstream has lost', () => {
  it.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])('is found, sent again and signed for (with its stream: %s, after its log was read: %s)', async (streamsToo, read) => {
    await fill(0, 60)
    await fill(20, 25, { PrjName: '改名 （合成）' })
    if (read) await catchUpSets(tiers.upper.hub)
    const before = { above: await above(), streams: await streamsOf(tiers.upper.hub) }
    const lost = (await tiers.upper.hub.db.selectFrom('stream').select('record_id').orderBy('record_id').limit(7).execute()).map(
      (row) => row.record_id,
    )
    await loseAbove(lost, streamsToo)
    expect((await above()).length).toBeLessThan(65)
    const run = await reconcile()
    expect(run).toMatchObject({ state: 'equal', passes: 2, records: 65, found: { upperAhead: 0, conflicts: 0, leftOver: 0 } })
    expect(run.found.lowerAhead).toBe(run.sentAgain)
    expect(run.found.examples.lowerAhead[0]).toMatchObject({ entity: 'TBProjectInfo', stream: '370100/p-city' })
    expect(await above()).toEqual(before.above)
    expect(await streamsOf(tiers.upper.hub)).toEqual(before.streams)
    expect(await listParked(tiers.lower.hub.db, { limit: 10 })).toEqual([])
    expect(await entries(tiers.upper.hub)).toEqual(read ? ['damage', 'equal'] : ['equal'])
    expect(await entries(tiers.lower.hub)).toEqual(['send-again', 'equal'])
  })

  it('is found when the upstream was killed between two rounds, and when this node was', async () => {
    await fill(0, 200)
    const lost = (await tiers.upper.hub.db.selectFrom('stream').select('record_id').limit(3).execute()).map((row) => row.record_id)
    await loseAbove(lost, true)
    let rounds = 0
    const dying = ask({
      before: async (request) => {
        if (request.compare !== undefined && (rounds += 1) === 2) throw new Error('socket hang up')
      },
    })
    expect(await reconcile(dying)).toMatchObject({ state: 'comparing', error: 'socket hang up' })
    // Nothing of the conversation is in memory: whoever goes on, in whatever process, ends it.
    expect(await reconcile()).toMatchObject({ state: 'equal', sentAgain: 3, error: null })
  })

  it('is reported and not signed for when it is refused above', async () => {
    await fill(0, 10)
    const [lost] = await tiers.upper.hub.db.selectFrom('stream').select('record_id').limit(1).execute()
    await loseAbove([lost?.record_id as string], true)
    tiers = { ...tiers, caller: { ...tiers.caller, regions: ['370200'] } }
    const { send } = tiers
    const refusing: Tiers['send'] = (_link, request) => deliver(tiers.upper.hub, tiers.caller, request)
    tiers = { ...tiers, send: refusing }
    expect(await reconcile()).toMatchObject({ state: 'diverged', certificate: null, found: { lowerAhead: 1, leftOver: 1 } })
    expect(await listParked(tiers.lower.hub.db, { limit: 10 })).toMatchObject([{ reason: 'region-not-granted' }])
    tiers = { ...tiers, send }
  })
})

describe('two contents of one version', () => {
  it('open a case and are never mended', async () => {
    await fill(0, 20)
    const [one] = await tiers.upper.hub.db
      .selectFrom('version')
      .select(['part_id', 'ordinal', 'record_id', 'commitment'])
      .limit(1)
      .execute()
    const forged = Buffer.alloc(32, 7)
    await tiers.upper.hub.db
      .updateTable('version')
      .set({ commitment: forged })
      .where('record_id', '=', one?.record_id as string)
      .execute()
    const before = await above()
    expect(await reconcile()).toMatchObject({ state: 'diverged', certificate: null, sentAgain: 0, found: { conflicts: 1, lowerAhead: 0 } })
    const cases = await listReconcileCases(tiers.lower.hub.db, { limit: 10 })
    expect(cases).toMatchObject([
      {
        link: tiers.linkName,
        entity: 'TBProjectInfo',
        here: `sha-256:${one?.commitment.toString('hex')}`,
        there: `sha-256:${forged.toString('hex')}`,
        state: 'open',
      },
    ])
    expect(await above()).toEqual(before)
    expect(await reconcile()).toMatchObject({ state: 'diverged' })
    expect(await listReconcileCases(tiers.lower.hub.db, { limit: 10 })).toHaveLength(1)
    expect(await entries(tiers.lower.hub)).toEqual(['case', 'diverged', 'diverged'])
    await settleReconcileCase(tiers.lower.hub, 'operator:test', cases[0]?.case as number, '已与省级核对，以本级为准')
    expect(await listReconcileCases(tiers.lower.hub.db, { limit: 10 })).toEqual([])
    expect(await listReconcileCases(tiers.lower.hub.db, { limit: 10, state: 'settled' })).toMatchObject([
      { settled: { by: 'operator:test' } },
    ])
  })
})

describe('what only the upstream has', () => {
  it('is reported with what it is, and stays there', async () => {
    await fill(0, 15)
    const { db } = tiers.lower.hub
    await catchUpSets(tiers.lower.hub)
    const [one] = await db.selectFrom('version').selectAll().orderBy('ordinal').limit(1).execute()
    await db
      .deleteFrom('version')
      .where('record_id', '=', one?.record_id as string)
      .execute()
    const run = await reconcile()
    expect(run).toMatchObject({ state: 'diverged', lostHere: 1, certificate: null, found: { upperAhead: 1, lowerAhead: 0 } })
    expect(run.found.examples.upperAhead).toMatchObject([
      {
        recordId: `r_${one?.record_id.replaceAll('-', '')}`,
        entity: 'TBProjectInfo',
        stream: '370100/p-city',
        n: 1,
        operation: 'upsert',
        commitment: `sha-256:${one?.commitment.toString('hex')}`,
        source: { epoch: 1 },
      },
    ])
    expect(await above()).toHaveLength(15)
  })
})

describe('records that go up meanwhile', () => {
  it('are beyond the cut and change nothing', async () => {
    await fill(0, 40)
    const lost = (await tiers.upper.hub.db.selectFrom('stream').select('record_id').limit(2).execute()).map((row) => row.record_id)
    await loseAbove(lost, true)
    let next = 100
    const growing = ask({
      before: async (request) => {
        if (request.compare === undefined) return
        await fill(next, next + 5)
        next += 5
      },
    })
    expect(await reconcile(growing)).toMatchObject({ state: 'equal', sentAgain: 2, found: { lowerAhead: 2, upperAhead: 0, conflicts: 0 } })
    expect(await above()).toEqual(await below())
  })

  it('that qualify and never went up are told apart', async () => {
    await fill(0, 5)
    await submit(tiers.lower.hub, city, [upsert('TBProjectInfo', 'never', project(60))])
    await sequenceLog(tiers.lower.hub)
    // As if a fault had moved the cursor.
    const size = (
      await tiers.lower.hub.db.selectFrom('log_checkpoint').select('size').orderBy('size', 'desc').limit(1).executeTakeFirstOrThrow()
    ).size
    await tiers.lower.hub.db.updateTable('link').set({ cursor: size }).execute()
    expect(await reconcile()).toMatchObject({
      state: 'equal',
      records: 5,
      found: { undelivered: { count: 1, examples: [{ entity: 'TBProjectInfo' }], elsewhere: { count: 0, ranges: [] } } },
    })
  })

  it('that never went up and whose contents were taken out are told with where those are, and judged when they are back', async () => {
    const { hub } = tiers.lower
    const passOver = async (name: string) => {
      await submit(hub, city, [upsert('TBProjectInfo', 'never', project(60, { PrjName: name }))])
      await sequenceLog(hub)
      // As if a fault had moved the cursor.
      await hub.db
        .updateTable('link')
        .set({ cursor: (await readLogHead(hub.db))?.size ?? 0 })
        .execute()
    }
    await fill(0, 5)
    await passOver('示例花园一期（合成）')
    await passOver('示例花园二期（合成）')
    await fill(60, 61, { PrjName: '示例花园三期（合成）' })
    await growOld(hub)
    await hub.db.transaction().execute(async (trx) => {
      for (let at = 0; at < 256; at++)
        await addPendingEntry(trx, { kind: 'link', instant: hub.clock.now(), actor: 'operator:test', subject: `n-${at}`, body: { at } })
    })
    const dir = await mkdtemp(join(tmpdir(), 'huijiao-versions-'))
    try {
      const { directory, digest, moved } = await detachCold(hub, dir)
      expect(moved).toBe(2)
      await detachLog(hub, { to: 256, into: dir, place, actor: 'operator:test' })
      // No rule looks into contents: that they qualify is known without.
      expect(await reconcile()).toMatchObject({ state: 'equal', found: { undelivered: { count: 2, elsewhere: { count: 0, ranges: [] } } } })
      const alarms = vi.spyOn(hub.log, 'error')
      await loadPolicy(hub, 'operator:test', keepingLevels(77, ['D']))
      expect(await reconcile()).toMatchObject({
        state: 'equal',
        records: 6,
        found: { undelivered: { count: 0, examples: [], elsewhere: { count: 2, ranges: [{ from: 0, to: border, place, digest }] } } },
      })
      expect(alarms).toHaveBeenCalledWith(expect.objectContaining({ undeliveredElsewhere: 2, attach: [place] }), expect.any(String))
      await attachCold(hub, directory)
      expect(await reconcile()).toMatchObject({ state: 'equal', found: { undelivered: { count: 2, elsewhere: { count: 0, ranges: [] } } } })
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  })
})

it('whatever was lost, altered or kept above, a run finds exactly that', async () => {
  await fill(0, 120)
  const rows = await tiers.upper.hub.db.selectFrom('version').select(['record_id', 'commitment']).orderBy('record_id').execute()
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(rows.length - 1), { maxLength: 25 }),
      fc.boolean(),
      fc.option(fc.nat(rows.length - 1)),
      async (lostAt, streamsToo, alteredAt) => {
        const lost = lostAt.filter((at) => at !== alteredAt).map((at) => rows[at]?.record_id as string)
        if (lost.length > 0) await loseAbove(lost, streamsToo)
        const altered = alteredAt === null ? null : (rows[alteredAt] as (typeof rows)[number])
        const set = (commitment: Buffer) =>
          tiers.upper.hub.db
            .updateTable('version')
            .set({ commitment })
            .where('record_id', '=', (altered as { record_id: string }).record_id)
            .execute()
        if (altered !== null) await set(Buffer.alloc(32, 9))
        const run = await reconcile()
        expect(run).toMatchObject({
          state: altered === null ? 'equal' : 'diverged',
          sentAgain: lost.length,
          found: { lowerAhead: lost.length, upperAhead: 0, conflicts: altered === null ? 0 : 1, leftOver: 0 },
        })
        if (altered !== null) {
          await set(altered.commitment)
          expect(await reconcile()).toMatchObject({ state: 'equal', sentAgain: 0 })
        }
        expect(await above()).toEqual(await below())
      },
    ),
    { numRuns: 8 },
  )
}, 120_000)
