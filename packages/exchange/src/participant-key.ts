import { type KeyObject, randomBytes } from 'node:crypto'
import type { ParticipantKeyTable, Tables } from '@huijiao/database'
import { newApiKey, parsePublicKey, type SignatureAlgorithm } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import type { Kysely, Selectable } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { changed, unknownParticipant } from './participant.ts'

export type KeyAlgorithm = SignatureAlgorithm
/** A key without its secret. */
export type ShownKey = Omit<Selectable<ParticipantKeyTable>, 'secret_digest'>

/** Gives a participant a new API key. The secret is returned once and kept only as its digest. */
export async function addApiKey(
  hub: Hub,
  actor: string,
  participantId: string,
  expiresAt: Date | null = null,
): Promise<{ keyId: string; secret: string }> {
  const { secret, digest } = newApiKey()
  const keyId = `k-${randomBytes(6).toString('hex')}`
  await addKey(hub, actor, {
    key_id: keyId,
    participant_id: participantId,
    kind: 'api-key',
    secret_digest: digest,
    public_key: null,
    expires_at: expiresAt,
  })
  return { keyId, secret }
}

/**
 * Registers a participant's public key for signed requests; a lower node's also verifies its checkpoints.
 * @param publicKey PEM, or the raw 32 bytes of an Ed25519 key in base64
 */
export async function addPublicKey(
  hub: Hub,
  actor: string,
  participantId: string,
  key: { readonly keyId: string; readonly algorithm: KeyAlgorithm; readonly publicKey: string; readonly expiresAt?: Date | null },
): Promise<{ keyId: string }> {
  if (!/^[A-Za-z0-9._:-]{1,100}$/.test(key.keyId))
    throw new Problem('parameter-invalid', { zh: 'keyId 由字母、数字和 ._:- 组成', en: 'keyId has letters, digits and ._:-' })
  const object = readPublicKey(key.publicKey, key.algorithm)
  await addKey(hub, actor, {
    key_id: key.keyId,
    participant_id: participantId,
    kind: key.algorithm,
    secret_digest: null,
    public_key: object.export({ type: 'spki', format: 'pem' }).toString(),
    expires_at: key.expiresAt ?? null,
  })
  return { keyId: key.keyId }
}

function readPublicKey(text: string, algorithm: KeyAlgorithm): KeyObject {
  const words = {
    zh: `publicKey 不是 ${algorithm} 公钥（PEM，或 Ed25519 的 32 字节 base64）`,
    en: `publicKey is not a ${algorithm} public key (PEM, or 32 bytes of Ed25519 in base64)`,
  }
  try {
    const key = parsePublicKey(text)
    if (key.algorithm === algorithm) return key.publicKey
  } catch (cause) {
    throw new Problem('parameter-invalid', words, { cause })
  }
  throw new Problem('parameter-invalid', words)
}

async function addKey(hub: Hub, actor: string, key: Omit<Selectable<ParticipantKeyTable>, 'created_at' | 'revoked_at'>): Promise<void> {
  const at = hub.clock.now()
  await changed(hub, async (trx) => {
    const owner = await trx
      .selectFrom('participant')
      .select(['kind', 'revoked_at'])
      .where('participant_id', '=', key.participant_id)
      .executeTakeFirst()
    if (owner === undefined) throw unknownParticipant(key.participant_id)
    if (owner.revoked_at !== null) throw new Problem('parameter-invalid', { zh: '该接入单位已停用', en: 'The participant is revoked' })
    if (owner.kind === 'operators')
      throw new Problem('parameter-invalid', {
        zh: '内置接入单位由登录的用户使用，没有密钥',
        en: 'The built-in participant is used by people who sign in; it has no keys',
      })
    const row = await trx
      .insertInto('participant_key')
      .values({ ...key, created_at: at, revoked_at: null })
      .onConflict((conflict) => conflict.doNothing())
      .returning('key_id')
      .executeTakeFirst()
    if (row === undefined)
      throw new Problem('parameter-invalid', { zh: `密钥编号 ${key.key_id} 已被使用`, en: `The key id ${key.key_id} is taken` })
    await addPendingEntry(trx, {
      kind: 'participant',
      instant: at,
      actor,
      subject: key.participant_id,
      body: {
        act: 'key-added',
        participant: key.participant_id,
        key: key.key_id,
        kind: key.kind,
        expires: key.expires_at?.toISOString() ?? null,
      },
    })
  })
}

/** Ends a key at once. What was received under it stands. */
export async function revokeKey(hub: Hub, actor: string, keyId: string): Promise<void> {
  const at = hub.clock.now()
  await changed(hub, async (trx) => {
    const row = await trx
      .updateTable('participant_key')
      .set({ revoked_at: at })
      .where('key_id', '=', keyId)
      .where('revoked_at', 'is', null)
      .returning('participant_id')
      .executeTakeFirst()
    if (row === undefined)
      throw new Problem('not-found', {
        zh: `没有可吊销的密钥 ${keyId.slice(0, 100)}`,
        en: `There is no key ${keyId.slice(0, 100)} to revoke`,
      })
    await addPendingEntry(trx, {
      kind: 'participant',
      instant: at,
      actor,
      subject: row.participant_id,
      body: { act: 'key-revoked', participant: row.participant_id, key: keyId },
    })
  })
}

/** A participant's keys, newest first, without secrets. */
export function listKeys(db: Kysely<Tables>, participantId: string): Promise<ShownKey[]> {
  return db
    .selectFrom('participant_key')
    .select(['key_id', 'participant_id', 'kind', 'public_key', 'created_at', 'expires_at', 'revoked_at'])
    .where('participant_id', '=', participantId)
    .orderBy('created_at', 'desc')
    .execute()
}
