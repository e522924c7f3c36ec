/** A rule of what goes up a link. */
export interface QualificationRuleShown {
  readonly id: string
  readonly basis: string
  /** JSON Schema over {entity, state, tier, data}. */
  readonly when: Readonly<Record<string, unknown>>
  readonly verdict:
    | { readonly qualifies: true; readonly flag: string }
    | { readonly qualifies: false; readonly reason: string; readonly kind: 'not-due' | 'incomplete'; readonly byDecision?: string }
}

export type OnMissing = 'hold' | 'doubt' | 'warning' | 'none'

/** A field of some tables that names a record of another. */
export interface ReferenceShown {
  readonly rule?: string
  readonly children: readonly string[]
  readonly field: string
  readonly parent: string
  readonly parentField: string
  readonly also?: Readonly<Record<string, string>>
  readonly several?: boolean
  readonly presence?: 'mandatory' | 'optional'
  readonly onMissing: OnMissing | 'ignore'
  readonly tiers?: Readonly<Record<string, OnMissing>>
  readonly holdDays?: number
  readonly inferred?: boolean
  readonly basis: string
}

export interface LinkageShown {
  readonly holdDays: number
  readonly holdBasis: string
  readonly conductCode: { readonly severity: OnMissing; readonly basis: string }
  readonly doubts: Readonly<Record<string, { readonly severity: OnMissing; readonly basis: string }>>
}

interface Based {
  readonly basis: string
}

/** Which source counts for what, and which records are one. */
export interface AuthorityShown {
  readonly groups: readonly (Based & { readonly name: string; readonly entities: readonly string[]; readonly fields: readonly string[] })[]
  readonly ranks: readonly (Based & {
    readonly entities: readonly string[]
    /** Field codes, or `@name` of a group; every field when absent. */
    readonly fields?: readonly string[]
    readonly tiers?: readonly string[]
    /** `<origin node>/<participant>`, or `<origin node>/*`. */
    readonly sources?: readonly string[]
    /** Null: such a source may not set the fields. */
    readonly rank: number | null
  })[]
  readonly ownStatements: readonly (Based & { readonly entities: readonly string[]; readonly fields: readonly string[] })[]
}

export interface IdentityShown {
  readonly automatic: readonly (Based & { readonly rule: string })[]
  readonly duplicates: Based & { readonly threshold: number; readonly blockMax: number }
}

/** Whether a file goes up (`file`), or only its digest and list (`digest`). */
export interface AttachmentsShown {
  readonly types: readonly (Based & { readonly mediaType: string })[]
  readonly travel: readonly (Based & { readonly entities: readonly string[]; readonly tiers: Readonly<Record<string, string>> })[]
}

export interface NumbersShown {
  readonly issuers: readonly (Based & {
    readonly entities: readonly string[]
    readonly tiers: Readonly<Record<string, 'this' | 'above' | 'sender'>>
  })[]
}

/** What `GET /admin/v1/policy` answers, as far as the page shows it. */
export interface PolicyShown {
  /** `<id>@<version>` */
  readonly inForce: string
  readonly document: {
    readonly id: string
    readonly version: number
    readonly about?: string
    readonly steps: readonly {
      readonly entities: readonly string[]
      readonly onChange: 'update' | 'case'
      readonly withdraw: 'until-in-force' | 'never'
      readonly initialState: 'accepted' | 'pending_review'
      readonly basis: string
    }[]
    readonly publication?: object
    /** By tier of the upstream, `default` for the others, or by a name that a link asks for. */
    readonly qualification: Readonly<Record<string, readonly QualificationRuleShown[]>>
    readonly reasons: Readonly<Record<string, { readonly zh: string; readonly en: string }>>
    readonly references: readonly ReferenceShown[]
    readonly linkage?: LinkageShown
    readonly authority?: AuthorityShown
    readonly identity?: IdentityShown
    readonly attachments?: AttachmentsShown
    readonly numbers?: NumbersShown
    readonly claims?: Based & { readonly dataLevelHighest: Readonly<Record<string, string>> }
    /** `when`: JSON Schema over the record's data. */
    readonly locked?: Based & { readonly when: Readonly<Record<string, unknown>>; readonly onChange: string }
    readonly legacy?: Based & { readonly rules: Readonly<Record<string, string>> }
  }
  readonly publication: {
    readonly shown: readonly { readonly entities: readonly string[]; readonly basis: string }[]
    readonly dated: readonly string[]
    readonly datedBasis?: string
    readonly searched: readonly string[]
    readonly searchedBasis?: string
    readonly wholeName: readonly string[]
    readonly wholeNameBasis?: string
    readonly withheld: readonly { readonly entities: readonly string[]; readonly fields: readonly string[]; readonly basis: string }[]
    readonly privateDevelopers?: { readonly basis: string }
    /** The English of its bases, by their Chinese text. */
    readonly basisEn?: Readonly<Record<string, string>>
  }
  readonly loaded: readonly { readonly policyId: string; readonly loadedAt: string; readonly inForceFrom: number | null }[]
}
