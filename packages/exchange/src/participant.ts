import { type KeyObject, randomBytes } from 'node:crypto'
import type { ParticipantKeyTable, ParticipantTable, Tables } from '@huijiao/database'
import { apiKeyDigest, newApiKey, parsePublicKey, publicKeyFromPem, type SignatureAlgorithm } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import { type Kysely, type Selectable, sql } from 'kysely'
import { participantWithin } from './bounds.ts'
import type { Caller, Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'

export interface NewParticipant {
  /** `p-` and letters, digits, hyphens; made up when absent. */
  readonly participantId?: string
  readonly kind: 'system' | 'node' | 'operators'
  readonly name: string
  /** Region codes it may report for; a code covers what lies inside it. */
  readonly regions: readonly string[]
  /** For a lower node: its name, as it stands in its log's origin line. */
  readonly nodeName?: string
}

export type ParticipantRow = Selectable<ParticipantTable>
export type KeyAlgorithm = SignatureAlgorithm
/** A key without its secret. */
export type ShownKey = Omit<Selectable<ParticipantKeyTable>, 'secret_digest'>

/**
 * Enrols a participant; the enrolment is a log entry.
 * @param actor who did it, such as `operator:token`
 * @throws Problem parameter-invalid
 */
export async function createParticipant(hub: Hub, actor: string, input: NewParticipant): Promise<ParticipantRow> {
  const participantId = input.participantId ?? `p-${randomBytes(5).toString('hex')}`
  const invalid = (zh: string, en: string) => new Problem('parameter-invalid', { zh, en })
  if (!/^p-[a-z0-9-]{1,60}$/.test(participantId))
    throw invalid('participantId 应为 p- 加小写字母、数字、连字符', 'participantId is p- and lower-case letters, digits, hyphens')
  if (input.name.trim() === '' || input.name.length > 200) throw invalid('name 不能为空，至多 200 字', 'name must have 1 to 200 characters')
  if (input.regions.length === 0 || !input.regions.every((code) => /^\d{6}$/.test(code)))
    throw invalid('regions 应为六位行政区划代码，至少一个', 'regions are six-digit codes, at least one')
  if ((input.kind === 'node') !== (input.nodeName !== undefined))
    throw invalid('下级节点须有 nodeName，业务系统没有', 'A lower node has a nodeName, a business system has none')
  const at = hub.clock.now()
  return await changed(hub, async (trx) => {
    const row = await trx
      .insertInto('participant')
      .values({
        participant_id: participantId,
        kind: input.kind,
        name: input.name,
        regions: [...input.regions],
        node_name: input.nodeName ?? null,
        created_at: at,
        revoked_at: null,
      })
      .onConflict((conflict) => conflict.column('participant_id').doNothing())
      .returningAll()
      .executeTakeFirst()
    if (row === undefined) throw invalid(`已有接入单位 ${participantId}`, `There is a participant ${participantId} already`)
    await addPendingEntry(trx, {
      kind: 'participant',
      instant: at,
      actor,
      subject: participantId,
      body: {
        act: 'created',
        participant: participantId,
        kind: input.kind,
        regions: input.regions,
        ...(input.nodeName === undefined ? {} : { node: input.nodeName }),
      },
    })
    return row
  })
}

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

/** Lets a business system send existing stock until an instant, or ends that (null). */
export async function permitLegacy(hub: Hub, actor: string, participantId: string, until: Date | null): Promise<ParticipantRow> {
  const at = hub.clock.now()
  return await changed(hub, async (trx) => {
    const row = await trx
      .updateTable('participant')
      .set({ legacy_until: until })
      .where('participant_id', '=', participantId)
      .where('kind', '=', 'system')
      .where('revoked_at', 'is', null)
      .returningAll()
      .executeTakeFirst()
    if (row === undefined) throw unknownParticipant(participantId)
    await addPendingEntry(trx, {
      kind: 'participant',
      instant: at,
      actor,
      subject: participantId,
      body: { act: 'legacy-permitted', participant: participantId, until: until?.toISOString() ?? null },
    })
    return row
  })
}

/** Ends a participant and all its keys. */
export async function revokeParticipant(hub: Hub, actor: string, participantId: string): Promise<void> {
  const at = hub.clock.now()
  await changed(hub, async (trx) => {
    const row = await trx
      .updateTable('participant')
      .set({ revoked_at: at })
      .where('participant_id', '=', participantId)
      .where('revoked_at', 'is', null)
      .returning('participant_id')
      .executeTakeFirst()
    if (row === undefined) throw unknownParticipant(participantId)
    await trx
      .updateTable('participant_key')
      .set({ revoked_at: at })
      .where('participant_id', '=', participantId)
      .where('revoked_at', 'is', null)
      .execute()
    await addPendingEntry(trx, {
      kind: 'participant',
      instant: at,
      actor,
      subject: participantId,
      body: { act: 'revoked', participant: participantId },
    })
  })
}

const unknownParticipant = (id: string) =>
  new Problem('not-found', { zh: `没有接入单位 ${id.slice(0, 100)}`, en: `There is no participant ${id.slice(0, 100)}` })

async function changed<T>(
  hub: Hub,
  work: (trx: Parameters<Parameters<ReturnType<Kysely<Tables>['transaction']>['execute']>[0]>[0]) => Promise<T>,
): Promise<T> {
  const result = await hub.db.transaction().execute(work)
  hub.onPending()
  return result
}

/** Participants by id, from one id on. */
export function listParticipants(
  db: Kysely<Tables>,
  page: {
    readonly after?: string
    readonly within?: readonly string[]
    readonly limit: number
    /** In its name, or at the beginning of its id. */
    readonly text?: string
  },
): Promise<ParticipantRow[]> {
  let query = db.selectFrom('participant').selectAll()
  if (page.after !== undefined) query = query.where('participant_id', '>', page.after)
  if (page.within !== undefined) query = query.where(participantWithin(sql`participant.participant_id`, page.within))
  if (page.text !== undefined) {
    const text = page.text.toLowerCase()
    query = query.where(sql<boolean>`(strpos(lower(participant.name), ${text}) > 0 or starts_with(participant.participant_id, ${text}))`)
  }
  return query.orderBy('participant_id').limit(page.limit).execute()
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

/** Who holds this API key; null when nobody does any more. */
export async function authenticateApiKey(db: Kysely<Tables>, secret: string, now: Date): Promise<Caller | null> {
  const { rows } = await sql<CallerRow>`
    select ${callerColumns} from participant_key k join participant p using (participant_id)
    where k.secret_digest = ${apiKeyDigest(secret)} and ${live(now)}`.execute(db)
  const row = rows[0]
  return row === undefined ? null : callerOfRow(row)
}

/** The public key behind a signature's key id, and whose it is; null when it is unknown, revoked or expired. */
export async function findVerificationKey(
  db: Kysely<Tables>,
  keyId: string,
  now: Date,
): Promise<{ caller: Caller; algorithm: KeyAlgorithm; publicKey: KeyObject } | null> {
  const { rows } = await sql<
    CallerRow & {
      kind: KeyAlgorithm
      public_key: string
      node_keys: string[] | null
      node_epoch: { number: number; id: string } | null
    }
  >`
    select ${callerColumns}, k.kind, k.public_key,
           (select array_agg(o.public_key) from participant_key o
            where o.participant_id = p.participant_id and p.kind = 'node' and o.kind = 'ed25519') as node_keys,
           (select json_build_object('number', n.epoch, 'id', n.epoch_id) from neighbour n
            where p.kind = 'node' and n.side = 'below' and n.name = p.participant_id) as node_epoch
    from participant_key k join participant p using (participant_id)
    where k.key_id = ${keyId} and k.public_key is not null and ${live(now)}`.execute(db)
  const row = rows[0]
  if (row === undefined) return null
  return {
    caller: { ...callerOfRow(row), ...(row.node_keys === null ? {} : { nodeKeys: row.node_keys }), nodeEpoch: row.node_epoch },
    algorithm: row.kind,
    publicKey: publicKeyFromPem(row.public_key),
  }
}

/** Keys `k` of participants `p` that prove something now. Asked for every request: a text need not be built anew each time. */
const live = (now: Date) => sql`k.revoked_at is null and p.revoked_at is null and (k.expires_at is null or k.expires_at > ${now})`
const callerColumns = sql`p.participant_id, p.kind as participant_kind, p.name, p.regions, p.node_name, p.legacy_until, k.key_id`

interface CallerRow {
  readonly participant_id: string
  readonly participant_kind: 'system' | 'node' | 'operators'
  readonly name: string
  readonly regions: string[]
  readonly node_name: string | null
  readonly legacy_until: Date | null
  readonly key_id: string
}

function callerOfRow(row: CallerRow): Caller {
  return {
    participantId: row.participant_id,
    kind: row.participant_kind,
    name: row.name,
    regions: row.regions,
    nodeName: row.node_name,
    keyId: row.key_id,
    legacyUntil: row.legacy_until,
  }
}

/** Uses up a signature's nonce. @returns false when it was used before */
export async function claimNonce(db: Kysely<Tables>, keyId: string, nonce: string, expiresAt: Date): Promise<boolean> {
  const row = await db
    .insertInto('used_nonce')
    .values({ key_id: keyId, nonce, expires_at: expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .returning('nonce')
    .executeTakeFirst()
  return row !== undefined
}

/** Forgets nonces whose signatures would be refused as expired anyway. */
export async function forgetNonces(db: Kysely<Tables>, now: Date): Promise<void> {
  await db.deleteFrom('used_nonce').where('expires_at', '<', now).execute()
}
