import type { Tables } from '@huijiao/database'
import { retryDeadlocks, textArray } from '@huijiao/database'
import { sha256 } from '@huijiao/merkle'
import { authorityOf, type Tier } from '@huijiao/standard'
import { type Kysely, sql } from 'kysely'
import { ownParticipant } from './authority.ts'
import type { Hub } from './hub.ts'
import { readLogHead } from './log.ts'
import { lockReader, setReader } from './reader.ts'

const tiers: readonly Tier[] = ['county', 'municipal', 'provincial', 'national']

/** The entities of which a source further up counts more than one further down: enterprises and persons, by the policy that the project ships. */
export function authoritativeEntities(hub: Pick<Hub, 'policy' | 'standards'>): string[] {
  const authority = authorityOf(hub.policy())
  const known = new Set([...hub.standards().releases.values()].flatMap((release) => [...release.entities.keys()]))
  const rank = (entity: string, tier: Tier) =>
    authority.rankOf(entity, null, { origin: '', participant: '', tier }) ?? Number.NEGATIVE_INFINITY
  return [...known].filter((entity) => tiers.some((tier, at) => at > 0 && rank(entity, tier) > rank(entity, tiers[at - 1] as Tier))).sort()
}

/** What a place among the records that come down is about: with other entities the reader begins anew, and so do those who ask. */
export const aboutOf = (entities: readonly string[]): string =>
  sha256(Buffer.from(entities.join('\n')))
    .toString('hex')
    .slice(0, 12)

const readerName = (about: string) => `down/${about}`
const entriesMax = 50

/**
 * Reads the sequenced log on and notes which versions may be told further down: those of entities that count by authority, and what nodes say in their
 * own streams (corrections). A record that waited is noted once it is released. Several processes may call this at once.
 * @returns true when there is more to read
 */
export async function watchDown(hub: Hub): Promise<boolean> {
  const entities = authoritativeEntities(hub)
  const name = readerName(aboutOf(entities))
  return await retryDeadlocks(() =>
    hub.db.transaction().execute(async (trx) => {
      const cursor = await lockReader(trx, name)
      const size = (await readLogHead(trx))?.size ?? 0
      if (cursor >= size) return false
      const { rows } = await sql<{ index: number }>`
        select index from log_entry where index >= ${cursor} and index < ${size} and kind in ('part', 'decision') order by index limit ${entriesMax}`.execute(
        trx,
      )
      const last = rows.at(-1)
      if (last !== undefined) await noteVersions(trx, cursor, last.index, entities)
      const more = rows.length === entriesMax
      await setReader(trx, name, more ? (last as { index: number }).index + 1 : size)
      return more
    }),
  )
}

async function noteVersions(trx: Kysely<Tables>, from: number, last: number, entities: readonly string[]): Promise<void> {
  const columns = sql`v.part_id, v.ordinal, v.key_digest, v.entity, v.reporting_region,
    (select decode(substr(flag, 18), 'hex') from unnest(v.flags) as flag where flag ~ '^corrects:sha-256:[0-9a-f]{64}$' limit 1)`
  const wanted = sql`(v.entity = any(${textArray([...entities])}::text[]) or o.participant = ${ownParticipant})`
  await sql`
    insert into down_version (log_index, part_id, ordinal, key_digest, entity, reporting_region, corrects)
    select e.index, ${columns} from log_entry e
    join version v on v.part_id = e.part_id join source o using (source_no)
    where e.kind = 'part' and e.index between ${from} and ${last} and ${wanted} and v.state <> 'superseded'
    union
    select e.index, ${columns} from log_entry e
    cross join lateral jsonb_array_elements(coalesce(e.body::jsonb -> 'versions', '[]')) as named
    join version v on v.part_id = (named ->> 0)::int8 and v.ordinal = (named ->> 1)::int4 join source o using (source_no)
    where e.kind = 'decision' and e.index between ${from} and ${last} and ${wanted}
    on conflict do nothing`.execute(trx)
}

/** How far the log was read for what comes down: index of the first entry that was not. */
export async function downReadTo(hub: Hub): Promise<number> {
  const row = await hub.db
    .selectFrom('reader')
    .select('cursor')
    .where('name', '=', readerName(aboutOf(authoritativeEntities(hub))))
    .executeTakeFirst()
  return row?.cursor ?? 0
}
