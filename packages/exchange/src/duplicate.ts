import type { Tables } from '@huijiao/database'
import { byteaArray, int8Array, textArray } from '@huijiao/database'
import { keyedDigest } from '@huijiao/identity'
import { authorityOf, identityOf } from '@huijiao/standard'
import { sql, type Transaction } from 'kysely'
import { leadingOf, ownParticipant } from './authority.ts'
import { fieldsOf, loadViews, type StreamView } from './authority-read.ts'
import { regionsIn } from './comparable.ts'
import { type Likeness, likenessOf, traitsOf, watchedEntities } from './duplicate-traits.ts'
import type { Hub } from './hub.ts'
import { publicRecordId } from './record-id.ts'
import { automaticSuccession } from './succession-policy.ts'
import { openKeyText, type SuccessionEnd } from './succession-end.ts'
import { insertSuccession, lockSuccessions, resolveKeys } from './succession.ts'
import { allTextsMustBeHere } from './version-range.ts'

type Data = Readonly<Record<string, unknown>>

/** A record of a watched table, by what its leading source has in force. */
interface Subject {
  readonly key: Buffer
  readonly recordId: string
  readonly entity: string
  readonly release: string
  /** Open and named fields. */
  readonly data: Data
}

const watched = new Set(watchedEntities)

function subjectOf(hub: Hub, views: readonly StreamView[]): Subject | null {
  const entity = views[0]?.entity
  if (entity === undefined || !watched.has(entity)) return null
  const leading = leadingOf(entity, views, authorityOf(hub.policy()))
  if (leading === null) return null
  const data = Object.fromEntries(Object.entries(leading.data).filter(([field]) => !leading.sealed.has(field)))
  return { key: leading.keyDigest, recordId: leading.recordId, entity, release: leading.release, data }
}

/** A key of a watched table that was moved. */
export interface WatchedKey {
  readonly key_digest: Buffer
  /** More than one source writes it. */
  readonly several: boolean
}

/** The records of keys that one source alone writes: what leads is what it has in force. What is sealed likens nothing and is not opened. */
async function aloneSubjects(trx: Transaction<Tables>, hub: Hub, keys: readonly Buffer[]): Promise<Subject[]> {
  if (keys.length === 0) return []
  const { rows } = await sql<{
    key_digest: Buffer
    record_id: string
    entity: string
    release: string
    part_id: number
    open_text: string | null
    named_text: string | null
    salts: Buffer
    own: boolean
  }>`
    select s.key_digest, s.record_id, s.entity, v.release, v.part_id, v.open_text, v.named_text, v.salts, o.participant = ${ownParticipant} as own
    from stream s
    join source o using (source_no)
    join version v on v.part_id = s.force_part and v.ordinal = s.force_ordinal
    where s.key_digest = any(${byteaArray(keys)}::bytea[])`.execute(trx)
  await allTextsMustBeHere(trx, rows)
  // What a node says itself may be a correction, which is no source.
  const own = await loadViews(
    hub,
    trx,
    rows.flatMap((row) => (row.own ? [row.key_digest] : [])),
  )
  return rows.flatMap((row) => {
    if (row.own) return subjectOf(hub, own.get(row.key_digest.toString('hex')) ?? []) ?? []
    const data = { ...fieldsOf(row.open_text), ...fieldsOf(row.named_text) }
    return { key: row.key_digest, recordId: row.record_id, entity: row.entity, release: row.release, data }
  })
}

/** Divisions as the release of a record has them. */
const regionsOf = (hub: Hub, subject: Subject) => regionsIn(hub.standards().releases.get(subject.release))

/** Two records of one table, the one with the smaller digest first. */
interface Pair {
  readonly left: Subject
  readonly right: Subject
  /** How many records share the rarest trait that the two have in common. */
  readonly shared: number
}

/** What more records than this have in common speaks little for any two of them: such a pair must agree in nearly everything to be asked about. */
const commonFrom = 5
const commonScore = 0.85

const pairName = (one: Buffer, other: Buffer) => {
  const [left, right] = Buffer.compare(one, other) < 0 ? [one, other] : [other, one]
  return `${left.toString('hex')}/${right.toString('hex')}`
}

/**
 * Looks for records that may be one with those of some keys, and notes what the data itself says about changed numbers. Only records that share a
 * trait are compared, and a trait that many share is left alone, so the work for a key is bounded.
 * @param moved every key that was looked at, also those that have nothing in force any more
 * @param views of those that several sources write
 * @returns how many successions were noted, each with its entry
 */
