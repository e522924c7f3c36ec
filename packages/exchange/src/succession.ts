import { randomUUID } from 'node:crypto'
import type { SuccessionTable, Tables } from '@huijiao/database'
import { byteaArray, textArray } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { resolveEnd, type SuccessionEnd } from './succession-end.ts'

export type SuccessionKind = SuccessionTable['kind']

/** A record by its id, or by its business key when it is not here (yet). */
export type Endpoint = { readonly recordId: string } | { readonly key: Readonly<Record<string, unknown>> }

export interface NewSuccession {
  readonly entity: string
  /** `renamed`: one became one; `merged`: one or several went into one; `split`: one became several. */
  readonly kind: SuccessionKind
  readonly from: readonly Endpoint[]
  readonly to: readonly Endpoint[]
  /** YYYY-MM-DD, where it is known. */
  readonly effectiveOn?: string
  readonly reason: string
}

/** Longer chains than this are not followed; nothing real comes near it. */
export const depthMax = 100

/**
 * The keys that stand for others now: for each digest that has successors, the ends of its chains, by the digest in hex. Keys without a successor are not
 * in the answer. One statement whatever the number of keys.
 */
export async function resolveKeys(db: Kysely<Tables>, digests: readonly Buffer[]): Promise<Map<string, Buffer[]>> {
  if (digests.length === 0) return new Map()
  const { rows } = await sql<{ asked: Buffer; at: Buffer }>`
    with recursive walk as (
      select l.from_digest as asked, l.to_digest as at, 1 as depth
      from succession_link l where l.standing and l.from_digest = any(${byteaArray(digests)}::bytea[])
      union
      select w.asked, l.to_digest, w.depth + 1 from walk w join succession_link l on l.from_digest = w.at and l.standing where w.depth < ${depthMax}
    )
    select distinct asked, at from walk w where not exists (select 1 from succession_link l where l.from_digest = w.at and l.standing)
    order by asked, at`.execute(db)
  const found = new Map<string, Buffer[]>()
  for (const { asked, at } of rows) found.set(asked.toString('hex'), [...(found.get(asked.toString('hex')) ?? []), at])
  return found
}

/**
 * Notes that one number became another, as a log entry. Chains are followed by whoever reads; a ring is refused.
 * @param actor who says so, such as `operator:token`
 * @throws Problem parameter-invalid, not-found, succession-conflict
 */
export async function addSuccession(hub: Hub, actor: string, input: NewSuccession): Promise<string> {
  const wanted = { renamed: [1, 1, 1], merged: [1, 100, 1], split: [1, 1, 100] }[input.kind] as [number, number, number]
  const [fromMin, fromMax, toMax] = wanted
  if (
    input.from.length < fromMin ||
    input.from.length > fromMax ||
    input.to.length > toMax ||
    input.to.length < (input.kind === 'split' ? 2 : 1)
  )
    throw new Problem('parameter-invalid', {
      zh: 'renamed 一对一，merged 多（或一）对一，split 一对多',
      en: 'renamed is one to one, merged several (or one) to one, split one to several',
    })
  const id = await hub.db.transaction().execute(async (trx) => {
    await lockSuccessions(trx, hub)
    const ends = async (list: readonly Endpoint[]) => {
      const resolved: SuccessionEnd[] = []
      for (const end of list) resolved.push(await resolveEnd(trx, hub, input.entity, end))
      return resolved
    }
    const [from, to] = [await ends(input.from), await ends(input.to)]
    await refuseImpossible(trx, from, to)
    return await insertSuccession(trx, hub, { ...input, effectiveOn: input.effectiveOn ?? null, actor, rule: null, from, to })
  })
  hub.onPending()
  return id
}

