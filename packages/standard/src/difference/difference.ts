import { crosswalk } from '../crosswalk/crosswalk.ts'
import type { Release } from '../model.ts'
import { releaseDigest, releaseDocument } from '../release/document.ts'
import type { Change, ChangedPart, Effect } from './change.ts'
import { dictionaryChanges, entityChanges } from './tables.ts'
import { valueChanges } from './values.ts'

export type { Change, ChangedPart, Effect } from './change.ts'

export interface ComparedRelease {
  readonly id: string
  readonly revision: number
  readonly issuer: string
  readonly nameZh: string
  readonly nameEn: string
  readonly digest: string
}

/** Two releases, or two revisions of one, compared. */
export interface ReleaseDifference {
  readonly from: ComparedRelease
  readonly to: ComparedRelease
  /** How many changes of each part and of each effect. */
  readonly counts: Readonly<Partial<Record<ChangedPart, { added: number; removed: number; changed: number }>>>
  readonly effects: Readonly<Record<Effect, number>>
  /** Tables and dictionaries that are the same in both. */
  readonly unchanged: { readonly entities: readonly string[]; readonly dictionaries: readonly string[] }
  /** What people call the tables and dictionaries in which something changed. */
  readonly names: Readonly<Record<string, string>>
  readonly changes: readonly Change[]
}

const headMembers = ['nameZh', 'nameEn', 'basedOn', 'prefix', 'issuer', 'effectiveFrom', 'basis'] as const

/** What was added, removed and changed from one release to another, with the value before and after, and whether that asks for more or less. */
export function diffReleases(from: Release, to: Release): ReleaseDifference {
  const way = crosswalk(from, to)
  const head = headMembers
    .filter((member) => JSON.stringify(from[member]) !== JSON.stringify(to[member]))
    .map((member): Change => ({
      part: 'head',
      kind: 'changed',
      at: `/${member}`,
      member,
      before: from[member],
      after: to[member],
      effect: 'none',
    }))
  const changes = [
    ...head,
    ...entityChanges(from, to, way),
    ...dictionaryChanges(from, to, way),
    ...valueChanges(releaseDocument(from), releaseDocument(to)),
  ]
  const touched = (part: 'entity' | 'dictionary') => new Set(changes.map((change) => change[part]))
  const [entities, dictionaries] = [touched('entity'), touched('dictionary')]
  const counts: Partial<Record<ChangedPart, { added: number; removed: number; changed: number }>> = {}
  const effects: Record<Effect, number> = { stricter: 0, weaker: 0, different: 0, none: 0 }
  for (const { part, kind, effect } of changes) {
    const row = (counts[part] ??= { added: 0, removed: 0, changed: 0 })
    row[kind] += 1
    effects[effect] += 1
  }
  return {
    from: compared(from),
    to: compared(to),
    counts,
    effects,
    unchanged: {
      entities: [...to.entities.keys()].filter((code) => from.entities.has(code) && !entities.has(code)),
      dictionaries: [...to.dictionaries.keys()].filter((code) => from.dictionaries.has(code) && !dictionaries.has(code)),
    },
    names: namesOf([...entities, ...dictionaries], from, to),
    changes,
  }
}

function namesOf(codes: readonly (string | undefined)[], from: Release, to: Release): Record<string, string> {
  const nameIn = (release: Release, code: string) => release.entities.get(code)?.nameZh ?? release.dictionaries.get(code)?.nameZh
  return Object.fromEntries(codes.flatMap((code) => (code === undefined ? [] : [[code, nameIn(to, code) ?? nameIn(from, code) ?? code]])))
}

const compared = (release: Release): ComparedRelease => ({
  id: release.id,
  revision: release.revision,
  issuer: release.issuer,
  nameZh: release.nameZh,
  nameEn: release.nameEn,
  digest: releaseDigest(releaseDocument(release)),
})
