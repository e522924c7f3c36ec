import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSigningKey, readSigningKey, signDocument } from '@huijiao/identity'
import { releaseDocument, releases, releaseText } from '@huijiao/standard'
import { createTestDatabase, type TestDatabase } from '@huijiao/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'

const program = join(import.meta.dirname, 'load-standard-once.ts')

let database: TestDatabase
let dir: string
beforeAll(async () => {
  database = await createTestDatabase()
  dir = await mkdtemp(join(tmpdir(), 'huijiao-load-'))
  const authority = createSigningKey()
  const document = { ...releaseDocument(releases.get('2018')!), revision: 2, effectiveFrom: '2027-01-01T00:00:00+08:00' }
  const signatures = [signDocument(releaseText(document), readSigningKey('mohurd-standard', authority.privateKeyPem))]
  const given = {
    url: database.url,
    spoolDir: join(dir, 'spool'),
    signingKeyPem: createSigningKey().privateKeyPem,
    document: { ...document, signatures },
    keyId: 'mohurd-standard',
    publicKey: authority.publicKeyRaw.toString('base64'),
  }
  await writeFile(join(dir, 'given.json'), JSON.stringify(given))
})
afterAll(async () => {
  await database.drop()
  await rm(dir, { recursive: true, force: true })
})

function start() {
  const child = spawn(process.execPath, [program, join(dir, 'given.json')], { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  const done = new Promise<{ code: number | null; out: string }>((resolve) => child.on('close', (code) => resolve({ code, out })))
  return { child, done }
}

const counts = async () => {
  const { rows } = await sql<Record<string, number>>`
    select (select count(*) from standard where revision = 2)::int as standards, (select count(*) from standard_activation where effective_from > '2026-01-01')::int as activations,
           (select count(*) from shadow_run)::int as runs, (select count(*) from log_pending where kind = 'standard')::int as entries`.execute(
    database.db,
  )
  return rows[0]
}

it('a load that is killed in the middle leaves nothing, and the next one leaves everything once', async () => {
  expect((await start().done).code).toBe(0)
  expect(await counts()).toEqual({ standards: 1, activations: 1, runs: 1, entries: 1 })
  for (const table of ['shadow_run', 'standard_activation', 'log_pending'] as const)
    await sql`delete from ${sql.table(table)}`.execute(database.db)
  await sql`delete from standard where revision = 2`.execute(database.db)

  // Whoever holds the run's table keeps the load between its first rows and its last.
  const holder = await database.pool.connect()
  await holder.query('begin')
  await holder.query('lock table shadow_run in access exclusive mode')
  const { child, done } = start()
  await vi.waitFor(async () => {
    const { rows } = await database.pool.query(
      `select 1 from pg_stat_activity where application_name = 'huijiao load-standard-once' and wait_event_type = 'Lock'`,
    )
    expect(rows).toHaveLength(1)
  }, 20_000)
  child.kill('SIGKILL')
  await done
  await holder.query('rollback')
  holder.release()
  await vi.waitFor(async () => {
    const { rows } = await database.pool.query(`select 1 from pg_stat_activity where application_name = 'huijiao load-standard-once'`)
    expect(rows).toHaveLength(0)
  }, 20_000)
  expect(await counts()).toEqual({ standards: 0, activations: 0, runs: 0, entries: 0 })

  const again = await start().done
  expect(JSON.parse(again.out)).toMatchObject({ changed: true, revision: 2, effectiveFrom: '2026-12-31T16:00:00.000Z' })
  const known = await start().done
  expect(JSON.parse(known.out)).toMatchObject({ changed: false, revision: 2 })
  expect(await counts()).toEqual({ standards: 1, activations: 1, runs: 1, entries: 1 })
}, 120_000)
