import type { LinkFlow, LinkGroupTable, Tables } from '@huijiao/database'
import type { Policy } from '@huijiao/standard'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import { groupNames, restOfEntities } from './link-flow.ts'
import type { Hub } from './hub.ts'
import type { LinkRow } from './next-delivery.ts'

export type LinkGroupRow = Selectable<LinkGroupTable>

/**
 * Makes the groups of a link what its configuration says. A group whose entities are no longer the same begins where the slowest of all groups is: what
 * it sends a second time is answered `unchanged` above, and nothing is left out.
 */
export async function ensureGroups(trx: Transaction<Tables>, link: LinkRow, flow: LinkFlow): Promise<void> {
  const known = await readGroups(trx, link.link_no)
  const wanted =
    flow.groups === undefined || flow.groups.length === 0
      ? []
      : groupNames(flow).map((name) => ({ name, entities: entitiesOf(flow, name) }))
  const same = (one: { name: string; entities: readonly string[] }) =>
    known.find((group) => group.name === one.name && JSON.stringify(group.entities) === JSON.stringify(one.entities))
  if (known.length === wanted.length && wanted.every((one) => same(one) !== undefined)) return
  const slowest = link.cursor
  await trx.deleteFrom('link_group').where('link_no', '=', link.link_no).execute()
  await trx.deleteFrom('link_ahead').where('link_no', '=', link.link_no).execute()
  // What is under way is settled by the group of the rest, and covers no range: its entries are met again.
  await trx
    .updateTable('delivery')
    .set({ group_name: restOfEntities, from_index: slowest, to_index: slowest })
    .where('link_no', '=', link.link_no)
    .where('state', '=', 'open')
    .execute()
  for (const one of wanted) {
    await trx
      .insertInto('link_group')
      .values({
        link_no: link.link_no,
        name: one.name,
        entities: JSON.stringify(one.entities),
        cursor: slowest,
        caught_up_at: same(one)?.caught_up_at ?? null,
      })
      .execute()
  }
}

/** The rest is what the others name, taken away: kept with them, so that a change of theirs is one of the rest, too. */
const entitiesOf = (flow: LinkFlow, name: string): readonly string[] =>
  name === restOfEntities
    ? (flow.groups ?? []).flatMap((group) => group.entities)
    : ((flow.groups ?? []).find((group) => group.name === name)?.entities ?? [])

export async function readGroups(db: Kysely<Tables>, linkNo: number): Promise<LinkGroupRow[]> {
  return await db.selectFrom('link_group').selectAll().where('link_no', '=', linkNo).orderBy('name').execute()
}

export const isGrouped = (link: Pick<LinkRow, 'flow'>): boolean => (link.flow.groups?.length ?? 0) > 0

/** Which entities a group takes. The first group that names an entity has it. */
export function takesOf(policy: Policy, flow: LinkFlow, name: string): (entity: string) => boolean {
  const groups = flow.groups ?? []
  if (groups.length === 0) return () => true
  const known = new Map<string, string>()
  return (entity) => {
    let owner = known.get(entity)
    if (owner === undefined) {
      owner = groups.find((group) => policy.names(group.entities, entity))?.name ?? restOfEntities
      known.set(entity, owner)
    }
    return owner === name
  }
}

/** Sets the cursor of a group, and with it that of the link: the lowest of its groups'. `only`: a further condition. */
export async function setCursor(
  trx: Transaction<Tables>,
  link: Pick<LinkRow, 'link_no' | 'flow'>,
  group: string,
  to: number,
): Promise<void> {
  if (!isGrouped(link)) {
    await trx.updateTable('link').set({ cursor: to }).where('link_no', '=', link.link_no).execute()
    return
  }
  await trx.updateTable('link_group').set({ cursor: to }).where('link_no', '=', link.link_no).where('name', '=', group).execute()
  await lowestOfGroups(trx, link.link_no)
}

/** The cursor passes a range when its delivery, or the last of its halves, is settled. A retry, and what went ahead, cover no range. */
export async function moveCursor(
  trx: Transaction<Tables>,
  link: Pick<LinkRow, 'link_no' | 'flow'>,
  delivery: { readonly to_index: number; readonly group_name: string },
): Promise<void> {
  const linkNo = link.link_no
  const nothingOpen = sql`not exists (select 1 from delivery where link_no = ${linkNo} and state = 'open' and group_name = ${delivery.group_name})`
  if (!isGrouped(link)) {
    await sql`update link set cursor = greatest(cursor, ${delivery.to_index}::int8) where link_no = ${linkNo} and ${nothingOpen}`.execute(
      trx,
    )
    return
  }
  await sql`
    update link_group set cursor = greatest(cursor, ${delivery.to_index}::int8)
    where link_no = ${linkNo} and name = ${delivery.group_name} and ${nothingOpen}`.execute(trx)
  await lowestOfGroups(trx, linkNo)
}

const lowestOfGroups = (trx: Transaction<Tables>, linkNo: number) =>
  sql`update link set cursor = (select min(cursor) from link_group where link_no = ${linkNo}) where link_no = ${linkNo}`.execute(trx)

/** Puts a link back to an entry, all of its groups: everything from there on is judged, and what qualifies is sent, once more. */
export async function rewindLink(trx: Transaction<Tables>, linkNo: number, to: number): Promise<void> {
  await sql`update link set cursor = least(cursor, ${to}::int8) where link_no = ${linkNo}`.execute(trx)
  await sql`update link_group set cursor = least(cursor, ${to}::int8) where link_no = ${linkNo}`.execute(trx)
  await trx.deleteFrom('link_ahead').where('link_no', '=', linkNo).where('log_index', '>=', to).execute()
}

/** Notes that a group had sent all that was there: a time that comes again is over until it comes again. */
export async function noteCaughtUp(hub: Hub, linkNo: number, group: string): Promise<void> {
  await hub.db
    .updateTable('link_group')
    .set({ caught_up_at: hub.clock.now() })
    .where('link_no', '=', linkNo)
    .where('name', '=', group)
    .execute()
}
