import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Words } from '@huijiao/problem'
import { createAjv } from '../validate/ajv.ts'
import type { FuncKeywordDefinition, ValidateFunction } from '../validate/keywords.ts'
import type { Dictionary, Release } from '../model.ts'
import { releases } from '../releases.ts'
import {
  type Authority,
  type AuthorityDocument,
  authorityFaults,
  authorityFrom,
  type IdentityDocument,
  namedByAuthority,
} from './authority.ts'
import { type AttachmentsDocument, evidenceNames, type NumbersDocument } from './evidence.ts'
import { type LinkageDocument, linkageFaults, type ReferenceRule } from './linkage.ts'
import { orphans } from './orphans.ts'
import { policySchema } from './policy-schema.ts'
import { type PublicationDocument, publicationFaults } from './publication.ts'

export type { ReferenceRule } from './linkage.ts'

export type Tier = 'national' | 'provincial' | 'municipal' | 'county'

/** What a node does with records of an entity. */
export interface EntitySteps {
  /** What a changed upsert does to a record in force: a new version, or a case of correction. */
  readonly onChange: 'update' | 'case'
  readonly withdraw: 'until-in-force' | 'never'
  readonly initialState: 'accepted' | 'pending_review'
}

export interface QualificationRule {
  readonly id: string
  readonly basis: string
  /** JSON Schema over {entity, state, tier, data}; the rule speaks when it is valid. */
  readonly when: Readonly<Record<string, unknown>>
  readonly verdict:
    | { readonly qualifies: true; readonly flag: string }
    | {
        readonly qualifies: false
        readonly reason: string
        readonly kind: 'not-due' | 'incomplete'
        /** A decision recorded at the node sends such a record up all the same, under this flag; absent: nothing does. */
        readonly byDecision?: string
      }
}

export interface PolicyDocument {
  readonly id: string
  readonly version: number
  readonly about?: string
  readonly steps: readonly (EntitySteps & { readonly entities: readonly string[]; readonly basis: string })[]
  readonly locked: { readonly when: Readonly<Record<string, unknown>>; readonly onChange: 'update' | 'case'; readonly basis: string }
  readonly claims: { readonly dataLevelHighest: Readonly<Record<Tier, string>>; readonly basis: string }
  /**
   * Existing stock (submissions marked `legacy`): rules, by id, whose doubts are only noted (`note`) or not told (`pass`), because history breaks
   * them. What refuses a record is never weakened. Absent: stock is judged like everything else.
   */
  readonly legacy?: { readonly rules: Readonly<Record<string, 'note' | 'pass'>>; readonly basis: string }
  readonly qualification: Readonly<Record<string, readonly QualificationRule[]>>
  readonly reasons: Readonly<Record<string, Words>>
  readonly references: readonly ReferenceRule[]
  /** How long records wait for others, and what only several records together show. */
  readonly linkage?: LinkageDocument
  /** 一数一源: whose word counts for which fields. */
  readonly authority?: AuthorityDocument
  /** What is taken as evidence, and how far it travels. */
  readonly attachments?: AttachmentsDocument
  /** Who gives project and phase numbers. */
  readonly numbers?: NumbersDocument
  /** Numbers that change, and records that may be one. */
  readonly identity?: IdentityDocument
  /** What the public sees; absent: the project's own ruling. */
  readonly publication?: PublicationDocument
}

/** A rule ready to be asked. `entities` null: any; `readsData`: it looks into the record. */
export interface CompiledRule {
  readonly rule: QualificationRule
  readonly entities: ReadonlySet<string> | null
  readonly readsData: boolean
  readonly speaks: (instance: unknown) => boolean
}

/** A policy in force. Made by `parsePolicy`. */
export interface Policy {
  readonly id: string
  readonly version: number
  readonly document: PolicyDocument
  /** The steps of an entity; with the record's data, whether it is locked (backfilled) is judged as well. */
  rulesOf(entity: string, data?: Readonly<Record<string, unknown>>): EntitySteps
  /** The rules of a link whose upstream is of this tier. */
  qualificationOf(tier: string): readonly CompiledRule[]
  /** What people read for a reason. */
  reason(code: string): Words
  readonly references: readonly ReferenceRule[]
  /** The releases that the policy was made for. */
  readonly served: readonly Release[]
  /** Whether a list of entity codes and `*`, `*group` words names an entity of the releases that the policy was made for. */
  names(list: readonly string[], entity: string): boolean
}

