import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkConfiguration } from '../src/check.ts'
import {
  admin,
  boot,
  call,
  copyOf,
  databaseUrl,
  dbOf,
  enrolBelow,
  enrolSystem,
  epochOfMachine,
  eventually,
  held,
  lineTo,
  type Machine,
  newMachine,
  push,
  removeMachines,
  save,
  type Sent,
  type Snapshot,
} from './machines.ts'
import { project, submission } from './node.ts'

let nation: Machine
let city: Machine
let copy: Machine
let vendor: { authorization: string }
let first: Sent
let savedNation: Snapshot
let line: Awaited<ReturnType<typeof lineTo>>

/** A copy of the city has taken its name while it ran: the nation has heard of the copy, and refuses the city, which holds one record that has not gone up. */
beforeEach(async () => {
  nation = await newMachine('000000', 'national')
  line = await lineTo(nation.port)
  city = await newMachine('370100', 'municipal', { ...nation, url: line.url })
  await boot(nation)
  await boot(city)
  await enrolBelow(nation, city)
  vendor = await enrolSystem(city, 'p-vendor')
  first = await push(city, vendor, [1])
  await eventually(async () => expect(await held(nation)).toEqual(first.recordIds))
  await city.running?.stop()
  await nation.running?.stop()
  savedNation = await save(nation)
  const saved = await save(city)
  line.set('cut')
  await boot(city) // nobody above answers, and the data directory confirms it
  await boot(nation)
  copy = { ...(await copyOf(city, saved)), upstream: nation }
  await boot(copy)
  line.set('whole')
}, 400_000)
afterEach(async () => {
  await removeMachines([copy, city, nation])
  line.close()
}, 400_000)

const sizeOf = async (machine: Machine) =>
  (await dbOf(machine).selectFrom('log_checkpoint').select('size').orderBy('size', 'desc').limit(1).executeTakeFirst())?.size
const refusalOf = async (machine: Machine) => (await call(machine, 'GET', '/admin/v1/epochs', admin)).json['refusal']
const untilRefused = async (): Promise<string[]> => {
  const { recordIds } = await push(city, vendor, [2])
  await eventually(async () => expect(await refusalOf(city)).toMatchObject({ why: 'claimed', by: '000000' }))
  return [...first.recordIds, ...recordIds].toSorted()
}
const refusedEntries = async (machine: Machine) =>
  (
    (await call(machine, 'GET', '/admin/v1/log?kind=link', admin)).json['items'] as { body: Record<string, unknown>; actor: string }[]
  ).filter((entry) => entry.body?.['action'] === 'name-refused')

