import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadOrCreateSecrets } from '@huijiao/identity'
import { verifierKey } from '@huijiao/merkle'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { company } from './company.ts'
import { submission } from './node.ts'
import {
  admin,
  boot,
  call,
  databaseUrl,
  dbOf,
  enrolBelow,
  enrolSystem,
  epochOfMachine,
  eventually,
  held,
  type Machine,
  newDataDir,
  newDatabase,
  newMachine,
  push,
  removeMachines,
} from './machines.ts'

const program = join(import.meta.dirname, '../../../packages/client/bin/huijiao.mjs')
let province: Machine
let city: Machine
let dir: string
let vendor: { authorization: string }

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huijiao-backup-'))
  province = await newMachine('370000', 'provincial')
  city = await newMachine('370100', 'municipal', province)
  for (const machine of [province, city]) await boot(machine)
  await enrolBelow(province, city)
  vendor = await enrolSystem(city, 'p-vendor')
}, 400_000)
afterEach(async () => {
  await removeMachines([city, province])
  await rm(dir, { recursive: true, force: true })
}, 400_000)

const environmentOf = (machine: Machine) => ({
  PATH: process.env['PATH'],
  HUIJIAO_REGION: machine.region,
  HUIJIAO_TIER: machine.tier,
  HUIJIAO_DATABASE_URL: databaseUrl(machine.database),
  HUIJIAO_DATA_DIR: machine.dataDir,
  HUIJIAO_SWEEP_MS: '1234',
  HUIJIAO_ADMIN_TOKEN: 'a-token-that-is-not-saved',
})
const huijiao = (machine: Machine, ...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [program, ...args], { env: environmentOf(machine), cwd: dir }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, out, err }),
    )
  })
/** The city on another machine: nothing but the name is the same. */
const moveCity = async () => {
  await city.running?.stop()
  city.database = await newDatabase('template0')
  city.dataDir = await newDataDir()
}

