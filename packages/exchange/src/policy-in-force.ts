import type { Tables, Tier } from '@huijiao/database'
import { defaultPolicy, judgeQualification, parsePolicy, type Policy } from '@huijiao/standard'
import type { Kysely } from 'kysely'
import type { Hub } from './hub.ts'
import type { Judge } from './qualify.ts'

export interface PolicyInForce {
  /** `<id>@<version>` of its document. */
  readonly id: string
  readonly policy: Policy
}

const parsed = new Map<string, Policy>()

/** Parsed once an id: a document never changes under its id. */
function parseOnce(id: string, document: string): Policy {
  let policy = parsed.get(id)
  if (policy === undefined) {
    policy = parsePolicy(JSON.parse(document))
    parsed.set(id, policy)
    if (parsed.size > 20) parsed.delete(parsed.keys().next().value as string)
  }
  return policy
}

/** The policy loaded last, as the database has it now; the hub's own when none was ever loaded. Cheap enough for every delivery. */
export async function policyInForce(hub: Pick<Hub, 'policy'>, db: Kysely<Tables>): Promise<PolicyInForce> {
  const latest = await db
    .selectFrom('policy')
    .select('policy_id')
    .orderBy('loaded_at', 'desc')
    .orderBy('policy_id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return await policyNamed(hub, db, latest?.policy_id ?? null)
}

/** The policy of an id that the caller has just read; null for the hub's own. */
export async function policyNamed(hub: Pick<Hub, 'policy'>, db: Kysely<Tables>, id: string | null): Promise<PolicyInForce> {
  if (id === null) {
    const policy = hub.policy()
    return { id: `${policy.id}@${policy.version}`, policy }
  }
  const known = parsed.get(id)
  if (known !== undefined) return { id, policy: known }
  const { document } = await db.selectFrom('policy').select('document').where('policy_id', '=', id).executeTakeFirstOrThrow()
  return { id, policy: parseOnce(id, document) }
}

/** What a node hands to `openHub` as its policy: the one in the database, kept in memory and read again when the log tells of a change. */
export async function policyHolder(db: Kysely<Tables>): Promise<{ policy(): Policy; refresh(): Promise<void> }> {
  let current: Policy = defaultPolicy
  const refresh = async () => {
    current = (await policyInForce({ policy: () => defaultPolicy }, db)).policy
  }
  await refresh()
  return { policy: () => current, refresh }
}

/** The rules of one upstream's tier. */
export const judgeFor =
  (policy: Policy, tier: Tier): Judge =>
  (version) =>
    judgeQualification(policy, tier, version)
