import { randomBytes } from 'node:crypto'
import { createParticipant, addPublicKey, type Caller, ensureLinks, type Hub, openHub } from '@huijiao/exchange'
import { migrationsDirectory, migrationsIn, type Tables } from '@huijiao/database'
import { createSigningKey, readSigningKey, sealer } from '@huijiao/identity'
import { Kysely, type PostgresPool, PostgresDialect } from 'kysely'
import type pg from 'pg'

/** A node of the simulation: the engine of the real one over a schema of its own. */
export interface SimNode {
  readonly hub: Hub
  readonly above: SimLink | null
  /** Something came in since it was last numbered and forwarded. */
  stirred: boolean
  /** Until when its link is cut, in simulated time. */
  cutUntil: number
}

export interface SimLink {
  readonly linkNo: number
  readonly name: string
  readonly upper: SimNode
  /** This node as the upper one knows it. */
  readonly caller: Caller
}

interface NodePlace {
  readonly code: string
  readonly tier: 'municipal' | 'provincial' | 'national'
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
const schemaOf = (code: string) => `sim_${code}`

/** A pool whose connections look at one schema: all nodes share the same few connections, and a connection turns to another node when it is taken. */
function poolOfSchema(pool: pg.Pool, schema: string): PostgresPool {
  const looksAt = lookedAt
  return {
    options: {},
    connect: async () => {
      const client = await pool.connect()
      try {
        if (looksAt.get(client) !== schema) await client.query(`set search_path to ${schema}`)
        looksAt.set(client, schema)
      } catch (error) {
        client.release(true)
        throw error
      }
      return client
    },
    end: () => Promise.resolve(),
  } as PostgresPool
}

const lookedAt = new WeakMap<object, string>()

/** Makes the schema of a node and opens its engine. */
export async function openSimNode(
  pool: pg.Pool,
  place: NodePlace,
  parts: { readonly clock: Hub['clock']; readonly spoolDir: string; readonly above: SimNode | null },
): Promise<SimNode> {
  const schema = schemaOf(place.code)
  await pool.query(`create schema ${schema}`)
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: poolOfSchema(pool, schema) }) })
  const steps = await migrationsIn(migrationsDirectory).getMigrations()
  await db.transaction().execute(async (trx) => {
    for (const name of Object.keys(steps).sort()) await steps[name]?.up(trx as unknown as Kysely<never>)
  })
  const hub = await openHub(db, {
    name: place.code,
    region: place.code,
    tier: place.tier,
    signingKey: readSigningKey(`${place.code}-1`, createSigningKey().privateKeyPem),
    digestSecret: randomBytes(32),
    sealer: sealer(randomBytes(32)),
    clock: parts.clock,
    spoolDir: parts.spoolDir,
    log: quiet,
    standardNoticeMs: 0,
  })
  const above = parts.above === null ? null : await linkUp(hub, parts.above)
  return { hub, above, stirred: true, cutUntil: 0 }
}

/** Enrols a node at the one above it, as an operator does with `huijiao participant add`. */
async function linkUp(lower: Hub, upper: SimNode): Promise<SimLink> {
  const participantId = `p-node-${lower.node.name}`
  const regions = [lower.node.region]
  await createParticipant(upper.hub, 'operator:simulation', {
    participantId,
    kind: 'node',
    name: `${lower.node.name}（合成）`,
    regions,
    nodeName: lower.node.name,
  })
  const { keyId } = await addPublicKey(upper.hub, 'operator:simulation', participantId, {
    keyId: lower.signingKey.keyId,
    algorithm: 'ed25519',
    publicKey: lower.signingKey.publicKey.toString('base64'),
  })
  const name = upper.hub.node.name
  const [link] = await ensureLinks(lower, [{ name, url: 'simulated:', upstreamTier: upper.hub.node.tier, upstreamName: name }])
  const caller: Caller = { participantId, kind: 'node', name: lower.node.name, regions, nodeName: lower.node.name, keyId }
  return { linkNo: (link as { link_no: number }).link_no, name, upper, caller }
}

/** Enrols the business system of a city. */
export async function enrolSystem(hub: Hub): Promise<Caller> {
  const participantId = `p-${hub.node.name}-city`
  await createParticipant(hub, 'operator:simulation', {
    participantId,
    kind: 'system',
    name: '示例业务系统（合成）',
    regions: [hub.node.region],
  })
  return {
    participantId,
    kind: 'system',
    name: '示例业务系统（合成）',
    regions: [hub.node.region],
    nodeName: null,
    keyId: `${participantId}-key`,
  }
}
