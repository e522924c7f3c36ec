import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { addPublicKey, revokeKey } from '@huijiao/exchange'
import { verifierKey, verifyCustody } from '@huijiao/merkle'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup } from '../src/backup/backup.ts'
import { restore } from '../src/backup/restore.ts'
import {
  admin,
  boot,
  call,
  databaseUrl,
  dbOf,
  enrolBelow,
  enrolSystem,
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
import { adminToken } from './node.ts'

let nation: Machine
let province: Machine
let city: Machine
let vendor: { authorization: string }
let firstKeys: string[]

beforeEach(async () => {
  nation = await newMachine('000000', 'national')
  province = await newMachine('370000', 'provincial', nation)
  city = await newMachine('370100', 'municipal', province)
  for (const machine of [nation, province, city]) await boot(machine)
  await enrolBelow(nation, province)
  await enrolBelow(province, city)
  vendor = await enrolSystem(city, 'p-vendor')
  firstKeys = [nation, province, city].map(verifierKeyOf)
}, 400_000)
afterEach(() => removeMachines([city, province, nation]), 400_000)

const hubOf = (machine: Machine) => machine.running!.context.hub
const verifierKeyOf = (machine: Machine): string => verifierKey(hubOf(machine).node.name, hubOf(machine).signingKey.publicKey)
const program = join(import.meta.dirname, '../../../packages/client/bin/huijiao.mjs')
const huijiao = (...args: string[]) =>
  new Promise<{ code: number; out: string }>((resolve) => {
    execFile(process.execPath, [program, ...args], { env: { PATH: process.env['PATH'], HUIJIAO_ADMIN_TOKEN: adminToken } }, (error, out) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out }),
    )
  })
const rotate = async (machine: Machine, body: object = {}) => await call(machine, 'POST', '/admin/v1/node/keys/rotate', admin, body)
const sent = async (serials: number[]) => {
  const { recordIds } = await push(city, vendor, serials)
  await eventually(async () => expect(await held(nation)).toEqual(expect.arrayContaining(recordIds)))
  return recordIds
}
/** What a node's log says, oldest first, of one kind. */
const said = async (machine: Machine, kind: string) => {
  const rows = await dbOf(machine).selectFrom('log_entry').select('body').where('kind', '=', kind).orderBy('index').execute()
  return rows.map((row) => JSON.parse(row.body ?? '{}') as Record<string, any>)
}
const custodyOf = async (machine: Machine, recordId: string) =>
  (await call(machine, 'GET', `/admin/v1/records/${recordId}/custody`, admin)).json