const fallbackSteps: EntitySteps = { onChange: 'update', withdraw: 'until-in-force', initialState: 'accepted' }

/**
 * Makes a policy from its JSON form.
 * @param served the releases whose records it judges: their entities may be named, and their lists of codes are what `x-listed` means
 * @throws Error that names every mistake: wrong shape, a schema that does not compile, an unknown entity or field, a reason without words,
 *   something that qualifies on a link while a parent it waits for never can
 */
export function parsePolicy(json: unknown, served: Iterable<Release> = releases.values()): Policy {
  const scope = [...served]
  const groups = groupsOf(scope)
  const names = (list: readonly string[], entity: string): boolean => namedIn(groups, list, entity)
  const ajv = policyAjv(scope)
  const wellFormed = ajv.compile(policySchema)
  if (!wellFormed(json)) {
    const faults = (wellFormed.errors ?? []).map(
      (error) => `${error.instancePath || '/'}: ${error.keyword} ${JSON.stringify(error.params)}`,
    )
    throw new Error(`policy is not well formed: ${faults.join('; ')}`)
  }
  const document = json as unknown as PolicyDocument
  const compiled = new Map(
    Object.entries(document.qualification).map(([tier, rules]) => [tier, rules.map((rule) => compileRule(ajv, rule))]),
  )
  const hasField = someHaveField(scope, names)
  const faults = [
    ...unknownNames(document, groups),
    ...wordlessReasons(document),
    ...orphans(document, compiled, [...groups.keys()], names),
    ...linkageFaults(document, scope),
    ...authorityFaults(document, hasField),
    ...publicationFaults(document, scope, hasField),
  ]
  if (faults.length > 0) throw new Error(`policy cannot be used: ${faults.join('; ')}`)
  return policyOf(document, scope, names, compiled, ajv.compile(document.locked.when))
}

function policyOf(
  document: PolicyDocument,
  served: readonly Release[],
  names: Policy['names'],
  compiled: ReadonlyMap<string, readonly CompiledRule[]>,
  locked: (data: unknown) => boolean,
): Policy {
  const steps = new Map<string, EntitySteps>()
  return {
    id: document.id,
    version: document.version,
    document,
    rulesOf(entity, data) {
      const known = steps.get(entity) ?? stepsOf(document, entity, names)
      steps.set(entity, known)
      return data !== undefined && known.onChange !== document.locked.onChange && locked(data)
        ? { ...known, onChange: document.locked.onChange }
        : known
    },
    qualificationOf: (tier) => compiled.get(tier) ?? compiled.get('default') ?? [],
    reason: (code) => document.reasons[code] ?? { zh: code, en: code },
    references: document.references,
    served,
    names,
  }
}

const policyAjv = (scope: readonly Release[]) => createAjv([listedKeyword(scope)])

/** A policy that is known to be sound. Its schemas are compiled when they are first asked, which most programs never do. */
function soundPolicy(document: PolicyDocument, scope: readonly Release[]): Policy {
  const groups = groupsOf(scope)
  let ajv: ReturnType<typeof createAjv> | undefined
  const later = (schema: Readonly<Record<string, unknown>>): CompiledRule['speaks'] => {
    let speaks: ValidateFunction | undefined
    return (instance) => (speaks ??= (ajv ??= policyAjv(scope)).compile(schema))(instance)
  }
  const compiled = Object.entries(document.qualification).map(
    ([tier, rules]) => [tier, rules.map((rule) => ruleWith(rule, later(rule.when)))] as const,
  )
  return policyOf(document, scope, (list, entity) => namedIn(groups, list, entity), new Map(compiled), later(document.locked.when))
}

/** Why a policy cannot be used with these releases, in words; empty when it can. */
export function policyFaults(json: unknown, served: Iterable<Release>): string[] {
  try {
    parsePolicy(json, served)
    return []
  } catch (error) {
    return [(error as Error).message]
  }
}

