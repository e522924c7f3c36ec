import type { Tables, Tier } from '@huijiao/database'
import { judgeQualification, parsePolicy, type Policy, type Release, releases } from '@huijiao/standard'
import type { Kysely } from 'kysely'
import type { Hub } from './hub.ts'
import type { Judge } from './qualify.ts'
import type { StandardsInForce } from './standards.ts'

export interface PolicyInForce {
  /** `<id>@<version>` of its document. */
  readonly id: string
  readonly policy: Policy
}

interface Scope {
  /** Null: the releases of this program, which is what a policy is made for when nothing is said. */
  readonly standards: StandardsInForce | null
  readonly made: Map<string, Policy>
}

const builtInOnly: Scope = { standards: null, made: new Map() }
const scopes = new WeakMap<StandardsInForce, Scope>()

/**
 * A policy as it is for the releases that count: what it may name is theirs, and so are the lists of codes that it asks for. Made once for each: a
 * document never changes under its id.
 */
export function policyFor(standards: StandardsInForce | undefined, id: string, document: () => unknown): Policy {
  const { made, standards: scope } = standards === undefined ? builtInOnly : scopeOf(standards)
  let policy = made.get(id)
  if (policy === undefined) {
    policy = scope === null ? parsePolicy(document()) : parsePolicy(document(), servedWith(scope))
    made.set(id, policy)
    if (made.size > 20) made.delete(made.keys().next().value as string)
  }
  return policy
}

function scopeOf(standards: StandardsInForce): Scope {
  let scope = scopes.get(standards)
  if (scope === undefined) {
    const own = [...standards.releases].every(([name, release]) => releases.get(name) === release)
    scopes.set(standards, (scope = own ? builtInOnly : { standards, made: new Map() }))
  }
  return scope
}

/** What counts here, and of this program's releases those that are not served: a policy of the nation may name what only some provinces have. */
export const servedWith = (standards: StandardsInForce): Release[] => [...new Map([...releases, ...standards.releases]).values()]

/** The policy loaded last, as the database has it now; the hub's own when none was ever loaded. Cheap enough for every delivery. */
export async function policyInForce(hub: PolicyParts, db: Kysely<Tables>): Promise<PolicyInForce> {
  const latest = await db
    .selectFrom('policy')
    .select('policy_id')
    .orderBy('loaded_at', 'desc')
    .orderBy('policy_id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return await policyNamed(hub, db, latest?.policy_id ?? null)
}

type PolicyParts = Pick<Hub, 'policy'> & Partial<Pick<Hub, 'standards'>>

/** Texts of loaded policies, which never change. */
const documents = new Map<string, string>()

/** The policy of an id that the caller has just read; null for the hub's own. */
export async function policyNamed(hub: PolicyParts, db: Kysely<Tables>, id: string | null): Promise<PolicyInForce> {
  if (id === null) {
    const policy = hub.policy()
    return { id: `${policy.id}@${policy.version}`, policy }
  }
  let text = documents.get(id)
  if (text === undefined) {
    text = (await db.selectFrom('policy').select('document').where('policy_id', '=', id).executeTakeFirstOrThrow()).document
    documents.set(id, text)
    if (documents.size > 20) documents.delete(documents.keys().next().value as string)
  }
  const document = text
  return { id, policy: policyFor(hub.standards?.(), id, () => JSON.parse(document)) }
}

/** What a node hands to `openHub` as its policy: the one loaded into the database, kept in memory and read again when the log tells of a change; null when none was. */
export async function policyHolder(
  db: Kysely<Tables>,
): Promise<{ policy(standards: StandardsInForce): Policy | null; refresh(): Promise<void> }> {
  let current: { id: string; text: string } | null = null
  const refresh = async () => {
    const latest = await db
      .selectFrom('policy')
      .select(['policy_id', 'document'])
      .orderBy('loaded_at', 'desc')
      .orderBy('policy_id', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (latest !== undefined && latest.policy_id !== current?.id) current = { id: latest.policy_id, text: latest.document }
  }
  await refresh()
  return {
    policy: (standards) => {
      const one = current
      return one === null ? null : policyFor(standards, one.id, () => JSON.parse(one.text))
    },
    refresh,
  }
}

/** What of a link decides which versions go up it. */
export interface Selection {
  readonly upstream_tier: Tier
  /** Codes, `*`, `*group` words; null: every entity. */
  readonly entities: readonly string[] | null
  /** Name of a list of rules in the policy; null, or one that the policy has not: that of the upstream's tier. */
  readonly rules: string | null
}

/** The rules of one link: what it is configured to take at all, and then the policy's. */
export const judgeFor =
  (policy: Policy, { upstream_tier: tier, entities, rules }: Selection): Judge =>
  (version) =>
    entities !== null && !policy.names(entities, version.entity)
      ? { qualifies: false, reason: 'not-selected', kind: 'not-due' }
      : judgeQualification(policy, tier, version, rules)
