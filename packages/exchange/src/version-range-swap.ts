import type { Tables } from '@huijiao/database'
import { sqlState } from '@huijiao/database'
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import { setTimeout as delay } from 'node:timers/promises'
import { ownParticipant } from './authority.ts'
import { LogRangeError } from './log-range-files.ts'
import { attachPartition, createPartition, partitionLock, proveBounds, type RangePartition, shortLocks } from './partitions.ts'
import { versionPartitions, versionTable } from './version-partitions.ts'

/** Parts of the range that are filled at once, so many times: in between it looks whether somebody waits. */
const pieces = 64
/** For so long everybody waits who reads or stores a version, and it tries so often to be let in. */
const lockMs = 500
const tries = 20

/** What becomes a partition of rows without texts. */
interface ThinRange {
  readonly name: string
  readonly from: number
  readonly to: number
  /** Versions that were written to files. */
  readonly versions: number
}

/**
 * Puts a partition in which most rows have no texts in the place of the full ones. While it is filled, nobody changes the full ones; whoever wants to, such as
 * a person who decides on an old record, is let in, and nothing has happened.
 * @returns how many rows have lost their texts
 * @throws LogRangeError when somebody waits, or more was stored than was written; the database's error 55P03 when somebody uses the versions for long
 */
export async function swapThin(trx: Transaction<Tables>, node: string, range: ThinRange): Promise<number> {
  const { from, to } = range
  await shortLocks.execute(trx)
  const whole = (await versionPartitions(trx)).filter((one) => one.from < to && one.to > from)
  const [first, last] = [whole[0], whole.at(-1)]
  if (first === undefined || last === undefined || first.from > from || last.to !== to)
    throw new LogRangeError(`没有到 ${to} 为止的分区`, `no partition of versions ends at ${to}`)
  for (const { name } of whole) await sql`lock table ${sql.id(name)} in share mode`.execute(trx)
  await mustBeWritten(trx, range)
  await keptWhole(trx, range)
  await mustNotBlock(trx, whole)
  // What lies before it in the same partition is out already, and moves as it is.
  const thin: RangePartition = { name: range.name, from: first.from, to }
  await createPartition(trx, versionTable, thin.name)
  const step = Math.ceil((to - thin.from) / pieces)
  for (let at = thin.from; at < to; at += step) {
    await fill(trx, thin.name, { from: at, to: Math.min(at + step, to) }, from)
    await mustNotBlock(trx, whole)
  }
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from ${sql.id(thin.name)} where part_id >= ${from} and length(salts) = 0`.execute(trx)
  await sql`analyze ${sql.id(thin.name)}`.execute(trx)
  await proveBounds(trx, versionTable, thin)
  // The next partition may be made meanwhile, and is made after these.
  await sql`select pg_advisory_xact_lock(hashtextextended(${partitionLock(versionTable, node)}, 0))`.execute(trx)
  await letIn(trx, whole)
  for (const { name } of whole) {
    await sql`alter table version detach partition ${sql.id(name)}`.execute(trx)
    await sql`drop table ${sql.id(name)}`.execute(trx)
  }
  await attachPartition(trx, versionTable, thin)
  return rows[0]?.n ?? 0
}

/** Part ids are given in blocks, and a process may keep one for long: what it stores meanwhile is not in the files. */
async function mustBeWritten(trx: Transaction<Tables>, { from, to, versions }: ThinRange): Promise<void> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from version where part_id >= ${from} and part_id < ${to} and length(salts) > 0`.execute(trx)
  if (rows[0]?.n !== versions)
    throw new LogRangeError(
      `其间又有版本存入：文件中 ${versions} 个，数据库中 ${rows[0]?.n ?? 0} 个；请移走该目录后再试`,
      `versions were stored meanwhile: ${versions} are in the files and ${rows[0]?.n ?? 0} in the database; move the directory away and try again`,
    )
}

/**
 * The places of versions that keep their texts, in a table of this transaction: what is the head, the latest or in force of a stream; what waits, or an open
 * case, finding or conflict names; what a link has passed over, because a new policy may make it due; what search shows; what a standing correction corrects
 * (`kept_commitment`); and what was published before the last of its stream, which public pages ask for when they say that something was taken out of view.
 */
