import type { Tables } from '@huijiao/database'
import { byteaArray, int4Array } from '@huijiao/database'
import { sql, type Transaction } from 'kysely'

/**
 * Streams whose head, last or in-force version is gone: they stand on the latest that is left, and go when nothing is left. Rows are locked, so no
 * version is being stored into them meanwhile. Only ever called when versions were found to be gone: it looks at every stream.
 */
export async function mendStreams(trx: Transaction<Tables>): Promise<number> {
  const { rows: broken } = await sql<{ key_digest: Buffer; source_no: number }>`
    select st.key_digest, st.source_no from stream st
    where not exists (select 1 from version v where v.part_id = st.head_part and v.ordinal = st.head_ordinal)
       or not exists (select 1 from version v where v.part_id = st.last_part and v.ordinal = st.last_ordinal)
       or (st.force_part is not null and not exists (select 1 from version v where v.part_id = st.force_part and v.ordinal = st.force_ordinal))
    order by st.key_digest, st.source_no for update`.execute(trx)
  if (broken.length === 0) return 0
  const keys = sql`unnest(${byteaArray(broken.map((row) => row.key_digest))}::bytea[], ${int4Array(broken.map((row) => row.source_no))}::int4[]) as t (key_digest, source_no)`
  await sql`
    with left_over as (
      select v.* from version v join ${keys} on v.key_digest = t.key_digest and v.source_no = t.source_no
    ), head as (
      select distinct on (key_digest, source_no) * from left_over where state <> 'superseded' order by key_digest, source_no, epoch desc, n desc, part_id desc, ordinal desc
    ), last as (
      select distinct on (key_digest, source_no) * from left_over order by key_digest, source_no, part_id desc, ordinal desc
    ), force as (
      select distinct on (key_digest, source_no) * from left_over where state = 'accepted' order by key_digest, source_no, epoch desc, n desc, part_id desc, ordinal desc
    )
    update stream st
    set epoch = h.epoch, n = h.n, source_version = h.source_version, content_mac = null, head_operation = h.operation, head_state = h.state,
        head_part = h.part_id, head_ordinal = h.ordinal, last_part = l.part_id, last_ordinal = l.ordinal, force_part = f.part_id, force_ordinal = f.ordinal
    from head h join last l using (key_digest, source_no) left join force f using (key_digest, source_no)
    where st.key_digest = h.key_digest and st.source_no = h.source_no`.execute(trx)
  await sql`
    delete from stream st using ${keys}
    where st.key_digest = t.key_digest and st.source_no = t.source_no
      and not exists (select 1 from version v where v.part_id = st.head_part and v.ordinal = st.head_ordinal)`.execute(trx)
  return broken.length
}
