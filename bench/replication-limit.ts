import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedPostgres, removeEmbeddedPostgres, startEmbeddedPostgres } from '@huijiao/database'
import { projectLine } from './data.ts'
import { rate, until, withClient } from './measure.ts'

const table = `create table replicated (key text, version int, payload text, hash bytea, primary key (key, version));
               create index on replicated (hash)`

/**
 * The limit of three tiers: PostgreSQL's own logical replication over three clusters, the same texts, without validation or audit.
 * @returns records a second, from the first insert until the third cluster has the last one; one value a round
 */
export async function measureReplication(count: number, rounds: number): Promise<number[]> {
  const dir = await mkdtemp(join(tmpdir(), 'huijiao-replication-'))
  const clusters: EmbeddedPostgres[] = []
  const settings = { wal_level: 'logical', max_wal_senders: '8', max_replication_slots: '8' }
  try {
    for (const name of ['city', 'province', 'nation']) {
      const cluster = await startEmbeddedPostgres({ dataDir: join(dir, name), settings })
      clusters.push(cluster)
      await cluster.ensureDatabase('bench')
      await withClient(cluster.url('bench'), async (client) => {
        await client.query(table)
        await client.query('create publication up for table replicated')
        const below = clusters.at(-2)
        if (below !== undefined)
          await client.query(`create subscription up connection '${below.url('bench')}' publication up with (copy_data = false)`)
      })
    }
    const urls = clusters.map((cluster) => cluster.url('bench'))
    const values: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const from = round * count
      const texts = Array.from({ length: count }, (_, at) => projectLine(from + at))
      values.push(
        await rate(async () => {
          await withClient(urls[0] as string, async (client) => {
            for (let at = 0; at < count; at += 1000)
              await client.query(
                `insert into replicated select t.key, 1, t.payload, sha256(t.payload::bytea)
                 from unnest($1::text[], $2::text[]) as t (key, payload)`,
                [Array.from({ length: Math.min(1000, count - at) }, (_, i) => String(from + at + i)), texts.slice(at, at + 1000)],
              )
          })
          await withClient(urls[2] as string, (client) =>
            until('the third cluster', async () => {
              const { rows } = await client.query<{ count: number }>('select count(*)::int as count from replicated')
              return rows[0]?.count === from + count
            }),
          )
        }, count),
      )
    }
    return values
  } finally {
    for (const name of ['nation', 'province', 'city']) await removeEmbeddedPostgres(join(dir, name)).catch(() => undefined)
    await rm(dir, { recursive: true, force: true })
  }
}