/**
 * `x-listed`: the text is a code of the named dictionary, as the record's release has it (of several revisions the highest); in any release
 * when the subject names none. A replaced list counts without a change of the policy.
 */
function listedKeyword(scope: readonly Release[]): FuncKeywordDefinition {
  return {
    keyword: 'x-listed',
    type: 'string',
    schemaType: 'string',
    errors: false,
    compile(dictionary: string) {
      const byRelease = new Map<string, Dictionary>()
      for (const release of scope.toSorted((a, b) => a.revision - b.revision)) {
        const table = release.dictionaries.get(dictionary)
        if (table !== undefined) byRelease.set(release.id, table)
      }
      if (byRelease.size === 0) throw new Error(`no such dictionary: ${dictionary}`)
      const all = new Set([...byRelease.values()].flatMap((table) => [...table.codes.keys()]))
      return (value: unknown, context?: { rootData: unknown }) => {
        const { release } = (context?.rootData ?? {}) as { release?: string }
        return (byRelease.get(release ?? '')?.codes ?? all).has(value as string)
      }
    },
  }
}

function ruleWith(rule: QualificationRule, speaks: CompiledRule['speaks']): CompiledRule {
  const properties = (rule.when['properties'] ?? {}) as Record<string, { enum?: string[] }>
  const entities = properties['entity']?.enum
  return { rule, entities: entities === undefined ? null : new Set(entities), readsData: 'data' in properties, speaks }
}

function compileRule(ajv: ReturnType<typeof createAjv>, rule: QualificationRule): CompiledRule {
  try {
    return ruleWith(rule, ajv.compile(rule.when))
  } catch (error) {
    throw new Error(`policy cannot be used: rule ${rule.id}: its schema does not compile`, { cause: error })
  }
}

type Groups = ReadonlyMap<string, string>

function groupsOf(scope: readonly Release[]): Groups {
  return new Map(scope.flatMap((release) => [...release.entities.values()].map((e) => [e.code, e.group] as const)))
}

function namedIn(groups: Groups, list: readonly string[], entity: string): boolean {
  return list.includes('*') || list.includes(entity) || list.includes(`*${groups.get(entity)}`)
}

function stepsOf(document: PolicyDocument, entity: string, names: Policy['names']): EntitySteps {
  const found = document.steps.find((step) => names(step.entities, entity))
  return found === undefined ? fallbackSteps : { onChange: found.onChange, withdraw: found.withdraw, initialState: found.initialState }
}

function unknownNames(document: PolicyDocument, groups: Groups): string[] {
  const words = new Set(['*', '*enterprise', '*person', '*project', '*conduct'])
  const listed = [
    ...document.steps.flatMap((step) => step.entities),
    ...document.references.flatMap((r) => [...r.children, r.parent]),
    ...namedByAuthority(document),
    ...evidenceNames(document),
  ]
  return listed.filter((name) => !words.has(name) && !groups.has(name)).map((name) => `no such entity: ${name}`)
}

const someHaveField =
  (scope: readonly Release[], names: Policy['names']) =>
  (entities: readonly string[], field: string): boolean =>
    scope.some((release) =>
      [...release.entities.values()].some((entity) => names(entities, entity.code) && entity.fields.some((one) => one.code === field)),
    )

/** Whose word counts for which fields, by this policy. */
export const authorityOf = (policy: Policy): Authority => authorityFrom(policy.document, policy.names)

function wordlessReasons(document: PolicyDocument): string[] {
  return Object.values(document.qualification).flatMap((rules) =>
    rules.flatMap(({ id, verdict }) =>
      !verdict.qualifies && document.reasons[verdict.reason] === undefined ? [`rule ${id}: the reason ${verdict.reason} has no words`] : [],
    ),
  )
}

/** The policy that a node has when it is given no other: `data/policy.json`. Its tests check it, so it is not checked again at every start. */
export const defaultPolicy: Policy = soundPolicy(
  JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'data', 'policy.json'), 'utf8')) as PolicyDocument,
  [...releases.values()],
)