describe('a backup of a running node', () => {
  it('is put back on another machine, begins a new epoch, and has everything again that a neighbour holds', async () => {
    const first = await push(city, vendor, [1, 2])
    // As an adapter keeps its own key.
    const unused = Buffer.alloc(32)
    const adapterKey = () =>
      loadOrCreateSecrets(join(city.dataDir, 'secrets', 'adapter-platform'), { digestSecret: unused, sealingKey: unused })
    const signsReceipts = await adapterKey()
    const saved = await huijiao(city, 'backup', 'saved', '--json')
    expect([saved.code, saved.err]).toEqual([0, expect.not.stringContaining('✗')])
    const second = await push(city, vendor, [3])
    const all = [...first.recordIds, ...second.recordIds].toSorted()
    await eventually(async () => expect(await held(province)).toEqual(all))
    const key = city.running?.context.hub.signingKey.publicKey as Buffer
    await moveCity()
    const restored = await huijiao(city, 'restore', 'saved', '--lang', 'en')
    expect([restored.code, restored.err.includes('✗')]).toEqual([0, false])
    expect(restored.out).toMatch(/all \d+ log entries check out/)
    await boot(city)
    expect(epochOfMachine(city)).toBe(2)
    await eventually(async () =>
      expect((await call(city, 'GET', '/readyz', {})).json['checks']).toContainEqual(
        expect.objectContaining({ name: 'epoch', ready: true }),
      ),
    )
    expect(await held(city)).toEqual(all)
    expect((await call(city, 'GET', '/admin/v1/epochs', admin)).json['begun']).toMatchObject([{ reason: 'restore', healing: 'done' }])
    expect(city.running?.context.hub.signingKey.publicKey.equals(key)).toBe(true)
    expect(await adapterKey()).toEqual(signsReceipts)
    // The key of the business system, its receipts, sealed texts: all as before.
    const again = (await call(city, 'POST', '/v1/submissions', vendor, first.document)).json
    expect(again).toEqual(first.receipt)
    const later = await push(city, vendor, [4])
    await eventually(async () => expect(await held(province)).toEqual([...all, ...later.recordIds].toSorted()))
    await writeFile(join(dir, 'key.txt'), `${verifierKey('370100', key)}\n`)
    const checked = await huijiao(city, 'log', 'check', city.url, '--trust', 'key.txt', '--state', 'seen.json', '--json')
    expect(JSON.parse(checked.out)).toMatchObject({ ok: true, epochs: [{ epoch: { number: 2 }, reason: 'restore' }] })
  }, 400_000)

  it('can be read by its owner only, says that it holds the keys, and holds no token or address', async () => {
    expect((await huijiao(city, 'backup', 'saved')).out).toContain('unencrypted')
    const names = await readdir(join(dir, 'saved'), { recursive: true, withFileTypes: true })
    for (const entry of names) {
      const mode = (await stat(join(entry.parentPath, entry.name))).mode & 0o077
      expect([entry.name, mode]).toEqual([entry.name, 0])
    }
    const settings = await readFile(join(dir, 'saved/settings.env'), 'utf8')
    expect(settings).toContain('HUIJIAO_SWEEP_MS="1234"')
    expect(settings).not.toMatch(/TOKEN|DATABASE_URL/)
    const manifest = JSON.parse(await readFile(join(dir, 'saved/manifest.json'), 'utf8'))
    expect(manifest.note.zh).toContain('私钥')
    expect(manifest.database.tables.map((table: { name: string }) => table.name)).toEqual(
      expect.arrayContaining(['node', 'version', 'log_entry']),
    )
  }, 400_000)

  it('is not put back when a file was changed or is missing, into a database that is in use, or for another node', async () => {
    await push(city, vendor, [1])
    expect((await huijiao(city, 'backup', 'saved')).code).toBe(0)
    const refused = async (machine: Machine, words: RegExp) => {
      const ran = await huijiao(machine, 'restore', 'saved')
      expect([ran.code, ran.err]).toEqual([1, expect.stringMatching(words)])
    }
    await refused(city, /目标数据库不是空的.*not empty/s)
    await refused(province, /不符.*not of 370000/s)
    await moveCity()
    const table = join(dir, 'saved/database/version.copy.zst')
    const bytes = await readFile(table)
    await writeFile(table, Buffer.concat([bytes, Buffer.from('x')]))
    await refused(city, /version\.copy\.zst/)
    await rm(table)
    await refused(city, /version\.copy\.zst/)
    await writeFile(table, bytes)
    const manifest = join(dir, 'saved/manifest.json')
    const text = await readFile(manifest, 'utf8')
    await writeFile(manifest, text.replace('"370100"', '"370200"'))
    await refused(city, /manifest\.json/)
    await rm(join(dir, 'saved/manifest.sha256'))
    await refused(city, /中途停止.*was broken off/s)
    await writeFile(manifest, text)
    const { count } = (await dbOf(province)
      .selectFrom('node')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()) as { count: number }
    expect(Number(count)).toBe(1)
    expect((await readdir(city.dataDir)).includes('secrets')).toBe(false)
  }, 400_000)

  it('is refused beside keys that are not the node’s own, and makes none', async () => {
    await push(city, vendor, [1])
    const refused = async (machine: Machine, words: RegExp) => {
      const ran = await huijiao(machine, 'backup', 'saved')
      expect([ran.code, ran.err]).toEqual([1, expect.stringMatching(words)])
    }
    const elsewhere = await newDataDir()
    await refused({ ...city, dataDir: elsewhere }, /没有节点的密钥 signing-key.pem、digest-secret、sealing-key.*are not in/s)
    expect(await readdir(elsewhere)).toEqual([])
    await refused({ ...city, dataDir: province.dataDir }, /不是数据库所记的那一把.*not the one that the database knows/s)
    expect(await readdir(join(dir, 'saved'))).toEqual([])
    const sealing = await newDataDir(city.dataDir)
    await writeFile(join(sealing, 'secrets/sealing-key'), `${randomBytes(32).toString('base64')}\n`)
    const sealed = submission([{ entity: 'TBCorpBasicInfo', operation: 'upsert', sourceId: 'E-1', data: company(1) }])
    expect((await call(city, 'POST', '/v1/submissions', vendor, sealed)).json['outcome']).toBe('accepted')
    await refused({ ...city, dataDir: sealing }, /不能用这把密封密钥打开.*do not open/s)
    expect((await huijiao(city, 'backup', 'saved')).code).toBe(0)
  }, 400_000)

  it('that is stopped takes away what it wrote and says so in the language asked for; one that was killed is told apart', async () => {
    const url = databaseUrl(city.database)
    const holder = new pg.Client({ connectionString: url })
    await holder.connect()
    /** Starts a backup that stands still in the middle, and ends it. */
    const ended = async (signal: NodeJS.Signals, name: string, ...more: string[]) => {
      await holder.query('begin')
      await holder.query('lock table version in access exclusive mode')
      const child = spawn(process.execPath, [program, 'backup', name, ...more], { env: environmentOf(city), cwd: dir, detached: true })
      let err = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
      const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
      await eventually(async () => expect(await readdir(join(dir, name))).toContain('database'))
      // As a terminal does it, everybody is told at once; a killed group leaves nobody who could tidy up.
      process.kill(signal === 'SIGTERM' ? (child.pid as number) : -(child.pid as number), signal)
      if (signal === 'SIGKILL') await holder.query('rollback')
      const code = await closed
      if (signal !== 'SIGKILL') await holder.query('rollback')
      return { code, err }
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const stopped = await ended(signal, 'stopped', '--lang', 'en')
      expect(stopped).toEqual({
        code: 130,
        err: expect.stringMatching(/interrupted, and the backup was not completed; .*is empty\. Run the same/),
      })
      expect(stopped.err).not.toMatch(/\p{Script=Han}/u)
      expect(await readdir(join(dir, 'stopped'))).toEqual([])
    }
    await ended('SIGKILL', 'killed')
    await holder.end()
    expect(await readdir(join(dir, 'killed'))).toContain('secrets')
    const again = await huijiao(city, 'backup', 'killed')
    expect([again.code, again.err]).toEqual([
      1,
      expect.stringMatching(/没有写完的备份.*was not finished.*private keys.*remove the directory/s),
    ])
    const restored = await huijiao(city, 'restore', 'killed')
    expect([restored.code, restored.err]).toEqual([1, expect.stringMatching(/中途停止.*was broken off/s)])
    expect((await huijiao(city, 'backup', 'stopped')).code).toBe(0)
    const twice = await huijiao(city, 'backup', 'stopped', '--lang', 'zh')
    expect([twice.code, twice.err]).toEqual([1, expect.stringMatching(/^✗ .*其中已有一份备份，没有改动它.*\n$/)])
  }, 400_000)

  it('says in one language what is wrong with settings and database, each line as a line', async () => {
    const wrong = await huijiao({ ...city, tier: 'x' }, 'backup', 'saved', '--lang', 'en')
    expect(wrong).toMatchObject({ code: 2, err: '✗ HUIJIAO_TIER: must be one of national, provincial, municipal, county (x)\n' })
    const nowhere = await huijiao({ ...city, database: 'nowhere_at_all' }, 'backup', 'saved')
    expect(nowhere).toMatchObject({ code: 1, err: expect.stringMatching(/^✗ 服务器上没有这个数据库.*\n  there is no such database.*\n$/) })
  }, 400_000)
})
