import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { projectLine } from './data.ts'

/**
 * The limit: durable `COPY` of the same records as text payload with their hash into a table with three indexes, one connection.
 * @returns records a second
 */
export async function measureCopy(url: string, from: number, count: number): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('drop table if exists bench_copy')
    await client.query(
      'create table bench_copy (entity text, key text, version int, payload text, hash bytea, batch bigint, at timestamptz, primary key (key, version))',
    )
    await client.query('create index on bench_copy (hash)')
    await client.query('create index on bench_copy (batch)')
    const rows = Array.from({ length: count }, (_, at) => {
      const line = projectLine(from + at)
      const key = String(from + at).padStart(16, '0')
      return `TBProjectInfo\t${key}\t1\t${line.slice(line.indexOf('"data":') + 7, -1)}\t\\\\x${randomBytes(32).toString('hex')}\t1\t2026-09-01T00:00:00Z\n`
    })
    const started = performance.now()
    await pipeline(Readable.from(chunks(rows)), client.query(copyFrom('copy bench_copy from stdin')))
    return count / ((performance.now() - started) / 1000)
  } finally {
    await client.end()
  }
}

function* chunks(rows: readonly string[]): Generator<string> {
  for (let at = 0; at < rows.length; at += 1000) yield rows.slice(at, at + 1000).join('')
}
