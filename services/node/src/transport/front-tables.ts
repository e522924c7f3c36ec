import { readFile } from 'node:fs/promises'
import type { AttachmentFacts } from '@huijiao/exchange'
import pg from 'pg'
import type { Logger } from 'pino'
import type { Adapter, AdapterDelivery, AdapterRecord, Verdict } from './adapter.ts'

/**
 * Front tables (前置库): one table for each entity in a PostgreSQL database that both sides reach. This side writes rows with `hj_state` 'waiting'; the far
 * system reads them, and sets `hj_state` to 'taken' or 'refused' and, if it refuses, `hj_reason`. Nothing here is ever written twice or taken back.
 */
export interface FrontTablesSettings {
  /** `postgres://user@host:port/database?schema=name`, without a password. */
  readonly url: string
  /** File with the password; null when none is needed. */
  readonly passwordFile: string | null
  /** Fields of an entity in every release that is served, in the order of its table. */
  readonly fieldsOf: (entity: string) => readonly string[]
  readonly now: () => Date
  readonly log: Logger
}

const name = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`
const own = [
  'hj_delivery uuid not null',
  'hj_position integer not null',
  'hj_record text not null',
  'hj_operation text not null',
  'hj_stream text not null',
  'hj_epoch integer not null',
  'hj_n integer not null',
  'hj_release text not null',
  'hj_commitment text not null',
  'hj_region text not null',
  'hj_withdraw_reason text',
  'hj_written_at timestamptz not null',
  "hj_state text not null default 'waiting'",
  'hj_reason text',
  'hj_judged_at timestamptz',
] as const

export function createFrontTables(settings: FrontTablesSettings): Adapter {
  const address = new URL(settings.url)
  const schema = address.searchParams.get('schema') ?? 'huijiao_front'
  address.searchParams.delete('schema')
  const at = (table: string) => `${name(schema)}.${name(table)}`
  let pool: pg.Pool | undefined
  const known = new Map<string, Set<string>>()
  const connected = async (): Promise<pg.Pool> => {
    if (pool !== undefined) return pool
    const full = new URL(address)
    // The address is never shown with it; pg takes what stands in the address for the whole truth.
    if (settings.passwordFile !== null) full.password = encodeURIComponent((await readFile(settings.passwordFile, 'utf8')).trim())
    pool = new pg.Pool({
      connectionString: full.href,
      max: 2,
      application_name: 'huijiao front tables',
      connectionTimeoutMillis: 10_000,
      statement_timeout: 60_000,
      // The server's own limit is not heard over a line that is dead on one side.
      query_timeout: 70_000,
    })
    pool.on('error', (error) =>
      settings.log.warn({ err: error }, 'a connection to the front tables broke; the next delivery opens another'),
    )
    return pool
  }
  /** What was made in a transaction that is undone is not there, and the far side may have cleared its database: then it is looked at anew. */
  const inTransaction = async (work: (client: pg.PoolClient) => Promise<void>): Promise<void> => {
    try {
      await commit(await connected(), work)
    } catch (error) {
      known.clear()
      throw error
    }
  }
  /** Makes what is missing. A far side that makes its tables itself, and lets nobody else, has them already, and nothing is done. */
  const ensure = async (
    client: pg.ClientBase,
    table: string,
    columns: readonly string[],
    key: string,
    more: readonly string[] = [],
  ): Promise<void> => {
    let there = known.get(table)
    if (there === undefined) {
      there = await columnsOf(client, schema, table)
      if (there.size === 0) {
        // Asked first: whoever may not make schemas is refused even for one that is there, and a refusal ends the transaction.
        const { rowCount } = await client.query('select 1 from pg_namespace where nspname = $1', [schema])
        if (rowCount === 0) await client.query(`create schema if not exists ${name(schema)}`)
        await client.query(`create table if not exists ${at(table)} (${columns.join(', ')}, primary key (${key}))`)
        if (columns.includes(own[0])) {
          const index = `${table.slice(0, 50)}_waiting`
          await client.query(`create index if not exists ${name(index)} on ${at(table)} (hj_written_at) where hj_state = 'waiting'`)
        }
        there = await columnsOf(client, schema, table)
      }
      known.set(table, there)
    }
    for (const column of more.filter((one) => !there.has(one))) {
      await client.query(`alter table ${at(table)} add column if not exists ${name(column)} text`)
      there.add(column)
    }
  }
  const ensureOwn = (client: pg.ClientBase) =>
    ensure(
      client,
      'hj_delivery',
      [
        'delivery uuid',
        'digest text not null',
        'number integer not null',
        'sender text not null',
        'produced_at timestamptz not null',
        'records integer not null',
        'entities text[] not null',
        'written_at timestamptz not null',
        'receipt bytea',
      ],
      'delivery',
    )

  const writeRecords = async (
    client: pg.ClientBase,
    delivery: AdapterDelivery,
    entity: string,
    records: readonly AdapterRecord[],
    now: Date,
  ) => {
    const fields = [...new Set([...settings.fieldsOf(entity), ...records.flatMap((record) => Object.keys(record.fields))])]
    await ensure(client, entity, own, 'hj_delivery, hj_position', fields)
    const columns = [...own.slice(0, 12).map((column) => column.split(' ')[0] as string), ...fields]
    const types = [
      'uuid',
      'int4',
      'text',
      'text',
      'text',
      'int4',
      'int4',
      'text',
      'text',
      'text',
      'text',
      'timestamptz',
      ...fields.map(() => 'text'),
    ]
    const rows = records.map((one) => [
      delivery.id,
      one.position,
      one.recordId,
      one.operation,
      one.stream,
      one.epoch,
      one.n,
      one.release,
      one.commitment,
      one.reportingRegion,
      one.reason,
      now,
      ...fields.map((field) => textOf(one.fields[field])),
    ])
    const arrays = columns.map((_, at) => rows.map((row) => row[at]))
    await client.query(
      `insert into ${at(entity)} (${columns.map(name).join(', ')}) select * from unnest(${types.map((type, at) => `$${at + 1}::${type}[]`).join(', ')})`,
      arrays,
    )
  }

  return {
    put: async (delivery) => {
      if (delivery.records.length === 0) return
      await inTransaction(async (client) => {
        await ensureOwn(client)
        const byEntity = Map.groupBy(delivery.records, (record) => record.entity)
        const now = settings.now()
        const { rowCount } = await client.query(
          `insert into ${at('hj_delivery')} (delivery, digest, number, sender, produced_at, records, entities, written_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
          [
            delivery.id,
            delivery.digest,
            delivery.envelope.delivery,
            delivery.envelope.from.node,
            delivery.envelope.producedAt,
            delivery.records.length,
            [...byEntity.keys()],
            now,
          ],
        )
        if (rowCount === 0) return
        for (const [entity, records] of byEntity) await writeRecords(client, delivery, entity, records, now)
      })
    },
    receipt: async (id) => {
      const { rows } = await ifThere(async () =>
        (await connected()).query<{ receipt: Buffer | null }>(`select receipt from ${at('hj_delivery')} where delivery = $1`, [id]),
      )
      return rows[0]?.receipt ?? null
    },
    verdicts: async (id) => {
      const client = await connected()
      const { rows } = await client.query<{ records: number; entities: string[] }>(
        `select records, entities from ${at('hj_delivery')} where delivery = $1`,
        [id],
      )
      const [delivery] = rows
      if (delivery === undefined) return null
      const verdicts: Verdict[] = []
      for (const entity of delivery.entities) {
        const found = await client.query<{ position: number; state: string; reason: string | null }>(
          `select hj_position as position, hj_state as state, hj_reason as reason from ${at(entity)} where hj_delivery = $1`,
          [id],
        )
        for (const { position, state, reason } of found.rows) {
          if (state !== 'taken' && state !== 'refused') return null
          verdicts.push({ position, taken: state === 'taken', reason: reason === null ? null : reason.slice(0, 500) })
        }
      }
      return verdicts.length === delivery.records ? verdicts : null
    },
    keepReceipt: async (id, receipt, instead) => {
      const client = await connected()
      await client.query(`update ${at('hj_delivery')} set receipt = $2 where delivery = $1 and (receipt is null or receipt = $3)`, [
        id,
        receipt,
        instead,
      ])
      const { rows } = await client.query<{ receipt: Buffer | null }>(`select receipt from ${at('hj_delivery')} where delivery = $1`, [id])
      // A delivery without records, a test of the connection, is not kept.
      return rows[0]?.receipt ?? receipt
    },
    putAttachment: async (attachment: AttachmentFacts, bytes) => {
      const chunks: Buffer[] = []
      for await (const chunk of bytes()) chunks.push(chunk)
      await inTransaction(async (client) => {
        await ensure(
          client,
          'hj_attachment',
          ['digest text', 'media_type text not null', 'bytes bytea not null', 'written_at timestamptz not null'],
          'digest',
        )
        await client.query(`insert into ${at('hj_attachment')} values ($1, $2, $3, $4) on conflict do nothing`, [
          attachment.digest,
          attachment.mediaType,
          Buffer.concat(chunks),
          settings.now(),
        ])
      })
    },
    known: async (sender, ids, open) => {
      const { rows } = await ifThere(async () =>
        (await connected()).query<{ any: boolean; known: string[] }>(
          `select exists (select 1 from ${at('hj_delivery')} where sender = $1 and delivery <> all($3::uuid[])) as any,
                  array(select delivery from ${at('hj_delivery')} where delivery = any($2::uuid[]) and receipt is not null)::text[] as known`,
          [sender, ids, open],
        ),
      )
      return rows[0]?.any === true ? new Set(rows[0].known) : null
    },
    close: async () => {
      await pool?.end()
      pool = undefined
    },
  }
}

/** Codes, texts and decimals are texts; counts become texts; what has members stays JSON. */
const textOf = (value: unknown): string | null =>
  value === undefined || value === null ? null : typeof value === 'object' ? JSON.stringify(value) : String(value)

async function columnsOf(client: pg.ClientBase, schema: string, table: string): Promise<Set<string>> {
  const { rows } = await client.query<{ column_name: string }>(
    'select column_name from information_schema.columns where table_schema = $1 and table_name = $2',
    [schema, table],
  )
  return new Set(rows.map((row) => row.column_name))
}

const code = (error: unknown): string | undefined => (error as { code?: string } | null)?.code

/** Before the first delivery there are no tables. */
async function ifThere<Row extends pg.QueryResultRow>(query: () => Promise<pg.QueryResult<Row>>): Promise<{ rows: Row[] }> {
  try {
    return await query()
  } catch (error) {
    if (code(error) === '42P01' || code(error) === '3F000') return { rows: [] }
    throw error
  }
}

async function commit(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect()
  let broken = false
  try {
    await client.query('begin')
    await work(client)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {
      broken = true
    })
    throw error
  } finally {
    client.release(broken)
  }
}