async function keptWhole(trx: Transaction<Tables>, { from, to }: { readonly from: number; readonly to: number }): Promise<void> {
  const within = (part: RawBuilder<unknown>) => sql`${part} >= ${from} and ${part} < ${to}`
  await sql`create temp table kept_place (part_id bigint, ordinal integer, primary key (part_id, ordinal)) on commit drop`.execute(trx)
  await sql`
    insert into kept_place
    select head_part, head_ordinal from stream where ${within(sql`head_part`)}
    union select last_part, last_ordinal from stream where ${within(sql`last_part`)}
    union select force_part, force_ordinal from stream where ${within(sql`force_part`)}
    union select part_id, ordinal from held where ${within(sql`part_id`)}
    union select part_id, ordinal from parked where state in ('parked', 'retrying') and ${within(sql`part_id`)}
    union select part_id, ordinal from finding where state = 'open' and ${within(sql`part_id`)}
    union select (side ->> 1)::int8, (side ->> 2)::int4 from conflict c cross join lateral jsonb_array_elements(c.sides) as side
      where c.state = 'open' and ${within(sql`(side ->> 1)::int8`)}
    union select i.part_id, i.ordinal from reconcile_case c join reconcile_group g using (set_no)
      join reconcile_item i on i.group_no = g.group_no and i.id = c.id where c.state = 'open' and ${within(sql`i.part_id`)}
    union select v.part_id, v.ordinal from skip k join version v on v.part_id = k.part_id and v.ordinal = k.ordinal
      where ${within(sql`k.part_id`)} and v.operation = 'upsert' and v.state <> 'superseded'
    union select part_id, ordinal from search_record where ${within(sql`part_id`)}
    union select c.part_id, c.ordinal from version c
      join stream s on s.key_digest = c.key_digest and s.source_no = c.source_no
      cross join lateral (values (s.last_part, s.last_ordinal), (s.head_part, s.head_ordinal), (s.force_part, s.force_ordinal)) as t (part_id, ordinal)
      join version l on l.part_id = t.part_id and l.ordinal = t.ordinal and l.prev_part = c.part_id and l.prev_ordinal = c.ordinal
      where ${within(sql`c.part_id`)} and position('"IsPublic":"1"' in c.open_text) > 0`.execute(trx)
  await sql`create temp table kept_commitment (commitment bytea primary key) on commit drop`.execute(trx)
  await sql`
    insert into kept_commitment
    select distinct decode(substring(flag from 'corrects:sha-256:([0-9a-f]{64})'), 'hex')
    from stream s join source o using (source_no) join version f on f.part_id = s.force_part and f.ordinal = s.force_ordinal
    cross join lateral unnest(f.flags) as flag
    where o.participant = ${ownParticipant} and flag ~ '^corrects:sha-256:[0-9a-f]{64}$'`.execute(trx)
  await sql`analyze kept_place, kept_commitment`.execute(trx)
}

const texts = ['open_text', 'named_text', 'sealed_text', 'text_hashes'] as const
const others = [
  ...[
    'part_id',
    'ordinal',
    'key_digest',
    'source_no',
    'record_id',
    'entity',
    'operation',
    'epoch',
    'n',
    'source_version',
    'release',
    'commitment',
  ],
  ...['state', 'reporting_region', 'source_id', 'entered_by', 'reason', 'flags', 'record_index', 'prev_part', 'prev_ordinal'],
] as const

/** A version `v` beside what `keptWhole` found, and whether it keeps its texts by that or by its own state. */
const keeping = sql`
    left join kept_place k on k.part_id = v.part_id and k.ordinal = v.ordinal
    left join kept_commitment c on c.commitment = v.commitment`
const keeps = sql<boolean>`(k.part_id is not null or c.commitment is not null or v.state not in ('accepted', 'superseded', 'refused'))`

/**
 * How many versions of a range would lose their texts now. It reads what `swapThin` reads and changes nothing: the tables it makes end with its transaction.
 */
export async function countThin(db: Kysely<Tables>, { from, to }: { readonly from: number; readonly to: number }): Promise<number> {
  return await db.transaction().execute(async (trx) => {
    await keptWhole(trx, { from, to })
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from version v ${keeping}
      where v.part_id >= ${from} and v.part_id < ${to} and length(v.salts) > 0 and not ${keeps}`.execute(trx)
    return rows[0]?.n ?? 0
  })
}

/** @param begin of the range: what lies before it moves as it is */
async function fill(trx: Transaction<Tables>, table: string, { from, to }: { from: number; to: number }, begin: number): Promise<void> {
  const list = (names: readonly string[]) => sql.join(names.map((name) => sql.id(name)))
  await sql`
    insert into ${sql.id(table)} (${list(others)}, ${list(texts)}, salts)
    select ${sql.join(others.map((name) => sql.ref(`v.${name}`)))}, ${sql.join(texts.map((name) => sql`case when w.yes then ${sql.ref(`v.${name}`)} end`))},
           case when w.yes then v.salts else '' end
    from version v ${keeping}
    cross join lateral (select v.part_id < ${begin} or ${keeps} as yes) as w
    where v.part_id >= ${from} and v.part_id < ${to}
    order by v.part_id, v.ordinal`.execute(trx)
}

/** @throws LogRangeError when somebody waits for a lock on one of the tables */
async function mustNotBlock(trx: Transaction<Tables>, whole: readonly RangePartition[]): Promise<void> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from pg_locks
    where not granted and locktype in ('relation', 'tuple') and relation = any(array[${sql.join(whole.map(({ name }) => sql`${name}::regclass::oid`))}])
      and database = (select oid from pg_database where datname = current_database())`.execute(trx)
  if ((rows[0]?.n ?? 0) > 0)
    throw new LogRangeError(
      '其间有人要改动这些版本（如办理旧记录），已让其先行，没有移出；稍后再试，已写好的文件会继续使用',
      'somebody wants to change one of these versions, deciding on an old record perhaps, and goes first; nothing was taken out. Try again later; files that are whole are used again',
    )
}

/** Gets the lock of the whole table in short tries, so that who reads and stores versions never queues for long. */
async function letIn(trx: Transaction<Tables>, whole: readonly RangePartition[]): Promise<void> {
  await sql`set local lock_timeout = ${sql.lit(`${lockMs}ms`)}`.execute(trx)
  for (let left = tries; ; left--) {
    await sql`savepoint letting_in`.execute(trx)
    try {
      await sql`lock table version in access exclusive mode`.execute(trx)
      return
    } catch (error) {
      if (sqlState(error) !== '55P03' || left <= 1) throw error
      await sql`rollback to savepoint letting_in`.execute(trx)
    }
    // Who had queued behind this try waits for the partition now; let in before the database takes the two for a deadlock.
    await delay(lockMs)
    await mustNotBlock(trx, whole)
  }
}