export async function noteLikenesses(
  trx: Transaction<Tables>,
  hub: Hub,
  moved: readonly WatchedKey[],
  views: ReadonlyMap<string, readonly StreamView[]>,
  at: Date,
): Promise<number> {
  if (moved.length === 0) return 0
  const keys = moved.map((one) => one.key_digest)
  const alone = moved.flatMap((one) => (one.several ? [] : [one.key_digest]))
  const several = moved.flatMap((one) => (one.several ? (subjectOf(hub, views.get(one.key_digest.toString('hex')) ?? []) ?? []) : []))
  const subjects = [...(await aloneSubjects(trx, hub, alone)), ...several]
  await writeTraits(trx, hub, keys, subjects)
  const pairs = await pairsOf(trx, hub, subjects)
  const { automatic, duplicates } = identityOf(hub.policy().document)
  const { linked, added } = await noteSuccessions(
    trx,
    hub,
    pairs,
    automatic.map((one) => one.rule),
  )
  const found = pairs
    .filter(({ left, right }) => !linked.has(pairName(left.key, right.key)))
    .map((pair) => ({
      ...pair,
      ...likenessOf(pair.left.entity, pair.left.data, pair.right.data, regionsOf(hub, pair.left), regionsOf(hub, pair.right)),
    }))
    .filter((pair) => pair.score >= (pair.shared > commonFrom ? Math.max(commonScore, duplicates.threshold) : duplicates.threshold))
  await writePairs(trx, keys, found, at)
  return added
}

/** Digests of traits, as rows that replace what the keys had. */
async function writeTraits(trx: Transaction<Tables>, hub: Hub, keys: readonly Buffer[], subjects: readonly Subject[]): Promise<void> {
  const rows = subjects.flatMap((subject) =>
    traitsOf(subject.entity, subject.data, regionsOf(hub, subject)).map((trait) => ({
      key: subject.key,
      kind: trait.kind,
      trait: keyedDigest(hub.digestSecret, 'trait', `${subject.entity}\0${trait.kind}\0${trait.text}`).subarray(0, 16),
    })),
  )
  const given = sql`unnest(${byteaArray(rows.map((row) => row.key))}::bytea[], ${byteaArray(rows.map((row) => row.trait))}::bytea[], ${textArray(rows.map((row) => row.kind))}::text[])`
  await sql`
    delete from identity_trait t where t.key_digest = any(${byteaArray(keys)}::bytea[])
      and not exists (select 1 from ${given} as g (key_digest, trait, kind) where g.key_digest = t.key_digest and g.trait = t.trait)`.execute(
    trx,
  )
  await sql`insert into identity_trait (key_digest, trait, kind) select * from ${given} as g on conflict do nothing`.execute(trx)
}

/** The records that share a trait with one of the subjects, in pairs. */
async function pairsOf(trx: Transaction<Tables>, hub: Hub, subjects: readonly Subject[]): Promise<Pair[]> {
  if (subjects.length === 0) return []
  const { blockMax } = identityOf(hub.policy().document).duplicates
  // Few traits are shared: those are found first, each by a look into the index, so that a page never has all traits of all records read.
  const { rows } = await sql<{ mine: Buffer; other: Buffer; shared: number }>`
    with own as materialized (
      select t.key_digest, t.trait, (select count(*) from (select 1 from identity_trait c where c.trait = t.trait limit ${blockMax + 1}) as block) as size
      from identity_trait t where t.key_digest = any(${byteaArray(subjects.map((subject) => subject.key))}::bytea[])
    )
    select w.key_digest as mine, o.key_digest as other, min(w.size) as shared
    from own w cross join lateral (select c.key_digest from identity_trait c where c.trait = w.trait limit ${blockMax}) as o
    where w.size between 2 and ${blockMax} and o.key_digest <> w.key_digest
    group by 1, 2`.execute(trx)
  if (rows.length === 0) return []
  const known = new Map(subjects.map((subject) => [subject.key.toString('hex'), subject]))
  const missing = [
    ...new Map(rows.filter((row) => !known.has(row.other.toString('hex'))).map((row) => [row.other.toString('hex'), row.other])).values(),
  ]
  for (const [key, views] of await loadViews(hub, trx, missing)) {
    const subject = subjectOf(hub, views)
    if (subject !== null) known.set(key, subject)
  }
  const pairs = new Map<string, Pair>()
  for (const { mine, other, shared } of rows) {
    const [one, two] = [known.get(mine.toString('hex')), known.get(other.toString('hex'))]
    if (one === undefined || two === undefined) continue
    const [left, right] = Buffer.compare(one.key, two.key) < 0 ? [one, two] : [two, one]
    pairs.set(pairName(left.key, right.key), { left, right, shared })
  }
  return [...pairs.values()]
}

/**
 * Notes the successions that the data itself tells, by the policy's rules. Never twice: one that a person has undone stays undone. Two records that claim to
 * stand for one old number are left to a person.
 * @returns names of the pairs between which a succession stands, and how many were noted just now
 */
