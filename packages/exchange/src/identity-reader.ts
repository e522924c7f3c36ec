import type { Tables } from '@huijiao/database'
import { int4Array, int8Array, retryDeadlocks } from '@huijiao/database'
import { sql, type Transaction } from 'kysely'
import { loadViews } from './authority-read.ts'
import { differencesOf, noteDifferences } from './conflict.ts'
import { noteLikenesses } from './duplicate.ts'
import { watchedEntities } from './duplicate-traits.ts'
import type { Hub } from './hub.ts'
import { readLogHead } from './log.ts'
import { lockReader, type Pace, setReader } from './reader.ts'

const readerName = 'identity'
/** Bounds of one page: entries, and versions that they tell of. A single part may hold more, and is then a page. */
const entriesMax = 200
const versionsMax = { short: 500, usual: 2000 }

interface Page {
  readonly parts: readonly number[]
  readonly decided: readonly (readonly [part: number, ordinal: number])[]
  readonly next: number
  readonly more: boolean
}

/**
 * Reads the sequenced log on and brings to date what is known of identity: fields in which sources differ, records that may be one, numbers that the
 * data itself says became others. One page a call; several processes may call it at once, one works at a time. Nothing of this is done while records are
 * received.
 * @returns true when there is more to read
 */
export async function watchIdentities(hub: Hub, { short = false }: Pace = {}): Promise<boolean> {
  const { more, linked } = await retryDeadlocks(() =>
    hub.db.transaction().execute(async (trx) => {
      const cursor = await lockReader(trx, readerName)
      const page = await readPage(trx, cursor, short ? versionsMax.short : versionsMax.usual)
      if (page === null) return { more: false, linked: false }
      const keys = await movedKeys(trx, page)
      const at = hub.clock.now()
      const views = await loadViews(
        hub,
        trx,
        keys.map((one) => one.key_digest),
      )
      const several = keys.filter((one) => one.several).map((one) => one.key_digest)
      await noteDifferences(
        trx,
        several,
        several.flatMap((key) => differencesOf(hub, views.get(key.toString('hex')) ?? [])),
        at,
      )
      const watched = keys.filter((one) => watchedEntities.includes(one.entity)).map((one) => one.key_digest)
      const successions = await noteLikenesses(trx, hub, watched, views, at)
      await setReader(trx, readerName, page.next)
      return { more: page.more, linked: successions > 0 }
    }),
  )
  if (linked) hub.onPending()
  return more
}

async function readPage(trx: Transaction<Tables>, cursor: number, most: number): Promise<Page | null> {
  const size = (await readLogHead(trx))?.size ?? 0
  if (size <= cursor) return null
  const { rows } = await sql<{ index: number; part_id: number | null; body: string | null; version_count: number | null }>`
    select e.index, e.part_id, case when e.kind = 'decision' then e.body end as body, p.version_count
    from log_entry e left join part p on p.part_id = e.part_id
    where e.index >= ${cursor} and e.index < ${size} and e.kind in ('part', 'decision') order by e.index limit ${entriesMax}`.execute(trx)
  const taken: typeof rows = []
  let versions = 0
  for (const row of rows) {
    versions += row.version_count ?? 0
    if (taken.length > 0 && versions > most) break
    taken.push(row)
  }
  const more = taken.length < rows.length || rows.length === entriesMax
  return {
    parts: taken.flatMap((row) => (row.part_id === null || row.version_count === 0 ? [] : [row.part_id])),
    decided: taken.flatMap((row) =>
      row.body === null ? [] : ((JSON.parse(row.body) as { versions?: [number, number][] }).versions ?? []),
    ),
    next: more ? (taken.at(-1) as { index: number }).index + 1 : size,
    more,
  }
}

interface MovedKey {
  readonly key_digest: Buffer
  readonly entity: string
  /** More than one source writes it. */
  readonly several: boolean
}

/** The keys that a page of the log moved, as far as identity looks at them: of a watched table, or written by several sources. */
async function movedKeys(trx: Transaction<Tables>, page: Page): Promise<MovedKey[]> {
  if (page.parts.length === 0 && page.decided.length === 0) return []
  const { rows } = await sql<MovedKey>`
    select m.key_digest, m.entity, (select count(*) from stream s where s.key_digest = m.key_digest) > 1 as several
    from (
      select v.key_digest, v.entity from version v where v.part_id = any(${int8Array(page.parts)}::int8[])
      union
      select v.key_digest, v.entity from version v
      join unnest(${int8Array(page.decided.map(([part]) => part))}::int8[], ${int4Array(page.decided.map(([, ordinal]) => ordinal))}::int4[]) as t (part_id, ordinal)
        on v.part_id = t.part_id and v.ordinal = t.ordinal
    ) as m`.execute(trx)
  return rows.filter((row) => row.several || watchedEntities.includes(row.entity))
}
