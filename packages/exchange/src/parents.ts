import type { Tables } from '@huijiao/database'
import { byteaArray } from '@huijiao/database'
import { aliasTexts, type Entity, heldReferences, type Reference } from '@huijiao/standard'
import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import { digestOfKey } from './key-digest.ts'

/** A record that another one must find before it counts. */
export interface Parent {
  /** Keyed digest of the parent's business key, or of one of its aliases; 32 bytes. */
  readonly digest: Buffer
  readonly entity: string
  readonly field: string
  readonly rule: string
  readonly basis: string
  readonly basisEn: string | undefined
  /** The table of the child, and what it says in `field`. */
  readonly child: Entity
  readonly value: string
  /** Days of 24 hours that the child waits. */
  readonly holdDays: number
}

type Data = Readonly<Record<string, unknown>>

type Judging = Pick<Hub, 'digestSecret' | 'policy'> & { readonly node: Pick<Hub['node'], 'tier'> }

export const parentOf = (hub: Pick<Hub, 'digestSecret'>, child: Entity, reference: Reference): Parent => ({
  digest: digestOfKey(hub, reference.keyText),
  entity: reference.parent,
  field: reference.field,
  rule: reference.rule,
  basis: reference.basis,
  basisEn: reference.basisEn,
  child,
  value: reference.value,
  holdDays: reference.holdDays,
})

/** The parents that a record waits for at this node. */
export const parentsToHold = (hub: Judging, entity: Entity, data: Data): Parent[] =>
  heldReferences(entity, data, hub.policy(), hub.node.tier).map((reference) => parentOf(hub, entity, reference))

/** Other digests than that of its key under which a record is found. */
export const aliasesOf = (hub: Pick<Hub, 'digestSecret'>, entity: Entity, data: Data): Buffer[] =>
  aliasTexts(entity, data).map((text) => digestOfKey(hub, text))

const keyOf = (digest: Buffer) => digest.toString('latin1')

/**
 * Whether what a digest names is in force, as a condition over one digest: under its own key, under an alias, or as what a number has become.
 * A reference is satisfied by any stream, including what came down from above.
 *
 * `offset 0` keeps each question a look into an index. Without it the planner, who takes the recursion for large, reads all streams once to have the answers
 * to all questions ready, and that grows with what is stored.
 */
export const isPresent = (digest: RawBuilder<unknown>) => sql<boolean>`(
  ${inForce(digest)}
  or exists (select 1 from key_alias a where a.digest = ${digest} and ${inForce(sql`a.key_digest`)} offset 0)
  or exists (
    with recursive became as (
      select l.to_digest from succession_link l where l.standing and l.from_digest = ${digest}
      union select l.to_digest from became b join succession_link l on l.standing and l.from_digest = b.to_digest)
    select 1 from became b where ${inForce(sql`b.to_digest`)} offset 0))`

const inForce = (digest: RawBuilder<unknown>) =>
  sql<boolean>`exists (select 1 from stream s where s.key_digest = ${digest} and s.force_part is not null offset 0)`

/**
 * Which of the parents, by digest, are in force. Two statements whatever their number, and the second only when something was not found under its
 * own key. Keys as latin1 strings.
 */
export async function presentParents(trx: Transaction<Tables>, digests: readonly Buffer[]): Promise<Set<string>> {
  if (digests.length === 0) return new Set()
  const unique = new Map(digests.map((digest) => [keyOf(digest), digest]))
  const { rows } = await sql<{ key_digest: Buffer }>`
    select distinct key_digest from stream where key_digest = any(${byteaArray([...unique.values()])}::bytea[]) and force_part is not null`.execute(
    trx,
  )
  const present = new Set(rows.map((row) => keyOf(row.key_digest)))
  const missing = [...unique].filter(([key]) => !present.has(key)).map(([, digest]) => digest)
  if (missing.length === 0) return present
  // The same as `isPresent`, for all of them at once: a part may hold a thousand children whose parents stand beside them in it.
  const wider = await sql<{ digest: Buffer }>`
    with recursive asked as (
      select t.digest from unnest(${byteaArray(missing)}::bytea[]) as t (digest)
    ), became as (
      select a.digest, l.to_digest from asked a join succession_link l on l.standing and l.from_digest = a.digest
      union
      select b.digest, l.to_digest from became b join succession_link l on l.standing and l.from_digest = b.to_digest
    ), named as (
      select a.digest, k.key_digest from asked a join key_alias k on k.digest = a.digest
      union all
      select b.digest, b.to_digest from became b
    )
    select distinct n.digest from named n where ${inForce(sql`n.key_digest`)}`.execute(trx)
  for (const row of wider.rows) present.add(keyOf(row.digest))
  return present
}

/** Notes the aliases of records, sorted so that two parts never wait for each other in a ring. Nothing is asked when there are none. */
export async function insertAliases(trx: Transaction<Tables>, pairs: readonly AliasPair[]): Promise<void> {
  await aliasesInsert(pairs)?.execute(trx)
}

export interface AliasPair {
  readonly digest: Buffer
  readonly keyDigest: Buffer
}

export function aliasesInsert(pairs: readonly AliasPair[]): RawBuilder<unknown> | null {
  if (pairs.length === 0) return null
  const sorted = [...pairs].sort((a, b) => Buffer.compare(a.digest, b.digest) || Buffer.compare(a.keyDigest, b.keyDigest))
  return sql`
    insert into key_alias (digest, key_digest)
    select distinct t.digest, t.key_digest
    from unnest(${byteaArray(sorted.map((one) => one.digest))}::bytea[], ${byteaArray(sorted.map((one) => one.keyDigest))}::bytea[]) as t (digest, key_digest)
    order by 1, 2
    on conflict do nothing`
}
