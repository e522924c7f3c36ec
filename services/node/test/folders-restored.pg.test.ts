import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serveFolders } from '../src/transport/folder-serve.ts'
import { ferry } from './ferry.ts'
import {
  admin,
  boot,
  call,
  copyOf,
  dbOf,
  enrolBelow,
  enrolSystem,
  epochOfMachine,
  held,
  type Machine,
  newMachine,
  push,
  removeMachines,
  save,
} from './machines.ts'

/** A province and a city between which only files are carried. What is restored has its whole machine as it was: database and data directory. */
let base: string
let province: Machine
let city: Machine
let vendor: { authorization: string }
let others: Machine[]
let serving: { stop(): Promise<void> } | null = null
const [cityDir, provinceDir] = [() => join(base, 'city'), () => join(base, 'province')]

async function bootProvince(machine: Machine): Promise<void> {
  const folders = JSON.stringify([{ name: '370100', path: provinceDir() }])
  const { context, app } = await boot(machine, { env: { HUIJIAO_LINK_POLL_MS: '50', HUIJIAO_FOLDERS: folders } })
  serving = serveFolders(context, app)
}

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'huijiao-ferry-'))
  others = []
  province = await newMachine('370000', 'provincial')
  city = await newMachine('370100', 'municipal')
  await bootProvince(province)
  const publicKey = province.running?.context.hub.signingKey.publicKey.toString('base64')
  const upstream = { name: '370000', url: `folder://${cityDir()}`, tier: 'provincial', publicKey }
  await boot(city, { env: { HUIJIAO_LINK_POLL_MS: '50', HUIJIAO_UPSTREAMS: JSON.stringify([upstream]) } })
  await enrolBelow(province, city)
  vendor = await enrolSystem(city, 'p-vendor')
}, 400_000)
afterEach(async () => {
  await serving?.stop()
  await removeMachines([city, province, ...others])
  await rm(base, { recursive: true, force: true })
}, 400_000)

const linkOf = async () => (await call(city, 'GET', '/admin/v1/links', admin)).json['items'][0] as Record<string, any>
/** Carries files both ways until it is as one says. @returns how many files went up */
async function carryUntil(done: () => Promise<boolean>): Promise<number> {
  let carried = 0
  for (const until = Date.now() + 60_000; ;) {
    carried += (await ferry(join(cityDir(), 'out'), join(provinceDir(), 'in'))).length
    await ferry(join(provinceDir(), 'out'), join(cityDir(), 'in'))
    if (await done()) return carried
    if (Date.now() > until) throw new Error(`carried ${carried}, and not so: ${JSON.stringify(await linkOf())}`)
    await new Promise((wake) => setTimeout(wake, 50))
  }
}
const delivered = (records: number) => async () => {
  const { state, delivered: sum } = await linkOf()
  return state === 'idle' && sum.records === records
}
const send = async (serial: number): Promise<string> => {
  const { recordIds } = await push(city, vendor, [serial])
  await carryUntil(delivered(serial))
  return recordIds[0] as string
}
/** The province as it was saved, in the place of the one that runs. */
async function putBack(saved: Awaited<ReturnType<typeof save>>): Promise<void> {
  await serving?.stop()
  await province.running?.stop()
  others.push(province)
  province = await copyOf(province, saved)
  await bootProvince(province)
}
async function saved() {
  await serving?.stop()
  await province.running?.stop()
  const snapshot = await save(province)
  await bootProvince(province)
  return snapshot
}
const inOrder = async () =>
  (await dbOf(province).selectFrom('version').select('record_id').orderBy('part_id').orderBy('ordinal').execute()).map(
    (row) => `r_${row.record_id.replaceAll('-', '')}`,
  )
const told = async () =>
  (await dbOf(city).selectFrom('log_entry').select('body').where('kind', '=', 'link').execute())
    .map(({ body }) => JSON.parse(String(body)) as Record<string, unknown>)
    .filter((body) => body['action'] === 'upstream-restored')

