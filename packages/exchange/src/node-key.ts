import { inFlight, retryDeadlocks, type Tables } from '@huijiao/database'
import type { SigningKey } from '@huijiao/identity'
import { type KeyStatement, readKeyStatement, signKeyStatement, verifierKey } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { type Kysely, sql } from 'kysely'
import { checkpointSigner } from './custody.ts'
import type { Hub } from './hub.ts'
import { addPendingEntry, pendingValues } from './log.ts'
import { sequenceBatch, sequencerLock } from './sequence-log.ts'

/** After this long the key before may prove no request any more; what it has signed stays good. 24 hours. */
export const keyOverlapMs = 24 * 3600_000

export interface OwnKey {
  readonly keyId: string
  readonly publicKey: Buffer
  readonly createdAt: Date
  /** It signs no more; null for the one in force, and for one that is still to follow. */
  readonly retiredAt: Date | null
  /** The note by which it follows the one before; null for the first. */
  readonly statement: string | null
}

export const firstKeyId = (node: string): string => `${node}-1`
export const keyIdOf = (node: string, number: number): string => `${node}-${number}`
/** The number at the end of one of this node's key ids; 0 when it is none. */
export const keyNumberOf = (node: string, keyId: string): number =>
  keyId.startsWith(`${node}-`) && /^[1-9]\d{0,8}$/.test(keyId.slice(node.length + 1)) ? Number(keyId.slice(node.length + 1)) : 0

/** Id of the key that signs now. */
export async function keyInForce(db: Kysely<Tables>, node: string): Promise<string> {
  const row = await db.selectFrom('node').select('signing_key_id').executeTakeFirst()
  return row?.signing_key_id ?? firstKeyId(node)
}

/** Every key that this node ever had, oldest first. */
export async function ownKeyList(hub: Pick<Hub, 'db' | 'node'>): Promise<OwnKey[]> {
  const rows = await hub.db
    .selectFrom('node_key as k')
    .leftJoin('key_statement as s', (join) => join.onRef('s.key_id', '=', 'k.key_id').on('s.node', '=', hub.node.name))
    .select(['k.key_id', 'public_key', 'created_at', 'retired_at', 'note'])
    .orderBy('created_at')
    .orderBy('k.key_id')
    .execute()
  return rows.map((row) => ({
    ...{ keyId: row.key_id, publicKey: row.public_key, createdAt: row.created_at, retiredAt: row.retired_at, statement: row.note },
  }))
}

/** The key that is to follow the one in force, announced and not yet in force; null when there is none. */
export async function announcedKey(hub: Pick<Hub, 'db' | 'node'>): Promise<OwnKey | null> {
  const inForce = await keyInForce(hub.db, hub.node.name)
  const number = keyNumberOf(hub.node.name, inForce)
  const later = (await ownKeyList(hub)).filter((key) => key.retiredAt === null && keyNumberOf(hub.node.name, key.keyId) > number)
  return later.at(-1) ?? null
}

/** Number of the next key: one that was given up keeps its own. */
export async function nextKeyNumber(hub: Pick<Hub, 'db' | 'node'>): Promise<number> {
  return Math.max(1, ...(await ownKeyList(hub)).map((key) => keyNumberOf(hub.node.name, key.keyId))) + 1
}

/** Says in this node's log that a key is to follow, and keeps the statement that both have signed. The key before signs on. */
export async function announceKey(hub: Hub, actor: string, next: SigningKey): Promise<string> {
  const { node, clock, signingKey } = hub
  const at = clock.now()
  const statement: KeyStatement = {
    node: node.name,
    keyId: next.keyId,
    key: verifierKey(node.name, next.publicKey),
    afterKeyId: signingKey.keyId,
    after: verifierKey(node.name, signingKey.publicKey),
    instant: at.toISOString(),
  }
  const note = signKeyStatement(statement, [
    { name: node.name, keyObject: signingKey.privateKey },
    { name: node.name, keyObject: next.privateKey },
  ])
  await hub.db.transaction().execute(async (trx) => {
    const row = await trx
      .insertInto('node_key')
      .values({ key_id: next.keyId, public_key: next.publicKey, created_at: at, retired_at: null })
      .onConflict((conflict) => conflict.doNothing())
      .returning('key_id')
      .executeTakeFirst()
    if (row === undefined)
      throw new Problem('parameter-invalid', { zh: `密钥编号 ${next.keyId} 已被使用`, en: `The key id ${next.keyId} is taken` })
    await trx
      .insertInto('key_statement')
      .values({ node: node.name, key_id: next.keyId, after_key_id: signingKey.keyId, note, heard_from: 'own', heard_at: at })
      .execute()
    await addPendingEntry(trx, {
      ...{ kind: 'key', instant: at, actor, subject: next.keyId },
      body: { act: 'announced', key: statement.key, keyId: next.keyId, after: signingKey.keyId, statement: note },
    })
  })
  hub.onPending()
  return note
}

