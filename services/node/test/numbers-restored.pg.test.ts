import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  admin,
  boot,
  call,
  databaseUrl,
  dbOf,
  enrolSystem,
  epochOfMachine,
  type Machine,
  newDatabase,
  newDataDir,
  newMachine,
  removeMachines,
  save,
} from './machines.ts'

const program = join(import.meta.dirname, '../../../packages/client/bin/huijiao.mjs')
let city: Machine
let vendor: { authorization: string }
let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huijiao-numbers-'))
  city = await newMachine('370100', 'municipal')
  await boot(city)
  vendor = await enrolSystem(city, 'p-vendor')
}, 200_000)
afterEach(async () => {
  await removeMachines([city])
  await rm(dir, { recursive: true, force: true })
}, 200_000)

const ask = (question: object) => call(city, 'POST', '/v1/numbers', vendor, { id: randomUUID(), ...question })
const ofDay = (date: string) => ({ entity: 'TBProjectInfo', region: '370102', type: '01', date })
const phase = { entity: 'TBBuilderLicenceManage', prjNum: '3701022401020101' }
const give = async (question: object, count: number): Promise<string[]> => {
  const numbers: string[] = []
  for (let at = 0; at < count; at += 1) {
    const { status, json } = await ask(question)
    expect(status).toBe(200)
    numbers.push(json['number'])
  }
  return numbers
}
const entries = async () =>
  (
    (await call(city, 'GET', '/admin/v1/log?kind=number&limit=100', admin)).json['items'] as {
      actor: string
      body: Record<string, unknown>
    }[]
  )
    .filter((entry) => entry.body?.['action'] !== undefined)
    .map(({ actor, body }) => ({ actor, ...body }))

describe('numbers that were given after a node was saved', () => {
  it('are not given again when its database is put back beside its data directory', async () => {
    const before = await give(ofDay('2024-01-02'), 2)
    await city.running?.stop()
    const saved = await save(city)
    await boot(city)
    const lost = [...(await give(ofDay('2024-01-02'), 3)), ...(await give(ofDay('2024-01-03'), 2)), ...(await give(phase, 2))]
    await city.running?.stop()
    city.database = saved.database // the data directory stays
    await boot(city)
    expect(epochOfMachine(city)).toBe(2)
    const after = [...(await give(ofDay('2024-01-02'), 2)), ...(await give(ofDay('2024-01-03'), 1)), ...(await give(phase, 1))]
    const all = [...before, ...lost, ...after]
    expect(new Set(all).size).toBe(all.length)
    expect(after).toEqual(['3701022401020106', '3701022401020107', '3701022401030103', '3701022401020101-SX-003'])
    expect((await call(city, 'GET', '/admin/v1/epochs', admin)).json['numbers']).toBeNull()
    await expect.poll(entries).toMatchObject([{ actor: 'node', action: 'counters-raised', counters: 3 }])
  }, 200_000)

  it('are not given again after huijiao backup and restore on another machine: none is given until an operator says how many are left out', async () => {
    const environment = () => ({
      PATH: process.env['PATH'],
      HUIJIAO_REGION: city.region,
      HUIJIAO_TIER: city.tier,
      HUIJIAO_DATABASE_URL: databaseUrl(city.database),
      HUIJIAO_DATA_DIR: city.dataDir,
    })
    const huijiao = (...args: string[]) =>
      new Promise<string>((settle, fail) => {
        execFile(process.execPath, [program, ...args], { env: environment(), cwd: dir }, (error, out, err) =>
          error === null ? settle(out) : fail(new Error(err, { cause: error })),
        )
      })
    const before = await give(ofDay('2024-01-02'), 2)
    await huijiao('backup', 'saved')
    const lost = [...(await give(ofDay('2024-01-02'), 3)), ...(await give(ofDay('2024-01-03'), 2)), ...(await give(phase, 2))]
    await city.running?.stop()
    city.database = await newDatabase('template0')
    city.dataDir = await newDataDir()
    await huijiao('restore', 'saved')
    await boot(city)
    const refused = await ask(ofDay('2024-01-02'))
    expect(refused).toMatchObject({ status: 503, json: { code: 'not-ready' } })
    expect(refused.json['detail']).toContain('编号')
    expect((await call(city, 'GET', '/admin/v1/epochs', admin)).json['numbers']).toMatchObject({ epoch: 2, reason: 'restore' })
    expect((await call(city, 'POST', '/admin/v1/epochs/numbers', admin, { skip: 10 })).json).toEqual({ settled: true })
    const after = [...(await give(ofDay('2024-01-02'), 2)), ...(await give(ofDay('2024-01-03'), 1)), ...(await give(phase, 1))]
    const all = [...before, ...lost, ...after]
    expect(new Set(all).size).toBe(all.length)
    expect(after).toEqual(['3701022401020113', '3701022401020114', '3701022401030111', '3701022401020101-SX-011'])
    await expect.poll(entries).toMatchObject([{ actor: 'operator:token', action: 'numbers-left-out', skip: 10, epochs: [2], counters: 1 }])
    // It was one question; a restart opens none, and leaves out nothing more.
    await city.running?.stop()
    await boot(city)
    expect(await give(ofDay('2024-01-03'), 1)).toEqual(['3701022401030112'])
    expect((await call(city, 'POST', '/admin/v1/epochs/numbers', admin, { skip: 10 })).json).toEqual({ settled: false })
    expect(await dbOf(city).selectFrom('number_question').select(['epoch', 'skip']).execute()).toEqual([{ epoch: 2, skip: 10 }])
  }, 200_000)
})