describe('an upstream behind a pair of folders that was restored', () => {
  it('learns by the next delivery that more was seen of its log, and gets back what it lost, in the old order and before anything new', async () => {
    const first = await send(1)
    const snapshot = await saved()
    const since = [await send(2), await send(3)]
    await putBack(snapshot)
    expect(await held(province)).toEqual([first])
    const { recordIds } = await push(city, vendor, [4])
    await carryUntil(delivered(4))
    expect(await inOrder()).toEqual([first, ...since, ...recordIds])
    expect(epochOfMachine(province)).toBe(2)
    expect(await told()).toMatchObject([{ upstream: '370000', fork: expect.any(Number), deliveries: 2 }])
    // The receipts that it had given are kept beside the new ones.
    expect(await dbOf(city).selectFrom('receipt_before').select('delivery_id').execute()).toHaveLength(2)
  }, 200_000)

  it('is asked when nothing was heard of it for six hours, and nothing new goes up', async () => {
    await send(1)
    const snapshot = await saved()
    await send(2)
    await putBack(snapshot)
    await city.running?.worker.sweepNow()
    expect(await readdir(join(cityDir(), 'out'))).toEqual([])
    await dbOf(city)
      .updateTable('neighbour')
      .set({ heard_at: new Date(Date.now() - 7 * 3_600_000) })
      .execute()
    const carried = await carryUntil(async () => (await held(province)).length === 2 && (await linkOf())['state'] === 'idle')
    // One question whether it is still the same, one what it has, one delivery; a question that it answers with a new epoch is asked once more.
    expect(carried).toBeLessThanOrEqual(5)
    expect(await told()).toMatchObject([{ deliveries: 1 }])
  }, 200_000)

  it('is not asked anything more when answers come late and out of order', async () => {
    await send(1)
    await push(city, vendor, [2])
    await push(city, vendor, [3])
    await carryUntil(delivered(3))
    // An old answer, once more: it shows less of the log than was seen since.
    const [above] = await dbOf(city).selectFrom('neighbour').select(['size', 'epoch']).execute()
    for (const name of (await readdir(join(cityDir(), 'done'))).filter((one) => one.endsWith('.answer')))
      await ferry(join(cityDir(), 'done'), join(cityDir(), 'in'), (one) => (one === name ? 'carry' : 'lose'))
    await city.running?.worker.sweepNow()
    expect((await dbOf(city).selectFrom('neighbour').select(['size', 'epoch']).execute())[0]).toEqual(above)
    await push(city, vendor, [4])
    await carryUntil(delivered(4))
    expect(await told()).toEqual([])
  }, 200_000)

  it('is not taken for the one that was known when it shows another log: its receipts count for nothing, until it names that one', async () => {
    await send(1)
    const db = dbOf(city)
    const known = await db.selectFrom('neighbour').selectAll().where('side', '=', 'above').executeTakeFirstOrThrow()
    // As if another holder of the name had been heard until now.
    await db.updateTable('neighbour').set({ epoch_id: 'another' }).where('side', '=', 'above').execute()
    await push(city, vendor, [2])
    const rejected = async () => (await readdir(join(cityDir(), 'rejected'))).filter((name) => name.endsWith('.answer'))
    await carryUntil(async () => (await rejected()).length === 1)
    await city.running?.worker.sweepNow()
    expect(await linkOf()).toMatchObject({ state: 'forwarding', delivered: { records: 1 } })
    const why = await readFile(join(cityDir(), 'rejected', `${(await rejected())[0]}.why.txt`), 'utf8')
    expect(why).toContain('its epoch 1 does not name epoch 1')
    // It is the same again: the request, written anew after its time, has the very receipt that was set aside.
    await db.updateTable('neighbour').set({ epoch_id: known.epoch_id }).where('side', '=', 'above').execute()
    const anHourAgo = new Date(Date.now() - 3_700_000)
    for (const name of await readdir(join(cityDir(), 'sent'))) await utimes(join(cityDir(), 'sent', name), anHourAgo, anHourAgo)
    await carryUntil(delivered(2))
    expect(await inOrder()).toHaveLength(2)
  }, 200_000)
})