describe('a running node whose name a copy has taken', () => {
  it('takes nothing and signs nothing while both are there, also not what was committed before', async () => {
    await untilRefused()
    const size = await sizeOf(city)
    const sent = await call(city, 'POST', '/v1/submissions', vendor, submission([project(3)], { id: randomUUID() }))
    expect(sent).toMatchObject({ status: 503, json: { code: 'not-ready' } })
    expect(sent.json['detail']).toContain('000000')
    const number = { id: randomUUID(), entity: 'TBProjectInfo', region: '370102', type: '01' }
    expect(await call(city, 'POST', '/v1/numbers', vendor, number)).toMatchObject({ status: 503, json: { code: 'not-ready' } })
    const doctor = await checkConfiguration({
      ...{ HUIJIAO_REGION: '370100', HUIJIAO_TIER: 'municipal', HUIJIAO_PORT: '0', HUIJIAO_DATA_DIR: city.dataDir },
      HUIJIAO_DATABASE_URL: databaseUrl(city.database),
    })
    expect(doctor.find(({ about }) => about === 'HUIJIAO_DATABASE_URL')).toMatchObject({
      level: 'error',
      zh: expect.stringMatching(/被拒绝.*000000.*take-over/),
      en: expect.stringMatching(/refused since .*000000.*take-over/),
    })
    const ready = (await call(city, 'GET', '/readyz', {})).json['checks']
    expect(ready).toContainEqual(expect.objectContaining({ name: 'epoch', ready: false }))
    // A link that is paused is an entry; it is committed, and waits for its number and its signature.
    expect((await call(city, 'POST', '/admin/v1/links/000000/pause', admin, { reason: 'test' })).status).toBeLessThan(300)
    const { worker } = city.running as NonNullable<Machine['running']>
    await worker.sweepNow()
    await worker.sweepNow()
    expect((await dbOf(city).selectFrom('log_pending').select('kind').execute()).map((row) => row.kind)).toContain('link')
    expect(await sizeOf(city)).toBe(size)
    expect(await refusalOf(city)).toMatchObject({ why: 'claimed' })
    expect(await held(nation)).toEqual(first.recordIds)
  }, 400_000)

  it('goes on by itself when the copy is retired: in a new epoch that its log names, with all that waited, and an entry tells of it', async () => {
    const all = await untilRefused()
    const mine = copy.running
    await mine?.stop()
    await eventually(async () => expect(await refusalOf(city)).toBeNull())
    const begun = await dbOf(city)
      .selectFrom('log_epoch')
      .select(['number', 'reason', 'previous_number', 'known_number', 'known_by'])
      .execute()
    expect(begun).toMatchObject([{ number: 2, reason: 'shortfall', previous_number: 1 }])
    expect(epochOfMachine(city)).toBe(2)
    await eventually(async () => expect(await held(nation)).toEqual(all))
    // In a new epoch it first asks for what those above may hold of it.
    await eventually(async () => expect((await call(city, 'GET', '/readyz', {})).status).toBe(200))
    const later = await push(city, vendor, [3])
    await eventually(async () => expect(await held(nation)).toEqual([...all, ...later.recordIds].toSorted()))
    const [entry] = await refusedEntries(city)
    expect(entry).toMatchObject({ actor: 'node', body: { by: '000000', why: 'claimed', ended: 'other-stopped' } })
    expect(Date.parse(String(entry?.body['to']))).toBeGreaterThanOrEqual(Date.parse(String(entry?.body['from'])))
    const { epochs } = (await call(city, 'GET', '/v1/log/epochs', {})).json as { epochs: { body: string }[] }
    expect(epochs.map((one) => JSON.parse(one.body).previous.epoch.number)).toEqual([1])
    expect((await call(city, 'GET', '/readyz', {})).status).toBe(200)
  }, 400_000)

  it('goes on when an operator says that it is the one, and then the copy is refused while it runs', async () => {
    const all = await untilRefused()
    const { json } = await call(city, 'POST', '/admin/v1/epochs/take-over', admin)
    expect(json).toMatchObject({ tookOver: true, epoch: { number: 2 } })
    await eventually(async () => expect(await held(nation)).toEqual(all))
    expect(await refusedEntries(city)).toMatchObject([{ actor: 'operator:token', body: { ended: 'asked' } }])
    await eventually(async () => expect(await refusalOf(copy)).toMatchObject({ why: 'ended', by: '000000' }))
    const size = await sizeOf(copy)
    await copy.running?.worker.sweepNow()
    expect([await sizeOf(copy), epochOfMachine(copy), epochOfMachine(city)]).toEqual([size, 1, 2])
    // Said to one that is not refused it changes nothing.
    expect((await call(city, 'POST', '/admin/v1/epochs/take-over', admin)).json).toMatchObject({ tookOver: false, epoch: { number: 2 } })
  }, 400_000)

  it('is still refused after a restart while its upstream is away, and goes on when that takes it again', async () => {
    const all = await untilRefused()
    await nation.running?.stop()
    await city.running?.stop()
    await boot(city)
    expect(await refusalOf(city)).toMatchObject({ why: 'claimed', by: '000000' })
    await copy.running?.stop() // its goodbye is heard by nobody
    // The nation is put back to where it had not heard of the copy.
    Object.assign(nation, savedNation)
    await boot(nation)
    await eventually(async () => expect(await refusalOf(city)).toBeNull())
    expect(epochOfMachine(city)).toBe(1)
    expect(await refusedEntries(city)).toMatchObject([{ body: { ended: 'accepted-again' } }])
    await eventually(async () => expect(await held(nation)).toEqual(all))
  }, 400_000)
})
