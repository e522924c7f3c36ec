import type { Tier } from './policy.ts'

/** A rule of 一数一源: how much a kind of source counts for some fields. The first that fits a source and a field decides. */
export interface AuthorityRule {
  /** Entity codes, or `*`, `*enterprise` and the like. */
  readonly entities: readonly string[]
  /** Field codes, or `@name` of a group; every field when absent. */
  readonly fields?: readonly string[]
  /** Tiers of the node where the source's records enter; any when absent. */
  readonly tiers?: readonly Tier[]
  /** `<origin node>/<participant>`, or `<origin node>/*`; any when absent. */
  readonly sources?: readonly string[]
  /** The higher counts; null: such a source may not set the fields at all. */
  readonly rank: number | null
  readonly basis: string
}

/** Fields that only mean something together, so that they are always taken from one source. */
export interface FieldGroup {
  readonly name: string
  readonly entities: readonly string[]
  readonly fields: readonly string[]
  readonly basis: string
}

export interface AuthorityDocument {
  readonly groups: readonly FieldGroup[]
  readonly ranks: readonly AuthorityRule[]
  /** Fields in which a source speaks of itself (who checked, when it was registered): that two sources differ there is no conflict. */
  readonly ownStatements: readonly { readonly entities: readonly string[]; readonly fields: readonly string[]; readonly basis: string }[]
}

/** Rules by which the data itself says that one number became another. Each has its code in the engine. */
export const automaticSuccessions = ['organisation-code-in-credit-code', 'region-of-project-number'] as const
export type AutomaticSuccession = (typeof automaticSuccessions)[number]

export interface IdentityDocument {
  readonly automatic: readonly { readonly rule: AutomaticSuccession; readonly basis: string }[]
  readonly duplicates: {
    /** From this score on (0 to 1) a pair is put before a person. */
    readonly threshold: number
    /** A trait that more records than this share says nothing about any two of them. */
    readonly blockMax: number
    readonly basis: string
  }
}

/** Where a stream of records begins. */
export interface SourceFacts {
  readonly origin: string
  readonly participant: string
  /** Null for a node whose name does not say it. */
  readonly tier: Tier | null
}

/** Authority rules ready to be asked. */
export interface Authority {
  /** The group of a field, or the field's own code: what is always taken from one source. */
  unitOf(entity: string, field: string): string
  /** How much a source counts for a field (null field: for the record as a whole); null: it may not set it. 0 when no rule speaks of it. */
  rankOf(entity: string, field: string | null, source: SourceFacts): number | null
  isOwnStatement(entity: string, field: string): boolean
}

const nothing: AuthorityDocument = { groups: [], ranks: [], ownStatements: [] }
const noIdentity: IdentityDocument = {
  automatic: [],
  duplicates: { threshold: 0.6, blockMax: 20, basis: 'fallback of the engine' },
}

/** What a policy says of identity over time, or the engine's fallback: nothing automatic. */
export const identityOf = (document: { readonly identity?: IdentityDocument }): IdentityDocument => document.identity ?? noIdentity

const made = new WeakMap<object, Authority>()

/**
 * The authority rules of a policy document; without any, all sources count alike.
 * @param names whether a list of entity codes and `*group` words names an entity
 */
export function authorityFrom(
  document: { readonly authority?: AuthorityDocument },
  names: (list: readonly string[], entity: string) => boolean,
): Authority {
  const known = made.get(document)
  if (known !== undefined) return known
  const { groups, ranks, ownStatements } = document.authority ?? nothing
  const unitOf = (entity: string, field: string): string => {
    const group = groups.find((one) => one.fields.includes(field) && names(one.entities, entity))
    return group === undefined ? field : `@${group.name}`
  }
  const authority: Authority = {
    unitOf,
    rankOf: (entity, field, source) => {
      const rule = ranks.find(
        (one) =>
          names(one.entities, entity) &&
          (one.fields === undefined || (field !== null && (one.fields.includes(field) || one.fields.includes(unitOf(entity, field))))) &&
          (one.tiers === undefined || (source.tier !== null && one.tiers.includes(source.tier))) &&
          (one.sources === undefined ||
            one.sources.includes(`${source.origin}/${source.participant}`) ||
            one.sources.includes(`${source.origin}/*`)),
      )
      return rule === undefined ? 0 : rule.rank
    },
    isOwnStatement: (entity, field) => ownStatements.some((one) => one.fields.includes(field) && names(one.entities, entity)),
  }
  made.set(document, authority)
  return authority
}

/** Entity codes that authority rules name, for the check of a policy. */
export const namedByAuthority = ({ authority }: { readonly authority?: AuthorityDocument }): string[] =>
  authority === undefined ? [] : [...authority.groups, ...authority.ranks, ...authority.ownStatements].flatMap((one) => one.entities)

/** Mistakes in authority rules beyond their shape. */
export function authorityFaults(
  { authority }: { readonly authority?: AuthorityDocument },
  hasField: (entities: readonly string[], field: string) => boolean,
): string[] {
  if (authority === undefined) return []
  const groups = new Set(authority.groups.map((group) => `@${group.name}`))
  const listed = [
    ...authority.groups,
    ...authority.ownStatements,
    ...authority.ranks.map((rule) => ({ ...rule, fields: rule.fields ?? [] })),
  ]
  return listed.flatMap(({ entities, fields }) =>
    fields.flatMap((field) =>
      field.startsWith('@')
        ? groups.has(field)
          ? []
          : [`authority: no such group of fields: ${field}`]
        : hasField(entities, field)
          ? []
          : [`authority: none of ${entities.join(', ')} has a field ${field}`],
    ),
  )
}
