import type { Tables } from '@huijiao/database'
import { byteaArray } from '@huijiao/database'
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import type { LinkRow } from './next-delivery.ts'
import { judgeFor, policyInForce } from './policy-in-force.ts'
import { canBeJudged, type Candidate, decideCandidates } from './qualify.ts'
import { idOfRow } from './reconcile-reader.ts'
import { publicRecordId } from './record-id.ts'
import type { VersionsElsewhere } from './version-range.ts'
import { loadVersions, type VersionRow } from './version-rows.ts'

/** Versions looked at; where so many are left over, the first of them tell enough. */
const leftOverMax = 1000

export interface Undelivered {
  /** Versions that qualify and that the cursor has passed, but that were neither delivered, parked nor skipped. */
  readonly count: number
  /** It looked at the first thousand that were left over. */
  readonly more: boolean
  readonly examples: readonly { readonly recordId: string; readonly entity: string; readonly entry: number }[]
  /** Never went up either, and only contents that were taken out of the database would tell whether they qualify: how many, and where those are. */
  readonly elsewhere: { readonly count: number; readonly ranges: readonly VersionsElsewhere[] }
}

const none: Undelivered['elsewhere'] = { count: 0, ranges: [] }

/**
 * What should have gone up a link and never did. A report of this node about itself: the upstream is not asked, because it cannot know. Right when
 * everything works, this is empty: each version that the cursor has passed was delivered, parked or skipped. Whoever takes old contents out goes by that, so
 * that a version that was lost on its way may be among them: it is told apart, and keeps no comparison from its end.
 */
export async function findUndelivered(hub: Hub, link: LinkRow, setNo: number): Promise<Undelivered> {
  const rows = await withLeftOver(hub.db, link, setNo, async (trx, statement) => (await statement.execute(trx)).rows)
  if (rows.length === 0) return { count: 0, more: false, examples: [], elsewhere: none }
  const parts = await loadVersions(
    hub.db,
    [...Map.groupBy(rows, (row) => row.part_id)].map(([partId, list]) => [list[0]?.index, partId, list.map((row) => row.ordinal)] as const),
  )
  const candidates = rows.slice(0, leftOverMax).flatMap((row): Candidate[] => {
    const version = parts.get(row.part_id)?.[row.ordinal]
    return version === undefined ? [] : [{ row: version, logIndex: row.index, meeting: { kind: 'new' } }]
  })
  // A version that was sent again, as another row of the same place, is delivered under that one.
  const known = await knownIds(
    hub.db,
    setNo,
    candidates.map((one) => idOfRow(one.row)),
  )
  const { policy } = await policyInForce(hub, hub.db)
  const judge = judgeFor(policy, link)
  const never = Map.groupBy(
    candidates.filter((one) => !known.has(idOfRow(one.row).toString('hex'))),
    (one) => canBeJudged(one.row, judge),
  )
  const { send } = await decideCandidates(hub.db, link.link_no, never.get(true) ?? [], judge)
  return {
    count: send.length,
    more: rows.length > leftOverMax,
    examples: send
      .slice(0, 100)
      .map(({ row, logIndex }) => ({ recordId: publicRecordId(row.record_id), entity: row.entity, entry: logIndex })),
    elsewhere: elsewhereOf((never.get(false) ?? []).map((one) => one.row)),
  }
}

interface LeftOver {
  readonly part_id: number
  readonly ordinal: number
  readonly index: number
}

/**
 * Runs work with the statement that finds what the cursor has passed and nothing tells of. The planner may take the sets for a few rows, while their counts are
 * old, and then look through one of them for each row of the other: four hundred million looks for 20,000 records. Tables are held against each other by
 * hashes only.
 */
export const withLeftOver = <T>(
  db: Kysely<Tables>,
  link: Pick<LinkRow, 'link_no' | 'cursor'>,
  setNo: number,
  work: (trx: Transaction<Tables>, statement: RawBuilder<LeftOver>) => Promise<T>,
): Promise<T> =>
  db.transaction().execute(async (trx) => {
    await sql`select set_config('enable_nestloop', 'off', true)`.execute(trx)
    const statement = sql<LeftOver>`
    select v.part_id, v.ordinal, e.index
    from log_entry e
    join version v on v.part_id = e.part_id
    join part own on own.part_id = e.part_id
    join submission sent on sent.submission_no = own.submission_no and sent.came_from_above is null
    left join skip s on s.link_no = ${link.link_no} and s.part_id = v.part_id and s.ordinal = v.ordinal
    left join parked p on p.link_no = ${link.link_no} and p.part_id = v.part_id and p.ordinal = v.ordinal
    left join (select i.part_id, i.ordinal from reconcile_item i join reconcile_group g using (group_no) where g.set_no = ${setNo}) d
      on d.part_id = v.part_id and d.ordinal = v.ordinal
    where e.kind = 'part' and e.index < ${link.cursor} and s.part_id is null and p.part_id is null and d.part_id is null
    order by e.index, v.ordinal limit ${leftOverMax + 1}`
    return await work(trx, statement)
  })

function elsewhereOf(rows: readonly VersionRow[]): Undelivered['elsewhere'] {
  const ranges = new Map(rows.flatMap(({ elsewhere }) => (elsewhere === undefined ? [] : [[elsewhere.from, elsewhere] as const])))
  return { count: rows.length, ranges: [...ranges.values()].toSorted((a, b) => a.from - b.from) }
}

async function knownIds(db: Kysely<Tables>, setNo: number, ids: readonly Buffer[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: Buffer }>`
    select i.id from unnest(${byteaArray(ids)}::bytea[]) as t (id)
    join reconcile_group g on g.set_no = ${setNo}
    join reconcile_item i on i.group_no = g.group_no and i.bucket = (get_byte(t.id, 0) << 4) | (get_byte(t.id, 1) >> 4) and i.id = t.id`.execute(
    db,
  )
  return new Set(rows.map((row) => row.id.toString('hex')))
}
