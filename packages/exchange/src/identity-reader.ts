import type { Tables } from '@huijiao/database'
import { int4Array, int8Array, retryDeadlocks } from '@huijiao/database'
import { sql, type Transaction } from 'kysely'
import { loadViews } from './authority-read.ts'
import { differencesOf, noteDifferences } from './conflict.ts'
import { noteLikenesses, type WatchedKey } from './duplicate.ts'
import { watchedEntities } from './duplicate-traits.ts'
import type { Hub } from './hub.ts'
import { lockReader, type Pace, readTouched, setReader, type TouchedVersions } from './reader.ts'

const readerName = 'identity'
/** Bounds of one page: entries, and versions that they tell of. A single part may hold more, and is then a page. */
const entriesMax = 200
const versionsMax = { short: 500, usual: 2000 }

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
      const page = await readTouched(trx, cursor, { entries: entriesMax, versions: short ? versionsMax.short : versionsMax.usual })
      if (page === null) return { more: false, linked: false }
      const keys = await movedKeys(trx, page)
      const at = hub.clock.now()
      const several = keys.filter((one) => one.several).map((one) => one.key_digest)
      const views = await loadViews(hub, trx, several)
      await noteDifferences(
        trx,
        several,
        several.flatMap((key) => differencesOf(hub, views.get(key.toString('hex')) ?? [])),
        at,
      )
      const watched = keys.filter((one) => watchedEntities.includes(one.entity))
      const successions = await noteLikenesses(trx, hub, watched, views, at)
      await setReader(trx, readerName, page.next)
      return { more: page.more, linked: successions > 0 }
    }),
  )
  if (linked) hub.onPending()
  return more
}

interface MovedKey extends WatchedKey {
  readonly entity: string
}

/** The keys that a page of the log moved, as far as identity looks at them: of a watched table, or written by several sources. */
async function movedKeys(trx: Transaction<Tables>, page: TouchedVersions): Promise<MovedKey[]> {
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
