import type { Tables } from '@huijiao/database'
import { byteaArray, int4Array, int8Array } from '@huijiao/database'
import { recordProblem } from '@huijiao/problem'
import { sql, type Transaction } from 'kysely'
import type { FoundVersion, NewFinding } from './finding.ts'
import type { Hub } from './hub.ts'
import type { Judged, LinkedVersion } from './link-rules.ts'
import type { LinkScope } from './link-rules-scope.ts'
import { addPendingEntry } from './log.ts'
import { digestOfKey } from './key-digest.ts'
import { publicRecordId } from './record-id.ts'

/** Longest ring that is looked for. */
const ringMax = 32

/**
 * Keeps the references of the latest versions, between tables whose references can lead back to where they began. The national tables have none
 * such, so nothing is kept under the policy that comes with this program.
 * @returns the keys whose references changed
 */
export async function storeEdges(
  trx: Transaction<Tables>,
  hub: Hub,
  { circular }: LinkScope,
  versions: readonly LinkedVersion[],
): Promise<Buffer[]> {
  if (circular.size === 0) return []
  const children = new Set([...circular].map((pair) => pair.split('>')[0] as string))
  const concerned = versions.filter((one) => children.has(one.entity))
  if (concerned.length === 0) return []
  await sql`
    delete from link_edge e
    using (select distinct * from unnest(${byteaArray(concerned.map((one) => one.key_digest))}::bytea[], ${int4Array(concerned.map((one) => one.source_no))}::int4[]) as t (key_digest, source_no)) t
    where e.key_digest = t.key_digest and e.source_no = t.source_no`.execute(trx)
  const edges = concerned
    .filter((one) => one.is_head && one.operation === 'upsert')
    .flatMap((version) =>
      version.references
        .filter((reference) => !reference.aliased && circular.has(`${version.entity}>${reference.parent}`))
        .map((reference) => ({ version, digest: digestOfKey(hub, reference.keyText) })),
    )
  await sql`
    insert into link_edge (part_id, ordinal, key_digest, source_no, parent_digest)
    select distinct * from unnest(
      ${int8Array(edges.map((one) => one.version.part_id))}::int8[], ${int4Array(edges.map((one) => one.version.ordinal))}::int4[],
      ${byteaArray(edges.map((one) => one.version.key_digest))}::bytea[], ${int4Array(edges.map((one) => one.version.source_no))}::int4[],
      ${byteaArray(edges.map((one) => one.digest))}::bytea[]) as t
    on conflict do nothing`.execute(trx)
  return concerned.map((one) => one.key_digest)
}

interface RingRow extends FoundVersion {
  readonly record_index: number
  readonly state: string
  readonly ring: readonly string[]
}

/**
 * Records that refer to each other in a ring, or to themselves. Those of them that wait for each other would wait in vain: they are made doubtful at
 * once, and a person decides.
 */
export async function judgeCycles(trx: Transaction<Tables>, hub: Hub, scope: LinkScope, changed: readonly Buffer[]): Promise<Judged> {
  const rule = scope.linkage?.doubts['cycle']
  if (changed.length === 0 || rule === undefined || rule.severity === 'none') return { found: [], gone: [] }
  const { severity, basis } = rule
  const open = await trx
    .selectFrom('finding')
    .select(['finding_no', 'part_id', 'ordinal', 'key_digest'])
    .where('rule', '=', 'linkage.cycle')
    .where('state', '=', 'open')
    .execute()
  const starts = [...changed, ...open.map((row) => row.key_digest)]
  const { rows } = await sql<RingRow>`
    with recursive walk as (
      select e.key_digest as start, e.parent_digest as at, array[e.key_digest] as path
      from link_edge e where e.key_digest = any(${byteaArray(starts)}::bytea[])
      union all
      select w.start, e.parent_digest, w.path || e.key_digest
      from walk w join link_edge e on e.key_digest = w.at
      where w.at <> w.start and not e.key_digest = any(w.path) and cardinality(w.path) < ${ringMax}
    ), rings as (
      select distinct unnest(path) as key_digest, path from walk where at = start
    ), members as (
      select distinct on (e.key_digest, e.source_no) e.part_id, e.ordinal, r.path
      from rings r join link_edge e on e.key_digest = r.key_digest
      order by e.key_digest, e.source_no, cardinality(r.path)
    )
    select v.part_id, v.ordinal, v.key_digest, v.source_no, v.record_id, v.entity, v.reporting_region, v.record_index, v.state,
           (select array_agg(distinct s.record_id::text) from stream s where s.key_digest = any(m.path)) as ring
    from members m join version v on v.part_id = m.part_id and v.ordinal = m.ordinal
    order by v.part_id, v.ordinal`.execute(trx)
  await doubtHeld(
    trx,
    hub,
    rows.filter((row) => row.state === 'held'),
  )
  const found = rows.map((row): NewFinding => {
    const ids = row.ring.map(publicRecordId)
    const alone = row.ring.length === 1
    const problem = recordProblem('reference-cycle', {
      record: row.record_index,
      severity,
      rule: 'linkage.cycle',
      basis,
      pointer: '/data',
      detail: {
        zh: alone ? '本记录引用了自身' : `这些记录循环引用：${ids.join('、')}`,
        en: alone ? 'The record refers to itself' : `These records refer to each other in a ring: ${ids.join(', ')}`,
      },
    })
    return { version: row, rule: 'linkage.cycle', code: 'reference-cycle', severity, about: null, problem }
  })
  const still = new Set(rows.map((row) => `${row.part_id}/${row.ordinal}`))
  return { found, gone: open.filter((row) => !still.has(`${row.part_id}/${row.ordinal}`)).map((row) => row.finding_no) }
}

async function doubtHeld(trx: Transaction<Tables>, hub: Hub, rows: readonly RingRow[]): Promise<void> {
  if (rows.length === 0) return
  const places = rows.map((row) => row.part_id)
  const parts = int8Array(places)
  const ordinals = int4Array(rows.map((row) => row.ordinal))
  await sql`
    select 1 from stream where key_digest = any(${byteaArray(rows.map((row) => row.key_digest))}::bytea[]) order by key_digest, source_no for update`.execute(
    trx,
  )
  const { rows: doubted } = await sql<{ part_id: number; ordinal: number }>`
    with t as (
      select * from unnest(${parts}::int8[], ${ordinals}::int4[]) as t (part_id, ordinal)
    ), turned as (
      update version v set state = 'doubtful' from t
      where v.part_id = t.part_id and v.ordinal = t.ordinal and v.state = 'held'
        -- Only partitions within these bounds are locked against who takes old ones out.
        and v.part_id >= ${Math.min(...places)} and v.part_id <= ${Math.max(...places)}
      returning v.part_id, v.ordinal
    ), heads as (
      update stream s set head_state = 'doubtful' from turned t where s.head_part = t.part_id and s.head_ordinal = t.ordinal
        and s.key_digest = any(${byteaArray(rows.map((row) => row.key_digest))}::bytea[])
    ), gone as (
      delete from held h using turned t where h.part_id = t.part_id and h.ordinal = t.ordinal
    )
    select part_id, ordinal from turned order by part_id, ordinal`.execute(trx)
  if (doubted.length === 0) return
  await addPendingEntry(trx, {
    kind: 'decision',
    instant: hub.clock.now(),
    actor: 'node',
    subject: 'held',
    body: {
      decision: 'doubted',
      reason: 'reference-cycle',
      versions: doubted.map((row) => [row.part_id, row.ordinal]),
      states: doubted.map(() => 'doubtful'),
    },
  })
}
