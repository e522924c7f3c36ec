import { mkdtempSync, rmSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadOrCreateSecrets } from '@huijiao/identity'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canMakeDisks, Disk } from '../faults/disk.ts'
import { PostgresServer } from '../faults/servers.ts'

let dir: string
let disk: Disk
let server: PostgresServer

/** Says so loudly where no disk can be made, and then skips. */
const possible = canMakeDisks()

describe.skipIf(!possible)('a real disk under PostgreSQL', () => {
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'huijiao-disk-test-'))
    await chmod(dir, 0o711)
    disk = Disk.make('disk', dir)
    server = new PostgresServer('postgres', dir, disk)
    await server.start()
  }, 120_000)
  afterEach(async () => {
    await server.remove()
    rmSync(dir, { recursive: true, force: true })
  }, 120_000)

  it('that breaks right after a first start keeps what opens the database, the keys, and what was committed', async () => {
    const secrets = await loadOrCreateSecrets(join(disk.dir, 'node', 'secrets'))
    await server.ask('postgres', 'create table kept as select generate_series(1, 1000) as n')
    await disk.breakDown()
    expect(await server.attempt('postgres', 'create table not_kept (n int)')).not.toBeNull()
    await server.stop('SIGQUIT')
    await disk.repair()
    await server.start()
    expect(await server.ask('postgres', `select count(*)::int as n, to_regclass('not_kept') as other from kept`)).toEqual([
      { n: 1000, other: null },
    ])
    expect(await loadOrCreateSecrets(join(disk.dir, 'node', 'secrets'))).toEqual(secrets)
  }, 120_000)

  it('that is full refuses what needs room, and takes it when there is room again', async () => {
    await server.ask('postgres', 'create table kept as select generate_series(1, 1000) as n')
    await disk.fill()
    expect(await server.attempt('postgres', `insert into kept select generate_series(1, 1000000)`)).not.toBeNull()
    await disk.drain()
    await server.start()
    await server.ask('postgres', 'insert into kept values (1001)')
    expect(await server.ask('postgres', 'select count(*)::int as n from kept')).toEqual([{ n: 1001 }])
  }, 120_000)
})
