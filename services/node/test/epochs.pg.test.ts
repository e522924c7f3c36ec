import { verifierKey, verifyCustody } from '@huijiao/merkle'
import { loadPolicy } from '@huijiao/exchange'
import { defaultPolicy } from '@huijiao/standard'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  admin,
  boot,
  call,
  copyOf,
  dbOf,
  enrolBelow,
  enrolSystem,
  epochOfMachine,
  eventually,
  held,
  type Machine,
  newDatabase,
  newDataDir,
  newMachine,
  push,
  removeMachines,
  save,
} from './machines.ts'

let nation: Machine
let province: Machine
let city: Machine
let others: Machine[] = []
let vendor: { authorization: string }

beforeEach(async () => {
  nation = await newMachine('000000', 'national')
  province = await newMachine('370000', 'provincial', nation)
  city = await newMachine('370100', 'municipal', province)
  others = []
  for (const machine of [nation, province, city]) await boot(machine)
  await enrolBelow(nation, province)
  await enrolBelow(province, city)
  vendor = await enrolSystem(city, 'p-vendor')
}, 400_000)
afterEach(() => removeMachines([city, province, nation, ...others]), 400_000)

const stop = async (machine: Machine) => machine.running?.stop()
const verifierKeyOf = (machine: Machine): string => {
  const { node, signingKey } = (machine.running as NonNullable<Machine['running']>).context.hub
  return verifierKey(node.name, signingKey.publicKey)
}
const known = async (machine: Machine) =>
  await dbOf(machine).selectFrom('neighbour').select(['side', 'name', 'epoch', 'size', 'earlier']).orderBy('side').execute()

const operations = async (machine: Machine) => {
  const rows = await dbOf(machine).selectFrom('version').select(['n', 'operation']).orderBy('n').orderBy('operation').execute()
  return rows.map((row) => `${row.n} ${row.operation}`)
}
/** The policy that comes with the program, and data level D goes to no province. */
const keepsLevelD = {
  ...defaultPolicy.document,
  version: 12,
  reasons: { ...defaultPolicy.document.reasons, 'test-kept': { zh: '测试：不上报（合成）', en: 'Test: stays here' } },
  qualification: {
    ...defaultPolicy.document.qualification,
    provincial: [
      ...(defaultPolicy.document.qualification['default'] ?? []),
      {
        id: 'test.level',
        basis: 'test',
        when: {
          type: 'object',
          properties: { data: { type: 'object', properties: { DataLevel: { type: 'string', enum: ['D'] } }, required: ['DataLevel'] } },
          required: ['data'],
        },
        verdict: { qualifies: false, reason: 'test-kept', kind: 'not-due' },
      },
    ],
  },
}
/** The engine's own comparison of a link, as an operator asks for it. */
const compared = async (lower: Machine, upper: Machine): Promise<Record<string, unknown>> => {
  const path = `/admin/v1/links/${upper.region}/reconcile`
  const { run } = (await call(lower, 'POST', path, admin, {})).json as { run: string }
  return await vi.waitFor(
    async () => {
      const { json } = await call(lower, 'GET', `${path}/${run}`, admin)
      expect(['waiting', 'comparing', 'repairing']).not.toContain(json['state'])
      return json
    },
    { timeout: 60_000, interval: 50 },
  )
}

describe('an ordinary restart', () => {
  it('goes on in the same epoch, also with the upstream away, and after a stop without goodbye', async () => {
    const { recordIds } = await push(city, vendor, [1])
    await eventually(async () => expect(await held(nation)).toEqual(recordIds))
    await stop(province)
    await boot(province)
    await stop(nation)
    await stop(province)
    await boot(province)
    expect(epochOfMachine(province)).toBe(1)
    await boot(nation)
    const more = await push(city, vendor, [2])
    await eventually(async () => expect(await held(nation)).toEqual([...recordIds, ...more.recordIds].toSorted()))
    expect([epochOfMachine(city), epochOfMachine(province), epochOfMachine(nation)]).toEqual([1, 1, 1])
    expect((await call(province, 'GET', '/v1/log/epochs', {})).json).toEqual({ epochs: [] })
  }, 400_000)
})

