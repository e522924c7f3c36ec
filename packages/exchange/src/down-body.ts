import type { DeliveryItem, Tables } from '@huijiao/database'
import { int8Array } from '@huijiao/database'
import { type Kysely, sql } from 'kysely'
import { buildBody } from './delivery-body.ts'
import { aboutOf, authoritativeEntities, downReadTo } from './down-reader.ts'
import { formatPlace, indexOf, parsePlace } from './feed-cursor.ts'
import { chooseDown, type Chosen } from './feed-down.ts'
import type { Caller, Hub } from './hub.ts'
import { readLogHead } from './log.ts'
import { loadVersions } from './version-rows.ts'

export interface DownRequest {
  /** `cursor` of the page before; absent at first. */
  readonly after?: string
  /** Records of these entities only; absent: of all that count here by authority. Empty: none, corrections alone. */
  readonly entities?: readonly string[]
  readonly corrections: boolean
}

export interface DownPage {
  /** In the form of a delivery (docs/protocol.md), proven to this node's checkpoint; sealed texts and lists of attachments as their hashes. Null: nothing. */
  readonly body: Buffer | null
  readonly count: number
  readonly cursor: string
  readonly more: boolean
}

/**
 * The records that come down to a lower node past a cursor: what changed since, as it stands now. Asked again from an earlier place it tells the same
 * versions again, which changes nothing there.
 * @throws Problem parameter-invalid for a cursor that no node gave
 */
export async function readDown(hub: Hub, caller: Caller, request: DownRequest): Promise<DownPage> {
  const about = aboutOf(authoritativeEntities(hub))
  const place = request.after === undefined ? null : parsePlace(request.after)
  // With other entities than at the last time, what was passed over then may be due now.
  const from = place === null || place.about !== about ? 0 : (await indexOf(hub.db, hub.node, place)).index
  const size = Math.min((await readLogHead(hub.db))?.size ?? 0, await downReadTo(hub))
  const want = {
    records: request.entities === undefined || request.entities.length > 0,
    corrections: request.corrections,
    ...(request.entities === undefined ? {} : { entities: new Set(request.entities) }),
  }
  const { chosen, to } = await chooseDown(hub, caller, want, { from, to: size })
  const next = Math.max(from, to)
  const page = { cursor: formatPlace(hub.node, next, { about }), more: next < size }
  const items = await itemsOf(hub.db, chosen)
  if (items.length === 0) return { body: null, count: 0, ...page }
  const body = await bodyOf(hub, items)
  return { body: body.bytes, count: body.count, ...page }
}

/** Where the chosen versions lie, by part, in the order of the log. */
async function itemsOf(db: Kysely<Tables>, chosen: readonly Chosen[]): Promise<DeliveryItem[]> {
  const places = new Map<number, Set<number>>()
  for (const { row, view } of chosen) {
    const [partId, ordinal] = view === null ? [row.part_id, row.ordinal] : [view.partId, view.ordinal]
    places.set(partId, (places.get(partId) ?? new Set()).add(ordinal))
  }
  // A version whose entry is not numbered yet comes with it, a moment later.
  const { rows } = await sql<{ index: number; part_id: number }>`
    select index, part_id from log_entry where part_id = any(${int8Array([...places.keys()])}::int8[]) and kind = 'part' order by index`.execute(
    db,
  )
  return rows.map(({ index, part_id }) => [index, part_id, [...(places.get(part_id) as Set<number>)].sort((a, b) => a - b)])
}

async function bodyOf(hub: Hub, places: readonly DeliveryItem[]) {
  const loaded = await loadVersions(hub.db, places)
  const items = places.map(([index, partId, ordinals]): DeliveryItem => {
    const rows = loaded.get(partId) ?? []
    const listed = (ordinals ?? []).filter((ordinal) => (rows[ordinal]?.salts.length ?? 0) > 48)
    const whole = ordinals?.length === rows.length
    const notes = { attachments: Object.fromEntries(listed.map((ordinal) => [ordinal, 'none' as const])) }
    return listed.length === 0 ? [index, partId, whole ? null : ordinals] : [index, partId, whole ? null : ordinals, notes]
  })
  const checkpointSize = (await readLogHead(hub.db))?.size ?? 0
  const facts = { number: 1, items, checkpointSize, createdAt: hub.clock.now(), sealed: 'hash' as const }
  return await buildBody(hub, hub.db, facts, loaded)
}
