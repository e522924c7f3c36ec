import type pg from 'pg'

/**
 * What years of sending up leave on a link, written straight into its tables: deliveries, records that are not due above, records that the upstream set
 * aside, comparisons. No upstream is measured on the stock, and nobody's log says any of it.
 */
export async function fillLink(client: pg.Client, total: number): Promise<void> {
  const { rows } = await client.query(`select 1 from delivery where state = 'finished' limit 1`)
  if (rows.length > 0) return
  await client.query(
    `insert into delivery (delivery_id, link_no, number, kind, from_index, to_index, items, digest, record_count, body_bytes, checkpoint_size, created_at, state, attempts, finished_at, counts)
     select gen_random_uuid(), l.link_no, i, 'range', i, i, '[]', ''::bytea, 100, 30000, i, t.at, 'finished', 1, t.at, '{"accepted": 99, "refused": 1}'
     from link l, generate_series(1, $1::int) i cross join lateral (select timestamptz '2026-01-01' + i * interval '5 minutes' as at) t`,
    [total / 50],
  )
  await client.query(
    `insert into skip (link_no, part_id, ordinal, log_index, reason, kind, policy, skipped_at)
     select l.link_no, v.part_id, v.ordinal, e.index, case when v.ordinal % 3 = 0 then 'not-selected' else 'never-sent' end, 'not-due', 'default', e.instant
     from link l, version v join log_entry e on e.part_id = v.part_id where v.entity = 'TBProjectInfo' and v.ordinal % 2 = 0`,
  )
  await client.query(
    `insert into parked (link_no, part_id, ordinal, log_index, record_id, entity, reporting_region, participant, reason, problems, delivery_id, parked_at, state)
     select l.link_no, v.part_id, v.ordinal, e.index, v.record_id, v.entity, v.reporting_region, '370100/p-bench',
            (array['region-not-granted', 'code-unlisted', 'reference-missing', 'value-out-of-range'])[1 + v.ordinal % 4],
            jsonb_build_array(jsonb_build_object('code', 'code-unlisted', 'field', (array['CountyNum', 'PrjTypeNum', 'AllInvest'])[1 + v.ordinal % 3])), gen_random_uuid(),
            e.instant + v.ordinal * interval '1 millisecond', 'parked'
     from link l, version v join log_entry e on e.part_id = v.part_id where v.ordinal % 50 = 1`,
  )
}