async function noteSuccessions(
  trx: Transaction<Tables>,
  hub: Hub,
  pairs: readonly Pair[],
  enabled: Parameters<typeof automaticSuccession>[0],
): Promise<{ linked: Set<string>; added: number }> {
  if (pairs.length === 0) return { linked: new Set(), added: 0 }
  let added = 0
  const told = pairs.flatMap(({ left, right }) =>
    [
      { old: left, now: right },
      { old: right, now: left },
    ].flatMap(({ old, now }) => {
      const found = automaticSuccession(enabled, old.entity, old.data, now.data, regionsOf(hub, now))
      return found === null ? [] : [{ old, now, ...found }]
    }),
  )
  const claims = Map.groupBy(told, (one) => one.old.key.toString('hex'))
  const single = [...claims.values()].flatMap((list) => (list.length === 1 ? list : []))
  if (single.length > 0) {
    await lockSuccessions(trx, hub)
    const before = await everLinked(
      trx,
      single.map((one) => one.old.key),
    )
    for (const { old, now, rule, reason } of single) {
      if (before.has(old.key.toString('hex'))) continue
      const link = { entity: old.entity, kind: 'renamed' as const, effectiveOn: null, reason, rule, actor: 'node' }
      await insertSuccession(trx, hub, { ...link, from: [endOf(hub, old)], to: [endOf(hub, now)] })
      added += 1
    }
  }
  const survivors = await resolveKeys(
    trx,
    pairs.flatMap(({ left, right }) => [left.key, right.key]),
  )
  const now = (key: Buffer) => (survivors.get(key.toString('hex')) ?? [key]).map((one) => one.toString('hex'))
  const linked = new Set(
    pairs
      .filter(({ left, right }) => now(left.key).some((one) => now(right.key).includes(one)))
      .map(({ left, right }) => pairName(left.key, right.key)),
  )
  return { linked, added }
}

/** Old keys, of those given, that have or had a successor. */
async function everLinked(trx: Transaction<Tables>, keys: readonly Buffer[]): Promise<Set<string>> {
  const { rows } = await sql<{ from_digest: Buffer }>`
    select distinct from_digest from succession_link where from_digest = any(${byteaArray(keys)}::bytea[])`.execute(trx)
  return new Set(rows.map((row) => row.from_digest.toString('hex')))
}

function endOf(hub: Hub, subject: Subject): SuccessionEnd {
  const entity = hub.standards().releases.get(subject.release)?.entities.get(subject.entity)
  return {
    digest: subject.key,
    recordId: publicRecordId(subject.recordId),
    keyText: entity === undefined ? null : openKeyText(entity, JSON.stringify(subject.data)),
  }
}

/** Puts new pairs before a person, once; what a person has decided is not asked again. Open ones whose likeness is gone are closed. */
async function writePairs(trx: Transaction<Tables>, keys: readonly Buffer[], found: readonly (Pair & Likeness)[], at: Date): Promise<void> {
  const { rows: open } = await sql<{ duplicate_id: number; left_digest: Buffer; right_digest: Buffer }>`
    select duplicate_id, left_digest, right_digest from duplicate where state = 'open' and left_digest = any(${byteaArray(keys)}::bytea[])
    union
    select duplicate_id, left_digest, right_digest from duplicate where state = 'open' and right_digest = any(${byteaArray(keys)}::bytea[])`.execute(
    trx,
  )
  const names = new Set(found.map((pair) => pairName(pair.left.key, pair.right.key)))
  const gone = open.filter((row) => !names.has(pairName(row.left_digest, row.right_digest))).map((row) => row.duplicate_id)
  if (gone.length > 0)
    await sql`update duplicate set state = 'gone', decided_at = ${at}, actor = 'node' where duplicate_id = any(${int8Array(gone)}::int8[])`.execute(
      trx,
    )
  if (found.length === 0) return
  const of = <T>(pick: (pair: Pair & Likeness) => T) => found.map(pick)
  await sql`
    insert into duplicate (entity, left_digest, right_digest, left_record, right_record, score, reasons, state, found_at)
    select t.entity, t.left_digest, t.right_digest, t.left_record::uuid, t.right_record::uuid, t.score::real, string_to_array(t.reasons, ','), 'open', ${at}
    from unnest(${textArray(of((pair) => pair.left.entity))}::text[], ${byteaArray(of((pair) => pair.left.key))}::bytea[],
                ${byteaArray(of((pair) => pair.right.key))}::bytea[], ${textArray(of((pair) => pair.left.recordId))}::text[],
                ${textArray(of((pair) => pair.right.recordId))}::text[], ${textArray(of((pair) => String(pair.score)))}::text[],
                ${textArray(of((pair) => pair.reasons.join(',')))}::text[]) as t (entity, left_digest, right_digest, left_record, right_record, score, reasons)
    on conflict (left_digest, right_digest) do update
      set score = excluded.score, reasons = excluded.reasons,
          state = 'open', decided_at = null, actor = null, found_at = case when duplicate.state = 'gone' then excluded.found_at else duplicate.found_at end
      where duplicate.state in ('open', 'gone')`.execute(trx)
}
