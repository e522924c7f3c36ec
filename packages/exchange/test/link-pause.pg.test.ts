import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { migrationsDirectory } from '@huijiao/database'
import { createTestDatabase, type TestDatabase } from '@huijiao/testing'
import type { Kysely } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { listLinks, pauseLink, resumeLink } from '../src/index.ts'
import { openTiers, type Tiers } from './two-tiers.ts'

describe('a link that a program of the release before pauses, which runs beside this one during an upgrade', () => {
  let tiers: Tiers
  beforeEach(async () => {
    tiers = await openTiers()
  })
  afterEach(() => tiers.close())

  it('does not say that somebody did it who had paused it before', async () => {
    const { lower, linkName } = tiers
    const paused = async () => (await listLinks(lower.hub))[0]?.paused
    // What that program writes: it does not know that who paused it stands beside.
    const before = (at: Date | null, reason: string | null) =>
      lower.hub.db.updateTable('link').set({ paused_at: at, pause_reason: reason }).where('name', '=', linkName).execute()
    await pauseLink(lower.hub, 'operator:o-1a', linkName, '检修')
    await before(null, null)
    expect(await paused()).toBe(null)
    lower.clock.advance(60_000)
    await before(lower.clock.now(), '停机')
    expect(await paused()).toEqual({ by: null, at: lower.clock.now(), reason: '停机' })
    await resumeLink(lower.hub, 'operator:o-2b', linkName)
    await pauseLink(lower.hub, 'operator:o-2b', linkName, '再停')
    expect(await paused()).toEqual({ by: 'operator:o-2b', at: lower.clock.now(), reason: '再停' })
  })
})

describe('the step that keeps who paused a link', () => {
  const step = '20261123T1200_link_paused_by.ts'
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase({ empty: true, poolMax: 2 })
    for (const name of (await readdir(migrationsDirectory)).toSorted()) if (name < step) await up(name)
  })
  afterAll(() => database.drop())

  async function up(name: string): Promise<void> {
    const { up: run } = (await import(join(migrationsDirectory, name))) as { up: (db: Kysely<unknown>) => Promise<void> }
    await database.db.transaction().execute((trx) => run(trx as unknown as Kysely<unknown>))
  }

  it('takes it from the log for links that are paused, whether the entry has its number or waits for it, and leaves open what the log no longer has', async () => {
    const at = (minute: number) => `2026-09-01T01:0${minute}:00.250Z`
    const { pool } = database
    for (const [name, paused] of [
      ['numbered', at(1)],
      ['waiting', at(2)],
      ['gone', at(3)],
      ['going', null],
    ] as const)
      await pool.query(
        `insert into link (name, url, upstream_tier, upstream_name, paused_at, pause_reason, created_at) values ($1, 'http://up.invalid', 'provincial', '370000', $2, $3, $4)`,
        [name, paused, paused === null ? null : '检修', at(0)],
      )
    const body = (action: string) => JSON.stringify({ action, reason: '检修' })
    let index = 0
    for (const [name, minute, actor, action] of [
      ['numbered', 0, 'operator:o-0a', 'pause'],
      ['numbered', 1, 'operator:o-0b', 'resume'],
      ['numbered', 1, 'operator:o-1a', 'pause'],
      ['going', 1, 'operator:o-0c', 'pause'],
      ['gone', 1, 'operator:o-0d', 'pause'],
    ] as const)
      await pool.query(
        `insert into log_entry (index, kind, instant, actor, subject, leaf, leaf_hash, body_salt, body) values ($1, 'link', $2, $3, $4, '', '\\x00', '\\x00', $5)`,
        [index++, at(minute), actor, name, body(action)],
      )
    await pool.query(
      `insert into log_pending (kind, instant, actor, subject, body_salt, body) values ('link', $1, 'operator:o-2a', 'waiting', '\\x00', $2)`,
      [at(2), body('pause')],
    )
    await up(step)
    const { rows } = await pool.query('select name, paused_by, paused_by_at = paused_at as same from link order by link_no')
    expect(rows).toEqual([
      { name: 'numbered', paused_by: 'operator:o-1a', same: true },
      { name: 'waiting', paused_by: 'operator:o-2a', same: true },
      { name: 'gone', paused_by: null, same: null },
      { name: 'going', paused_by: null, same: null },
    ])
  })
})
