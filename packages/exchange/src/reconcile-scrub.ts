import type { Tables } from '@huijiao/database'
import { byteaArray, int4Array } from '@huijiao/database'
import { sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { mendStreams } from './reconcile-mend.ts'
import { withSets } from './reconcile-reader.ts'
import { type SetName, setNoOf, touchBuckets } from './reconcile-set.ts'

export interface Scrubbed {
  /** Items whose version is gone from the database. */
  readonly lost: number
  /** Items whose version has another commitment than when it was stored. */
  readonly altered: number
  /** Heads of streams that stood on a version that is gone. */
  readonly streamsMended: number
}

/** Rows taken from PostgreSQL at once, however much was lost. */
const pageMax = 10_000

interface BadRow {
  readonly group_no: number
  readonly bucket: number
  readonly id: Buffer
  /** Null: the version is gone. */
  readonly commitment: Buffer | null
}

/**
 * Holds a set against the versions themselves: digests alone would go on telling of rows that somebody or something has removed. What is lost leaves
 * the set, so that the other side is asked for it; what was altered stands there as it is now. Reads keys and commitments only.
 */
export async function scrubSet(hub: Hub, name: SetName): Promise<Scrubbed> {
  let [lost, altered, streamsMended] = [0, 0, 0]
  const setNo = await setNoOf(hub.db, name)
  const groups = await hub.db.selectFrom('reconcile_group').select('group_no').where('set_no', '=', setNo).execute()
  for (const { group_no } of groups) {
    for (;;) {
      const bad = await withSets(hub, (trx) => scrubGroup(trx, group_no))
      lost += bad.filter((row) => row.commitment === null).length
      altered += bad.filter((row) => row.commitment !== null).length
      if (bad.length < pageMax) break
    }
  }
  // Above, what is sent again must find its stream as if the lost version had never been there.
  if (lost > 0 && name.side === 'down') streamsMended = await hub.db.transaction().execute((trx) => mendStreams(trx))
  if (lost + altered > 0) {
    await hub.db.transaction().execute((trx) =>
      addPendingEntry(trx, {
        kind: 'reconcile',
        instant: hub.clock.now(),
        actor: 'node',
        subject: name.peer,
        body: { action: 'damage', side: name.side, lost, altered, streamsMended },
      }),
    )
    hub.onPending()
    hub.log.error(
      { peer: name.peer, side: name.side, lost, altered, streamsMended, alarm: 'versions-damaged' },
      'versions that were stored are gone from the database, or changed in it, without an entry',
    )
  }
  return { lost, altered, streamsMended }
}

async function scrubGroup(trx: Transaction<Tables>, groupNo: number): Promise<BadRow[]> {
  const { rows } = await sql<BadRow>`
    select i.group_no, i.bucket, i.id, v.commitment
    from reconcile_item i left join version v on v.part_id = i.part_id and v.ordinal = i.ordinal
    where i.group_no = ${groupNo} and (v.part_id is null or v.commitment <> substring(i.value from 2)) limit ${pageMax}`.execute(trx)
  const table = (list: readonly BadRow[]) =>
    sql`unnest(${int4Array(list.map((row) => row.bucket))}::int4[], ${byteaArray(list.map((row) => row.id))}::bytea[], ${byteaArray(list.map((row) => row.commitment))}::bytea[]) as t (bucket, id, commitment)`
  const gone = rows.filter((row) => row.commitment === null)
  const other = rows.filter((row) => row.commitment !== null)
  if (gone.length > 0)
    await sql`delete from reconcile_item i using ${table(gone)} where i.group_no = ${groupNo} and i.bucket = t.bucket and i.id = t.id`.execute(
      trx,
    )
  if (other.length > 0)
    await sql`
      update reconcile_item i set value = substring(i.value from 1 for 1) || t.commitment from ${table(other)}
      where i.group_no = ${groupNo} and i.bucket = t.bucket and i.id = t.id`.execute(trx)
  await touchBuckets(
    trx,
    rows.map((row) => ({ groupNo: row.group_no, bucket: row.bucket })),
  )
  return rows
}
