import type { KeyObject } from 'node:crypto'
import type { Tables } from '@huijiao/database'
import { apiKeyDigest, publicKeyFromPem } from '@huijiao/identity'
import { type Kysely, sql } from 'kysely'
import type { Caller } from './hub.ts'
import type { KeyAlgorithm } from './participant-key.ts'

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
