import type { Tier } from '@huijiao/database'
import { type Entity, foundBy, type LinkageDocument, type Policy, type Reference, type Release, references } from '@huijiao/standard'
import type { Hub } from './hub.ts'

/** What the reader of linkage looks at, by the policy and the releases in force. */
export interface LinkScope {
  readonly linkage: LinkageDocument | null
  /** Tables whose records it reads. All others cost it nothing. */
  readonly entities: readonly string[]
  /** References from one table to another by which a chain may come back: `child>parent`. */
  readonly circular: ReadonlySet<string>
}

const scopes = new WeakMap<Policy, WeakMap<ReadonlyMap<string, Release>, Map<Tier, LinkScope>>>()

/** Made once for a policy, the releases that count, and the tier. */
export function linkScope(hub: Hub): LinkScope {
  const policy = hub.policy()
  const { releases } = hub.standards()
  const { tier } = hub.node
  let byReleases = scopes.get(policy)
  if (byReleases === undefined) scopes.set(policy, (byReleases = new WeakMap()))
  let byTier = byReleases.get(releases)
  if (byTier === undefined) byReleases.set(releases, (byTier = new Map()))
  let scope = byTier.get(tier)
  if (scope === undefined) byTier.set(tier, (scope = makeScope(policy, releases, tier)))
  return scope
}

/** References that a table can have, found by a record in which every field is filled. A company's code is one that is sound. */
function possible(entity: Entity, policy: Policy, tier: Tier): Reference[] {
  const data = Object.fromEntries(entity.fields.map((field) => [field.code, field.code.endsWith('CorpCode') ? '91350100M000100Y43' : 'x']))
  return references(entity, data, policy, tier)
}

function makeScope(policy: Policy, releases: ReadonlyMap<string, Release>, tier: Tier): LinkScope {
  const linkage = policy.document.linkage ?? null
  const read = new Set<string>(Object.keys(foundBy))
  const parents = new Map<string, Set<string>>()
  for (const release of releases.values())
    for (const entity of release.entities.values())
      for (const reference of possible(entity, policy, tier)) {
        if (!reference.mandatory) read.add(entity.code)
        parents.set(entity.code, (parents.get(entity.code) ?? new Set()).add(reference.parent))
      }
  const circular = new Set<string>()
  for (const [child, list] of parents)
    for (const parent of list)
      if (reaches(parents, parent, child)) {
        circular.add(`${child}>${parent}`)
        read.add(child)
      }
  if (linkage !== null) {
    if (linkage.conductCode.severity !== 'none') for (const entity of linkage.conductCode.entities) read.add(entity)
    const { doubts } = linkage
    if (doubts['manager-overlap'].severity !== 'none') for (const { entity } of linkage.managers) read.add(entity)
    if (doubts['manager-overlap'].severity !== 'none' || doubts['finish-before-permit'].severity !== 'none')
      for (const entity of [linkage.permits.entity, ...linkage.finishes.entities]) read.add(entity)
  }
  return { linkage, entities: [...read], circular }
}

function reaches(parents: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const seen = new Set<string>()
  const open = [from]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === to) return true
    if (seen.has(at)) continue
    seen.add(at)
    open.push(...(parents.get(at) ?? []))
  }
  return false
}