describe('a nation whose database is put back to an older state', () => {
  it('waits for nobody above, is ready, and has everything again from the province', async () => {
    const first = await push(city, vendor, [1])
    await eventually(async () => expect(await held(nation)).toEqual(first.recordIds))
    await stop(nation)
    const saved = await save(nation)
    await boot(nation)
    const second = await push(city, vendor, [2])
    const all = [...first.recordIds, ...second.recordIds].toSorted()
    await eventually(async () => expect(await held(nation)).toEqual(all))
    await stop(nation)
    nation.database = saved.database
    await boot(nation)
    expect(epochOfMachine(nation)).toBe(2)
    expect((await call(nation, 'GET', '/readyz', {})).status).toBe(200)
    expect((await call(nation, 'GET', '/admin/v1/epochs', admin)).json).toMatchObject({ healing: false, begun: [{ healing: 'done' }] })
    await eventually(async () => expect(await held(nation)).toEqual(all))
  }, 400_000)
})

describe('a province whose database is put back to an older state', () => {
  it('begins a new epoch that names the fork, and what the city had delivered goes up to it again', async () => {
    const first = await push(city, vendor, [1])
    await eventually(async () => expect(await held(nation)).toEqual(first.recordIds))
    await stop(province)
    const saved = await save(province)
    await boot(province)
    const second = [await push(city, vendor, [2]), await push(city, vendor, [3, 4])]
    const all = [first, ...second].flatMap((one) => one.recordIds).toSorted()
    await eventually(async () => expect(await held(nation)).toEqual(all))
    const receipts = await dbOf(city).selectFrom('delivery').select(['delivery_id', 'receipt']).orderBy('number').execute()
    await stop(province)
    province.database = saved.database // the data directory stays
    await boot(province)
    expect(epochOfMachine(province)).toBe(2)
    const epochs = (await call(province, 'GET', '/v1/log/epochs', {})).json['epochs'] as { body: string; index: number }[]
    const named = JSON.parse(epochs[0]?.body ?? '{}') as Record<string, any>
    expect(named).toMatchObject({ reason: 'shortfall', epoch: { number: 2 }, previous: { epoch: { number: 1 }, size: epochs[0]?.index } })
    await eventually(async () => expect(await held(province)).toEqual(all))
    expect(await held(nation)).toEqual(all)
    // The nation hands back what it has, the city sends again what the province does not know; which of them comes first is open.
    const before = () =>
      dbOf(city)
        .selectFrom('receipt_before as b')
        .innerJoin('delivery as d', 'd.delivery_id', 'b.delivery_id')
        .select('b.receipt')
        .orderBy('d.number')
        .execute()
    await eventually(async () => expect(await before()).toHaveLength(2))
    expect((await before()).map((row) => row.receipt)).toEqual(receipts.slice(-2).map((row) => row.receipt))
    expect(await known(city)).toMatchObject([{ side: 'above', name: '370000', epoch: 2, earlier: [{ number: 1, open: false }] }])
    await eventually(async () =>
      expect(await known(nation)).toMatchObject([{ side: 'below', name: 'p-370000', epoch: 2, earlier: [{ number: 1 }] }]),
    )
    const later = await push(city, vendor, [5])
    await eventually(async () => expect(await held(nation)).toEqual([...all, ...later.recordIds].toSorted()))
  }, 400_000)

  it('gets all that the city had delivered from a city that had not heard of its log before', async () => {
    await stop(province)
    const saved = await save(province)
    await boot(province)
    const { recordIds } = await push(city, vendor, [1])
    await eventually(async () => expect(await held(nation)).toEqual(recordIds))
    await stop(province)
    await dbOf(city).deleteFrom('neighbour').where('side', '=', 'above').execute()
    await stop(city)
    await stop(nation) // nobody above gives it back
    province.database = saved.database
    await boot(province)
    await boot(city)
    await eventually(async () => expect(await held(province)).toEqual(recordIds))
    expect(await known(city)).toMatchObject([{ side: 'above', name: '370000', epoch: 2, earlier: [{ number: 1, size: 0, open: false }] }])
  }, 400_000)

  it('gets back what it had sent up, and not as a second version the tombstones that it had made of what no longer qualified there', async () => {
    await stop(province)
    const saved = await save(province)
    await boot(province)
    const { recordIds } = await push(city, vendor, [1])
    await eventually(async () => expect(await held(nation)).toEqual(recordIds))
    await push(city, vendor, [1], { DataLevel: 'D' })
    await eventually(async () => expect(await operations(nation)).toEqual(['1 upsert', '2 no-longer-qualifies']))
    await stop(city)
    await stop(province)
    province.database = saved.database
    await boot(province) // the nation alone is there to give back
    await eventually(async () =>
      expect((await call(province, 'GET', '/admin/v1/epochs', admin)).json['begun']).toMatchObject([{ healing: 'done' }]),
    )
    expect(await operations(province)).toEqual(['1 upsert'])
    await boot(city)
    await eventually(async () => expect(await operations(province)).toEqual(['1 upsert', '2 upsert']))
    expect(await operations(nation)).toEqual(['1 upsert', '2 no-longer-qualifies'])
  }, 400_000)

  it('tells the nation again of what it had ended there when that comes after a later version has come back, and both sides are equal', async () => {
    await stop(province)
    const saved = await save(province)
    await boot(province)
    await push(city, vendor, [1])
    await push(city, vendor, [1], { DataLevel: 'D' })
    await push(city, vendor, [1], { Address: '示例路 3 号（合成）' })
    await eventually(async () => expect(await operations(nation)).toEqual(['1 upsert', '2 no-longer-qualifies', '3 upsert']))
    await stop(city)
    await stop(province)
    province.database = saved.database
    await boot(province) // the nation alone is there to give back
    await eventually(async () => expect(await operations(province)).toEqual(['1 upsert', '3 upsert']))
    await boot(city)
    await eventually(async () => expect(await operations(province)).toEqual(['1 upsert', '2 upsert', '3 upsert']), 200_000)
    const late = await dbOf(province).selectFrom('version').select('state').where('n', '=', 2).execute()
    expect(late).toEqual([{ state: 'superseded' }])
    await eventually(async () => expect(await compared(province, nation)).toMatchObject({ state: 'equal' }))
    expect(await operations(nation)).toEqual(['1 upsert', '2 no-longer-qualifies', '3 upsert'])
    // The third still stands above: what came late ended nothing, and the fourth does.
    await push(city, vendor, [1], { DataLevel: 'D', Address: '示例路 4 号（合成）' })
    await eventually(async () => expect((await operations(nation)).at(-1)).toBe('4 no-longer-qualifies'))
  }, 400_000)

  it('is noticed by what the nation has seen when the data directory is as old as the database', async () => {
    await stop(province)
    const saved = await save(province)
    await boot(province)
    const { recordIds } = await push(city, vendor, [1])
    await eventually(async () => expect(await held(nation)).toEqual(recordIds))
    await stop(province)
    province.database = saved.database
    province.dataDir = saved.dataDir
    await boot(province)
    expect(epochOfMachine(province)).toBe(2)
    await eventually(async () => expect(await held(province)).toEqual(recordIds))
  }, 400_000)

  it('is noticed when nobody can say how far its log had come', async () => {
    await push(city, vendor, [1])
    await stop(province)
    await stop(nation)
    const { dataDir } = await save(province)
    await import('node:fs/promises').then(({ rm }) => rm(`${dataDir}/high-water`, { recursive: true }))
    province.dataDir = dataDir
    await boot(province)
    expect(epochOfMachine(province)).toBe(2)
    expect((await dbOf(province).selectFrom('log_epoch').selectAll().execute())[0]).toMatchObject({
      reason: 'unconfirmed',
      known_size: null,
    })
  }, 400_000)
})

