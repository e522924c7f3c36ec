import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { migrationsDirectory } from '@huijiao/database'
import { createTestDatabase, type TestDatabase } from '@huijiao/testing'
import type { Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const step = '20261123T0900_parked_unjudged.ts'
const at = '2026-09-01T01:30:00Z'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ empty: true, poolMax: 2 })
  for (const name of (await readdir(migrationsDirectory)).toSorted()) if (name < step) await up(name)
}, 60_000)
afterAll(() => database.drop())

async function up(name: string): Promise<void> {
  const { up: run } = (await import(join(migrationsDirectory, name))) as { up: (db: Kysely<unknown>) => Promise<void> }
  await database.db.transaction().execute((trx) => run(trx as unknown as Kysely<unknown>))
}

interface Aside {
  readonly state?: 'parked' | 'retrying' | 'delivered' | 'superseded'
  /** It waits with the record that it refers to. */
  readonly parent?: true
}

/** A delivery as the program before left it; null: what is parked names none, as after a comparison. */
type Ended = { readonly state: 'open' | 'finished' | 'split'; readonly records: number; readonly attempts: number } | null

const alone: Ended = { state: 'split', records: 1, attempts: 3 }
const cases: readonly (readonly [what: string, ended: Ended, aside: Aside, unjudged: boolean])[] = [
  ['alone, and its delivery was never judged', alone, {}, true],
  ['the same, at its first attempt', { ...alone, attempts: 0 }, {}, true],
  ['the same, asked for again since', alone, { state: 'retrying' }, true],
  ['the same, overtaken since', alone, { state: 'superseded' }, true],
  ['the same, taken above since', alone, { state: 'delivered' }, false],
  ['the same, but it only waits for its parent', alone, { parent: true }, false],
  ['refused by a receipt', { state: 'finished', records: 3, attempts: 1 }, {}, false],
  ['refused by a receipt, alone', { state: 'finished', records: 1, attempts: 1 }, {}, false],
  ['for its attachment, and the others went on; the whole had been sent before', { state: 'split', records: 3, attempts: 2 }, {}, true],
  ['for its attachment, before anything was sent', { state: 'split', records: 3, attempts: 0 }, {}, false],
  ['waiting for a parent that was set aside so', { state: 'split', records: 3, attempts: 2 }, { parent: true }, false],
  ['sent again after a comparison', null, { state: 'retrying' }, false],
]

describe('the step that keeps which parked records were sent without a receipt', () => {
  it('finds them among those that are parked by the deliveries they were in', async () => {
    const { pool } = database
    const { rows: links } = await pool.query(
      `insert into link (name, url, upstream_tier, upstream_name, created_at) values ('370000', 'http://up.invalid', 'provincial', '370000', $1) returning link_no`,
      [at],
    )
    const linkNo = links[0].link_no as number
    for (const [ordinal, [, ended, { state = 'parked', parent }]] of cases.entries()) {
      const deliveryId = randomUUID()
      if (ended !== null)
        await pool.query(
          `insert into delivery (delivery_id, link_no, number, kind, from_index, to_index, items, digest, record_count, body_bytes, checkpoint_size, created_at, state, attempts)
           values ($1, $2, $3, 'range', 0, 1, '[]', '\\x00', $4, 100, 1, $5, $6, $7)`,
          [deliveryId, linkNo, ordinal + 1, ended.records, at, ended.state, ended.attempts],
        )
      await pool.query(
        `insert into parked (link_no, part_id, ordinal, log_index, record_id, entity, reporting_region, participant, reason, problems, delivery_id, parked_at, state, parent_part, parent_ordinal)
         values ($1, 1, $2, 0, $3, 'TBProjectInfo', '370102', '370100/p-1', 'test', '[]', $4, $5, $6, $7, $8)`,
        [linkNo, ordinal, randomUUID(), deliveryId, at, state, parent === true ? 1 : null, parent === true ? 0 : null],
      )
    }
    await up(step)
    const { rows } = await pool.query('select ordinal, unjudged from parked order by ordinal')
    expect(rows.map((row) => [cases[row.ordinal]?.[0], row.unjudged])).toEqual(cases.map(([what, , , unjudged]) => [what, unjudged]))
  })
})
