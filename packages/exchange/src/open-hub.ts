import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import type { Tables, Tier } from '@huijiao/database'
import { coversRegion, type Sealer, type SigningKey } from '@huijiao/identity'
import { logOrigin } from '@huijiao/merkle'
import type { Policy } from '@huijiao/standard'
import { type Kysely } from 'kysely'
import type { Clock, Hub, Log, NodeFacts } from './hub.ts'
import { ownPolicy } from './policy-own.ts'
import { openShelf, type StandardsInForce } from './standards.ts'

export interface HubOptions {
  readonly name: string
  readonly region: string
  readonly tier: Tier
  readonly signingKey: SigningKey
  /** 32 bytes. */
  readonly digestSecret: Buffer
  readonly sealer: Sealer
  readonly clock: Clock
  readonly spoolDir: string
  readonly log: Log
  /** A policy that an operator has loaded; absent or null: that of the releases that count. */
  readonly policy?: (standards: StandardsInForce) => Policy | null
  /** Ids of the releases of the standard to serve; absent: those whose issuer's region covers this node's. */
  readonly served?: readonly string[] | null
  /** How long before its instant a change of the standard is known to all processes; 30 s when absent, 0 where there is one process. */
  readonly standardNoticeMs?: number
  readonly onPending?: () => void
  readonly claim?: Hub['claim']
  readonly keepNumber?: NonNullable<Hub['keepNumber']>
  readonly doubt?: Hub['doubt']
}

/**
 * Makes the hub of one node over its migrated database. The first start writes who the node is and begins epoch 1; a later start with another
 * name, region or tier is refused, because the log carries them.
 * @throws Error when the database belongs to another node
 */
export async function openHub(db: Kysely<Tables>, options: HubOptions): Promise<Hub> {
  const { name, region, tier, clock } = options
  await mkdir(options.spoolDir, { recursive: true, mode: 0o700 })
  await db
    .insertInto('node')
    .values({ name, region, tier, epoch: 1, epoch_id: randomBytes(8).toString('hex'), created_at: clock.now() })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = await db.selectFrom('node').selectAll().executeTakeFirstOrThrow()
  if (row.name !== name || row.region !== region || row.tier !== tier) {
    throw new Error(
      `数据库属于节点 ${row.name}（${row.region}，${row.tier}），与配置 ${name}（${region}，${tier}）不符 / the database belongs to node ${row.name} (${row.region}, ${row.tier}), not to ${name} (${region}, ${tier})`,
    )
  }
  await rememberKey(db, options)
  const node: NodeFacts = {
    name,
    region,
    tier,
    epoch: row.epoch,
    epochId: row.epoch_id,
    origin: logOrigin(name, { number: row.epoch, id: row.epoch_id }),
  }
  const shelf = await openShelf(db, {
    region,
    clock,
    log: options.log,
    served: options.served ?? null,
    noticeMs: options.standardNoticeMs ?? 30_000,
    covers: (issuer, code) => coversRegion([issuer], code),
  })
  return {
    db,
    node,
    signingKey: options.signingKey,
    digestSecret: options.digestSecret,
    sealer: options.sealer,
    clock,
    spoolDir: options.spoolDir,
    log: options.log,
    policy: () => options.policy?.(shelf.inForce()) ?? ownPolicy(shelf.inForce(), region),
    standards: shelf.inForce,
    shelf,
    onPending: options.onPending ?? (() => undefined),
    ...(options.claim === undefined ? {} : { claim: options.claim }),
    ...(options.keepNumber === undefined ? {} : { keepNumber: options.keepNumber }),
    ...(options.doubt === undefined ? {} : { doubt: options.doubt }),
  }
}

/** Keeps the public half of every signing key the node ever used; one id never stands for two keys. */
async function rememberKey(db: Kysely<Tables>, options: HubOptions): Promise<void> {
  const { keyId, publicKey } = options.signingKey
  await db
    .insertInto('node_key')
    .values({ key_id: keyId, public_key: publicKey, created_at: options.clock.now(), retired_at: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = await db.selectFrom('node_key').select('public_key').where('key_id', '=', keyId).executeTakeFirstOrThrow()
  if (!row.public_key.equals(publicKey)) {
    throw new Error(
      `签名密钥 ${keyId} 与数据库所记的公钥不符 / the signing key ${keyId} is not the one the database knows; put the old key back, or give the new one another id`,
    )
  }
}
