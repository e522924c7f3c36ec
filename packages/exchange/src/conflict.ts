import type { ConflictSide, Tables } from '@huijiao/database'
import { byteaArray, int8Array, textArray } from '@huijiao/database'
import { keyedDigest } from '@huijiao/identity'
import { authorityOf } from '@huijiao/standard'
import { type Kysely, sql, type Transaction } from 'kysely'
import { composeInForce, correctedFields, correctionsOf } from './authority.ts'
import type { StreamView } from './authority-read.ts'
import { comparable, valueDigest } from './comparable.ts'
import type { Hub } from './hub.ts'

/** A field of a key in which what is in force does not agree. */
export interface Difference {
  readonly keyDigest: Buffer
  readonly recordId: string
  readonly entity: string
  readonly field: string
  /** `correction`: a source says something new where a correction stands. */
  readonly kind: 'sources' | 'correction'
  readonly sides: readonly ConflictSide[]
  /** Keyed digest over what the sides say, whichever versions say it. */
  readonly valuesMac: Buffer
}

/**
 * The fields in which the streams of one key differ. What one source says and another leaves out is no difference; neither is what a source says of its
 * own handling. Where a correction stands, only a value counts that is neither the corrected nor the right one: it may be news, and a person is asked.
 */
export function differencesOf(hub: Pick<Hub, 'digestSecret' | 'policy' | 'standards'>, views: readonly StreamView[]): Difference[] {
  const first = views[0]
  if (first === undefined || views.length < 2) return []
  const authority = authorityOf(hub.policy())
  const { releases } = hub.standards()
  const said = (view: StreamView, field: string, value: unknown) => {
    const release = releases.get(view.release)
    return comparable(release, release?.entities.get(view.entity), field, value)
  }
  const side = (view: StreamView, field: string): ConflictSide => [
    view.sourceNo,
    view.partId,
    view.ordinal,
    valueDigest(hub, field, view.data[field] === undefined ? '' : said(view, field, view.data[field])),
  ]
  const difference = (field: string, kind: Difference['kind'], of: readonly StreamView[]): Difference => {
    const sides = of.map((view) => side(view, field)).sort((a, b) => a[0] - b[0])
    const valuesMac = keyedDigest(hub.digestSecret, 'sides', sides.map(([source, , , digest]) => `${source}:${digest}`).join(' ')).subarray(
      0,
      16,
    )
    return { keyDigest: first.keyDigest, recordId: first.recordId, entity: first.entity, field, kind, sides, valuesMac }
  }
  const sources = views.filter((view) => view.corrects === undefined)
  const found = new Map<string, Difference>()
  for (const field of new Set(sources.flatMap((view) => Object.keys(view.data)))) {
    const saying = sources.filter((view) => view.data[field] !== undefined)
    if (saying.length < 2 || authority.isOwnStatement(first.entity, field)) continue
    if (new Set(saying.map((view) => said(view, field, view.data[field]))).size > 1) found.set(field, difference(field, 'sources', saying))
  }
  const uncorrected = composeInForce(first.entity, sources, authority)
  for (const correction of correctionsOf(views) as StreamView[]) {
    for (const field of correctedFields(correction)) {
      found.delete(field)
      const giver = sources.find((view) => view.sourceNo === uncorrected?.from.get(field))
      if (giver === undefined) continue
      const now = said(giver, field, giver.data[field])
      const before = correction.corrects?.[field]
      const right = correction.data[field]
      const known = [before, right].some((value) => value !== undefined && said(correction, field, value) === now)
      if (!known) found.set(field, difference(field, 'correction', [giver, correction]))
    }
  }
  return [...found.values()]
}

interface KnownRow {
  readonly conflict_id: number
  readonly key_digest: Buffer
  readonly field: string
  readonly values_mac: Buffer
  readonly state: 'open' | 'decided' | 'settled'
}

const nameOf = (row: { readonly key: Buffer; readonly field: string }) => `${row.key.toString('hex')}/${row.field}`

/**
 * Brings the projection of conflicts up to date for some keys. What a person has decided is not asked again as long as the sources say the same;
 * what agrees again is settled.
 * @param keys every key that was looked at, also those without a difference
 */
export async function noteDifferences(
  trx: Transaction<Tables>,
  keys: readonly Buffer[],
  differences: readonly Difference[],
  at: Date,
): Promise<void> {
  if (keys.length === 0) return
  const known = await latestConflicts(trx, keys)
  const now = new Map(differences.map((one) => [nameOf({ key: one.keyDigest, field: one.field }), one]))
  const gone = [...known].filter(([name, row]) => row.state === 'open' && !now.has(name)).map(([, row]) => row.conflict_id)
  const moved: [number, Difference][] = []
  const fresh: Difference[] = []
  for (const [name, one] of now) {
    const before = known.get(name)
    if (before?.state === 'open') moved.push([before.conflict_id, one])
    else if (before?.state !== 'decided' || !before.values_mac.equals(one.valuesMac)) fresh.push(one)
  }
  if (gone.length > 0)
    await sql`
      update conflict set state = 'settled', settled_at = ${at}, actor = 'node', reason = 'agree'
      where conflict_id = any(${int8Array(gone)}::int8[])`.execute(trx)
  if (moved.length > 0)
    await sql`
      update conflict c set sides = t.sides::jsonb, values_mac = t.mac, kind = t.kind, source_nos = array(select (one ->> 0)::int from jsonb_array_elements(t.sides::jsonb) one)
      from unnest(${int8Array(moved.map(([id]) => id))}::int8[], ${textArray(moved.map(([, one]) => JSON.stringify(one.sides)))}::text[],
                  ${byteaArray(moved.map(([, one]) => one.valuesMac))}::bytea[], ${textArray(moved.map(([, one]) => one.kind))}::text[]) as t (id, sides, mac, kind)
      where c.conflict_id = t.id and (c.values_mac <> t.mac or c.sides <> t.sides::jsonb)`.execute(trx)
  if (fresh.length > 0)
    await sql`
      insert into conflict (key_digest, record_id, entity, field, kind, sides, source_nos, values_mac, state, found_at)
      select t.key, t.record::uuid, t.entity, t.field, t.kind, t.sides::jsonb, array(select (one ->> 0)::int from jsonb_array_elements(t.sides::jsonb) one), t.mac, 'open', ${at}
      from unnest(${byteaArray(fresh.map((one) => one.keyDigest))}::bytea[], ${textArray(fresh.map((one) => one.recordId))}::text[],
                  ${textArray(fresh.map((one) => one.entity))}::text[], ${textArray(fresh.map((one) => one.field))}::text[],
                  ${textArray(fresh.map((one) => one.kind))}::text[], ${textArray(fresh.map((one) => JSON.stringify(one.sides)))}::text[],
                  ${byteaArray(fresh.map((one) => one.valuesMac))}::bytea[]) as t (key, record, entity, field, kind, sides, mac)`.execute(
      trx,
    )
}

/** The latest row of each field of the keys, by key and field. */
async function latestConflicts(db: Kysely<Tables>, keys: readonly Buffer[]): Promise<Map<string, KnownRow>> {
  const { rows } = await sql<KnownRow>`
    select distinct on (key_digest, field) conflict_id, key_digest, field, values_mac, state from conflict
    where key_digest = any(${byteaArray(keys)}::bytea[]) order by key_digest, field, conflict_id desc`.execute(db)
  return new Map(rows.map((row) => [nameOf({ key: row.key_digest, field: row.field }), row]))
}