describe('a node whose signing key is replaced', () => {
  it('goes on without a pause: the level above, the level below and who only trusts the first keys follow it', async () => {
    const [before] = await sent([1])
    const answers = [await rotate(city), await rotate(province), await rotate(nation)]
    expect(answers.map(({ status, json }) => [status, json['inForce'], json['next']])).toEqual([
      [200, '370100-2', null],
      [200, '370000-2', null],
      [200, '000000-2', null],
    ])
    const [after] = await sent([2])
    // Both sides' logs say so; the request that announced it was signed by the key before.
    expect(await said(city, 'key')).toMatchObject([
      { act: 'announced', keyId: '370100-2', after: '370100-1' },
      { act: 'in-force', keyId: '370100-2', after: '370100-1' },
    ])
    expect((await said(province, 'participant')).filter((body) => body['participant'] === 'p-370100').slice(-2)).toMatchObject([
      { act: 'key-added', key: '370100-2', after: '370100-1', by: '370100-1' },
      { act: 'key-in-force', key: '370100-2', ends: ['370100-1'] },
    ])
    await eventually(async () =>
      expect((await said(city, 'link')).filter((body) => body['action'] === 'upstream-key')).toMatchObject([
        { upstream: '370000', keyId: '370000-2', after: '370000-1' },
      ]),
    )
    // Every checkpoint over the entry that says so is signed by the new key, none before it.
    for (const machine of [city, province, nation]) {
      const [entry] = await dbOf(machine)
        .selectFrom('log_entry')
        .select('index')
        .where('kind', '=', 'key')
        .orderBy('index', 'desc')
        .limit(1)
        .execute()
      const checkpoints = await dbOf(machine).selectFrom('log_checkpoint').select(['size', 'note']).orderBy('size').execute()
      const [, id] = verifierKeyOf(machine).split('+') as [string, string]
      for (const { size, note } of checkpoints) {
        const signed =
          Buffer.from(note.trimEnd().split(' ').at(-1) as string, 'base64')
            .subarray(0, 4)
            .toString('hex') === id
        expect([size, signed]).toEqual([size, size > (entry?.index ?? 0)])
      }
    }
    // Custody of both records, shown by the nation, for who has the first keys only; the statements of the city came up with it.
    for (const recordId of [before, after] as string[]) {
      let custody: Record<string, any> = {}
      await eventually(async () => {
        custody = await custodyOf(nation, recordId)
        expect(custody['keys']).toHaveLength(3)
      })
      expect(verifyCustody(custody, firstKeys)).toMatchObject({ outcome: 'verified', path: ['000000', '370000', '370100'] })
      expect(verifyCustody({ ...custody, keys: undefined }, firstKeys).outcome).toBe('failed')
    }
    expect((await call(province, 'GET', '/v1/node', {})).json['keys']).toMatchObject([
      { keyId: '370000-1', statement: null },
      { keyId: '370000-2', retiredAt: null },
    ])
    // And it is the same node after a restart.
    await city.running?.stop()
    await boot(city)
    expect(hubOf(city).signingKey.keyId).toBe('370100-2')
    await sent([3])
  }, 400_000)

  it('waits with the new key for an upstream that is away', async () => {
    await province.running?.stop()
    expect((await rotate(city)).json).toMatchObject({
      inForce: '370100-1',
      next: '370100-2',
      upstreams: [{ name: '370000', state: 'waiting' }],
    })
    await boot(province)
    expect((await rotate(city)).json).toMatchObject({ inForce: '370100-2', next: null, upstreams: [{ name: '370000', state: 'taken' }] })
    await sent([1])
  }, 400_000)

  it('is healed after its key was revoked above: a fresh key is registered there, and what waited goes up, the delivery under way with it', async () => {
    await sent([1])
    await revokeKey(hubOf(province), 'operator:test', '370100-1')
    const { recordIds } = await push(city, vendor, [2])
    await eventually(async () => {
      const open = await dbOf(city).selectFrom('delivery').select('last_status').where('state', '=', 'open').execute()
      expect(open.map((row) => row.last_status)).toEqual([401])
    })
    const { json } = await rotate(city)
    expect(json).toMatchObject({ inForce: '370100-1', next: '370100-2', upstreams: [{ state: 'refused', status: 401 }] })
    const next = (json['keys'] as { keyId: string; publicKey: string }[]).find((key) => key.keyId === '370100-2')!
    await addPublicKey(hubOf(province), 'operator:test', 'p-370100', { keyId: next.keyId, algorithm: 'ed25519', publicKey: next.publicKey })
    expect((await rotate(city)).json).toMatchObject({ inForce: '370100-2', next: null })
    await eventually(async () => expect(await held(nation)).toEqual(expect.arrayContaining(recordIds)))
    expect(await dbOf(city).selectFrom('parked').selectAll().execute()).toEqual([])
    // Asked once more, it makes no third one; when it is meant, it does.
    expect((await rotate(city)).json['keys']).toHaveLength(2)
    expect((await rotate(city, { afresh: true })).json).toMatchObject({ inForce: '370100-3', next: null })
  }, 400_000)

  it('keeps its key when its database is put back to before, and tells an upstream that was put back again', async () => {
    await city.running?.stop()
    await province.running?.stop()
    const [cityThen, provinceThen] = [await save(city), await save(province)]
    await boot(province)
    await boot(city)
    expect((await rotate(city)).json['inForce']).toBe('370100-2')
    const [first] = await sent([1])
    await city.running?.stop()
    city.database = cityThen.database
    await boot(city)
    expect(hubOf(city).signingKey.keyId).toBe('370100-2')
    expect((await said(city, 'key')).at(-1)).toMatchObject({ act: 'in-force', keyId: '370100-2', restored: true })
    await eventually(async () => expect(await held(city)).toEqual([first]))
    await province.running?.stop()
    province.database = provinceThen.database
    await boot(province)
    await eventually(async () => {
      const keys = await dbOf(province).selectFrom('participant_key').select('key_id').where('participant_id', '=', 'p-370100').execute()
      expect(keys.map((key) => key.key_id).toSorted()).toEqual(['370100-1', '370100-2'])
    })
    await eventually(async () => expect(await held(province)).toEqual([first]))
  }, 400_000)

  it('is told to by huijiao node key rotate, which says what became of it; and has all its keys in a backup', async () => {
    const told = await huijiao('node', 'key', 'rotate', '--node', city.url, '--lang', 'en')
    expect([told.code, told.out]).toEqual([0, expect.stringContaining('(370100-2, in force)')])
    const shown = await huijiao('node', 'key', 'show', '--node', city.url, '--json')
    expect(JSON.parse(shown.out)).toMatchObject({ inForce: '370100-2', next: null, upstreams: [{ name: '370000', state: 'taken' }] })
    await sent([1])
    const { config } = city.running!.context
    await city.running?.stop()
    const directory = `${await newDataDir()}/saved`
    await backup(config, {}, directory)
    city.database = await newDatabase('template0')
    city.dataDir = await newDataDir()
    await restore({ ...config, dataDir: city.dataDir, secrets: { ...config.secrets, databaseUrl: databaseUrl(city.database) } }, directory)
    await boot(city)
    expect(hubOf(city).signingKey.keyId).toBe('370100-2')
  }, 400_000)
})
