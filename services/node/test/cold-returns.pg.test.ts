import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attachVersions, detachVersions, keepVersionPartitions, type MovedVersions } from '@huijiao/exchange'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { returnsOf } from '../src/epochs/ask-upstream.ts'
import { boot, dbOf, enrolBelow, enrolSystem, eventually, held, type Machine, newMachine, push, removeMachines } from './machines.ts'

let province: Machine
let city: Machine
let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huijiao-returns-'))
  province = await newMachine('370000', 'provincial')
  city = await newMachine('370100', 'municipal', province)
  for (const machine of [province, city]) await boot(machine)
  await enrolBelow(province, city)
}, 200_000)
afterAll(async () => {
  await removeMachines([city, province])
  await rm(dir, { recursive: true, force: true })
}, 200_000)

it('a node that asks for what it had sent up learns where its contents are kept, and gets it when they are back', async () => {
  const vendor = await enrolSystem(city, 'p-vendor')
  const { recordIds } = await push(city, vendor, [1])
  await eventually(async () => expect(await held(province)).toEqual(recordIds))
  await push(city, vendor, [1], { Address: '示例路 2 号（合成）' })
  const { hub, config } = (province.running as NonNullable<Machine['running']>).context
  await eventually(async () => expect(await hub.db.selectFrom('version').select('n').execute()).toHaveLength(2))
  await sql`select setval('part_id_seq', 65536)`.execute(hub.db)
  await keepVersionPartitions(hub)
  const place = '档案室 7 号柜'
  const moved = await vi.waitFor(async () => {
    const done = await detachVersions(hub, { to: null, into: dir, place, actor: 'operator:test' })
    expect(done).toMatchObject({ moved: 1 })
    return done as MovedVersions
  }, 60_000)
  const below = (city.running as NonNullable<Machine['running']>).context
  const [upstream] = below.config.upstreams
  const ask = returnsOf(below.hub, upstream as NonNullable<typeof upstream>, config.jobs.sendTimeoutMs)
  const [first] = await dbOf(province)
    .selectFrom('submission')
    .select('id')
    .where('kind', '=', 'versions')
    .orderBy('submission_no')
    .execute()
  await expect(ask.body(first?.id as string)).rejects.toThrow(
    `370000 answered 410 (部分编号 0 至 65535 中较早版本的内容已移出数据库，存放于：${place} / `,
  )
  await attachVersions(hub, { directory: moved.directory, actor: 'operator:test' })
  expect((await ask.body(first?.id as string)).toString()).toContain('示例')
}, 200_000)
