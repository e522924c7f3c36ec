import { randomUUID } from 'node:crypto'
import type { SuccessionTable, Tables } from '@huijiao/database'
import { byteaArray, textArray } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { parseRecordId, publicRecordId } from './record-id.ts'
import { resolveEnd, type SuccessionEnd } from './succession-end.ts'

export type SuccessionKind = SuccessionTable['kind']
export type SuccessionRow = Selectable<SuccessionTable>

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
const depthMax = 100

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

async function refuseImpossible(trx: Transaction<Tables>, from: readonly SuccessionEnd[], to: readonly SuccessionEnd[]): Promise<void> {
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
  },
): Promise<string> {
  const id = randomUUID()
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

interface LinkRow {
  readonly succession_id: string
  readonly from_digest: Buffer
  readonly to_digest: Buffer
  readonly from_key: string | null
  readonly to_key: string | null
  readonly from_record: string | null
  readonly to_record: string | null
  readonly depth: number
}

/** One step of a chain as callers see it. Keys only where they hold nothing personal. */
export interface ShownStep {
  readonly succession: string
  readonly kind: SuccessionKind
  readonly effectiveOn: string | null
  readonly reason: string
  /** The rule that found it in the data; null when a person said it. */
  readonly rule: string | null
  readonly from: readonly ShownEnd[]
  readonly to: readonly ShownEnd[]
}

export interface ShownEnd {
  readonly recordId: string | null
  readonly key: unknown
}

/** The standing steps that lead from a key onward (`successors`) or to it (`predecessors`), nearest first. */
export async function chainOf(db: Kysely<Tables>, digest: Buffer, direction: 'successors' | 'predecessors'): Promise<ShownStep[]> {
  const [here, there] = direction === 'successors' ? ['from_digest', 'to_digest'] : ['to_digest', 'from_digest']
  const { rows } = await sql<{ succession_id: string; depth: number }>`
    with recursive walk as (
      select l.succession_id, l.${sql.ref(there)} as at, 1 as depth from succession_link l where l.standing and l.${sql.ref(here)} = ${digest}
      union
      select l.succession_id, l.${sql.ref(there)}, w.depth + 1 from walk w join succession_link l on l.${sql.ref(here)} = w.at and l.standing where w.depth < ${depthMax}
    )
    select succession_id, min(depth) as depth from walk group by succession_id order by 2, 1`.execute(db)
  const steps = await showSuccessions(
    db,
    rows.map((row) => row.succession_id),
  )
  return rows.flatMap((row) => steps.get(row.succession_id) ?? [])
}

async function showSuccessions(db: Kysely<Tables>, ids: readonly string[]): Promise<Map<string, ShownStep>> {
  if (ids.length === 0) return new Map()
  const heads = await db.selectFrom('succession').selectAll().where('succession_id', 'in', ids).execute()
  const { rows: links } = await sql<LinkRow>`
    select l.*, (select record_id from stream s where s.key_digest = l.from_digest order by record_id limit 1) as from_record,
           (select record_id from stream s where s.key_digest = l.to_digest order by record_id limit 1) as to_record
    from succession_link l where l.succession_id = any(${[...ids]}::uuid[]) order by l.from_digest, l.to_digest`.execute(db)
  return new Map(
    heads.map((head): [string, ShownStep] => {
      const own = links.filter((link) => link.succession_id === head.succession_id)
      const ends = (pick: (link: LinkRow) => [Buffer, string | null, string | null]) =>
        [...new Map(own.map((link) => [pick(link)[0].toString('hex'), pick(link)])).values()].map(([, record, key]): ShownEnd => ({
          recordId: record === null ? null : publicRecordId(record),
          key: key === null ? null : ((JSON.parse(key) as { key?: unknown }).key ?? null),
        }))
      return [
        head.succession_id,
        {
          succession: head.succession_id,
          kind: head.kind,
          effectiveOn: head.effective_on,
          reason: head.reason,
          rule: head.rule,
          from: ends((link) => [link.from_digest, link.from_record, link.from_key]),
          to: ends((link) => [link.to_digest, link.to_record, link.to_key]),
        },
      ]
    }),
  )
}

export interface SuccessionFilter {
  readonly entity?: string
  readonly state?: 'standing' | 'undone'
  readonly recordId?: string
  /** Numbers below this one. */
  readonly before?: number
  readonly limit: number
}

/** Successions, newest first. */
export async function listSuccessions(db: Kysely<Tables>, filter: SuccessionFilter) {
  let query = db.selectFrom('succession').selectAll()
  if (filter.entity !== undefined) query = query.where('entity', '=', filter.entity)
  if (filter.state !== undefined) query = query.where('undone_at', filter.state === 'standing' ? 'is' : 'is not', null)
  if (filter.before !== undefined) query = query.where('number', '<', filter.before)
  if (filter.recordId !== undefined) {
    const uuid = parseRecordId(filter.recordId) ?? '00000000-0000-0000-0000-000000000000'
    query = query.where(
      'succession_id',
      'in',
      sql<string>`(select l.succession_id from succession_link l join stream s on s.key_digest in (l.from_digest, l.to_digest) where s.record_id = ${uuid}::uuid)`,
    )
  }
  const rows = await query.orderBy('number', 'desc').limit(filter.limit).execute()
  const shown = await showSuccessions(
    db,
    rows.map((row) => row.succession_id),
  )
  return rows.map((row) => ({
    number: row.number,
    entity: row.entity,
    ...(shown.get(row.succession_id) as ShownStep),
    actor: row.actor,
    madeAt: row.made_at.toISOString(),
    undone: row.undone_at === null ? null : { at: row.undone_at.toISOString(), actor: row.undone_by, reason: row.undo_reason },
  }))
}