describe('what only the level above holds', () => {
  it('comes back to the city that had sent it, under its old numbers, before its systems are taken again', async () => {
    const first = await push(city, vendor, [1])
    await eventually(async () => expect(await held(nation)).toEqual(first.recordIds))
    await stop(city)
    const saved = await save(city)
    await boot(city)
    const lost = [await push(city, vendor, [2, 3]), await push(city, vendor, [1], { Address: '示例路 2 号（合成）' })]
    const all = [...first.recordIds, ...(lost[0]?.recordIds ?? [])].toSorted()
    await eventually(async () => expect(await held(nation)).toEqual(all))
    await eventually(async () => expect(await dbOf(nation).selectFrom('version').select('n').where('n', '=', 2).execute()).toHaveLength(1))
    const standsAt = async (machine: Machine) =>
      (
        await dbOf(machine)
          .selectFrom('version')
          .innerJoin('source', 'source.source_no', 'version.source_no')
          .select(['record_id', 'epoch', 'n', 'commitment', 'origin', 'participant'])
          .orderBy('record_id')
          .orderBy('epoch')
          .orderBy('n')
          .execute()
      ).map((row) => ({ ...row, commitment: row.commitment.toString('hex') }))
    const before = await standsAt(city)
    await stop(city)
    city.database = saved.database
    await boot(city)
    await eventually(async () => expect((await call(city, 'GET', '/admin/v1/epochs', admin)).json).toMatchObject({ healing: false }))
    expect(await standsAt(city)).toEqual(before)
    const [epoch] = (await call(city, 'GET', '/admin/v1/epochs', admin)).json['begun']
    expect(epoch).toMatchObject({
      reason: 'shortfall',
      healing: 'done',
      report: { returned: [{ upstream: '370000', records: 3, refused: 0 }] },
    })
    expect(epoch.report.lost).toBeGreaterThanOrEqual(2)
    expect(epoch.report.notReturned).toBe(epoch.report.lost - epoch.report.returned[0].entries)
    // A client that kept its receipt sends again what is not known here: taken as usual, and nothing is doubled.
    const again = (await call(city, 'POST', '/v1/submissions', vendor, lost[0]?.document)).json
    expect(again['counts']).toMatchObject({ unchanged: 2 })
    expect(again['records'].map((one: { recordId: string }) => one.recordId)).toEqual(lost[0]?.recordIds)
    const later = await push(city, vendor, [1], { Address: '示例路 3 号（合成）' })
    await eventually(async () =>
      expect(
        (await standsAt(nation))
          .filter((row) => `r_${row.record_id.replaceAll('-', '')}` === later.recordIds[0])
          .map((row) => [row.epoch, row.n]),
      ).toEqual([
        [1, 1],
        [1, 2],
        [2, 1],
      ]),
    )
    expect(await standsAt(province)).toEqual(await standsAt(nation))
    const checked = (await call(city, 'GET', `/v1/records/${lost[0]?.recordIds[0]}/custody`, vendor)).json
    expect(verifyCustody(checked as never, [verifierKeyOf(city)])).toMatchObject({ outcome: 'verified' })
    const above = await enrolSystem(province, 'p-reader')
    const chain = (await call(province, 'GET', `/v1/records/${lost[0]?.recordIds[0]}/custody`, above)).json
    expect(verifyCustody(chain as never, [verifierKeyOf(city), verifierKeyOf(province)])).toMatchObject({
      outcome: 'verified',
    })
  }, 400_000)

  it('is for what the city had ended there the end itself, so that nothing is in force again, and both sides are equal', async () => {
    const { hub } = (city.running as NonNullable<Machine['running']>).context
    await loadPolicy(hub, 'operator:test', keepsLevelD)
    await stop(city)
    const saved = await save(city)
    await boot(city)
    await push(city, vendor, [1])
    await push(city, vendor, [1], { DataLevel: 'D' })
    await eventually(async () => expect(await operations(province)).toEqual(['1 upsert', '2 no-longer-qualifies']))
    await stop(city)
    city.database = saved.database
    await boot(city)
    await eventually(async () => expect((await call(city, 'GET', '/admin/v1/epochs', admin)).json).toMatchObject({ healing: false }))
    expect(await operations(city)).toEqual(['1 upsert', '2 no-longer-qualifies'])
    expect(await dbOf(city).selectFrom('stream').select('force_part').execute()).toEqual([{ force_part: null }])
    await eventually(async () => expect(await compared(city, province)).toMatchObject({ state: 'equal' }))
    // The system sends again what was lost with it: that stays here, as before.
    expect((await push(city, vendor, [1], { DataLevel: 'D' })).receipt['outcome']).toBe('accepted')
    await eventually(async () => expect(await compared(city, province)).toMatchObject({ state: 'equal' }))
    expect(await operations(province)).toEqual(['1 upsert', '2 no-longer-qualifies'])
  }, 400_000)

  it.each([
    ['has nothing of it', { entities: ['TBContractRecordManage'] }, ['1 upsert', '2 no-longer-qualifies'], []],
    ['has the version itself', {}, ['1 upsert', '2 upsert'], ['1 upsert', '2 upsert']],
  ])(
    'is that end also where another level above hands back, which %s',
    async (_, only, atCity, atOther) => {
      const HUIJIAO_UPSTREAMS = JSON.stringify([
        { name: '370000', url: province.url, tier: 'provincial' },
        { name: '000000', url: nation.url, tier: 'national', ...only },
      ])
      await enrolBelow(nation, city)
      await stop(province)
      // The province hands nothing on here, so that what the nation has is the city's own.
      await boot(province, { env: { HUIJIAO_UPSTREAMS: '[]' } })
      await stop(city)
      await boot(city, { env: { HUIJIAO_UPSTREAMS } })
      await loadPolicy((city.running as NonNullable<Machine['running']>).context.hub, 'operator:test', {
        ...keepsLevelD,
        version: 13,
        qualification: { ...keepsLevelD.qualification, national: defaultPolicy.document.qualification['default'] ?? [] },
      })
      await stop(city)
      const saved = await save(city)
      await boot(city, { env: { HUIJIAO_UPSTREAMS } })
      await push(city, vendor, [1])
      await push(city, vendor, [1], { DataLevel: 'D' })
      await eventually(async () => expect(await operations(province)).toEqual(['1 upsert', '2 no-longer-qualifies']))
      await eventually(async () => expect(await operations(nation)).toEqual(atOther))
      await stop(city)
      city.database = saved.database
      await boot(city, { env: { HUIJIAO_UPSTREAMS } })
      // A goodbye that a busy machine does not deliver in time is waited out for two minutes.
      await eventually(
        async () => expect((await call(city, 'GET', '/admin/v1/epochs', admin)).json).toMatchObject({ healing: false }),
        200_000,
      )
      expect(await operations(city)).toEqual(atCity)
      expect(await operations(province)).toEqual(['1 upsert', '2 no-longer-qualifies'])
      await eventually(async () => expect(await compared(city, province)).toMatchObject({ state: 'equal' }))
      await eventually(async () => expect(await compared(city, nation)).toMatchObject({ state: 'equal' }))
    },
    400_000,
  )

  it('keeps business systems waiting until it has come back, or an operator goes on without', async () => {
    await push(city, vendor, [1])
    await stop(city)
    const saved = await save(city)
    await boot(city)
    const { recordIds } = await push(city, vendor, [2])
    await eventually(async () => expect(await held(nation)).toContain(recordIds[0]))
    await stop(city)
    await stop(province)
    city.database = saved.database
    await boot(city)
    const refused = await call(city, 'POST', '/v1/submissions', vendor, { id: '00000000-0000-4000-8000-000000000001' })
    expect(refused).toMatchObject({ status: 503, json: { code: 'not-ready' } })
    expect((await call(city, 'GET', '/readyz', {})).json['checks']).toContainEqual(expect.objectContaining({ name: 'epoch', ready: false }))
    expect((await call(city, 'POST', '/admin/v1/epochs/go-on', admin)).json).toEqual({ wentOn: true })
    expect((await push(city, vendor, [5])).receipt['outcome']).toBe('accepted')
    const entries = (await call(city, 'GET', '/admin/v1/log?kind=reconcile', admin)).json['items'] as { body: Record<string, unknown> }[]
    expect(entries[0]?.body).toMatchObject({ action: 'went-on-without', epoch: 2 })
  }, 400_000)
})

