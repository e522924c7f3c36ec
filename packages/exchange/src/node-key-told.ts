import { publicKeyFromRaw } from '@huijiao/identity'
import { type KeyStatement, parseVerifierKey, readKeyStatement } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { sql, type Transaction } from 'kysely'
import type { Tables } from '@huijiao/database'
import type { Caller, Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { keyInForce, keyOverlapMs } from './node-key.ts'
import { originGranted } from './prepare-versions.ts'

/** What a lower node says of keys: statements of its own and of nodes below it, and which of its own signs from now on. */
export interface KeysTold {
  readonly statements: readonly string[]
  /** Its key in force; then those before it may prove requests until `until`. */
  readonly inForce?: { readonly keyId: string; readonly until: string }
}

/** Most statements in one request. */
export const statementsToldMax = 100

const wrong = (zh: string, en: string, pointer: string): Problem => new Problem('envelope-invalid', { zh, en }, { pointer })

/**
 * Takes what a lower node says of keys. Its own new key is registered when the one before it is registered here, or it is registered already (by an
 * administrator, after the one before was revoked); statements of nodes below it are kept, so that custody can be followed to them.
 * @throws Problem not-allowed; envelope-invalid, with the place; parameter-invalid when the key's id is taken
 */
export async function takeKeys(hub: Hub, caller: Caller, told: KeysTold): Promise<{ keys: string[] }> {
  if (caller.kind !== 'node' || caller.nodeName === null)
    throw new Problem('not-allowed', { zh: '只有下级节点在此通报密钥', en: 'This is between nodes' })
  const statements = told.statements.map((note, at) => {
    const statement = readKeyStatement(note)
    if (statement === null)
      throw wrong('不是由前后两把密钥共同签署的声明', 'This is no statement that both keys have signed', `/statements/${at}`)
    if (!originGranted(caller, statement.node))
      throw wrong(`${statement.node} 不是来者之下的节点`, `${statement.node} is no node below the caller`, `/statements/${at}`)
    return { ...statement, note, at }
  })
  const instant = hub.clock.now()
  const changed = await hub.db.transaction().execute(async (trx) => {
    await sql`select 1 from participant where participant_id = ${caller.participantId} for update`.execute(trx)
    let any = false
    for (const statement of statements) {
      if (statement.node === caller.nodeName) any = (await register(trx, caller, statement, instant)) || any
      await trx
        .insertInto('key_statement')
        .values({
          ...{ node: statement.node, key_id: statement.keyId, after_key_id: statement.afterKeyId, note: statement.note },
          ...{ heard_from: caller.participantId, heard_at: instant },
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }
    if (told.inForce !== undefined) any = (await limitOthers(trx, caller, told.inForce, instant)) || any
    return any
  })
  if (changed) hub.onPending()
  return { keys: (await liveKeys(hub.db, caller)).map((row) => row.key_id) }
}

const liveKeys = (db: Pick<Transaction<Tables>, 'selectFrom'>, caller: Caller) =>
  db
    .selectFrom('participant_key')
    .select(['key_id', 'public_key', 'expires_at'])
    .where('participant_id', '=', caller.participantId)
    .where('kind', '=', 'ed25519')
    .where('revoked_at', 'is', null)
    .orderBy('created_at')
    .execute()

/** As it stands in `participant_key`. */
const pemOf = (key: string): string => publicKeyFromRaw(parseVerifierKey(key).publicKey).export({ type: 'spki', format: 'pem' }).toString()

async function register(
  trx: Transaction<Tables>,
  caller: Caller,
  statement: KeyStatement & { readonly note: string; readonly at: number },
  instant: Date,
): Promise<boolean> {
  const pem = pemOf(statement.key)
  const there = await trx.selectFrom('participant_key').selectAll().where('key_id', '=', statement.keyId).executeTakeFirst()
  if (there !== undefined) {
    if (there.participant_id === caller.participantId && there.public_key === pem && there.revoked_at === null) return false
    throw new Problem('parameter-invalid', {
      zh: `密钥编号 ${statement.keyId} 已被使用`,
      en: `The key id ${statement.keyId} is taken`,
    })
  }
  const before = pemOf(statement.after)
  if (!(await liveKeys(trx, caller)).some((row) => row.public_key === before))
    throw wrong('声明中的前一把密钥在此没有登记', 'The key before is not registered here', `/statements/${statement.at}`)
  await trx
    .insertInto('participant_key')
    .values({
      ...{ key_id: statement.keyId, participant_id: caller.participantId, kind: 'ed25519', secret_digest: null, public_key: pem },
      ...{ created_at: instant, expires_at: null, revoked_at: null },
    })
    .execute()
  await addPendingEntry(trx, {
    ...{ kind: 'participant', instant, actor: `participant:${caller.participantId}`, subject: caller.participantId },
    body: {
      ...{ act: 'key-added', participant: caller.participantId, key: statement.keyId, kind: 'ed25519', expires: null },
      ...{ after: statement.afterKeyId, by: caller.keyId, statement: statement.note },
    },
  })
  return true
}

/** The keys before the one in force end after the overlap: an end that was set sooner stays. */
async function limitOthers(
  trx: Transaction<Tables>,
  caller: Caller,
  { keyId, until }: NonNullable<KeysTold['inForce']>,
  instant: Date,
): Promise<boolean> {
  // Only who signs with the key may say that it is the one in force.
  if (caller.keyId !== keyId)
    throw wrong('启用的密钥须由其自己签署的请求通报', 'The key in force says so itself, by a request that it signed', '/inForce/keyId')
  const end = new Date(Math.min(Date.parse(until), instant.getTime() + keyOverlapMs))
  const rows = await trx
    .updateTable('participant_key')
    .set({ expires_at: end })
    .where('participant_id', '=', caller.participantId)
    .where('kind', '=', 'ed25519')
    .where('revoked_at', 'is', null)
    .where('key_id', '<>', keyId)
    .where('created_at', '<=', (where) => where.selectFrom('participant_key as k').select('k.created_at').where('k.key_id', '=', keyId))
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', end)]))
    .returning('key_id')
    .execute()
  if (rows.length === 0) return false
  await addPendingEntry(trx, {
    ...{ kind: 'participant', instant, actor: `participant:${caller.participantId}`, subject: caller.participantId },
    body: {
      ...{ act: 'key-in-force', participant: caller.participantId, key: keyId },
      ...{ ends: rows.map((row) => row.key_id).toSorted(), at: end.toISOString() },
    },
  })
  return true
}

/** What an upstream has still to be told. */
export interface Untold {
  readonly statements: readonly { readonly node: string; readonly keyId: string; readonly note: string }[]
  /** This node's key in force, when the upstream has not heard that it is. */
  readonly inForce: string | null
}

export async function untoldKeys(hub: Pick<Hub, 'db' | 'node'>, upstream: string): Promise<Untold> {
  const { rows } = await sql<{ node: string; key_id: string; note: string; told: boolean; in_force: boolean }>`
    select s.node, s.key_id, s.note, t.told_at is not null as told, t.in_force_at is not null as in_force
    from key_statement s left join key_told t on t.upstream = ${upstream} and t.node = s.node and t.key_id = s.key_id
    where s.heard_from <> ${upstream} and (t.told_at is null or (s.node = ${hub.node.name} and t.in_force_at is null))
    order by s.heard_at limit ${statementsToldMax}`.execute(hub.db)
  const keyId = rows.some((row) => row.node === hub.node.name) ? await keyInForce(hub.db, hub.node.name) : null
  return {
    statements: rows.filter((row) => !row.told).map((row) => ({ node: row.node, keyId: row.key_id, note: row.note })),
    inForce: rows.some((row) => row.node === hub.node.name && row.key_id === keyId && !row.in_force) ? keyId : null,
  }
}

/** Whether an upstream has taken one of this node's keys. */
export async function wasTold(hub: Pick<Hub, 'db' | 'node'>, upstream: string, keyId: string): Promise<boolean> {
  const row = await hub.db
    .selectFrom('key_told')
    .select('told_at')
    .where('upstream', '=', upstream)
    .where('node', '=', hub.node.name)
    .where('key_id', '=', keyId)
    .executeTakeFirst()
  return row !== undefined
}

/** An upstream has taken statements, or that a key is in force. */
export async function noteTold(
  hub: Pick<Hub, 'db' | 'node' | 'clock'>,
  upstream: string,
  told: Pick<Untold, 'statements'> & { readonly inForce: string | null },
): Promise<void> {
  const at = hub.clock.now()
  const rows = [
    ...told.statements.map(({ node, keyId }) => ({ upstream, node, key_id: keyId, told_at: at, in_force_at: null as Date | null })),
    ...(told.inForce === null ? [] : [{ upstream, node: hub.node.name, key_id: told.inForce, told_at: at, in_force_at: at }]),
  ]
  for (const row of rows)
    await hub.db
      .insertInto('key_told')
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(['upstream', 'node', 'key_id']).doUpdateSet(row.in_force_at === null ? { told_at: at } : { in_force_at: at }),
      )
      .execute()
}