/** An announced key is not to follow after all: it was lost, or its id is taken above. */
export async function giveUpKey(hub: Hub, actor: string, keyId: string): Promise<void> {
  const at = hub.clock.now()
  await hub.db.transaction().execute(async (trx) => {
    await trx.updateTable('node_key').set({ retired_at: at }).where('key_id', '=', keyId).where('retired_at', 'is', null).execute()
    await trx.deleteFrom('key_statement').where('node', '=', hub.node.name).where('key_id', '=', keyId).execute()
    await addPendingEntry(trx, { kind: 'key', instant: at, actor, subject: keyId, body: { act: 'given-up', keyId } })
  })
  hub.onPending()
}

/**
 * Makes an announced key the one that signs, in one transaction under the sequencer's lock: the entry that says so is in the log before the first
 * checkpoint under the new key, and that checkpoint is over it. All copies of the hub sign with the key when this returns.
 * @returns false when it is in force already
 */
export async function bringKeyInForce(hub: Hub, actor: string, next: SigningKey): Promise<boolean> {
  const { node, clock } = hub
  const at = clock.now()
  const brought = await retryDeadlocks(() =>
    inFlight(hub.db, async (trx, send) => {
      await send(sql`select pg_advisory_xact_lock(hashtextextended(${sequencerLock(node.name)}, 0))`)
      const before = await keyInForce(trx, node.name)
      if (before === next.keyId) return false
      const known = await trx.selectFrom('node_key').select('public_key').where('key_id', '=', next.keyId).executeTakeFirst()
      if (known?.public_key.equals(next.publicKey) !== true) throw new Error(`the key ${next.keyId} was never announced`)
      await trx.updateTable('node').set({ signing_key_id: next.keyId }).execute()
      await trx.updateTable('node_key').set({ retired_at: at }).where('key_id', '=', before).execute()
      const entry = pendingValues({
        ...{ kind: 'key', instant: at, actor, subject: next.keyId },
        body: { act: 'in-force', key: verifierKey(node.name, next.publicKey), keyId: next.keyId, after: before },
      })
      // Before everything that waits for its number: else what fills a batch would be signed with the key before the entry that says so.
      await sql`
        insert into log_pending (pending_id, kind, instant, part_id, actor, subject, body_salt, body) overriding system value
        select least(coalesce(min(pending_id), 0), 0) - 1, ${entry.kind}::text, ${at}::timestamptz, null::int8, ${entry.actor}::text,
               ${entry.subject}::text, ${entry.body_salt}::bytea, ${entry.body}::text from log_pending`.execute(trx)
      await sequenceBatch(send, { ...hub, signingKey: next })
      return true
    }),
  )
  useKey(hub, next)
  if (brought) hub.log.warn({ key: next.keyId }, 'another key signs from now on')
  hub.onPending()
  return brought
}

/** All copies of the hub share their signing key. */
export const useKey = (hub: Pick<Hub, 'signingKey'>, key: SigningKey): void => void Object.assign(hub.signingKey, key)

/**
 * A database that was put back may know less of this node's keys than its data directory does. What is kept there is put in again, and the log says so.
 * @param note the statement of the key that the data directory has in force
 */
export async function restoreKey(hub: Hub, next: SigningKey, note: string): Promise<void> {
  const statement = readKeyStatement(note)
  if (statement === null || statement.node !== hub.node.name || statement.keyId !== next.keyId)
    throw new Error(`what the data directory says of the key ${next.keyId} is not its statement`)
  const at = hub.clock.now()
  await hub.db.transaction().execute(async (trx) => {
    await trx
      .insertInto('node_key')
      .values({ key_id: next.keyId, public_key: next.publicKey, created_at: at, retired_at: null })
      .onConflict((conflict) => conflict.column('key_id').doUpdateSet({ retired_at: null }))
      .execute()
    await trx.updateTable('node_key').set({ retired_at: at }).where('key_id', '<>', next.keyId).where('retired_at', 'is', null).execute()
    await trx
      .insertInto('key_statement')
      .values({ node: hub.node.name, key_id: next.keyId, after_key_id: statement.afterKeyId, note, heard_from: 'own', heard_at: at })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await trx.updateTable('node').set({ signing_key_id: next.keyId }).execute()
    await addPendingEntry(trx, {
      ...{ kind: 'key', instant: at, actor: 'node', subject: next.keyId },
      body: { act: 'in-force', key: statement.key, keyId: next.keyId, after: statement.afterKeyId, restored: true, statement: note },
    })
  })
}

/** The statements of some nodes' keys, for who is to follow them. */
export async function statementsOf(db: Kysely<Tables>, nodes: readonly string[]): Promise<string[]> {
  if (nodes.length === 0) return []
  const rows = await db
    .selectFrom('key_statement')
    .select('note')
    .where('node', 'in', [...nodes])
    .orderBy('heard_at')
    .limit(100)
    .execute()
  return rows.map((row) => row.note)
}

/** Which of this node's keys signed a note; the one in force when none did. */
export async function ownSigner(hub: Pick<Hub, 'db' | 'node' | 'signingKey'>, note: string): Promise<string> {
  const { name } = hub.node
  const own = verifierKey(name, hub.signingKey.publicKey)
  if (checkpointSigner(note, name, [own]) !== null) return own
  const keys = (await ownKeyList(hub)).map((key) => verifierKey(name, key.publicKey))
  return checkpointSigner(note, name, keys) ?? own
}