/** One change of numbers at a time, or two could close a ring together. */
export async function lockSuccessions(trx: Transaction<Tables>, hub: Hub): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`huijiao/succession/${hub.node.name}`}, 0))`.execute(trx)
}

/** @throws Problem succession-conflict when an end occurs twice, an old one has a successor already, or a ring would close */
export async function refuseImpossible(
  trx: Transaction<Tables>,
  from: readonly SuccessionEnd[],
  to: readonly SuccessionEnd[],
): Promise<void> {
  const conflict = (zh: string, en: string) => new Problem('succession-conflict', { zh, en })
  const names = new Set([...from, ...to].map((end) => end.digest.toString('hex')))
  if (names.size < from.length + to.length) throw conflict('新旧编号中有相同的', 'A number occurs twice among the old and the new ones')
  const { rows: taken } = await sql`
    select 1 from succession_link where standing and from_digest = any(${byteaArray(from.map((end) => end.digest))}::bytea[]) limit 1`.execute(
    trx,
  )
  if (taken.length > 0)
    throw conflict(
      '旧编号已有继任；请先撤销原关系，或从继任编号接续',
      'An old number has a successor already; undo that first, or go on from the successor',
    )
  const { rows: ring } = await sql`
    with recursive walk as (
      select l.to_digest as at, 1 as depth from succession_link l where l.standing and l.from_digest = any(${byteaArray(to.map((end) => end.digest))}::bytea[])
      union
      select l.to_digest, w.depth + 1 from walk w join succession_link l on l.from_digest = w.at and l.standing where w.depth < ${depthMax}
    )
    select 1 from walk where at = any(${byteaArray(from.map((end) => end.digest))}::bytea[]) limit 1`.execute(trx)
  if (ring.length > 0) throw conflict('新编号最终又归于旧编号，成环', 'The new number leads back to the old one: a ring')
}

/** Stores a succession and its entry, inside the caller's transaction and under its lock. */
export async function insertSuccession(
  trx: Transaction<Tables>,
  hub: Hub,
  input: {
    readonly entity: string
    readonly kind: SuccessionKind
    readonly from: readonly SuccessionEnd[]
    readonly to: readonly SuccessionEnd[]
    readonly effectiveOn: string | null
    readonly reason: string
    readonly rule: string | null
    readonly actor: string
    /** As it was given where it was noted; absent: it is noted here. */
    readonly id?: string
  },
): Promise<string> {
  const id = input.id ?? randomUUID()
  const at = hub.clock.now()
  const { entity, kind, from, to, effectiveOn, reason, rule, actor } = input
  await trx
    .insertInto('succession')
    .values({
      succession_id: id,
      entity,
      kind,
      effective_on: effectiveOn,
      reason,
      rule,
      actor,
      made_at: at,
      undone_at: null,
      undone_by: null,
      undo_reason: null,
    })
    .execute()
  const pairs = from.flatMap((old) => to.map((now) => ({ old, now })))
  await sql`
    insert into succession_link (succession_id, from_digest, to_digest, from_key, to_key)
    select ${id}::uuid, t.* from unnest(
      ${byteaArray(pairs.map((pair) => pair.old.digest))}::bytea[], ${byteaArray(pairs.map((pair) => pair.now.digest))}::bytea[],
      ${textArray(pairs.map((pair) => pair.old.keyText))}::text[], ${textArray(pairs.map((pair) => pair.now.keyText))}::text[]) as t`.execute(
    trx,
  )
  const told = (end: SuccessionEnd) => ({ record: end.recordId, key: end.keyText === null ? null : (JSON.parse(end.keyText) as unknown) })
  await addPendingEntry(trx, {
    kind: 'succession',
    instant: at,
    actor,
    subject: id,
    body: { act: 'linked', succession: id, entity, kind, from: from.map(told), to: to.map(told), effectiveOn, reason, rule },
  })
  return id
}

/**
 * Takes a succession back by a later entry; it stays readable.
 * @throws Problem not-found
 */
export async function undoSuccession(hub: Hub, actor: string, id: string, reason: string): Promise<void> {
  const at = hub.clock.now()
  await hub.db.transaction().execute(async (trx) => {
    await lockSuccessions(trx, hub)
    const row = /^[0-9a-f-]{36}$/.test(id)
      ? await trx
          .updateTable('succession')
          .set({ undone_at: at, undone_by: actor, undo_reason: reason })
          .where('succession_id', '=', id)
          .where('undone_at', 'is', null)
          .returning('entity')
          .executeTakeFirst()
      : undefined
    if (row === undefined)
      throw new Problem('not-found', {
        zh: `没有现行的编号关系 ${id.slice(0, 60)}`,
        en: `There is no standing succession ${id.slice(0, 60)}`,
      })
    await trx.updateTable('succession_link').set({ standing: false }).where('succession_id', '=', id).execute()
    // Found to be the same record by mistake: the pair is asked about again when its records next move.
    await trx.updateTable('duplicate').set({ state: 'gone' }).where('succession_id', '=', id).execute()
    await addPendingEntry(trx, {
      kind: 'succession',
      instant: at,
      actor,
      subject: id,
      body: { act: 'undone', succession: id, entity: row.entity, reason },
    })
  })
  hub.onPending()
}