describe('the top node', () => {
  it('learns from a lower node that it was put back, before it answers it', async () => {
    await stop(nation)
    const saved = await save(nation)
    await boot(nation)
    const { recordIds } = await push(city, vendor, [1])
    await eventually(async () => expect(await held(nation)).toEqual(recordIds))
    await eventually(async () => {
      const [row] = await known(province)
      const size = (await dbOf(nation).selectFrom('log_checkpoint').select('size').orderBy('size', 'desc').limit(1).execute())[0]?.size
      expect(row).toMatchObject({ side: 'above', name: '000000', size })
    })
    await stop(nation)
    nation.database = saved.database
    nation.dataDir = saved.dataDir
    await boot(nation)
    expect(epochOfMachine(nation)).toBe(1) // nobody above, and its own memory is as old
    await eventually(() => expect(epochOfMachine(nation)).toBe(2))
    await eventually(async () => expect(await held(nation)).toEqual(recordIds))
  }, 400_000)
})

describe('a second claimant', () => {
  it('is refused before it signs anything: a copy of the database started while the original runs', async () => {
    await push(city, vendor, [1])
    await stop(province)
    const saved = await save(province)
    await boot(province)
    await eventually(async () => expect(await known(nation)).toHaveLength(1))
    const contact = async () => (await dbOf(nation).selectFrom('neighbour').select('contact').execute())[0]?.contact
    const before = await contact()
    await eventually(async () => expect(await contact()).not.toBe(before)) // the original has called since it was copied
    const copy = await copyOf(province, saved)
    others.push(copy)
    await expect(boot(copy)).rejects.toThrow(/另有一处以节点 370000 之名在运行.*somebody else runs as node 370000/)
    const more = await push(city, vendor, [2])
    await eventually(async () => expect(await held(nation)).toContain(more.recordIds[0]))
    expect(epochOfMachine(province)).toBe(1)
  }, 400_000)

  it('takes over when an operator says so, and then the original is the old one and is refused', async () => {
    const first = await push(city, vendor, [1])
    await eventually(async () => expect(await held(nation)).toEqual(first.recordIds))
    await stop(province)
    const saved = await save(province)
    const old = { ...province }
    const copy = await copyOf(province, saved)
    others.push(copy)
    await boot(copy, { newEpoch: true })
    expect(epochOfMachine(copy)).toBe(2)
    await copy.running?.stop()
    await expect(boot(old)).rejects.toThrow(/本处是旧的一处.*this is the old one/)
    await boot(old, { newEpoch: true })
    expect(epochOfMachine(old)).toBe(3)
    await old.running?.stop()
  }, 400_000)
})

describe('a node made anew under the name of an old one', () => {
  it('continues the epochs that its upstream knows, and holds nothing', async () => {
    const { recordIds } = await push(city, vendor, [1])
    await eventually(async () => expect(await held(nation)).toEqual(recordIds))
    await stop(province)
    const fresh = await newDataDir()
    const { cp } = await import('node:fs/promises')
    await cp(`${province.dataDir}/secrets`, `${fresh}/secrets`, { recursive: true })
    province.database = await newDatabase()
    province.dataDir = fresh
    await boot(province)
    expect(epochOfMachine(province)).toBe(2)
    expect((await dbOf(province).selectFrom('log_epoch').selectAll().execute())[0]).toMatchObject({
      reason: 're-created',
      entry_index: 0,
      previous_number: 1,
      known_number: 1,
      known_by: '000000',
    })
    await enrolBelow(province, city)
    await eventually(async () => expect(await held(province)).toEqual(recordIds))
  }, 400_000)
})
